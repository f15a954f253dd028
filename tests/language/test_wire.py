"""Terms as data: what is written is read back, and nothing else is read."""

import copy
import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plproof.language import (
    FALSE,
    Definition,
    Function,
    Natural,
    Reals,
    Space,
    Vectors,
    eq,
    exists,
    forall,
    grad,
    ip,
    mapsto,
    norm,
    sq,
)
from plproof.language.terms import number
from plproof.language.wire import (
    MAX_TEXT,
    TermReader,
    TermWriter,
    WireError,
    array,
    exact,
    index,
    parse,
    shaped,
    text,
)

E = Space("E")
a, b = Reals("a b")
k = Natural("k")
u, v = Vectors("u v", E)
f = Function("f", E)
PL = Definition("PL", [f, a], forall(u, a * f(u) <= sq(grad(f, u))), "{0} is {1}-PL")

scalars = st.recursive(
    st.one_of(
        st.sampled_from([a, b, f(u), ip(u, v), norm(v), f(E.zero)]),
        st.fractions().map(number),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] / p[1]),
        inner.map(lambda t: -t),
        inner.map(lambda t: t ** (k + 2)),
        inner.map(lambda t: mapsto(a, t)(b)),
        inner.map(lambda t: f(t * u + v)),
    ),
    max_leaves=6,
)
propositions = st.recursive(
    st.one_of(
        st.tuples(scalars, scalars).map(lambda p: p[0] <= p[1]),
        scalars.map(lambda t: PL(f, t)),
        st.just(FALSE),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] >> p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] | p[1]),
        st.tuples(inner, st.sampled_from([a, u, k, f])).map(lambda p: forall(p[1], p[0])),
        st.tuples(inner, st.sampled_from([a, u, k, f])).map(lambda p: exists(p[1], p[0])),
    ),
    max_leaves=4,
)


def written(*roots):
    """Return the document of terms, through text, and their numbers in it."""
    writer = TermWriter()
    numbers = [writer.term(root) for root in roots]
    return parse(json.dumps(writer.document())), numbers


@given(propositions, propositions)
def test_what_is_written_is_read_back(p, q):
    document, numbers = written(p, q)
    reader = TermReader(document)
    assert [reader.term(number) for number in numbers] == [p, q]


@given(propositions)
def test_names_of_bound_variables_are_kept_for_the_reader(p):
    document, (number,) = written(p)
    assert repr(TermReader(document).term(number)) == repr(p)


@given(propositions)
def test_equal_terms_give_equal_documents(p):
    assert written(p) == written(p)


@given(propositions)
def test_entries_refer_to_earlier_ones_only(p):
    document, _ = written(p)
    for place, entry in enumerate(document["terms"]):
        assert all(part < place for part in entry[1])


def test_parts_that_are_shared_are_written_once():
    t = a
    for _ in range(60):
        t = t * t
    document, (number,) = written(t)
    assert len(document["terms"]) == 61
    assert TermReader(document).term(number) is t


def test_deep_terms_are_written_and_read():
    t = a
    for _ in range(5_000):
        t = -t
    document, (number,) = written(eq(t, a))
    assert TermReader(document).term(number) == eq(t, a)


# ---------------------------------------------------------------- malformed documents
GOOD, (ROOT,) = written(forall(u, PL(f, a / 2) >> (f(u) <= b)))
junk = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-3, 40), st.floats(), st.text(max_size=5),
        st.sampled_from(["var", "num", "def", "all", "bound", "Real", "Fun", "1/2", "1/0", "E"]),
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)  # fmt: skip


@given(junk)
def test_anything_but_a_document_is_a_wire_error(data):
    with pytest.raises(WireError):
        TermReader(data)


@given(junk, junk, junk)
def test_arrays_of_anything_are_read_or_refused(sorts, terms, definitions):
    try:
        TermReader({"sorts": sorts, "terms": terms, "definitions": definitions})
    except WireError:
        return
    assert isinstance(sorts, list)
    assert isinstance(terms, list)


@given(st.data(), junk)
def test_a_document_with_one_thing_changed_is_read_or_refused(data, new):
    document = copy.deepcopy(GOOD)
    where = document[data.draw(st.sampled_from(["sorts", "terms", "definitions"]))]
    while True:
        place = data.draw(st.integers(0, len(where) - 1))
        if not (isinstance(where[place], list) and where[place] and data.draw(st.booleans())):
            break
        where = where[place]
    where[place] = new
    try:
        reader = TermReader(document)
        reader.term(ROOT)
    except WireError as error:
        assert str(error)


@pytest.mark.parametrize("missing", ["sorts", "terms", "definitions"])
def test_a_document_without_an_array_is_refused(missing):
    document = {name: value for name, value in GOOD.items() if name != missing}
    with pytest.raises(WireError, match=missing):
        TermReader(document)


@pytest.mark.parametrize(
    "entry",
    [
        ["var", [], "c"],
        ["var", [], "", 0],
        ["var", [], 3, 0],
        ["var", [0], "c", 0],
        ["var", [], "c", 99],
        ["var", [], "c" * (MAX_TEXT + 1), 0],
        ["num", [], 1, 0],
        ["num", [], "0.5", 0],
        ["num", [], "1/0", 0],
        ["add", [0, True], None],
        ["add", [0, -1], None],
        ["add", [0, 10_000], None],
        ["add", [0, 0], "data"],
        ["add", "00", None],
        ["bound", [], -1, 0],
        ["all", [0], ["u"]],
        ["all", [0], ["u", True]],
        ["all", [0], ["u", 0]],
        ["def", [], 0],
        ["def", [], 7],
        ["nothing", [], None],
        ["false"],
        [["false"], [], None],
        {"op": "false"},
        None,
    ],
    ids=str,
)
def test_a_malformed_term_is_refused_and_named(entry):
    document = copy.deepcopy(GOOD)
    place = len(document["terms"])
    document["terms"].append(entry)
    with pytest.raises(WireError, match=rf"terms\[{place}\]"):
        TermReader(document)


@pytest.mark.parametrize(
    "entry",
    [
        ["Nothing", [], []],
        ["Real", ["E"], []],
        ["Vec", [], []],
        ["Vec", [""], []],
        ["Vec", [3], []],
        ["Fun", [], [0]],
        ["Fun", [], [0, 99]],
        ["Fun", [], [True, 0]],
        "Real",
        ["Real"],
    ],
    ids=str,
)
def test_a_malformed_sort_is_refused_and_named(entry):
    document = copy.deepcopy(GOOD)
    place = len(document["sorts"])
    document["sorts"].append(entry)
    with pytest.raises(WireError, match=rf"sorts\[{place}\]"):
        TermReader(document)


@pytest.mark.parametrize(
    "changed",
    [
        ["PL", [], 0, ""],
        ["a b", [0], 0, ""],
        ["PL", [0], 0, "{7}"],
        ["PL", [0], 0, 3],
        ["PL", [99], 0, ""],
        ["PL", [0, 0], 0, ""],
        ["PL", [0], 10_000, ""],
        None,
    ],
    ids=str,
)
def test_a_malformed_definition_is_refused_where_it_is_used(changed):
    document = copy.deepcopy(GOOD)
    document["definitions"][0] = changed
    with pytest.raises(WireError):
        TermReader(document)


def test_a_definition_that_uses_itself_is_refused():
    document = copy.deepcopy(GOOD)
    uses = next(i for i, entry in enumerate(document["terms"]) if entry[0] == "def")
    document["definitions"][0][2] = uses
    with pytest.raises(WireError):
        TermReader(document)


# ---------------------------------------------------------------- text
@pytest.mark.parametrize(
    "document",
    ["", "[]", "3", "null", "{", '{"a": 0.5}', '{"a": 1e3}', '{"a": NaN}', '{"a": Infinity}',
     '{"a": -Infinity}', '{"a": 1, "a": 2}', '{"a": {"b": 1, "b": 1}}', "[" * 100_000],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_text_that_is_no_document_is_a_wire_error(document):
    with pytest.raises(WireError):
        parse(document)


@given(st.fractions())
def test_exact_numbers_are_read_back(value):
    assert exact(str(value)) == value


@pytest.mark.parametrize(
    "value", ["", "-", "+1", "1.5", "1/", "/2", "1/-2", "1/0", " 1", "1 ", "--1", "٣", "1_0", "²"]
)
def test_what_is_not_an_exact_number_is_refused(value):
    with pytest.raises(WireError):
        exact(value)


def test_a_number_too_long_to_be_read_is_not_written():
    with pytest.raises(WireError, match="cannot be stored"):
        TermWriter().term(number(Fraction(2) ** 20_000))


@given(junk)
def test_the_small_readers_return_what_they_promise_or_refuse(value):
    for read, kind in ((text, str), (array, list), (index, int), (exact, Fraction)):
        try:
            assert isinstance(read(value), kind)
        except WireError:
            continue
    try:
        first, second = shaped(value, int, str)
    except WireError:
        return
    assert type(first) is int
    assert type(second) is str
