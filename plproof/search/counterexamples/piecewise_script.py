"""The refutation of a statement by a piecewise quadratic function of one variable.

[untrusted: every step it records is made by rules of the kernel]

The function is written with positive parts r(t) = (t + √(t²))/2, of which r ≥ 0, r ≥ t and r² = rt
are all that is needed: with them the Bregman distance of the function that has curvature 1 between
two neighbouring knots, and 0 elsewhere, is a square and products of what is not negative.  The
function is a sum of such ones; that bounds it by quadratics, tells its gradient, and shows that it
is in its class.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from plproof.language.binding import open_binder, replace
from plproof.language.sorts import REAL
from plproof.language.statement import Statement
from plproof.language.syntax import (
    Real,
    Space,
    Vector,
    conj,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    norm,
    sqrt,
)
from plproof.language.terms import FALSE, Term, number, subterms
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact, Product
from plproof.proof.script import Proof
from plproof.search.counterexamples.functions.piecewise import Piecewise
from plproof.search.counterexamples.quadratic_script import QuadraticScript, last
from plproof.search.counterexamples.witness import WorstCase
from plproof.theory.analysis import GRADIENT
from plproof.theory.functions import Differentiable, DifferentiableAt


@dataclass(frozen=True)
class _Part:
    """A positive part r of t = ⟨e, v⟩ − knot, with the facts r ≥ 0, r ≥ t and r² = r·t."""

    knot: Fraction
    t: Term
    r: Term
    nonnegative: Fact
    above: Fact
    square: Fact

    @property
    def rest(self) -> Term:
        """The positive part of −t."""
        return self.r - self.t


class PiecewiseScript(QuadraticScript):
    """The proof: bounds by quadratics, the gradient, the hypotheses in turn, and the claim."""

    def __init__(
        self,
        statement: Statement,
        spaces: Mapping[str, str],
        case: WorstCase,
        function: Piecewise,
    ) -> None:
        home = Space.coordinates(1)
        self.function, self.first = function, function.pieces[0]
        self.knots = [number(k) for k in function.knots]
        self.bends = [2 * a for a, _, _ in function.pieces]
        self.least, self.most = min(self.bends), max(self.bends)
        super().__init__(statement, spaces, case, home, [Fraction(0)])
        self.numeric = {self._point(p): p[0] for p in case.points.values()}
        self.made = self._made(statement, case)

    def _made(self, statement: Statement, case: WorstCase) -> list[tuple[Term, Term]]:
        """Return the points of the claim that are no variables, as x − ∇f(x), inner ones first, and
        what they are.
        """
        found: dict[Term, Term] = {}
        for t in subterms(statement.claim):
            if t.op in ("app", "grad") and t.args[0] in case.functions and not t.loose:
                point = case.evaluate(t.args[1])
                assert isinstance(point, tuple)
                found[self._here(t.args[1])] = self._point(point)
                self.numeric[self._point(point)] = point[0]
        return [(v, at) for v, at in found.items() if v != at]

    # ---- the function
    def _from(self, v: Term, knot: Term) -> Term:
        return ip(self.axes[0], v) - knot

    def _positive(self, v: Term, knot: Term) -> Term:
        t = self._from(v, knot)
        return (t + sqrt(t**2)) / 2

    def _jumps(self) -> list[tuple[Term, Fraction]]:
        pairs = zip(self.knots, self.bends, self.bends[1:], strict=False)
        return [(knot, after - before) for knot, before, after in pairs]

    def _value(self, v: Term) -> Term:
        (a, b, c), s = self.first, ip(self.axes[0], v)
        found = number(a) * s**2 + number(b) * s + number(c)
        for knot, jump in self._jumps():
            found = found + number(jump / 2) * self._positive(v, knot) ** 2
        return found

    def _along(self, v: Term) -> Term:
        (a, b, _), s = self.first, ip(self.axes[0], v)
        found = number(2 * a) * s + number(b)
        for knot, jump in self._jumps():
            found = found + number(jump) * self._positive(v, knot)
        return found

    def _slope(self, v: Term) -> Term:
        return self._along(v) * self.axes[0]

    # ---- the proof
    def __call__(self, p: Proof) -> None:
        """Derive ⊥ from the statement at the function and the points."""
        self.bounds = self._bounded(p)
        gradient = self._differentiated(p)
        self.at = {v: self._at_number(p, v, gradient) for v in self.numeric}
        self.told = [fact for facts in self.at.values() for fact in facts]
        for h in self.given:
            self._established(p, h, gradient)
        claim = p.statement(*self.values)
        for equation in self._placed(p):
            claim = p.rewrite(claim, by=equation)
        p.have(FALSE, by=[claim, *self.told])

    def _placed(self, p: Proof) -> Iterator[Fact]:
        """Yield that a point of the claim is what it is, the points inside written as they are."""
        known: dict[Term, Term] = {}
        for v, at in self.made:
            for inner, place in known.items():
                v = replace(v, inner, place)
            known[v] = at
            yield p.have(eq(v, at), by=[facts[0] for facts in self.at.values()])

    def _coordinates(self, p: Proof, v: Term) -> list[Product]:
        return [p.coordinates(1)[1](v) * v]

    def _part(self, p: Proof, v: Term, knot: Term) -> _Part:
        t, r = self._from(v, knot), self._positive(v, knot)
        root = p.root(t**2)
        above = p.compare_squares(t, sqrt(t**2), by=[*root])
        below = p.compare_squares(-t, sqrt(t**2), by=[*root])
        square = p.have(eq(r**2, r * t), by=[*root])
        facts = p.have(r >= 0, by=below), p.have(r >= t, by=above), square
        return _Part(Fraction(knot.data), t, r, *facts)

    def _bounded(self, p: Proof) -> Fact:
        """Prove m/2·s² ≤ f(y) − f(x) − f′(x)s ≤ M/2·s² with s = y − x for all x and y."""
        x, y = self.x, self.y
        with p.fix(x, y):
            here, there = ([self._part(p, v, k) for k in self.knots] for v in (x, y))
            between = self._distances(p, here, there)
            s = ip(self.axes[0], y - x)
            beyond = self.f(y) - self.f(x) - self._along(x) * s
            low = [
                number(c - self.least) * d
                for c, d in zip(self.bends, between, strict=True)
                if c != self.least
            ]
            high = [
                number(self.most - c) * d
                for c, d in zip(self.bends, between, strict=True)
                if c != self.most
            ]
            above = p.have(number(self.least / 2) * s**2 <= beyond, by=low)
            below = p.have(beyond <= number(self.most / 2) * s**2, by=high)
            p.have(conj(above.claim, below.claim), by=[above, below])
        return last(p)

    def _distances(self, p: Proof, here: Sequence[_Part], there: Sequence[_Part]) -> list[Fact]:
        """Return that the Bregman distance is not negative for curvature 1 on each interval."""

        def distance(k: int) -> Term:
            x, y = here[k], there[k]
            return (y.r**2 - x.r**2) / 2 - x.r * (y.t - x.t)

        (x, y), (u, v) = (here[0], there[0]), (here[-1], there[-1])
        found = [
            p.have(
                (y.t - x.t) ** 2 / 2 - distance(0) >= 0,
                by=[x.square, y.square, y.nonnegative * x.above],
                squares=[y.rest - x.rest],
            )
        ]
        for k in range(len(here) - 1):
            between = self._between(p, here[k : k + 2], there[k : k + 2])
            found.append(p.have(distance(k) - distance(k + 1) >= 0, by=between))
        found.append(
            p.have(
                distance(len(here) - 1) >= 0,
                by=[u.square, v.square, u.nonnegative * v.above],
                squares=[v.r - u.r],
            )
        )
        return found

    def _between(self, p: Proof, here: Sequence[_Part], there: Sequence[_Part]) -> Fact:
        """Prove that the distance is not negative for curvature 1 between two knots.

        With u and v the slopes at x and y it is ½(v − u)² + (d − u)·r₂(y) + u·(r₁(y) − t₁(y)), d
        the distance of the knots, and 0 ≤ u ≤ d.
        """
        (a, b), (c, d) = here, there
        u, gap = a.r - b.r, number(b.knot - a.knot)
        apart = p.have((a.r - b.r) ** 2 >= 0)
        low = p.compare_squares(
            b.r, a.r, by=[b.square, apart, b.nonnegative * a.above, gap * b.nonnegative]
        )
        aside = p.have((a.rest - b.rest) ** 2 >= 0)
        high = p.compare_squares(
            a.rest,
            b.rest,
            by=[a.square, aside, a.above * b.nonnegative, gap * a.above],
        )
        return p.have(
            (c.r**2 - d.r**2) / 2 - (a.r**2 - b.r**2) / 2 - u * (c.t - a.t) >= 0,
            by=[
                high * d.nonnegative,
                low * c.above,
                self._apart(p, a, b),
                self._apart(p, c, d),
                *(part.square for part in (a, b, c, d)),
            ],
            squares=[c.r - d.r - u],
        )

    def _apart(self, p: Proof, a: _Part, b: _Part) -> Fact:
        """Prove (r₁ − t₁)·r₂ = 0: before the first knot a point is not beyond the second."""
        inverse = number(1 / (b.knot - a.knot))
        above = p.have(
            a.rest * b.r <= 0,
            by=[
                inverse * b.r * a.square,
                inverse * a.rest * b.square,
                a.above * b.nonnegative * b.nonnegative,
                a.above * a.above * b.nonnegative,
            ],
        )
        below = p.have(a.rest * b.r >= 0, by=a.above * b.nonnegative)
        return p.equal(a.rest * b.r, 0, by=(above, below))

    # ---- the gradient
    def _differentiated(self, p: Proof) -> Fact:
        x, f, s = self.x, self.f, self._slope(self.x)
        eps, delta = Real("eps"), Real("delta")
        h, size = Vector("h", self.home), max(abs(self.least), abs(self.most))
        whole = 2 * eps / number(size)

        def within(g: Term, radius: Term) -> Term:
            error, bound = f(x + h) - f(x) - ip(g, h), eps * norm(h)
            return forall(h, implies(norm(h) <= radius, conj(error <= bound, -bound <= error)))

        def linear(g: Term) -> Term:
            near = exists(delta, conj(delta > 0, within(g, delta)))
            return forall(eps, implies(eps > 0, near))

        with p.fix(x):
            with p.fix(eps), p.suppose(eps > 0):
                with p.fix(h), p.suppose(norm(h) <= whole) as short:
                    n0, nn = p.norm(h)
                    square = self._coordinates(p, h)
                    low, high = self.bounds(x, x + h)[0], self.bounds(x, x + h)[1]
                    error, bound = f(x + h) - f(x) - ip(s, h), eps * norm(h)
                    still = p.have(ip(self.axes[0], h) ** 2 >= 0)
                    room = [*square, number(size / 2) * nn, number(size / 2) * (short * n0)]
                    above = p.have(
                        error <= bound,
                        by=[high, *room, number((size - self.most) / 2) * still],
                    )
                    below = p.have(
                        -bound <= error,
                        by=[low, *room, number((size + self.least) / 2) * still],
                    )
                    p.have(conj(above.claim, below.claim), by=[above, below])
                near = p.have(within(s, whole), by=last(p))
                goal = exists(delta, conj(delta > 0, within(s, delta)))
                p.exhibit(goal, whole, by=near)
            last_linear = p.have(linear(s), by=last(p))
            known = p.have(eq(grad(f, x), s), by=p.axiom(GRADIENT, f, x, s))
            there = p.have(eq(s, grad(f, x)), by=known)
            smooth = p.have(DifferentiableAt(f, x), by=p.rewrite(last_linear, by=there))
            p.have(conj(smooth.claim, known.claim), by=[smooth, known])
        both = last(p)
        with p.fix(x):
            p.have(DifferentiableAt(f, x), by=both(x)[0])
        p.have(Differentiable(f), by=last(p))
        with p.fix(x):
            p.have(eq(grad(f, x), s), by=both(x)[1])
        return last(p)

    def _at_number(self, p: Proof, v: Term, gradient: Fact) -> list[Fact]:
        """Return the gradient and the value at a point with numbers for coordinates."""
        c, g = self.numeric[v], gradient(v)
        weighed = []
        for knot, jump in self._jumps():
            t = self._from(v, knot)
            root, size = sqrt(t**2), number(abs(c - Fraction(knot.data)))
            facts = [*p.root(t**2)]
            ends = p.compare_squares(root, size, facts), p.compare_squares(size, root, facts)
            known = p.equal(root, size, by=ends)
            g = p.rewrite(g, by=known)
            weighed.append(number(jump / 8) * (root + size + 2 * t) * known)
        slope = number(self.function.slope(c)) * self.axes[0]
        return [
            p.have(eq(grad(self.f, v), slope), by=g),
            p.have(eq(self.f(v), number(self.function.value(c))), by=weighed),
        ]

    # ---- the hypotheses
    def _gradients(self, gradient: Fact, t: Term) -> list[Fact]:
        points = dict.fromkeys(s.args[1] for s in subterms(t) if s.op == "grad" and not s.loose)
        return [self.at[v][0] if v in self.at else gradient(v) for v in points]

    def _at_points(self, p: Proof, body: Term, points: Sequence[Term], gradient: Fact) -> None:
        if len(points) == 2 and _is_of_segments(body):
            self._on_segments(p, body, points)
        else:
            self._found(p, body, points, gradient)

    def _on_segments(self, p: Proof, body: Term, points: Sequence[Term]) -> None:
        """Prove f((1 − t)x + ty) ≤ (1 − t)f(x) + tf(y) for t from 0 to 1: the tangent at the point
        between lies below at both ends.
        """
        x, y = points
        t = Real("t")
        inner = open_binder(body, t)
        with p.fix(t), p.suppose(inner.args[0]) as inside:
            at = (1 - t) * x + t * y
            ends = [self.bounds(at, v)[0] for v in points]
            room = p.have(1 - t >= 0, by=inside[1]), p.have(t >= 0, by=inside[0])
            p.have(inner.args[1], by=[r * end for r, end in zip(room, ends, strict=True)])
        p.have(body, by=last(p))

    def _lipschitz(self, p: Proof, claim: Term, gradient: Fact) -> Fact:
        """Prove ‖∇f(x) − ∇f(y)‖² ≤ L²‖x − y‖².

        With s and g how far points and slopes are apart it follows from (Ms − g)(g − ms) ≥ 0 and
        ms² ≤ sg ≤ Ms².
        """
        x, y, low, high = self.x, self.y, self.least, self.most
        s, g = ip(self.axes[0], y - x), self._along(y) - self._along(x)
        both = [*self._interpolated(x, y, low, high), *self._interpolated(y, x, low, high)]
        first = (number(high) * s - g) * (g - number(low) * s)
        joined = p.have(first >= 0, by=[number(high - low) * fact for fact in both])
        end = high if low + high >= 0 else low
        side = [self.bounds(a, b)[int(low + high >= 0)] for a, b in ((x, y), (y, x))]
        slack = (number(end) * s**2 - s * g) * number(low + high)
        beside = p.have(slack >= 0, by=[number(abs(low + high)) * fact for fact in side])
        still = p.have(s**2 >= 0)
        most = p.have(number(end**2) * s**2 - g**2 >= 0, by=[joined, beside])
        room = p.quiet(claim.args[1].args[0] >= number(end**2))
        square = self._coordinates(p, x - y)
        return p.have(claim, by=[gradient(x), gradient(y), most, room * still, *square])

    def _found(self, p: Proof, body: Term, points: Sequence[Term], gradient: Fact) -> Fact:
        """Prove what is said of the points from the bounds, at points or between them."""
        failure: ProofError | None = None
        gradients = [gradient(v) for v in points]
        for facts in self._reasons(p, points):
            by = [*gradients, *self.told, *facts]
            try:
                p.quiet(body, by)  # of what fails no hint is looked for
            except ProofError as error:
                failure = failure or error
                continue
            return p.have(body, by=by)
        assert failure is not None
        raise failure

    def _reasons(self, p: Proof, points: Sequence[Term]) -> Iterator[list[Fact | Product]]:
        if len(points) == 1:
            points = [*points, *self.numeric]
        for a, b in permutations(points, 2):
            square = self._coordinates(p, a - b)
            yield [self.bounds(b, a)[0], *square]
            yield [self.bounds(a, b)[1], *square]
            if len(points) == 2:
                yield [*self._interpolated(a, b, self.least, self.most), *square]

    def _interpolated(self, a: Term, b: Term, low: Fraction, high: Fraction) -> list[Fact]:
        """Return the bounds that join two points by way of the one where they meet best."""
        moved = number(high) * a - number(low) * b - self._slope(a) + self._slope(b)
        z = number(1 / (high - low)) * moved
        return [self.bounds(a, z)[1], self.bounds(b, z)[0]]


def _is_of_segments(claim: Term) -> bool:
    """Say whether a claim is of the form "for all t, if P and Q, then R", t a real number."""
    if claim.op != "all" or claim.data.sort != REAL or claim.args[0].op != "imp":
        return False
    return claim.args[0].args[0].op == "and"
