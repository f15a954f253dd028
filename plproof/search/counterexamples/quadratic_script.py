"""The refutation of a statement by a quadratic, as a proof script.

[untrusted: every step it records is made by rules of the kernel]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from plproof.language.binding import open_binder, rename_spaces, substitute
from plproof.language.propositions import conjuncts
from plproof.language.sorts import REAL
from plproof.language.statement import Statement
from plproof.language.syntax import Space, Vector, eq, grad, ip, mapsto, norm, sq
from plproof.language.terms import FALSE, Term, number, subterms
from plproof.proof.facts import Fact, Product
from plproof.proof.script import Proof
from plproof.search.counterexamples.functions.quadratic import Point
from plproof.search.counterexamples.witness import WorstCase
from plproof.theory.functions import Differentiable, DifferentiableAt, Smooth


class QuadraticScript:
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
        self._spaces = dict(spaces)
        self._renamed = {rename_spaces(v, self._spaces): t for v, t in values.items()}
        self.given = [self._here(h) for _, h in statement.hypotheses]
        self.goal = self._here(statement.claim)

    def _here(self, t: Term) -> Term:
        """Return a term of the statement for the function and the points."""
        return substitute(rename_spaces(t, self._spaces), self._renamed)

    def _value(self, v: Term) -> Term:
        if len(self.axes) == 1:
            return number(self.curvatures[0] / 2) * sq(v)
        return total([number(c / 2) * ip(e, v) ** 2 for c, e in self._bent()])

    def _slope(self, v: Term) -> Term:
        if len(self.axes) == 1:
            return number(self.curvatures[0]) * v
        found = [(number(c) * ip(e, v)) * e for c, e in self._bent()]
        return total(found) if found else self.home.zero

    def _bent(self) -> list[tuple[Fraction, Term]]:
        return [(c, e) for c, e in zip(self.curvatures, self.axes, strict=True) if c]

    def _point(self, p: Point) -> Term:
        found = [number(c) * e if c != 1 else e for c, e in zip(p, self.axes, strict=True) if c]
        return total(found) if found else self.home.zero

    # ---------------------------------------------------------------- the proof
    def __call__(self, p: Proof) -> None:
        """Derive ⊥ from the statement at the function and the points."""
        x, f = self.x, self.f
        with p.fix(x):
            p.have(DifferentiableAt(f, x), by=p.differentiate(f, x)[0])
        p.have(Differentiable(f), by=last(p))
        with p.fix(x):
            gradient = p.differentiate(f, x)[1]
            p.have(eq(grad(f, x), self._slope(x)), by=[gradient, *self._coordinates(p, x)])
        gradient = last(p)
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
                squares = self._lipschitz(p, sq(change) <= h.args[1] ** 2 * sq(apart), gradient)
                p.compare_squares(
                    norm(change),
                    h.args[1] * norm(apart),
                    by=[squares, *p.norm(apart), p.norm(change)[1]],
                )
            p.have(h, by=last(p))
            return
        if h.op == "def":
            for part in conjuncts(h.data.unfold(h.args)):
                if part != Differentiable(f):
                    self._established(p, part, gradient)
            p.have(h)
            return
        if h.op == "all":
            self._everywhere(p, h, gradient)
            return
        p.have(h, by=self._gradients(gradient, h))

    def _lipschitz(self, p: Proof, claim: Term, gradient: Fact) -> Fact:
        """Prove that ‖∇f(x) − ∇f(y)‖² is at most a multiple of ‖x − y‖²."""
        apart = self.x - self.y
        return p.have(
            claim,
            by=[gradient(self.x), gradient(self.y), *self._coordinates(p, apart)],
            squares=[apart, *(ip(e, apart) for e in self.axes)],
        )

    def _everywhere(self, p: Proof, h: Term, gradient: Fact) -> None:
        body, points = h, list[Term]()
        while body.op == "all" and body.data.sort == self.x.sort and len(points) < 2:
            points.append([self.x, self.y][len(points)])
            body = open_binder(body, points[-1])
        if not points:
            p.have(h)
            return
        with p.fix(*points):
            self._at_points(p, body, points, gradient)
        p.have(h, by=last(p))

    def _at_points(self, p: Proof, body: Term, points: Sequence[Term], gradient: Fact) -> None:
        """Prove what a hypothesis says of one or two points that are fixed."""
        apart = points[0] - points[1] if len(points) == 2 else points[0]
        p.have(
            body,
            by=[*map(gradient, points), *self._coordinates(p, apart)],
            squares=[apart, *(ip(e, apart) for e in self.axes)],
        )


def last(p: Proof) -> Fact:
    """Return the fact proved last."""
    fact = p.last
    assert fact is not None
    return fact


def total(summands: Sequence[Term]) -> Term:
    """Return a sum of terms, 0 of none."""
    found = summands[0] if summands else number(0, REAL)
    for part in summands[1:]:
        found = found + part
    return found
