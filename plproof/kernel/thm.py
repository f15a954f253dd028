"""Thm: a proposition proved from hypotheses, made by rules only.  [trusted]

``Thm`` values are sealed against accident: no constructor, no subclass, no change, no copy that
differs, no pickling.  Python cannot seal them against malice (``object.__setattr__`` reaches every
object), which is why a verdict is always that of :mod:`plproof.kernel.replay`, run on the stored
data of a proof in a process that has imported nothing of the author's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn, ParamSpec

from plproof.kernel.normal import KernelError
from plproof.language.sorts import PROP, LanguageError
from plproof.language.terms import Term


class Derived(NamedTuple):
    """What a rule derives: hypotheses, conclusion, and trust it adds itself."""

    hypotheses: tuple[Term, ...]
    conclusion: Term
    axioms: tuple[tuple[str, Term], ...] = ()
    oracles: tuple[tuple[str, Term], ...] = ()
    admits: tuple[Term, ...] = ()


class Thm:
    """Γ ⊢ P with what it rests on; see the module for how it comes to be.
    ``hypotheses`` is Γ, an ordered tuple; ``conclusion`` is P; ``axioms`` and ``oracles`` are
    (name, statement) pairs, ``admits`` propositions taken without proof; ``rule``, ``premises``
    and ``data`` say how it was made, which is what is stored and replayed.
    """

    __slots__ = (*Derived._fields, "rule", "premises", "data")

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

    def _sealed(self, *_: object) -> NoReturn:
        raise KernelError("a theorem is not changed, copied or pickled: store and replay its proof")

    __setattr__ = __delattr__ = __copy__ = __deepcopy__ = __reduce_ex__ = _sealed

    def __repr__(self) -> str:
        left = ", ".join(map(repr, self.hypotheses))
        marks = [name for name, _ in self.axioms + self.oracles]
        marks += ["ADMITTED"] if self.admits else []
        trust = f"   [{', '.join(marks)}]" if marks else ""
        return f"{left} ⊢ {self.conclusion}{trust}".strip()


class Rule(NamedTuple):
    """A rule as replay needs it: its function and the kinds of its data."""

    apply: Callable[..., Thm]
    kinds: Mapping[str, str]


_rules: dict[str, Rule] = {}
#: the rules of the kernel by name
RULES: Mapping[str, Rule] = MappingProxyType(_rules)
P = ParamSpec("P")


def rule(**kinds: str) -> Callable[[Callable[P, Derived]], Callable[P, Thm]]:
    """Make a function from premises and data to what they derive into a rule of the kernel.
    ``kinds`` names the kind of every keyword argument: term, name, index, spaces, indices,
    summands or uses.  The wrapper refuses premises that are not theorems and unions what they rest
    on.
    """

    def decorate(derive: Callable[P, Derived]) -> Callable[P, Thm]:
        @wraps(derive)
        def apply(*premises: P.args, **data: P.kwargs) -> Thm:
            title = derive.__name__
            require(all(type(p) is Thm for p in premises), "{}: a premise is no theorem", title)
            terms = [data[name] for name, kind in kinds.items() if kind == "term" and name in data]
            closed = all(type(t) is Term and not t.loose for t in terms)
            require(closed, "{}: a term is no closed term", title)
            try:
                new = derive(*premises, **data)
            except (LanguageError, RecursionError) as error:
                raise KernelError(f"{title}: {error}") from None
            c = new.conclusion
            require(c.sort == PROP and not c.loose, "{} is not a closed proposition", c)
            kept = {n: tuple(v) if isinstance(v, list) else v for n, v in data.items()}
            trust = (_union(i, new, premises) for i in ("axioms", "oracles", "admits"))
            fields = (new.hypotheses, c, *trust, title, premises, MappingProxyType(kept))
            thm = object.__new__(Thm)
            for name, value in zip(Thm.__slots__, fields, strict=True):
                object.__setattr__(thm, name, value)
            return thm

        require(derive.__name__ not in _rules, "there is a rule {} already", derive.__name__)
        _rules[derive.__name__] = Rule(apply, kinds)
        return apply

    return decorate


def _union(kind: str, new: Derived, premises: tuple[Any, ...]) -> tuple[Any, ...]:
    parts = [marks for part in (new, *premises) if (marks := getattr(part, kind))]
    return tuple(dict.fromkeys(mark for marks in parts for mark in marks)) if parts else ()


def require(condition: bool, message: str, *parts: object) -> None:
    """Raise KernelError with the message, parts put in, unless the side condition holds."""
    if not condition:
        raise KernelError(message.format(*parts))


def union(*groups: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return the hypotheses of all groups, each once, in order."""
    if len(groups) == 1:
        return groups[0]
    return tuple(dict.fromkeys(h for group in groups for h in group))


def without(group: tuple[Term, ...], hypothesis: Term) -> tuple[Term, ...]:
    """Return the hypotheses without that one."""
    return tuple(h for h in group if h != hypothesis)
