"""What an author is told when a step fails: where, what was wanted, what was there, what to do."""

from __future__ import annotations

import contextlib
import linecache
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from plproof.kernel.normal import KernelError
from plproof.kernel.thm import RULES
from plproof.language.terms import Term
from plproof.proof.shortened import Shortened, cut

#: characters of the label of a fact that stand beside what it says
_LABEL = 60
_ASSIGNED = re.compile(r"^\s*([A-Za-z_]\w*)\s*(?::[^=]*)?=\s*[\w.]+\(")
_NAMED = re.compile(r"\bas\s+([A-Za-z_]\w*)\s*[:,]")


@dataclass(frozen=True)
class Place:
    """A line of an author's file."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def _is_ours(frame: FrameType) -> bool:
    """Say whether a frame runs code of plproof."""
    return (frame.f_globals.get("__package__") or "").partition(".")[0] == "plproof"


def author_frame() -> FrameType | None:
    """Return the innermost frame that is neither plproof's nor a context manager's."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if not _is_ours(frame) and file != contextlib.__file__:
            return frame
        frame = frame.f_back
    return None


def author_place() -> Place:
    """Return where the author's code is being run: the line the running call starts on."""
    frame = author_frame()
    if frame is None:
        return Place("<unknown>", 0)
    positions = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    return Place(frame.f_code.co_filename, positions[0] or frame.f_lineno)


def place_in(frames: Sequence[tuple[FrameType, int]]) -> Place:
    """Return where the author's code was in a traceback, whose innermost frame is the last."""
    for frame, line in reversed(frames):
        if not _is_ours(frame):
            return Place(frame.f_code.co_filename, line)
    return Place("<unknown>", 0)


def assigned_name() -> str:
    """Return the name that the author's statement assigns to, as in ``name = p.have(…)``.

    "" in a search: of ``found = theorem.find_proof()`` no step is what the author calls so.
    """
    if _in_search():
        return ""
    place = author_place()
    found = _ASSIGNED.match(linecache.getline(place.file, place.line))
    return found.group(1) if found else ""


def _in_search() -> bool:
    """Say whether what is running now was called by a search, and by no author since."""
    frame: FrameType | None = sys._getframe(1)
    author = author_frame()
    while frame is not None and frame is not author:
        if str(frame.f_globals.get("__name__", "")).startswith("plproof.search."):
            return True
        frame = frame.f_back
    return False


def block_name() -> str:
    """Return the name that the author's ``with … as name:`` gives, when the line gives just one."""
    place = author_place()
    found = _NAMED.findall(linecache.getline(place.file, place.line))
    return str(found[0]) if len(found) == 1 else ""


@dataclass
class ProofError(Exception):
    """A step that failed.

    ``goal`` is what was to be proved; ``facts`` the (name, statement) pairs offered; ``residual``
    what was left over; ``missing`` side conditions that are open; ``hint`` one thing to try;
    ``where`` says what points are that the other texts have by a name made for them;
    ``counterexample`` is filled in when the laboratory finds one.  ``goal_term`` and
    ``hypothesis_terms`` carry the step itself for that search.  What is very long is cut in the
    middle, with how much is left out.
    """

    message: str
    place: Place
    theorem: str = ""
    goal: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    residual: str = ""
    missing: list[str] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    hint: str = ""
    counterexample: str = ""
    goal_term: Any = None
    hypothesis_terms: Sequence[Any] = ()

    def __post_init__(self) -> None:
        self.message = cut(self.message)
        super().__init__(self.message)

    def show(
        self,
        goal: Sequence[Term],
        facts: Sequence[tuple[str, Term]],
        residual: Term | str,
        missing: Sequence[Term],
        equations: Sequence[Term],
    ) -> None:
        """Put terms into words, a point that is long to write out by one name in all of them.

        ``goal`` has one term or none; ``equations`` give points names of the author's own.
        """
        left = [residual] if isinstance(residual, Term) else []
        names = Shortened([*goal, *(t for _, t in facts), *left, *missing], equations)
        self.goal = "".join(map(names.text, goal))
        self.facts = [(name, names.text(t)) for name, t in facts]
        self.residual = names.text(left[0]) if left else str(residual)
        self.missing = list(map(names.text, dict.fromkeys(missing)))
        self.where = names.where()

    def __str__(self) -> str:
        return "\n".join([f"{self.place}: {self.message}", *laid_out(self.to_json())])

    def to_json(self) -> dict[str, Any]:
        """Return the error as plain data (without the terms)."""
        return {
            "message": self.message,
            "file": self.place.file,
            "line": self.place.line,
            "theorem": self.theorem,
            "goal": self.goal,
            "facts": [list(pair) for pair in self.facts],
            "residual": self.residual,
            "missing": list(self.missing),
            "where": list(self.where),
            "hint": cut(self.hint),
            "counterexample": self.counterexample,
        }


def laid_out(failure: Mapping[str, Any]) -> list[str]:
    """Return the lines below the message of a failure that is plain data, without what is empty."""
    lines = [f"  goal      {failure['goal']}"] if failure.get("goal") else []
    facts = [(_fitted(name), text) for name, text in failure.get("facts") or []]
    width = max((len(name) for name, _ in facts), default=0)
    for position, (name, text) in enumerate(facts):
        lines.append(f"  {'from' if not position else '':9} {name:{width}}  {text}")
    if failure.get("residual"):
        lines.append(f"  left over {failure['residual']}")
    for word, several in (("open", "missing"), ("where", "where")):
        for position, text in enumerate(failure.get(several) or []):
            lines.append(f"  {word if not position else '':9} {text}")
    if failure.get("counterexample"):
        lines.append("  false at  " + str(failure["counterexample"]).replace("\n", "\n" + " " * 12))
    if failure.get("hint"):
        lines.append(f"  hint      {failure['hint']}")
    return lines


def _fitted(label: str) -> str:
    """Return the label of a fact, without its end where it would push all texts aside."""
    return label if len(label) <= _LABEL else f"{label[: _LABEL - 2]} …"


def spoken(error: Exception) -> str:
    """Return the message of an error, without the name of a rule of the kernel before it."""
    rule, colon, rest = str(error).partition(": ")
    if not isinstance(error, KernelError) or not colon or rule not in RULES:
        return str(error)
    return f"{_SPOKEN[rule]}{rest}" if rule in _SPOKEN else rest


#: what some rules are called where the kernel's message says little else
_SPOKEN = {
    "conjunct": "there is no such side: ",
    "differentiate": "differentiation: ",
    "modus_ponens": "no step from if to then: ",
}


class NoSuchName(ProofError, AttributeError):
    """A hypothesis or method that a proof does not have, at the author's line."""
