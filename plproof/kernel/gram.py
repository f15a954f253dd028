"""gram, the rule for many points: inequalities leave a form that is never negative.  [trusted]

A class of functions has an inequality for every pair of points.  Each is read once, with variables
for the points, and its atoms are moved to the points at which it is used; equations of vectors
are solved for one vector each; of what remains of the goal, Σ Qₐᵦ⟨a, b⟩, the kernel decides itself,
in whole numbers, that Q is positive semidefinite.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

from plproof.kernel.normal import (
    ONE,
    SCALAR,
    VALUED,
    Monomial,
    NormalForm,
    Vector,
    constant,
    key_of,
)
from plproof.kernel.thm import Derived, Thm, require, rule, union
from plproof.language.notation import canonical
from plproof.language.signatures import BINDERS
from plproof.language.sorts import Sort
from plproof.language.terms import Term, subterms

Row = dict[int, Fraction | int]  # a vector: coefficients of vector atoms, whole ones as int
MAX_VECTORS = 128
MAX_SIZE, MAX_ENTRY = 4_000, 500  # binary digits of a number, of one in a vector
MAX_PRODUCTS = 1_000_000
MAX_WORK = 10**12  # of elimination: products of numbers of digits
INEQUALITIES = ("le", "ge", "lt", "gt")


class Rows(dict[int, Row]):
    """Vectors that equations give, and how many products were made to put them into others."""

    work = 0


@dataclass(frozen=True)
class Use:
    """weight · slack of a premise, at values for the points that it speaks of."""

    weight: Fraction
    premise: int
    values: tuple[Term, ...] = ()


class Point(NamedTuple):
    """A variable of a pattern: its sort, its atom, the functions at it as (atom, operation, f)."""

    sort: Sort
    atom: int
    functions: list[tuple[int, object, object]]


class Pattern(NamedTuple):
    """``size`` times a slack for all points: Gram entries (a, b, c) and other monomials (m, c)."""

    size: int
    pairs: list[tuple[int, int, int]]
    others: list[tuple[Monomial, int]]
    points: list[Point]


@rule(goal="term", uses="uses")
def gram(*theorems: Thm, goal: Term, uses: Sequence[Use]) -> Derived:
    """Γᵢ ⊢ ∀x̄. Aᵢ ≤ Bᵢ,  Δⱼ ⊢ uⱼ = vⱼ  /  ∪Γᵢ ∪ Δⱼ ⊢ A ≤ B, where, once vectors are replaced along
    all the equations uⱼ = vⱼ,  B − A = Σ c·(Bᵢ − Aᵢ)[t̄/x̄] + r + Σ Qₐᵦ⟨a, b⟩  identically, with
    rational c > 0 and r ≥ 0 and a positive semidefinite Q.
    >>> bound = assume(proposition=forall(v, f(v) >= sq(v)))
    >>> gram(bound, goal=f(u) >= 0, uses=[Use(Fraction(1), 0, (u,))])
    ∀v. f(v) ≥ ‖v‖² ⊢ f(u) ≥ 0
    """
    uses = tuple(uses)  # the same each time they are gone through
    kinds = Fraction, tuple
    exact = all(type(u) is Use and (type(u.weight), type(u.values)) == kinds for u in uses)
    positive = exact and all(_plain(u.weight).numerator > 0 for u in uses)
    require(positive, "gram: a weight is not a positive rational")
    inside = all(type(u.premise) is int and 0 <= u.premise < len(theorems) for u in uses)
    closed = all(type(t) is Term and not t.loose for u in uses for t in u.values)
    require(inside and closed, "gram: a bad use of a premise")
    form, rows = NormalForm(), Rows()
    for th in theorems:
        if th.conclusion.op == "eq" and th.conclusion.args[0].sort.kind == "Vec":
            _solve(form, th.conclusion, rows)
    for a in reversed(list(rows)):
        rows[a] = _reduced(rows[a], rows)
    slack = _pattern(form, goal, 0, ("le", "ge"))
    patterns = {}
    for i, count in {u.premise: len(u.values) for u in uses}.items():
        patterns[i] = _pattern(form, theorems[i].conclusion, count, INEQUALITIES)
    size = _common([slack.size, *(u.weight.denominator * patterns[u.premise].size for u in uses)])
    pairs = {(a, b): c * (size // slack.size) for a, b, c in slack.pairs}
    others = {m: c * (size // slack.size) for m, c in slack.others}
    spots: dict[Term, tuple[int, object]] = {}
    met: dict[tuple[int, int, Term], dict[int, int]] = {}  # atoms of points at the values
    for u in uses:
        pattern, at = patterns[u.premise], dict[int, int]()
        weight = u.weight.numerator * (size // (u.weight.denominator * pattern.size))
        require(len(u.values) == len(pattern.points), "gram: one premise, two counts of values")
        for n, value in enumerate(u.values):
            key = u.premise, n, value
            if key not in met:
                if value not in spots:
                    spots[value] = _spot(form, value, rows)
                met[key] = _moved(form, pattern.points[n], value, *spots[value])
            at |= met[key]
        for a, b, c in pattern.pairs:
            pair = at.get(a, a), at.get(b, b)
            pairs[pair] = pairs.get(pair, 0) - weight * c
        for m, c in pattern.others:
            m = ((at[m[0][0]], 1),) if m and m[0][0] in at else m
            others[m] = others.get(m, 0) - weight * c
    require(others.pop((), 0) >= 0 and not any(others.values()), "gram: what is left is no form")
    require(_semidefinite(_matrix(pairs, rows)), "gram: what is left can be negative")
    return Derived(union(*(th.hypotheses for th in theorems), ()), goal)


def _matrix(pairs: Mapping[tuple[int, int], int], rows: Rows) -> list[dict[int, int]]:
    """Return a positive multiple of the matrix of a form, its vectors replaced by their rows."""
    broken = (c for row in rows.values() for c in row.values() if type(c) is not int)
    whole = _common(c.denominator for c in broken)
    place: dict[int, int] = {}
    lines = {}
    for a in dict.fromkeys(a for pair, c in pairs.items() if c for a in pair):
        row = rows.get(a, {a: 1})
        lines[a] = [(place.setdefault(b, len(place)), int(c * whole)) for b, c in row.items()]
    require(len(place) <= MAX_VECTORS, "gram: there are more than {} vectors", MAX_VECTORS)
    products = sum(len(lines[a]) * len(lines[b]) for (a, b), c in pairs.items() if c)
    require(products <= MAX_PRODUCTS, "gram: there are too many products")
    matrix = [dict[int, int]() for _ in place]
    for (a, b), c in pairs.items():
        for i, x in lines[a] if c else ():
            for j, y in lines[b]:
                matrix[i][j] = matrix[i].get(j, 0) + c * x * y
                matrix[j][i] = matrix[j].get(i, 0) + c * x * y
    return matrix


def _pattern(form: NormalForm, claim: Term, count: int, relations: Sequence[str]) -> Pattern:
    """Return the slack of a claim A ≤ B, for all points in place of its first variables."""
    body, sorts = claim, list[Sort]()
    while body.op == "all" and len(sorts) < count:
        sorts.append(body.data.sort)
        body = body.args[0]
    inner = [*subterms(body)] if count else []
    hidden = any(t.op == "def" and t.loose for t in inner)  # what it unfolds to may have binders
    if hidden or (body.op not in relations and claim.notation):
        return _pattern(form, canonical(claim), count, relations)
    fits = len(sorts) == count and all(sort.kind == "Vec" for sort in sorts)
    require(fits and body.op in relations, "gram: {} is not A ≤ B for {} points", claim, count)
    for t in inner:
        require(t.op not in BINDERS, "gram: {} has variables of its own", t)
        if not t.loose and t.sort.kind in VALUED:
            form.value(t)  # its atoms are met before the points, and do not move
    first, start = len(form.atoms), len(form.atoms) + count
    left, right = body.args[:: 1 if body.op in ("le", "lt") else -1]
    atoms, difference = form.pattern(left, right, sorts)
    slack = difference.get(SCALAR, {})
    places = {((a, key_of(constant(1))),): n for n, a in enumerate(atoms)}
    points = [Point(sort, a, []) for a, sort in zip(atoms, sorts, strict=True)]
    for n, (op, *parts) in enumerate(form.atoms[start:] if count else (), start):
        if op in ("app", "grad") and parts[1] in places:
            f = parts[0]
            fixed = f < first if isinstance(f, int) else f.op == "var"
            require(fixed, "gram: a function in {} depends on its points", claim)
            points[places[parts[1]]].functions.append((n, op, f))
        else:
            require(op == "ip", "gram: {} is not about its points alone", claim)
    size, pairs, others = _common(c.denominator for c in slack.values()), [], []
    for m, value in slack.items():
        c, alone = value.numerator * (size // value.denominator), len(m) == 1 and m[0][1] == 1
        atom = form.atoms[m[0][0]] if alone else ("",)
        if atom[0] == "ip":
            pairs.append((atom[1], atom[2], c))
        else:
            still = alone or not count or all(a < first for a, _ in m)
            require(still, "gram: {} is no form in its points", claim)
            others.append((m, c))
    return Pattern(size, pairs, others, points)


def _spot(form: NormalForm, value: Term, rows: Rows) -> tuple[int, object]:
    """Return the atom and the key of a vector; a sum gets an atom and a row of its own."""
    row, key = _row(form.vector(value)), form.key(value)
    atom = max(row) if [*row.values()] == [1] else form.number(("value", key))
    if atom not in row:
        rows[atom] = _reduced(row, rows)
    return atom, key


def _moved(form: NormalForm, point: Point, value: Term, atom: int, key: object) -> dict[int, int]:
    """Return what the atoms of a point are at a value."""
    require(value.sort == point.sort, "gram: {} does not fit", value)
    moved = {n: form.number((op, f, key)) for n, op, f in point.functions}
    moved[point.atom] = atom
    return moved


def _common(denominators: Iterable[int]) -> int:
    common = 1
    for d in denominators:
        if common % d:
            common = lcm(common, d)
            require(common.bit_length() <= MAX_SIZE, "gram: a denominator is too large")
    return common


def _row(v: Vector) -> Row:
    """Return a vector that has rational coefficients."""
    row: Row = {}
    for a, p in v.items():
        require(len(p) == 1 and () in p, "gram: a coefficient is not rational")
        row[a] = _plain(p[()], MAX_ENTRY)
    return row


def _plain(c: Fraction | int, size: int = MAX_SIZE) -> Fraction | int:
    """Return a number that is not too large, a whole one as int."""
    if c is ONE:
        return 1
    fits = max(c.numerator.bit_length(), c.denominator.bit_length()) <= size
    require(fits, "gram: a number is too large")
    return c.numerator if c.denominator == 1 else c


def _reduced(row: Row, rows: Rows) -> Row:
    """Return the vector with others in place of those that equations give."""
    while not rows.keys().isdisjoint(row):  # what is put in has earlier atoms: there is an end
        rows.work += sum(len(rows.get(a, ())) for a in row)
        require(rows.work <= MAX_PRODUCTS, "gram: there are too many products")
        total: Row = {}
        for a, c in row.items():
            for b, d in rows[a].items() if a in rows else ((a, 1),):
                total[b] = _plain(total.get(b, 0) + c * d, MAX_ENTRY)
            require(len(total) <= MAX_VECTORS, "gram: there are more than {} vectors", MAX_VECTORS)
        row = {a: c for a, c in total.items() if c}
    return {a: c for a, c in row.items() if c}


def _solve(form: NormalForm, equation: Term, rows: Rows) -> None:
    """Add the vector that an equation gives: of those in it the one that was met last."""
    left, right = (_row(form.vector(side)) for side in equation.args)
    row = _reduced({a: right.get(a, 0) - left.get(a, 0) for a in {**left, **right}}, rows)
    if row:
        last = max(row)
        c = -row.pop(last)
        one = c if c in (1, -1) else 1 / Fraction(c)
        rows[last] = {a: _plain(d * one, MAX_ENTRY) for a, d in row.items()}


def _semidefinite(matrix: Sequence[Mapping[int, int]]) -> bool:
    """Say whether a symmetric matrix is positive semidefinite, by elimination (Gauss).

    Rows are kept up to positive factors; those with few entries come first.
    """
    rows = {i: {j: c for j, c in row.items() if c} for i, row in enumerate(matrix)}
    work = 0
    for k in sorted(rows, key=lambda i: len(rows[i])):
        top = rows.pop(k)
        pivot = top.pop(k, 0)
        if pivot < 0 or (top and not pivot):
            return False
        for i in top:
            c = rows[i].pop(k)
            p, q = pivot // gcd(pivot, c), c // gcd(pivot, c)
            digits = sum(map(int.bit_length, (*top.values(), *rows[i].values())))
            work += digits * (p.bit_length() + q.bit_length())
            require(work <= MAX_WORK, "gram: what is left is too large to decide")
            rest = {j: p * x for j, x in rows[i].items()}
            for j, y in top.items():
                rest[j] = rest.get(j, 0) - q * y
            common = gcd(*rest.values()) or 1
            rows[i] = {j: x // common for j, x in rest.items() if x}
    return True
