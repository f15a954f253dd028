"""Binding: substitution never captures, opening undoes binding, spaces are renamed everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plproof.language import (
    Definition,
    Function,
    LanguageError,
    Natural,
    Reals,
    Space,
    Vectors,
    eq,
    exists,
    forall,
    ip,
    mapsto,
)
from plproof.language.binding import (
    bind,
    bind_each,
    fresh_variable,
    open_binder,
    rename_spaces,
    replace,
    shift,
    substitute,
)
from plproof.language.definitions import unfold_all
from plproof.language.signatures import Binder
from plproof.language.sorts import NAT, REAL, vector
from plproof.language.terms import free_variables, make, number, subterms

E, G = Space("E"), Space("G")
a, b, c = Reals("a b c")
k = Natural("k")
u, v = Vectors("u v", E)
f = Function("f", E)

small = st.sampled_from([a, b, c, number(0), number(2)])
scalars = st.recursive(
    small,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
        st.tuples(inner, st.sampled_from([a, b])).map(lambda p: mapsto(p[1], p[0])(p[1])),
        inner.map(lambda t: f(t * u)),
    ),
    max_leaves=6,
)
propositions = st.recursive(
    st.tuples(scalars, scalars).map(lambda p: p[0] <= p[1]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] & p[1]),
        st.tuples(inner, st.sampled_from([a, b, c])).map(lambda p: forall(p[1], p[0])),
        st.tuples(inner, st.sampled_from([a, b, c])).map(lambda p: exists(p[1], p[0])),
    ),
    max_leaves=4,
)
values = st.tuples(scalars, scalars, scalars)
binders = st.sampled_from(["all", "ex"])


def holds(t, at):
    """Evaluate over {0, 1, 2} modulo 3; f counts, quantifiers try all: meaning, not shape."""

    def walk(s, bound):
        if s.op == "bound":
            return bound[-1 - s.data]
        if s.op in ("all", "ex"):
            each = (walk(s.args[0], (*bound, i)) for i in range(3))
            return all(each) if s.op == "all" else any(each)
        if s.op == "lam":
            return lambda i: walk(s.args[0], (*bound, i))
        args = [walk(arg, bound) for arg in s.args]
        if s.op == "var":
            return at[s]
        if s.op == "num":
            return int(s.data) % 3
        if s.op == "app":
            return args[0](args[1])
        run = {
            "add": lambda: sum(args) % 3,
            "mul": lambda: args[0] * args[1] % 3,
            "smul": lambda: args[0] * args[1] % 3,
            "le": lambda: args[0] <= args[1],
            "and": lambda: args[0] and args[1],
        }
        return run[s.op]()

    return walk(t, ())


WORLD = {u: 2, f: lambda i: (i * i + 1) % 3}
points = st.tuples(*[st.integers(0, 2)] * 3).map(
    lambda n: {**WORLD, **dict(zip((a, b, c), n, strict=True))}
)


# ---------------------------------------------------------------- bind and open
@given(propositions, binders, st.sampled_from([a, b, c]))
def test_opening_undoes_binding(p, op, variable):
    assert open_binder(bind(op, variable, p), variable) == p


@given(propositions, binders, st.sampled_from([a, b, c]))
def test_binding_leaves_no_trace_of_the_variable(p, op, variable):
    bound = bind(op, variable, p)
    assert variable not in free_variables(bound)
    assert bound.loose == 0


@given(propositions, binders, st.permutations([a, b, c]), st.integers(0, 3))
def test_binding_each_is_binding_one_after_another(p, op, order, count):
    variables = order[:count]
    one_by_one = p
    for variable in reversed(variables):
        one_by_one = bind(op, variable, one_by_one)
    assert bind_each(op, variables, p) is one_by_one


@given(propositions, scalars)
def test_opening_and_binding_again_gives_the_quantifier_back(p, t):
    closed = forall(a, p)
    fresh = fresh_variable("z", REAL, [p])
    assert bind("all", fresh, open_binder(closed, fresh)) == closed


@given(propositions, scalars, points)
def test_opening_means_putting_the_value_in(p, t, at):
    assert holds(open_binder(forall(a, p), t), at) == holds(p, {**at, a: holds(t, at)})


def test_opening_does_not_capture():
    assert open_binder(forall(a, exists(b, a < b)), b) != exists(b, b < b)
    assert open_binder(forall(a, exists(b, a < b)), b) == exists(c, b < c)


@pytest.mark.parametrize("value", [u, k, make("bound", (), 0, REAL)], ids=["E", "ℕ", "loose"])
def test_only_a_closed_value_of_the_sort_is_put_in(value):
    with pytest.raises(LanguageError):
        open_binder(forall(a, a <= 1), value)


@pytest.mark.parametrize("term", [a + b, number(1), 3, "a"], ids=str)
def test_only_variables_are_bound(term):
    with pytest.raises(LanguageError, match="only a variable"):
        bind("all", term, a <= b)


# ---------------------------------------------------------------- substitution
@given(propositions, values, points)
def test_substitution_means_changing_the_point(p, new, at):
    values = dict(zip((a, b, c), new, strict=True))
    moved = {**at, **{variable: holds(t, at) for variable, t in values.items()}}
    assert holds(substitute(p, values), at) == holds(p, moved)


@given(propositions)
def test_substitution_is_all_at_once(p):
    assert substitute(substitute(p, {a: b, b: a}), {a: b, b: a}) == p


def test_substitution_does_not_capture():
    assert substitute(exists(b, a < b), {a: b}) == exists(c, b < c)
    assert substitute(mapsto(b, a + b), {a: b}) == mapsto(c, b + c)


@given(propositions, st.integers(0, 3))
def test_a_loose_value_keeps_its_meaning_under_binders(p, index):
    loose = make("bound", (), index, REAL)
    occurs = a in free_variables(p)
    assert substitute(p, {a: loose}).loose == (index + 1 if occurs else 0)
    # a binder put around the value 0 finds every place where the variable stood
    around = make("all", (substitute(p, {a: make("bound", (), 0, REAL)}),), forall(a, p).data)
    assert around == forall(a, p)


def test_a_value_of_another_sort_is_refused():
    for value in (u, k, a <= b):
        with pytest.raises(LanguageError):
            substitute(a <= b, {a: value})


@given(propositions, st.integers(0, 3), st.integers(0, 3))
def test_shifts_add_up_and_leave_closed_terms_alone(p, one, other):
    body = forall(a, p).args[0]
    assert shift(shift(body, one), other) == shift(body, one + other)
    assert shift(p, one) is p


# ---------------------------------------------------------------- replacement
@given(propositions, scalars, points)
def test_replacing_equals_by_equals_keeps_the_meaning(p, t, at):
    changed = replace(p, a, t)
    if holds(t, at) == at[a]:
        assert holds(changed, at) == holds(p, at)


def test_whole_terms_are_replaced_also_under_binders():
    assert replace(forall(c, a + b <= c), a + b, u_norm()) == forall(c, u_norm() <= c)
    assert replace(a + b + c <= 0, a + b, c) == (a + b + c <= 0), "a + b is no part of that sum"


def u_norm():
    return ip(u, u)


def test_only_closed_terms_are_replaced():
    loose = make("bound", (), 0, REAL)
    for old, new in ((loose, a), (a, loose)):
        with pytest.raises(LanguageError, match="loose"):
            replace(a <= b, old, new)


# ---------------------------------------------------------------- definitions with loose arguments
Bigger = Definition("Bigger", [a, b], exists(c, (a < c) & (c <= b)))


def test_a_definition_under_a_binder_is_unfolded_without_capture():
    plain = exists(c, (b + a < c) & (c <= a))
    assert unfold_all(forall(a, Bigger(b + a, a))) == forall(a, plain)
    assert unfold_all(forall(c, Bigger(c, c))) == forall(a, exists(b, (a < b) & (b <= a)))


@given(propositions, propositions, values)
def test_unfolding_and_binding_can_be_done_in_either_order(p, q, new):
    Defined = Definition("Defined", [a, b, c, f, u], p)
    for variable in (a, b, c):
        inside = forall(variable, Defined(*new, f, u) & q)
        outside = forall(variable, substitute(p, dict(zip((a, b, c), new, strict=True))) & q)
        assert unfold_all(inside) == outside


@given(propositions, values)
def test_unfolding_under_two_binders(p, new):
    Defined = Definition("Defined", [a, b, c, f, u], p)
    wanted = substitute(p, dict(zip((a, b, c), new, strict=True)))
    assert unfold_all(exists(b, forall(a, Defined(*new, f, u)))) == exists(b, forall(a, wanted))


def test_of_two_binders_of_one_variable_the_inner_binds():
    a, b = Reals("a b")
    for chosen in ([a, a], [a, b, a], [b, a, b]):
        nested = a > b
        for variable in reversed(chosen):
            nested = bind("all", variable, nested)
        assert forall(chosen, a > b) == nested


# ---------------------------------------------------------------- sorts of bound variables
def loose(index, sort):
    return make("bound", (), index, sort)


@pytest.mark.parametrize("op", ["all", "ex", "lam"])
def test_a_variable_is_bound_in_its_own_sort_only(op):
    body = eq(loose(0, NAT), 0)
    assert make(op, (body,), Binder("k", NAT)).loose == 0
    for other in (REAL, vector("E")):
        with pytest.raises(LanguageError, match="bound in another sort"):
            make(op, (body,), Binder("x", other))


def test_one_bound_variable_has_one_sort():
    real, natural = eq(loose(1, REAL), 0), eq(loose(1, NAT), 0)
    with pytest.raises(LanguageError, match="two sorts"):
        make("and", (real, natural))
    inner = make("all", (natural,), Binder("k", NAT))
    with pytest.raises(LanguageError, match="two sorts"):
        make("and", (eq(loose(0, REAL), 0), inner))
    assert make("and", (eq(loose(0, NAT), 0), inner)).open == (NAT,)


def test_a_variable_far_out_is_refused():
    with pytest.raises(LanguageError, match="binders"):
        loose(10**6, REAL)


# ---------------------------------------------------------------- spaces
def test_spaces_are_renamed_in_every_sort():
    p = forall(v, f(v) <= ip(u, v) + 0 * mapsto(v, f(v))(E.zero))
    renamed = rename_spaces(p, {"E": "G"})
    assert {s for t in subterms(renamed) for s in t.sort.space_names()} == {"G"}
    assert renamed.data.sort == vector("G")
    assert rename_spaces(renamed, {"G": "E"}) == p


def test_renaming_can_swap_two_spaces():
    g = Function("T", E, G)
    swapped = rename_spaces(eq(g(u), G.zero), {"E": "G", "G": "E"})
    assert swapped == eq(Function("T", G, E)(Vectors("u", G)[0]), E.zero)


@given(propositions)
def test_renaming_nothing_changes_nothing(p):
    assert rename_spaces(p, {}) is p
    assert rename_spaces(p, {"H": "E"}) == p
    assert rename_spaces(rename_spaces(p, {"E": "H"}), {"H": "E"}) == p


# ---------------------------------------------------------------- fresh variables
@given(propositions, st.sampled_from("abcz"))
def test_a_fresh_variable_occurs_nowhere(p, name):
    fresh = fresh_variable(name, REAL, [p])
    assert fresh.data not in {t.data for t in free_variables(p)}
    assert fresh.sort == REAL
