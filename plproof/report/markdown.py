"""Transcripts as Markdown with LaTeX formulas."""

from __future__ import annotations

from plproof.report.transcript import Line, Transcript


def to_markdown(made: Transcript) -> str:
    """Return the transcript as GitHub-flavoured Markdown."""
    lines = [f"# {made.kind.capitalize()} `{made.name}`", "", f"**{_plain(made.title)}.**", ""]
    lines += [f"*{_plain(made.source)}*", ""] if made.source else []
    if made.claim:
        lines += [*(f"- {text}" for text in made.objects), ""] if made.objects else []
        if made.hypotheses:
            lines += ["Given:", ""]
            for h in made.hypotheses:
                words = f" — {h['words']}" if h["words"] else ""
                lines.append(f"- *{_plain(h['name'])}*: ${h['latex']}${words}")
            lines.append("")
        lines += ["Then:", "", f"$${made.claim['latex']}$$", ""]
    lines += [f"**Outcome: {made.verdict}.**", ""]
    lines += [f"Note: {_plain(made.note)}.", ""] if made.note else []
    if made.failure is not None:
        lines += ["```text", failure_text(made), "```", ""]
    if made.steps:
        lines += ["## Proof", "", *(text for step in made.steps for text in _step(step)), ""]
    lines += (
        ["## Trust", "", *(f"- {_plain(t)}" for t in trust_lines(made)), ""] if made.claim else []
    )
    if made.definitions:
        lines += ["## Definitions", ""]
        lines += [f"- ${d['latex']}$" for d in made.definitions]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _step(step: Line) -> list[str]:
    indent = "   " * step.depth
    if step.kind not in ("have", "close", "admit"):
        return [f"{indent}- **{step.number}** {step.why}:"]
    label = f"*{_plain(step.label)}*: " if step.label else ""
    text = f"{indent}- **{step.number}** {label}${step.latex}$"
    text += f" — {step.why}" if step.why else ""
    lines = [text]
    if step.certificate:
        lines.append(f"{indent}  <br>{_plain(step.certificate)}")
    if step.functions is not None:
        lines.append(f"{indent}  <br>{tested(step)}")
    return lines


def tested(step: Line) -> str:
    """Return what the laboratory did with a step, in words."""
    if not step.functions:
        return "not exercised: no model of the laboratory certifies its hypotheses"
    worst = "" if step.worst is None else f", worst slack ratio {step.worst:.3g}"
    return f"tested on {step.functions} functions{worst}"


def trust_lines(made: Transcript) -> list[str]:
    """Return what the theorem rests on and what was tested, a line each."""
    lines = [f"axiom {a['name']}: {a['text']} ({a['source']})" for a in made.axioms]
    if made.steps and not made.axioms:
        lines.append("no axiom: the kernel's rules alone")
    lines += [f"oracle {name}" for name in made.oracles]
    lines += [f"ADMITTED WITHOUT PROOF: {text}" for text in made.admits]
    if made.definedness:
        lines.append(f"defined, because: {made.definedness}")
    if made.unused:
        lines.append(f"hypotheses the proof does not need: {', '.join(made.unused)}")
    if made.consistency:
        lines.append(f"consistency: {made.witness or made.consistency}")
    if made.functions is not None:
        lines.append(f"tested on {made.functions} functions")
    return lines


def failure_text(made: Transcript) -> str:
    """Return a failure as text: where, what was wanted, what was there, what to do."""
    failure = made.failure or {}
    where = f"{failure.get('file') or made.file}:{failure.get('line') or made.line}"
    lines = [f"{where}: {made.name}: {failure.get('message', made.outcome)}"]
    if failure.get("goal"):
        lines.append(f"  goal      {failure['goal']}")
    facts = failure.get("facts") or []
    width = max((len(name) for name, _ in facts), default=0)
    for position, (name, text) in enumerate(facts):
        lines.append(f"  {'from' if not position else '':9} {name:{width}}  {text}")
    if failure.get("residual"):
        lines.append(f"  left over {failure['residual']}")
    for position, text in enumerate(failure.get("missing") or []):
        lines.append(f"  {'open' if not position else '':9} {text}")
    if failure.get("counterexample"):
        lines.append(
            "  false at  " + str(failure["counterexample"]).replace("\n", "\n            ")
        )
    if failure.get("hint"):
        lines.append(f"  hint      {failure['hint']}")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Return text with the signs that Markdown would read escaped."""
    for sign in "\\`*_{}[]<>#|":
        text = text.replace(sign, f"\\{sign}")
    return text
