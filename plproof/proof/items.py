"""What is offered to the search for certificates.  [untrusted]"""

from __future__ import annotations

from dataclasses import dataclass

from plproof.kernel.thm import Thm
from plproof.language.terms import Term


@dataclass(frozen=True)
class Item:
    """A premise, or a product of premises, offered to the search; times a term if one is given."""

    premises: tuple[Thm, ...]
    multiplier: Term | None = None
