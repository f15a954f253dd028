"""The table of oracles: procedures outside the kernel that replay asks again.  [trusted]

An oracle answers True only when it has proved the closed statement it is asked about, and False
otherwise; what rests on one is marked with its name wherever it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from plproof.language import Term
from plproof.theory.oracles.arb import Verdict, examine


@dataclass(frozen=True)
class Oracle:
    """A named decision procedure: what it is, and its verdict on a closed statement."""

    name: str
    about: str
    examine: Callable[[Term], Verdict]

    def __str__(self) -> str:
        return f"oracle {self.name}: {self.about}"

    def decide(self, statement: Term) -> bool:
        """Say whether the statement is proved, as replay asks."""
        return self.examine(statement).proved


#: inequalities between explicit functions of real variables on boxes
ARB = Oracle("arb", "interval arithmetic, python-flint", examine)

#: the shipped table, by name
ORACLES: Mapping[str, Oracle] = MappingProxyType({ARB.name: ARB})


def described(name: str) -> str:
    """Return an oracle for the reader, by its name."""
    return str(ORACLES.get(name, f"oracle {name}"))


def deciders() -> dict[str, Callable[[Term], bool]]:
    """Return what decides for each oracle, by name, as replay asks it."""
    return {name: oracle.decide for name, oracle in ORACLES.items()}
