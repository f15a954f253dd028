"""Weights of premises in closed form: rational functions of the parameters through samples.

They are a guess, and the proof made with them is what counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from plproof.language.binding import substitute
from plproof.language.terms import Term
from plproof.proof.script import Proof
from plproof.search.claims.least_rates import best_of
from plproof.search.counterexamples.evidence import NoProof
from plproof.search.many_points.sampled import DEGREES, Lost, Points, Values, through_samples
from plproof.search.programs.bridge import translate
from plproof.search.programs.exact import Found
from plproof.search.programs.fitting import fit, samples_needed
from plproof.search.programs.program import Form, Program
from plproof.search.programs.rounding import Failed, certificate
from plproof.search.programs.surd import without_root
from plproof.search.statements.on_a_line import Line
from plproof.search.statements.parameters import region

_0, _1 = Fraction(0), Fraction(1)


def in_closed_form(
    p: Proof,
    stated: Term,
    conclusions: Sequence[Term],
    parameters: Sequence[Term],
    lightest: bool = False,
) -> list[Term] | None:
    """Return the weights of the premises as rational functions of the parameters, or None.

    With ``lightest`` those with the least sum at each sample, which are unique where a claim is
    weaker than need be and any of a whole range of weights will do.
    """
    search = _lightest if lightest else _any

    def weights(values: Values) -> list[Fraction] | None:
        numeric = [substitute(c, values) for c in conclusions]
        found = search(translate(substitute(stated, values), (), None, numeric).program)
        if found is None:
            return None
        return [without_root(found.weights.get(j, _0)) for j in range(len(conclusions))]

    about = region([fact.claim for fact in p.hypotheses()], parameters)
    wanted = [samples_needed(len(parameters), degree) for degree in DEGREES]
    line = Line(parameters, about, weights)
    if line.excludes(wanted[0], wanted[-1]):
        return None

    def fitted(points: Points, answers: Sequence[Sequence[Fraction]]) -> list[Term] | None:
        forms = _forms(parameters, points, answers)
        if forms is None and line.excludes(wanted[1], wanted[-1]):
            raise Lost
        return forms

    try:
        return through_samples(parameters, about, weights, fitted)
    except Lost:
        return None


def _forms(
    parameters: Sequence[Term], points: Points, answers: Sequence[Sequence[Fraction]]
) -> list[Term] | None:
    """Return the rational functions through the answers, one of each place in them, or None."""
    fits: dict[tuple[Fraction, ...], Term] = {}
    columns = list(zip(*answers, strict=True))
    for column in columns:
        form = fits[column] if column in fits else fit(parameters, points, column)
        if form is None:
            return None
        fits[column] = form
    return [fits[column] for column in columns]


def _any(program: Program) -> Found | None:
    found = certificate(program, _0)
    return None if isinstance(found, Failed) else found


def _lightest(program: Program) -> Found | None:
    """Return a certificate of which the weights of the inequalities have the least sum, or None.

    That sum is the rate of a program with one value more, which has to cancel.
    """
    k = program.values
    counted = [
        c if free else Form(c.quadratic, {**c.linear, k: _1})
        for c, free in zip(program.columns, program.free, strict=True)
    ]
    whole = replace(program, values=k + 1, columns=tuple(counted), bound=Form({}, {k: _1}))
    try:
        _, least = best_of(whole)
    except NoProof:
        return None
    if not isinstance(least, Fraction):
        return None
    found = certificate(whole, least)
    return None if isinstance(found, Failed) else found
