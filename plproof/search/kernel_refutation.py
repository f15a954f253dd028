"""Statements refuted by a quadratic, with a refutation that the kernel checks.

[untrusted: every step it records is made by rules of the kernel]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from plproof.language.binding import open_binder, rename_spaces, substitute
from plproof.language.sorts import REAL
from plproof.language.statement import Statement
from plproof.language.syntax import Space, Vector, eq, grad, ip, mapsto, norm, sq
from plproof.language.terms import FALSE, Term, number, subterms
from plproof.proof.certificates import NotFound
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact, Product
from plproof.proof.refutation import Contradicted
from plproof.proof.script import Proof
from plproof.proof.theorem import Theorem
from plproof.search.functions.piecewise import Piecewise
from plproof.search.functions.quadratic import Metric, Point, QuadraticForm
from plproof.search.witness import WorstCase
from plproof.search.worst import worst_case
from plproof.theory.functions import Differentiable, DifferentiableAt, Smooth


def refuted(theorem: Theorem, case: WorstCase) -> Theorem | None:
    """Return the theorem's statement refuted by the case, its refutation derived by the kernel.

    None where the case does not make the claim false, its function is no quadratic with the
    coordinate axes, which is what the script knows to write down, or a step is not found.
    """
    curvatures = _curvatures(case)
    statement = theorem.statement
    spaces = {name for v in statement.variables() for name in v.sort.space_names()}
    if case.violation <= 0 or curvatures is None or len(spaces) != 1:
        return None
    if not _fits(statement, case):
        return None
    home = Space.coordinates(len(curvatures))
    made = type(theorem)(
        f"{theorem.title}: refuted",
        given=theorem.given,
        claim=theorem.claim,
        source=theorem.source,
        expect="refuted",
        spaces={Space(next(iter(spaces))): home},
        note=case.sentence(),
    )
    made.name, made.place = theorem.name, theorem.place
    made.proof(_Script(statement, made.spaces, case, home, curvatures))
    try:
        made.derive()
    except ProofError:
        return None
    return made


def refute(p: Proof, contradicted: Contradicted) -> None:
    """Derive ⊥ in a refutation from a quadratic with which the statement is false.

    Raises NotFound when no function is found, when the one found is no quadratic, and when it lives
    in another space than the author declared.
    """
    statement, spaces = contradicted.statement, contradicted.spaces
    asked = Theorem("the statement", given=dict(statement.hypotheses), claim=statement.claim)
    case = worst_case(asked)
    if case is None or case.violation <= 0:
        raise NotFound("no function was found with which the statement is false")
    curvatures = _curvatures(case)
    if curvatures is None or not _fits(statement, case):
        raise NotFound(
            f"the statement is false, but not by a quadratic that could be shown to the kernel: "
            f"{case.sentence()}"
        )
    home = Space.coordinates(len(curvatures))
    own = {name for v in statement.variables() for name in v.sort.space_names()}
    if {spaces.get(name, name) for name in own} != {home.name}:
        name = min(own)
        raise NotFound(
            f"the statement is false in ℝ^{len(curvatures)}: {case.sentence()}; declare "
            f"spaces={{{name}: Space.coordinates({len(curvatures)})}}"
        )
    _Script(statement, spaces, case, home, curvatures)(p)


def _fits(statement: Statement, case: WorstCase) -> bool:
    """Say whether the case gives values to the statement's own variables, no more and no less."""
    given = {*case.parameters, *case.numbers, *case.points, *case.functions}
    return given == set(statement.variables())


def _curvatures(case: WorstCase) -> list[Fraction] | None:
    """Return the curvatures along the axes of the only function, None if it is otherwise."""
    if len(case.functions) != 1:
        return None
    (f,) = case.functions.values()
    if isinstance(f, Piecewise) and not f.knots:
        ((a, b, c),) = f.pieces
        return None if b or c else [2 * a]
    if isinstance(f, QuadraticForm) and f.metric == Metric.standard(f.metric.dimension):
        off = [c for i, row in enumerate(f.form) for j, c in enumerate(row) if i != j]
        return None if any(off) else [row[i] for i, row in enumerate(f.form)]
    return None


class _Script:
    """The proof: the gradient, what the hypotheses say, one after the other, and the claim."""

    def __init__(
        self,
        statement: Statement,
        spaces: Mapping[str, str],
        case: WorstCase,
        home: Space,
        curvatures: Sequence[Fraction],
    ) -> None:
        self.home, self.curvatures = home, list(curvatures)
        self.axes = [home.basis(k + 1) for k in range(len(curvatures))]
        self.x, self.y = Vector("x", home), Vector("y", home)
        self.f = mapsto(self.x, self._value(self.x))
        numbers: Mapping[Term, Fraction] = {**case.parameters, **case.numbers}
        values: dict[Term, Term] = {v: number(c, v.sort) for v, c in numbers.items()}
        values |= {v: self._point(p) for v, p in case.points.items()}
        values |= dict.fromkeys(case.functions, self.f)
        self.values = [values[v] for v in statement.variables()]
        renamed = {rename_spaces(v, dict(spaces)): t for v, t in values.items()}

        def here(t: Term) -> Term:
            return substitute(rename_spaces(t, dict(spaces)), renamed)

        self.given = [here(h) for _, h in statement.hypotheses]
        self.goal = here(statement.claim)

    def _value(self, v: Term) -> Term:
        if len(self.axes) == 1:
            return number(self.curvatures[0] / 2) * sq(v)
        return _total([number(c / 2) * ip(e, v) ** 2 for c, e in self._bent()])

    def _slope(self, v: Term) -> Term:
        if len(self.axes) == 1:
            return number(self.curvatures[0]) * v
        parts = [(number(c) * ip(e, v)) * e for c, e in self._bent()]
        return _total(parts) if parts else self.home.zero

    def _bent(self) -> list[tuple[Fraction, Term]]:
        return [(c, e) for c, e in zip(self.curvatures, self.axes, strict=True) if c]

    def _point(self, p: Point) -> Term:
        parts = [number(c) * e if c != 1 else e for c, e in zip(p, self.axes, strict=True) if c]
        return _total(parts) if parts else self.home.zero

    # ---------------------------------------------------------------- the proof
    def __call__(self, p: Proof) -> None:
        x, f = self.x, self.f
        with p.fix(x):
            p.have(DifferentiableAt(f, x), by=p.differentiate(f, x)[0])
        p.have(Differentiable(f), by=_last(p))
        with p.fix(x):
            gradient = p.differentiate(f, x)[1]
            p.have(eq(grad(f, x), self._slope(x)), by=[gradient, *self._coordinates(p, x)])
        gradient = _last(p)
        for h in self.given:
            self._established(p, h, gradient)
        claim = p.statement(*self.values)
        p.have(FALSE, by=[claim, *self._gradients(gradient, self.goal)])

    def _coordinates(self, p: Proof, v: Term) -> list[Product]:
        """Return that v is the sum of its coordinates, and its square that of theirs."""
        if len(self.axes) == 1:
            return []
        return [p.coordinates(len(self.axes))[1](v) * v]

    def _gradients(self, gradient: Fact, t: Term) -> list[Fact]:
        points = [s.args[1] for s in subterms(t) if s.op == "grad" and not s.loose]
        return [gradient(v) for v in dict.fromkeys(points)]

    def _established(self, p: Proof, h: Term, gradient: Fact) -> None:
        """Prove a hypothesis."""
        x, y, f = self.x, self.y, self.f
        if h.op == "def" and h.data == Smooth:
            apart, change = x - y, grad(f, x) - grad(f, y)
            with p.fix(x, y):
                squares = p.have(
                    sq(change) <= h.args[1] ** 2 * sq(apart),
                    by=[gradient(x), gradient(y), *self._coordinates(p, apart)],
                    squares=[apart, *(ip(e, apart) for e in self.axes)],
                )
                p.compare_squares(
                    norm(change),
                    h.args[1] * norm(apart),
                    by=[squares, *p.norm(apart), p.norm(change)[1]],
                )
            p.have(h, by=_last(p))
            return
        if h.op == "def":
            parts = _parts(h.data.unfold(h.args))
            for part in parts:
                if part != Differentiable(f):
                    self._established(p, part, gradient)
            p.have(h)
            return
        if h.op == "all":
            self._everywhere(p, h, gradient)
            return
        p.have(h, by=self._gradients(gradient, h))

    def _everywhere(self, p: Proof, h: Term, gradient: Fact) -> None:
        body = h
        points: list[Term] = []
        while body.op == "all" and body.data.sort == self.x.sort and len(points) < 2:
            points.append([self.x, self.y][len(points)])
            body = open_binder(body, points[-1])
        if not points:
            p.have(h)
            return
        apart = points[0] - points[1] if len(points) == 2 else points[0]
        with p.fix(*points):
            p.have(
                body,
                by=[*map(gradient, points), *self._coordinates(p, apart)],
                squares=[apart, *(ip(e, apart) for e in self.axes)],
            )
        p.have(h, by=_last(p))


def _last(p: Proof) -> Fact:
    fact = p.last
    assert fact is not None
    return fact


def _parts(t: Term) -> list[Term]:
    return [part for arg in t.args for part in _parts(arg)] if t.op == "and" else [t]


def _total(parts: Sequence[Term]) -> Term:
    total = parts[0] if parts else number(0, REAL)
    for part in parts[1:]:
        total = total + part
    return total
