"""Long terms as messages show them: the points of a run by name, in bounded length.

A point of N steps that is written out, x₀ − γ∇f(x₀) − γ∇f(x₀ − γ∇f(x₀)) − …, is of a length that
doubles with every step.  By name, x₁ = x₀ − γ∇f(x₀) and so on, it is as long as it is told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from plproof.language.binding import replace
from plproof.language.printing import UNICODE, Style, show
from plproof.language.sorts import NAT
from plproof.language.terms import Term, free_variables, make, subterms

#: a term of more signs, written out, has its points by name
_LONG = 60
#: a term of more signs is not written out in a label
_LABEL = 600
#: definitions of names, and characters of a term, that are shown at most
_SHOWN, _CHARACTERS, _END = 4, 1_200, 200
_LETTERS = re.compile(r"[A-Za-z_]+?(?=[0-9*'+]|_?[0-9]|$)")


class Shortened:
    """Terms of one message, their long points by name, the same name in all of them.

    ``equations`` say what points are, as x₁ = x₀ − γ∇f(x₀): those have their name from there.

    >>> from plproof import Function, Space, Vector, grad
    >>> E = Space("E")
    >>> f, x = Function("f", E), Vector("x0", E)
    >>> for _ in range(9):
    ...     x = x - grad(f, x) / 2
    >>> names = Shortened([f(x) <= f(Vector("x0", E))])
    >>> names.text(f(x) <= f(Vector("x0", E))), names.where()[:2]
    ('f(x₉) ≤ f(x₀)', ['x₁ = x₀ − ∇f(x₀)/2', 'x₂ = x₁ − ∇f(x₁)/2'])
    """

    def __init__(self, terms: Iterable[Term], equations: Sequence[Term] = ()) -> None:
        terms = list(terms)
        self._sizes: dict[int, int] = {}
        self._kept = [*terms, *equations]  # what is known by its identity stays what it is
        self._folded: dict[int, Term] = {}
        self._places: set[int] = set()
        self._names: dict[Term, Term] = {}  #: by what they stand for, those told and those made
        self._sums: list[tuple[Counter[Term], Term]] = []  #: those of sums, by their summands
        self._made: dict[Term, Term] = {}
        self._used: dict[Term, None] = {}
        self._taken: set[str] | None = None
        self._style: Style | None = None
        told = [e.args for e in equations if e.op == "eq" and _is_name(e.args[0])]
        alike = [(v, t) for v, t in told if _is_name(t)]  # as v₀ = x₀: where x₀ is, it stays
        for v, t in told:
            if not _is_name(t):
                for other, name in alike:
                    t = replace(t, other, name)
                self._kept.append(t)
                self._call(t, v)

    def _call(self, point: Term, name: Term) -> None:
        if point not in self._names:
            self._names[point] = name
            if point.op == "add":
                self._sums.append((Counter(point.args), name))

    def writes_out(self, t: Term) -> bool:
        """Say whether a term is short enough to be written out."""
        return self.size(t) <= _LONG

    def text(self, t: Term) -> str:
        """Return a term as text, of bounded length."""
        if self.writes_out(t):
            return cut(self._shown(t))
        written = self._fold(t)
        alike = written.op == "eq" and written.args[0] == written.args[1]  # x₁ = x₁ says nothing
        written = t if alike and self.size(t) <= _CHARACTERS else written
        self._use(written)
        return cut(self._shown(written))

    def _shown(self, t: Term) -> str:
        """Return a term as text, so that x[0] and a variable x₀ of the message are told apart."""
        if self._style is None:
            self._style = UNICODE.among(self._kept)
        return show(t, self._style)

    def folded(self, t: Term) -> Term:
        """Return a term with its points by name, whether it is long or not."""
        written = self._fold(t)
        if written.op == "eq" and written.args[0] == written.args[1]:
            return t
        self._use(written)
        return written

    def where(self) -> list[str]:
        """Return what the names in texts so far stand for, of many the first and the last."""
        said = [cut(f"{show(v)} = {self._shown(self._made[v])}") for v in self._used]
        return said if len(said) <= _SHOWN else [*said[: _SHOWN - 1], "…", said[-1]]

    def size(self, t: Term) -> int:
        """Return how many signs a term has when it is written out."""
        if id(t) not in self._sizes:
            self._kept.append(t)
            for part in subterms(t, self._sizes):
                self._sizes[id(part)] = 1 + sum(self._sizes[id(arg)] for arg in part.args)
        return self._sizes[id(t)]

    def _use(self, written: Term) -> None:
        for v in free_variables(written):
            if v in self._made and v not in self._used:
                self._use(self._made[v])
                self._used[v] = None

    def _fold(self, t: Term) -> Term:
        if id(t) not in self._folded:
            self._kept.append(t)
            if self._taken is None:
                self._taken = {v.data for v in free_variables(self._kept)}
                self._taken |= {
                    _printed(t)
                    for t in (p for k in self._kept for p in subterms(k))
                    if _is_member(t)
                }
            for part in subterms(t):
                if part.op in ("app", "grad"):
                    self._places.add(id(part.args[1]))
            for part in subterms(t, self._folded):
                args = tuple(self._folded[id(arg)] for arg in part.args)
                same = all(a is b for a, b in zip(args, part.args, strict=True))
                whole = part if same else make(part.op, args, part.data, part.sort)
                self._folded[id(part)] = self._named(whole, id(part) in self._places)
        return self._folded[id(t)]

    def _named(self, t: Term, place: bool) -> Term:
        """Return a point by its name, or with the name of a point that is a part of it."""
        if t.sort.kind != "Vec" or t.loose or t.op in ("num", "basis") or _is_name(t):
            return t
        t = self._in_part(t)
        if t not in self._names and place and not _is_name(t):
            name = self._fresh(t)
            self._call(t, name)
            self._made[name] = t
        return self._names.get(t, t)

    def _in_part(self, t: Term) -> Term:
        """Return a sum with the name of a point that is a part of it, as x₁ − ∇f(x₁)."""
        while t.op == "add" and t not in self._names:
            summands = Counter(t.args)
            inside = (pair for pair in self._sums if pair[0] <= summands)
            found = max(inside, key=lambda pair: pair[0].total(), default=None)
            if found is None:
                break
            part, name = found
            rest = list((summands - part).elements())
            t = make("add", (name, *rest), None, t.sort) if rest else name
        return t

    def _fresh(self, t: Term) -> Term:
        """Return a new name for a point, x₁ after x₀ where it starts there."""
        assert self._taken is not None
        start = next((v.data for v in free_variables(t) if v.sort == t.sort), "x")
        found = _LETTERS.match(start)
        letters, number = found.group() if found else "x", 1
        while f"{letters}{number}" in self._taken:
            number += 1
        self._taken.add(f"{letters}{number}")
        return make("var", (), f"{letters}{number}", t.sort)


def _is_name(t: Term) -> bool:
    """Say whether a term is a point that has a name: a variable or a member of a sequence."""
    return t.sort.kind == "Vec" and (t.op == "var" or _is_member(t))


def _is_member(t: Term) -> bool:
    return t.op == "app" and t.args[0].op == "var" and t.args[1].sort == NAT


def _printed(member: Term) -> str:
    """Return the name of a variable that would look as a member of a sequence does."""
    return f"{member.args[0].data}{member.args[1]}"


def is_short(t: Term) -> bool:
    """Say whether a term is short enough to be written out in a sentence."""
    return Shortened([t]).writes_out(t)


def short(t: Term) -> str:
    """Return a term as part of a sentence: as it is, or with names for points and what they are."""
    names = Shortened([t])
    text, where = names.text(t), names.where()
    return f"{text} (where {', '.join(where)})" if where else text


@lru_cache(maxsize=256)
def in_label(t: Term) -> str:
    """Return a term as part of a label: written out, of a long run how it begins.

    Names made up here would stand beside those of the author, and mean something else.
    """
    size = Shortened([t]).size(t)
    if size <= _LABEL:
        return show(t)
    if t.op != "add":
        return f"… ({size} signs)" if size > _LABEL**2 else cut(show(t))
    kept: list[Term] = []
    for part in t.args:
        if len(kept) > 1 or not is_short(part):
            break
        kept.append(part)
    begun = show(make("add", tuple(kept), None, t.sort) if len(kept) > 1 else t.args[0])
    return f"{begun if kept else ''} … ({size} signs)".strip()


def cut(text: str) -> str:
    """Return a text without its middle where it is very long.

    >>> len(cut("x" * 10**6)) < 1_300, cut("x₁ ≤ x₂")
    (True, 'x₁ ≤ x₂')
    """
    if len(text) <= _CHARACTERS:
        return text
    left = len(text) - _CHARACTERS
    return f"{text[: _CHARACTERS - _END]} … ({left} more characters) … {text[-_END:]}"
