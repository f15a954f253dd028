"""Transcripts as GitHub-flavoured Markdown with LaTeX formulas."""

from __future__ import annotations

from collections.abc import Mapping

from plproof.report.model import Formula, Line, Named, Need, Transcript
from plproof.report.wording import (
    NEEDS,
    SLACK,
    Link,
    Phrase,
    failure_text,
    has_sums,
    in_pieces,
    instead,
    need,
    reason,
    said,
    tested,
    trust,
)


def to_markdown(made: Transcript, pages: Mapping[tuple[str, str], str] | None = None) -> str:
    """Return the transcript as GitHub-flavoured Markdown.

    ``pages`` gives for (name, file) of other theorem objects the address that a link to them has,
    by default the file.
    """
    lines = [f"# {made.kind.capitalize()} `{made.name}`", "", f"**{_plain(made.title)}.**", ""]
    lines += [f"*{_plain(made.source)}*", ""] if made.source else []
    if made.claim is not None:
        lines += [*(f"- {_plain(text)}" for text in made.objects), ""] if made.objects else []
        if made.hypotheses:
            lines += ["Given:", "", *map(_hypothesis, made.hypotheses), ""]
        words = "" if made.claim.words is None else f" {_spoken(made.claim.words)}:"
        lines += [f"Then{words or ':'}", "", f"$${_math(made.claim.formula)}$$", ""]
    lines += [f"**Outcome: {made.verdict}.**", ""]
    lines += [f"Note: {_plain(made.note)}.", ""] if made.note else []
    shown = [f"- {_phrase(phrase, pages)}" for phrase in instead(made)]
    lines += [*shown, ""] if shown else []
    if made.failure is not None:
        lines += ["```text", failure_text(made), "```", ""]
    if made.steps:
        lines += ["## Proof", "", *(text for step in made.steps for text in _step(step, made)), ""]
        lines += [SLACK, ""] if has_sums(made) else []
    if made.claim is not None:
        items = [_item(phrase) for phrase in trust(made)]
        lines += ["## Trust", "", *items, ""] if items else []
    if made.needs:
        lines += [f"## {NEEDS}", "", *map(_need, made.needs), ""]
    if made.definitions:
        lines += ["## Definitions", "", *map(_definition, made.definitions)]
    return "\n".join(lines).rstrip() + "\n"


def _hypothesis(h: Named) -> str:
    words = "" if h.words is None else f" — {_spoken(h.words)}"
    return f"- *{_plain(h.name)}*: ${_math(h.formula)}${words}"


def _need(verdict: Need) -> str:
    return f"- *{_plain(verdict.hypothesis)}*: {_phrase(need(verdict))}"


def _definition(d: Named) -> str:
    words = "" if d.words is None else f" — {_spoken(d.words)}"
    return f"- ${_math(d.formula)}${words}"


def _step(step: Line, made: Transcript) -> list[str]:
    indent = "  " * step.depth
    if step.kind == "open":
        return [f"{indent}- **{step.number}** {_opening(step)}:"]
    assert step.formula is not None
    number = {"end": "so ", "conclusion": "hence "}.get(step.kind, f"**{step.number}** ")
    label = f"*{_plain(step.label)}*: " if step.label else ""
    why, figures = _phrase(reason(step)), tested(step, made)
    figures = f" [{figures}]" if figures else ""
    text = f"{indent}- {number}{label}{_formula(said(step, made.steps))}"
    return [text, f"{indent}  <br>{why}{figures}"] if why else [text + figures]


def _opening(step: Line) -> str:
    parts = []
    for opening in step.opens:
        text = _plain(opening.words)
        if opening.formula is not None:
            text += f"{':' if text.startswith('take') else ''} ${_math(opening.formula)}$"
        parts.append(text + (f" (*{_plain(opening.label)}*)" if opening.label else ""))
    return ", ".join(parts)


def _item(phrase: Phrase) -> str:
    return "- " + _phrase(phrase).replace("\n", "<br>\n")


def _phrase(phrase: Phrase, pages: Mapping[tuple[str, str], str] | None = None) -> str:
    parts = []
    for piece in phrase:
        if isinstance(piece, Link):
            parts.append(f"[{_plain(piece.text)}]({piece.target(pages or {})})")
        else:
            parts.append(_plain(piece) if isinstance(piece, str) else _mixed(piece))
    return "".join(parts)


def _mixed(formula: Formula) -> str:
    pieces = in_pieces(formula.latex)
    return "".join(_plain(p) if words else f"${_math(Formula('', p))}$" for words, p in pieces)


def _formula(formula: Formula) -> str:
    return formula.text if formula.text == "the claim" else f"${_math(formula)}$"


def _math(formula: Formula) -> str:
    r"""Return LaTeX without ``\,`` and ``\;``, of which Markdown would take the backslash."""
    return formula.latex.replace(r"\,", " ").replace(r"\; ", r"\ ").replace(r"\_", "_")


def _spoken(words: Formula) -> str:
    """Return words with formulas between dollar signs, the words escaped."""
    parts = words.latex.split("$")
    pairs = enumerate(parts)
    return "".join(f"${_math(Formula('', p))}$" if i % 2 else _plain(p) for i, p in pairs)


def _plain(text: str) -> str:
    """Return text with the signs that Markdown would read escaped."""
    for sign in "\\`*_{}[]<>#|$":
        text = text.replace(sign, f"\\{sign}")
    return text
