"""How transcripts are worded, whatever they are printed as: reasons, tests, trust and failures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from plproof.proof.errors import laid_out
from plproof.report.model import Evidence, Formula, Line, Need, Transcript
from plproof.theory.axioms import AXIOMS
from plproof.theory.oracles import described


@dataclass(frozen=True)
class Link:
    """A theorem object to follow: its name, and the file it stands in."""

    text: str
    file: str

    def target(self, pages: Mapping[tuple[str, str], str]) -> str:
        """Return the address: the page of the theorem object if there is one, else its file."""
        return quote(pages.get((self.text, self.file), self.file))


#: words, formulas and links in turn
Phrase = list[str | Formula | Link]
NEEDS = "Which hypotheses are needed"
#: a slack ratio below it is equality up to rounding
_ROUNDING = 1e-9
SLACK = "Slack is the right side of a claim minus its left side; a name in a sum is a fact's slack."
_JOINING = re.compile(
    r"\\text\{((?! at )(?: [^{}]*|[;,] [^{}]*|[^{}]* )|[^{}]*, by definition|an identity"
    r"|by [a-z ]+)\}"
)
_ALONE = re.compile(r"\\text\{([^{}]*)\}")
_ESCAPED = re.compile(r"\\([&%$#_{}])")
#: what the end of a block need not say, since a block's words have said it
_UNSAID = ("", "so", "for all of them", "under it")


def reason(line: Line) -> Phrase:
    """Return why a line holds: the certificate, and the reasons that it does not show."""
    if line.kind == "admit":
        return ["ADMITTED WITHOUT PROOF"]
    if line.kind in ("end", "close"):
        why = f"by {line.why}" if line.why.startswith("induction") else line.why
        return [] if line.kind == "end" and why in _UNSAID else [why]
    if line.certificate is None:
        return [f"by {line.also}"] if line.also else []
    if not line.also:
        return [line.certificate]
    if line.certificate.text.startswith("by "):
        return [line.certificate, f", {line.also}"]
    return [f"by {line.also}: ", line.certificate]


def in_pieces(latex: str) -> list[tuple[bool, str]]:
    r"""Return the LaTeX of a certificate as words and mathematics in turn: (is words, piece).

    Words that join, which begin or end with a space, come out of mathematics mode, and so does a
    name that stands alone.  The numbers of steps, as in ``(3 at k)``, stay in it.
    """
    pieces: list[tuple[bool, str]] = []
    for position, piece in enumerate(_JOINING.split(latex)):
        alone = _ALONE.fullmatch(piece)
        if piece:
            joins = position % 2 == 1
            pieces.append((joins or alone is not None, alone[1] if alone else piece))
    return [(words, _ESCAPED.sub(r"\1", piece) if words else piece) for words, piece in pieces]


def instead(made: Transcript) -> list[Phrase]:
    """Return what a refutation's counterexample is, and what holds in place of the statement."""
    lines: list[Phrase] = []
    if made.counterexample:
        where = f" in {', '.join(made.spaces)}" if made.spaces else ""
        lines.append([f"counterexample{where}:"])
    for v in made.counterexample:
        line: Phrase = [v.variable, " = ", v.value]
        lines.append([*line, f", in coordinates {v.coordinates}"] if v.coordinates else line)
    for other in made.repaired:
        link = Link(other["name"], other["file"])
        lines.append(["what holds instead: ", link, f" ({link.file}): {other['title']}"])
    return lines


def as_text(phrase: Phrase) -> str:
    """Return a phrase as text."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in phrase)


def said(line: Line, steps: Sequence[Line]) -> Formula:
    """Return what a line states: its formula, or "the claim" in a proof of several steps."""
    assert line.formula is not None
    if line.is_claim and len(steps) > 1 and line.kind != "conclusion":
        return Formula("the claim", r"\text{the claim}")
    return line.formula


def has_sums(made: Transcript) -> bool:
    """Say whether a certificate of the transcript speaks of slack."""
    return any(s.certificate is not None and "slack =" in s.certificate.text for s in made.steps)


def tested(line: Line, made: Transcript) -> str:
    """Return a line's test figures in few words, "" when the summary says it all."""
    tests, stress = line.tests, made.stress
    if tests is None or stress is None:
        return ""
    if tests.violations:
        return f"found false on {tests.violations} functions"
    if not tests.functions:
        return "not exercised" if stress.exercised else ""
    if stress.steps == 1:
        return ""
    worst = tests.worst or 0.0
    least = f", slack ratio from {worst:.3g}" if worst > _ROUNDING else ""
    return f"{tests.functions} functions{least}"


def stress_words(made: Transcript) -> str:
    """Return what the laboratory did with the statement and its proof, "" if it did not run."""
    stress = made.stress
    if stress is None or stress.functions is None:
        return ""
    if not stress.claim and made.outcome == "vacuous":
        text = f"none of {stress.functions} functions was found to satisfy the hypotheses"
    elif not stress.claim:
        text = f"the claim was exercised on none of {stress.functions} functions"
    else:
        text = f"tested on {stress.claim} functions"
    if (stress.worst or 0.0) > _ROUNDING:
        text += f", slack ratio from {stress.worst:.3g}"
    if stress.steps > 1 and stress.exercised == stress.steps:
        text += f"; each of the {stress.steps} steps on at least {stress.least}"
    elif stress.steps > 1 and not stress.exercised:
        text += "; no step of the proof was exercised"
    elif stress.steps > 1:
        text += f"; {stress.exercised} of the {stress.steps} steps were exercised"
    return text


def trust(made: Transcript) -> list[Phrase]:
    """Return what the theorem rests on and what was tested, an item each."""
    items: list[Phrase] = []
    for axiom in made.axioms:
        statement: Phrase = [f"axiom {axiom.name}: ", axiom.formula] if axiom.formula else []
        items.append([*(statement or [f"axiom {axiom.name}"]), f" ({axiom.source})"])
    if made.steps and not made.axioms and not made.oracles:
        items.append(["no axiom: the kernel's rules alone"])
    items += [[described(name)] for name in made.oracles]
    items += [[f"ADMITTED WITHOUT PROOF: {text}"] for text in made.admits]
    if made.definedness:
        shown: Phrase = ["defined, because: "]
        for position, formula in enumerate(made.definedness):
            shown += [", ", formula] if position else [formula]
        items.append(shown)
    if made.unused:
        items.append([f"hypotheses the proof does not need: {', '.join(made.unused)}"])
    if made.witness or made.consistency:
        items.append([f"consistency: {made.witness or made.consistency}"])
    if stress_words(made):
        items.append([stress_words(made)])
    return items + [[text] for text in made.remarks if text != made.consistency]


def need(verdict: Need) -> Phrase:
    """Return what is known about the need of a hypothesis, and how."""
    parts: Phrase = []
    for evidence in sorted(verdict.shown_by, key=lambda e: e.outcome != "refuted"):
        parts += [*(["; "] if parts else []), *_shown(evidence)]
    return parts or [verdict.status]


def _shown(evidence: Evidence) -> Phrase:
    refuted = evidence.outcome == "refuted"
    parts: Phrase = ["needed" if refuted else "redundant"]
    for position, condition in enumerate(evidence.when):
        parts += [" and " if position else " even when " if refuted else " when ", condition]
    if evidence.note:
        joint = ": " if not refuted else ", by "
        parts.append(f"{joint}{evidence.note}")
    how = f"{evidence.name}, {evidence.outcome} by the kernel"
    if evidence.trusted:
        how += f" with {_resting(evidence.trusted)}"
    return [*parts, f" ({how})"]


def _resting(trusted: Sequence[str]) -> str:
    """Return names of axioms and oracles, saying which they are."""
    axioms = [name for name in trusted if name in AXIOMS]
    oracles = [name for name in trusted if name not in AXIOMS]
    kinds = (("axiom", axioms), ("oracle", oracles))
    said = [f"the {kind}{'s' * (len(n) > 1)} {', '.join(n)}" for kind, n in kinds if n]
    return " and ".join(said)


def failure_text(made: Transcript) -> str:
    """Return a failure as text: where, what was wanted, what was there, what to do."""
    failure = made.failure or {}
    where = f"{failure.get('file') or made.file}:{failure.get('line') or made.line}"
    example = failure.get("counterexample") or (made.stress.counterexample if made.stress else "")
    told = laid_out({**failure, "counterexample": example})
    return "\n".join([f"{where}: {made.name}: {failure.get('message', made.outcome)}", *told])
