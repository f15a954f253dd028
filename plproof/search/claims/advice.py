"""What to do when no proof is found: what the hypotheses leave open, as far as it can be told."""

from __future__ import annotations

from collections.abc import Sequence, Set
from fractions import Fraction
from typing import Any

from plproof.kernel.normal import KernelError, NormalForm
from plproof.language.notation import canonical
from plproof.language.printing import to_ascii
from plproof.language.sorts import REAL
from plproof.language.terms import Term, free_variables, subterms
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact, opened
from plproof.proof.script import Proof
from plproof.proof.shortened import short
from plproof.proof.signs import says_unequal
from plproof.search.claims.interpolation import is_told, not_interpolated, used_by_itself
from plproof.search.fields.number_field import SeveralRoots, field_of
from plproof.search.statements.instances import body_of, parts, points_of, reached, unfolded
from plproof.search.statements.members import is_sequence
from plproof.search.statements.parameters import about_numbers, constants, region
from plproof.search.statements.squares import is_squared, lengths
from plproof.theory.functions import (
    PL,
    Convex,
    Differentiable,
    DifferentiableAt,
)

#: classes of which more is true than inequalities at a few points say, and where it is proved
_MORE = {PL: "pl_tight_rate (theorems/rates/pl_tight_rate.py), for steps up to 1/L,"}
#: what is said of a function that no inequality follows from
_NO_CLASS = (Differentiable, DifferentiableAt)
#: points that are named in a hint, at most
_POINTS = 5


def advice(
    hypotheses: Sequence[Fact], goal: Term, premises: Sequence[Fact], using: Sequence[Any] = ()
) -> str:
    """Return one hint, the first that applies, or "" when none does.

    ``premises`` are the instances of the hypotheses and of the theorems ``using`` that the search
    has.
    """
    if not mentions_functions(goal, hypotheses):
        return (
            "products of hypotheses, norms and squares of numbers are not tried: if the claim is "
            "true, write the proof, as p.have(claim, by=[p.a * p.b, *p.norm(v)], squares=[s - t])"
        )
    try:
        field_of([fact.claim for fact in hypotheses])
    except SeveralRoots as error:
        named = ", ".join(f"{t}" for t in error.roots)
        return f"for {named} numbers with names will do, as s with s > 0 and eq(s**2, 2)"
    using = [lemma for lemma in using if not isinstance(lemma, Fact)]
    claims = [fact.claim for fact in hypotheses]
    used = [fact.claim for fact in premises]
    nothing_said = unspoken(goal, hypotheses)
    if nothing_said:
        return nothing_said
    lacking = "" if is_told(using) else not_interpolated(hypotheses, goal)
    if lacking:
        return lacking
    silent = [g for g in _functions(goal) if g not in set(free_variables(used))]
    if silent:
        return _about_functions(silent, hypotheses)
    norms = [t for t in subterms(goal) if t.op == "sqrt" and t.args[0].op == "ip"]
    if norms and lengths(goal) is None:
        return (
            f"{norms[0]} in the claim is read as a number of which nothing is known; of norms only "
            "‖u‖ ≤ c·‖v‖ is searched for, by squares: if the claim is true write the proof, as "
            "p.have(claim, by=[p.cauchy_schwarz(u, v), *p.norm(u), *p.norm(v)])"
        )
    alone = _of_one_pair(hypotheses, goal)
    if alone:
        return alone
    about_points = _about_points(goal, claims)
    if about_points:
        return about_points
    drawn = {h.data for lemma in using for _, h in lemma.statement.hypotheses if h.op == "def"}
    by_itself = used_by_itself(hypotheses)
    others = [fact for fact in hypotheses if fact.label not in by_itself]
    unused = _unused([fact for fact in others if fact.claim.data not in drawn])
    if unused and all(f.claim.op == "def" and f.claim.data in _NO_CLASS for f in unused):
        names = ", ".join(dict.fromkeys(f"{f.claim.args[0]}" for f in unused))
        return (
            f"{', '.join(f.label for f in unused)} says that {names} is differentiable, which "
            "bounds nothing: say of which class it is, as in smooth=Smooth(f, L), or by an "
            "inequality between any two points, as in smooth=forall([x, y], …)"
        )
    kinked = [f for f in unused if f.claim.op == "def" and f.claim.data == Convex]
    if kinked and len(kinked) == len(unused):
        g, label = to_ascii(kinked[0].claim.args[0]), kinked[0].label
        return (
            "not used, for convexity on segments is no inequality at some points: "
            f"{', '.join(f.label for f in kinked)}; say it with subgradients, as in {label}=forall("
            f"[x, y], {g}(x) >= {g}(y) + ip(s(y), x - y)) with s = Function('s', E, E), or add "
            f"differentiable=Differentiable({g})"
        )
    if unused:
        return (
            f"not used, for it is no inequality between inner products and function values at some "
            f"points: {', '.join(fact.label for fact in unused)}; a theorem that draws one from it "
            "goes into using=[…]"
        )
    for fact in hypotheses:
        more = _MORE.get(fact.claim.data) if fact.claim.op == "def" else None
        if more is not None and all(lemma.name != more.split()[0] for lemma in using):
            return (
                f"{fact.claim.data.name} says more than inequalities at these points do: {more} "
                "goes into using=[…]"
            )
    return ""


def about_equations(
    hypotheses: Sequence[Fact],
    goal: Term,
    premises: Sequence[Fact],
    left_over: Sequence[Fact] | None = None,
    points: Sequence[Term] = (),
) -> str:
    """Return a hint about points that equations give, where nothing else may be missing.

    ``left_over`` are the equations that eliminate nothing, where that is known; ``points`` those
    that were added.
    """
    terms = [goal, *(fact.claim for fact in (*hypotheses, *premises))]
    kept = hypotheses if left_over is None else left_over
    circle = _by_each_other(hypotheses, {fact.label for fact in kept})
    return circle or _idle(hypotheses, terms, points)


def mentions_functions(goal: Term, hypotheses: Sequence[Fact]) -> bool:
    """Say whether the claim or a hypothesis speaks of a function: else there is none to search."""
    spoken = free_variables([goal, *(fact.claim for fact in hypotheses)])
    return any(v.sort.kind == "Fun" for v in spoken)


def no_numbers(hypotheses: Sequence[Fact], goal: Term, premises: Sequence[Fact]) -> str:
    """Return a hint for parameters whose hypotheses no numbers were found for."""
    numbers = constants([goal, *(fact.claim for fact in (*hypotheses, *premises))])
    about = [fact.label for fact in hypotheses if region([fact.claim], numbers)]
    if len(about) < 2:
        return f"is {about[0]} ever true?" if about else ""
    return f"do {', '.join(about)} contradict each other?"


def no_signs(p: Proof, goal: Term, premises: Sequence[Fact], unknown: Term | None = None) -> str:
    """Return a hint for parameters, as a step, that may be of either sign as far as is known."""
    numbers = constants([goal, *(fact.claim for fact in premises)])
    about = about_numbers(p.hypotheses())
    loose = [
        v
        for v in numbers
        if v.sort == REAL
        and v != unknown
        and not any(follows(p, claim, about) for claim in (v >= 0, v <= 0))
    ]
    if not loose:
        return ""
    names = ", ".join(f"{v}" for v in loose)
    return (
        f"no hypothesis says the sign of {names}, and with another sign the claim is another: if "
        f"{loose[0]} is positive, say so, as in positive={to_ascii(loose[0])} > 0"
    )


def bounds_met(hypotheses: Sequence[Fact], goal: Term) -> str:
    """Return a hint for bounds on parameters that may be met with equality, as in 4·μ·c ≤ 1.

    Multipliers that are functions of the parameters may go to infinity there, as they do where the
    inequalities have no point at which they are strict (Slater, 1950).
    """
    numbers = constants([goal, *(fact.claim for fact in hypotheses)])
    loose = [
        fact
        for fact in hypotheses
        if fact.claim.op in ("le", "ge") and region([fact.claim], numbers)
    ]
    if not loose:
        return ""
    one = len(loose) == 1
    return (
        f"{', '.join(fact.label for fact in loose)} may hold with equality, where multipliers may "
        f"go to infinity: with < for ≤ in {'it' if one else 'them'} there may be a proof"
    )


def looked_at(goal: Term, premises: Sequence[Fact]) -> str:
    """Return a hint that says at which points the hypotheses were used, and how to add others."""
    points = points_of([goal, *(fact.claim for fact in premises)])
    slopes = [t for fact in premises for t in subterms(fact.claim) if t.op == "grad"]
    at = next((t for t in slopes if t.args[1].op == "var" and t.args[1] in points), None)
    if not points or at is None:
        return ""
    shown = [short(t) for t in points[:_POINTS]]
    rest = len(points) - len(shown)
    more = f" and {rest} more" if rest else ""
    f, x = map(to_ascii, at.args)
    return (
        f"the inequalities were used at {', '.join(shown)}{more}: if a proof takes another point, "
        f"say which, as searched(points=[{x} - t * grad({f}, {x})]) does for a step t"
    )


def _by_each_other(hypotheses: Sequence[Fact], kept: Set[str]) -> str:
    """Return a hint where equations give points by each other, which cannot be written out."""
    given: dict[Term, Term] = {}
    labels: dict[Term, str] = {}
    for fact in hypotheses:
        claim = opened(fact.thm).conclusion
        if claim.op == "eq" and claim.args[0].op == "var" and claim.args[0].sort.kind == "Vec":
            given[claim.args[0]], labels[claim.args[0]] = claim.args[1], fact.label
    circle = [v for v in given if v in reached([given[v]], given)]
    if not any(labels[v] in kept for v in circle):
        return ""
    one = len(circle) == 1
    return (
        f"{', '.join(labels[v] for v in circle)} {'gives' if one else 'give'} "
        f"{', '.join(map(str, circle))} by {'itself' if one else 'each other'}: such points are "
        "not written out, and the equations are used as they stand; what else follows from them "
        "goes into a hypothesis"
    )


def forgotten(hypotheses: Sequence[Fact], goal: Term) -> str:
    """Return a hint for a factor in a claim of which nothing is said: it may be asked for."""
    spoken = set(free_variables([fact.claim for fact in hypotheses]))
    inside = {v for t in subterms(goal) if t.sort.kind == "Vec" for v in free_variables(t)}
    lost = [v for v in free_variables(goal) if v.sort == REAL and v not in spoken | inside]
    if not lost:
        return ""
    return (
        f"no hypothesis speaks of {lost[0]}, so that the claim is one for every {lost[0]}: if the "
        f"best is to be found, say so beside claim=…: unknown={to_ascii(lost[0])}"
    )


def no_bound(unknown: Term) -> str:
    """Return a hint for a claim of which no value of its unknown is known."""
    return (
        f"if no {unknown} at all will do, a hypothesis is missing that bounds the left side by the "
        "right, as that f is smooth, or where it is least"
    )


def follows(p: Proof, claim: Term, by: Sequence[Fact]) -> bool:
    """Say whether a claim is proved from facts as they stand, without a step in the proof."""
    try:
        p.quiet(claim, by)
    except ProofError:
        return False
    return True


def unspoken(goal: Term, hypotheses: Sequence[Fact]) -> str:
    """Return a hint for sequences and functions of a goal that no hypothesis speaks of, or ""."""
    said = set(free_variables([fact.claim for fact in hypotheses]))
    lost = [v for v in free_variables(goal) if is_sequence(v) and v not in said]
    if lost:
        names = ", ".join(map(str, lost))
        x = to_ascii(lost[0])
        return (
            f"no hypothesis says what the members of {names} are: if a method makes them, say so, "
            f"as in gd=GradientDescent(f, {x}, 1 / L) or method=forall(k, eq({x}[k + 1], …))"
        )
    told = set(free_variables([fact.claim for fact in hypotheses if not _is_step(fact)]))
    silent = [g for g in _functions(goal) if g not in told]
    if not silent:
        return ""
    return (
        f"no hypothesis speaks of {', '.join(map(str, silent))}: say of which class it is by an "
        "inequality between any two points, as in smooth=forall([x, y], …)"
    )


def _functions(goal: Term) -> list[Term]:
    """Return the functions of a goal that are no sequences."""
    return [v for v in free_variables(goal) if v.sort.kind == "Fun" and not is_sequence(v)]


def _about_functions(silent: Sequence[Term], hypotheses: Sequence[Fact]) -> str:
    """Return a hint for functions of which there is a hypothesis, but no inequality to be used."""
    names = ", ".join(f"{g}" for g in silent)
    speaking = [
        fact
        for fact in hypotheses
        if set(silent) & set(free_variables(fact.claim)) and not _is_step(fact)
    ]
    return (
        f"{', '.join(fact.label for fact in speaking)} gives no inequality for {names} that is "
        "linear in function values and inner products; a theorem that draws one from it goes into "
        "using=[…]"
    )


def _idle(hypotheses: Sequence[Fact], terms: Sequence[Term], points: Sequence[Term]) -> str:
    """Return a hint for points that a method makes and at which no function is taken.

    Not for those ``points`` that were asked for.
    """
    met = {*points} | {
        t.args[1] for term in terms for t in subterms(term) if t.op in ("app", "grad")
    }
    made = [opened(fact.thm).conclusion.args[0] for fact in hypotheses if _is_step(fact)]
    idle = [v for v in made if v.op == "var" and v not in met]
    if not idle:
        return ""
    names = ", ".join(map(to_ascii, idle))
    return (
        f"no function is taken at {', '.join(map(str, idle))}: if the proof needs the class there, "
        f"searched(points=[{names}]) adds {'it' if len(idle) == 1 else 'them'}, as "
        f"find_proof(points=[{names}]) does"
    )


def _of_one_pair(hypotheses: Sequence[Fact], goal: Term) -> str:
    """Return a hint where an inequality is about points of which nothing else is said.

    As of f(y) ≥ f(x) + ⟨∇f(x), y − x⟩ without "for all x and y".
    """
    for fact in hypotheses:
        if canonical(fact.claim).op not in ("le", "lt") or _is_step(fact):
            continue
        others = [goal, *(other.claim for other in hypotheses if other is not fact)]
        met = set(free_variables(others))
        own = [v for v in free_variables(fact.claim) if v.sort.kind == "Vec" and v not in met]
        if own and any(t.op in ("app", "grad") for t in subterms(fact.claim)):
            names = ", ".join(map(to_ascii, own))
            return (
                f"{fact.label} is about {' and '.join(map(str, own))} alone, of which nothing else "
                f"is said: if it is so for all points, say so, as in {fact.label}="
                f"forall({names if len(own) == 1 else f'[{names}]'}, …)"
            )
    return ""


def _about_points(goal: Term, claims: Sequence[Term]) -> str:
    """Return what may be missing of the points that no hypothesis names, "" when nothing is.

    A minimiser is a point the value at which is subtracted, as x* in f(x) − f(x*), or one that is
    there without a value; of others a hypothesis need not speak, but of one of them it has to.
    """
    points = [v for v in free_variables(goal) if v.sort.kind == "Vec"]
    unknown = _points_unspoken_of(goal, claims)
    values = _values_at(goal, unknown)
    subtracted = [v for v in unknown if any(c < 0 for c in values[v])]
    wanted = subtracted or [v for v in unknown if not values[v]]
    if wanted:
        names = ", ".join(f"{v}" for v in wanted)
        it, say = ("it minimises", "say so") if len(wanted) == 1 else ("one minimises", "say it")
        return (
            f"no hypothesis speaks of {names}: if {it} a function, {say}, as in "
            "minimum=eq(grad(f, xs), 0) or minimum=Minimiser(f, xs)"
        )
    if unknown != points:
        return ""
    names = " and ".join(f"{v}" for v in unknown)
    return (
        f"no hypothesis speaks of {names}, and for any points the claim says too much: say what "
        "they are, as in minimum=Minimiser(f, x) or gd=eq(y, x - grad(f, x) / L)"
    )


def _values_at(goal: Term, points: Sequence[Term]) -> dict[Term, list[Fraction]]:
    """Return the coefficients, on either side, of what has a value of a function at each point."""
    found: dict[Term, list[Fraction]] = {v: [] for v in points}
    form = NormalForm()
    for side in canonical(goal).args:
        try:
            polynomial = form.scalar(side)
            values = [t for t in subterms(side) if t.op == "app" and t.args[1] in found]
            atoms = {next(iter(form.scalar(t)))[0][0]: t.args[1] for t in values}
        except KernelError:
            continue
        for monomial, c in polynomial.items():
            for atom, _ in monomial:
                if atom in atoms:
                    found[atoms[atom]].append(c)
    return found


def _points_unspoken_of(goal: Term, claims: Sequence[Term]) -> list[Term]:
    """Return the points that no hypothesis names and no step of the goal starts at."""
    spoken = set(free_variables(claims))
    spoken |= {t.args[1] for t in subterms(goal) if t.op == "grad"}
    return [v for v in free_variables(goal) if v.sort.kind == "Vec" and v not in spoken]


def not_convex_enough(hypotheses: Sequence[Fact]) -> str:
    """Return a hint where a theorem asks for more than that a function is convex."""
    for fact in hypotheses:
        if fact.claim.op == "def" and fact.claim.data == Convex:
            f = to_ascii(fact.claim.args[0])
            return f"that {f} is differentiable and convex is said as StronglyConvex({f}, 0)"
    return ""


def _unused(hypotheses: Sequence[Fact]) -> list[Fact]:
    """Return the hypotheses about functions that give no program anything: norms, implications."""
    return [
        fact
        for fact in hypotheses
        if any(v.sort.kind == "Fun" for v in free_variables(fact.claim))
        and not any(_fits(part) for part in parts(fact))
        and not is_squared(fact)
        and not says_unequal(fact.thm)
    ]


def _is_step(fact: Fact) -> bool:
    """Say whether a hypothesis is an equation between points, which says nothing of a class."""
    body = body_of(opened(fact.thm).conclusion)
    return body.op == "eq" and body.args[0].sort.kind == "Vec"


def _fits(fact: Fact) -> bool:
    if _is_step(fact):
        return True
    body = canonical(unfolded(opened(fact.thm).conclusion)[0])
    if body.op not in ("le", "lt", "eq"):
        return False
    roots = (t for t in subterms(body) if t.op == "sqrt")
    return not any(t.args[0].op == "ip" for t in roots)
