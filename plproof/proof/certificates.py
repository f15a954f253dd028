"""Finding the certificate of a comparison: multipliers by linear algebra, squares by completion.

[untrusted: the kernel's ``combine`` checks every certificate]

The goal's slack is written as Σ λⱼ·slack(premiseⱼ) + Σ dᵢ‖vᵢ‖² with λⱼ and dᵢ rational functions
of the parameters.  What a square cannot absorb (function values, products) fixes the λⱼ by a linear
system over the field of rational functions; the rest is diagonalised; every sign is then proved.
When that fails, an exact linear program looks for constant weights on products of the premises;
then what the system leaves free is tried where the form that is left over is at the edge of being
positive (see :mod:`plproof.proof.multipliers`), and last, variables that occur to the first power
count as data, so that in a chain of numbers the factors are found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from plproof.kernel.combine import Summand, combine
from plproof.kernel.normal import KernelError, Monomial, NormalForm, Poly, constant, plus, times
from plproof.kernel.thm import Thm
from plproof.language.notation import canonical
from plproof.language.sorts import REAL
from plproof.language.terms import Term, as_real, make, number
from plproof.proof.algebra import NoTerm, Reader, atoms_of, denominators
from plproof.proof.field import Field
from plproof.proof.items import Item
from plproof.proof.multipliers import System, is_gram, with_scalars
from plproof.proof.norms import vanishing_roots, without_roots
from plproof.proof.shortened import short
from plproof.proof.signs import Column, Signs, as_le, solve, term_of_nonzero


class NotFound(Exception):
    """No certificate was found; says what was left over, which sides are open, what to do."""

    hint = ""

    def __init__(
        self, message: str, residual: Term | str = "", missing: Sequence[Term] = ()
    ) -> None:
        super().__init__(message)
        self.residual = residual
        self.missing = tuple(missing)


class UnknownSign(NotFound):
    """What a premise is to be multiplied by is not known to be at least 0."""


def certify(goal: Term, items: Sequence[Item], signs: Signs, squares: Sequence[Term] = ()) -> Thm:
    """Return ⊢ goal from the items; NotFound when no certificate is found.

    ``signs`` proves signs and non-zero denominators; ``squares`` are terms whose squares may be
    used besides those found by completion.  Roots that are known to be 0 are looked for last.
    """
    search = _Search(goal, items, signs, squares)
    try:
        return search.run()
    except NotFound:
        premises = [th for item in items for th in item.premises]
        terms = [goal, *(th.conclusion for th in premises)]
        roots = vanishing_roots(terms, search.form, signs, premises)
        if not roots:
            raise
    return without_roots(
        goal, items, roots, lambda target, rest: _Search(target, rest, signs, squares).run()
    )


class _Search:
    def __init__(
        self, goal: Term, items: Sequence[Item], signs: Signs, squares: Sequence[Term]
    ) -> None:
        self.goal, self.target = goal, canonical(goal)
        self.items, self.signs, self.squares = list(items), signs, list(squares)
        self.premises: list[Thm] = []
        self.open: list[Term] = []
        terms = [self.target, *squares]
        for item in self.items:
            terms += [canonical(th.conclusion) for th in item.premises]
            terms += [] if item.multiplier is None else [item.multiplier]
        self.terms = terms
        for d in denominators(terms):
            if self.signs.nonzero(d) is None:
                self.open.append(make("imp", (make("eq", (d, number(0))), make("false"))))
        self.nonzero = self.signs.denominators_nonzero(terms)
        self.form = NormalForm(term_of_nonzero(th) for th in self.nonzero)
        self.reader = Reader(self.form, [*terms, *(term_of_nonzero(th) for th in self.nonzero)])

    # ---- the whole search
    def run(self) -> Thm:
        if self.target.op == "eq" and self.target.args[0].sort.kind in ("Vec", "Lin"):
            return self._vector_equation()
        self.slack = self._slack_of_goal()
        self.values = [self._value(item) for item in self.items]
        failure: NotFound | None = None
        attempts = [self._by_field, self._by_program]
        attempts.insert(len(attempts) if self.items else 0, self._by_signs)
        attempts += [self._on_edges, self._by_scalars] if self.items else []
        attempts += [self._by_contradiction] if self.target.op == "false" else []
        for attempt in attempts:
            try:
                th = attempt()
                if th is not None:
                    return th
            except NotFound as error:
                failure = failure or error
            except (NoTerm, KernelError):  # what was tried is no certificate
                continue
        raise failure or NotFound("no multipliers were found", self._residual(), self.open)

    def _slack_of_goal(self) -> Poly:
        if self.target.op == "false":
            return {}
        if self.target.op not in ("le", "lt", "eq"):
            raise NotFound(f"{short(self.goal)} is not a comparison")
        left, right = (as_real(side) for side in self.target.args)
        return plus(self.form.scalar(right), self.form.scalar(left), -1)

    def _value(self, item: Item) -> Poly:
        value, multiplier = constant(1), item.multiplier
        for th in item.premises:
            c = canonical(th.conclusion)
            if c.op not in ("le", "lt", "eq"):
                said = f"{short(th.conclusion)} is not a comparison"
                if c.op == "all":
                    said += f": it is about every {c.data.name}, so call it with a value"
                raise NotFound(said)
            slack = as_real(c.args[1]) - as_real(c.args[0])
            if slack.sort.kind == "Vec":
                if multiplier is None or multiplier.sort != slack.sort:
                    said = f"{short(c)} is an equation of vectors: give it a vector multiplier"
                    raise NotFound(said)
                slack, multiplier = make("ip", (multiplier, slack)), None
            value = times(value, self.form.scalar(slack))
        return value if multiplier is None else times(value, self.form.scalar(multiplier))

    def _finish(self, summands: list[Summand], used: list[Term]) -> Thm:
        nonzero = self.signs.denominators_nonzero([*self.terms, *used])
        first = len(self.premises)
        return combine(
            *self.premises,
            *nonzero,
            goal=self.goal,
            summands=summands,
            nonzero=list(range(first, first + len(nonzero))),
        )

    def _premise(self, th: Thm) -> int:
        for number_, known in enumerate(self.premises):
            if known is th or known.conclusion == th.conclusion:
                return number_
        self.premises.append(th)
        return len(self.premises) - 1

    def _is_equation(self, item: Item) -> bool:
        return any(canonical(th.conclusion).op == "eq" for th in item.premises)

    def _is_strict(self, item: Item) -> bool:
        return all(canonical(th.conclusion).op == "lt" for th in item.premises)

    # ---- vector equations
    def _vector_equation(self) -> Thm:
        left, right = self.target.args
        target = self.form.vector(right - left)
        columns = []
        for item in self.items:
            c = canonical(item.premises[0].conclusion)
            if len(item.premises) != 1 or c.op != "eq" or c.args[0].sort != left.sort:
                raise NotFound(f"{short(c)} is not an equation in {left.sort}")
            columns.append(self.form.vector(c.args[1] - c.args[0]))
        rows = sorted({a for v in [target, *columns] for a in v})
        polys = [[v.get(a, {}) for a in rows] for v in [target, *columns]]
        params = sorted({a for v in polys for p in v for m in p for a, _ in m})
        algebra = Field(self.form, params)
        matrix = [[algebra.of(v[r]) for v in polys] for r in range(len(rows))]
        weights = algebra.solve(
            [row[1:] for row in matrix], [row[0] for row in matrix], len(columns)
        )
        if weights is None:
            raise NotFound("the equation does not follow linearly", missing=self.open)
        summands, used = [], []
        for item, weight in zip(self.items, weights, strict=True):
            if weight:
                multiplier = algebra.term(weight, self.reader)
                used.append(multiplier)
                index = self._premise(item.premises[0])
                summands.append(Summand(Fraction(1), (index,), (), multiplier))
        return self._finish(summands, used)

    # ---- the sign of the slack itself
    def _by_signs(self) -> Thm | None:
        if self.target.op not in ("le", "lt"):
            return None
        left, right = (as_real(side) for side in self.target.args)
        slack = right if left == number(0) else right - left
        found = self.signs.prove(slack, self.target.op == "lt")
        if found is None:
            return None
        self.premises = [found]
        return self._finish([Summand(Fraction(1), (0,))], [slack])

    # ---- multipliers over the field of parameters, then squares
    def _data_atoms(self) -> set[int]:
        data: set[int] = set()

        def mentions(key: object) -> bool:
            if isinstance(key, tuple):
                if len(key) == 2 and type(key[0]) is int and type(key[1]) is int:
                    return key[0] in data
                return any(mentions(part) for part in key)
            return False

        for atom, key in enumerate(self.form.atoms):
            if key[0] in ("ip", "app", "sin", "cos", "sum", "subdim") or (
                key[0] in ("sqrt", "pow", "inverse") and mentions(key[1:])
            ):
                data.add(atom)
        return data

    def _system(self, data: set[int]) -> System:
        equation = self.target.op == "eq"
        return System(self.reader, self.slack, self.values, data, equation)

    def _by_field(self) -> Thm | None:
        self.system = self._system(self._data_atoms())
        as_said = any(item.multiplier is not None for item in self.items)
        try:
            return self._first(self.system, self.system.candidates(as_said))
        except UnknownSign:
            if as_said or self.system.rows != [()]:
                raise
            return None  # of numbers alone a multiplier is the claim itself over a premise

    def _on_edges(self) -> Thm | None:
        """Take what squares leave free where what is left over is hardly a sum of squares."""
        return self._first(self.system, self.system.on_edges())

    def _by_scalars(self) -> Thm | None:
        """Take variables for data as well, as r in (1 − q)·r ≤ s, where others are left."""
        known, polynomials = self._data_atoms(), [self.slack, *self.values]
        data = with_scalars(self.form, polynomials, known)
        if data == known or data >= {a for p in polynomials for a in atoms_of(p)}:
            return None
        system = self._system(data)
        return self._first(system, system.candidates(False))

    def _first(self, system: System, candidates: Iterable[list[Any]]) -> Thm | None:
        failure: NotFound | None = None
        for weights in candidates:
            try:
                return self._assemble(system, weights)
            except NotFound as error:
                failure = failure or error
        if failure is not None:
            raise failure
        return None

    def _by_contradiction(self) -> Thm | None:
        """Prove ⊥ with weight 1, or −1 for an equation, on one premise: else all may be 0."""
        system = self.system
        algebra = system.algebra
        for j, item in enumerate(self.items):
            others = [i for i in range(len(self.items)) if i != j]
            matrix, _ = system.equations(others, system.forced)
            column = system.columns[j]
            for unit in (algebra.one, -algebra.one)[: 2 if self._is_equation(item) else 1]:
                right = [-unit * column.get(m, algebra.zero) for m in system.forced]
                found = algebra.solve(matrix, right, len(others))
                if found is None:
                    continue
                weights = [*found[:j], unit, *found[j:]]
                try:
                    return self._assemble(system, weights)
                except (NotFound, NoTerm, KernelError):
                    continue
        return None

    def _assemble(self, system: System, weights: list[Any]) -> Thm:
        algebra = system.algebra
        self.premises = []
        summands: list[Summand] = []
        used: list[Term] = []
        strict = False
        for item, weight in zip(self.items, weights, strict=True):
            if not weight:
                continue
            indices = tuple(self._premise(th) for th in item.premises)
            if self._is_equation(item):
                factor = algebra.term(weight, self.reader)
                if item.multiplier is not None:
                    factor = factor * item.multiplier
                used.append(factor)
                summands.append(Summand(Fraction(1), indices, (), factor))
                continue
            c, more = self._factor(algebra, weight, used, self._is_strict(item))
            if item.multiplier is not None:
                sign = self._sign(item.multiplier, used, self._is_strict(item))
                more += (self._premise(sign),)
            strict |= self._is_strict(item) and all(
                canonical(self.premises[i].conclusion).op == "lt" for i in more
            )
            summands.append(Summand(c, indices + more))
        residual = system.left(weights)
        rest = residual.pop((), None)
        wants_strict = self.target.op in ("lt", "false")
        if rest is not None:
            c, more = self._factor(algebra, rest, used, wants_strict and not strict)
            strict |= all(canonical(self.premises[i].conclusion).op == "lt" for i in more)
            summands.append(Summand(c, more))
        for d, v in self._diagonal(algebra, residual):
            c, more = self._factor(algebra, d, used, False)
            used.append(v)
            summands.append(Summand(c, more, (v,)))
        if wants_strict and not strict:
            raise NotFound(
                "no contradiction was found"
                if self.target.op == "false"
                else "only ≤ was found: in what is used for it no premise is strict",
                missing=self.open,
            )
        return self._finish(summands, used)

    def _sign(self, term: Term, used: list[Term], strict: bool) -> Thm:
        used.append(term)
        found = self.signs.prove(term, True) if strict else None
        found = found or self.signs.prove(term, False)
        if found is None:
            raise UnknownSign(
                "a multiplier's sign is not known", f"{term}", [*self.open, number(0) <= term]
            )
        return found

    def _factor(
        self, algebra: Field, weight: Any, used: list[Term], strict: bool
    ) -> tuple[Fraction, tuple[int, ...]]:
        """Return a positive rational and premises whose product is the weight."""
        value = algebra.rational(weight)
        if value is not None:
            if value < 0:
                raise NotFound("a multiplier is negative", f"{value}", self.open)
            return value, ()
        th = self._sign(algebra.term(weight, self.reader), used, strict)
        return Fraction(1), (self._premise(th),)

    def _diagonal(self, algebra: Field, residual: dict[Monomial, Any]) -> list[tuple[Any, Term]]:
        """Write a quadratic form in vectors as Σ d·‖v‖², pivots with known positive sign first."""
        matrix: dict[tuple[int, int], Any] = {}
        for m, c in residual.items():
            if not is_gram(self.form, m):
                raise NotFound("something is left over", self._show(algebra, residual), self.open)
            a, b = self.reader.pair(m[0][0])
            matrix[a, b] = c if a == b else c / 2
            matrix[b, a] = matrix[a, b]
        live = sorted({a for a, _ in matrix})
        squares = []
        preferences: dict[Any, int] = {}  # most pivots come again unchanged

        def preference(a: int) -> int:
            value = matrix[a, a]
            if value not in preferences:
                preferences[value] = self._preference(algebra, value)
            return preferences[value]

        while any(matrix.get((a, b)) for a in live for b in live):
            pivots = sorted((a for a in live if matrix.get((a, a))), key=preference)
            if not pivots or preference(pivots[0]) > 2:
                raise NotFound(
                    "what is left over is not a sum of squares",
                    self._show(algebra, residual),
                    self.open,
                )
            a = pivots[0]
            d = matrix[a, a]
            row = {b: matrix[a, b] / d for b in live if matrix.get((a, b))}
            squares.append((d, self._vector(algebra, row)))
            live.remove(a)
            for b in live:
                for c in live:
                    if b in row and c in row:
                        matrix[b, c] = matrix.get((b, c), algebra.zero) - d * row[b] * row[c]
        return squares

    def _preference(self, algebra: Field, value: Any) -> int:
        number_ = algebra.rational(value)
        if number_ is not None:
            return 0 if number_ > 0 else 9
        term = algebra.term(value, self.reader)
        if self.signs.prove(term, True) is not None:
            return 1
        return 2 if self.signs.prove(term, False) is not None else 8

    def _vector(self, algebra: Field, row: dict[int, Any]) -> Term:
        total: Term | None = None
        for atom, weight in row.items():
            negative = algebra.is_negative(weight)
            piece = algebra.times_vector(-weight if negative else weight, self.reader, atom)
            if total is None:
                total = -piece if negative else piece
            else:
                total = total - piece if negative else total + piece
        assert total is not None
        return total

    def _show(self, algebra: Field, residual: dict[Monomial, Any]) -> Term | str:
        """Return a residual, written as a sum."""
        total: Term | None = None
        for m, c in sorted(residual.items()):
            negative = algebra.is_negative(c)
            piece = algebra.term(-c if negative else c, self.reader)
            factors = [self.reader.polynomial({((a, e),): Fraction(1)}) for a, e in m]
            if factors and piece == number(1):
                piece, *factors = factors
            for factor in factors:
                piece = piece * factor
            if total is None:
                total = -piece if negative else piece
            else:
                total = total - piece if negative else total + piece
        return "" if total is None else total

    def _residual(self) -> Term | str:
        try:
            return self.reader.polynomial(self.slack)
        except NoTerm:
            return ""

    # ---- constant weights on products, by linear programming
    def _by_program(self) -> Thm | None:
        facts: list[tuple[Thm, Poly, str]] = []
        for item, value in zip(self.items, self.values, strict=True):
            if len(item.premises) == 1 and item.multiplier is None:
                relation = canonical(item.premises[0].conclusion).op
                facts.append((item.premises[0], value, relation))
        named = {f[0].conclusion for f in facts}
        for th in self.signs.facts[-12:]:
            got = as_le(th)
            if got is not None and th.conclusion not in named and len(facts) < 10:
                facts.append((th, self.form.scalar(got[1]), got[0]))
        self.premises = [th for th, _, _ in facts]
        columns = [Column(Summand(Fraction(1)), constant(1), True)]
        for i, (_, p, relation) in enumerate(facts):
            _add_column(columns, (i,), p, [relation])
            for j in range(i + 1):
                _add_column(columns, (j, i), times(facts[j][1], p), [facts[j][2], relation])
        for item, value in zip(self.items, self.values, strict=True):
            if len(item.premises) > 1 or item.multiplier is not None:
                indices = tuple(self._premise(th) for th in item.premises)
                relations = [canonical(th.conclusion).op for th in item.premises]
                extra: tuple[int, ...] = ()
                if item.multiplier is not None and "eq" not in relations:
                    extra = (self._premise(self._sign(item.multiplier, [], False)),)
                    relations.append("le")
                keep = item.multiplier if "eq" in relations else None
                _add_column(columns, indices + extra, value, relations, keep)
        for t in self.squares:
            if t.sort == REAL:
                p = times(self.form.scalar(t), self.form.scalar(t))
            else:
                p = self.form.gram(self.form.vector(t), self.form.vector(t))
            columns.append(Column(Summand(Fraction(1), (), (t,)), p, False))
        if self.target.op == "eq":
            columns = [c for c in columns if c.equation]
        strict = self.target.op in ("lt", "false")
        found = solve(columns, self.slack, strict)
        return None if found is None else self._finish(found, list(self.squares))


def _add_column(
    columns: list[Column],
    indices: tuple[int, ...],
    value: Poly,
    relations: Sequence[str],
    multiplier: Term | None = None,
) -> None:
    equation = "eq" in relations
    strict = all(r == "lt" for r in relations)
    plain = Summand(Fraction(1), indices, (), multiplier)
    columns.append(Column(plain, value, strict, equation))
    if equation:
        minus = Summand(Fraction(-1), indices, (), multiplier)
        columns.append(Column(minus, plus({}, value, -1), False, True))
