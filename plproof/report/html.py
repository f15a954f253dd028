"""Transcripts as HTML: escaped, without script and without anything loaded from elsewhere."""

from __future__ import annotations

from html import escape

from plproof.report.model import Formula, Line, Named, Transcript
from plproof.report.wording import (
    NEEDS,
    SLACK,
    Link,
    Phrase,
    failure_text,
    has_sums,
    instead,
    need,
    reason,
    said,
    tested,
    trust,
)

_STYLE = """
body { font: 16px/1.5 serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
.formula { font-family: "STIX Two Math", "Cambria Math", serif; } pre { white-space: pre-wrap; }
"""
_FAINT = 'style="color:#555;font-size:.9em"'


def to_html(made: Transcript, standalone: bool = False) -> str:
    """Return the transcript as an HTML fragment, or as a page of its own."""
    parts = [f"<h1>{escape(made.kind.capitalize())} <code>{escape(made.name)}</code></h1>"]
    parts.append(f"<p><strong>{escape(made.title)}.</strong></p>")
    parts += [f"<p><em>{escape(made.source)}</em></p>"] if made.source else []
    if made.claim is not None:
        items = [f"<li>{escape(text)}</li>" for text in made.objects]
        items += [f"<li><em>{escape(h.name)}</em>: {_named(h)}</li>" for h in made.hypotheses]
        parts.append(f"<ul>{''.join(items)}</ul><p>Then {_named(made.claim)}.</p>")
    parts.append(f"<p><strong>Outcome: {escape(made.verdict)}.</strong></p>")
    parts += [f"<p>Note: {escape(made.note)}.</p>"] if made.note else []
    items = [f"<li>{_phrase(phrase)}</li>" for phrase in instead(made)]
    parts += [f"<ul>{''.join(items)}</ul>"] if items else []
    if made.failure is not None:
        parts.append(f"<pre>{escape(failure_text(made))}</pre>")
    if made.steps:
        parts += ["<h2>Proof</h2>", *(_step(step, made) for step in made.steps)]
        parts += [f"<p {_FAINT}>{escape(SLACK)}</p>"] if has_sums(made) else []
    if made.claim is not None:
        items = [f"<li>{_phrase(phrase)}</li>" for phrase in trust(made)]
        parts.append(f"<h2>Trust</h2><ul>{''.join(items)}</ul>")
    if made.needs:
        items = [
            f"<li><em>{escape(n.hypothesis)}</em>: {_phrase(need(n))}</li>" for n in made.needs
        ]
        parts.append(f"<h2>{NEEDS}</h2><ul>{''.join(items)}</ul>")
    if made.definitions:
        items = [f"<li>{_named(d)}</li>" for d in made.definitions]
        parts.append(f"<h2>Definitions</h2><ul>{''.join(items)}</ul>")
    body = "\n".join(parts)
    if not standalone:
        return f'<div class="plproof">{body}</div>'
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(made.name)}</title><style>{_STYLE}</style></head>\n"
        f"<body>{body}</body></html>\n"
    )


def _named(named: Named) -> str:
    words = "" if named.words is None else f" ({escape(named.words.text)})"
    return _formula(named.formula) + words


def _formula(formula: Formula) -> str:
    return f'<span class="formula">{escape(formula.text)}</span>'


def _phrase(phrase: Phrase) -> str:
    return "".join(map(_piece, phrase)).replace("\n", "<br>")


def _piece(piece: str | Formula | Link) -> str:
    if isinstance(piece, Link):
        return f'<a href="{escape(piece.target({}))}">{escape(piece.text)}</a>'
    return escape(piece) if isinstance(piece, str) else _formula(piece)


def _step(step: Line, made: Transcript) -> str:
    row = f'<div style="margin:.4rem 0 .4rem {1.5 * step.depth}rem">'
    if step.kind == "open":
        return f"{row}<b>{step.number}</b> {_opening(step)}:</div>"
    lead = {"end": "so", "conclusion": "hence"}.get(step.kind, f"<b>{step.number}</b>")
    label = f"<em>{escape(step.label)}</em>: " if step.label else ""
    text = f"{row}{lead} {label}{_formula(said(step, made.steps))}"
    why, figures = _phrase(reason(step)), tested(step, made)
    figures = f" [{escape(figures)}]" if figures else ""
    tag = "div" if why else "span"
    return (
        f"{text}<{tag} {_FAINT}>{why}{figures}</{tag}></div>" if why or figures else text + "</div>"
    )


def _opening(step: Line) -> str:
    parts = []
    for opening in step.opens:
        text = escape(opening.words)
        if opening.formula is not None:
            joint = ": " if text.startswith("take") else " "
            text += joint + _formula(opening.formula)
        parts.append(text + (f" (<em>{escape(opening.label)}</em>)" if opening.label else ""))
    return ", ".join(parts)
