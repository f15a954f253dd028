"""Hypotheses that leave next to nothing, said when no proof is found: a contradiction, one point.

Two inequalities between any two points may hold for constant functions alone, or in the space {0}
alone, as when a function is to be more strongly convex than it is smooth.  Whatever is said here
has a certificate, checked exactly, at the numbers that are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from plproof.kernel.rules import canonical
from plproof.language.binding import fresh_variable, substitute
from plproof.language.syntax import grad, sq
from plproof.language.terms import FALSE, Term, free_variables, make, number
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact, opened
from plproof.proof.script import Proof
from plproof.search.bridge import NotNumeric, translate
from plproof.search.instances import comparisons, parts
from plproof.search.parameters import constants, region, samples
from plproof.search.rounding import Found, certificate

#: hypotheses with more premises at two points are left alone: it is a hint that is looked for
_MOST = 60


def contradiction(facts: Sequence[Fact]) -> str:
    """Return that hypotheses about numbers contradict each other, "" when it is not found."""
    kept = {fact.label: fact.claim for fact in facts if region([fact.claim])}
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


def what_is_left(facts: Sequence[Fact]) -> str:
    """Return what the hypotheses leave of functions and spaces when that is next to nothing, or "".

    ``facts`` are hypotheses and what else is known for all points, as from lemmas.
    """
    functions = [
        v
        for v in free_variables([fact.claim for fact in facts])
        if v.sort.kind == "Fun" and v.sort.parts[0].kind == "Vec"
    ]
    general = [g for part in facts for g in parts(part) if opened(g.thm).conclusion.op == "all"]
    for f in functions:
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
