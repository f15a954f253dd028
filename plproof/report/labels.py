"""Labels, titles and sections of documents: reading "Theorem 2.1 (PL)", and saying what agrees.

A label is a kind, perhaps a number, perhaps a name in parentheses.  Titles agree up to case,
punctuation and a slip of the pen in a long word; what tells two documents of a series apart (a
number, a short word, a word more) has to be the same.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

KINDS = ("Definition", "Lemma", "Proposition", "Theorem", "Corollary", "Claim")
#: stands where emphasis begins and ends in text whose marks were taken away
EDGE = "\0"
_ALIKE = 0.9  # how much of two titles has to be the same
_LONG = 5  # letters of a word in which a slip is forgiven
_LABEL = re.compile(
    rf"""
    (?P<kind>(?i:{"|".join(KINDS)}))(?![\w'’-])     # not Lemmas, Lemma's, Lemma-like
    (?:(?:\s+|(?P<apart>[\s{EDGE}]+))(?P<number>
        (?:[A-Z]\.?)?\d+(?:[.–-]\d+)*[a-z]?['′’]*(?!-?\w)   # 2, 2.1, A.1, 2a, 2'
        | (?:[A-Z]|[IVX]+)(?=\s*(?:[.:,;(){EDGE}]|$))        # Theorem A, unless A is a word
    )(?(apart)(?=\s*(?:[A-Z.:,;(){EDGE}]|$))))?             # **Lemma** 0 is a number: no number
    (?P<stop>[\s{EDGE}]*[.:,]?)
    (?:[\s{EDGE}]*\((?P<name>[^()]*(?:\([^()]*\)[^()]*)*)\))?
    """,
    re.VERBOSE,
)
_NUMBERED = re.compile(r"\s*(?:§|section\s|chapter\s)?\s*(\d+(?:\.\d+)*)(?:[.:)]?\s|[.:)]?$)", re.I)
_ROMAN = re.compile(r"[ivxlc]+")


@dataclass(frozen=True)
class Label:
    """A label: ``kind``, one of KINDS; ``number`` and ``name`` as written, empty when none.

    >>> print(Label("Theorem", "2.1", "PL"))
    Theorem 2.1 (PL)
    """

    kind: str
    number: str = ""
    name: str = ""

    def __str__(self) -> str:
        text = f"{self.kind} {self.number}" if self.number else self.kind
        return f"{text} ({self.name})" if self.name else text

    @property
    def key(self) -> tuple[str, str]:
        """Kind and number, equal for labels that differ in how they are written only."""
        return self.kind, re.sub("[′’]", "'", self.number).casefold()


def read_label(text: str, heading: bool = False) -> Label | None:
    """Return the label with which a statement begins, None when it begins otherwise.

    ``text`` may have EDGE where emphasis begins or ends.  In a heading a word in small letters
    after the kind makes it a title, as in "Definition of convexity", not a label.
    """
    text = text.lstrip(f" \t\n{EDGE}*_")
    match = _LABEL.match(text)
    if match is None or not match["kind"][0].isupper():
        return None
    bare = not (match["number"] or match["name"] or match["stop"].strip())
    if heading and bare and text[match.end() :].lstrip()[:1].islower():
        return None
    return _label(match)


def cited_label(text: str) -> Label | None:
    """Return the label that a citation names, None when it begins with other words.

    >>> print(cited_label("Theorem 2.1, second part"))
    Theorem 2.1
    >>> cited_label("the sentence after the Proposition") is None
    True
    """
    match = _LABEL.match(re.sub(r"[*_`~]", "", text).strip())
    return None if match is None else _label(match)


def _label(match: re.Match[str]) -> Label:
    name = " ".join((match["name"] or "").replace(EDGE, "").split())
    return Label(match["kind"].capitalize(), match["number"] or "", name)


def normalised(text: str) -> str:
    """Return the words of a text in small letters, without punctuation and marks.

    >>> normalised("Rates: the **PL** Case.")
    'rates the pl case'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = (c if unicodedata.category(c)[0] in "LMN" else " " for c in folded)
    return " ".join("".join(kept).split())


def same_title(one: str, other: str) -> bool:
    """Say whether two titles are of the same document, up to case, marks and small misspellings.

    >>> same_title("Notes on Optimiziation", "Notes on *optimization*")
    True
    >>> same_title("Notes on optimization, part I", "Notes on optimization, part II")
    False
    """
    if _same_text(one, other):
        return True
    first, second = sorted((normalised(one), normalised(other)))
    words, others = first.split(), second.split()
    if not words or len(words) != len(others):
        return False
    ratio = SequenceMatcher(None, first, second, autojunk=False).ratio()
    pairs = zip(words, others, strict=True)
    return ratio >= _ALIKE and all(a == b or _slip(a, b) for a, b in pairs)


def same_section(one: str, other: str) -> bool:
    """Say whether two headings are the same; the number in front may be missing, or stand alone.

    >>> same_section("1.2 Smooth functions", "smooth functions")
    True
    """
    if _same_text(one, other):
        return True
    (a, first), (b, second) = _numbered(one), _numbered(other)
    if a and b:
        return a == b and not (first and second)
    return bool((a or b) and first and second) and _same_text(first, second)


def _same_text(one: str, other: str) -> bool:
    a, b = normalised(one), normalised(other)
    if not (a and b):  # nothing but signs, as in "∇"
        return one.strip() == other.strip()
    return a.replace(" ", "") == b.replace(" ", "")


def _numbered(heading: str) -> tuple[str, str]:
    """Return the number in front of a heading, and the rest."""
    match = _NUMBERED.match(heading)
    return (match[1], heading[match.end() :].strip()) if match else ("", heading.strip())


def _slip(a: str, b: str) -> bool:
    """Say whether two words differ by a letter too many, too few, another, or two swapped."""
    a, b = sorted((a, b), key=len)
    numeric = any(c.isnumeric() for c in a + b) or (_ROMAN.fullmatch(a) and _ROMAN.fullmatch(b))
    if numeric or len(b) < _LONG or b.endswith(a):  # "cyclic" is not a misspelt "acyclic"
        return False
    while a and a[0] == b[0]:
        a, b = a[1:], b[1:]
    while a and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    return (len(a) <= 1 and len(b) <= 1) or (len(a) == 2 and a == b[::-1])
