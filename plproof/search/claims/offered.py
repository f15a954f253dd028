"""Theorem objects offered to a search: at which functions, constants and points they are used.

Functions and constants are read off the hypotheses that are definitions, as L in Smooth(f, L); what
is left is matched with the points of the goal, as the step γ with 1/L in x − ∇f(x)/L.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from plproof.kernel.normal import KernelError, NormalForm
from plproof.language.binding import rename_spaces, replace, substitute
from plproof.language.notation import canonical
from plproof.language.propositions import at_variables
from plproof.language.sorts import REAL
from plproof.language.terms import Term, free_variables
from plproof.proof.algebra import NoTerm, Reader, denominators
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact, opened
from plproof.proof.script import Proof
from plproof.search.claims.advice import not_convex_enough
from plproof.search.claims.interpolation import interpolated
from plproof.search.claims.stationary import stationary
from plproof.search.statements.instances import points_of, reached
from plproof.search.statements.squares import squared

#: instances of one theorem, and choices of points that are tried for it
_LEMMAS, _TRIED = 64, 256

Values = dict[Term, Term]


def known_facts(
    p: Proof, using: Sequence[Any], goal: Term, offered_at_first: Sequence[Any] = ()
) -> list[Fact]:
    """Return the hypotheses, and what the theorems offered say of the goal's functions.

    Facts may be offered too, as they stand.  That gradients vanish at minimisers, what smooth
    classes say of two points and what is said of squares of norms need not be offered.  Raises
    ProofError as :func:`instances_of` does.  ``offered_at_first`` are theorems of which there are
    facts among those that are offered now.
    """
    offered = [
        fact
        for lemma in using
        for fact in ([lemma] if isinstance(lemma, Fact) else instances_of(p, lemma, goal))
    ]
    said = {fact.claim for fact in offered}
    classes = interpolated(p, [*using, *offered_at_first])
    more = [f for f in (*stationary(p), *classes, *squared(p)) if f.claim not in said]
    return [*p.hypotheses(), *offered, *more]


def instances_of(p: Proof, lemma: Any, goal: Term) -> list[Fact]:
    """Return the lemma's claim for all functions and constants its hypotheses are known of.

    Its other variables get values with which its points are points of the goal; one for which there
    are none keeps its name.  Raises ProofError, which says why, when no instance fits.
    """
    points: list[Term] | None = None
    found: dict[Term, Fact] = {}
    failure: ProofError | None = None
    for known in _by_definitions(p, lemma):
        open_ = [v for v in lemma.statement.variables() if v not in known]
        choices: list[Values] = [known]
        if any(v.sort == REAL or v.sort.kind == "Vec" for v in open_):
            points = _points_of_goal(p, goal) if points is None else points
            matched = _matched(lemma.statement.claim, known, open_, points)
            choices = [*islice(matched, _TRIED), known]
        for values in choices:
            try:
                fact = p.use(lemma, values)
            except ProofError as error:
                failure = failure or error
                continue
            found.setdefault(fact.claim, fact)
            if len(found) == _LEMMAS:
                return list(found.values())
    if not found and failure is not None:
        failure.hint = failure.hint or not_convex_enough(p.hypotheses())
        raise failure
    return list(found.values())


def _by_definitions(p: Proof, lemma: Any) -> Iterator[Values]:
    """Yield values of a lemma's variables, from definitions among its and the known hypotheses."""
    choices: list[list[Values]] = []
    for _, wanted in lemma.statement.hypotheses:
        if wanted.op != "def":
            continue
        fitting = [
            {v: t for v, t in zip(wanted.args, fact.claim.args, strict=True) if v.op == "var"}
            for fact in p.hypotheses()
            if fact.claim.op == "def" and fact.claim.data == wanted.data
        ]
        if fitting:
            choices.append(fitting)
    fits = False
    for chosen in product(*choices):
        values: Values = {}
        if all(values.setdefault(v, t) == t for part in chosen for v, t in part.items()):
            fits = True
            yield values
    if not fits:
        yield {}


def _points_of_goal(p: Proof, goal: Term) -> list[Term]:
    """Return the points of the goal, those that equations define written out, and their centres."""
    definitions: dict[Term, Term] = {}
    for claim in (opened(fact.thm).conclusion for fact in p.hypotheses()):
        if claim.op == "eq" and claim.args[0].op == "var" and claim.args[0].sort.kind == "Vec":
            left, right = claim.args
            if left not in definitions and left not in reached([right], definitions):
                definitions[left] = right
    written = canonical(goal)
    for _ in definitions:
        for left, right in definitions.items():
            written = replace(written, left, right)
    return points_of([written])


def _matched(
    claim: Term, known: Mapping[Term, Term], open_: Sequence[Term], points: Sequence[Term]
) -> Iterator[Values]:
    """Yield values of all open numbers and points with which the claim's points are these."""
    homes = {
        name: home
        for v, t in known.items()
        for name, home in zip(v.sort.space_names(), t.sort.space_names(), strict=True)
    }
    moved = {rename_spaces(v, homes): v for v in (*known, *open_)}
    claim = rename_spaces(claim, homes)
    claim = substitute(claim, {rename_spaces(v, homes): t for v, t in known.items()})
    claim, bound = at_variables(claim, points, kind="Vec")
    numbers = [v for v in open_ if v.sort == REAL]
    vectors = [v for v in (*moved, *bound) if v.sort.kind == "Vec" and moved.get(v) not in known]
    seen: list[Values] = []
    for chosen in product(points, repeat=len(vectors)):
        at = dict(zip(vectors, chosen, strict=True))
        if any(v.sort != t.sort for v, t in at.items()):
            continue
        steps = [t for t in points_of([substitute(claim, at)]) if _speaks(t, numbers)]
        for met in product(points, repeat=len(steps)):
            solved = _numbers(list(zip(steps, met, strict=True)), numbers)
            if solved is None or (steps and len(solved) < len(numbers)):
                continue
            values = {**known, **{moved[v]: t for v, t in at.items() if v in moved}, **solved}
            if values not in seen and (steps or not bound):
                seen.append(values)
                yield values


def _speaks(t: Term, numbers: Sequence[Term]) -> bool:
    return bool(set(free_variables(t)) & set(numbers))


def _numbers(pairs: Sequence[tuple[Term, Term]], numbers: Sequence[Term]) -> Values | None:
    """Return the numbers with which the vectors of each pair are equal, None if there are none."""
    found: Values = {}
    for step, point in pairs:
        here = _solved(substitute(step, found), point, [v for v in numbers if v not in found])
        if here is None:
            return None
        found |= here
    return found


def _solved(step: Term, point: Term, numbers: Sequence[Term]) -> Values | None:
    """Return values of numbers, each the coefficient of a vector, with which a step is a point."""
    below = denominators([step, point])  # those of the goal are known not to be 0
    form = NormalForm(below)
    reader = Reader(form, [step, point, *numbers, *below])
    found: Values = {}
    try:
        ours, theirs = form.vector(step), form.vector(point)
        atoms = {m[0][0]: v for v in numbers for m in form.scalar(v)}
        for vector in {**ours, **theirs}:
            mine, wanted = ours.get(vector, {}), theirs.get(vector, {})
            unknown = {a for m in mine for a, _ in m if a in atoms}
            if not unknown:
                if mine != wanted:
                    return None
                continue
            ((monomial, c),) = mine.items() if len(mine) == 1 else (((), None),)
            if c is None or len(monomial) != 1 or monomial[0][1] != 1 or not wanted:
                return None
            value = reader.polynomial({m: w / c for m, w in wanted.items()})
            if found.setdefault(atoms[monomial[0][0]], value) != value:
                return None
    except (KernelError, NoTerm):
        return None
    return found
