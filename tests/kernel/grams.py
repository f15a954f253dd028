"""Random uses of the rule ``gram``, right or almost right, and what they claim, without the kernel.

The rule says: slack(goal) − Σ weight·slack(premise at the values) is a constant ≥ 0 and a sum of
squares wherever its equations hold.  So in a model in which they hold the difference is not
negative, whether or not the premises hold: that is asked of every theorem which it makes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from models import Model, Unclear

from plproof.kernel.gram import Use, gram
from plproof.kernel.rules import assume
from plproof.kernel.thm import Thm
from plproof.language import (
    Definition,
    LanguageError,
    Space,
    Term,
    eq,
    forall,
    grad,
    ip,
    mapsto,
    rational,
    sq,
)
from plproof.language.binding import open_binder, substitute
from plproof.language.definitions import unfold_all
from plproof.language.sorts import NAT, REAL, function, vector
from plproof.language.syntax import variable
from plproof.language.terms import free_variables, make, number, rebuild

E, Y = Space("E"), Space("Y")
HERE, THERE = vector("E"), vector("Y")
a, b = (variable(name, REAL) for name in "ab")
f, g, F = (variable(name, function(HERE, REAL)) for name in "fgF")
f_there = variable("f", function(THERE, REAL))
many = variable("h", function(NAT, function(HERE, REAL)))  # a function for each natural number
pairing = variable("c", function(HERE, function(HERE, REAL)))
G = variable("G", function(HERE, HERE))
across = variable("H", function(HERE, THERE))
#: with names that no author can write, and names of the points of premises
FREE = [make("var", (), name, HERE) for name in ("x", "y", "u", "v", "0!0", "p", "!0")]
FREE_THERE = [make("var", (), name, THERE) for name in ("x", "y", "0!0")]
SOLVED = [variable(name, HERE) for name in ("x0", "x1", "x2")]  # what equations give
HALVES = [Fraction(n, 2) for n in (-4, -2, -1, 1, 2, 3)]


def sum_of(parts: Sequence[Term]) -> Term:
    return parts[0] if len(parts) == 1 else make("add", tuple(parts))


def slack(claim: Term) -> Term:
    """Return what an inequality says is not negative, its definition unfolded."""
    p = unfold_all(claim)
    left, right = p.args
    return left - right if p.op in ("ge", "gt") else right - left


def at_values(claim: Term, values: Sequence[Term]) -> Term:
    """Return a claim for all points at the values, one after the other, its definition unfolded."""
    for value in values:
        claim = open_binder(claim if claim.op == "all" else unfold_all(claim), value)
    return claim


def defined(name: str, t: Term) -> Term:
    """Return the term as a definition of its free variables, itself where there can be none."""
    free = free_variables(t)
    try:
        return Definition(name, free, t)(*free)
    except LanguageError:  # two of one name, or none in the space
        return t


@dataclass
class Draft:
    """A use of the rule: premises, equations x₀ = t in order, the goal and its summands."""

    premises: list[Term]
    uses: list[Use]
    goal: Term
    solved: list[tuple[Term, Term]] = field(default_factory=list)
    equations: list[Term] = field(default_factory=list)

    def theorem(self) -> Thm:
        """Apply the rule; KernelError when it refuses."""
        given = [assume(proposition=p) for p in (*self.premises, *self.equations)]
        return gram(*given, goal=self.goal, uses=self.uses)

    def least(self, model: Model) -> Fraction:
        """Return slack(goal) − Σ weight·slack(premise at its values) in the model."""
        for x, t in self.solved:
            model.values[x] = model.read(t)
        total = model.read(slack(self.goal))
        for use in self.uses:
            instance = at_values(self.premises[use.premise], use.values)
            total -= use.weight * model.read(slack(instance))
        return total

    def false_in(self, seeds: Iterator[object]) -> Model | None:
        """Return a model in which the theorem says something false, None when none is found."""
        for seed in seeds:
            model = Model(seed)
            try:
                if self.least(model) < 0 and all(model.read(e) for e in self.equations):
                    return model
            except Unclear:
                continue
        return None


class Drafter:
    """Random drafts; with a chance of ``slip`` something in one is wrong."""

    def __init__(self, rng: Random, odd: float = 0.2) -> None:
        self.rng, self.odd = rng, odd

    # ---- terms at points, which are variables
    def vec(self, points: Sequence[Term]) -> Term:
        rng = self.rng
        p = rng.choice([*points, *points, rng.choice(FREE)])
        if rng.random() < 0.5:
            return p
        q = rng.choice([*points, *FREE])
        ways = [p - q, grad(f, p), p + rng.choice(HALVES) * q, G(p), grad(g, p) - grad(g, q), -p]
        return rng.choice(ways)

    def real(self, points: Sequence[Term]) -> Term:
        rng, p = self.rng, self.rng.choice([*points, *FREE])
        if rng.random() < self.odd:
            q = rng.choice([*points, *FREE])
            t = rng.choice([f(p), ip(p, q), ip(grad(f, p), q), sq(p - q)])
            odd = [
                pairing(p)(q), many[0](p), f(p) * f(q), f(p) ** 2, 1 / sq(p), f(G(p)), a * t,
                ip(p, q) * a, sq(p) * sq(q), F(grad(f, p)), f(p + q), ip(a * p, q), sq(across(p)),
                mapsto(q, t)(q), mapsto(p, t)(q), self.hidden(t), self.hidden(t),
            ]  # fmt: skip
            return rng.choice(odd)
        return rng.choice([
            f(p), f(p), g(p), sq(self.vec(points)), ip(self.vec(points), self.vec(points)), a,
            a * b, a / b, number(rng.choice(HALVES)), many[1](p), sq(across(rng.choice(FREE))),
        ])  # fmt: skip

    def hidden(self, t: Term) -> Term:
        """Return the term as a definition, its body perhaps an applied function."""
        free = free_variables(t)
        if free and self.rng.random() < 0.7:
            v = self.rng.choice(free)
            z = variable("z", v.sort)
            t = mapsto(z, substitute(t, {v: z}))(v)
        return defined("D", t)

    def combination(self, points: Sequence[Term]) -> Term:
        parts = [self.real(points) for _ in range(self.rng.choice([1, 1, 2, 3]))]
        return sum_of(
            [self.rng.choice(HALVES) * t if self.rng.random() < 0.7 else t for t in parts]
        )

    # ---- the parts of a draft
    def premise(self) -> Term:
        rng = self.rng
        points = [variable(name, HERE) for name in rng.sample(["p", "q", "r", "x"], 2)]
        points = points[: rng.choice([0, 1, 1, 2, 2, 2])]
        relation = rng.choice(["le", "le", "ge", "lt", "gt"])
        claim = make(relation, (self.combination(points), self.combination(points)))
        if rng.random() < 0.1:  # of the other space, with variables of the same names
            there = [variable("x", THERE)]
            low = ip(there[0], FREE_THERE[1])
            claim, points = (f_there(there[0]) >= low + a), there
        claim = forall(points, claim)
        return defined("P", claim) if rng.random() < 0.2 else claim

    def value(self, sort: object) -> Term:
        rng = self.rng
        pool, zero = (FREE, E.zero) if sort == HERE else (FREE_THERE, Y.zero)
        u, v = rng.choice(pool), rng.choice(pool)
        if sort == HERE and rng.random() < 0.3:
            return rng.choice([*SOLVED, SOLVED[0] - grad(f, SOLVED[0]) / 2, G(u), grad(f, u)])
        return rng.choice([u, u, v, zero, u + v, u - v / 3, 2 * u, u + v - v])

    def equations(self) -> tuple[list[tuple[Term, Term]], list[Term]]:
        """Return x₀ = t₀, … in order and the same as equations, written in several ways."""
        rng, solved, said = self.rng, list[tuple[Term, Term]](), list[Term]()
        for n, x in enumerate(SOLVED[: rng.randrange(4)]):
            known = [*FREE[:4], *SOLVED[:n], E.zero]
            u, v, w = (rng.choice(known) for _ in range(3))
            t = rng.choice([u - grad(f, v) / 3, u + v - w, u - rational(1, 2) * G(u), u, E.zero])
            solved.append((x, t))
            extra = rng.choice([u, grad(f, x), 3 * x])
            said.append(rng.choice([eq(x, t), eq(t, x), eq(2 * x + extra, 2 * t + extra)]))
        if len(said) > 1 and rng.random() < 0.5:  # the sum of two, and one of them again
            one, two = said[0].args, said[1].args
            said[rng.randrange(2)] = eq(one[0] + two[0], one[1] + two[1])
            said += said[:1]
        rng.shuffle(said)
        return solved, said

    def draft(self, slip: float = 0.0) -> Draft:
        """Return a draft that is right by construction, or with a chance of ``slip`` almost."""
        rng = self.rng
        solved, equations = self.equations()
        premises = [self.premise() for _ in range(rng.randrange(3))]
        uses = []
        for n in [rng.randrange(len(premises)) for _ in range(rng.randrange(4)) if premises]:
            claim, values = premises[n], list[Term]()
            while (claim := claim if claim.op == "all" else unfold_all(claim)).op == "all":
                values.append(self.value(claim.data.sort))
                claim = claim.args[0]
            uses.append(Use(Fraction(rng.choice([1, 2, "1/3", 5])), n, tuple(values)))
        left = [use.weight * slack(at_values(premises[use.premise], use.values)) for use in uses]
        low = rng.choice([number(0), f(FREE[0]), ip(FREE[0], FREE[1]) + a])
        squares = [sq(self.vec([*FREE, *(x for x, _ in solved)])) for _ in range(rng.randrange(3))]
        rest = [*left, *(rng.choice([1, 2, rational(1, 3)]) * s for s in squares)]
        if rng.random() < 0.3:
            rest.append(number(Fraction(1, 7)))
        rng.shuffle(rest)
        goal = low <= sum_of([low, *rest])
        if solved and rng.random() < 0.8:
            goal = self.moved(goal, dict(solved))
        if rng.random() < 0.4:
            goal = goal.args[1] >= goal.args[0]
        found = Draft(premises, uses, goal, solved, equations)
        if rng.random() < slip:
            self.spoil(found)
        return found

    def moved(self, goal: Term, solved: Mapping[Term, Term]) -> Term:
        """Replace vectors in a goal by their equals here and there, not where functions are."""

        def equal(t: Term, depth: int) -> Term | None:
            return t if t.op in ("app", "grad") else solved.get(t)

        def some(t: Term, depth: int) -> Term | None:
            if t.op == "ip" and self.rng.random() < 0.5:
                return ip(*(rebuild(side, equal) for side in t.args))
            return t if t.op == "app" else None

        return rebuild(goal, some)

    def spoil(self, draft: Draft) -> None:
        """Change one thing, which makes most drafts wrong."""
        rng, kind = self.rng, self.rng.choice([0, 1, 2, 2, 2, 3, 4, 5, 6, 7])
        n = rng.randrange(len(draft.uses)) if draft.uses else None
        left, right = draft.goal.args
        up = draft.goal.op == "le"
        if kind == 0 and n is not None:
            old = draft.uses[n]
            weight = old.weight + rng.choice([-1, 1]) * Fraction(1, 10**9)
            draft.uses[n] = Use(weight, old.premise, old.values)
        elif kind == 1 and n is not None:
            del draft.uses[n]
        elif kind == 2 and n is not None and draft.uses[n].values:
            old = draft.uses[n]
            draft.uses[n] = Use(old.weight, old.premise, old.values[::-1])
        elif kind == 3 and draft.equations:
            del draft.equations[rng.randrange(len(draft.equations))]
            # what is left may hold elsewhere too: only what it says is put into the models
            draft.solved = [s for s in draft.solved if eq(*s) in draft.equations]
        elif kind == 4:
            less = rng.choice([Fraction(1, 10**9), Fraction(1)])
            draft.goal = (left <= right - less) if up else (left - less >= right)
        elif kind == 5:
            v = self.vec(FREE)
            draft.goal = (left <= right - sq(v)) if up else (left - sq(v) >= right)
        elif kind == 6:
            draft.goal = (right <= left) if up else (right >= left)
        else:
            swap = {FREE[0]: FREE[1], FREE[1]: FREE[0]}
            draft.goal = substitute(draft.goal, swap)
