"""Transcripts as HTML: escaped, without script and without anything loaded from elsewhere."""

from __future__ import annotations

from html import escape

from plproof.report.markdown import failure_text, tested, trust_lines
from plproof.report.transcript import Line, Transcript

_STYLE = """
body { font: 16px/1.5 serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
.step { margin: .4rem 0; } .why, .certificate, .tested { color: #555; font-size: .9em; }
.formula { font-family: "STIX Two Math", "Cambria Math", serif; } pre { white-space: pre-wrap; }
"""


def to_html(made: Transcript, standalone: bool = False) -> str:
    """Return the transcript as an HTML fragment, or as a page of its own."""
    parts = [f"<h1>{escape(made.kind.capitalize())} <code>{escape(made.name)}</code></h1>"]
    parts.append(f"<p><strong>{escape(made.title)}.</strong></p>")
    if made.source:
        parts.append(f"<p><em>{escape(made.source)}</em></p>")
    if made.claim:
        items = [f"<li>{escape(text)}</li>" for text in made.objects]
        items += [
            f"<li><em>{escape(h['name'])}</em>: {_formula(h['text'])} {escape(h['words'])}</li>"
            for h in made.hypotheses
        ]
        parts.append(f"<ul>{''.join(items)}</ul><p>{_formula(made.claim['text'])}</p>")
    parts.append(f"<p><strong>Outcome: {escape(made.verdict)}.</strong></p>")
    if made.note:
        parts.append(f"<p>Note: {escape(made.note)}.</p>")
    if made.failure is not None:
        parts.append(f"<pre>{escape(failure_text(made))}</pre>")
    if made.steps:
        parts.append("<h2>Proof</h2>")
        parts += [_step(step) for step in made.steps]
    if made.claim:
        items = [f"<li>{escape(text)}</li>" for text in trust_lines(made)]
        parts.append(f"<h2>Trust</h2><ul>{''.join(items)}</ul>")
    if made.definitions:
        items = [f"<li>{_formula(d['text'])}</li>" for d in made.definitions]
        parts.append(f"<h2>Definitions</h2><ul>{''.join(items)}</ul>")
    body = "\n".join(parts)
    if not standalone:
        return f'<div class="plproof">{body}</div>'
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(made.name)}</title><style>{_STYLE}</style></head>\n"
        f"<body>{body}</body></html>\n"
    )


def _formula(text: str) -> str:
    return f'<span class="formula">{escape(text)}</span>'


def _step(step: Line) -> str:
    margin = f'style="margin-left:{1.5 * step.depth}rem"'
    if step.kind not in ("have", "close", "admit"):
        return f'<div class="step" {margin}><b>{step.number}</b> {escape(step.why)}:</div>'
    label = f"<em>{escape(step.label)}</em>: " if step.label else ""
    text = f'<div class="step" {margin}><b>{step.number}</b> {label}{_formula(step.text)}'
    if step.why:
        text += (
            f' <span class="why">{"" if step.kind == "close" else "by "}{escape(step.why)}</span>'
        )
    if step.certificate:
        text += f'<div class="certificate">{escape(step.certificate)}</div>'
    if step.functions is not None:
        text += f'<div class="tested">{escape(tested(step))}</div>'
    return text + "</div>"
