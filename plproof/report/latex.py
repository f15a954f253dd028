"""Transcripts as LaTeX: a theorem and its proof, to paste into a paper that loads amsthm."""

from __future__ import annotations

from plproof.report.transcript import Line, Transcript


def to_latex_document(made: Transcript) -> str:
    """Return the statement and proof as a fragment with the environments theorem and proof."""
    kind = made.kind if made.kind in ("lemma", "proposition", "corollary") else "theorem"
    lines = [rf"\begin{{{kind}}}[{_plain(made.title)}]\label{{{made.name}}}"]
    if made.hypotheses:
        lines += ["Suppose that", r"\begin{itemize}"]
        lines += [rf"  \item $\displaystyle {h['latex']}$" for h in made.hypotheses]
        lines += [r"\end{itemize}", "Then"]
    if made.claim:
        lines += [r"\[", f"  {made.claim['latex']}", r"\]"]
    lines.append(rf"\end{{{kind}}}")
    if made.steps and made.outcome == "proved":
        lines += [r"\begin{proof}", r"\begin{enumerate}"]
        lines += [_step(step) for step in made.steps]
        lines += [r"\end{enumerate}", r"\end{proof}"]
    return "\n".join(lines) + "\n"


def _step(step: Line) -> str:
    number = rf"  \item[{step.number}]"
    if not step.latex or step.kind not in ("have", "close", "admit"):
        return f"{number} {_plain(step.why)}:"
    why = f" (by {_plain(step.why)})" if step.why else ""
    return rf"{number} $\displaystyle {step.latex}${why}"


_SIGNS = {
    "‖": r"$\Vert$", "²": "$^2$", "∇": r"$\nabla$", "≤": r"$\le$", "≥": r"$\ge$", "−": "$-$",
    "·": r"$\cdot$", "⟨": r"$\langle$", "⟩": r"$\rangle$", "√": r"$\sqrt{}$", "∀": r"$\forall$",
    "₀": "$_0$", "₁": "$_1$", "≠": r"$\ne$", "∧": r"$\wedge$", "→": r"$\to$", "α": r"$\alpha$",
    "β": r"$\beta$", "μ": r"$\mu$", "δ": r"$\delta$", "ε": r"$\varepsilon$", "γ": r"$\gamma$",
}  # fmt: skip


def _plain(text: str) -> str:
    """Return text with what LaTeX would read escaped and mathematical signs spelled out."""
    text = text.replace("\\", r"\textbackslash ")
    for sign in "&%$#_{}":
        text = text.replace(sign, f"\\{sign}")
    text = text.replace("~", r"\textasciitilde ").replace("^", r"\textasciicircum ")
    for sign, spelled in _SIGNS.items():
        text = text.replace(sign, spelled)
    return text
