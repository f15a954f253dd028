"""Powers: those of a number above one grow at least linearly, those below one become small."""

from plproof import ARCHIMEDES, Lemma, Natural, Reals, Source, exists, forall, implies

q, a, t, eps = Reals("q a t epsilon")
k = Natural("k")

bernoulli = Lemma(
    "Bernoulli's inequality (1 + a)^k ≥ 1 + ka for a ≥ 0",
    source=Source("Positiones arithmeticae de seriebus infinitis", references=("Bernoulli, 1689",)),
    given=dict(a_nonnegative=a >= 0),
    claim=forall(k, (1 + a) ** k >= 1 + k * a),
)


@bernoulli.proof
def _(p):
    with p.induction(), p.step(k) as ih:
        p.have((1 + a) ** (k + 1) >= 1 + (k + 1) * a, by=(1 + a) * ih)


powers_vanish = Lemma(
    "The powers of a number from [0, 1) become small",
    source=Source(
        "Principles of Mathematical Analysis",
        "Numerical sequences and series",
        "Theorem 3.20(e)",
        ("Rudin, 1976",),
    ),
    given=dict(q_nonnegative=q >= 0, q_below=q < 1),
    claim=forall([t, eps], implies(eps > 0, exists(k, q**k * t <= eps))),
)


@powers_vanish.proof
def _(p):
    with p.induction(forall(k, q**k * (1 + k * (1 - q)) <= 1)), p.step(k) as ih:
        power = p.have(q**k >= 0)
        p.have(q ** (k + 1) * (1 + (k + 1) * (1 - q)) <= 1, by=[ih, (1 - q) ** 2 * (1 + k) * power])
    shrinks = p.last
    with p.fix(t, eps), p.suppose(eps > 0):
        with p.obtain(p.axiom(ARCHIMEDES)(t / (eps * (1 - q))), k) as many:
            enough = p.have(t <= eps * k * (1 - q), by=eps * (1 - q) * many)
            power = p.have(q**k >= 0)
            p.exhibit(
                exists(k, q**k * t <= eps), k, by=[eps * shrinks(k), power * enough, eps * power]
            )
