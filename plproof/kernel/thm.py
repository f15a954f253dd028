"""Thm: a proposition proved from hypotheses, made by rules only.  [trusted]

``Thm`` values are sealed against accident: no constructor, no subclass, no change, no copy that
differs, no pickling.  Python cannot seal them against malice (``object.__setattr__`` reaches every
object), which is why a verdict is always that of :mod:`plproof.kernel.replay`, run on the stored
data of a proof in a process that has imported nothing of the author's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from types import MappingProxyType
from typing import Any, NoReturn, ParamSpec

from plproof.kernel.normal import KernelError
from plproof.language.sorts import PROP, LanguageError
from plproof.language.terms import Term


class Thm:
    """Γ ⊢ P with what it rests on; see the module for how it comes to be.

    ``hypotheses`` is Γ, an ordered tuple; ``conclusion`` is P; ``axioms`` and ``oracles`` are
    (name, statement) pairs, ``admits`` propositions taken without proof; ``rule``, ``premises``
    and ``data`` say how it was made, which is what is stored and replayed.
    """

    __slots__ = (
        "admits", "axioms", "conclusion", "data", "hypotheses", "oracles", "premises", "rule",
    )  # fmt: skip

    hypotheses: tuple[Term, ...]
    conclusion: Term
    axioms: tuple[tuple[str, Term], ...]
    oracles: tuple[tuple[str, Term], ...]
    admits: tuple[Term, ...]
    rule: str
    premises: tuple[Thm, ...]
    data: Mapping[str, Any]

    def __new__(cls, *_: object, **__: object) -> Thm:
        """Refuse: theorems are made by the rules of the kernel."""
        raise KernelError("theorems are made by the rules of the kernel, not by Thm(...)")

    def __init_subclass__(cls) -> None:
        raise KernelError("Thm is sealed and cannot be subclassed")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise KernelError("a theorem cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise KernelError("a theorem cannot be changed")

    def __copy__(self) -> Thm:
        return self

    def __deepcopy__(self, memo: object) -> Thm:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise KernelError("theorems are not pickled: store the proof as JSON and replay it")

    def __repr__(self) -> str:
        left = ", ".join(map(repr, self.hypotheses))
        marks = [name for name, _ in self.axioms + self.oracles]
        marks += ["ADMITTED"] if self.admits else []
        trust = f"   [{', '.join(marks)}]" if marks else ""
        return f"{left} ⊢ {self.conclusion}{trust}".strip()


@dataclass(frozen=True)
class Derived:
    """What a rule derives: hypotheses, conclusion, and trust it adds itself."""

    hypotheses: tuple[Term, ...]
    conclusion: Term
    axioms: tuple[tuple[str, Term], ...] = ()
    oracles: tuple[tuple[str, Term], ...] = ()
    admits: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule as replay needs it: its function and the kinds of its data."""

    apply: Callable[..., Thm]
    kinds: Mapping[str, str] = field(default_factory=dict)


_rules: dict[str, Rule] = {}
#: the rules of the kernel by name
RULES: Mapping[str, Rule] = MappingProxyType(_rules)
P = ParamSpec("P")


def rule(**kinds: str) -> Callable[[Callable[P, Derived]], Callable[P, Thm]]:
    """Make a function from premises and data to what they derive into a rule of the kernel.

    ``kinds`` names the kind of every keyword argument: term, name, index, spaces, indices or
    summands.  The wrapper refuses premises that are not theorems and unions what they rest on.
    """

    def decorate(derive: Callable[P, Derived]) -> Callable[P, Thm]:
        @wraps(derive)
        def apply(*premises: P.args, **data: P.kwargs) -> Thm:
            for p in premises:
                require(type(p) is Thm, f"{derive.__name__}: {p!r} is not a theorem")
            for name, kind in kinds.items():
                if name in data and kind == "term" and type(data[name]) is not Term:
                    raise KernelError(f"{derive.__name__}: {name} must be a term")
            try:
                new = derive(*premises, **data)
            except LanguageError as error:
                raise KernelError(f"{derive.__name__}: {error}") from None
            c = new.conclusion
            require(c.sort == PROP and not c.loose, f"{c} is not a closed proposition")
            thm = object.__new__(Thm)
            fields = {
                "hypotheses": new.hypotheses,
                "conclusion": c,
                "axioms": _trust("axioms", new.axioms, premises),
                "oracles": _trust("oracles", new.oracles, premises),
                "admits": _trust("admits", new.admits, premises),
                "rule": derive.__name__,
                "premises": premises,
                "data": MappingProxyType({n: _frozen(v) for n, v in data.items()}),
            }
            for name, value in fields.items():
                object.__setattr__(thm, name, value)
            return thm

        _rules[derive.__name__] = Rule(apply, kinds)
        return apply

    return decorate


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _trust(name: str, own: tuple[Any, ...], premises: tuple[Any, ...]) -> tuple[Any, ...]:
    found = dict.fromkeys(own)
    for p in premises:
        found.update(dict.fromkeys(getattr(p, name)))
    return tuple(found)


def require(condition: bool, message: str) -> None:
    """Raise KernelError with the message unless the side condition holds."""
    if not condition:
        raise KernelError(message)


def union(*groups: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return the hypotheses of all groups, each once, in order."""
    if len(groups) == 1:
        return groups[0]
    return tuple(dict.fromkeys(h for group in groups for h in group))


def without(group: tuple[Term, ...], hypothesis: Term) -> tuple[Term, ...]:
    """Return the hypotheses without that one."""
    return tuple(h for h in group if h != hypothesis)
