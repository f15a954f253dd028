"""What a theorem object does here: ``stress`` and ``plot``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape

from plproof.laboratory.campaigns.campaign import Campaign, Findings, Settings, do_unit
from plproof.laboratory.families import FamilyKind
from plproof.laboratory.testing.landscape import Landscape, landscapes
from plproof.laboratory.worst_case.envelope import Envelope, envelopes
from plproof.language.statement import Statement
from plproof.proof.theorem import Theorem
from plproof.report.campaign import tightness, verdict_of
from plproof.report.plots import envelope_svg, landscape_svg, require_plots


class Stressed:
    """What a stress test found, as a notebook shows it; ``findings`` is its data."""

    def __init__(self, findings: Findings, expected: str) -> None:
        self.findings = findings
        self._expected = expected

    def _lines(self) -> list[str]:
        found = self.findings
        verdict = verdict_of(found, self._expected)
        counted = f"{found.checks:,} of {found.functions:,} functions satisfy the hypotheses"
        lines = [f"{found.name}: {verdict}; {counted}", *tightness(found), *found.quarantined]
        if found.counterexample is not None:
            lines += [found.counterexample["text"], found.counterexample["snippet"]]
        return lines

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        return "".join(f"<pre>{escape(line)}</pre>" for line in self._lines())


class Drawing:
    """The pictures of a claim, one SVG below the other.

    Their data: ``envelopes`` of inequalities, and ``landscapes`` where convexity is claimed, or
    denied.
    """

    def __init__(self, name: str, found: list[Envelope], slices: list[Landscape]) -> None:
        self.envelopes, self.landscapes = found, slices
        self._name = name
        self.svgs = [envelope_svg(envelope) for envelope in found]
        self.svgs += [landscape_svg(landscape) for landscape in slices]

    def __repr__(self) -> str:
        titles = [e.title for e in self.envelopes] + [s.title for s in self.landscapes]
        return f"<drawing of {self._name}: {'; '.join(titles) or 'nothing to draw'}>"

    def _repr_html_(self) -> str:
        if not self.svgs:
            return f"<p>{escape(self._name)}: no inequality and no convexity to draw</p>"
        return "".join(svg[svg.index("<svg") :] for svg in self.svgs)


def stress(
    theorem: Theorem,
    functions: int,
    adversary: bool,
    seed: int,
    families: Sequence[FamilyKind] = (),
) -> Stressed:
    """Run a campaign on one theorem object in this process; see :meth:`Theorem.stress`."""
    settings = Settings(functions=functions, adversary=adversary, seed=seed, jobs=0)
    work = partial(do_unit, families=tuple(families))
    campaign = Campaign([(theorem.name, _whole(theorem))], settings, work=work)
    (found,) = campaign.run()
    campaign.close()
    return Stressed(found, theorem.expect)


def plot(theorem: Theorem, seed: int, families: Sequence[FamilyKind] = ()) -> Drawing:
    """Draw what is observed beside the claim; see :meth:`Theorem.plot`.  NoPlots: no matplotlib."""
    require_plots()
    statement = _whole(theorem)
    found = envelopes(statement, seed, families=families)
    return Drawing(theorem.name, found, landscapes(statement, seed))


def _whole(theorem: Theorem) -> Statement:
    """Return the statement, in place of an unknown the value that its proof finds.

    With the unknown as one more variable it would be false.  ProofError: there is no proof.
    """
    return theorem.statement if theorem.unknown is None else theorem.derive().statement
