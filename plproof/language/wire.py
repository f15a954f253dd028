"""Terms as data: flat JSON arrays, read without eval and checked on the way in.  [trusted]

A document has four arrays, each entry referring only to earlier ones, so that nothing in it can be
cyclic or deeply nested: ``sorts`` [kind, [space names], [sort numbers]]; ``terms`` [op, [term
numbers], data, sort number]; ``definitions`` [name, [term numbers], term number, words].
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from plproof.language.definitions import Definition
from plproof.language.signatures import BINDERS, Binder
from plproof.language.sorts import LanguageError, Sort
from plproof.language.terms import Term, make, subterms

#: a document with more entries than this is refused before anything is built
MAX_ENTRIES = 2_000_000
#: longest document accepted, in characters
MAX_SIZE = 64_000_000
#: half of a character, or an escape that may be one
_HALF = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
#: longest accepted string: a name, or an exact number's digits
MAX_TEXT = 4_000


class WireError(ValueError):
    """Data that is not what it should be; the message says where and what was expected."""


class TermWriter:
    """Collects terms into the arrays of a document; equal inputs give equal documents."""

    def __init__(self) -> None:
        self.sorts: list[list[Any]] = []
        self.terms: list[list[Any]] = []
        self.definitions: list[list[Any]] = []
        self._sorts: dict[Sort, int] = {}
        self._terms: dict[int, int] = {}
        self._alive: list[Term] = []
        self._definitions: dict[Definition, int] = {}

    def sort(self, sort: Sort) -> int:
        """Return the number of the sort, adding it if it is new."""
        if sort not in self._sorts:
            entry = [sort.kind, list(sort.spaces), [self.sort(part) for part in sort.parts]]
            self._sorts[sort] = len(self.sorts)
            self.sorts.append(entry)
        return self._sorts[sort]

    def term(self, root: Term) -> int:
        """Return the number of the term, adding it and its parts if they are new."""
        for t in subterms(root):
            if id(t) in self._terms:
                continue
            data: Any = t.data
            if isinstance(data, Binder):
                data = [data.name, self.sort(data.sort)]
            elif isinstance(data, Fraction):
                data = _digits(data)
            elif isinstance(data, Definition):
                data = self.definition(data)
            entry = [t.op, [self._terms[id(a)] for a in t.args], data]
            if not t.args:
                entry.append(self.sort(t.sort))
            self._terms[id(t)] = len(self.terms)
            self._alive.append(t)
            self.terms.append(entry)
        return self._terms[id(root)]

    def definition(self, definition: Definition) -> int:
        """Return the number of the definition, adding it if it is new."""
        if definition not in self._definitions:
            entry = [
                definition.name,
                [self.term(p) for p in definition.parameters],
                self.term(definition.body),
                definition.words,
            ]
            self._definitions[definition] = len(self.definitions)
            self.definitions.append(entry)
        return self._definitions[definition]

    def document(self) -> dict[str, Any]:
        """Return the three arrays."""
        return {"sorts": self.sorts, "terms": self.terms, "definitions": self.definitions}


class TermReader:
    """Reads the arrays of a document; every number asked for is checked.

    Raises WireError when the document is malformed or a term in it makes no sense.
    """

    def __init__(self, document: Any) -> None:
        if not isinstance(document, Mapping):
            raise WireError("expected an object with sorts, terms and definitions")
        arrays = {}
        for name in ("sorts", "terms", "definitions"):
            array = document.get(name)
            if not isinstance(array, list):
                raise WireError(f"{name}: expected an array")
            if len(array) > MAX_ENTRIES:
                raise WireError(f"{name}: more than {MAX_ENTRIES} entries")
            arrays[name] = array
        self._raw_definitions = arrays["definitions"]
        self._definitions: dict[int, Definition] = {}
        self._sorts: list[Sort] = []
        self._terms: list[Term] = []
        for number, entry in enumerate(arrays["sorts"]):
            self._sorts.append(self._at("sorts", number, self._read_sort, entry))
        for number, entry in enumerate(arrays["terms"]):
            self._terms.append(self._at("terms", number, self._read_term, entry))

    @staticmethod
    def _at(array: str, number: int, read: Any, entry: Any) -> Any:
        try:
            return read(entry)
        except (LanguageError, WireError, ValueError, RecursionError) as error:
            raise WireError(f"{array}[{number}]: {error}") from None

    def _read_sort(self, entry: Any) -> Sort:
        kind, spaces, parts = shaped(entry, str, list, list)
        return Sort(kind, tuple(text(s) for s in spaces), tuple(self.sort(p) for p in parts))

    def _read_term(self, entry: Any) -> Term:
        if not isinstance(entry, list) or len(entry) not in (3, 4):
            raise WireError(
                f"expected [op, arguments, data] or [op, [], data, sort], not {entry!r}"
            )
        op, numbers, raw = shaped(entry[:3], str, list, object)
        args = tuple(self.term(number) for number in numbers)
        sort = self.sort(entry[3]) if len(entry) == 4 else None
        data: Any = raw
        if op in BINDERS:
            name, binder_sort = shaped(raw, str, int)
            data = Binder(text(name), self.sort(binder_sort))
        elif op == "num":
            data = exact(raw)
        elif op == "def":
            data = self.definition(raw)
        elif op == "var":
            data = text(raw)
        elif op in ("bound", "basis"):
            data = index(raw)
        elif raw is not None:
            raise WireError(f"{op} carries no data, but {raw!r} stands there")
        return make(op, args, data, sort)

    def sort(self, number: Any) -> Sort:
        """Return the sort of that number."""
        return self._sorts[index(number, len(self._sorts), "sort")]

    def term(self, number: Any) -> Term:
        """Return the term of that number."""
        return self._terms[index(number, len(self._terms), "term")]

    def definition(self, number: Any) -> Definition:
        """Return the definition of that number; its parts must come before its first use."""
        number = index(number, len(self._raw_definitions), "definition")
        if number not in self._definitions:
            name, parameters, body, words = shaped(
                self._raw_definitions[number], str, list, int, str
            )
            self._definitions[number] = Definition(
                text(name), [self.term(p) for p in parameters], self.term(body), text(words)
            )
        return self._definitions[number]


def _digits(value: Fraction) -> str:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > 3 * MAX_TEXT:
        raise WireError(f"a number of more than {3 * MAX_TEXT} bits cannot be stored")
    return str(value)


def shaped(entry: Any, *kinds: type) -> tuple[Any, ...]:
    """Return the entry as a tuple when it is an array of exactly these kinds."""
    if not isinstance(entry, list) or len(entry) != len(kinds):
        raise WireError(f"expected an array of {len(kinds)}, not {_brief(entry)}")
    for part, kind in zip(entry, kinds, strict=True):
        if not isinstance(part, kind) or (kind is int and isinstance(part, bool)):
            raise WireError(f"expected {kind.__name__}, not {_brief(part)}")
    return tuple(entry)


def text(value: Any) -> str:
    """Return a string of reasonable length."""
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise WireError(f"expected a short string, not {_brief(value)}")
    return value


def index(value: Any, below: int | None = None, what: str = "entry") -> int:
    """Return a number 0 ≤ value < below."""
    if type(value) is not int or value < 0:
        raise WireError(f"expected the number of a {what}, not {_brief(value)}")
    if below is not None and value >= below:
        raise WireError(f"{what} {value} comes later or does not exist")
    return value


def exact(value: Any) -> Fraction:
    """Return the exact number written as ``"3"`` or ``"-1/2"``."""
    digits = text(value)
    top, slash, bottom = digits.partition("/")
    plain = top[1:] if top.startswith("-") else top
    if not (plain.isascii() and plain.isdigit()):
        raise WireError(f"{_brief(value)} is not an exact number")
    if slash and not (bottom.isascii() and bottom.isdigit() and int(bottom)):
        raise WireError(f"{_brief(value)} is not an exact number")
    return Fraction(int(top), int(bottom) if slash else 1)


def _brief(value: Any) -> str:
    shown = repr(value) if not isinstance(value, (list, dict)) else f"a {type(value).__name__}"
    return shown if len(shown) <= 60 else shown[:57] + "..."


def array(value: Any) -> list[Any]:
    """Return the value when it is an array."""
    if not isinstance(value, list):
        raise WireError(f"expected an array, not {type(value).__name__}")
    return value


def parse(document: str) -> dict[str, Any]:
    """Return the JSON object of a proof document; WireError when it is not one."""
    if len(document) > MAX_SIZE:
        raise WireError(f"the document is longer than {MAX_SIZE} characters")
    try:
        data = json.loads(
            document, parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_object
        )
    except RecursionError:
        raise WireError("the document is nested too deeply") from None
    except ValueError as error:
        raise WireError(f"not JSON: {error}") from None
    if not isinstance(data, dict):
        raise WireError("expected a JSON object")
    if _HALF.search(document):  # nobody could print or store it
        try:
            json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise WireError(f"a string is not text: {error.reason}") from None
        except RecursionError:
            raise WireError("the document is nested too deeply") from None
    return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise WireError("an object has the same key twice")
    return found


def _no_float(digits: str) -> Any:
    raise WireError(f"{digits[:40]} is not exact: a proof contains no floating-point number")
