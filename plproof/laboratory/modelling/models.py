"""Models of a statement: functions, constants and runs that satisfy its hypotheses.

A :class:`Plan` reads the hypotheses once.  ``draw`` proposes an
:class:`Assignment`, plain numbers; :func:`realise` computes the rest (runs of gradient descent,
defined numbers) and certifies, row by row, which hypotheses hold.  Only :func:`realise` decides, so
nothing depends on how good a proposal is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import log10

import numpy as np
from numpy.typing import ArrayLike

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.rounding import SAFETY, UNIT, Floats, Tracked
from plproof.laboratory.arithmetic.tables import Table
from plproof.laboratory.families import Family
from plproof.laboratory.gradient_descent.orbits import Orbit, descend
from plproof.laboratory.meaning.evaluate import Mask, Model, NotEvaluated, Value
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.modelling.certify import (
    FUNCTION_CLASSES,
    certify,
    forms,
    is_known,
)
from plproof.laboratory.modelling.equations import solved
from plproof.laboratory.modelling.lasting import lasting
from plproof.laboratory.modelling.recursions import Member, Method, Rule
from plproof.laboratory.modelling.runs import Runs
from plproof.language.propositions import conjuncts
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import Term, free_variables, make, subterms
from plproof.theory.functions import Differentiable
from plproof.theory.methods import GradientDescent

_LEAST, _MOST = Fraction(10) ** -300, Fraction(10) ** 300  # within the normal floats
_LARGEST_INDEX = 10**15


@dataclass(frozen=True)
class Plan:
    """What there is to choose for some propositions, and what the hypotheses say about it.

    ``functions``, ``sequences``, ``points`` (vectors), ``numbers`` (reals and naturals),
    ``systems`` (maps between spaces), ``matrices`` (linear maps) and ``tables`` (reals with two
    indices) are the free variables; ``spaces`` their spaces; ``parts`` the conjuncts of the
    hypotheses; ``descents`` those saying that a sequence is gradient descent, by sequence;
    ``definitions`` the equations that determine a real variable, by variable; ``names``, for each
    part and for the functions' differentiability, the forms in which a proof may state it;
    ``claims`` the propositions to be evaluated; ``placed`` the equations that determine a vector,
    as ``definitions`` do for reals; ``divisors``, for an equation solved by a division, the term
    that must not be 0; ``method``, the rules that give the other sequences, points and numbers.
    """

    functions: tuple[Term, ...]
    sequences: tuple[Term, ...]
    points: tuple[Term, ...]
    numbers: tuple[Term, ...]
    spaces: tuple[str, ...]
    parts: tuple[Term, ...]
    descents: Mapping[Term, Term]
    definitions: Mapping[Term, tuple[Term, Term]]
    names: Mapping[Term, tuple[Term, ...]]
    systems: tuple[Term, ...] = ()
    matrices: tuple[Term, ...] = ()
    tables: tuple[Term, ...] = ()
    claims: tuple[Term, ...] = ()
    placed: Mapping[Term, tuple[Term, Term]] = field(default_factory=dict)
    divisors: Mapping[Term, Term] = field(default_factory=dict)
    method: Method = field(default_factory=lambda: Method({}, ()))

    @classmethod
    def of(cls, hypotheses: Iterable[Term], propositions: Iterable[Term] = ()) -> Plan:
        """Return the plan for models of the hypotheses in which the propositions are evaluated.

        Raises NotEvaluated for a variable of a sort the laboratory has no values for, and for
        numbers beyond those of floats.
        """
        given = tuple(hypotheses)
        everything = [*given, *propositions]
        kinds: dict[str, list[Term]] = {kind: [] for kind in _KINDS}
        for v in free_variables(everything):
            kinds[_kind(v)].append(v)
        spaces: dict[str, None] = {}
        for term in everything:
            for t in subterms(term):
                spaces.update(dict.fromkeys(t.sort.space_names()))
                if t.op == "num" and not _is_computed(t):
                    raise NotEvaluated(
                        f"a number of about 10^{_digits(t.data)} is beyond those that the "
                        "laboratory computes with"
                    )
                if t.op in ("all", "ex", "lam"):
                    spaces.update(dict.fromkeys(t.data.sort.space_names()))
        parts = tuple(dict.fromkeys(part for h in given for part in conjuncts(h)))
        differentiable = [Differentiable(f) for f in kinds["function"]]
        descents: dict[Term, Term] = {}
        definitions: dict[Term, tuple[Term, Term]] = {}
        placed: dict[Term, tuple[Term, Term]] = {}
        divisors: dict[Term, Term] = {}
        constrained = {v for p in parts if is_known(p) for v in p.args if v.op == "var"}
        pointed = not (kinds["system"] or kinds["matrix"])  # else points are given with the maps
        for p in parts:
            if p.op == "def" and p.data == GradientDescent:
                f, sequence, _ = p.args
                if f.op == "var" and sequence.op == "var":
                    descents.setdefault(sequence, p)
            elif p.op == "eq" and (p.args[0].sort == REAL or (pointed and _is_vector(p.args[0]))):
                kind = definitions if p.args[0].sort == REAL else placed
                known = {**definitions, **placed}
                for v, term, divisor in _solutions(p):
                    uses = free_variables(term)
                    fits = v not in known and v not in constrained
                    fits = fits and all(_kind(u) != "sequence" for u in uses)
                    if fits and v not in _needed(uses, known):
                        kind[v] = (term, p)
                        if divisor is not None:
                            divisors[p] = divisor
                        break
        known = {**definitions, **placed}
        method = _method(parts, descents, known, constrained, pointed)
        descents = {v: p for v, p in descents.items() if v not in method.rules}
        return cls(
            functions=tuple(kinds["function"]),
            sequences=tuple(kinds["sequence"]),
            points=tuple(kinds["point"]),
            numbers=tuple(kinds["number"]),
            spaces=tuple(spaces),
            parts=parts,
            descents=descents,
            definitions=definitions,
            names={p: forms(p) if is_known(p) else (p,) for p in (*parts, *differentiable)},
            systems=tuple(kinds["system"]),
            matrices=tuple(kinds["matrix"]),
            tables=tuple(kinds["table"]),
            claims=tuple(everything[len(given) :]),
            placed=placed,
            divisors=divisors,
            method=method,
        )

    def determined(self) -> list[tuple[Term, Term]]:
        """Return the variables that equations determine, with their terms, in an order to compute.

        No equation goes in a circle: the plan takes none that would.
        """
        todo = {v: term for v, (term, _) in {**self.definitions, **self.placed}.items()}
        found: list[tuple[Term, Term]] = []
        while todo:
            for v in [v for v, t in todo.items() if not todo.keys() & {*free_variables(t)}]:
                found.append((v, todo.pop(v)))
        return found

    def free_numbers(self) -> tuple[Term, ...]:
        """Return the numbers that no equation and no rule determines."""
        known = {*self.definitions, *self.method.rules}
        return tuple(v for v in self.numbers if v not in known)

    def starts(self) -> tuple[Member, ...]:
        """Return the members of sequences that the rules leave free."""
        given = [v for v in self.sequences if v in self.method.rules]
        return tuple((v, i) for v in given for i in self.method.starts(v) or ())


def _method(
    parts: Sequence[Term],
    descents: Mapping[Term, Term],
    known: Mapping[Term, tuple[Term, Term]],
    constrained: set[Term],
    pointed: bool,
) -> Method:
    """Return the rules for what is not ``known``, and for runs of gradient descent with more rules.

    Sequences of which infinitely many members are free are no runs.
    """
    taken = {p for _, p in known.values()}
    taken |= {p for p in parts if p.op == "def" and p.data in FUNCTION_CLASSES}
    before = [Rule(v, None, 0, term) for v, (term, _) in known.items()]
    points = {v for v in free_variables(parts) if v.sort.kind == "Vec"}
    fixed = (constrained | (set() if pointed else points)) - {*known}
    fixed = {v for v in fixed if v.sort.kind != "Fun"}
    read = [p for p in parts if p not in taken]
    method = Method.of(read, before, fixed)
    plain = {
        v
        for v, p in descents.items()
        if method.said.get(p) is not None and len(method.rules.get(v, ())) == 1
    }
    endless = {v for v in method.rules if v.sort.kind == "Fun" and method.starts(v) is None}
    if plain or endless:
        left = [
            p for p in read if not any(r.target in plain | endless for r in method.said.get(p, ()))
        ]
        left = [p for p in left if p not in descents.values() or p not in method.said]
        method = Method.of(left, before, fixed | plain)
    return method


def _is_vector(t: Term) -> bool:
    return t.sort.kind == "Vec"


def _solutions(p: Term) -> Iterator[tuple[Term, Term, Term | None]]:
    """Yield what an equation says of single variables: v, its value, and what must not be 0."""
    for side, other in (p.args, p.args[::-1]):
        if side.op == "var":
            yield side, other, None
    for side, other in (p.args, p.args[::-1]) if p.args[0].sort == REAL else ():
        if side.op == "mul":
            for v, factor in (side.args, side.args[::-1]):
                if v.op == "var" and v not in free_variables(factor):
                    yield v, make("div", (other, factor)), factor
        elif side.op == "div" and side.args[0].op == "var":
            yield side.args[0], make("mul", (other, side.args[1])), side.args[1]
        elif side.op == "add":
            for place, v in enumerate(side.args):
                rest = [t for i, t in enumerate(side.args) if i != place]
                if v.op == "var" and all(v not in free_variables(t) for t in rest):
                    yield v, make("add", (other, *(make("neg", (t,)) for t in rest))), None


def _needed(uses: Iterable[Term], definitions: Mapping[Term, tuple[Term, Term]]) -> set[Term]:
    """Return the variables and, where they are defined, those their definitions need."""
    found: set[Term] = set()
    todo = list(uses)
    while todo:
        u = todo.pop()
        if u not in found:
            found.add(u)
            todo += free_variables(definitions[u][0]) if u in definitions else ()
    return found


_KINDS = ("function", "sequence", "point", "number", "system", "matrix", "table")


def _is_computed(t: Term) -> bool:
    """Say whether a number is one of those that floats, or for indices int64, are computed with."""
    if t.sort == NAT:
        return bool(t.data <= _LARGEST_INDEX)
    return not t.data or bool(_LEAST <= abs(t.data) <= _MOST)


def _digits(x: Fraction) -> int:
    """Return about the logarithm of |x| for the base 10."""
    bits = x.numerator.bit_length() - x.denominator.bit_length()
    return round(bits * log10(2))


def _kind(v: Term) -> str:
    sort = v.sort
    if sort in (REAL, NAT):
        return "number"
    if sort.kind in ("Vec", "Lin"):
        return "point" if sort.kind == "Vec" else "matrix"
    if sort.kind == "Fun":
        domain, codomain = sort.parts
        if domain == NAT and (codomain == REAL or codomain.kind == "Vec"):
            return "sequence"
        if domain == NAT and codomain.kind == "Fun" and codomain.parts == (NAT, REAL):
            return "table"
        if domain.kind == "Vec" and codomain == REAL:
            return "function"
        if domain.kind == "Vec" and codomain.kind == "Vec":
            return "system"
    raise NotEvaluated(f"the laboratory has no values for {v}, {sort.words()}")


@dataclass(frozen=True)
class Assignment:
    """Everything chosen for a batch of B rows, and nothing computed from it.

    ``dimensions`` by space; ``families`` by function variable; ``numbers`` (B,) and ``points``
    (B, d) by variable; ``starts`` (B, d) by sequence that is a run of gradient descent; ``members``
    (B, d) or (B,), the free members of sequences that other methods give; ``paths`` (K+1, B, d) or
    (K+1, B) by sequence that is arbitrary; ``systems`` by map; ``matrices`` (B, r, c) by linear
    map; ``tables`` (K+1, K+1, B); ``iterations`` K; ``seed`` of the samples; ``kind`` says where
    the functions came from.
    """

    dimensions: Mapping[str, int]
    families: Mapping[Term, Family]
    numbers: Mapping[Term, Floats]
    points: Mapping[Term, Floats]
    starts: Mapping[Term, Floats]
    paths: Mapping[Term, Floats]
    iterations: int
    seed: tuple[int, ...] = (0,)
    kind: str = ""
    batch: int = field(default=1)
    systems: Mapping[Term, SystemMap] = field(default_factory=dict)
    matrices: Mapping[Term, Floats] = field(default_factory=dict)
    tables: Mapping[Term, Floats] = field(default_factory=dict)
    members: Mapping[Member, Floats] = field(default_factory=dict)

    def take(self, rows: ArrayLike) -> Assignment:
        """Return the chosen rows (a list of numbers, not empty)."""
        chosen = np.asarray(rows, dtype=np.intp)
        return replace(
            self,
            families={v: f.take(chosen) for v, f in self.families.items()},
            numbers={v: x[chosen] for v, x in self.numbers.items()},
            points={v: x[chosen] for v, x in self.points.items()},
            starts={v: x[chosen] for v, x in self.starts.items()},
            paths={v: x[:, chosen] for v, x in self.paths.items()},
            systems={v: f.take(chosen) for v, f in self.systems.items()},
            matrices={v: x[chosen] for v, x in self.matrices.items()},
            tables={v: x[..., chosen] for v, x in self.tables.items()},
            members={m: x[chosen] for m, x in self.members.items()},
            batch=len(chosen),
        )


def realise(plan: Plan, assignment: Assignment, samples: int = 8) -> Model:
    """Return the model of an assignment with certified facts; ``samples`` per quantifier block.

    The facts are all conjuncts of the plan's hypotheses, with the rows on which they hold, and that
    every function is differentiable.  Raises NotEvaluated when the plan has a variable that the
    assignment does not give.
    """
    model = Model(
        assignment.batch,
        assignment.dimensions,
        base_values(assignment),
        assignment.iterations,
        seed=assignment.seed,
        count=samples,
    )
    everywhere = np.ones(model.batch, dtype=bool)
    for v, family in assignment.families.items():
        if v in plan.functions and family.differentiable:
            model.facts.update(dict.fromkeys(plan.names[Differentiable(v)], everywhere))
    define_numbers(plan, model)
    follow(plan, model, assignment)
    for sequence, p in plan.descents.items():
        if sequence in assignment.starts:
            f, _, eta = p.args
            function = model.values.get(f)
            if isinstance(function, Family):
                step = model.value(eta)
                orbit = descend(function, assignment.starts[sequence], step, assignment.iterations)
                model.values[sequence] = orbit
                mask = np.broadcast_to(np.isfinite(step.error), (model.batch,))
                model.facts.update(dict.fromkeys(plan.names[p], mask))
    for_ever = _for_ever(plan, model, assignment)
    for p in plan.parts:
        if p not in model.facts:
            mask = certify(model, p) | for_ever.get(p, False)
            if p.op == "eq" and not mask.all():
                given = assignment.systems, assignment.points, assignment.numbers
                exactly = solved(p, *given, assignment.batch)
                mask = mask if exactly is None else mask | exactly
            for form in plan.names[p]:
                model.facts.setdefault(form, mask)
    return model


def _for_ever(plan: Plan, model: Model, assignment: Assignment) -> dict[Term, Mask]:
    """Return what certainly holds of the arbitrary sequences for all k, and on which rows."""

    def signed(t: Term, strict: bool) -> Mask:
        x = model.value(t)
        low = x.value - SAFETY * UNIT * x.error
        return np.broadcast_to(low > 0 if strict else low >= 0, (model.batch,))

    last = assignment.iterations
    free = [v for v in assignment.paths if len(assignment.paths[v]) > last]
    open_ = [p for p in plan.parts if p not in model.facts]  # runs follow, whatever is arbitrary
    try:
        return lasting(open_, free, last, lambda p: certify(model, p), signed)
    except NotEvaluated:
        return {}


def follow(plan: Plan, model: Model, assignment: Assignment) -> None:
    """Run the method of a plan, and make what it says facts."""
    if not plan.method.rules:
        return
    waiting = {v: term for v, term in plan.determined() if v not in model.values}
    runs = Runs(model, plan.method, assignment.members, waiting)
    sequences = [v for v in plan.sequences if v in plan.method.rules]
    points = [v for v in (*plan.points, *plan.numbers) if v in plan.method.rules]
    found = {v: runs.orbit(v, assignment.iterations) for v in sequences}
    model.values.update(found)
    model.values.update({v: runs.value(v) for v in points})
    for p, rules in plan.method.said.items():
        mask = np.ones(model.batch, dtype=bool)
        for rule in rules:
            mask &= runs.sound(rule)
        model.facts.update(dict.fromkeys(plan.names[p], mask))
    define_numbers(plan, model)


def base_values(assignment: Assignment) -> dict[Term, Value]:
    """Return the values that an assignment gives directly; of a run, the start alone."""
    values: dict[Term, Value] = dict(assignment.families)
    values.update({v: total.exact(x) for v, x in assignment.numbers.items()})
    values.update({v: total.exact(x) for v, x in assignment.points.items()})
    values.update(assignment.systems)
    values.update({v: total.exact(x) for v, x in assignment.matrices.items()})
    values.update({v: Table(x) for v, x in assignment.tables.items()})
    last = np.full(assignment.batch, assignment.iterations, dtype=np.int64)
    for (v, i), x in assignment.members.items():  # and the other members of a run as well
        if i == 0:
            values[v] = Orbit(x[None], np.zeros((1, assignment.batch)), 0 * last)
    for v, start in assignment.starts.items():  # the rest of a run is computed by realise
        values[v] = Orbit(start[None], np.zeros((1, assignment.batch)), 0 * last)
    for v, path in assignment.paths.items():
        values[v] = Orbit(path, np.zeros(path.shape[:2]), last)
    return values


def _on_all_rows(x: Tracked, batch: int, v: Term) -> Tracked:
    """Return the value of a variable with one entry per row, also where it is the same on all."""
    shape = (batch, x.value.shape[-1]) if v.sort.kind == "Vec" else (batch,)
    return Tracked(np.broadcast_to(x.value, shape), np.broadcast_to(x.error, shape))


def _is_known(term: Term, plan: Plan, model: Model) -> bool:
    """Say whether nothing in a term is a number or point that waits for the run of a method."""
    late = {*plan.method.rules, *plan.definitions, *plan.placed}
    return all(v in model.values or v not in late for v in free_variables(term))


def define_numbers(plan: Plan, model: Model) -> None:
    """Give what equations determine its value, and make the equations facts.

    What they say in terms of a run that is not known yet is left for later.
    """
    equations = {v: p for v, (_, p) in {**plan.definitions, **plan.placed}.items()}
    for v, p in equations.items():
        if p not in model.facts:
            model.values.pop(v, None)  # a proposal
    for v, term in plan.determined():
        if v in model.values or not _is_known(term, plan, model):
            continue
        model.values[v] = _on_all_rows(model.value(term), model.batch, v)
        sound = np.ones(model.batch, dtype=bool)
        divisor = plan.divisors.get(equations[v])
        if divisor is not None:
            by = model.value(divisor)
            sound &= np.abs(by.value) > SAFETY * UNIT * by.error
        model.facts[equations[v]] = sound
