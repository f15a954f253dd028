"""The statement language: one immutable term, read exactly by the kernel and numerically by the
laboratory.  [trusted: read by the kernel]
"""

from plproof.language.definitions import Definition
from plproof.language.printing import show, to_ascii, to_latex
from plproof.language.sorts import LanguageError
from plproof.language.source import Source
from plproof.language.statement import Statement
from plproof.language.syntax import (
    FALSE,
    Function,
    Natural,
    Naturals,
    Real,
    Reals,
    Sequence,
    Space,
    Vector,
    Vectors,
    conj,
    disj,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    mapsto,
    ne,
    neg,
    norm,
    rational,
    sq,
    sqrt,
)
from plproof.language.terms import Term

__all__ = [
    "FALSE",
    "Definition",
    "Function",
    "LanguageError",
    "Natural",
    "Naturals",
    "Real",
    "Reals",
    "Sequence",
    "Source",
    "Space",
    "Statement",
    "Term",
    "Vector",
    "Vectors",
    "conj",
    "disj",
    "eq",
    "exists",
    "forall",
    "grad",
    "implies",
    "ip",
    "mapsto",
    "ne",
    "neg",
    "norm",
    "rational",
    "show",
    "sq",
    "sqrt",
    "to_ascii",
    "to_latex",
]
