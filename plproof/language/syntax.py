"""What an author writes statements with: spaces, variables, quantifiers, norms, gradients.

[trusted: builds the terms the kernel reads]
"""

from __future__ import annotations

from collections.abc import Sequence as Seq
from fractions import Fraction

from plproof.language.binding import bind, bind_each, fresh_variable
from plproof.language.names import normalise_name
from plproof.language.sorts import (
    NAT,
    PROP,
    REAL,
    LanguageError,
    Sort,
    function,
    linear,
    subspace,
    vector,
)
from plproof.language.terms import FALSE, Term, as_proposition, as_real, lift, make, number


class Space:
    """A finite-dimensional Euclidean space, known by its name: any such space may be put there.

    >>> E = Space("E")
    >>> Vector("x", E)
    x
    """

    __slots__ = ("name", "sort")

    def __init__(self, name: str) -> None:
        self.name = normalise_name(name)
        self.sort = vector(self.name)

    @classmethod
    def coordinates(cls, dimension: int) -> Space:
        """Return the coordinate space ℝⁿ of that dimension, 1 ≤ n ≤ 64."""
        if type(dimension) is not int or not 1 <= dimension <= 64:
            raise LanguageError(
                f"a coordinate space has a dimension from 1 to 64, not {dimension!r}"
            )
        space = object.__new__(cls)
        space.name = f"R^{dimension}"
        space.sort = vector(space.name)
        return space

    @property
    def zero(self) -> Term:
        """The zero vector."""
        return number(0, self.sort)

    @property
    def whole(self) -> Term:
        """The space as a subspace of itself."""
        return number(1, subspace(self.name))

    @property
    def dim(self) -> Term:
        """The dimension, a natural number."""
        return make("subdim", (self.whole,))

    @property
    def identity(self) -> Term:
        """The identity map."""
        return number(1, linear(self.name, self.name))

    def basis(self, index: int) -> Term:
        """Return the coordinate vector e_i of a coordinate space, 1 ≤ i ≤ n."""
        return make("basis", (), index, self.sort)

    def __repr__(self) -> str:
        return self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Space) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


def variable(name: str, sort: Sort) -> Term:
    """Return the variable of that name (``'mu'`` and ``'μ'`` are the same) and sort."""
    return make("var", (), normalise_name(name), sort)


def _names(names: str) -> list[str]:
    if not isinstance(names, str):
        raise LanguageError(f"names are one string with spaces between them, not {names!r}")
    found = names.replace(",", " ").split()
    if not found:
        raise LanguageError("give at least one name, as in Reals('mu beta')")
    return found


def _space(space: object) -> Sort:
    if not isinstance(space, Space):
        raise LanguageError(f"{space!r} is not a space: make one with Space('E')")
    return space.sort


def Real(name: str) -> Term:
    """Return a real variable."""
    return variable(name, REAL)


def Reals(names: str) -> tuple[Term, ...]:
    """Return real variables: ``mu, beta = Reals("mu beta")``."""
    return tuple(Real(name) for name in _names(names))


def Natural(name: str) -> Term:
    """Return a variable over the natural numbers 0, 1, 2, …"""
    return variable(name, NAT)


def Naturals(names: str) -> tuple[Term, ...]:
    """Return variables over the natural numbers."""
    return tuple(Natural(name) for name in _names(names))


def Vector(name: str, space: Space) -> Term:
    """Return a variable for a vector of the space."""
    return variable(name, _space(space))


def Vectors(names: str, space: Space) -> tuple[Term, ...]:
    """Return variables for vectors of the space: ``x, y = Vectors("x y", E)``."""
    return tuple(Vector(name, space) for name in _names(names))


def Function(name: str, space: Space, codomain: Space | None = None) -> Term:
    """Return a variable for a function from the space to ℝ, or to another space."""
    return variable(name, function(_space(space), REAL if codomain is None else _space(codomain)))


def LinearMap(name: str, domain: Space, codomain: Space) -> Term:
    """Return a variable for a linear map; ``A @ v`` applies it, ``A.T`` is its adjoint."""
    _space(domain), _space(codomain)
    return variable(name, linear(domain.name, codomain.name))


def Subspace(name: str, space: Space) -> Term:
    """Return a variable for a subspace of the space."""
    _space(space)
    return variable(name, subspace(space.name))


def Predicate(name: str, space: Space) -> Term:
    """Return a variable for a property of the vectors of the space: a set, as ``S(x)``."""
    return variable(name, function(_space(space), PROP))


def Sequence(name: str, space: Space | None = None) -> Term:
    """Return a variable for a sequence of vectors of the space, or of reals; ``x[k]`` is a term."""
    return variable(name, function(NAT, REAL if space is None else _space(space)))


def rational(value: int | str | Fraction, denominator: int = 1) -> Term:
    """Return an exact rational number as a real term.

    >>> rational(1, 3), rational("0.25"), rational("7/40")
    (1/3, 1/4, 7/40)
    """
    inexact = isinstance(value, (bool, float)) or not isinstance(value, (int, str, Fraction))
    if inexact or type(denominator) is not int:
        raise LanguageError(f"{value!r} is not exact: write rational(1, 2) or rational('0.5')")
    try:
        return number(Fraction(value) / denominator)
    except (ValueError, ZeroDivisionError) as error:
        raise LanguageError(f"rational({value!r}, {denominator}): {error}") from None


def _variables(variables: Term | Seq[Term]) -> list[Term]:
    return [variables] if isinstance(variables, Term) else list(variables)


def forall(variables: Term | Seq[Term], proposition: object) -> Term:
    """Return “for all variables: proposition”."""
    return bind_each("all", _variables(variables), as_proposition(proposition))


def exists(variables: Term | Seq[Term], proposition: object) -> Term:
    """Return “there are variables with proposition”."""
    return bind_each("ex", _variables(variables), as_proposition(proposition))


def mapsto(point: Term, value: object) -> Term:
    """Return the function point ↦ value; a set, when the value is a proposition."""
    return bind("lam", point, value if isinstance(value, Term) else lift(value, REAL))


def eq(left: object, right: object) -> Term:
    """Return the equation left = right, a proposition (``==`` is Python's own equality)."""
    terms = [side for side in (left, right) if isinstance(side, Term)]
    if not terms:
        raise LanguageError(f"eq({left!r}, {right!r}) needs a term on one side")
    sorts = [t.sort for t in terms]
    if all(sort == NAT for sort in sorts) and all(
        isinstance(side, Term) or (type(side) is int and side >= 0) for side in (left, right)
    ):
        target = NAT
    else:
        target = next((sort for sort in sorts if sort != NAT), REAL)
    return make("eq", (lift(left, target), lift(right, target)))


def ne(left: object, right: object) -> Term:
    """Return left ≠ right, which is ``neg(eq(left, right))``."""
    return neg(eq(left, right))


def neg(proposition: object) -> Term:
    """Return “not proposition”, which is ``implies(proposition, FALSE)``."""
    return make("imp", (as_proposition(proposition), FALSE))


def implies(*propositions: object) -> Term:
    """Return p₁ → (p₂ → … → pₙ)."""
    if not propositions:
        raise LanguageError("implies needs at least one proposition")
    result = as_proposition(propositions[-1])
    for p in reversed(propositions[:-1]):
        result = make("imp", (as_proposition(p), result))
    return result


def _joined(op: str, propositions: tuple[object, ...]) -> Term:
    if not propositions:
        raise LanguageError(f"{op} of no propositions")
    result = as_proposition(propositions[-1])
    for p in reversed(propositions[:-1]):
        result = make(op, (as_proposition(p), result))
    return result


def conj(*propositions: object) -> Term:
    """Return p₁ ∧ p₂ ∧ … (also written ``p & q``)."""
    return _joined("and", propositions)


def disj(*propositions: object) -> Term:
    """Return p₁ ∨ p₂ ∨ … (also written ``p | q``)."""
    return _joined("or", propositions)


def ip(left: Term, right: object) -> Term:
    """Return the inner product ⟨left, right⟩ of two vectors of one space."""
    for side in (left, right):
        if not isinstance(side, Term):
            raise LanguageError(f"ip: {side!r} is not a vector")
    assert isinstance(right, Term)
    return make("ip", (left, right))


def sq(term: Term) -> Term:
    """Return the square: ‖v‖² of a vector, t² of a real."""
    if not isinstance(term, Term):
        raise LanguageError(f"sq: {term!r} is not a term")
    return make("ip", (term, term)) if term.sort.kind == "Vec" else term**2


def sqrt(term: object) -> Term:
    """Return √t; total: √t = 0 for t < 0, and a statement must prove 0 ≤ t to count."""
    return make("sqrt", (lift(term, REAL),))


def norm(vector_term: Term) -> Term:
    """Return the Euclidean norm ‖v‖, which is √⟨v, v⟩."""
    return sqrt(ip(vector_term, vector_term))


def grad(f: Term, point: Term) -> Term:
    """Return ∇f(point).

    The term exists for every function; it is the gradient where ``Differentiable(f)`` says so.
    """
    return make("grad", (f, point))


def jac(F: Term, point: Term) -> Term:
    """Return DF(point), a linear map; it is the derivative where F is differentiable."""
    return make("jac", (F, point))


def hess(f: Term, point: Term) -> Term:
    """Return ∇²f(point), the derivative of the gradient: a linear map of the space to itself."""
    if not isinstance(point, Term) or point.sort.kind != "Vec":
        raise LanguageError(f"hess: {point!r} is not a point")
    x = fresh_variable("x", point.sort, [f])
    return jac(mapsto(x, grad(f, x)), point)


def hess_along(F: Term, point: Term, direction: Term) -> Term:
    """Return ∇²⟨u, F⟩(point) = Σ uᵢ∇²Fᵢ(point) for the direction u of F's target space."""
    if not isinstance(point, Term) or point.sort.kind != "Vec":
        raise LanguageError(f"hess_along: {point!r} is not a point")
    x = fresh_variable("x", point.sort, [F, direction])
    return jac(mapsto(x, jac(F, x).T @ direction), point)


def member(v: Term, subspace_term: Term) -> Term:
    """Return v ∈ S."""
    return make("in", (v, subspace_term))


def ker(A: Term) -> Term:
    """Return the kernel of a linear map."""
    return make("ker", (A,))


def ran(A: Term) -> Term:
    """Return the range of a linear map."""
    return make("ran", (A,))


def cap(S: Term, T: Term) -> Term:
    """Return the intersection of two subspaces."""
    return make("cap", (S, T))


def dim(S: Term) -> Term:
    """Return the dimension of a subspace, a natural number."""
    return make("subdim", (S,))


def rank(A: Term) -> Term:
    """Return the rank of a linear map, the dimension of its range."""
    return dim(ran(A))


def total(index: Term, count: object, value: object) -> Term:
    """Return Σ value over index = 0, …, count − 1: ``total(i, n, a[i] * x[i])``."""
    body = value if isinstance(value, Term) else lift(value, REAL)
    return make("sum", (mapsto(index, as_real(body)), lift(count, NAT)))


def sin(t: object) -> Term:
    """Return the sine of a real number."""
    return make("sin", (lift(t, REAL),))


def cos(t: object) -> Term:
    """Return the cosine of a real number."""
    return make("cos", (lift(t, REAL),))


__all__ = [
    "FALSE",
    "PROP",
    "Function",
    "LinearMap",
    "Natural",
    "Naturals",
    "Predicate",
    "Real",
    "Reals",
    "Sequence",
    "Space",
    "Subspace",
    "Vector",
    "Vectors",
    "cap",
    "conj",
    "cos",
    "dim",
    "disj",
    "eq",
    "exists",
    "forall",
    "grad",
    "hess",
    "hess_along",
    "implies",
    "ip",
    "jac",
    "ker",
    "mapsto",
    "member",
    "ne",
    "neg",
    "norm",
    "ran",
    "rank",
    "rational",
    "sin",
    "sq",
    "sqrt",
    "total",
    "variable",
]
