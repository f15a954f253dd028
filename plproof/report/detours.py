"""Proofs without detours: what is proved for all values, or under a condition, and used at once.

[untrusted: the rules of the kernel make every theorem anew]

A search proves a step for any points and then takes it at members of a sequence.  Read as it
stands such a proof says nothing of those members; with the values put into its steps it does, and
what was assumed is what is known there (reduction of proofs, Prawitz, 1965).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from plproof.kernel import rules
from plproof.kernel.normal import KernelError
from plproof.kernel.thm import RULES, Thm
from plproof.language.binding import substitute
from plproof.language.sorts import LanguageError
from plproof.language.terms import Term, free_variables

#: so many steps are made anew at most: of a long proof an explanation says less
_MOST = 100
#: rules that bind a variable of their premises
_BINDING = ("generalise", "obtain")


def direct(thm: Thm) -> Thm:
    """Return a theorem with the same conclusion whose last step is no detour, where that is known.

    An instance of what was generalised is proved with the value in place of the variable, what
    follows from P → Q and P with the proof of P in place of the assumption, a side of a
    conjunction as it was proved.
    """
    while True:
        shorter = _without_one(thm)
        if shorter is None:
            return thm
        thm = shorter


def _without_one(thm: Thm) -> Thm | None:
    """Return a theorem without the detour that it ends in, None where it ends in none."""
    if thm.rule not in ("instantiate", "modus_ponens", "conjunct") or _of_numbers(thm.conclusion):
        return None
    first = direct(thm.premises[0])
    while first.rule == "convert":
        first = direct(first.premises[0])
    try:
        if thm.rule == "instantiate" and first.rule == "generalise":
            values = {first.data["variable"]: thm.data["value"]}
            found = at_values(first.premises[0], values, {})
        elif thm.rule == "modus_ponens" and first.rule == "discharge":
            known = {first.data["hypothesis"]: thm.premises[1]}
            found = at_values(first.premises[0], {}, known)
        elif thm.rule == "conjunct" and first.rule == "conjunction":
            found = first.premises[thm.data["side"]]
        else:
            return None
        if found.conclusion != thm.conclusion:
            found = rules.convert(found, target=thm.conclusion)
    except (KernelError, LanguageError):
        return None
    return found


def _of_numbers(t: Term) -> bool:
    """Say whether a proposition is about numbers alone: polynomials, which take long to multiply
    out again and say no more at other values.
    """
    return all(v.sort.kind in ("Real", "Nat") for v in free_variables(t))


def at_values(thm: Thm, values: Mapping[Term, Term], known: Mapping[Term, Thm]) -> Thm:
    """Return a theorem proved anew with values for variables and proofs of what it assumed.

    ``values`` are for free variables, ``known`` for hypotheses as they stand before these are put
    in.  Raises KernelError where a value would be captured, where a step does not go through, and
    where very many would have to.
    """
    values = {v: value for v, value in values.items() if v != value}
    known = {h: th for h, th in known.items() if values or th.rule != "assume"}
    inside = {v for value in values.values() for v in free_variables(value)} | set(values)
    done: dict[int, Thm] = {}
    waiting, made = [thm], 0
    while waiting:
        here = waiting[-1]
        if id(here) in done:
            waiting.pop()
        elif not _touched(here, values, known):
            done[id(here)] = here
        elif here.rule == "assume":
            given = known.get(here.conclusion)
            new = substitute(here.conclusion, values)
            done[id(here)] = rules.assume(proposition=new) if given is None else given
        elif open_ := [p for p in here.premises if id(p) not in done]:
            waiting += open_
        else:
            if here.rule in _BINDING and here.data["variable"] in inside:
                raise KernelError(f"{here.data['variable']} stands for two things")
            made += 1
            if made > _MOST:
                raise KernelError(f"more than {_MOST} steps depend on these values")
            done[id(here)] = _again(here, tuple(done[id(p)] for p in here.premises), values)
    return done[id(thm)]


def _touched(thm: Thm, values: Mapping[Term, Term], known: Mapping[Term, Thm]) -> bool:
    """Say whether a theorem is another one with the values, or with what is known."""
    if any(h in known for h in thm.hypotheses):
        return True
    said = (thm.conclusion, *thm.hypotheses)
    return bool(values) and any(v in values for v in free_variables(said))


def _again(thm: Thm, premises: tuple[Thm, ...], values: Mapping[Term, Term]) -> Thm:
    """Apply the last rule of a theorem again, to new premises and with values in its data."""
    rule = RULES[thm.rule]
    data = {name: _at(rule.kinds[name], item, values) for name, item in thm.data.items()}
    return rule.apply(*premises, **data)


def _at(kind: str, item: Any, values: Mapping[Term, Term]) -> Any:
    """Return an item of a rule's data with the values put in."""

    def at(t: Term) -> Term:
        return substitute(t, values)

    if kind == "term":
        return at(item)
    if kind == "summands":
        return tuple(
            replace(
                s,
                squares=tuple(map(at, s.squares)),
                multiplier=None if s.multiplier is None else at(s.multiplier),
            )
            for s in item
        )
    if kind == "uses":
        return tuple(replace(use, values=tuple(map(at, use.values))) for use in item)
    return item
