"""differentiate against automatic differentiation, and in every corner where it must refuse.

Random explicit functions are differentiated by the rule, every premise it asks for supposed; where
the suppositions hold in floating-point numbers, autograd must find the same derivative.  Abstract
functions are smooth functions there, and their derivatives are autograd's.
"""

from __future__ import annotations

import zlib
from collections import Counter
from random import Random
from typing import Any

import autograd
import autograd.numpy as np
import pytest

from plproof.kernel import rules
from plproof.kernel.calculus import conditions, differentiable, differentiate
from plproof.kernel.normal import KernelError
from plproof.kernel.rules import assume
from plproof.kernel.thm import Thm
from plproof.language import (
    Definition,
    Function,
    LinearMap,
    Naturals,
    Reals,
    Space,
    Term,
    Vectors,
    cos,
    eq,
    forall,
    grad,
    hess,
    hess_along,
    ip,
    jac,
    mapsto,
    ne,
    norm,
    rational,
    sin,
    sq,
    sqrt,
    total,
)
from plproof.language.sorts import REAL, function, vector
from plproof.language.syntax import variable
from plproof.language.terms import LanguageError, make, number
from plproof.theory.functions import DifferentiableAt
from plproof.theory.systems import DifferentiableMapAt, SquareLoss

E, Y = Space("E"), Space("Y")
DIMENSIONS = {"E": 2, "Y": 3}
p, x, y, z, a, b = Vectors("p x y z a b", E)
u, v = Vectors("u v", Y)
r, s, t = Reals("r s t")
k, n = Naturals("k n")
f, g = Function("f", E), Function("g", Y)
F, G, H = Function("F", E, Y), Function("G", E, E), Function("H", Y, E)
A, B = LinearMap("A", E, E), LinearMap("B", E, Y)


# ---------------------------------------------------------------- numbers
class Numeric:
    """Values of terms in floating-point numbers; derivatives by autograd."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._values: dict[Term, Any] = {}

    def variable(self, t: Term) -> Any:
        if t not in self._values:
            draw = np.random.RandomState(zlib.crc32(f"{self._seed} {t.data} {t.sort}".encode()))
            shape = [DIMENSIONS[name] for name in t.sort.spaces]
            if t.sort.kind == "Fun":
                self._values[t] = self.smooth(draw, t.sort)
            else:
                self._values[t] = draw.uniform(-1.2, 1.2, shape[::-1])
        return self._values[t]

    @staticmethod
    def smooth(draw: Any, sort: Any) -> Any:
        wide = DIMENSIONS[sort.parts[0].spaces[0]]
        high = DIMENSIONS[sort.parts[1].spaces[0]] if sort.parts[1] != REAL else None
        m = draw.uniform(-1, 1, (3, wide))
        c = draw.uniform(-1, 1, (3,) if high is None else (high, 3))
        return lambda at: np.dot(c, np.sin(np.dot(m, at)) + np.dot(m, at) ** 2 / 3)

    def read(self, t: Term, bound: tuple[Any, ...] = ()) -> Any:
        op = t.op
        if op == "var":
            return self.variable(t)
        if op == "bound":
            return bound[t.data]
        if op == "num":
            size = DIMENSIONS[t.sort.spaces[0]] if t.sort.spaces else 0
            return np.zeros(size) if size else float(t.data)
        if op == "lam":
            return lambda point: self.read(t.args[0], (point, *bound))
        if op == "all":  # what holds for a few vectors h holds for all: both sides are linear
            draw = np.random.RandomState(7)
            size = DIMENSIONS[t.data.sort.spaces[0]]
            return all(self.read(t.args[0], (draw.normal(size=size), *bound)) for _ in range(3))
        if op in ("grad", "jac"):
            how = autograd.grad if op == "grad" else autograd.jacobian
            at = self.read(t.args[1], bound)
            inner = self.read(t.args[0], bound)
            return how(lambda q: inner(q) + 0 * np.sum(q))(at)
        if op == "def":
            return self.read(t.data.unfold(t.args), bound)
        if op == "imp":  # t ≠ 0 is the only implication asked for here
            return abs(self.read(t.args[0].args[0], bound)) > 1e-3
        values = [self.read(arg, bound) for arg in t.args]
        return self.apply(op, values)

    @staticmethod
    def apply(op: str, values: list[Any]) -> Any:
        first, last = values[0], values[-1]
        if op == "lt":
            return last - first > 1e-3
        if op == "eq":
            scale = 1 + np.max(np.abs(last)) + np.max(np.abs(first))
            return bool(np.max(np.abs(first - last)) <= 1e-7 * scale)
        table = {
            "add": lambda: sum(values[1:], first),
            "neg": lambda: -first,
            "mul": lambda: first * last,
            "smul": lambda: first * last,
            "div": lambda: first / last,
            "pow": lambda: first ** int(last) if last else 1.0 + 0 * first,
            "sqrt": lambda: np.sqrt(first),
            "sin": lambda: np.sin(first),
            "cos": lambda: np.cos(first),
            "ip": lambda: np.dot(first, last),
            "app": lambda: first(last),
            "lapp": lambda: np.dot(first, last),
            "adj": lambda: first.T,
            "comp": lambda: np.dot(first, last),
        }
        return table[op]()


# ---------------------------------------------------------------- random explicit functions
class Author:
    """Random terms in a point: reals, vectors of E and vectors of Y."""

    def __init__(self, rng: Random) -> None:
        self.rng, self.fresh = rng, 0

    def inner(self) -> Term:
        self.fresh += 1
        return variable(f"w{self.fresh}", vector("E"))

    def real(self, at: Term, depth: int, smooth: bool = True) -> Term:
        rng = self.rng
        if depth == 0:
            return rng.choice([r, rational(2), ip(a, at), ip(a, at), sq(at), sq(at - a)])
        one, other = self.real(at, depth - 1, smooth), self.real(at, depth - 1, smooth)
        kind = rng.randrange(12 if smooth else 10)
        if kind < 8:
            return (one + other, one - other, one * other, one / other, one ** rng.randrange(4),
                    sqrt(one), sin(one), cos(one))[kind]  # fmt: skip
        u_, v_ = self.vec(at, depth - 1, smooth), self.vec(at, depth - 1, smooth)
        if kind == 8:
            return ip(u_, v_)
        if kind == 9:
            w = self.inner()
            return mapsto(w, ip(w, at) + self.real(w, depth - 1, smooth))(u_)
        return (f(u_), g(self.out(at, depth - 1)))[kind - 10]

    def vec(self, at: Term, depth: int, smooth: bool = True) -> Term:
        rng = self.rng
        if depth == 0:
            return rng.choice([at, at, a, A @ at, at - b])
        u_, v_ = self.vec(at, depth - 1, smooth), self.vec(at, depth - 1, smooth)
        kind = rng.randrange(12 if smooth else 8)
        if kind < 5:
            return (u_ + v_, -u_, A.T @ u_, self.real(at, depth - 1, smooth) * u_,
                    u_ / self.real(at, depth - 1, smooth))[kind]  # fmt: skip
        w = self.inner()
        if kind == 5:  # an explicit gradient, of a function that captures the point
            return grad(mapsto(w, self.near(w, at, depth - 1)), u_)
        if kind == 6:
            value = self.near(w, at, depth - 1) * v_ + A @ w
            return jac(mapsto(w, value), u_) @ v_
        if kind == 7:
            value = self.near(w, at, depth - 1) * (B @ w)
            return jac(mapsto(w, value), u_).T @ (B @ v_)
        return (G(u_), grad(f, u_), jac(G, u_).T @ a, jac(G, u_) @ b)[kind - 8]

    def near(self, w: Term, at: Term, depth: int) -> Term:
        """Return a real term in two points without abstract functions of the first."""
        one = self.real(w, depth, smooth=False)
        return self.rng.choice([one, one * ip(w, at), one + sq(w - at), one * self.real(at, 0)])

    def out(self, at: Term, depth: int) -> Term:
        v_ = self.vec(at, depth)
        return self.rng.choice([B @ v_, F(v_), ip(a, v_) * u, B @ v_ + u])


def supposed(function_: Term, point: Term) -> list[Thm]:
    return [assume(proposition=either[0]) for either in conditions(function_, point)]


def test_random_functions_have_the_derivative_that_autograd_finds() -> None:
    told: Counter[str] = Counter()
    for seed in range(110):
        rng = Random(seed)
        author = Author(rng)
        body = rng.choice([author.real, author.real, author.vec, author.out])(
            x, rng.randrange(1, 4)
        )
        fun, point = mapsto(x, body), rng.choice([p, p, p + a, A @ p])
        try:
            theorem = differentiate(*supposed(fun, point), function=fun, point=point)
        except (KernelError, LanguageError):
            told["refused"] += 1
            continue
        equation = theorem.conclusion.args[1]
        asked = [h for h in theorem.hypotheses if h.op in ("lt", "imp")]
        for model in (Numeric(seed), Numeric(seed + 1000)):
            with np.errstate(all="ignore"):
                if not all(model.read(h) for h in asked):
                    told["not defined there"] += 1
                    continue
                told["compared"] += 1
                assert model.read(equation), f"seed {seed}: {fun} at {point}: {equation}"
    assert told["compared"] > 60, told


@pytest.mark.parametrize(
    "body",
    [
        sq(x), ip(x, A @ x), ip(a, x) ** 0, ip(a, x) ** 1, ip(a, x) ** 5, 3 / (1 + sq(x)),
        norm(x), sqrt(1 + sq(x)), sin(ip(a, x)) ** 2 + cos(ip(a, x)) ** 2, f(x) * f(A @ x),
        g(F(x)), sq(F(x) - u) / 2, ip(grad(f, x), a), sq(grad(f, x)), f(G(x)), x, A @ x, F(G(x)),
        B.T @ F(x), grad(f, G(x)), jac(F, x).T @ u, jac(F, x) @ a, ip(a, x) * x, x / (1 + sq(x)),
        grad(mapsto(y, sq(y) * ip(x, y)), x), grad(mapsto(y, norm(y - x)), A @ x),
        jac(mapsto(y, sq(x - y) * y), x).T @ x, jac(mapsto(y, f(x) * y), a) @ x,
        grad(mapsto(y, ip(grad(mapsto(z, ip(z, y) ** 3), y), y)), x),
        SquareLoss(F, u)(x), grad(SquareLoss(mapsto(y, ip(a, y) * (B @ y)), u), x),
    ],
    ids=str,
)  # fmt: skip
def test_a_function_has_the_derivative_that_autograd_finds(body: Term) -> None:
    fun = mapsto(x, body)
    theorem = differentiate(*supposed(fun, p), function=fun, point=p)
    for seed in range(3):
        assert Numeric(seed).read(theorem.conclusion.args[1]), f"{theorem.conclusion.args[1]}"
    first = rules.conjunct(theorem, side=0)
    there = DifferentiableAt if body.sort == REAL else DifferentiableMapAt
    assert rules.convert(first, target=there(fun, p)).conclusion == there(fun, p)


def test_two_derivatives_one_after_the_other() -> None:
    for explicit in (sq(x) ** 2, norm(x - a) ** 3, sin(ip(a, x)) * ip(b, x), 1 / (1 + sq(x))):
        whole = mapsto(x, explicit)
        for fun in (mapsto(y, grad(whole, y)), mapsto(y, jac(mapsto(x, whole(x) * u), y).T @ v)):
            theorem = differentiate(*supposed(fun, p), function=fun, point=p)
            for seed in range(2):
                assert Numeric(seed).read(theorem.conclusion.args[1])
        assert hess(whole, p) == jac(mapsto(y, grad(whole, y)), p)
        assert hess_along(mapsto(x, whole(x) * u), p, v).sort.kind == "Lin"


# ---------------------------------------------------------------- what is refused
Phi = variable("Phi", function(vector("E"), function(vector("E"), REAL)))
fx, other = DifferentiableAt(f, x), DifferentiableAt(f, y)
gradient_map = DifferentiableMapAt(mapsto(y, grad(f, y)), p)
REFUSED: dict[str, tuple[Term, list[Term]]] = {
    "a denominator that may vanish": (1 / ip(a, x), []),
    "a denominator that vanishes at the point": (1 / ip(a, x - p), [ne(ip(a, p), 0)]),
    "a denominator not zero elsewhere": (1 / ip(a, x), [ne(ip(a, y), 0)]),
    "a denominator at all points but this": (1 / ip(a, x), [forall(y, ne(ip(a, y), 0))]),
    "another denominator": (1 / ip(a, x), [ne(ip(b, p), 0)]),
    "a denominator that is not negative": (1 / ip(a, x), [0 <= ip(a, p)]),
    "a denominator that is zero": (1 / ip(a, x), [eq(ip(a, p), 0)]),
    "a division by zero": (sq(x) / number(0), []),
    "a root of a square, at zero": (norm(x), [ne(sq(p), 0)]),
    "a root of what is not negative": (norm(x), [0 <= sq(p)]),
    "a root of another": (sqrt(ip(a, x)), [0 < ip(b, p)]),
    "a root of the negative": (sqrt(ip(a, x)), [0 < -ip(a, p)]),
    "a root of zero": (sqrt(0 * ip(a, x)), [0 < ip(a, p)]),
    "a denominator inside a derivative": (
        ip(a, grad(mapsto(y, 1 / ip(x, y)), x)), [ne(ip(a, p), 0)]),
    "a root inside a derivative": (ip(a, grad(mapsto(y, norm(y - x)), x)), [0 < sq(p)]),
    "a root at a fixed point inside a derivative": (jac(mapsto(y, norm(y) * x), b) @ a, []),
    "a root at a fixed point inside an adjoint": (
        jac(mapsto(y, norm(y) * x), b).T @ a, [0 < sq(p)]),
    "a denominator at a fixed point inside": (jac(mapsto(y, x / ip(a, y)), b) @ a, []),
    "an abstract function": (f(x), []),
    "an abstract function differentiable elsewhere": (f(x), [other]),
    "another abstract function": (f(x), [DifferentiableAt(Function("f1", E), p)]),
    "an abstract function at what it is not met": (f(A @ x), [DifferentiableAt(f, p)]),
    "an abstract function in two places": (f(x) + f(A @ x), [DifferentiableAt(f, p)]),
    "a function differentiable wherever": (f(x), [forall(y, DifferentiableAt(f, y))]),
    "a gradient of a differentiable function": (ip(a, grad(f, x)), [DifferentiableAt(f, p)]),
    "the value of a function with a smooth gradient": (f(x), [gradient_map]),
    "a derivative of a differentiable map": (jac(F, x) @ a, [DifferentiableMapAt(F, p)]),
    "a derivative in a direction that moves": (
        jac(G, x) @ x, [DifferentiableMapAt(mapsto(y, jac(G, y) @ p), p)]),
    "an adjoint derivative in a direction that moves": (
        jac(G, x).T @ x, [DifferentiableMapAt(mapsto(y, jac(G, y).T @ p), p)]),
    "the derivative for its adjoint": (
        jac(G, x).T @ a, [DifferentiableMapAt(mapsto(y, jac(G, y) @ a), p)]),
    "a function that depends on the point": (Phi(x)(a), [DifferentiableAt(Phi(p), a)]),
    "a function that depends on the point, at it": (Phi(x)(x), [DifferentiableAt(Phi(p), p)]),
    "a gradient of such a function": (ip(a, grad(Phi(x), a)), [DifferentiableAt(Phi(p), a)]),
    "an abstract function inside a derivative": (
        ip(a, grad(mapsto(y, f(y)), x)), [DifferentiableAt(f, p), gradient_map]),
    "an abstract map inside a derivative": (
        jac(mapsto(y, F(y)), x) @ a, [DifferentiableMapAt(F, p)]),
    "a power with an unknown exponent": (ip(a, x) ** k, [0 < ip(a, p), 0 < ip(a, p) ** k]),
    "a sum": (total(k, n, ip(a, x)), []),
    "a product of derivatives": ((jac(G, x) @ A) @ a, [DifferentiableMapAt(G, p)]),
    "a linear map": (jac(G, x), []),
    "a natural number": (make("real", (variable("N", function(vector("E"), k.sort))(x),)), []),
    "a proposition": (sq(x) > 0, []),
    "a function of a real": (variable("h", function(REAL, REAL))(ip(a, x)), []),
    "a point as a function": (variable("q", function(vector("E"), function(REAL, REAL)))(x), []),
}  # fmt: skip


#: no premise helps these
NEVER = {
    "an abstract function inside a derivative",
    "an abstract map inside a derivative",
    *list(REFUSED)[list(REFUSED).index("a derivative in a direction that moves") :],
} - {"the derivative for its adjoint"}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_known_to_be_differentiable_is_refused(name: str) -> None:
    body, premises = REFUSED[name]
    known = [assume(proposition=one) for one in premises]
    with pytest.raises(KernelError):
        differentiate(*known, function=mapsto(x, body), point=p)


def test_what_is_refused_is_accepted_with_the_premise_it_lacks() -> None:
    for name, (body, _) in REFUSED.items():
        needs = name not in NEVER
        if needs:
            fun = mapsto(x, body)
            assert differentiate(*supposed(fun, p), function=fun, point=p), name


def test_functions_and_points_that_do_not_fit_are_refused() -> None:
    square, real = mapsto(x, sq(x)), mapsto(t, t * t)
    pairs = [(f, p), (square, u), (square, r), (real, p), (real, t), (sq(x), p)]
    for fun, point in [*pairs, (forall(x, sq(x) > 0), p)]:
        with pytest.raises(KernelError):
            differentiate(function=fun, point=point)


@pytest.mark.parametrize("name", ["x!", "h!", "y!", "y1_3!", "y0!", "epsilon!", "delta!"])
def test_names_of_the_rule_itself_are_refused(name: str) -> None:
    odd = make("var", (), name, vector("E"))
    real = make("var", (), name, REAL)
    truth = assume(proposition=sq(odd) > 0)
    for premises, fun, point in [((), mapsto(x, ip(x, odd)), p), ((), mapsto(x, sq(x)), odd),
                                 ((truth,), mapsto(x, sq(x)), p),
                                 ((), mapsto(x, real * sq(x)), p)]:  # fmt: skip
        with pytest.raises(KernelError, match="ends in !"):
            differentiate(*premises, function=fun, point=point)


def test_a_point_with_a_loose_variable_is_not_captured() -> None:
    """With h itself as the point, the rule once claimed F(2h) − F(h) − DF(h)h = o(h).

    At h/‖h‖² for the point, and F(x) = ‖x‖⁴c, that is false: the left side is at least 6‖c‖.
    """
    loose = make("bound", (), 0, vector("E"))
    for point in (loose, loose / ip(loose, loose), p + loose):
        for fun in (mapsto(x, sq(x) ** 2 * u), mapsto(x, sq(x)), mapsto(x, F(x))):
            with pytest.raises(KernelError, match="closed"):
                differentiate(function=fun, point=point)
    with pytest.raises(KernelError, match="closed"):
        differentiate(function=make("lam", (ip(loose, make("bound", (), 1, vector("E"))),),
                                    mapsto(x, r).data), point=p)  # fmt: skip


def test_a_bound_name_in_function_or_point_captures_nothing() -> None:
    """Functions and points may use the names h, epsilon and delta that the conclusion binds."""
    (h,) = Vectors("h,", E)
    eps, delta = Reals("epsilon delta")
    fun = mapsto(x, eps * delta * ip(h, x) * x)
    theorem = differentiate(function=fun, point=h)
    assert Numeric(1).read(theorem.conclusion.args[1])
    general = theorem
    for free in (h, eps, delta):
        general = rules.generalise(general, variable=free)
    for value in (number(2), r, p):
        general = rules.instantiate(general, value=value)
    at_p = differentiate(function=mapsto(x, r * number(2) * ip(p, x) * x), point=p)
    assert general.conclusion == at_p.conclusion
    assert Numeric(1).read(general.conclusion.args[1])


def test_premises_count_up_to_definition_and_sides_turned() -> None:
    fun = mapsto(x, f(x) / ip(a, x))
    smooth = assume(proposition=DifferentiableAt(f, p))
    for known in (ip(a, p) > 0, 0 < ip(a, p), ne(ip(a, p), 0)):
        assert differentiate(smooth, assume(proposition=known), function=fun, point=p)
    for known in (ip(a, p) < 0, ip(p, a) > 0, ne(0, ip(a, p)), ip(a, p) >= 0):
        with pytest.raises(KernelError):
            differentiate(smooth, assume(proposition=known), function=fun, point=p)
    mine = Definition("Mine", [f, x], differentiable(f, x))
    named = assume(proposition=mine(f, p))
    positive = assume(proposition=ip(a, p) > 0)
    assert differentiate(named, positive, function=fun, point=p).hypotheses == (
        mine(f, p), ip(a, p) > 0)  # fmt: skip


def test_the_hypotheses_of_premises_stay() -> None:
    odd = make("var", (), "x!", vector("E"))
    under = rules.modus_ponens(
        assume(proposition=(sq(odd) > 0) >> (ip(a, p) > 0)), assume(proposition=sq(odd) > 0)
    )
    theorem = differentiate(under, function=mapsto(x, 1 / ip(a, x)), point=p)
    assert theorem.hypotheses == under.hypotheses


def test_a_function_too_large_is_refused_in_time() -> None:
    body = ip(a, x)
    for _ in range(60):
        body = body * body
    with pytest.raises(KernelError, match="too large"):
        differentiate(function=mapsto(x, body), point=p)


def test_derivatives_inside_derivatives() -> None:
    """What is met inside a derivative may be a derivative, if it moves with the inner point."""
    one = mapsto(y, ip(x, y) ** 3 + sq(y))
    two = mapsto(z, ip(grad(one, z), x) ** 2)
    for body in (ip(grad(two, x), a), grad(two, A @ x), jac(mapsto(z, grad(two, z)), x) @ a):
        theorem = differentiate(function=mapsto(x, body), point=p)
        assert Numeric(0).read(theorem.conclusion.args[1])
    still = grad(mapsto(z, ip(grad(one, x), z)), a)  # the inner one moves with the outer point only
    with pytest.raises(KernelError, match="depends on the point"):
        differentiate(function=mapsto(x, still), point=p)


def test_dimension_zero_and_constants() -> None:
    for body in (r, rational(2), sq(a), f(a), a, F(a), jac(F, a) @ a):
        theorem = differentiate(function=mapsto(x, body), point=p)
        value = theorem.conclusion.args[1]
        value = value if body.sort == REAL else value.args[0]
        assert value.args[1].op == "num" and value.args[1].data == 0
