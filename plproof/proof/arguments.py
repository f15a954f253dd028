"""Arguments of the wrong kind: what was handed over, what is asked for, what to write instead."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from plproof.language.definitions import Definition
from plproof.language.printing import to_ascii
from plproof.language.sorts import LanguageError
from plproof.language.syntax import Space
from plproof.language.terms import Term, as_proposition
from plproof.proof.facts import Fact, Product
from plproof.proof.shortened import short
from plproof.theory.axiom import Axiom
from plproof.theory.oracles import Oracle

_T = TypeVar("_T")

#: a longer text is not repeated in what to write
_LONG = 60


def described(value: object) -> str:
    """Return what a value is, in words, with how to say what was probably meant.

    >>> from plproof import Real, Smooth
    >>> a = Real("a")
    >>> described(a > 0), described("a"), described(None)
    ('the term a > 0', "the text 'a'", 'None')
    >>> described(Smooth)
    'the definition Smooth, which says nothing without its arguments: Smooth(f, beta)'
    """
    if isinstance(value, Term):
        return f"the term {short(value)}"
    if isinstance(value, (Fact, Product)):
        claim = " (what it says, a term, is fact.claim)" if isinstance(value, Fact) else ""
        return f"the fact {value.label}{claim}"
    if is_theorem(value):
        kind, name = getattr(value, "kind", "theorem"), getattr(value, "name", "theorem")
        return f"the {kind} {name} (what it says, a term, is {name}.claim)"
    if isinstance(value, Definition):
        inside = ", ".join(map(to_ascii, value.parameters))
        said = "which says nothing without its arguments"
        return f"the definition {value.name}, {said}: {value.name}({inside})"
    if isinstance(value, str):
        return f"the text {value[:_LONG]!r}{'…' if len(value) > _LONG else ''}"
    if isinstance(value, Space):
        return f"the space {value.name}"
    text = repr(value)
    kind = "" if value is None else f" ({type(value).__name__})"
    return f"{text if len(text) <= _LONG else f'{text[:_LONG]}…'}{kind}"


def check_kind(what: str, value: object, kinds: Any, wanted: str) -> None:
    """Raise LanguageError unless the value is of the kinds: what is wanted, and what was given."""
    if not isinstance(value, kinds):
        raise LanguageError(f"{what} is to be {wanted}, not {described(value)}")


def proposition(what: str, value: object) -> Term:
    """Return a proposition; LanguageError that says what else is in its place."""
    if isinstance(value, (Fact, Definition, str)) or is_theorem(value):
        raise LanguageError(f"{what} is to be a proposition, not {described(value)}")
    return as_proposition(value)


def is_theorem(value: object) -> bool:
    """Say whether a value is a theorem object."""
    return hasattr(value, "closed_theorem") and not isinstance(value, type)


def is_reasons(value: object) -> bool:
    """Say whether a value may be reasons: one, several, or a function of variables."""
    if isinstance(value, (Fact, Product)) or is_theorem(value):
        return True
    if isinstance(value, (Term, str, bytes, Mapping, Definition, type)):
        return False
    return isinstance(value, Iterable) or callable(value)


def instead_of_fact(value: object, by: bool = False) -> str:
    """Return what an author writes who has no fact where one is needed, or ""."""
    if isinstance(value, Term) and value.sort.kind == "Prop":
        said = to_ascii(value)
        said = said if len(said) <= _LONG else "…"
        return f": prove it first, fact = p.have({said}), or name the hypothesis that it is"
    if is_theorem(value) and not by:
        return f": p.use({getattr(value, 'name', 'theorem')}) is a fact"
    return ""


def _terms(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(t, Term) for t in value)


def _link(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 3 and is_reasons(value[2])


def _two(value: object) -> bool:
    return isinstance(value, (list, tuple)) and len(value) == 2 and all(map(is_reasons, value))


#: by the annotation of a parameter: which values fit it, and what it is
_KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "Fact": (lambda v: isinstance(v, Fact), "a fact"),
    "Fact | None": (lambda v: v is None or isinstance(v, Fact), "a fact"),
    "Term": (lambda v: isinstance(v, Term), "a term"),
    "Term | None": (lambda v: v is None or isinstance(v, Term), "a term"),
    "Reasons": (is_reasons, "a fact, a theorem, a list of them, or a function to such a list"),
    "tuple[Reasons, Reasons]": (_two, "two: the reasons for ≤ and those for ≥"),
    "tuple[str, object, Reasons]": (_link, 'of the form ("<=", term, reasons)'),
    "Sequence[Term]": (_terms, "a list of terms"),
    "Provable": (is_theorem, "a theorem object"),
    "Mapping[Term, object] | None": (
        lambda v: v is None or isinstance(v, Mapping),
        "a dictionary from variables to values, or values by name as in p.use(lemma, L=beta)",
    ),
    "Mapping[Space, Space] | None": (
        lambda v: v is None or isinstance(v, Mapping),
        "a dictionary from spaces to spaces, as {E: R3}",
    ),
    "Axiom": (lambda v: isinstance(v, Axiom), "a shipped axiom, as SEGMENT"),
    "Oracle": (lambda v: isinstance(v, Oracle), "an oracle, as ARB"),
    "int": (lambda v: type(v) is int, "a whole number"),
    "str": (lambda v: isinstance(v, str), "a name, as text"),
}


def checking(cls: type[_T]) -> type[_T]:
    """Make every public method of a proof refuse arguments of the wrong kind, by its annotations.

    A refusal is the proof's own error, at the author's line: what is asked for and what was given.
    """
    for name, method in list(vars(cls).items()):
        if not name.startswith("_") and inspect.isfunction(method):
            setattr(cls, name, _checked(method))
    return cls


def _checked(method: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(method)
    asked = {
        name: (*_KINDS[parameter.annotation], parameter.kind is parameter.VAR_POSITIONAL)
        for name, parameter in signature.parameters.items()
        if parameter.annotation in _KINDS
    }
    if not asked:
        return method

    @functools.wraps(method)
    def checked(self: Any, *args: Any, **named: Any) -> Any:
        try:
            given = signature.bind_partial(self, *args, **named).arguments
        except TypeError:
            return method(self, *args, **named)  # Python says it in its own words
        for name, (fits, kind, several) in asked.items():
            values = given.get(name, ()) if several else [given[name]] if name in given else []
            for value in values:
                if not fits(value):
                    said = f"p.{method.__name__}: {name} is to be {kind}, not {described(value)}"
                    raise self._error(said + (instead_of_fact(value) if kind == "a fact" else ""))
        return method(self, *args, **named)

    return checked
