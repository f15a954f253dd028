"""differentiate: exact derivatives of explicit functions at a point.  [trusted]

A function x ↦ t is explicit where t is made from x by +, ·, quotients, powers with a number as
exponent, roots, sine, cosine, inner products, linear maps that do not depend on x, and other
functions that are differentiable where they are met.  A premise says so of each, that a denominator
is not zero, or that the argument of a root is positive, at the point: then t is differentiable
there by the rules of the calculus (Rudin, 1976, Theorems 5.3, 5.5 and 9.15).  Gradients and
derivatives of explicit functions inside t are first replaced by what they are near the point.
"""

from __future__ import annotations

from plproof.kernel.rules import ZERO
from plproof.kernel.thm import Derived, Thm, require, rule, union
from plproof.language.binding import bind, open_binder, substitute
from plproof.language.notation import canonical
from plproof.language.signatures import Binder
from plproof.language.sorts import REAL
from plproof.language.terms import FALSE, Term, free_variables, make, number, subterms

MAX_PARTS = 20_000


def differentiable(f: Term, point: Term) -> Term:
    """Return “f is differentiable at the point”: ∀ε. ε > 0 → ∃δ. δ > 0 ∧ ∀h. ‖h‖ ≤ δ →
    error(h) ≤ ε‖h‖ ∧ −ε‖h‖ ≤ error(h), error(h) = f(point + h) − f(point) − ⟨∇f(point), h⟩; for f
    into a space ‖error(h)‖ ≤ ε‖h‖, with the derivative Df(point) h in place of ⟨∇f(point), h⟩.
    """
    eps, delta = make("var", (), "epsilon!", REAL), make("var", (), "delta!", REAL)
    h = make("var", (), "h!", point.sort)
    bound = make("mul", (eps, _norm(h)))
    there, here = make("app", (f, point + h)), make("app", (f, point))
    if f.sort.parts[1] == REAL:
        error = there - here - make("ip", (make("grad", (f, point)), h))
        close = make("and", (error <= bound, -bound <= error))
    else:
        close = _norm(there - here - make("lapp", (make("jac", (f, point)), h))) <= bound
    near = _bind("all", h, make("imp", (_norm(h) <= delta, close)))
    some = _bind("ex", delta, make("and", (delta > 0, near)))
    return _bind("all", eps, make("imp", (eps > 0, some)))


def _bind(op: str, v: Term, body: Term) -> Term:
    """Return the binder with the name shown without its exclamation mark."""
    return make(op, bind(op, v, body).args, Binder(v.data.rstrip("!"), v.sort))


def _norm(v: Term) -> Term:
    return make("sqrt", (make("ip", (v, v)),))


@rule(function="term", point="term")
def differentiate(*premises: Thm, function: Term, point: Term) -> Derived:
    """Γᵢ ⊢ 0 < sⱼ, dⱼ ≠ 0, fⱼ differentiable where it is met  /  ∪Γᵢ ⊢ f is differentiable at the
    point p ∧ ∇f(p) = g  (for f into a space: ∧ ∀h. Df(p) h = j(h)),  for f = (x ↦ t) explicit.
    >>> th = differentiate(function=mapsto(v, sq(v)), point=v)
    >>> th.conclusion.args[1]
    ∇(v_1 ↦ ‖v_1‖²)(v) = 1·v + 1·v
    """
    fits = function.op == "lam" and not function.loose and function.data.sort == point.sort
    require(fits and point.sort.kind == "Vec", "differentiate: {} at {}", function, point)
    free = free_variables([function, point, *(th.conclusion for th in premises)])
    require(not any(v.data.endswith("!") for v in free), "differentiate: a name ends in !")
    x, h = (make("var", (), name, point.sort) for name in ("x!", "h!"))
    at = _Calculus(x, {x: point})
    body = at.explicit(open_binder(function, x))
    if body.sort == REAL:
        slope = at.slope(body, number(1))
        g = number(0, point.sort) if slope is None else at.here(slope)
        value = make("eq", (make("grad", (function, point)), g))
    else:
        require(body.sort.kind == "Vec", "differentiate: {} has no derivative", function)
        along = make("lapp", (make("jac", (function, point)), h))
        change = at.change(body, h)
        j = number(0, body.sort) if change is None else at.here(change)
        value = _bind("all", h, make("eq", (along, j)))
    known = {canonical(th.conclusion) for th in premises}
    for alternatives in at.asked:
        missing = not any(wanted in known for wanted in alternatives)
        require(not missing, "differentiate: {} needs a premise {}", function, alternatives[0])
    conclusion = make("and", (differentiable(function, point), value))
    return Derived(union(*(th.hypotheses for th in premises), ()), conclusion)


def conditions(function: Term, point: Term) -> list[tuple[Term, ...]]:
    """Return what ``differentiate`` needs premises for: of each entry one of the propositions."""
    x = make("var", (), "x!", point.sort)
    at = _Calculus(x, {x: point})
    body = at.explicit(open_binder(function, x))
    _ = at.slope(body, number(1)) if body.sort == REAL else at.change(body, x)
    return at.asked


class _Calculus:
    """Derivatives with respect to x, and what they need to hold where variables have the values."""

    def __init__(self, x: Term, values: dict[Term, Term], near: bool = False) -> None:
        self._x, self._values = x, values
        self._near = near  # a derivative inside t: all of it must be explicit
        self._free: dict[Term, bool] = {}
        self._parts = 0
        self.asked: list[tuple[Term, ...]] = []

    def here(self, t: Term) -> Term:
        """Return the term at the point."""
        return substitute(t, self._values)

    def _depends(self, t: Term) -> bool:
        if t not in self._free:
            new = (t,) if all(arg in self._free for arg in t.args) else subterms(t)
            for part in new:
                self._free[part] = part == self._x or any(self._free[a] for a in part.args)
        return self._free[t]

    def explicit(self, root: Term) -> Term:
        """Return the term with definitions unfolded, values of explicit functions computed, and
        derivatives of explicit functions inside replaced by what they are near the point.
        """
        done: dict[Term, Term] = {}
        for t in subterms(canonical(root)):
            self._count()
            if t.loose or not self._depends(t):
                done[t] = t
                continue
            args = tuple(done[arg] for arg in t.args)
            if t.op == "app" and args[0].op == "lam":
                done[t] = self.explicit(open_binder(args[0], args[1]))
            elif t.op == "grad" and args[0].op == "lam":
                done[t] = self._inner(args[0], args[1], number(1), True)
            elif t.op == "lapp" and args[0].op == "jac" and args[0].args[0].op == "lam":
                f, at = args[0].args
                done[t] = self._inner(f, at, args[1], False)
            elif t.op == "lapp" and args[0].op == "adj" and _explicit_jac(args[0].args[0]):
                f, at = args[0].args[0].args
                done[t] = self._inner(f, at, args[1], True)
            else:
                done[t] = make(t.op, args, t.data, t.sort)
        return done[canonical(root)]

    def _inner(self, f: Term, at: Term, along: Term, adjoint: bool) -> Term:
        """Return ∇⟨along, f⟩(at), or Df(at) along, of an explicit function f, near the point."""
        y = make("var", (), f"y{len(self._values)}_{self._parts}!", at.sort)
        inside = _Calculus(y, {**self._values, y: self.here(at)}, near=True)
        inside._parts = self._parts
        body = inside.explicit(open_binder(f, y))
        value = inside.slope(body, along) if adjoint else inside.change(body, along)
        self._parts = inside._parts
        self.asked += inside.asked
        sort = at.sort if adjoint else body.sort
        return number(0, sort) if value is None else substitute(value, {y: at})

    def _count(self) -> None:
        self._parts += 1
        require(self._parts <= MAX_PARTS, "differentiate: the function is too large")

    def _need(self, *alternatives: Term) -> None:
        asked = tuple(canonical(self.here(p)) for p in alternatives)
        self.asked += [asked] if asked not in self.asked else []

    def slope(self, t: Term, c: Term) -> Term | None:
        """Return the gradient of c·t, or of ⟨c, t⟩, c held fixed; None for zero."""
        self._count()
        if not self._depends(t):
            return None
        if t == self._x:
            return c
        op, args = t.op, t.args
        pairs: list[tuple[Term, Term]]
        if op == "add":
            pairs = [(a, c) for a in args]
        elif op == "neg":
            pairs = [(args[0], -c)]
        elif op in ("mul", "ip"):
            pairs = [(args[0], _scaled(c, args[1])), (args[1], _scaled(c, args[0]))]
        elif op == "smul":
            pairs = [(args[0], make("ip", (args[1], c))), (args[1], _scaled(args[0], c))]
        elif op == "lapp" and not self._depends(args[0]):
            pairs = [(args[1], make("lapp", (make("adj", (args[0],)), c)))]
        elif op == "div":
            self._nonzero(t)
            pairs = [(args[0], make("div", (c, args[1])))]
            if self._depends(args[1]):
                top = c * args[0] if t.sort == REAL else make("ip", (args[0], c))
                pairs.append((args[1], -(top / (args[1] * args[1]))))
        elif op in ("app", "grad", "lapp"):
            f, s = self._smooth(t)
            at = make("grad", (f, s)) if t.sort == REAL else make("jac", (f, s))
            pairs = [(s, _scaled(c, at) if t.sort == REAL else make("lapp", (at.T, c)))]
        else:
            pairs = [(args[0], c * self._scalar(t))]
        parts = [found for a, b in pairs if (found := self.slope(a, b)) is not None]
        return None if not parts else parts[0] if len(parts) == 1 else make("add", tuple(parts))

    def change(self, t: Term, h: Term) -> Term | None:
        """Return the derivative of t in the direction h; None for zero."""
        self._count()
        if not self._depends(t):
            return None
        if t == self._x:
            return h
        op, args = t.op, t.args
        opaque = op in ("app", "grad") or (op == "lapp" and self._depends(args[0]))
        inner = [] if opaque else [self.change(a, h) for a in args]
        parts: list[Term] = []
        if op == "add":
            parts = [d for d in inner if d is not None]
        elif op == "neg":
            parts = [-d for d in inner if d is not None]
        elif op in ("mul", "ip", "smul"):
            for left, right in ((inner[0], args[1]), (args[0], inner[1])):
                parts += [] if left is None or right is None else [make(op, (left, right))]
        elif op == "lapp" and not opaque:
            parts = [make("lapp", (args[0], d)) for d in inner[1:] if d is not None]
        elif op == "div":
            self._nonzero(t)
            top, below = inner
            parts += [] if top is None else [make("div", (top, args[1]))]
            if below is not None:
                factor = below / (args[1] * args[1])
                parts.append(-_scaled(factor, args[0]))
        elif opaque:
            f, s = self._smooth(t)
            step = self.change(s, h)
            if step is not None and t.sort == REAL:
                parts = [make("ip", (make("grad", (f, s)), step))]
            elif step is not None:
                parts = [make("lapp", (make("jac", (f, s)), step))]
        else:
            parts = [self._scalar(t) * d for d in inner[:1] if d is not None]
        return None if not parts else parts[0] if len(parts) == 1 else make("add", tuple(parts))

    def _scalar(self, t: Term) -> Term:
        """Return the derivative of a function of one real number at its argument."""
        a = t.args[0] if t.args else t
        if t.op == "pow" and t.args[1].op == "num":
            n = t.args[1].data
            return number(0) if n == 0 else number(n) * a ** int(n - 1)
        if t.op == "sqrt":
            self._need(make("lt", (ZERO, a)))
            return 1 / (2 * t)
        require(t.op in ("sin", "cos"), "differentiate: there is no derivative of {}", t)
        return make("cos", (a,)) if t.op == "sin" else -make("sin", (a,))

    def _nonzero(self, t: Term) -> None:
        d = t.args[1]
        if d.op == "num" and d.data:
            return
        zero = make("eq", (d, ZERO))
        self._need(make("imp", (zero, FALSE)), make("lt", (ZERO, d)))

    def _smooth(self, t: Term) -> tuple[Term, Term]:
        """Return (f, s) with t = f(s), f not explicit but differentiable at s, as a premise says.

        ∇g(s) is the value of x ↦ ∇g(x), DF(s)ᵀ u that of x ↦ DF(x)ᵀ u, DF(s) u that of x ↦ DF(x) u.
        """
        require(not self._near, "differentiate: {} is not explicit near the point", t)
        d = t.args[0].args[0] if t.op == "lapp" and t.args[0].op == "adj" else t.args[0]
        f, s = (t.args[0], t.args[1]) if t.op != "lapp" else (d, d)
        if t.op == "lapp":
            fits = d.op == "jac" and not self._depends(t.args[1])
            require(fits, "differentiate: {} depends on the point", t.args[0])
            f, s = d.args
        require(not self._depends(f), "differentiate: the function {} depends on the point", f)
        require(s.sort.kind == "Vec", "differentiate: {} depends on the point", t)
        if t.op != "app":
            y = make("var", (), "y!", s.sort)
            value = make("grad" if t.op == "grad" else "jac", (f, y))
            if t.op == "lapp":
                map_ = make("adj", (value,)) if t.args[0].op == "adj" else value
                value = make("lapp", (map_, t.args[1]))
            f = _bind("lam", y, value)
        self._need(differentiable(f, s))
        return f, s


def _scaled(a: Term, b: Term) -> Term:
    """Return the product of a scalar and a scalar or vector, in the order that makes sense."""
    if a.sort == b.sort == REAL:
        return a * b
    return make("smul", (a, b) if a.sort == REAL else (b, a))


def _explicit_jac(t: Term) -> bool:
    return t.op == "jac" and t.args[0].op == "lam"
