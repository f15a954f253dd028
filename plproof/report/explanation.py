"""Why a claim holds: the inequalities that prove it, their multipliers, the squares left over.

A claim is explained by the sum of what its right side exceeds its left by: of the claim itself, of
the comparisons that it follows from, and of steps without a name that stand in that sum.  Of any
other proof the transcript says more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from dataclasses import replace as replaced

from plproof.kernel.normal import KernelError, NormalForm, Poly
from plproof.kernel.thm import Thm
from plproof.language.binding import replace
from plproof.language.notation import canonical
from plproof.language.printing import UNICODE, show
from plproof.language.sorts import NAT, REAL
from plproof.language.syntax import eq
from plproof.language.terms import Term, free_variables, subterms
from plproof.proof.shortened import Shortened, is_short
from plproof.report.certificates import Names, factored, slack_of
from plproof.report.coefficients import written
from plproof.report.result import Result
from plproof.report.steps import proof_names
from plproof.report.sums import Certificate, certificates, is_root

_WIDTH = 24
_ROOT_NAMES = ("s", "r", "q", "t")


@dataclass(frozen=True)
class Part:
    """A summand of a certificate: its ``multiplier``, what it multiplies, and what that says.

    ``kind`` is inequality, equation, square, number or root; ``says`` is "" for a square or number,
    and for a fact without a name, which is written out already.  ``term`` is the summand as a term.
    A root is a multiple of √t·√t = t, arithmetic for a reader, and not shown.
    """

    multiplier: str
    name: str
    says: str
    kind: str
    term: Term | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Sum:
    """What the right side of a comparison exceeds its left side by, as a sum of ``parts``.

    ``says`` is the comparison, "" for the claim itself, and ``lead`` how it comes in.  ``slack`` is
    right − left, which is the sum of the terms of the parts once ``equations`` are used, from the
    left to the right, in all of them.
    """

    says: str
    parts: tuple[Part, ...]
    lead: str = ""
    slack: Term | None = field(default=None, compare=False, repr=False)
    equations: tuple[Term, ...] = field(default=(), compare=False, repr=False)

    def lines(self) -> Iterator[str]:
        """Yield the sum, line by line."""
        if self.says:
            yield f"  {self.lead}{self.says}" + ("" if self.lead.endswith(": ") else ", where")
        parts = [part for part in self.parts if part.kind != "root"]
        if not parts:
            yield "  the right side and the left are the same"
            return
        yield "  the right side minus the left is the sum of"
        width = min(_WIDTH, max(len(part.multiplier) for part in parts))
        for part in parts:
            says = f":  {part.says}" if part.says else ""
            sign = "·" if part.multiplier and part.name else " "
            yield f"    {part.multiplier:>{width}} {sign} {part.name}{says}".rstrip()
        kinds = {part.kind for part in parts}
        if "square" not in kinds and kinds != {"equation"}:
            yield "  no square is left over"


@dataclass(frozen=True)
class Explanation:
    """Why a claim holds; ``worst`` describes the worst case, "" when none is known.

    ``sums`` is empty when the claim is not proved by sums of this kind, ``more`` names steps that
    they use and that are not among them; ``equations`` say what points and roots are.
    """

    name: str
    title: str
    claim: str
    sums: tuple[Sum, ...]
    equations: tuple[str, ...]
    worst: str = ""
    more: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """The summands that are shown, of all sums."""
        return tuple(part for s in self.sums for part in s.parts if part.kind != "root")

    def lines(self) -> Iterator[str]:
        """Yield the explanation, line by line."""
        yield f"{self.name}: {self.title}"
        if self.sums:
            yield from self.sum_lines()
            if self.more:
                yield f"  {', '.join(self.more)}: plproof show {self.name}"
        else:
            yield f"  proved in several steps: plproof show {self.name}"
        yield from self.notes()

    def sum_lines(self) -> Iterator[str]:
        """Yield the claim and the sums that it comes from, of which there are some."""
        yield f"  {self.claim}"
        for s in self.sums:
            yield from s.lines()

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
    names = proof_names(result)
    found, left = certificates(result.replayed.theorem, names)
    tops = [c.top for c in found]
    points = [h for h in stated if _names_a_point(h) and h.args[0].op == "var"]

    def short(t: Term) -> Term:
        """Write points by their names: x₁ for x₀ − γ·∇f(x₀)."""
        written = t
        for _ in points:  # a point is written with others, of which each has a name too
            before = t
            for equation in points:
                t = replace(t, equation.args[1], equation.args[0])
            if t == before:
                break
        trivial = t.op == "eq" and t.args[0] == t.args[1]  # as of ⟨v, x₁⟩ = ⟨v, x₀ − γ·∇f(x₁)⟩
        return written if trivial else t

    used = dict.fromkeys(e for c in found for e in c.equations)
    run = _Run.of(tops, used, stated)
    more = [e for e in used if short(e.args[1]) != e.args[0]]
    if run is None:  # else the run says what its points are
        points += [e for e in more if _names_a_point(e) and e not in points]
    said = [*points, *(e for e in more if not _names_a_point(e))]
    equations = {show(e): None for e in _each_once(said)} if found else {}
    names = names.shortened(short if run is None else run.short(short))
    sums = tuple(_sum(c, names, equations) for c in found)
    if run is not None:
        for c in found:
            run.use(c.goal)
        equations |= dict.fromkeys(run.where())
    taken = {str(v) for v in result.statement.variables()}
    sums, where = _with_names(sums, tuple(equations), _roots(tops), taken)
    claim = show(result.statement.claim)
    return Explanation(result.name, result.title, claim, sums, where, worst, left)


class _Run:
    """The points of a long run by name: members of sequences where those are, else new names."""

    def __init__(self, terms: Sequence[Term], equations: Sequence[Term]) -> None:
        self._names = Shortened(terms, equations)
        self._equations = equations
        self._used: list[Term] = []
        self._met: set[Term] = set()

    @classmethod
    def of(
        cls, sums: Sequence[Thm], equations: Iterable[Term], author: Sequence[Term]
    ) -> _Run | None:
        """Return the run that certificates are about, None where its points are short.

        The ``equations`` too say what points are, where the proofs do not.  Names in the
        ``author``'s terms are not given to other points.
        """
        facts = [premise.conclusion for thm in sums for premise in thm.premises]
        if all(map(is_short, facts)):
            return None
        concluded = [thm.conclusion for thm in sums]
        defined = _definitions(sums)
        known = {e.args[0] for e in defined}
        defined += [e for e in equations if _names_a_point(e) and e.args[0] not in known]
        return cls([*facts, *concluded, *author], defined)

    def short(self, first: Callable[[Term], Term]) -> Callable[[Term], Term]:
        """Return what writes a term with names, after those that ``first`` gives."""

        def named(t: Term) -> Term:
            written = self._names.folded(first(t))
            self.use(written)
            return written

        return named

    def use(self, written: Term) -> None:
        """Note the equations that a term's names come from, each after those that it needs."""
        inside = set(subterms(written))
        for e in self._equations:
            if e.args[0] in inside and e not in self._met:
                self._met.add(e)
                self.use(e.args[1])
                self._used.append(e)

    def where(self) -> list[str]:
        """Return what the names that were used stand for."""
        return [*(show(_without_zeros(e)) for e in self._used), *self._names.where()]


def _definitions(sums: Sequence[Thm]) -> list[Term]:
    """Return the equations that points of proofs were written out by, as x₁ = x₀ − ∇f(x₀)."""
    found: dict[Term, None] = {}
    seen: set[int] = set()
    waiting = list(sums)
    while waiting:
        here = waiting.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        if here.rule == "rewrite":
            e = _as_it_was_said(here.premises[0])
            if e.op == "eq" and e.args[0].sort.kind == "Vec":
                found.setdefault(e)
        waiting += here.premises
    named = [e for e in found if e.args[0].op in ("var", "app")]
    return sorted(named, key=lambda e: (len(show(e.args[0])), show(e.args[0])))


def _as_it_was_said(equation: Thm) -> Term:
    """Return x₂ = x₁ − ∇f(x₁) where that was rewritten to x₂ = x₀ − ∇f(x₀) − ∇f(x₀ − ∇f(x₀))."""
    said = equation
    while said.rule == "rewrite":
        said = said.premises[1]
    e, now = said.conclusion, equation.conclusion
    return e if e.op == "eq" and e.args[0] == now.args[0] else now


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


def _roots(sums: Sequence[Thm]) -> list[Term]:
    """Return the roots of parameters that equations of certificates are about."""
    found = {}
    for thm in sums:
        for place in (i for summand in thm.data["summands"] for i in summand.premises):
            premise = thm.premises[place]
            if _defines_a_root(premise) and free_variables(premise.conclusion):
                found[show(premise.conclusion)] = premise.conclusion
    return list(found.values())


def _with_names(
    sums: tuple[Sum, ...], equations: tuple[str, ...], roots: Sequence[Term], taken: set[str]
) -> tuple[tuple[Sum, ...], tuple[str, ...]]:
    """Return sums and equations with names for roots of parameters, which are long."""
    free = (name for name in _ROOT_NAMES if name not in taken)
    for conclusion, name in zip(roots, free, strict=False):
        root = next(t for t in subterms(conclusion) if t.op == "sqrt")
        long = show(root)
        sums = tuple(
            replaced(s, parts=tuple(
                replaced(part, multiplier=part.multiplier.replace(long, name),
                         name=part.name.replace(long, name))
                for part in s.parts
            ))
            for s in sums
        )  # fmt: skip
        said = show(conclusion)
        equations = tuple(f"{name} = {long}" if e == said else e for e in equations)
    return sums, equations


def _names_a_point(h: Term) -> bool:
    """Say whether a hypothesis says what a point is: a variable, or a member of a sequence."""
    if h.op != "eq" or h.args[0].sort.kind != "Vec":
        return False
    point, value = h.args
    member = point.op == "app" and point.args[0].op == "var" and point.args[1].sort == NAT
    return (point.op == "var" or member) and value.op != "num"


def _each_once(equations: Sequence[Term]) -> Iterator[Term]:
    """Yield equations without those that only say of another what it says."""
    said: list[dict[int, Poly]] = []
    form = NormalForm()
    for e in equations:
        ways: list[dict[int, Poly]] = []
        if e.args[0].sort.kind in ("Real", "Vec"):
            with suppress(KernelError):
                ways = [form.difference(*e.args), form.difference(*e.args[::-1])]
        if not any(way in said for way in ways):
            yield e
        said += ways[:1]


def _defines_a_root(thm: Thm) -> bool:
    """Say whether a theorem is √q·√q = q for a number q, or one that parameters give."""
    if not is_root(thm):
        return False
    return all(v.sort == REAL for v in free_variables(thm.conclusion))


def _sum(c: Certificate, names: Names, equations: dict[str, None]) -> Sum:
    parts = tuple(_parts(c.top, c.names(names), equations))
    says = "" if c.says is None else show(c.says)
    return Sum(says, parts, c.lead, slack_of(c.goal), c.equations)


def _parts(thm: Thm, names: Names, equations: dict[str, None]) -> Iterator[Part]:
    for summand in thm.data["summands"]:
        coefficient, factors = factored(thm, summand, names, UNICODE)
        term = coefficient.times([value for _, _, value in factors])
        roots = [f for _, f, _ in factors if f is not None and _defines_a_root(f)]
        if roots:  # a multiple of s·s = q
            equations[show(roots[0].conclusion)] = None
            yield Part("", "", "", "root", term)
            continue
        negative, text = written(coefficient, [], UNICODE)
        if not factors and not summand.premises:
            yield Part(f"−{text}" if negative else text, "", "", "number", term)
            continue
        multiplier = f"−{text}" if negative else "" if text == "1" else text
        facts = [fact for _, fact, _ in factors if fact is not None]
        named = [names.find(fact) for fact in facts]
        said = [f.conclusion for f, n in zip(facts, named, strict=True) if n]
        said = [c for c in said if show(c) not in equations]  # "where" says what points are
        says = "; ".join(show(names.short(c)) for c in said)
        equation = any(canonical(f.conclusion).op == "eq" for f in facts)
        kind = "equation" if equation else "inequality" if facts else "square"
        yield Part(multiplier, "·".join(text for text, _, _ in factors), says, kind, term)
