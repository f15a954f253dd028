"""Why a rate holds: the inequalities that prove it, their multipliers, the squares left over.

A claim proved by one certificate is explained by that sum, part by part; of any other proof the
transcript says more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced

from plproof.kernel.thm import Thm
from plproof.language.binding import replace
from plproof.language.notation import canonical
from plproof.language.printing import UNICODE, show
from plproof.language.sorts import REAL
from plproof.language.syntax import eq
from plproof.language.terms import Term, free_variables, subterms
from plproof.proof.shortened import Shortened, is_short
from plproof.proof.written import written_out
from plproof.report.certificates import Names, carries, factored
from plproof.report.coefficients import written
from plproof.report.result import Result
from plproof.report.steps import proof_names

_WIDTH = 24
_ROOT_NAMES = ("s", "r", "q", "t")


@dataclass(frozen=True)
class Part:
    """A summand of a certificate: its ``multiplier``, what it multiplies, and what that says.

    ``kind`` is inequality, equation, square or number; ``says`` is "" for a square or number, and
    for a fact without a name, which is written out already.
    """

    multiplier: str
    name: str
    says: str
    kind: str


@dataclass(frozen=True)
class Explanation:
    """Why a claim holds; ``worst`` describes the worst case, "" when none is known.

    ``parts`` is empty when the claim is not proved by a single sum; ``equations`` say what
    its points and roots are.
    """

    name: str
    title: str
    claim: str
    parts: tuple[Part, ...]
    equations: tuple[str, ...]
    worst: str = ""

    def lines(self) -> Iterator[str]:
        """Yield the explanation, line by line."""
        yield f"{self.name}: {self.title}"
        if self.parts:
            yield from self.sum_lines()
        else:
            yield f"  proved in several steps: plproof show {self.name}"
        yield from self.notes()

    def sum_lines(self) -> Iterator[str]:
        """Yield the claim and the sum that it comes from, of which there are parts."""
        yield f"  {self.claim}"
        yield "  the right side minus the left is the sum of"
        width = min(_WIDTH, max(len(part.multiplier) for part in self.parts))
        for part in self.parts:
            says = f":  {part.says}" if part.says else ""
            sign = "·" if part.multiplier and part.name else " "
            yield f"    {part.multiplier:>{width}} {sign} {part.name}{says}".rstrip()
        if not any(part.kind == "square" for part in self.parts):
            yield "  no square is left over"

    def notes(self) -> Iterator[str]:
        """Yield what names stand for, and the worst case."""
        for equation in self.equations:
            yield f"  where {equation}"
        if self.worst:
            yield "  worst case:"
            yield from (f"    {line}" for line in self.worst.split("\n"))


def explained(result: Result, worst: str = "") -> Explanation:
    """Return the explanation of a result that has a replayed proof."""
    assert result.replayed is not None and result.statement is not None
    stated = [h for _, h in result.statement.hypotheses]
    points = [h for h in stated if _names_a_point(h)]

    def short(t: Term) -> Term:
        """Write points by their names: x₁ for x₀ − γ·∇f(x₀)."""
        written = t
        for equation in points:
            t = replace(t, equation.args[1], equation.args[0])
        trivial = t.op == "eq" and t.args[0] == t.args[1]  # as of ⟨v, x₁⟩ = ⟨v, x₀ − γ·∇f(x₁)⟩
        return written if trivial else t

    thm = result.replayed.theorem
    top = _certificate(thm)
    equations = {show(h): None for h in points}
    run = None if top is None else _Run.of(top, stated)
    names = proof_names(result).shortened(short if run is None else run.short(short))
    parts = () if top is None else tuple(_parts(top, names, equations))
    if run is not None:
        equations |= dict.fromkeys(run.where())
    claim = show(result.statement.claim)
    used = tuple(equations) if parts else ()
    taken = {str(v) for v in result.statement.variables()}
    parts, used = _with_names(parts, used, _roots(top), taken)
    return Explanation(result.name, result.title, claim, parts, used, worst)


class _Run:
    """The points of a long run by name: members of sequences where those are, else new names."""

    def __init__(self, terms: Sequence[Term], equations: Sequence[Term]) -> None:
        self._names = Shortened(terms, equations)
        self._equations = equations
        self._used: list[Term] = []
        self._met: set[Term] = set()

    @classmethod
    def of(cls, thm: Thm, author: Sequence[Term]) -> _Run | None:
        """Return the run that a certificate is about, None where its points are short.

        Names in the ``author``'s terms are not given to other points.
        """
        facts = [premise.conclusion for premise in thm.premises]
        if all(map(is_short, facts)):
            return None
        return cls([*facts, thm.conclusion, *author], _definitions(thm))

    def short(self, first: Callable[[Term], Term]) -> Callable[[Term], Term]:
        """Return what writes a term with names, after those that ``first`` gives."""

        def named(t: Term) -> Term:
            written = self._names.folded(first(t))
            self._use(written)
            return written

        return named

    def _use(self, written: Term) -> None:
        """Note the equations that a term's names come from, each after those that it needs."""
        inside = set(subterms(written))
        for e in self._equations:
            if e.args[0] in inside and e not in self._met:
                self._met.add(e)
                self._use(e.args[1])
                self._used.append(e)

    def where(self) -> list[str]:
        """Return what the names that were used stand for."""
        return [*(show(_without_zeros(e)) for e in self._used), *self._names.where()]


def _definitions(thm: Thm) -> list[Term]:
    """Return the equations that points of a proof were written out by, as x₁ = x₀ − ∇f(x₀)."""
    found: dict[Term, None] = {}
    seen: set[int] = set()
    waiting = [thm]
    while waiting:
        here = waiting.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        e = here.premises[0].conclusion if here.rule == "rewrite" else None
        if e is not None and e.op == "eq" and e.args[0].sort.kind == "Vec":
            found.setdefault(e)
        waiting += here.premises
    named = [e for e in found if e.args[0].op in ("var", "app")]
    return sorted(named, key=lambda e: (len(show(e.args[0])), show(e.args[0])))


def _without_zeros(equation: Term) -> Term:
    """Return an equation without summands that are 0 times a vector, as 0/3·(x₁ − x₀)."""
    left, right = equation.args
    if right.op != "add":
        return equation
    kept = [t for t in right.args if not _is_nothing(t)]
    if not kept or len(kept) == len(right.args):
        return equation
    total = kept[0]
    for t in kept[1:]:
        total = total - t.args[0] if t.op == "neg" else total + t
    return eq(left, total)


def _is_nothing(t: Term) -> bool:
    inner = t.args[0] if t.op == "neg" else t
    if inner.op != "smul":
        return False
    c = inner.args[0]
    while c.op in ("div", "real", "neg"):
        c = c.args[0]
    return c.op == "num" and c.data == 0


def _roots(thm: Thm | None) -> list[Term]:
    """Return the roots of parameters that equations of a certificate are about."""
    if thm is None:
        return []
    found = {}
    for summand in thm.data["summands"]:
        for place in summand.premises:
            premise = thm.premises[place]
            if _defines_a_root(premise) and free_variables(premise.conclusion):
                found[show(premise.conclusion)] = premise.conclusion
    return list(found.values())


def _with_names(
    parts: tuple[Part, ...], equations: tuple[str, ...], roots: Sequence[Term], taken: set[str]
) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """Return parts and equations with names for roots of parameters, which are long."""
    free = (name for name in _ROOT_NAMES if name not in taken)
    for conclusion, name in zip(roots, free, strict=False):
        root = next(t for t in subterms(conclusion) if t.op == "sqrt")
        long = show(root)
        parts = tuple(
            replaced(part, multiplier=part.multiplier.replace(long, name),
                     name=part.name.replace(long, name))
            for part in parts
        )  # fmt: skip
        said = show(conclusion)
        equations = tuple(f"{name} = {long}" if e == said else e for e in equations)
    return parts, equations


def _names_a_point(h: Term) -> bool:
    return h.op == "eq" and h.args[0].sort.kind == "Vec" and h.args[0].op == "var"


def _certificate(thm: Thm) -> Thm | None:
    """Return the sum that a theorem comes from by rewriting and rearranging alone, or None."""
    while True:
        if thm.rule == "rewrite":
            thm = thm.premises[1]
        elif carries(thm):
            thm = thm.premises[0]
        elif thm.rule == "modus_ponens" and thm.premises[0].rule == "discharge":
            thm = thm.premises[0].premises[0]
        elif thm.rule == "gram":
            return written_out(thm)
        elif thm.rule == "combine":
            summands = thm.data["summands"]
            single = len(summands) == 1 and summands[0].premises and not summands[0].squares
            inner = thm.premises[summands[0].premises[0]] if single else None
            if inner is None or inner.rule not in ("combine", "gram", "rewrite"):
                return thm
            thm = inner
        else:
            return None


def _defines_a_root(thm: Thm) -> bool:
    """Say whether a theorem is √q·√q = q for a number q, or one that parameters give."""
    while thm.rule in ("conjunct", "modus_ponens"):
        thm = thm.premises[0]
    if thm.rule != "square_root":
        return False
    return all(v.sort == REAL for v in free_variables(thm.data["term"]))


def _parts(thm: Thm, names: Names, equations: dict[str, None]) -> Iterator[Part]:
    for summand in thm.data["summands"]:
        coefficient, factors = factored(thm, summand, names, UNICODE)
        roots = [f for _, f in factors if f is not None and _defines_a_root(f)]
        if roots:  # a multiple of s·s = q: arithmetic, for the reader
            equations[show(roots[0].conclusion)] = None
            continue
        negative, text = written(coefficient, [], UNICODE)
        if not factors and not summand.premises:
            yield Part(f"−{text}" if negative else text, "", "", "number")
            continue
        multiplier = f"−{text}" if negative else "" if text == "1" else text
        facts = [premise for _, premise in factors if premise is not None]
        named = [names.find(premise) for premise in facts]
        said = [f.conclusion for f, n in zip(facts, named, strict=True) if n]
        said = [c for c in said if show(c) not in equations]  # "where" says what points are
        says = "; ".join(show(names.short(c)) for c in said)
        equation = any(canonical(f.conclusion).op == "eq" for f in facts)
        kind = "equation" if equation else "inequality" if facts else "square"
        yield Part(multiplier, "·".join(text for text, _ in factors), says, kind)
