"""Hypotheses that leave next to nothing, or bound nothing, said when no proof is found.

Two inequalities between any two points may hold for constant functions alone, or in the space {0}
alone, as when a function is to be more strongly convex than it is smooth.  Whatever is said here
has a certificate, checked exactly, at the numbers that are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

from plproof.language.binding import fresh_variable, replace, substitute
from plproof.language.notation import canonical
from plproof.language.printing import to_ascii
from plproof.language.propositions import at_variables
from plproof.language.syntax import grad, sq
from plproof.language.terms import FALSE, Term, as_real, free_variables, make, number, subterms
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact, opened
from plproof.proof.script import Proof
from plproof.search.claims.advice import follows
from plproof.search.programs.bridge import NotNumeric, translate
from plproof.search.programs.exact import Found, verified
from plproof.search.programs.rounding import certificate
from plproof.search.statements.instances import comparisons, parts
from plproof.search.statements.parameters import (
    about_numbers,
    constants,
    evaluated,
    region,
    samples,
)
from plproof.theory.functions import PL, Smooth, StronglyConvex

#: hypotheses with more premises at two points are left alone: it is a hint that is looked for
_MOST = 60
#: a curvature that whoever bounds curvatures means to exclude
_STEEP = 10**6


def contradiction(facts: Sequence[Fact]) -> str:
    """Return that hypotheses about numbers contradict each other, "" when it is not found."""
    kept = {fact.label: fact.claim for fact in about_numbers(facts)}
    if not kept or not _contradict(kept):
        return ""
    for label in list(kept):
        rest = {name: claim for name, claim in kept.items() if name != label}
        kept = rest if _contradict(rest) else kept
    if len(kept) == 1:
        return f"{min(kept)} is false whatever the numbers are, so that nothing is said"
    return f"{', '.join(kept)} contradict each other, so that nothing is said"


def _contradict(claims: Mapping[str, Term]) -> bool:
    """Say whether a contradiction of comparisons of numbers is found."""
    p = Proof("contradiction", claims, FALSE)
    try:
        p.quiet(FALSE, p.hypotheses())
    except ProofError:
        return False
    return True


def crossed(p: Proof) -> str:
    """Return that a function is to be bent more than its smoothness allows, or "".

    Of an L-smooth function that is μ-strongly convex, μ > L, any two points are one, as μ‖x − y‖² ≤
    ⟨∇f(x) − ∇f(y), x − y⟩ ≤ L‖x − y‖²; one that is μ-PL relative to x* is above f(x*) nowhere, for
    up a gradient flow it would grow faster than with curvature L.
    """
    said = [fact for fact in p.hypotheses() if fact.claim.op == "def"]
    about = about_numbers(p.hypotheses())
    for smooth, steep in product(said, said):
        if smooth.claim.data != Smooth or steep.claim.data not in (StronglyConvex, PL):
            continue
        (f, L), (g, mu, *lowest) = smooth.claim.args, steep.claim.args
        if f != g or not follows(p, mu > L, about):
            continue
        left = (
            f"{f} is nowhere above {f}({lowest[0]})"
            if lowest
            else "they hold in the space {0} alone"
        )
        return (
            f"{smooth.label} and {steep.label} contradict each other, nearly: {mu} > {L}, and so "
            f"{left}; are the two the right way round, as in order={to_ascii(mu)} < {to_ascii(L)}?"
        )
    return ""


def what_is_left(facts: Sequence[Fact]) -> str:
    """Return what the hypotheses leave of functions and spaces when that is next to nothing, or "".

    ``facts`` are hypotheses and what else is known for all points, as from lemmas.
    """
    general = _general(facts)
    for f in _functions(facts):
        sort = f.sort.parts[0]
        a = fresh_variable("u", sort, [fact.claim for fact in facts])
        b = fresh_variable("v", sort, [a, *(fact.claim for fact in facts)])
        premises = comparisons([g for g in general if f in free_variables(g.claim)], [a, b])
        if not premises or len(premises) > _MOST:
            continue
        found = _said(f, a, b, premises, facts)
        if found:
            return found
    return ""


def what_is_steep(facts: Sequence[Fact]) -> str:
    """Return that all that is said of a function holds for a steep one as well, or "".

    As of an interpolation inequality whose curvatures are the wrong way round, so that it divides
    by a negative number.  ``facts`` are as in :func:`what_is_left`.
    """
    for f in _functions(facts):
        about = [g for g in _general(facts) if f in free_variables(g.claim)]
        bodies = [b for b in map(_opened, about) if b is not None]
        if f.sort.parts[1].kind != "Real" or not about or len(bodies) < len(about):
            continue
        numbers = constants(bodies)
        known = region([fact.claim for fact in facts], numbers)
        values = next(samples(numbers, known, simple_only=True), None)
        if values is None:
            continue
        if all(_holds_for_steep(substitute(b, values), f) for b in bodies):
            names = ", ".join(dict.fromkeys(g.label for g in about))
            one = len(about) == 1
            at = f", at {_shown(values)}" if values else ""
            hold, do = ("holds", "does") if one else ("hold", "do")
            return (
                f"{names} {hold} for {f}(x) = {_STEEP // 2}·‖x‖² too{at}, and {do} not bound how "
                f"fast ∇{f} changes{_divided(bodies, values)}; are these the inequalities that are "
                "meant?"
            )
    return ""


def _divided(bodies: Sequence[Term], values: Mapping[Term, Term]) -> str:
    """Say by which negative number an inequality divides, if it does."""
    for body in bodies:
        for t in subterms(body):
            if t.op == "div" and set(free_variables(t.args[1])) <= values.keys():
                divisor = evaluated(as_real(substitute(t.args[1], values)))
                if divisor is not None and divisor < 0:
                    return f": {t.args[1]}, by which what is given is divided, is negative"
    return ""


def _opened(fact: Fact) -> Term | None:
    """Return the comparison A ≤ B that a fact says of any points, None when it says another."""
    body, _ = at_variables(opened(fact.thm).conclusion, kind="Vec", unfolding=True)
    return body if canonical(body).op == "le" else None


def _holds_for_steep(claim: Term, f: Term) -> bool:
    """Say whether a comparison at some points has an exact proof for f(x) = c/2·‖x‖²."""
    bend = number(_STEEP)
    while True:
        at = next((t for t in subterms(claim) if t.op in ("app", "grad") and t.args[0] == f), None)
        if at is None:
            break
        point = at.args[1]
        claim = replace(claim, at, bend * sq(point) / 2 if at.op == "app" else bend * point)
    try:
        program = translate(canonical(claim), (), None, []).program
    except NotNumeric:
        return False
    return isinstance(verified(program, Fraction(0), {}), Found)


def _functions(facts: Sequence[Fact]) -> list[Term]:
    """Return the functions of vectors that the facts speak of."""
    spoken = free_variables([fact.claim for fact in facts])
    return [v for v in spoken if v.sort.kind == "Fun" and v.sort.parts[0].kind == "Vec"]


def _general(facts: Sequence[Fact]) -> list[Fact]:
    """Return what the facts say of any points."""
    return [g for part in facts for g in parts(part) if opened(g.thm).conclusion.op == "all"]


def _said(f: Term, a: Term, b: Term, premises: Sequence[Fact], facts: Sequence[Fact]) -> str:
    conclusions = [fact.claim for fact in premises]
    parameters = constants(conclusions)
    about = region([fact.claim for fact in facts], parameters)
    values = next(samples(parameters, about, simple_only=True), None)
    if values is None:
        return ""
    numeric = [substitute(c, values) for c in conclusions]
    for goal, shown, meaning in _goals(f, a, b):
        used = _carrying(goal, numeric)
        if used is not None:
            names = dict.fromkeys(premises[j].label.split("(")[0] for j in used)
            named = [fact.label for fact in facts if fact.claim in about]
            at = f", at {_shown(values)}" if values else ""
            given = f", with {', '.join(named)}," if named else ""
            verb = "proves" if len(names) == 1 else "prove"
            return (
                f"{', '.join(names)}{given} {verb} that {shown} for all {a} and {b}{at}: "
                f"{meaning}; are these the inequalities that are meant?"
            )
    return ""


def _goals(f: Term, a: Term, b: Term) -> Iterator[tuple[Term, str, str]]:
    """Yield claims that leave next to nothing, the narrowest first, as text, and what they mean."""
    yield number(1) <= number(0), "1 ≤ 0", f"no {f} satisfies them"
    yield sq(a - b) <= number(0), f"{a} = {b}", "they hold in the space {0} alone"
    if f.sort.parts[1].kind == "Real":
        at_a, at_b = make("app", (f, a)), make("app", (f, b))
        yield at_a <= at_b, f"{f}({a}) ≤ {f}({b})", f"they hold for constant {f} alone"
        slopes = grad(f, a), grad(f, b)
        yield sq(slopes[0]) <= number(0), f"∇{f}({a}) = 0", f"they hold for constant {f} alone"
        yield (
            sq(slopes[0] - slopes[1]) <= number(0),
            f"∇{f}({a}) = ∇{f}({b})",
            f"they hold for affine {f} alone",
        )


def _carrying(goal: Term, conclusions: Sequence[Term]) -> list[int] | None:
    """Return the premises of an exact certificate of a goal, None when none is found."""
    try:
        made = translate(canonical(goal), (), None, conclusions)
    except NotNumeric:
        return None
    found = certificate(made.program, Fraction(0))
    return sorted(found.weights) if isinstance(found, Found) else None


def _shown(values: Mapping[Term, Term]) -> str:
    return ", ".join(f"{v} = {t}" for v, t in values.items())
