"""Small statements, their proofs replayed, and what the laboratory could say of them."""

import json

from plproof import (
    FALSE,
    PL,
    SEGMENT,
    Function,
    GradientDescent,
    Lemma,
    Natural,
    Proposition,
    Reals,
    Sequence,
    Smooth,
    Source,
    Space,
    StronglyConvex,
    Theorem,
    Vectors,
    conj,
    forall,
    grad,
    ip,
    ne,
    norm,
    rational,
    sq,
)
from plproof.kernel.replay import replay
from plproof.language.wire import parse
from plproof.report.result import Result, Step
from plproof.theory.axioms import statements

E = Space("E")
f, x = Function("f", E), Sequence("x", E)
xs, y, z = Vectors("x* y z", E)
alpha, beta, mu, a, b, t = Reals("alpha beta mu a b t")
k = Natural("k")


def pl_of_convex():
    lemma = Lemma(
        "Strong convexity gives the PL inequality",
        given=dict(alpha_pos=alpha > 0, convex=StronglyConvex(f, alpha)),
        claim=PL(f, alpha, xs),
        source=Source("Notes", "Rates", "Lemma 1", ("Polyak, 1963",)),
    )

    @lemma.proof
    def _(p):
        with p.fix(y):
            lower = p.minimise(p.convex(y), over=z)
            p.have(sq(grad(f, y)) / 2 >= alpha * (f(y) - f(xs)), by=lower(xs))

    return lemma


def rate():
    theorem = Theorem(
        "Sufficient decrease and PL give a linear rate",
        given=dict(
            beta_pos=beta > 0,
            order=mu <= beta,
            decrease=forall(y, f(y - grad(f, y) / beta) <= f(y) - sq(grad(f, y)) / (2 * beta)),
            pl=PL(f, mu, xs),
            gd=GradientDescent(f, x, 1 / beta),
        ),
        claim=forall(k, f(x[k]) - f(xs) <= (1 - mu / beta) ** k * (f(x[0]) - f(xs))),
        note="μ > β is another case",
    )

    @theorem.proof
    def _(p):
        q = 1 - mu / beta
        contract = p.have(
            forall(y, f(y - grad(f, y) / beta) - f(xs) <= q * (f(y) - f(xs))),
            by=lambda y: [p.decrease(y), p.pl(y)],
        )
        with p.induction(), p.step(k) as ih:
            one = p.have(f(x[k + 1]) - f(xs) <= q * (f(x[k]) - f(xs)), by=[contract(x[k]), p.gd(k)])
            p.have(f(x[k + 1]) - f(xs) <= q ** (k + 1) * (f(x[0]) - f(xs)), by=[one, ih])

    return theorem


def descent():
    lemma = Lemma(
        "The descent lemma",
        given=dict(beta_pos=beta > 0, smooth=Smooth(f, beta)),
        claim=forall([y, z], f(y + z) <= f(y) + ip(grad(f, y), z) + beta / 2 * sq(z)),
    )

    @lemma.proof
    def _(p):
        with p.fix(y, z):
            with p.fix(t), p.suppose(conj(t >= 0, t <= 1)):
                d = grad(f, y + t * z) - grad(f, y)
                lipschitz = p.have(norm(d) <= beta * norm(t * z), by=p.smooth(y + t * z, y))
                _, square = p.norm(z)
                multiple = p.norm_of_multiple(t, z)
                nonnegative, _ = p.norm(z)
                p.have(
                    ip(grad(f, y + t * z), z) <= ip(grad(f, y), z) + beta * sq(z) * t,
                    by=[
                        p.cauchy_schwarz(d, z),
                        lipschitz * nonnegative,
                        beta * (multiple * nonnegative),
                        (beta * t) * square,
                    ],
                )
            p.have(
                f(y + z) <= f(y) + ip(grad(f, y), z) + beta / 2 * sq(z),
                by=p.axiom(SEGMENT, f, y, z, ip(grad(f, y), z), beta * sq(z)),
            )

    return lemma


def split():
    lemma = Lemma(
        "A product of a square and a number that is not positive",
        given=dict(low=a <= 0, spare=b > 1),
        claim=a * sq(z) <= 0,
    )

    @lemma.proof
    def _(p):
        with p.cases():
            with p.case(a < 0):
                p.have(lemma.claim, by=p.low)
            with p.case(a >= 0) as high:
                none = p.equal(a, 0, by=(p.low, high))
                p.have(lemma.claim, by=none * sq(z))

    return lemma


def vacuous():
    theorem = Theorem(
        "Nothing is below itself", given=dict(less=a < b, more=b < a), claim=a <= 0,
        expect="vacuous",
    )  # fmt: skip
    theorem.proof(lambda p: p.have(FALSE, by=[p.less, p.more]))
    return theorem


def refuted():
    proposition = Proposition("Every number is positive", claim=a > 0, expect="refuted")
    proposition.proof(lambda p: p.have(FALSE, by=p.statement(0)))
    return proposition


def gap():
    lemma = Lemma("With a gap", given=dict(order=a <= b), claim=a <= 2 * b)

    @lemma.proof
    def _(p):
        hole = p.admit(b >= 0)
        p.have(lemma.claim, by=[p.order, hole])

    return lemma


def quotient():
    lemma = Lemma(
        "A quotient is at most one",
        given=dict(below=b > 0, order=a <= b, spare=a >= -5, half=a <= 2 * b),
        claim=a / b <= 1,
    )
    lemma.name = "quotient"

    @lemma.proof
    def _(p):
        p.have(lemma.claim, by=1 / b * p.order)

    @lemma.without("order", note="a = 2 and b = 1, with a_b^2 & 100 %")
    def quotient_needs_order(p):
        p.have(FALSE, by=p.statement(1, 2))

    @lemma.without("below", instead=dict(nonzero=ne(b, 0)), note="a = −2 and b = −1")
    def quotient_needs_below(p):
        p.have(ne(rational(-1), 0))
        p.have(FALSE, by=p.statement(-1, -2))

    @lemma.without("below", instead=dict(above=b >= 1), redundant=True)
    def quotient_above_one(p):
        p.have(lemma.claim, by=1 / b * p.order)

    @lemma.without("spare", redundant=True, note="a may be any number")
    def quotient_unspared(p):
        p.have(lemma.claim, by=1 / b * p.order)

    return lemma


MADE = {m.__name__: m for m in (pl_of_convex, rate, descent, split, vacuous, refuted, gap)}
MADE["quotient"] = quotient
GOLDEN = ("pl_of_convex", "rate", "descent", "split", "quotient")


def result_of(theorem, **more):
    """Return the result of proving and replaying a theorem object, without the laboratory."""
    document = parse(json.dumps(theorem.derive().document()))
    replayed = replay(document, theorem.statement, statements())
    fields = dict(
        name=theorem.name, file="notes.py", line=1, kind=theorem.kind, title=theorem.title,
        note=theorem.note, expected=theorem.expect, outcome=replayed.outcome,
        source=theorem.source, statement=theorem.statement, replayed=replayed, document=document,
        outline=tuple(
            Step(e["step"], e["label"], e["why"], e["kind"], e["depth"])
            for e in document["outline"]
        ),
        omits=theorem.omission and (theorem.omission.theorem.name, theorem.omission.hypothesis),
        weakened=[result_of(part) for part in theorem.weakened.values()],
    )  # fmt: skip
    return Result(**(fields | more))


def with_figures(result):
    """Return the result with test figures as the laboratory gives them."""
    steps = [s for s in result.outline if s.number is not None and s.kind in ("have", "close")]
    labels = ["claim", *(s.label for s in steps)]
    items = [
        {"label": label, "functions": 100 + i, "worst": 0.0, "exercised": True, "violations": 0}
        for i, label in enumerate(labels)
    ]
    result.stress = {"functions": 200, "items": items, "counterexample": None}
    result.witness = {"words": "the hypotheses hold together:\n  E = R^1", "literal": "E = 1"}
    result.consistency = "a model found"
    return result
