"""Methods as a statement gives them: the hypotheses that say where members of sequences are.

Read are equations, as x_{k+1} = x_k − η∇f(x_k), for all k or for one member, of sequences and of
single points; and minimisations, as “y minimises f + ‖· − x‖²/(2γ)” or “y is the best point
x − t∇f(x)”, whatever the definitions that stand for them are called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from plproof.laboratory.certify import FUNCTION_CLASSES, conjuncts
from plproof.language.binding import fresh_variable, open_binder, replace
from plproof.language.definitions import unfold_all
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import Term, free_variables, subterms

Atom: TypeAlias = tuple[Term, Term | None]
"""Something that is said, and the natural number for all values of which it is said."""


@dataclass(frozen=True)
class Rule:
    """Where a point, or the member k + ``offset`` of a sequence, is.

    ``target``, the variable; ``index``, the k for all values of which the rule holds, None for a
    rule about the one member ``offset``, or about a point (offset 0); ``place``, the term that
    gives it.  With a ``chosen`` variable, real or a vector, the place depends on it, and it
    minimises the ``objective``.
    """

    target: Term
    index: Term | None
    offset: int
    place: Term
    chosen: Term | None = None
    objective: Term | None = None


@dataclass(frozen=True)
class Method:
    """The rules by target, and the ``rest``: hypotheses, or parts of them, that are no rules."""

    rules: Mapping[Term, tuple[Rule, ...]]
    rest: tuple[Term, ...]

    @classmethod
    def of(cls, hypotheses: Iterable[Term]) -> Method:
        """Read the hypotheses; no member of a sequence is given by two rules."""
        rules: dict[Term, list[Rule]] = {}
        rest: list[Term] = []
        given = list(dict.fromkeys(part for h in hypotheses for part in conjuncts(h)))
        used = list(free_variables(given))
        said: list[tuple[Term, list[Atom]]] = []
        for part in given:
            if part.op == "def" and part.data in FUNCTION_CLASSES:
                rest.append(part)  # “x* minimises f” says what f is, and nothing of a method
            else:
                said.append((part, list(_atoms(unfold_all(part), None, used))))
        lines = [a for _, atoms in said for a in atoms if _is_line(a)]
        taken: list[Atom] = []
        for part, atoms in said:
            before = [rule for found in rules.values() for rule in found]
            read = _read([a for a in atoms if a not in lines], lines, taken, used, before)
            if read is None:
                rest.append(part)
                continue
            for rule in read:
                rules.setdefault(rule.target, []).append(rule)
        rest += [p for p, atoms in said if any(a in lines and a not in taken for a in atoms)]
        return cls({v: tuple(r) for v, r in rules.items()}, tuple(dict.fromkeys(rest)))

    def rule(self, target: Term, member: int = 0) -> Rule | None:
        """Return the rule for a point or a member of a sequence, None for what is free."""
        found = self.rules.get(target, ())
        for rule in found:
            if rule.index is None and rule.offset == member:
                return rule
        for rule in found:
            if rule.index is not None and rule.offset <= member:
                return rule
        return None

    def starts(self, sequence: Term) -> list[int] | None:
        """Return the free members of a sequence; None where infinitely many are free."""
        general = [r.offset for r in self.rules.get(sequence, ()) if r.index is not None]
        if not general:
            return None
        return [i for i in range(min(general)) if self.rule(sequence, i) is None]

    def implicit(self) -> bool:
        """Say whether any rule is a minimisation."""
        return any(r.chosen is not None for rules in self.rules.values() for r in rules)


def _overlap(one: Rule, other: Rule) -> bool:
    """Say whether two rules give the same member of a sequence, or the same point."""
    if one.target != other.target:
        return False
    if one.index is None and other.index is None:
        return one.offset == other.offset
    if one.index is not None and other.index is not None:
        return True
    single, general = (one, other) if one.index is None else (other, one)
    return single.offset >= general.offset


def _atoms(p: Term, index: Term | None, used: list[Term]) -> Iterator[Atom]:
    """Yield what a hypothesis says, with the natural number for all values of which it says it.

    What is said under a condition on numbers is read as said without: a run for which it holds
    always satisfies the hypothesis.
    """
    if p.op == "and":
        for arg in p.args:
            yield from _atoms(arg, index, used)
    elif p.op == "all" and p.data.sort == NAT and index is None:
        k = fresh_variable(p.data.name, NAT, used)
        used.append(k)
        yield from _atoms(open_binder(p, k), k, used)
    elif p.op == "imp" and all(v.sort in (NAT, REAL) for v in free_variables(p.args[0])):
        yield from _atoms(p.args[1], index, used)
    else:
        yield p, index


def _is_line(atom: Atom) -> bool:
    """Say whether something is said to be on a line: “there is γ with y = x − γ∇f(x)”."""
    return atom[0].op == "ex" and atom[0].data.sort == REAL and atom[0].args[0].op == "eq"


def _read(
    atoms: list[Atom],
    lines: list[Atom],
    taken: list[Atom],
    used: list[Term],
    before: list[Rule],
) -> list[Rule] | None:
    """Return the rules that the atoms of a hypothesis are, None where one of them is no rule.

    Nor may it give what the rules ``before`` it give.  The lines on which something is minimised
    are added to those ``taken``.
    """
    rules: list[Rule] = []
    for atom, index in atoms:
        rule = None
        if atom.op == "eq":
            rule = _equation(atom, index, [*before, *rules])
        elif atom.op == "all":
            rule = _minimisation(atom, index, lines, taken, used)
        if rule is None or any(_overlap(rule, other) for other in (*before, *rules)):
            return None
        rules.append(rule)
    return rules


def _equation(p: Term, index: Term | None, before: list[Rule]) -> Rule | None:
    choices = []
    for place, (side, other) in enumerate((p.args, p.args[::-1])):
        member = _member(side, index)
        if member is None or any(t == side for t in subterms(other)):
            continue
        rule = _rule(*member, index, other)
        if rule is not None and not any(_overlap(rule, r) for r in before):
            choices.append((-member[1], place, rule))
    return min(choices, key=lambda c: c[:2])[2] if choices else None


def _rule(target: Term, offset: int, index: Term | None, place: Term, *chosen: Term) -> Rule | None:
    """Return the rule; None for a point that would be another one for every k."""
    counted = target.sort.kind == "Fun"
    if not counted and index is not None and index in free_variables([place, *chosen]):
        return None
    return Rule(target, index if counted else None, offset, place, *chosen)


def _member(t: Term, index: Term | None) -> tuple[Term, int] | None:
    """Return (variable, offset) where a term is a point or a member of a sequence."""
    if t.op == "var" and t.sort.kind == "Vec":
        return t, 0
    if t.op != "app" or t.args[0].op != "var" or t.args[0].sort.parts[0] != NAT:
        return None
    sequence, at = t.args
    if sequence.sort.parts[1] != REAL and sequence.sort.parts[1].kind != "Vec":
        return None
    if at.op == "num":
        return (sequence, int(at.data)) if index is None else None
    if at == index:
        return sequence, 0
    if at.op == "add" and index is not None:
        numbers = [a for a in at.args if a.op == "num"]
        if at.args.count(index) == 1 and len(numbers) == len(at.args) - 1:
            return sequence, sum(int(a.data) for a in numbers)
    return None


def _minimisation(
    p: Term, index: Term | None, lines: list[Atom], taken: list[Atom], used: list[Term]
) -> Rule | None:
    """Read “for all v: Φ(y) ≤ Φ(v)”, and “for all t: Φ(y) ≤ Φ(e(t))” beside “y = e(γ) for a γ”."""
    chosen = fresh_variable(p.data.name, p.data.sort, used)
    used.append(chosen)
    body = open_binder(p, chosen)
    if body.op not in ("le", "ge"):
        return None
    small, large = body.args if body.op == "le" else body.args[::-1]
    places: list[tuple[Term, Term, list[Atom]]] = []
    if chosen.sort.kind == "Vec":
        places = [(t, chosen, []) for t in subterms(small) if t.sort == chosen.sort]
    elif chosen.sort == REAL:
        own = [line for line in lines if line[1] is index]
        places = [(*pair, [line]) for line in own for pair in _on_line(line[0], chosen)]
    for target, place, on in places:
        member = None if target.loose else _member(target, index)
        if member is None or replace(small, target, place) != large:
            continue
        if target not in subterms(place):
            taken += on
            return _rule(*member, index, place, chosen, large)
    return None


def _on_line(line: Term, chosen: Term) -> list[tuple[Term, Term]]:
    body = open_binder(line, chosen)
    if body.op != "eq":
        return []
    return [(a, b) for a, b in (body.args, body.args[::-1]) if chosen not in free_variables(a)]


__all__ = ["Method", "Rule"]
