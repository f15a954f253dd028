"""Certificates in words: what the kernel was given for a step, as a person can follow it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from plproof.kernel.combine import Summand
from plproof.kernel.rules import canonical
from plproof.kernel.thm import Thm
from plproof.language.printing import UNICODE, Style, show
from plproof.language.terms import Term, number

#: rules that only carry a theorem on; which premise they carry
_CARRIES = {"generalise": 0, "discharge": 0, "convert": 0, "instantiate": 0, "rename": 0}
_ZERO = number(0)


class Names:
    """Names of theorems in a transcript: labels of steps, names of hypotheses, instances."""

    def __init__(self, labels: Mapping[int, str], hypotheses: Mapping[Term, str]) -> None:
        self._labels = labels
        self._hypotheses = hypotheses

    def of(self, thm: Thm, style: Style = UNICODE) -> str:
        """Return the name of a theorem, or what it says in brackets when it has none."""
        found = self._named(thm, style)
        return found if found is not None else f"[{show(thm.conclusion, style)}]"

    def _named(self, thm: Thm, style: Style) -> str | None:
        values: list[str] = []
        while True:
            label = self._labels.get(id(thm)) or self._hypotheses.get(thm.conclusion)
            if label is not None and (thm.rule == "assume" or id(thm) in self._labels):
                return label + (f"({', '.join(reversed(values))})" if values else "")
            if thm.rule == "axiom":
                return f"axiom {thm.data['name']}"
            if thm.rule == "instantiate":
                values.append(show(thm.data["value"], style))
                thm = thm.premises[0]
            elif thm.rule in ("convert", "conjunct", "modus_ponens", "rename"):
                thm = thm.premises[0]
            elif thm.rule == "rewrite":
                thm = thm.premises[1]
            else:
                return None


def certificate(thm: Thm, names: Names, style: Style = UNICODE) -> str:
    """Return how a step was proved: its sum of premises and squares, or its rule in words.

    For a certificate: ``slack = decrease(y) + 1/β·pl(y)``, the slack being the right side of the
    claim minus its left side.
    """
    while thm.rule in _CARRIES and names._named(thm, style) is None:
        thm = thm.premises[_CARRIES[thm.rule]]
    if thm.rule == "rewrite":
        inner = certificate(thm.premises[1], names, style)
        return f"rewrite by {names.of(thm.premises[0], style)}" + (f"; {inner}" if inner else "")
    if thm.rule == "combine":
        return _sum(thm, names, style)
    words = {
        "antisymmetry": "from both inequalities",
        "definite": "a vector of norm 0 is 0",
        "conjunction": "both parts",
        "alternative": "one of the two",
        "witness": "by the value named",
        "admit": "admitted without proof",
    }
    return words.get(thm.rule, "")


def _sum(thm: Thm, names: Names, style: Style) -> str:
    target = canonical(thm.conclusion)
    parts = [_summand(thm, s, names, style) for s in thm.data["summands"]]
    total = " + ".join(parts) or "0"
    if target.op == "false":
        return f"0 = {total} > 0, a contradiction" if parts else "a contradiction"
    if target.op == "eq":
        return f"difference = {total}" if parts else "both sides are equal identically"
    if not parts:
        return "both sides are equal identically"
    return f"slack = {total} {'>' if target.op == 'lt' else '≥'} 0"


def _summand(thm: Thm, summand: Summand, names: Names, style: Style) -> str:
    factors: list[str] = []
    coefficient: Fraction = summand.coefficient
    for index in summand.premises:
        premise = thm.premises[index]
        sign = canonical(premise.conclusion)
        if (
            sign.op in ("le", "lt")
            and sign.args[0] == _ZERO
            and names._named(premise, style) is None
        ):
            factors.insert(0, _fenced(show(sign.args[1], style)))
        else:
            name = names.of(premise, style)
            factors.append(name if name.endswith((")", "]")) else _fenced(name))
    multiplier = summand.multiplier
    if multiplier is not None and multiplier != number(1):
        inner = multiplier.sort.kind == "Vec"
        text = show(multiplier, style)
        factors.insert(0, f"⟨{text}, ·⟩" if inner else _fenced(text))
    for t in summand.squares:
        text = show(t, style)
        factors.append(f"‖{text}‖²" if t.sort.kind == "Vec" else f"({text})²")
    if coefficient != 1 or not factors:
        factors.insert(0, f"{coefficient}" if coefficient >= 0 else f"({coefficient})")
    return "·".join(factors)


def _fenced(text: str) -> str:
    return f"({text})" if " " in text else text
