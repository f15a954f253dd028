"""The Polyak–Łojasiewicz inequality relative to a lower bound: no minimiser is supposed."""

from plproof import (
    PL,
    Definition,
    Differentiable,
    Function,
    Lemma,
    Minimiser,
    Reals,
    Source,
    Space,
    Vectors,
    conj,
    eq,
    forall,
    grad,
    implies,
    sq,
)

E = Space("E")
f = Function("f", E)
x, y, xs = Vectors("x y x*", E)
mu, fs = Reals("mu f*")
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    "When is GD Effective?",
    "Definition",
    ("Polyak, 1963", "Karimi, Nutini and Schmidt, 2016"),
)

#: the Polyak–Łojasiewicz inequality with constant μ > 0 relative to a lower bound f* of f
PolyakLojasiewicz = Definition(
    "PolyakLojasiewicz",
    [f, mu, fs],
    conj(
        mu > 0,
        Differentiable(f),
        forall(x, fs <= f(x)),
        forall(x, sq(grad(f, x)) / 2 >= mu * (f(x) - fs)),
    ),
    words="{0} is {1}-PL relative to the lower bound {2}",
    source=source,
)

pl_at_a_minimiser = Lemma(
    "At a minimiser the definition with a lower bound is the one with a minimiser",
    source=source,
    given=dict(positive=mu > 0, minimum=Minimiser(f, xs)),
    claim=conj(
        implies(PL(f, mu, xs), PolyakLojasiewicz(f, mu, f(xs))),
        implies(PolyakLojasiewicz(f, mu, f(xs)), PL(f, mu, xs)),
    ),
    note="the document supposes that a minimiser exists; what it proves needs a lower bound only",
)


@pl_at_a_minimiser.proof
def _(p):
    with p.suppose(PL(f, mu, xs)) as pl:
        p.have(PolyakLojasiewicz(f, mu, f(xs)), by=[pl[0], pl[1], p.minimum])
    there = p.last
    with p.suppose(PolyakLojasiewicz(f, mu, f(xs))) as bounded:
        p.have(PL(f, mu, xs), by=[bounded[1][0], bounded[1][1][1]])
    p.have(pl_at_a_minimiser.claim, by=[there, p.last])


critical_points_under_pl = Lemma(
    "Under PL every critical point is a global minimiser, with the lower bound as its value",
    source=source,
    given=dict(pl=PolyakLojasiewicz(f, mu, fs), critical=eq(grad(f, x), 0)),
    claim=conj(eq(f(x), fs), Minimiser(f, x)),
)


@critical_points_under_pl.proof
def _(p):
    bound, inequality = p.pl[1][1][0], p.pl[1][1][1]
    low = p.have(mu * (f(x) - fs) <= 0, by=[inequality(x), p.critical])
    value = p.equal(f(x), fs, by=(1 / mu * low, bound(x)))
    least = p.have(forall(y, f(x) <= f(y)), by=lambda y: [value, bound(y)])
    p.have(critical_points_under_pl.claim, by=[value, least])
