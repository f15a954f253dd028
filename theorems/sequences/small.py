"""Numbers that are not positive: below every multiple, or below a bound whatever they grow to."""

from plproof import ARCHIMEDES, FALSE, Lemma, Natural, Reals, Source, conj, exists, forall, implies

t, c, a, eps = Reals("t c a epsilon")
k = Natural("k")
source = Source(
    "Principles of Mathematical Analysis",
    "The real and complex number systems",
    references=("Rudin, 1976, Theorem 1.20",),
)

below_every_multiple = Lemma(
    "A number that is at most cε for every ε > 0 is not positive",
    source=source,
    given=dict(c_nonnegative=c >= 0, below=forall(eps, implies(eps > 0, t <= c * eps))),
    claim=t <= 0,
)


@below_every_multiple.proof
def _(p):
    with p.cases():
        with p.case(t <= 0):
            p.have(t <= 0)
        with p.case(0 < t) as positive, p.by_contradiction(t <= 0):
            p.exhibit(exists(eps, conj(eps > 0, 2 * (c + 1) * eps <= t)), t / (2 * (c + 1)))
            with p.obtain(p.last, eps) as small:
                p.have(eps > 0, by=small[0])
                p.have(FALSE, by=[p.below(eps), small[1], positive])


bounded_growth = Lemma(
    "A number of which (1 + ka) times stays bounded for every k is not positive",
    source=source,
    given=dict(a_pos=a > 0, bounded=forall(k, (1 + k * a) * t <= c)),
    claim=t <= 0,
)


@bounded_growth.proof
def _(p):
    with p.cases():
        with p.case(t <= 0):
            p.have(t <= 0)
        with p.case(0 < t) as positive, p.by_contradiction(t <= 0):
            with p.obtain(p.axiom(ARCHIMEDES)(c / (a * t)), k) as many:
                p.have(FALSE, by=[p.bounded(k), a * t * many, positive])
