"""Where a statement comes from: document, section, label, references.  For the reader only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """The place of a statement in the literature.

    Arguments: ``document``, its title; ``section`` and ``label`` inside it (``"Lemma"``);
    ``references``, other works that state or prove it, as "Author, year, number".

    >>> print(Source("Lecture notes", "Gradient descent", "Theorem 2", ("Polyak, 1963",)))
    Lecture notes, “Gradient descent”, Theorem 2 (see Polyak, 1963)
    """

    document: str
    section: str = ""
    label: str = ""
    references: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = [self.document]
        parts += [f"“{self.section}”"] if self.section else []
        parts += [self.label] if self.label else []
        text = ", ".join(parts)
        return text + (f" (see {'; '.join(self.references)})" if self.references else "")
