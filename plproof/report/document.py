"""The labelled statements of a Markdown document: quotes and headings that begin with a label.

A quote has the label its text begins with; a later paragraph of it counts when its label is in
bold or italics, a later heading always.  Code, comments and mathematics (``$$…$$``) are passed
over.  The section of a statement is the nearest heading above it outside quotes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from plproof.report.labels import EDGE, Label, read_label

_FENCE = re.compile(r"---[ \t]*")
_FIELD = re.compile(r"[\w-]+[ \t]*:(?:\s|$)")
_TITLE = re.compile(r"title[ \t]*:[ \t]+(.*)", re.IGNORECASE)
_DOLLARS = re.compile(r"(?<!\\)\$\$")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_HEADING = re.compile(r"#{1,6}\s")


@dataclass(frozen=True)
class Statement:
    """A labelled statement: where it stands and the headings above it, the nearest last."""

    label: Label
    line: int
    sections: tuple[str, ...] = ()

    @property
    def section(self) -> str:
        """The nearest heading above, empty when there is none."""
        return self.sections[-1] if self.sections else ""


@dataclass(frozen=True)
class Document:
    """A document: its title, its headings and its labelled statements, in order."""

    title: str
    headings: tuple[str, ...]
    statements: tuple[Statement, ...]


def read_document(text: str, name: str) -> Document:
    """Return what a Markdown document labels.

    Its title is that of the front matter, else the first heading of the first level, else ``name``.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    matter = _front_matter(lines)
    lines[: len(matter)] = [""] * len(matter)
    reader = _Reader(lines)
    reader.read(_parser().parse("\n".join(lines)))
    title = _front_title(matter) or reader.title or name
    return Document(title, tuple(reader.headings), tuple(reader.statements))


# ---------------------------------------------------------------- front matter
def _front_matter(lines: Sequence[str]) -> list[str]:
    """Return the lines of YAML before the text, with the lines around them; [] when none."""
    if not _FENCE.fullmatch(lines[0]):
        return []
    for end, line in enumerate(lines[1:], 1):
        if _FENCE.fullmatch(line) or line.rstrip() == "...":
            inside = [x for x in lines[1:end] if x.strip() and not x.startswith("#")]
            return list(lines[: end + 1]) if inside and _FIELD.match(inside[0]) else []
    return []


def _front_title(matter: Sequence[str]) -> str:
    for position, line in enumerate(matter):
        match = _TITLE.match(line)
        if match is None:
            continue
        value = [match[1].strip()]
        for more in matter[position + 1 :]:
            if more.strip() and not more[0].isspace():
                break
            value.append(more.strip())
        if re.fullmatch(r"[|>][+-]?", value[0]):  # the text stands on the lines below
            return " ".join(" ".join(value[1:]).split())
        return _scalar(" ".join(" ".join(value).split()))
    return ""


def _scalar(value: str) -> str:
    """Return what a plain or quoted scalar of YAML says, without the remark after it."""
    if match := re.match(r'"((?:[^"\\]|\\.)*)"', value):
        return re.sub(r"\\(.)", r"\1", match[1])
    if match := re.match(r"'((?:[^']|'')*)'", value):
        return match[1].replace("''", "'")
    return re.split(r"(?:^|\s)#", value)[0].strip()


# ---------------------------------------------------------------- Markdown
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark")
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "list"]}
    parser.block.ruler.before("lheading", "mathematics", _mathematics, interrupts)
    return parser


def _mathematics(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Recognise mathematics that runs over several lines, so that nothing in it counts as text.

    A line that begins with ``$$`` opens a block, which may have empty lines; after other words of a
    line ``$$`` has to be closed in the same paragraph.
    """
    opening = _line(state, start)
    if state.is_code_block(start) or not _odd(opening):
        return False
    block = opening.startswith("$$")
    whole = block  # until an empty line: "# x" may be part of a formula
    for last in range(start + 1, end):
        line = _line(state, last)
        empty = not line.strip()
        if (empty and not block) or (not whole and _HEADING.match(line)):
            return False
        whole = whole and not empty
        if not empty and 0 <= state.sCount[last] < state.blkIndent:
            return False  # the list item ends
        if _odd(line):
            break
    else:
        return False
    if silent:
        return True
    state.line = last + 1
    before, after = _DOLLARS.split(opening)[0], _DOLLARS.split(_line(state, last))[-1]
    if block and not after.strip():
        state.push("mathematics", "", 0).map = [start, last + 1]
        return True
    paragraph = state.push("paragraph_open", "p", 1)
    inline = state.push("inline", "", 0)
    state.push("paragraph_close", "p", -1)
    paragraph.map = inline.map = [start, last + 1]
    inline.content, inline.children = f"{before}$${after}", []
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _odd(line: str) -> bool:
    """Say whether a line leaves mathematics open, or closes it."""
    return "$$" in line and len(_DOLLARS.findall(_CODE.sub("", line))) % 2 == 1


class _Reader:
    """Walks through the tokens of a document and collects headings and statements."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._above: list[tuple[int, str, bool]] = []  # level, text, has a label
        self.title = ""
        self.headings: list[str] = []
        self.statements: list[Statement] = []

    def read(self, tokens: Sequence[Token]) -> None:
        """Collect from the tokens of a whole document."""
        quotes: list[tuple[int, bool]] = []  # depth of each quote around, was text met in it
        for parent, token in zip([None, *tokens], tokens, strict=False):
            if token.type == "blockquote_open":
                quotes.append((token.level, False))
            elif token.type == "blockquote_close":
                quotes.pop()
            elif token.type == "inline" and parent is not None and parent.map is not None:
                text, line = _plain(token), parent.map[0] + 1
                level = int(parent.tag[1:]) if parent.type == "heading_open" else 0
                if quotes:
                    depth, met = quotes[-1]
                    quotes = [(q, True) for q, _ in quotes]
                    direct = parent.level == depth + 1
                    later = direct and (level > 0 or self._stands_out(text, line))
                    label = None if met and not later else read_label(text, level > 0)
                    self._note(label, line)
                elif level:
                    self._heading(text, line, level, top=parent.level == 0)

    def _stands_out(self, text: str, line: int) -> bool:
        """Say whether a paragraph begins with emphasis, after an empty line."""
        return text.startswith(EDGE) and not self._lines[line - 2].strip(" \t>")

    def _heading(self, text: str, line: int, level: int, top: bool) -> None:
        label = read_label(text, heading=True)
        plain = " ".join(text.replace(EDGE, "").split())
        if top:  # a labelled heading stands in the section whose heading is the nearest above
            self._above = [a for a in self._above if a[0] < level + bool(label and not a[2])]
        self._note(label, line)
        if top and plain:
            self._above.append((level, plain, label is not None))
            self.headings.append(plain)
            self.title = self.title or (plain if level == 1 and label is None else "")

    def _note(self, label: Label | None, line: int) -> None:
        if label is not None:
            sections = tuple(text for _, text, _ in self._above)
            self.statements.append(Statement(label, line, sections))


def _plain(token: Token) -> str:
    """Return the text of a paragraph without its marks, EDGE where emphasis begins or ends."""
    pieces = []
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
        elif child.type == "code_inline":
            pieces.append(f"`{child.content}`")
        elif child.type.startswith(("em_", "strong_")):
            pieces.append(EDGE)
        elif child.type in ("text", "text_special", "image"):
            pieces.append(child.content)
    return "".join(pieces).strip()
