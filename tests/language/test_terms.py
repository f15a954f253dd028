"""Terms: built as written, equal when they say the same, fixed for ever."""

import copy
import gc
import os
import pickle
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plproof.language import (
    FALSE,
    Definition,
    Function,
    LanguageError,
    LinearMap,
    Natural,
    Real,
    Reals,
    Sequence,
    Space,
    Subspace,
    Term,
    Vector,
    Vectors,
    eq,
    exists,
    forall,
    grad,
    ip,
    mapsto,
    ne,
    neg,
    norm,
    sq,
    sqrt,
)
from plproof.language import terms as terms_module
from plproof.language.notation import canonical
from plproof.language.signatures import Binder
from plproof.language.sorts import NAT, PROP, REAL, Sort, function, vector
from plproof.language.terms import (
    SIGNATURES,
    free_variables,
    lift,
    make,
    number,
    rebuild,
    subterms,
)

E, G = Space("E"), Space("G")
a, b, c = Reals("a b c")
k = Natural("k")
u, v = Vectors("u v", E)
w = Vectors("w", G)[0]
f = Function("f", E)
x = Sequence("x", E)
bound = make("bound", (), 0, REAL)

neg_twice = make("neg", (-a,))

leaves = st.sampled_from([a, b, c, number(0), number(1), number(Fraction(-1, 3)), ip(u, v), f(u)])
scalars = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] / p[1]),
        inner.map(lambda t: -t),
        inner.map(lambda t: t**k),
        inner.map(sqrt),
    ),
    max_leaves=8,
)


# ---------------------------------------------------------------- equality
def test_equality_is_structural_and_says_nothing_about_values():
    assert a + b == a + b
    assert a + b != b + a
    assert a / a != number(1)
    assert (a == 0) is False
    assert (a != b) is True


def test_an_equation_is_built_by_eq_and_not_by_python():
    assert isinstance(eq(a, b), Term)
    assert eq(a, b).sort == PROP
    assert isinstance(a == b, bool)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (forall(a, a <= 1), forall(b, b <= 1)),
        (exists([a, b], a < b), exists([b, a], b < a)),
        (mapsto(u, f(u)), mapsto(v, f(v))),
        (forall(a, forall(b, a + b >= b)), forall(c, forall(a, c + a >= a))),
        (forall(a, exists(a, a <= 1)), forall(b, exists(a, a <= 1))),
    ],
    ids=str,
)
def test_the_names_of_bound_variables_do_not_matter(one, other):
    assert one == other
    assert hash(one) == hash(other)
    assert len({one, other}) == 1
    if one.sort == PROP:
        assert (one & FALSE) == (other & FALSE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (forall(a, a <= b), forall(b, b <= b)),
        (forall(a, forall(b, a <= b)), forall(a, forall(b, b <= a))),
        (forall(a, a <= 1), exists(a, a <= 1)),
        (forall(u, eq(u, 0)), forall(w, eq(w, 0))),
        (forall(a, eq(a, a)), forall(k, eq(k, k))),
        (Real("k") + 0, k + 0),
        (number(0), number(0, NAT)),
        (number(0, vector("E")), number(0, vector("G"))),
        (Function("f", E)(u), Function("g", E)(u)),
    ],
    ids=str,
)
def test_what_does_matter_keeps_terms_apart(one, other):
    assert one != other


@pytest.mark.parametrize("n", [Real("n"), Natural("n"), Vector("n", E), Vector("n", G)], ids=repr)
def test_a_variable_bound_in_two_sorts_is_two_even_where_it_does_not_occur(n):
    m = Real("n") if n.sort != REAL else Function("n", E)
    assert forall(n, FALSE) != forall(m, FALSE)
    assert exists(n, a <= 1) != exists(m, a <= 1)
    one, other = mapsto(n, a), mapsto(m, a)
    assert one != other
    assert (one.sort, other.sort) == (function(n.sort, REAL), function(m.sort, REAL))


def test_equal_terms_keep_their_names_of_bound_variables():
    one, other = forall(a, a <= 1), forall(b, b <= 1)
    assert one == other
    assert (repr(one), repr(other)) == ("∀a. a ≤ 1", "∀b. b ≤ 1")


@given(scalars, scalars)
def test_equal_terms_have_equal_hashes_and_one_term_has_one_object(s, t):
    assert (s == t) == (s is t), "terms without binders are interned"
    assert s != t or hash(s) == hash(t)


def test_a_term_that_was_forgotten_is_made_again():
    first = repr(a * b * c + 17)
    gc.collect()
    assert repr(a * b * c + 17) == first
    assert a * b * c + 17 == a * b * c + 17


# ---------------------------------------------------------------- nothing is evaluated
@pytest.mark.parametrize(
    ("term", "op", "count"),
    [
        (a / a, "div", 2),
        (a * 0, "mul", 2),
        (a + 0, "add", 2),
        (a - a, "add", 2),
        (neg_twice, "neg", 1),
        (a**1, "pow", 2),
        (a <= a, "le", 2),
        (eq(a, a), "eq", 2),
        (neg(neg(FALSE)), "imp", 2),
        (sqrt(a**2), "sqrt", 1),
        (number(1) / 0, "div", 2),
        (a + b + c, "add", 3),
        (mapsto(a, a)(b), "app", 2),
    ],
    ids=str,
)
def test_nothing_is_evaluated_when_a_term_is_built(term, op, count):
    assert term.op == op
    assert len(term.args) == count


@given(scalars, scalars)
def test_operators_keep_both_sides_as_they_are(s, t):
    assert (s * t).args == (s, t)
    assert (s / t).args == (s, t)
    assert (s <= t).args == (s, t)
    assert (s + t).args[-1] is t
    assert (s - t).args[-1].args == (t,)


def test_python_numbers_become_exact_terms_on_either_side():
    assert 2 * a == number(2) * a
    assert a - Fraction(1, 3) == a - number(Fraction(1, 3))
    assert 1 - a == number(1) - a
    assert 1 / a == number(1) / a
    assert 2**k == number(2) ** k
    assert u + 0 == u + E.zero
    assert (0 < a) == (a > 0)
    assert sum([a, b]) == 0 + a + b


def test_natural_numbers_stay_natural_until_they_meet_a_real():
    assert (k + 1).sort == NAT
    assert (k * k).sort == NAT
    assert (k - 1).sort == REAL
    assert (k + a).sort == REAL
    assert (k / 2).sort == REAL
    assert eq(k, 1) == eq(k, number(1, NAT))
    assert eq(k, a) == eq(make("real", (k,)), a)


# ---------------------------------------------------------------- wrong sorts
WRONG = {
    "a number and a vector": lambda: a + u,
    "vectors of two spaces": lambda: u + w,
    "two vectors multiplied": lambda: u * v,
    "a vector divided by one": lambda: u / v,
    "a vector squared": lambda: u**2,
    "a vector compared": lambda: u <= v,
    "a number that is no vector": lambda: u + 1,
    "an inner product across spaces": lambda: ip(u, w),
    "an inner product of numbers": lambda: ip(a, b),
    "a function of another space": lambda: f(w),
    "a function of a number": lambda: f(1),
    "a gradient at another space": lambda: grad(f, w),
    "a gradient of no function": lambda: grad(a, u),
    "a number applied": lambda: a(u),
    "too many arguments": lambda: f(u, u),
    "a real exponent": lambda: a**b,
    "a vector's root": lambda: sqrt(u),
    "a number's norm": lambda: norm(a),
    "a square of no term": lambda: sq(2),
    "a proposition added": lambda: (a <= b) + 1,
    "a number as a proposition": lambda: (a <= b) & a,
    "a negated number": lambda: neg(a),
    "an equation of propositions": lambda: eq(a <= b, a <= b),
    "an equation of two sorts": lambda: eq(a, u),
    "functions added": lambda: f + f,
    "an index of a function": lambda: f[0],
    "an index that is no number": lambda: x[a],
    "an index below 0": lambda: x[-1],
    "a slice": lambda: x[0:2],
    "an index of a number": lambda: a[0],
}


@pytest.mark.parametrize("name", WRONG)
def test_parts_that_do_not_fit_are_refused(name):
    with pytest.raises(LanguageError) as caught:
        WRONG[name]()
    assert len(str(caught.value)) > 10, "the message says what is wrong"


A, B = LinearMap("A", E, G), LinearMap("B", E, E)
M, N = Subspace("M", E), Subspace("N", G)
drift, many = Function("F", E, E), make("var", (), "h", function(NAT, f.sort))
line, P = make("var", (), "l", function(REAL, REAL)), a <= b
#: what ``make`` must refuse itself: a stored proof does not go through the operators
MISFITS = {
    "add": [(a,), (a, u), (a, k), (u, w), (A, B), (P, P), (M, M), (f, f)],
    "neg": [(k,), (P,), (f,), (M,), (a, b)],
    "mul": [(u, v), (a, k), (P, P), (B, B), (a, u), (a,)],
    "div": [(a, u), (u, v), (P, a), (k, a), (a, k), (f, a), (a,)],
    "pow": [(a, b), (k, k), (u, k), (a,)],
    "smul": [(u, v), (a, b), (k, u), (P, u), (a, M), (a, f)],
    "ip": [(a, b), (u, w), (A, A), (M, M), (u, a)],
    "app": [(f, w), (f, a), (a, b), (u, v), (x, a), (f,)],
    "grad": [(f, w), (drift, u), (x, k), (a, u), (u, u), (x, u), (line, a)],
    "jac": [(f, u), (drift, w), (x, k), (a, u), (u, u), (A, u), (line, a)],
    "lapp": [(A, w), (A, a), (u, v), (f, u), (M, u)],
    "comp": [(A, A), (B, A), (u, v), (B, u), (M, M)],
    "cap": [(M, N), (u, u), (B, B), (a, a), (M,)],
    "in": [(w, M), (u, u), (a, M), (M, M), (M, u), (B, M)],
    "sum": [(f, k), (x, a), (many, k), (a, k), (f, u), (k, k)],
    "eq": [(a, u), (P, P), (a, k), (u, w), (A, B), (M, N), (f, x)],
    **{op: [(u,), (P,), (k,), (a, b)] for op in ("sqrt", "sin", "cos")},
    **{op: [(a,), (u,), (f,)] for op in ("real", "adj", "ker", "ran", "subdim")},
    **{op: [(u, v), (a, k), (P, a), (a, P), (a,)] for op in ("le", "lt", "ge", "gt")},
    **{op: [(a, P), (P, a), (a, b), (P,)] for op in ("and", "or", "imp")},
    **{op: [(P,), (a, b), ()] for op in ("all", "ex", "lam")},
    "false": [(P,)],
    "def": [(a,), ()],
    **{op: [(a,), ()] for op in ("var", "num", "bound", "basis")},
}


@pytest.mark.parametrize("op", SIGNATURES)
def test_every_operation_refuses_arguments_of_other_sorts(op):
    for args in MISFITS[op]:
        for data in (None, a):
            with pytest.raises(LanguageError):
                print(make(op, args, data))
    if op in ("all", "ex"):
        for data in (Binder("c", REAL), Binder("v", vector("E"))):
            with pytest.raises(LanguageError):
                print(make(op, (a,), data))


def test_a_message_names_the_culprit_and_the_way_out():
    with pytest.raises(LanguageError, match=r"write ip\(u, v\)"):
        u * v
    with pytest.raises(LanguageError, match="w is a vector of G"):
        f(w)
    with pytest.raises(LanguageError, match=r"write 1/a\*\*2"):
        a**-2


@pytest.mark.parametrize("op", sorted(SIGNATURES))
@pytest.mark.parametrize("args", [(), (a,), (a, u), (a <= b, a), (a, b, c, u)], ids=str)
def test_make_refuses_or_returns_a_term_of_a_sort_that_fits(op, args):
    try:
        term = make(op, args)
    except LanguageError:
        return
    assert SIGNATURES[op](args, None, None) == term.sort


@pytest.mark.parametrize(
    ("op", "data", "sort"),
    [
        ("num", 1, REAL),
        ("num", 0.5, REAL),
        ("num", Fraction(1, 2), NAT),
        ("num", Fraction(-1), NAT),
        ("num", Fraction(1), vector("E")),
        ("num", Fraction(0), function(REAL, REAL)),
        ("var", "", REAL),
        ("var", 3, REAL),
        ("var", "a", None),
        ("bound", -1, REAL),
        ("bound", True, REAL),
        ("nothing", None, None),
    ],
)
def test_leaves_carry_exact_data_only(op, data, sort):
    with pytest.raises(LanguageError):
        make(op, (), data, sort)


def test_a_list_of_arguments_does_not_change_the_term_later():
    parts = [a, b * 31]
    total = make("add", parts)
    parts.append(c)
    assert total.args == (a, b * 31)
    assert total == make("add", (a, b * 31))


def test_arguments_are_terms():
    with pytest.raises(LanguageError, match="is not a term"):
        make("add", (a, 1))


# ---------------------------------------------------------------- bound variables without binder
def test_a_bound_variable_without_its_binder_is_visible():
    assert bound.loose == 1
    assert (bound <= a).loose == 1
    assert make("bound", (), 4, REAL).loose == 5
    assert forall(a, a <= b).loose == 0
    assert forall(a, a <= b).args[0].loose == 1


def test_of_loose_variables_each_keeps_its_sort_next_to_others():
    outer, natural = make("bound", (), 1, REAL), make("real", (make("bound", (), 0, NAT),))
    for parts in ((outer, natural), (natural, outer), (outer, natural, outer)):
        total = make("add", parts)
        assert total.open == (NAT, REAL)
        with pytest.raises(LanguageError, match="another sort"):
            make("lam", (total,), Binder("x", REAL))
        assert make("lam", (total,), Binder("n", NAT)).open == (REAL,)
    for other in (make("bound", (), 0, REAL), make("real", (make("bound", (), 1, NAT),))):
        with pytest.raises(LanguageError, match="two sorts"):
            make("add", (outer, natural, other))


# ---------------------------------------------------------------- fixed for ever
def test_terms_do_not_change():
    for name in ("op", "args", "data", "sort", "alpha", "anything"):
        with pytest.raises(AttributeError, match="immutable"):
            setattr(a + b, name, None)
        with pytest.raises(AttributeError, match="immutable"):
            delattr(a + b, name)


def test_terms_have_no_constructor_and_no_subclass():
    with pytest.raises(LanguageError):
        Term("num", (), Fraction(1), REAL)
    with pytest.raises(LanguageError):
        type("Sub", (Term,), {})


@given(scalars)
def test_a_copy_is_the_term_itself_and_pickling_is_refused(t):
    assert copy.copy(t) is t
    assert copy.deepcopy(t) is t
    assert copy.deepcopy([t])[0] is t
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="wire"):
            pickle.dumps(t, protocol)


# ---------------------------------------------------------------- lifting
@given(st.fractions(max_denominator=50))
def test_exact_numbers_are_lifted_as_they_are(value):
    assert lift(value, REAL).data == value


@pytest.mark.parametrize("value", ["1", None, [1], 1j, {}, object()])
def test_anything_else_is_not_lifted(value):
    with pytest.raises(LanguageError, match="is not a real"):
        lift(value, REAL)


# ---------------------------------------------------------------- walking
@given(scalars)
def test_subterms_come_once_and_arguments_first(t):
    seen = []
    for part in subterms(t):
        assert all(any(arg is s for s in seen) for arg in part.args)
        assert not any(part is s for s in seen)
        seen.append(part)
    assert seen[-1] is t


@given(scalars)
def test_rebuilding_with_nothing_replaced_gives_the_same_object(t):
    assert rebuild(t, lambda part, depth: None) is t


def test_free_variables_come_in_order_and_without_the_bound_ones():
    assert free_variables(b + a * b) == (b, a)
    assert free_variables(forall(a, a <= b)) == (b,)
    assert free_variables([a <= 1, ne(c, a)]) == (a, c)
    assert free_variables(forall(a, a <= 1)) == ()


def test_deep_terms_need_no_recursion():
    t = a
    for _ in range(20_000):
        t = -t
    assert sum(1 for _ in subterms(t)) == 20_001
    assert free_variables(t) == (a,)
    assert rebuild(t, lambda s, _: b if s == a else None) != t
    assert len(repr(t)) > 20_000


@given(scalars, scalars, st.sampled_from([Term.__ge__, Term.__lt__]))
def test_a_term_says_whether_its_canonical_form_is_another(s, t, compare):
    twice = Definition("twice", [a], a + a)
    for term in (compare(s, t), forall(a, compare(s, t)), eq(twice(s), t), eq(s, t)):
        written = any(part.op in ("def", "ge", "gt", "in") for part in subterms(term))
        assert term.notation == written, f"{term}: {sorted({p.op for p in subterms(term)})}"
        plain = canonical(term)
        assert (plain == term) == (not written)
        assert not plain.notation and canonical(plain) is plain


def test_rebuilding_asks_once_for_every_part_and_depth():
    asked = []
    shared = a * b
    whole = forall(c, (shared <= c) & (shared <= shared))
    rebuild(whole, lambda t, depth: asked.append((t, depth)))
    assert len(asked) == len(set(asked))
    assert {t for t, _ in asked} == set(subterms(whole))


def test_what_was_made_once_is_still_checked_for_other_arguments():
    make("add", (a, b))
    make("ip", (u, v))
    for op, args in (("add", (a, u)), ("ip", (u, w)), ("add", (a,)), ("add", (a, 1))):
        with pytest.raises(LanguageError):
            make(op, args)
    assert make("add", (a, b), "noted").sort == REAL  # data that says nothing changes no sort
    assert make("add", (u, u)).sort == u.sort


def test_sorts_keep_their_hash_from_process_to_process():
    sorts = [function(vector("E"), REAL), NAT, vector("E")]
    code = "import pickle, sys; from plproof.language.sorts import *\n"
    code += "known = {function(vector('E'), REAL): 1, NAT: 1, vector('E'): 1}\n"
    code += "assert all(s in known for s in pickle.load(sys.stdin.buffer))"
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", code],
            input=pickle.dumps(sorts),
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
        )
        assert run.returncode == 0, run.stderr.decode()
    assert pickle.loads(pickle.dumps(sorts)) == sorts


def test_there_is_one_sort_of_equal_ones_and_no_other_class_of_sorts():
    made = Sort("Fun", (), (Sort("Vec", ("E",)), Sort("Real")))
    assert made is function(vector("E"), REAL)
    assert copy.deepcopy(made) is made and copy.copy(made) is made
    with pytest.raises(LanguageError, match="subclassed"):
        type("Other", (Sort,), {})


@pytest.mark.parametrize(
    ("kind", "spaces", "parts"),
    [
        ("Complex", (), ()),
        (["Real"], (), ()),
        ("Vec", (), ()),
        ("Vec", ("",), ()),
        ("Vec", (1,), ()),
        ("Vec", (type("Name", (str,), {})("E"),), ()),
        ("Real", ("E",), ()),
        ("Fun", (), (REAL,)),
        ("Fun", (), (REAL, "Real")),
    ],
)
def test_a_sort_whose_components_do_not_fit_is_refused(kind, spaces, parts):
    with pytest.raises(LanguageError):
        Sort(kind, spaces, parts)


def test_a_list_of_components_does_not_change_the_sort_later():
    spaces, parts = ["H"], [NAT, NAT]
    sorts = Sort("Vec", spaces), Sort("Fun", (), parts)
    spaces[0], parts[1] = "E", REAL
    assert sorts == (vector("H"), function(NAT, NAT))
    assert (sorts[0].spaces, sorts[1].parts) == (("H",), (NAT, NAT))


def test_a_sort_is_not_changed():
    with pytest.raises(AttributeError, match="immutable"):
        REAL.kind = "Nat"
    with pytest.raises(AttributeError, match="immutable"):
        del REAL.kind


def test_terms_that_die_are_forgotten_and_those_that_live_are_not():
    gc.collect()
    before = len(terms_module._links)
    kept = Real("kept") + 1
    dying = [Real(f"dying{n}") * n + kept for n in range(50)]
    assert len(terms_module._links) >= before + 100
    del dying
    gc.collect()
    assert len(terms_module._links) <= before + 4
    assert Real("kept") + 1 is kept


def test_the_link_of_a_term_that_died_does_not_forget_the_one_that_stands_there_by_now():
    t = make("add", (a, b))
    late = terms_module._Link(t, terms_module._forget)
    late.key = next(key for key, link in terms_module._links.items() if link() is t)
    terms_module._forget(late)
    assert make("add", (a, b)) is t


def test_of_too_many_terms_those_that_nobody_has_are_forgotten_first(monkeypatch):
    gc.collect()
    monkeypatch.setattr(terms_module, "MAX_TERMS", len(terms_module._links) + 200)
    monkeypatch.setattr(terms_module, "LEAST_ROOM", 100)
    for n in range(1_000):
        make("num", (), Fraction(n, 7), REAL)
    kept = []
    with pytest.raises(LanguageError, match="terms at once"):
        for n in range(1_000):
            kept.append(make("num", (), Fraction(n, 11), REAL))
    assert len(kept) > 50
    kept.clear()
    assert make("num", (), Fraction(1, 13), REAL).data == Fraction(1, 13)
