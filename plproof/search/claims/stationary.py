"""Gradients that vanish: a differentiable function has none at its minimiser (Fermat, 1638).

The interpolation inequalities of a class speak of ∇f(x*), and carry its rates only where it is
known to be 0; a hypothesis ``Minimiser(f, xs)`` says so in other words.  Where no hypothesis says
that f is differentiable, such an inequality may say it itself: with c·‖∇f(x) − ∇f(y)‖² in it, at
x* and a step against ∇f(x*) that goes as far as it bounds f from above.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from plproof.kernel.normal import SCALAR, KernelError, NormalForm, Poly
from plproof.kernel.thm import Thm
from plproof.language.binding import fresh_variable, open_binder
from plproof.language.notation import canonical
from plproof.language.sorts import REAL
from plproof.language.sympy_bridge import from_sympy, symbols_of, to_sympy
from plproof.language.syntax import eq, grad, ip, norm, sq
from plproof.language.terms import FALSE, Term, number
from plproof.proof.algebra import NoTerm, Reader, denominators, split_by_data
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact, opened, parts_of
from plproof.proof.script import Proof
from plproof.theory.functions import Differentiable, Minimiser


def stationary(p: Proof) -> list[Fact]:
    """Return ∇f(x*) = 0 for the minimisers x* that the hypotheses name, f differentiable.

    What a hypothesis says itself is left out.
    """
    parts = [(fact.claim, part) for fact in p.hypotheses() for part in parts_of(fact.thm)]
    told = {canonical(part.conclusion) for _, part in parts}
    smooth = {
        part.conclusion.args[0]: whole
        for whole, part in reversed(parts)
        if part.conclusion.op == "def" and part.conclusion.data == Differentiable
    }
    known = tuple(fact.claim for fact in p.hypotheses())
    found: dict[Term, Fact] = {}
    for whole, part in parts:
        for f, xs in _minimised(part.conclusion):
            claim = eq(grad(f, xs), 0)
            if claim in found or canonical(claim) in told:
                continue
            if f in smooth:
                thm: Thm | None = _vanishes(f, xs, smooth[f], whole)
            else:
                thm = _vanishes_by_class(f, xs, whole, known)
            if thm is not None:
                found[claim] = p.fact(thm, f"{claim}")
    return list(found.values())


def _minimised(claim: Term) -> Iterator[tuple[Term, Term]]:
    """Yield f and x* where a claim says that x* minimises f, in whatever words."""
    body = claim.data.unfold(claim.args) if claim.op == "def" else claim
    if body.op != "all" or body.data.sort.kind != "Vec":
        return
    for t in body.args[0].args[:2]:
        if t.op == "app" and not t.loose and t.sort == REAL and t.args[1].sort == body.data.sort:
            f, xs = t.args
            meant = Minimiser(f, xs)
            if canonical(meant.data.unfold(meant.args)) == canonical(body):
                yield f, xs


@lru_cache(maxsize=64)
def _vanishes(f: Term, xs: Term, smooth: Term, minimum: Term) -> Thm:
    """Return ∇f(x*) = 0 from two hypotheses, of which one says that f is differentiable.

    A short enough step against the gradient would go below the minimum.
    """
    p = Proof("stationary", {"smooth": smooth, "minimum": minimum}, eq(grad(f, xs), 0))
    differentiable = _part(p, p.smooth, Differentiable(f))
    lowest = _part(p, p.minimum, Minimiser(f, xs))
    delta = fresh_variable("delta", REAL, [smooth, minimum])
    g = grad(f, xs)
    size = norm(g)
    nonnegative, square = p.norm(g)
    with p.cases():
        with p.case(size <= 0) as small:
            p.zero_vector(g, by=[small * nonnegative, square])
        with (
            p.case(0 < size) as positive,
            p.by_contradiction(p.goal),
            p.obtain(differentiable(xs, size / 2), delta) as near,
        ):
            p.have(delta > 0, by=near[0])
            step = delta / size * -g
            short = p.have(norm(step) <= delta, by=p.norm_of_multiple(delta / size, -g))
            lower = p.have(f(xs) <= f(xs + step), by=lowest(xs + step))
            near_linear = near[1](step)[0]
            linear = p.have(near_linear.claim, by=[near_linear, short])
            rest = [size / 2 * short, near[0] * positive, delta / size * square]
            p.have(FALSE, by=[linear, lower, *rest])
    return p.conclude()


@lru_cache(maxsize=64)
def _vanishes_by_class(
    f: Term, xs: Term, minimum: Term, hypotheses: tuple[Term, ...]
) -> Thm | None:
    """Return ∇f(x*) = 0 from an inequality for any two points, None where none says so."""
    given = {f"h{n}": h for n, h in enumerate(hypotheses)}
    given = {n: h for n, h in given.items() if h != minimum} | {"minimum": minimum}
    p = Proof("stationary", given, eq(grad(f, xs), 0))
    lowest = _part(p, p.minimum, Minimiser(f, xs))
    for fact in p.hypotheses():
        for part in parts_of(fact.thm):
            step = _step(f, opened(part).conclusion)
            if step is None:
                continue
            pair = p.fact(opened(part), fact.label)
            there = xs - step * grad(f, xs)
            try:
                small = p.have(
                    sq(grad(f, xs)) <= 0, by=[2 / step * pair(xs, there), 2 / step * lowest(there)]
                )
                p.zero_vector(grad(f, xs), by=small)
                return p.conclude()
            except ProofError:
                continue
    return None


def _step(f: Term, claim: Term) -> Term | None:
    """Return the step against the gradient at which an inequality f(a) ≥ f(b) + … + c·‖∇f(a) −
    ∇f(b)‖² for all a, b has no ⟨∇f(a), ∇f(b)⟩ left; None where it is no such inequality.
    """
    if claim.op != "all" or claim.args[0].op != "all" or claim.data.sort != f.sort.parts[0]:
        return None
    a = fresh_variable("a", claim.data.sort, [claim])
    b = fresh_variable("b", claim.data.sort, [claim, a])
    body = canonical(open_binder(open_binder(claim, a), b))
    if body.op != "le":
        return None
    form = NormalForm()
    try:
        slack = form.difference(*body.args).get(SCALAR, {})
        reader = Reader(form, [body])
        for d in denominators([body]):
            for monomial, c in form.scalar(1 / d).items():
                if len(monomial) == 1 and monomial[0][1] == 1:
                    reader.scalars.setdefault(monomial[0][0], number(1 / c) / d)
        curved, along = (
            _coefficient(form, reader, slack, t)
            for t in (ip(grad(f, a), grad(f, a)), ip(grad(f, b), b))
        )
    except (KernelError, NoTerm):
        return None
    return None if curved is None or along is None else _simplified(-2 * curved / along)


def _simplified(t: Term) -> Term:
    """Return a rational function of the parameters in lowest terms."""
    from sympy import cancel  # here, as few statements need it

    return from_sympy(cancel(to_sympy(t)), symbols_of(t))


def _coefficient(form: NormalForm, reader: Reader, slack: Poly, atom: Term) -> Term | None:
    """Return what an atom is multiplied by in a slack, None when it is not there."""
    ((monomial, _),) = form.scalar(atom).items()
    ((entry, _),) = monomial
    found = split_by_data(slack, {entry}).get(monomial)
    return None if found is None else reader.polynomial(found)


def _part(p: Proof, fact: Fact, wanted: Term) -> Fact:
    """Return the part of a fact that says what is wanted."""
    meant = canonical(wanted.data.unfold(wanted.args))
    thm = next(part for part in parts_of(fact.thm) if canonical(opened(part).conclusion) == meant)
    return p.fact(thm, fact.label)
