"""What a search starts from: the instances of the hypotheses at the points of a statement.

Equations between points are used to eliminate a point each, as x₁ in x₁ = x₀ − γ∇f(x₀), or x₀ in
x₁ = x₀ − γ∇f(x₁), where x₁ is not defined by the others; so that no two names mean one point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from plproof.kernel.normal import KernelError, NormalForm, Poly, Vector, times
from plproof.kernel.rules import rewrite
from plproof.kernel.thm import Thm
from plproof.language.binding import replace
from plproof.language.notation import canonical
from plproof.language.sorts import NAT, REAL
from plproof.language.syntax import eq, ip
from plproof.language.terms import Term, as_real, free_variables, number, rebuild, subterms
from plproof.proof.algebra import NoTerm, Reader, denominators
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact, opened
from plproof.proof.script import Proof
from plproof.proof.shortened import in_label
from plproof.search.statements.instances import comparisons, points_of, reached
from plproof.search.statements.members import by_number, is_member
from plproof.search.statements.parameters import constants, region

#: what an equation may say of a point: as ∇f(x*) = 0, or s(x*) = 0 for a subgradient
_AT_POINTS = ("grad", "app")
#: what a sum of vectors is solved for, the first that there is
_SOLVED_FOR = ("var", "app", "grad")


def gather(
    p: Proof, goal: Term, facts: Sequence[Fact], points: Sequence[Term]
) -> tuple[list[Fact], list[Fact], Term]:
    """Return the premises at all points, the equations that define points, and the goal.

    ``facts`` are those of :func:`plproof.search.claims.offered.known_facts`; ``points`` are more.
    """
    facts = at_numbers(p, facts, goal)
    stated = [fact for fact in facts if _is_vector_equation(opened(fact.thm).conclusion)]
    rest = [fact for fact in facts if fact not in stated]
    equations, unsolved = _eliminations(p, stated)
    plain, equations = equations, _written_out(p, equations)  # each is put in once then
    target = _rewritten(goal, equations)
    told = [opened(fact.thm).conclusion for fact in stated]
    ground = [f.claim for f in rest if canonical(f.claim).op in ("le", "lt", "eq")]
    moved = [_rewritten(t, equations) for t in (*ground, *told, *_centres(rest))]
    given = [*told, *(opened(fact.thm).conclusion for fact in equations)]
    kept = [left for c in given if (left := c.args[0]).op in _AT_POINTS]  # as in ∇f(x*) = 0
    at = points_of([target, *kept, *moved])
    named = _names(equations)  # written out, a point of many steps is as long as a book
    at = list(dict.fromkeys(named.get(t, t) for t in (*at, *points)))
    numbers = constants([goal, *ground])
    known = [f for f in rest if not region([f.claim], numbers)]
    found = [_moved(p, fact, equations) for fact in comparisons(known, at)]
    found += _tested(p, unsolved, equations, [target, *(fact.claim for fact in found)])
    form = NormalForm()
    if found and any(_has_numbers(form, claim) for claim in (target, *(f.claim for f in found))):
        found.append(p.quiet(number(0) <= number(1)))  # where a bound has room to spare
    return found, plain, target


def _has_numbers(form: NormalForm, claim: Term) -> bool:
    """Say whether a comparison has a summand that speaks of numbers alone, as c in A ≤ B + c."""
    c = canonical(claim)
    if c.op not in ("le", "lt", "eq") or c.args[0].sort != REAL:
        return False
    try:
        slack = form.scalar(c.args[1] - c.args[0])
    except KernelError:
        return False
    return any(all(form.atoms[a][0] == "var" for a, _ in monomial) for monomial in slack)


def left_over(p: Proof) -> list[Fact]:
    """Return the equations between vectors among the hypotheses that eliminate nothing."""
    stated = [h for h in p.hypotheses() if _is_vector_equation(opened(h.thm).conclusion)]
    return _eliminations(p, stated)[1]


def _names(equations: Sequence[Fact]) -> dict[Term, Term]:
    """Return the points that the equations define by what they are when written out."""
    lefts = (opened(fact.thm).conclusion.args[0] for fact in equations)
    return {_rewritten(v, equations): v for v in lefts if v.op == "var" or is_member(v)}


def _is_vector_equation(claim: Term) -> bool:
    return claim.op == "eq" and claim.args[0].sort.kind == "Vec"


def _centres(facts: Sequence[Fact]) -> list[Term]:
    """Return the hypotheses with arguments or for all points: those they name are points, too."""
    return [fact.claim for fact in facts if fact.claim.op in ("def", "all")]


def at_numbers(p: Proof, facts: Sequence[Fact], goal: Term) -> list[Fact]:
    """Return the facts with those for all k ∈ ℕ taken at numbers up to the largest index used.

    What speaks of x[k + 1] at k = n − 1 speaks of x[n].
    """
    indices = [k for term in (goal, *(f.claim for f in facts)) for k in _indices(term)]
    found: list[Fact] = []
    for fact in facts:
        whole = opened(fact.thm).conclusion
        if whole.op != "all" or whole.data.sort != NAT or not indices:
            found.append(fact)
            continue
        for k in range(max(indices) + 1):
            instance = fact(number(k, NAT))
            claim = with_sums(instance.claim)
            beyond = max(_indices(claim), default=0) > max(indices)
            if not beyond and claim.op in ("le", "lt", "ge", "gt", "eq"):
                here = instance if claim == instance.claim else p.quiet(claim, [instance])
                found.append(p.fact(here.thm, instance.label))
    return found


def _indices(term: Term) -> list[int]:
    """Return the numbers at which sequences are taken in a term."""
    return [int(t.args[1].data) for t in subterms(term) if by_number(t)]


def with_sums(term: Term) -> Term:
    """Return a term with sums of natural numbers worked out: x[1] for x[0 + 1]."""

    def value(t: Term, depth: int) -> Term | None:
        if t.op == "add" and t.sort == NAT and all(a.op == "num" for a in t.args):
            return number(sum((a.data for a in t.args), Fraction(0)), NAT)
        return None

    return rebuild(term, value)


def _eliminations(p: Proof, stated: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Return equations that each give one term by others, to be used in turn, and those that
    cannot be brought to that form.
    """
    equations: list[Fact] = []
    unsolved: list[Fact] = []
    for fact in stated:
        claim = opened(fact.thm).conclusion
        left, right = claim.args
        plain = left.op in ("var", *_AT_POINTS) and not _in_circle(left, right, equations)
        moved = plain and _rewritten(left, equations) == left
        if moved:
            equations.append(fact)
            continue
        now = _rewritten(claim, equations)
        solved = _solved(*now.args)
        if solved is None:
            unsolved.append(fact)
        else:
            here = fact if now == claim else p.quiet(now, [*equations, fact])
            equations.append(p.quiet(solved, [here]))
    others: list[Fact] = []
    for fact in unsolved:  # once no name that can be eliminated is left
        found = _balanced(p, fact, equations)
        if found is None:
            others.append(fact)
        else:
            equations.append(found)
    return equations, others


def _written_out(p: Proof, equations: Sequence[Fact]) -> list[Fact]:
    """Return equations that are used in turn with what they give written out, in their order."""
    defined = {opened(fact.thm).conclusion.args[0] for fact in equations}
    spoken = [defined & set(subterms(opened(e.thm).conclusion.args[1])) for e in equations]
    made: dict[Term, Thm] = {}
    found: dict[int, Fact] = {}
    open_ = list(range(len(equations)))
    while open_:
        ready = [n for n in open_ if spoken[n] <= made.keys()]
        if not ready:  # one speaks of itself by way of others
            return list(equations)
        for n in ready:
            thm = opened(equations[n].thm)
            for left in sorted(spoken[n], key=in_label):
                said, right = thm.conclusion.args
                target = eq(said, replace(right, left, made[left].conclusion.args[1]))
                thm = rewrite(made[left], thm, target=target)
            found[n] = p.fact(thm, equations[n].label)
        made |= {opened(found[n].thm).conclusion.args[0]: opened(found[n].thm) for n in ready}
        open_ = [n for n in open_ if n not in found]
    return [found[n] for n in range(len(equations))]


def _balanced(p: Proof, fact: Fact, equations: Sequence[Fact]) -> Fact | None:
    """Return what a sum of vectors that is 0 says of one of them, as s(x*) = −∇f(x*); or None.

    A point is wanted most, then a value of a map, then a gradient, either at a point that has a
    name; its coefficient may speak of parameters, which are shown not to be 0.
    """
    here = _moved(p, fact, equations)
    for solved in _summands(*opened(here.thm).conclusion.args):
        try:
            return p.quiet(solved, [here])
        except ProofError:  # what it is divided by may be 0
            continue
    return None


def _summands(left: Term, right: Term) -> list[Term]:
    """Return v = t for what an equation can be solved for, t without v, likeliest first."""
    below = list(denominators([left, right]))
    form = NormalForm(below)
    reader = Reader(form, [left, right, *(number(1) / as_real(d) for d in below)])
    found: list[tuple[tuple[bool, int], Term]] = []
    try:
        parts = form.vector(right - left)
        terms = {atom: reader.vector(atom) for atom in parts}
        for atom, v in terms.items():
            others = [terms[a] for a in parts if a != atom]
            simple = v.op == "var" or (v.op in _AT_POINTS and v.args[-1].op == "var")
            alone = simple and not any(v in set(subterms(t)) for t in others)
            if not alone or len(parts[atom]) != 1:
                continue
            ((monomial, c),) = parts[atom].items()
            inverse = {tuple((a, -e) for a, e in monomial): -1 / c}
            total = _total(reader, parts, terms, atom, inverse)
            said = eq(v, number(0, v.sort) if total is None else total)
            found.append(((bool(monomial), _SOLVED_FOR.index(v.op)), said))
    except (KernelError, NoTerm):
        return []
    return [said for _, said in sorted(found, key=lambda pair: pair[0])]


def _in_circle(left: Term, right: Term, equations: Sequence[Fact]) -> bool:
    """Say whether what an equation gives is in what it is given by, by way of the others too.

    As of x₁ = x₀ − ∇f(x₂), x₂ = x₀ − ∇f(x₁), where there is no end to writing points out.
    """
    sides = (opened(e.thm).conclusion.args for e in equations)
    return left in reached([right], {both[0]: both[1] for both in sides})


def _solved(left: Term, right: Term) -> Term | None:
    """Return v = t for a variable v that an equation gives by others, t without v, or None."""
    form = NormalForm()
    reader = Reader(form, [left, right])
    try:
        parts = form.vector(right - left)
        terms = {atom: reader.vector(atom) for atom in parts}
        for atom, v in terms.items():
            c = parts[atom]
            others = [terms[a] for a in parts if a != atom]
            alone = v.op == "var" and set(c) == {()} and v not in free_variables(others)
            if not alone:
                continue
            total = _total(reader, parts, terms, atom, {(): -1 / c[()]})
            return None if total is None else eq(v, total)
    except (KernelError, NoTerm):
        return None
    return None


def _total(
    reader: Reader, parts: Vector, terms: Mapping[int, Term], atom: int, factor: Poly
) -> Term | None:
    """Return what a vector is without one of its atoms, times a factor; None where that is 0."""
    total: Term | None = None
    for other, weight in parts.items():
        if other != atom:
            total = _added(total, reader, times(weight, factor), terms[other])
    return total


def _added(total: Term | None, reader: Reader, weight: Mapping[Any, Fraction], v: Term) -> Term:
    negative = all(c < 0 for c in weight.values())
    size = reader.polynomial({m: -c if negative else c for m, c in weight.items()})
    piece = v if size == number(1) else size * v
    if total is None:
        return -piece if negative else piece
    return total - piece if negative else total + piece


def _tested(
    p: Proof, unsolved: Sequence[Fact], equations: Sequence[Fact], terms: Sequence[Term]
) -> Iterator[Fact]:
    """Yield ⟨v, a⟩ = ⟨v, b⟩ for the equations a = b that eliminate nothing and all vectors v."""
    for fact in unsolved:
        claim = _rewritten(opened(fact.thm).conclusion, equations)
        here = _moved(p, fact, equations)
        form = NormalForm()
        reader = Reader(form, [claim, *terms])
        for v in list(reader.vectors.values()):
            if v.sort == claim.args[0].sort:
                yield p.quiet(eq(ip(v, claim.args[0]), ip(v, claim.args[1])), [v * here])


def _moved(p: Proof, fact: Fact, equations: Sequence[Fact]) -> Fact:
    """Return the fact rewritten by the equations, under its own name.

    The last ones come first: they speak of what the others define.
    """
    thm, last_first = fact.thm, [opened(e.thm) for e in reversed(equations)]
    met = set(subterms(thm.conclusion))
    for _ in range(len(equations) + 1):
        before = thm.conclusion
        for equation in last_first:
            left, right = equation.conclusion.args
            if left in met:
                target = replace(thm.conclusion, left, right)
                thm = rewrite(equation, thm, target=target)
                met = set(subterms(target))
        if thm.conclusion == before:
            break
    return fact if thm is fact.thm else p.fact(thm, fact.label)


def _rewritten(t: Term, equations: Sequence[Fact]) -> Term:
    last_first = [opened(fact.thm).conclusion.args for fact in reversed(equations)]
    met = set(subterms(t))
    for _ in range(len(equations) + 1):
        before = t
        for left, right in last_first:
            if left in met:
                t = replace(t, left, right)
                met = set(subterms(t))
        if t == before:
            break
    return t
