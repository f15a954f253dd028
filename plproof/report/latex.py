"""Transcripts as LaTeX: a theorem and its proof, to paste into a paper that loads amsthm."""

from __future__ import annotations

from plproof.language.names import GREEK
from plproof.report.model import Formula, Line, Named, Opening, Transcript
from plproof.report.wording import (
    NEEDS,
    SLACK,
    Link,
    Phrase,
    has_sums,
    in_pieces,
    instead,
    need,
    reason,
    said,
)

_SIGNS = {
    "‖": r"\Vert ", "²": "^2", "∇": r"\nabla ", "≤": r"\le ", "≥": r"\ge ", "−": "-",
    "·": r"\cdot ", "⟨": r"\langle ", "⟩": r"\rangle ", "√": r"\sqrt{}", "∀": r"\forall ",
    "≠": r"\ne ", "∧": r"\wedge ", "∨": r"\vee ", "→": r"\to ", "↦": r"\mapsto ", "¬": r"\neg ",
    "∃": r"\exists ", "⊥": r"\bot ", "ℝ": r"\mathbb{R}", "ℕ": r"\mathbb{N}", "∈": r"\in ",
    **{digit: f"_{value}" for value, digit in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    **{letter: rf"\{name} " for name, letter in GREEK.items()},
}  # fmt: skip


def to_latex_document(made: Transcript) -> str:
    """Return the statement and proof as a fragment with the environments theorem and proof."""
    kind = made.kind if made.kind in ("lemma", "proposition", "corollary") else "theorem"
    lines = [rf"\begin{{{kind}}}[{_plain(made.title)}]\label{{{made.name}}}"]
    if made.hypotheses:
        lines += ["Suppose that", r"\begin{itemize}", *map(_hypothesis, made.hypotheses)]
        lines += [r"\end{itemize}", "Then"]
    if made.claim is not None:
        lines += [r"\[", f"  {made.claim.formula.latex}", r"\]"]
    lines.append(rf"\end{{{kind}}}")
    if made.steps and made.outcome == "proved":
        lines += [r"\begin{proof}", *([_plain(SLACK)] if has_sums(made) else [])]
        lines += [*_list(made), r"\end{proof}"]
    if instead(made):
        items = [rf"  \item {_phrase(phrase)}" for phrase in instead(made)]
        lines += [r"\begin{itemize}", *items, r"\end{itemize}"]
    if made.needs:
        items = [rf"  \item[{_plain(n.hypothesis)}] {_phrase(need(n))}" for n in made.needs]
        lines += [rf"\paragraph{{{NEEDS}.}}", r"\begin{itemize}", *items, r"\end{itemize}"]
    return "\n".join(lines) + "\n"


def _hypothesis(h: Named) -> str:
    words = "" if h.words is None else f" ({_spoken(h.words)})"
    return rf"  \item[{_plain(h.name)}] ${h.formula.latex}${words}"


def _list(made: Transcript) -> list[str]:
    """Return the steps as one list, indented by their depth (LaTeX nests lists four deep only)."""
    lines = [r"\begin{itemize}"]
    for step in made.steps:
        space = rf"\hspace*{{{1.5 * step.depth:g}em}}" if step.depth else ""
        named = "" if step.kind in ("end", "conclusion") else step.number
        lines.append(rf"  \item[{named}] {space}{_step(step, made)}")
    return [*lines, r"\end{itemize}"]


def _step(step: Line, made: Transcript) -> str:
    if step.kind == "open":
        return ", ".join(map(_opening, step.opens)) + ":"
    lead = {"end": "so ", "conclusion": "hence "}.get(step.kind, "")
    label = rf"\emph{{{_plain(step.label)}}}: " if step.label else ""
    formula = said(step, made.steps)
    text = lead + label + ("the claim" if formula.text == "the claim" else f"${formula.latex}$")
    why = _phrase(reason(step))
    return f"{text} --- {why}" if why else text


def _opening(opening: Opening) -> str:
    text = _plain(opening.words)
    if opening.formula is not None:
        text += f"{':' if text.startswith('take') else ''} ${opening.formula.latex}$"
    return text + (rf" (\emph{{{_plain(opening.label)}}})" if opening.label else "")


def _phrase(phrase: Phrase) -> str:
    pieces = [piece for p in phrase for piece in _pieces(p)]
    return "".join(_plain(p) if words else f"${p}$" for words, p in pieces)


def _pieces(piece: str | Formula | Link) -> list[tuple[bool, str]]:
    if isinstance(piece, Formula):
        return in_pieces(piece.latex)
    return [(True, piece if isinstance(piece, str) else piece.text)]


def _spoken(words: Formula) -> str:
    parts = words.latex.split("$")
    return "".join(f"${part}$" if i % 2 else _plain(part) for i, part in enumerate(parts))


def _plain(text: str) -> str:
    """Return text with what LaTeX would read escaped and mathematical signs spelled out."""
    escaped = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    escaped |= {sign: f"\\{sign}" for sign in "&%$#_{}"}
    escaped |= {sign: f"${spelled.strip()}$" for sign, spelled in _SIGNS.items()}
    return "".join(escaped.get(sign, sign) for sign in text)
