"""What an axiom is: a statement of the language taken without proof, with its source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from plproof.language import Source, Term


@dataclass(frozen=True)
class Axiom:
    """A named statement taken without proof, and where the proof can be read.

    Arguments: ``name``, in the shipped table; ``stated``, a function that returns the statement, so
    that importing the table builds no term; ``source``, where the proof is.
    """

    name: str
    stated: Callable[[], Term]
    source: Source

    @cached_property
    def statement(self) -> Term:
        """The statement, built when it is first asked for."""
        return self.stated()
