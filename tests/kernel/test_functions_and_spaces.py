"""Equal functions, finite sums, coordinate spaces, subspaces: what follows and its neighbours.

The last part tries to prove ⊥ from what is alike but not equal: names of spaces, captured indices,
zero maps of two spaces.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from plproof.kernel import rules
from plproof.kernel.combine import Summand, combine
from plproof.kernel.normal import KernelError, NormalForm
from plproof.kernel.rules import (
    assume,
    conjunct,
    convert,
    coordinates,
    extensional,
    generalise,
    instantiate,
    reflexive,
    rename,
    rewrite,
    summation,
)
from plproof.kernel.thm import Thm
from plproof.language import (
    FALSE,
    Definition,
    Function,
    LanguageError,
    LinearMap,
    Naturals,
    Reals,
    Sequence,
    Space,
    Subspace,
    Term,
    Vectors,
    cap,
    dim,
    eq,
    exists,
    forall,
    grad,
    ip,
    jac,
    ker,
    mapsto,
    member,
    ne,
    ran,
    rational,
    sq,
    total,
)
from plproof.language.sorts import NAT, REAL, linear, subspace, vector
from plproof.language.sorts import function as functions_between
from plproof.language.terms import make, number

E, Y, R2, R5 = Space("E"), Space("Y"), Space.coordinates(2), Space.coordinates(5)
a, b, t = Reals("a b t")
i, j, k, m, n = Naturals("i j k m n")
u, v, x, y = Vectors("u v x y", E)
(w,) = Vectors("w", Y)
f, g, F = Function("f", E), Function("g", E), Function("F", E, Y)
A, B, C = LinearMap("A", E, Y), LinearMap("B", E, E), LinearMap("C", E, E)
M, N = Subspace("M", E), Subspace("N", E)
s, q = Sequence("s"), Sequence("q")
ONE = Fraction(1)


def refused(action: object, *args: object, **data: object) -> None:
    with pytest.raises((KernelError, LanguageError)):
        print("accepted:", action(*args, **data))  # type: ignore[operator]


# ---------------------------------------------------------------- equal functions
def test_functions_equal_at_every_point_are_equal() -> None:
    for variable, left, right in [(x, f(x), g(x)), (k, s[k], q[k]), (x, grad(f, x), x), (t, t, t)]:
        th = extensional(assume(proposition=forall(variable, eq(left, right))))
        assert th.conclusion == eq(mapsto(variable, left), mapsto(variable, right))
        assert th.hypotheses == (forall(variable, eq(left, right)),)
    nested = forall(x, eq(mapsto(y, f(x)), mapsto(y, f(y))))
    two = extensional(assume(proposition=nested))
    assert two.conclusion == eq(mapsto(x, mapsto(y, f(x))), mapsto(x, mapsto(y, f(y))))


NOT_FUNCTIONS = [
    eq(f(x), g(x)),
    exists(x, eq(f(x), g(x))),
    forall(x, f(x) <= g(x)),
    forall(x, eq(f(x), g(x)) & eq(f(x), f(x))),
    forall([x, y], eq(f(x), g(x))),
    forall(x, ne(f(x), g(x))),
    forall(x, (f(x) > 0) >> eq(f(x), g(x))),
]


@pytest.mark.parametrize("claim", NOT_FUNCTIONS, ids=str)
def test_what_is_no_equation_at_every_point_makes_no_functions_equal(claim: Term) -> None:
    refused(extensional, assume(proposition=claim))


def test_an_equation_at_one_point_or_under_a_hypothesis_is_not_at_every_point() -> None:
    here = assume(proposition=eq(f(x), g(x)))
    refused(generalise, here, variable=x)
    refused(extensional, here)
    bounded = assume(proposition=forall(x, (sq(x) <= 1) >> eq(f(x), g(x))))
    inside = rules.modus_ponens(instantiate(bounded, value=x), assume(proposition=sq(x) <= 1))
    refused(generalise, inside, variable=x)


def test_an_equation_that_holds_of_a_free_variable_does_not_bind_another() -> None:
    """∀x. x = y is not ∀x. x = x: the bound variable captures no free one."""
    th = extensional(assume(proposition=forall(x, eq(x, y))))
    assert th.conclusion == eq(mapsto(x, x), mapsto(x, y))
    assert th.conclusion != eq(mapsto(x, x), mapsto(y, y))
    at_u = rewrite(th, reflexive(term=mapsto(x, x)(u)), target=eq(mapsto(x, x)(u), mapsto(x, y)(u)))
    assert combine(at_u, goal=eq(u, y), summands=[Summand(ONE, (0,))]).hypotheses


def test_equal_functions_have_equal_gradients_and_sums_but_equal_values_do_not() -> None:
    same = extensional(assume(proposition=forall(x, eq(f(x), sq(x)))))
    h1, h2 = same.conclusion.args
    rewritten = rewrite(same, reflexive(term=grad(h1, v)), target=eq(grad(h1, v), grad(h2, v)))
    assert rewritten.hypotheses == same.hypotheses
    refused(combine, goal=eq(grad(h1, v), grad(f, v)), summands=[])  # η is not built in
    eta = extensional(generalise(combine(goal=eq(h1(x), f(x)), summands=[]), variable=x))
    assert eta.conclusion == eq(mapsto(x, h1(x)), mapsto(x, f(x)))
    at_point = assume(proposition=eq(f(v), g(v)))
    refused(combine, at_point, goal=eq(grad(f, v), grad(g, v)), summands=[Summand(ONE, (0,))])
    refused(rewrite, at_point, reflexive(term=grad(f, v)), target=eq(grad(f, v), grad(g, v)))


# ---------------------------------------------------------------- finite sums
def step(function: Term, at: Term) -> Thm:
    return instantiate(conjunct(summation(function=function), side=1), value=at)


def test_sums_by_their_recursion_and_no_other_way() -> None:
    squares = mapsto(k, k * k * rational(1))
    three = make("sum", (squares, number(3, NAT)))
    facts = [conjunct(summation(function=squares), side=0),
             *(step(squares, number(i_, NAT)) for i_ in range(3))]  # fmt: skip
    summands = [Summand(ONE, (i_,)) for i_ in range(4)]
    assert combine(*facts, goal=eq(three, 5), summands=summands)
    for wrong in (0, 1, 4, 14):
        refused(combine, *facts, goal=eq(three, wrong), summands=summands)
    refused(combine, goal=eq(total(k, 0, s[k]), 0), summands=[])


def test_the_index_of_a_sum_is_bound() -> None:
    assert total(k, n, s[k]) == total(i, n, s[i]) != total(i, n, s[k])
    th = summation(function=mapsto(k, s[k + n]))  # n is also what the rule calls its bound variable
    at = instantiate(conjunct(th, side=1), value=n)
    assert at.conclusion.args[0] == make("sum", (mapsto(k, s[k + n]), n + 1))
    assert at.conclusion.args[1] == total(k, n, s[k + n]) + mapsto(k, s[k + n])(n)
    captured = eq(total(k, n + 1, s[k + n]), total(k, n, s[k + n]) + s[n])
    refused(combine, at, goal=captured, summands=[Summand(ONE, (0,))])
    right = eq(total(k, n + 1, s[k + n]), total(k, n, s[k + n]) + s[n + n])
    assert combine(at, goal=right, summands=[Summand(ONE, (0,))])
    refused(generalise, assume(proposition=eq(total(k, n, s[k]), a)), variable=n)
    assert generalise(assume(proposition=eq(total(k, n, s[k]), a)), variable=k)


def test_sums_of_what_is_no_sequence_are_refused() -> None:
    loose = make("lam", (make("bound", (), 1, REAL),), mapsto(k, a).data)
    for function in (f, mapsto(x, sq(x)), mapsto(t, t), a, s[k], mapsto(k, a > 0), mapsto(k, k),
                     loose, mapsto(k, mapsto(j, a)), make("var", (), "n!", REAL)):  # fmt: skip
        refused(summation, function=function)
    odd = make("var", (), "n!", NAT)
    refused(summation, function=mapsto(k, s[k] * odd))
    assert summation(function=mapsto(k, k * x)).conclusion.args[0].args[1] == E.zero


def test_sums_with_an_index_more_or_less_differ() -> None:
    for left, right in [(total(k, n, s[k]), total(k, n + 1, s[k])),
                        (total(k, n, s[k]), total(k, n, s[k + 1])),
                        (total(k, n, s[k]), total(k, n, q[k])),
                        (total(k, n, a), n * a), (total(k, 2 * n, a), 2 * total(k, n, a)),
                        (total(k, n, s[k] - q[k]), total(k, n, s[k]) - total(k, n, q[k])),
                        ]:  # fmt: skip
        refused(combine, goal=eq(left, right), summands=[])
    assert combine(goal=eq(total(k, n + n, a), total(k, 2 * n, a)), summands=[])


# ---------------------------------------------------------------- coordinates
def test_coordinate_vectors_are_orthonormal_and_no_more() -> None:
    e = [R5.basis(i_) for i_ in range(1, 6)]
    for r, left in enumerate(e):
        for c, right in enumerate(e):
            assert combine(goal=eq(ip(left, right), int(r == c)), summands=[])
            refused(combine, goal=eq(ip(left, right), int(r != c)), summands=[])
    D = LinearMap("D", R5, R5)
    for wrong in (
        ip(D @ e[0], D @ e[1]),
        ip(D @ e[0], e[1]),
        ip(e[0], D.T @ e[1]),
        ip(D @ e[0], e[0]) - 1,
    ):
        refused(combine, goal=eq(wrong, 0), summands=[])
    assert combine(goal=eq(ip(D @ e[0], e[1]), ip(e[0], D.T @ e[1])), summands=[])
    refused(combine, goal=eq(ip(D @ e[0], e[1]), ip(D @ e[1], e[0])), summands=[])
    assert combine(goal=eq(ip(R5.identity @ e[0], e[0]), 1), summands=[])
    refused(combine, goal=eq(e[0], e[1]), summands=[])
    (odd,) = Vectors("e1", R5)  # a variable that is shown like e₁
    refused(combine, goal=eq(sq(odd), 1), summands=[])
    refused(combine, goal=eq(odd, e[0]), summands=[])


def test_dimensions_of_coordinate_spaces() -> None:
    for size in (1, 2, 64):
        space = Space.coordinates(size)
        th = coordinates(dimension=size)
        assert conjunct(th, side=0).conclusion == eq(space.dim, size)
    for size in (0, -1, 65, 10**9):
        refused(coordinates, dimension=size)
    with pytest.raises((KernelError, LanguageError, TypeError)):
        coordinates(dimension=1.5)  # type: ignore[arg-type]
    with pytest.raises((KernelError, LanguageError, TypeError)):
        print(coordinates(dimension=True), "is about another space")
    two, five = (conjunct(coordinates(dimension=d), side=0) for d in (2, 5))
    for goal in (FALSE, eq(R2.dim, R5.dim), eq(E.dim, 2)):
        refused(combine, two, five, goal=goal, summands=[Summand(ONE, (0,)), Summand(-ONE, (1,))])


def test_coordinate_spaces_are_not_renamed_and_others_are_not_they() -> None:
    whole = coordinates(dimension=2)
    for spaces in ({"R^2": "E"}, {"R^2": "R^5"}, {"R^2": "R^1", "R^1": "R^2"}):
        refused(rename, whole, spaces=spaces)
    assert rename(whole, spaces={"R^2": "R^2", "E": "R^5"}).conclusion == whole.conclusion
    for name in ("R^02", "R^ 2", "R^2 ", "R^٢", "R^-2", "r^2", "R²", "R^99999"):
        other = subspace(name)
        goal = eq(make("subdim", (number(1, other),)), 2)
        refused(combine, whole, goal=goal, summands=[Summand(ONE, (0,))])
        refused(combine, conjunct(whole, side=0), goal=goal, summands=[Summand(ONE, (0,))])
        refused(make, "basis", (), 1, vector(name))
    for index in (0, 3, -1, True, 1.0, "1", None):
        refused(make, "basis", (), index, vector("R^2"))
    refused(make, "basis", (x,), 1, vector("R^2"))
    refused(make, "basis", (), 1, vector("E"))


def test_a_definition_about_a_coordinate_space_is_about_no_other() -> None:
    p5 = Vectors("p,", R5)[0]
    p2 = Vectors("p,", R2)[0]
    Flat = Definition("Flat", [p5], eq(ip(R5.basis(1), p5), 0))
    assert Flat(R5.basis(2)).sort.kind == "Prop"
    for other in (p2, x, R2.basis(1), a):
        refused(Flat, other)
    refused(rename, assume(proposition=Flat(p5)), spaces={"R^5": "E"})
    both = Definition("Both", [p5, x], eq(ip(R5.basis(1), p5), sq(x)))
    moved = rename(assume(proposition=both(p5, x)), spaces={"E": "R^5"}).conclusion
    (x5,) = Vectors("x,", R5)
    assert moved == both(p5, x5)
    meaning = eq(ip(R5.basis(1), p5), sq(x5))
    assert convert(assume(proposition=moved), target=meaning)
    refused(both, x, x)
    General = Definition("General", [x, y], eq(ip(x, y), 1))
    assert convert(
        combine(goal=eq(ip(R2.basis(1), R2.basis(1)), 1), summands=[]),
        target=General(R2.basis(1), R2.basis(1)),
    )
    refused(General, R2.basis(1), R5.basis(1))
    with pytest.raises(LanguageError, match="no parameter lives in the space"):
        Definition("Stray", [a], eq(E.dim, 1))


def test_a_space_put_for_two_is_one_renaming_of_all() -> None:
    """A mapping that answers differently each time renames nothing twice."""

    class Fickle(dict):  # type: ignore[type-arg]
        def get(self, key: str, default: str = "") -> str:
            self.count = getattr(self, "count", 0) + 1
            return f"R^{1 + self.count % 2}" if key == "E" else default

    th = combine(goal=eq(E.dim, E.dim), summands=[])
    try:
        moved = rename(th, spaces=Fickle(E="R^1"))
    except (KernelError, LanguageError):
        return
    left, right = moved.conclusion.args
    assert left == right


# ---------------------------------------------------------------- linear maps and subspaces
def test_zero_maps_and_identities_of_two_spaces_do_not_meet() -> None:
    """Once ⊢ dim(ker 0_E) = dim(ker 0_Y), which with R^1 and R^2 gives 1 = 2."""
    spaces = (E, Y, R2, R5)
    maps = [number(0, linear(one.name, "Y")) for one in spaces]
    pairs = [(one, other) for one in range(4) for other in range(4) if one != other]
    for one, other in pairs:
        for op in (ker, lambda c: cap(ker(c), ker(c)), lambda c: ran(c.T)):
            goal = eq(dim(op(maps[one])), dim(op(maps[other])))
            refused(combine, goal=goal, summands=[])
        for op in (ker, ran, lambda c: ran(2 * c), lambda c: cap(ran(c), ker(c))):
            left, right = (op(spaces[at].identity) for at in (one, other))
            refused(combine, goal=eq(dim(left), dim(right)), summands=[])
    assert combine(goal=eq(dim(ker(maps[0])), dim(ker(0 * A))), summands=[])


def test_dimensions_of_kernels_and_ranges_are_told_apart() -> None:
    for left, right in [(ker(A), ran(A)), (ker(A), ker(A.T)), (ran(A), ran(A.T)), (ker(B), ker(C)),
                        (ker(B @ C), ker(C @ B)), (M, N), (cap(M, N), M), (ker(B), ker(2 * B)),
                        (E.whole, Y.whole), (number(0, subspace("E")), E.whole)]:  # fmt: skip
        refused(combine, goal=eq(dim(left), dim(right)), summands=[])
    for left, right in [(ker(A), ker(A.T.T)), (ran((B @ C).T), ran(C.T @ B.T)), (M, M)]:
        assert combine(goal=eq(dim(left), dim(right)), summands=[])


UNEQUAL = [
    (A.T @ (A @ v), v), (B @ (C @ v), C @ (B @ v)), (B @ v, B.T @ v), (0 * (B @ v), v), (B @ v, v),
    (B @ (B.T @ v), B.T @ (B @ v)), ((B @ C).T @ v, B.T @ (C.T @ v)),
    (jac(F, x).T @ w, jac(F, y).T @ w), ((B + C) @ (B - C) @ v, B @ B @ v - C @ C @ v),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right"), UNEQUAL, ids=str)
def test_vectors_that_differ(left: Term, right: Term) -> None:
    refused(combine, goal=eq(left, right), summands=[])
    refused(combine, goal=eq(ip(left, u), ip(right, u)), summands=[])


def test_inner_products_with_maps_that_differ() -> None:
    for left, right in [(ip(B @ u, v), ip(u, B @ v)), (ip(B @ u, C @ v), ip(C @ u, B @ v)),
                        (ip(B @ u, v), ip(B @ v, u)), (sq(B @ v), ip(v, B @ B @ v)),
                        (ip(A @ u, w), ip(A @ v, w)), (sq(B @ v), sq(B.T @ v))]:  # fmt: skip
        refused(combine, goal=eq(left, right), summands=[])
    for left, right in [(ip(B @ u, v), ip(u, B.T @ v)), (sq(B @ v), ip(v, B.T @ B @ v)),
                        (ip(B @ v, v), ip(v, B @ v)), (ip(A @ u, w), ip(A.T @ w, u))]:  # fmt: skip
        assert combine(goal=eq(left, right), summands=[])


def test_equations_of_maps_prove_maps_only_and_of_their_own_spaces() -> None:
    same = assume(proposition=eq(B, C))
    assert combine(same, goal=eq(2 * B, 2 * C), summands=[Summand(Fraction(2), (0,))])
    assert combine(same, goal=eq(C, B), summands=[Summand(-ONE, (0,))])
    for goal in (eq(B @ v, C @ v), eq(ip(B @ v, u), ip(C @ v, u)), FALSE, eq(a, b), eq(B.T, C.T)):
        refused(combine, same, goal=goal, summands=[Summand(ONE, (0,))])
        refused(combine, same, goal=goal, summands=[Summand(ONE, (0,), (), v)])
    refused(combine, same, goal=eq(A, 2 * A), summands=[Summand(ONE, (0,))])
    refused(combine, same, goal=eq(B, C), summands=[Summand(ONE, (0, 0))])
    refused(combine, same, goal=eq(B, C), summands=[Summand(ONE, (0,), (a,))])
    refused(combine, same, goal=eq(B, C), summands=[Summand(ONE, (0,), (), B)])
    refused(combine, assume(proposition=ne(B, C)), goal=0 < a, summands=[Summand(ONE, (0,))])
    refused(combine, assume(proposition=ne(B, C)), goal=eq(a / a, 1), summands=[], nonzero=[0])
    moved = rewrite(same, reflexive(term=B @ v), target=eq(B @ v, C @ v))
    assert moved.hypotheses == (eq(B, C),)


@pytest.mark.parametrize("claim", [
    member(v, ker(A)), member(w, ran(A)), member(v, cap(ker(A), ran(B))), member(v, E.whole),
    member(v, number(0, subspace("E"))), member(v, cap(M, cap(N, ker(B)))),
], ids=str)  # fmt: skip
def test_membership_is_what_it_says(claim: Term) -> None:
    v_, space = claim.args
    meanings = {
        "ker": lambda: eq(A @ v, 0),
        "ran": lambda: exists(v, eq(A @ v, w)),
        "num": lambda: FALSE >> FALSE if space.data else eq(v, 0),
        "cap": lambda: (
            eq(A @ v, 0) & exists(y, eq(B @ y, v))
            if space.args[0].op == "ker"
            else member(v, M) & (member(v, N) & eq(B @ v, 0))
        ),
    }
    meant = meanings[space.op]()
    assert convert(assume(proposition=claim), target=meant).conclusion == meant
    assert convert(assume(proposition=meant), target=claim).conclusion == claim
    wrongs = [eq(A.T @ w, 0), exists(y, eq(B @ v, y)), exists(v, eq(A @ v, A @ v)), eq(w, 0)]
    wrongs += [member(v, M), FALSE, *([member(y, space)] if v_.sort == y.sort else [])]
    for wrong in wrongs:
        if wrong != claim and space != E.whole:
            refused(convert, assume(proposition=wrong), target=claim)


def test_the_preimage_in_a_range_captures_nothing() -> None:
    """x ∈ ran B is ∃z. B z = x, not ∃x. B x = x, also where x or B is bound."""
    for name in "xyz":
        (z,) = Vectors(f"{name},", E)
        claim = forall(z, member(z, ran(B)))
        (fresh,) = Vectors("fresh,", E)
        right = forall(z, exists(fresh, eq(B @ fresh, z)))
        assert convert(assume(proposition=claim), target=right)
        refused(convert, assume(proposition=claim), target=forall(z, exists(z, eq(B @ z, z))))
        refused(
            convert, assume(proposition=claim), target=forall(z, exists(fresh, eq(B @ z, fresh)))
        )
    nested = forall([B, v], exists(x, member(v + x, cap(ran(B), ran(B.T)))))
    (c,) = Vectors("c,", E)
    right = forall([B, v], exists(x, exists(c, eq(B @ c, v + x)) & exists(c, eq(B.T @ c, v + x))))
    assert convert(assume(proposition=nested), target=right)
    wrong = forall([B, v], exists(x, exists(c, eq(B @ c, v + x) & eq(B.T @ c, v + x))))
    refused(convert, assume(proposition=nested), target=wrong)


def test_naturals_next_to_each_other() -> None:
    th = rules.successor(assume(proposition=dim(ker(A)) < dim(M)))
    assert th.conclusion == (make("real", (dim(ker(A)),)) + 1 <= dim(M))
    for claim in (dim(M) <= dim(N), dim(M) < a, make("real", (n,)) + 1 < m, eq(n, m)):
        refused(rules.successor, assume(proposition=claim))
    assert rules.natural(term=dim(M)).conclusion == (number(0) <= dim(M))


def test_a_function_met_among_what_is_not_zero_is_read_with_all_of_that() -> None:
    curried = make("var", (), "g", functions_between(REAL, functions_between(REAL, REAL)))
    there, here = (make("app", (make("app", (curried, t)), a)) for t in (a / a, rational(1)))
    for known in ([there, a], [a, there], [a]):
        assert NormalForm(known).scalar(there - here) == {}, f"known: {known}"
    assert NormalForm([there]).scalar(there - here), "a may be 0"
