"""The author's steps as rows of a transcript: blocks, numbers, and reasons in the author's words.

A block opens a row with its words and ends in a row with what it gives.  A block that is all there
is in another block is opened together with it, and only the outer one says what it gives.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from plproof.report.result import Step

_AUTOMATIC = re.compile(r"step \d+")
_FORMULA = re.compile(r" [=≤<≥>] ")
#: a factor, and an instance of a block without a name at variables: (i) in M_i_j·(i)
_MULTIPLE = re.compile(
    r"(?P<factor>.*·)\((?P<at>[^\W\d]\w*(?:, [^\W\d]\w*)*)\)(?P<sides>(?:\[[01]\])*)"
)
#: the same at points that are written with signs: ((x + y)) in t·((x + y))
_MULTIPLE_AT = re.compile(r"(?P<factor>.*?·)\(\((?P<at>.*)\)(?P<sides>(?:\[[01]\])*)\)")
_OPENING, _CLOSING = "([⟨", ")]⟩"


@dataclass
class Row:
    """A row to be: ``steps`` are the positions in the outline of what it shows, outermost first.

    ``kind`` is open, have, admit, end (what a block gives) or close (what several cases give).
    """

    kind: str
    steps: list[int]
    number: str = ""
    depth: int = 0
    rows: list[Row] = field(default_factory=list)


def arranged(outline: Sequence[Step]) -> list[Row]:
    """Return the outline as rows in reading order, numbered, lone inner blocks opened together."""
    tops, _ = _parsed(outline, 0, 0)
    flat: list[Row] = []
    _numbered(tops, "", 0, flat)
    return flat


def _parsed(outline: Sequence[Step], position: int, depth: int) -> tuple[list[Row], int]:
    """Return the rows at a depth from a position on, and the position after them."""
    rows: list[Row] = []
    while position < len(outline) and outline[position].depth >= depth:
        step, here = outline[position], position
        position += 1
        if step.kind in ("have", "admit"):
            rows.append(Row(step.kind, [here]))
        elif step.kind != "close":
            inner, position = _parsed(outline, position, step.depth + 1)
            rows.append(Row("open", [here], rows=inner))
        elif rows and rows[-1].kind == "open" and outline[rows[-1].steps[0]].kind != "case":
            _end(rows[-1], here)
        else:
            rows.append(Row("close", [here]))
    return rows, position


def _end(block: Row, position: int) -> None:
    """End a block, and open it together with a block that is all there is in it."""
    ends = [position]
    inner = block.rows[0] if len(block.rows) == 1 else None
    if inner is not None and inner.rows and inner.rows[-1].kind == "end":
        block.steps += inner.steps
        ends += inner.rows[-1].steps
        block.rows = inner.rows[:-1]
    block.rows.append(Row("end", ends))


def _numbered(rows: Sequence[Row], prefix: str, depth: int, flat: list[Row]) -> None:
    """Number rows and list them; the end of a block has the block's number."""
    count = 0
    for row in rows:
        count += row.kind != "end"
        row.number = prefix.rstrip(".") if row.kind == "end" else f"{prefix}{count}"
        row.depth = depth
        flat.append(row)
        _numbered(row.rows, f"{row.number}.", depth + 1, flat)


def is_automatic(label: str) -> bool:
    """Say whether a label was made up for a step its author did not name."""
    return not label or _AUTOMATIC.fullmatch(label) is not None


def reasons(why: str, numbers: Mapping[str, str], block: str) -> list[str]:
    """Return the reasons an author gave, each once, unnamed steps called by their numbers.

    ``numbers`` has the numbers of steps by automatic label; ``block`` is the number of the unnamed
    block that the step uses, "" when there is none.
    """

    def numbered(found: re.Match[str]) -> str:
        return f"({numbers[found[0]]})" if found[0] in numbers else "an earlier step"

    items: list[str] = []
    for item in split(why):
        bare = re.fullmatch(r"(?:\((?P<at>.*)\))?(?P<sides>(?:\[[01]\])*)", item)
        item = item.removeprefix("squares: ")
        multiple = _multiple(item) if block else None
        item = _AUTOMATIC.sub(numbered, item)
        if bare is not None and _balanced(bare["at"] or ""):
            if not block:
                continue
            at = f" at {bare['at']}" if bare["at"] else ""
            item = f"({block}{at}){bare['sides']}"
        elif multiple is not None:
            item = f"{multiple['factor']}({block} at {multiple['at']}){multiple['sides']}"
        if item.startswith("minimised") and items:
            items[-1] += f", {item}"
        else:
            items.append(item)
    return list(dict.fromkeys(items))


def _multiple(item: str) -> re.Match[str] | None:
    """Return the factor of an instance of a block without a name, its points and its sides."""
    for form in (_MULTIPLE, _MULTIPLE_AT):
        found = form.fullmatch(item)
        if found is not None and _balanced(found["factor"]) and _balanced(found["at"]):
            return found
    return None


def unsaid(
    items: Sequence[str], certificate: str, known: Collection[str], signs: Collection[str]
) -> list[str]:
    """Return the reasons that a certificate does not show.

    ``known`` are names of facts; ``signs`` those that say of a term that it is not negative, for
    which a certificate shows the term.
    """
    if not certificate:
        return list(items)
    left = []
    for item in items:
        named = [word for word in re.findall(r"[A-Za-z_]\w*", item) if word in known]
        number = re.search(r"^\(\d[\d.]*|^axiom \w+|(?<=·)\(\d[\d.]* at ", item)
        shown = (
            item in certificate
            or (named and all(w in signs or _mentions(certificate, w) for w in named))
            or (number is not None and number[0] in certificate)
            or _FORMULA.search(item) is not None
            or (item.startswith("take ") and "the value" in certificate)
        )
        if not shown or "minimised" in item:
            left.append(item)
    return left


def _mentions(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def split(text: str) -> list[str]:
    """Return the parts of a text between commas that stand in no brackets."""
    parts, depth, start = [], 0, 0
    for position, sign in enumerate(text):
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if depth == 0 and text.startswith(", ", position):
            parts.append(text[start:position])
            start = position + 2
    parts.append(text[start:])
    return parts if text else []


def _balanced(text: str) -> bool:
    depth = 0
    for sign in text:
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if depth < 0:
            return False
    return depth == 0
