"""Methods as a statement gives them: the hypotheses that say where members of sequences are.

Read are equations, as x_{k+1} = x_k − η∇f(x_k), for all k or for one member, of sequences and of
single points, also those that have to be solved, as x_{k+1} = x_k − η∇f(x_{k+1}); minimisations, as
“y minimises f + ‖· − x‖²/(2γ)” or “y is the best point x − t∇f(x)”, whatever the definitions that
stand for them are called; and line searches that are said by ⟨∇f(y), ∇f(x)⟩ = 0.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from plproof.laboratory.modelling.atoms import Atom, atoms_of, fails, is_line
from plproof.laboratory.modelling.certify import FUNCTION_CLASSES
from plproof.laboratory.modelling.stationarity import direction, potential, summands
from plproof.language.binding import fresh_variable, open_binder, replace
from plproof.language.definitions import unfold_all
from plproof.language.propositions import conjuncts
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import Term, free_variables, make, subterms

Member: TypeAlias = tuple[Term, int]
"""A member of a sequence; of a point or a number, with number 0, that itself."""


_PASSES = 3


@dataclass(frozen=True)
class Rule:
    """Where a point, or the member k + ``offset`` of a sequence, is.

    ``target``, the variable; ``index``, the k for all values of which the rule holds, None for a
    rule about the one member ``offset``, or about a point or a number (offset 0); ``place``, the
    term that gives it.  With a ``chosen`` variable, real or a vector, the place depends on it, and
    it minimises the ``objective``; where only ``critical``, said is that the gradient of the
    objective is 0 there.  Nothing is known where one of ``divisors`` is 0.  ``guards`` are the
    conditions on k under which it is said.
    """

    target: Term
    index: Term | None
    offset: int
    place: Term
    chosen: Term | None = None
    objective: Term | None = None
    critical: bool = False
    divisors: tuple[Term, ...] = ()
    guards: tuple[Term, ...] = ()

    def spares(self, member: int) -> bool:
        """Say whether a rule for all k certainly says nothing of a member, by its guards."""
        k = member - self.offset
        return self.index is not None and (
            k < 0 or any(fails(g, self.index, k) for g in self.guards)
        )


@dataclass(frozen=True)
class Method:
    """The rules by target, and the ``rest``: hypotheses, or parts of them, that are no rules.

    ``said``: for each of the others, the rules that make it hold.
    """

    rules: Mapping[Term, tuple[Rule, ...]]
    rest: tuple[Term, ...]
    said: Mapping[Term, tuple[Rule, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        hypotheses: Iterable[Term],
        before: Iterable[Rule] = (),
        fixed: Iterable[Term] = (),
    ) -> Method:
        """Read the hypotheses; no member of a sequence is given by two rules.

        Rules known ``before`` are not given again, and the variables ``fixed`` not at all.
        """
        rules: dict[Term, list[Rule]] = {}
        rest: list[Term] = []
        given = list(dict.fromkeys(part for h in hypotheses for part in conjuncts(h)))
        used = list(free_variables(given))
        indices: list[Term] = []
        fixed = frozenset(fixed)
        said: list[tuple[Term, list[Atom]]] = []
        for part in given:
            if part.op == "def" and part.data in FUNCTION_CLASSES and part.args[0].op == "var":
                rest.append(part)  # “x* minimises f” says what f is, and nothing of a method
            else:
                said.append((part, list(atoms_of(unfold_all(part), None, used, indices))))
        # first what is said for all k: what is said of one member may be a condition besides
        said.sort(key=lambda s: all(a[1] is None for a in s[1]))
        lines = [a for _, atoms in said for a in atoms if is_line(a)]
        reader = _Reader(lines, used, list(before), fixed)
        read: dict[Term, tuple[Rule, ...]] = {}
        for turn in range(_PASSES):  # what is said of a step may stand before the step itself
            reader.invents = turn == _PASSES - 1
            for part, atoms in said:
                if part not in read:
                    found = reader.read([a for a in atoms if a not in lines])
                    if found is not None:
                        read[part] = found
        for part, atoms in said:
            open_line = any(a in lines and a not in reader.taken for a in atoms)
            if part not in read or open_line:
                rest.append(part)
            for rule in read.get(part, ()):
                rules.setdefault(rule.target, []).append(rule)
        for target in rules:
            rules[target] = list(dict.fromkeys(rules[target]))
        known = {p: r for p, r in read.items() if p not in rest}
        return cls({v: tuple(r) for v, r in rules.items()}, tuple(dict.fromkeys(rest)), known)

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
    return not general.spares(single.offset)


class _Reader:
    """Reads atoms as rules, with the rules found so far in ``before`` and the lines ``taken``.

    Nothing is said of what is ``fixed``.  A line that no hypothesis gives is taken where it
    ``invents``.
    """

    def __init__(
        self, lines: list[Atom], used: list[Term], before: list[Rule], fixed: frozenset[Term]
    ) -> None:
        self.lines, self.used, self.before, self.fixed = lines, used, before, fixed
        self.taken: list[Atom] = []
        self.invents = False
        self._given = [Rule(v, None, 0, v) for v in fixed if v.sort.kind != "Fun"]

    def read(self, atoms: list[Atom]) -> tuple[Rule, ...] | None:
        """Return the rules that the atoms of a hypothesis are, None where one of them is no rule.

        Nor may it give what the rules before it give.
        """
        rules: list[Rule] = []
        taken = list(self.taken)
        for atom, index, guards in sorted(atoms, key=lambda a: _orthogonal(a[0]) is not None):
            known = [*self.before, *rules, *self._given]
            rule = None
            if atom.op == "eq" and _orthogonal(atom) is not None:
                rule = self._line_search(atom, index, known)
                if rule in known:  # said twice, of one step
                    rules.append(rule)
                    continue
            elif atom.op == "eq":
                rule = _equation(atom, index, known, self.used)
            elif atom.op == "all":
                rule = self._minimisation(atom, index, known)
            if rule is not None and rule.index is not None and rule not in known:
                rule = dataclasses.replace(rule, guards=guards)
            if (
                rule is None
                or (rule.target in self.fixed and rule.target.sort.kind == "Fun")
                or any(_overlap(rule, other) for other in known)
                or _circular(rule, known)
            ):
                self.taken = taken
                return None
            rules.append(rule)
        self.before += [rule for rule in rules if rule not in self.before]
        return tuple(rules)

    def _minimisation(self, p: Term, index: Term | None, known: list[Rule]) -> Rule | None:
        """Read “for all v: Φ(y) ≤ Φ(v)”, and “for all t: Φ(y) ≤ Φ(e(t))” beside “y = e(γ)”.

        That is said of some γ, or of a number γ that no other rule gives.
        """
        chosen = fresh_variable(p.data.name, p.data.sort, self.used)
        body = open_binder(p, chosen)
        if body.op not in ("le", "ge"):
            return None
        small, large = body.args if body.op == "le" else body.args[::-1]
        if chosen.sort.kind == "Vec":
            for target in [t for t in subterms(small) if t.sort == chosen.sort]:
                member = None if target.loose else _member(target, index)
                if member is not None and replace(small, target, chosen) == large:
                    self.used.append(chosen)
                    return _rule(*member, index, chosen, chosen, large)
        if chosen.sort != REAL:
            return None
        for line in [line for line in self.lines if line[1] is index]:
            for target, place in _on_line(line[0], chosen):
                member = None if target.loose else _member(target, index)
                if member is None or replace(small, target, place) != large:
                    continue
                if target not in subterms(place):
                    self.taken.append(line)
                    self.used.append(chosen)
                    return _rule(*member, index, place, chosen, large)
        for y, place, number in _steps(known, index):
            if replace(small, y, replace(place, number, chosen)) == large:
                self.used.append(chosen)
                return _length(number, index, chosen, large, False)
        return None

    def _line_search(self, p: Term, index: Term | None, known: list[Rule]) -> Rule | None:
        """Read “⟨∇f(y), d⟩ = 0” where y is on a line of direction d.

        The line may be given, by a rule or by “there is γ”.  Without one, y is taken on the line
        from x along d = ∇f(x).
        """
        found = _orthogonal(p)
        assert found is not None
        for slope, d in (found, found[::-1]):
            if slope.op != "grad" or slope.args[0].op != "var":
                continue
            y, value = slope.args[1], slope.args[0](slope.args[1])
            member = None if y.loose else _member(y, index)
            if member is None:
                continue
            chosen = fresh_variable("t", REAL, self.used)
            for target, place, number in _steps(known, index):
                on = replace(place, number, chosen)
                factor = _along(on, chosen, d, y) if target == y else None
                if factor is not None:
                    counted = _member(number, index)
                    again = [r for r in known if counted and r.target == counted[0]]
                    if again:
                        return again[0] if again[0].critical else None
                    self.used.append(chosen)
                    return _length(number, index, chosen, slope.args[0](on), True, (factor,))
            own = [r for r in known if (r.target, r.offset) == member and r.critical]
            if own and (t := own[0].chosen) is not None and t.sort == REAL:
                factor = _along(own[0].place, t, d, y)
                return own[0] if factor is not None and factor in own[0].divisors else None
            if any((r.target, r.offset) == member for r in known):
                continue
            for line in [line for line in self.lines if line[1] is index]:
                for target, place in _on_line(line[0], chosen):
                    factor = _along(place, chosen, d, y) if target == y else None
                    if factor is not None:
                        self.taken.append(line)
                        self.used.append(chosen)
                        on = replace(value, y, place)
                        return _rule(*member, index, place, chosen, on, True, (factor,))
            if (
                self.invents
                and d.op == "grad"
                and d.args[0] == slope.args[0]
                and y not in subterms(d)
            ):
                said = [line for line in self.lines if y in subterms(line[0])]
                if not said and (index is None or _later(member, d.args[1], index)):
                    self.used.append(chosen)
                    place = d.args[1] - chosen * d
                    minus = [c for c in [_along(place, chosen, d, y)] if c is not None]
                    on = slope.args[0](place)
                    return _rule(*member, index, place, chosen, on, True, tuple(minus))
        return None


def _circular(rule: Rule, known: Iterable[Rule]) -> bool:
    """Say whether a rule about one point or number gives it in terms of itself."""
    given = {r.target: r for r in known if r.target.sort.kind != "Fun" and r.target != r.place}
    todo, seen = [rule], set[Term]()
    while todo:
        one = todo.pop()
        terms = [t for t in (one.place, one.objective) if t is not None]
        for v in free_variables(terms):
            if v == rule.target and v.sort.kind != "Fun":
                return True
            if v in given and v not in seen:
                seen.add(v)
                todo.append(given[v])
    return False


def _later(member: tuple[Term, int], x: Term, index: Term) -> bool:
    """Say whether a member of a sequence comes after the point x of the same sequence."""
    other = _member(x, index)
    return other is not None and other[0] == member[0] and other[1] < member[1]


def _orthogonal(p: Term) -> tuple[Term, Term] | None:
    """Return the vectors of which a proposition says that their inner product is 0."""
    for side, other in (p.args, p.args[::-1]) if p.op == "eq" else ():
        if side.op == "ip" and other.op == "num" and other.data == 0:
            return side.args[0], side.args[1]
    return None


def _steps(known: Iterable[Rule], index: Term | None) -> Iterator[tuple[Term, Term, Term]]:
    """Yield (y, place, γ) of explicit rules y = place in which a number γ has no rule yet."""
    targets = {rule.target for rule in known if not (rule.critical or rule.chosen)}
    for rule in known:
        if rule.chosen is not None or (rule.index is None) != (index is None):
            continue
        k = rule.index
        place = rule.place if k is None or index is None else replace(rule.place, k, index)
        y = rule.target
        if y.sort.kind == "Fun":
            at = rule.offset if index is None else index + rule.offset if rule.offset else index
            y = y[at]
        for number in subterms(place):
            if number.sort == REAL and number.op in ("var", "app") and not number.loose:
                member = _member(number, index)
                if member is not None and member[0] not in targets:
                    yield y, place, number


def _length(
    number: Term,
    index: Term | None,
    chosen: Term,
    objective: Term,
    critical: bool,
    divisors: tuple[Term, ...] = (),
) -> Rule | None:
    """Return the rule that gives a number γ as the choice."""
    member = _member(number, index)
    assert member is not None
    return _rule(*member, index, chosen, chosen, objective, critical, divisors)


def _along(place: Term, t: Term, d: Term, y: Term) -> Term | None:
    """Return c where a point moves by c·t·d, or with d = y − x on a line from x; else None."""
    found = direction(place, t)
    if found is None or found[1] == d:
        return None if found is None else found[0]
    still = d.args[1].args[0] if d.op == "add" and len(d.args) == 2 and d.args[1].op == "neg" else d
    from_x = d.op == place.op == "add" and d.args[0] == y and place.args[0] == still
    return found[0] if from_x and len(place.args) == 2 else None


def _equation(p: Term, index: Term | None, before: list[Rule], used: list[Term]) -> Rule | None:
    choices = []
    for place, (side, other) in enumerate((p.args, p.args[::-1])):
        member = _member(side, index)
        if member is None or (side.op == "var" and side.sort == REAL) or side in subterms(other):
            continue  # numbers are determined elsewhere
        if any(_comes_after(t, member, index) for t in subterms(other)):
            continue  # a member in terms of later ones
        rule = _rule(*member, index, other)
        if rule is not None and not any(_overlap(rule, r) for r in before):
            choices.append((-member[1], place, rule))
    if choices:
        return min(choices, key=lambda c: c[:2])[2]
    return _solved(p, index, before, used)


def _comes_after(t: Term, member: tuple[Term, int], index: Term | None) -> bool:
    other = _member(t, index)
    return other is not None and other[0] == member[0] and other[1] > member[1]


def _solved(p: Term, index: Term | None, before: list[Rule], used: list[Term]) -> Rule | None:
    """Read an equation that has to be solved for a vector.

    Best for one that occurs alone; else it is where an objective has gradient 0.  Of several that
    occur, the last member of a sequence is solved for, of points the first that can be.
    """
    if p.args[0].sort.kind != "Vec":
        return None
    found: dict[Term, tuple[Term, int]] = {}
    for t in subterms(p):
        member = None if t.loose else _member(t, index)
        if member is not None and t.sort == p.args[0].sort:
            found[t] = member
    latest = sorted(found.items(), key=lambda pair: -pair[1][1])
    latest = [(t, m) for t, m in latest if not any(_comes_after(u, m, index) for u in found)]
    for target, member in latest:
        parts = [*summands(p.args[0], 1), *summands(p.args[1], -1)]
        own = [part for part in parts if target in subterms(part[0])]
        if len(own) == 1 and own[0][0] == target:
            rest = [t if c != own[0][1] else make("neg", (t,)) for t, c in parts if t != target]
            place = rest[0] if len(rest) == 1 else make("add", tuple(rest))
            rule = _rule(*member, index, place)
            if rule is not None and not any(_overlap(rule, r) for r in before):
                return rule
    for target, member in latest:
        chosen = fresh_variable(f"{member[0].data}'", target.sort, used)
        sides = [replace(side, target, chosen) for side in p.args]
        for difference in (sides[0] - sides[1], sides[1] - sides[0]):
            read = potential(difference, chosen) if _rises(difference, chosen) else None
            if read is None:
                continue
            rule = _rule(*member, index, chosen, chosen, read[0], True, read[1])
            if rule is not None and not any(_overlap(rule, r) for r in before):
                used.append(chosen)
                return rule
    return None


def _rises(difference: Term, chosen: Term) -> bool:
    """Say whether the vector itself is a summand, with a plus."""
    return (chosen, 1) in summands(difference)


def _rule(
    target: Term,
    offset: int,
    index: Term | None,
    place: Term,
    chosen: Term | None = None,
    objective: Term | None = None,
    critical: bool = False,
    divisors: tuple[Term, ...] = (),
) -> Rule | None:
    """Return the rule; None for a point that would be another one for every k."""
    counted = target.sort.kind == "Fun"
    if (
        not counted
        and index is not None
        and index
        in free_variables([t for t in (place, chosen, objective, *divisors) if t is not None])
    ):
        return None
    index = index if counted else None
    return Rule(target, index, offset, place, chosen, objective, critical, divisors)


def _member(t: Term, index: Term | None) -> tuple[Term, int] | None:
    """Return (variable, offset) where a term is a point or a member of a sequence."""
    if t.op == "var" and (t.sort.kind == "Vec" or t.sort == REAL):
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


def _on_line(line: Term, chosen: Term) -> list[tuple[Term, Term]]:
    body = open_binder(line, chosen)
    if body.op != "eq":
        return []
    return [(a, b) for a, b in (body.args, body.args[::-1]) if chosen not in free_variables(a)]


__all__ = ["Member", "Method", "Rule"]
