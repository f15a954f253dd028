"""Linear maps, derivatives, subspaces, sums, sine, coordinate spaces: as terms and as data."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plproof.language import (
    Definition,
    Function,
    LanguageError,
    LinearMap,
    Naturals,
    Predicate,
    Reals,
    Sequence,
    Space,
    Subspace,
    Vectors,
    cap,
    cos,
    dim,
    eq,
    exists,
    forall,
    grad,
    hess,
    hess_along,
    ip,
    jac,
    ker,
    mapsto,
    member,
    ne,
    neg,
    ran,
    rank,
    rational,
    show,
    sin,
    sq,
    total,
)
from plproof.language.binding import open_binder, rename_spaces, substitute
from plproof.language.signatures import SIGNATURES
from plproof.language.sorts import (
    NAT,
    PROP,
    REAL,
    Sort,
    coordinates_of,
    function,
    linear,
    match_spaces,
    subspace,
    vector,
)
from plproof.language.terms import free_variables, make, number, subterms
from plproof.language.wire import TermReader, TermWriter, WireError, parse

W, Y, R2, R5 = Space("W"), Space("Y"), Space.coordinates(2), Space.coordinates(5)
a, b = Reals("a b")
i, k, n = Naturals("i k n")
w, x, z = Vectors("w x z", W)
y, u = Vectors("y u", Y)
p5 = Vectors("p", R5)[0]
A, B, S = LinearMap("A", W, Y), LinearMap("B", W, W), LinearMap("S", Y, W)
M, N = Subspace("M", W), Subspace("N", W)
f, F, G = Function("f", W), Function("F", W, Y), Function("G", R5, R2)
s, xs = Sequence("s"), Sequence("x", W)
P = Predicate("P", W)
D = LinearMap("D", R5, R2)


# ---------------------------------------------------------------- sorts
SORTS = [
    (A, linear("W", "Y"), "L(W, Y)", "a linear map W → Y"),
    (A.T, linear("Y", "W"), "L(Y, W)", "a linear map Y → W"),
    (A @ S, linear("Y", "Y"), "L(Y, Y)", "a linear map Y → Y"),
    (A @ w, vector("Y"), "Y", "a vector of Y"),
    (2 * A + A / b, linear("W", "Y"), "L(W, Y)", "a linear map W → Y"),
    (jac(F, w), linear("W", "Y"), "L(W, Y)", "a linear map W → Y"),
    (hess(f, w), linear("W", "W"), "L(W, W)", "a linear map W → W"),
    (hess_along(F, w, u), linear("W", "W"), "L(W, W)", "a linear map W → W"),
    (jac(G, p5), linear("R^5", "R^2"), "L(R^5, R^2)", "a linear map R^5 → R^2"),
    (ker(A), subspace("W"), "Sub(W)", "a subspace of W"),
    (ran(A), subspace("Y"), "Sub(Y)", "a subspace of Y"),
    (cap(M, ker(A)), subspace("W"), "Sub(W)", "a subspace of W"),
    (W.whole, subspace("W"), "Sub(W)", "a subspace of W"),
    (rank(A), NAT, "ℕ", "a natural number"),
    (W.dim, NAT, "ℕ", "a natural number"),
    (member(w, M), PROP, "Prop", "a proposition"),
    (P(w), PROP, "Prop", "a proposition"),
    (P, function(vector("W"), PROP), "W → Prop", "a function W → Prop"),
    (mapsto(w, P(w) & member(w, M)), function(vector("W"), PROP), "W → Prop",
     "a function W → Prop"),
    (total(i, n, s[i]), REAL, "ℝ", "a real"),
    (total(i, n, xs[i]), vector("W"), "W", "a vector of W"),
    (total(i, 3, i), REAL, "ℝ", "a real"),
    (total(i, 3, 1), REAL, "ℝ", "a real"),
    (sin(k), REAL, "ℝ", "a real"),
    (cos(rational(1, 2)), REAL, "ℝ", "a real"),
    (R5.basis(5), vector("R^5"), "R^5", "a vector of R^5"),
    (W.identity, linear("W", "W"), "L(W, W)", "a linear map W → W"),
]  # fmt: skip


@pytest.mark.parametrize(("term", "sort", "shown", "words"), SORTS, ids=lambda v: str(v)[:30])
def test_terms_have_the_sorts_one_expects(term, sort, shown, words):
    assert term.sort == sort
    assert repr(sort) == shown
    assert sort.words() == words


WRONG = {
    "a map at a vector of another space": (lambda: A @ y, "cannot apply"),
    "a map at a real": (lambda: A @ a, "cannot compose|cannot apply|applies"),
    "a map at a number": (lambda: A @ 2, "applies a linear map"),
    "maps that do not meet": (lambda: A @ A, "cannot compose"),
    "a vector at a vector": (lambda: w @ w, "applies a linear map"),
    "maps of two shapes added": (lambda: A + B, "where|cannot add"),
    "a map and a number added": (lambda: B + 2, "only 0 and 1|cannot"),
    "a product of maps by *": (lambda: A * S, "@"),
    "a map times a vector by *": (lambda: A * w, "applied with @"),
    "a vector divided by a map": (lambda: w / A, "where a real"),
    "a map squared": (lambda: B**2, "where a real"),
    "an inner product of maps": (lambda: ip(B, B), "two vectors"),
    "maps compared": (lambda: B <= B, "where a real"),
    "the adjoint of a vector": (lambda: w.T, "linear map"),
    "the kernel of a vector": (lambda: ker(w), "linear map"),
    "the range of a function": (lambda: ran(F), "linear map"),
    "an intersection of two spaces": (lambda: cap(M, ran(A)), "cannot intersect"),
    "the dimension of a map": (lambda: dim(A), "subspace"),
    "the rank of a subspace": (lambda: rank(M), "linear map"),
    "a member of another space": (lambda: member(y, M), "no membership"),
    "a member of a map": (lambda: member(w, A), "no membership"),
    "a derivative of a real function": (lambda: jac(f, w), "map of spaces"),
    "a gradient of a map": (lambda: grad(F, w), "real function"),
    "a derivative elsewhere": (lambda: jac(F, y), "map of spaces"),
    "a Hessian of a map": (lambda: hess(F, w), "real function"),
    "a Hessian at a number": (lambda: hess(f, 0), "not a point"),
    "a Hessian along the wrong space": (lambda: hess_along(F, w, w), "cannot apply"),
    "a sum over a real": (lambda: total(a, n, a), "sequence"),
    "a sum to a real": (lambda: total(i, a, s[i]), "natural"),
    "a sum of propositions": (lambda: total(i, n, s[i] > 0), "sequence"),
    "a sum of maps": (lambda: total(i, n, s[i] * A), "sequence"),
    "a sum to a negative": (lambda: total(i, -1, s[i]), "natural"),
    "a sum to a half": (lambda: total(i, 0.5, s[i]), "exact"),
    "the sine of a vector": (lambda: sin(w), "where a real"),
    "the sine of a float": (lambda: sin(0.5), "exact"),
    "the number 2 as a map": (lambda: number(2, linear("W", "W")), "only 0 and 1"),
    "the number 1 between spaces": (lambda: number(1, linear("W", "Y")), "only 0"),
    "the number 2 as a subspace": (lambda: number(2, subspace("W")), "only 0 and 1"),
    "a coordinate vector of W": (lambda: W.basis(1), "no coordinate vector"),
    "a coordinate vector too far": (lambda: R2.basis(3), "no coordinate vector"),
    "a coordinate vector before the first": (lambda: R2.basis(0), "no coordinate vector"),
    "a coordinate vector with a bool": (lambda: R2.basis(True), "no coordinate vector"),
    "R^0": (lambda: Space.coordinates(0), "from 1 to 64"),
    "R^65": (lambda: Space.coordinates(65), "from 1 to 64"),
    "R^True": (lambda: Space.coordinates(True), "from 1 to 64"),
    "R^2.0": (lambda: Space.coordinates(2.0), "from 1 to 64"),
    "a space called R^2": (lambda: Space("R^2"), "not a name"),
    "a map from a name": (lambda: LinearMap("A", "W", Y), "not a space"),
    "a subspace of a subspace": (lambda: Subspace("M", W.whole), "not a space"),
    "in, as Python says it": (lambda: w in M, "member"),
    "equal subspaces of two spaces": (lambda: eq(M, ran(A)), "where|cannot equate"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_makes_no_sense_is_refused_with_the_reason(name):
    attempt, why = WRONG[name]
    with pytest.raises(LanguageError, match=why):
        print(attempt())


def test_zero_and_one_are_lifted_to_maps_and_subspaces():
    assert eq(A, 0).args[1] == number(0, linear("W", "Y"))
    assert eq(B, 1).args[1] == W.identity
    assert eq(M, 1).args[1] == W.whole
    assert (B - 1) == B + make("neg", (W.identity,))
    with pytest.raises(LanguageError):
        eq(A, 1)


def test_a_hessian_binds_a_variable_that_is_free_nowhere():
    """hess(f, x) of an f that contains x, and hess_along in a direction that does."""
    inner = mapsto(z, ip(x, z) ** 2)
    found = hess(inner, x)
    assert x in free_variables(found)
    assert open_binder(found.args[0], z) == grad(inner, z)
    turning = hess_along(F, x, A @ x)
    assert open_binder(turning.args[0], z) == jac(F, z).T @ (A @ x)
    assert hess(f, w) == jac(mapsto(z, grad(f, z)), w)


def test_the_index_of_a_sum_is_bound():
    assert total(i, n, s[i]) == total(k, n, s[k])
    assert free_variables(total(i, n, s[i] * a)) == (s, a, n)
    assert total(i, i, s[i]) == total(k, i, s[k]), "the bound is outside"
    assert substitute(total(i, n, s[i + n]), {n: i}) == total(k, i, s[k + i])


# ---------------------------------------------------------------- spaces
def test_coordinate_spaces_are_spaces_of_their_own():
    assert Space.coordinates(5) == R5 != Space("R5") and len({R5, Space.coordinates(5)}) == 1
    assert [coordinates_of(name) for name in ("R^5", "R^0", "R^64", "R^9999")] == [5, 0, 64, 9999]
    for name in ("R", "R5", "R^", "R^05", "R^5 ", " R^5", "R^5\n", "r^5", "R^10000", "R^-1", "R^٥"):
        assert coordinates_of(name) is None


def test_coordinate_spaces_are_not_renamed():
    for spaces in ({"R^5": "W"}, {"R^5": "R^2"}, {"R^5": "R^2", "R^2": "R^5"}, {"R^5": "R^05"}):
        with pytest.raises(LanguageError, match="coordinate space"):
            rename_spaces(member(p5, ker(D)), spaces)
    same = {"R^5": "R^5", "W": "R^5"}
    assert rename_spaces(member(p5, ker(D)), same) == member(p5, ker(D))
    moved = rename_spaces(forall(w, member(w, ker(A))), {"W": "R^5", "Y": "R^2"})
    assert moved == forall(p5, member(p5, ker(LinearMap("A", R5, R2))))
    assert rename_spaces(W.identity @ w, {"W": "Y"}).sort == vector("Y")
    with pytest.raises(LanguageError):
        rename_spaces(p5 + R5.basis(1), {"R^5": "R^2"})


def test_a_pattern_with_a_coordinate_space_matches_only_that():
    assert match_spaces(linear("W", "R^2"), linear("R^5", "R^2"), {})
    assert not match_spaces(linear("W", "R^2"), linear("R^5", "R^5"), {})
    assert not match_spaces(vector("R^5"), vector("W"), {})
    assert not match_spaces(linear("W", "W"), linear("R^5", "R^2"), {})
    assert not match_spaces(subspace("W"), vector("W"), {})


def test_definitions_speak_of_coordinate_spaces_and_fit_no_other():
    first = Definition("First", [p5], eq(ip(R5.basis(1), p5), 0))
    assert first(R5.basis(2)).data == first
    for other in (w, R2.basis(1), Vectors("p,", R2)[0], a):
        with pytest.raises(LanguageError, match=r"does not fit|where"):
            first(other)
    general = Definition("Kernel", [A, w], member(w, ker(A)))
    assert general(D, p5).data.unfold((D, p5)) == member(p5, ker(D))
    with pytest.raises(LanguageError, match="does not fit"):
        general(D, R2.basis(1))
    mixed = Definition("Mixed", [w, p5], eq(sq(w), ip(R5.basis(1), p5)))
    assert mixed(R5.basis(3), p5).data.unfold((R5.basis(3), p5)) == eq(
        sq(R5.basis(3)), ip(R5.basis(1), p5)
    )
    fixed = Definition("Five", [a], eq(R5.dim, a))
    assert fixed(5).sort == PROP, "a coordinate space needs no parameter"
    with pytest.raises(LanguageError, match="no parameter lives in the space W"):
        Definition("Any", [a], eq(W.dim, a))


# ---------------------------------------------------------------- data
maps = st.recursive(
    st.sampled_from([B, S @ A, hess(f, w), hess_along(F, w, u), W.identity, 0 * B]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] @ p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] - p[1]),
        inner.map(lambda m: m.T),
        inner.map(lambda m: total(i, n, s[i]) * m),
        inner.map(lambda m: jac(mapsto(x, m @ x), w)),
    ),
    max_leaves=4,
)
spaces = st.recursive(
    st.one_of(st.sampled_from([M, N, W.whole, number(0, M.sort)]), maps.map(ker), maps.map(ran)),
    lambda inner: st.tuples(inner, inner).map(lambda p: cap(*p)),
    max_leaves=3,
)
statements = st.one_of(
    st.tuples(maps, spaces).map(lambda p: member(p[0] @ w, p[1])),
    spaces.map(lambda q: forall([w, M, B], exists(x, member(w + x, q)))),
    spaces.map(lambda q: dim(q) < n),
    maps.map(lambda m: eq(sin(ip(m @ w, w)), cos(sq(w)) + rank(m))),
    maps.map(lambda m: P(total(k, n, s[k] * (m @ w)))),
    maps.map(lambda m: forall(F, ne(m, 0))),
    st.integers(1, 5).map(lambda j: eq(D @ R5.basis(j), jac(G, R5.basis(j)) @ p5)),
)


@given(statements, statements)
def test_what_is_written_is_read_back(p, q):
    writer = TermWriter()
    numbers = [writer.term(p), writer.term(q)]
    reader = TermReader(parse(json.dumps(writer.document())))
    assert [reader.term(number_) for number_ in numbers] == [p, q]
    assert show(reader.term(numbers[0])) == show(p)


def test_every_operation_of_the_language_is_written_and_read():
    terms = [t for t, *_ in SORTS]
    terms += [forall(w, ~member(w, M) | eq(a * b, 0) | (a / b <= a ** k) & (a < -b)),
              exists(a, a >= b),
              make("gt", (a, b)), Definition("Zero", [a], eq(a, 0))(b), norm_like(w)]  # fmt: skip
    used = {t.op for root in terms for t in subterms(root)}
    assert used == set(SIGNATURES), set(SIGNATURES) - used
    for root in terms:
        writer = TermWriter()
        number_ = writer.term(root)
        assert TermReader(writer.document()).term(number_) == root


def norm_like(v):
    return make("sqrt", (ip(v, v),)) + rational(Fraction(1, 3)) + f(v)


DAMAGED = {
    "a coordinate vector of W": (["basis", [], 1, 1], "coordinate"),
    "a coordinate vector 0": (["basis", [], 0, 2], "coordinate"),
    "a coordinate vector 6 of R^5": (["basis", [], 6, 2], "coordinate"),
    "a coordinate vector called 1": (["basis", [], "1", 2], "number"),
    "a coordinate vector true": (["basis", [], True, 2], "number"),
    "a coordinate vector of a real": (["basis", [], 1, 0], "coordinate"),
    "a coordinate vector without a sort": (["basis", [], 1], "sort"),
    "a coordinate vector with an argument": (["basis", [0], 1, 2], "arguments"),
    "the map 2": (["num", [], "2", 3], "only 0 and 1"),
    "the map 1/2": (["num", [], "1/2", 3], "only 0 and 1"),
    "the map 1 from W to R^5": (["num", [], "1", 4], "only 0"),
    "the subspace -1": (["num", [], "-1", 5], "only 0 and 1"),
    "a map applied to nothing": (["lapp", [0], None], "arguments"),
    "an adjoint with data": (["adj", [0], 1], "no data"),
    "a kernel of a real": (["ker", [0], None], "linear map"),
    "a member of a real": (["in", [0, 0], None], "membership"),
    "a sum of a real": (["sum", [0, 0], None], "sequence"),
    "the sine of nothing": (["sin", [], None], "arguments"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_data_that_makes_no_sense_is_refused_with_its_place(name):
    entry, why = DAMAGED[name]
    document = {
        "sorts": [["Real", [], []], ["Vec", ["W"], []], ["Vec", ["R^5"], []],
                  ["Lin", ["W", "W"], []], ["Lin", ["W", "R^5"], []], ["Sub", ["W"], []]],
        "terms": [["var", [], "a", 0], entry], "definitions": [],
    }  # fmt: skip
    with pytest.raises(WireError, match=rf"terms\[1\].*{why}"):
        TermReader(document)


@pytest.mark.parametrize(
    "entry", [["Lin", ["W"], []], ["Lin", ["W", ""], []], ["Lin", ["W", 1], []], ["Sub", [], []],
              ["Sub", ["W", "Y"], []], ["Lin", ["W", "Y"], [0]], ["Map", ["W", "Y"], []]], ids=str
)  # fmt: skip
def test_sorts_that_make_no_sense_are_refused(entry):
    with pytest.raises(WireError, match=r"sorts\[1\]"):
        TermReader({"sorts": [["Real", [], []], entry], "terms": [], "definitions": []})
    assert Sort("Lin", ("W", "Y")).space_names() == ("W", "Y")


def test_negation_of_membership_and_equality_of_maps_are_propositions():
    assert neg(member(w, M)).op == "imp"
    assert ne(B, 0).args[0] == eq(B, 0)
