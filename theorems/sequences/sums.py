"""Finite sums: of what is not negative, term by term, and of differences."""

from plproof import Lemma, Naturals, Reals, Sequence, Source, eq, forall, implies, mapsto, total
from plproof.language.sorts import NAT
from plproof.language.terms import lift, make
from theorems.sequences.naturals import difference
from theorems.sequences.naturals import zero as none

b, c = Sequence("b"), Sequence("c")
i, k, n = Naturals("i k n")
q, s, t, u, v, w = Reals("q s t u v w")


def terms(c, n):
    """Return c₀ + … + c_{n−1} for a sequence c."""
    return make("sum", (c, lift(n, NAT)))


sum_of_nonnegative = Lemma(
    "A sum of numbers that are not negative is not negative",
    given=dict(nonnegative=forall(i, c[i] >= 0)),
    claim=forall(n, terms(c, n) >= 0),
)


@sum_of_nonnegative.proof
def _(p):
    rule = p.sum(c)
    with p.induction():
        with p.base():
            p.have(terms(c, 0) >= 0, by=rule[0])
        with p.step(n) as ih:
            p.have(terms(c, n + 1) >= 0, by=[rule[1](n), ih, p.nonnegative(n)])


term_below_sum = Lemma(
    "A term is at most a sum of numbers that are not negative",
    given=dict(nonnegative=forall(i, c[i] >= 0)),
    claim=forall([n, i], implies(i < n, c[i] <= terms(c, n))),
)


@term_below_sum.proof
def _(p):
    rule = p.sum(c)
    before = p.use(sum_of_nonnegative)
    with p.fix(i):
        with p.induction(forall(k, c[i] <= terms(c, i + 1 + k))):
            with p.base():
                p.have(c[i] <= terms(c, i + 1 + 0), by=[rule[1](i), before(i)])
            with p.step(k) as ih:
                p.have(
                    c[i] <= terms(c, i + 1 + (k + 1)),
                    by=[rule[1](i + 1 + k), ih, p.nonnegative(i + 1 + k)],
                )
    grows = p.last
    with p.fix(n, i), p.suppose(i < n) as less:
        p.have(i + 1 <= n, by=p.successor(less))
        with p.obtain(p.use(difference)(n, i + 1), k) as rest:
            p.have(c[i] <= terms(c, n), by=[rest, grows(i, k)])


sum_is_monotone = Lemma(
    "A sum of smaller terms is smaller",
    given=dict(below=forall(i, b[i] <= c[i])),
    claim=forall(n, terms(b, n) <= terms(c, n)),
)


@sum_is_monotone.proof
def _(p):
    left, right = p.sum(b), p.sum(c)
    with p.induction():
        with p.base():
            p.have(terms(b, 0) <= terms(c, 0), by=[left[0], right[0]])
        with p.step(n) as ih:
            p.have(terms(b, n + 1) <= terms(c, n + 1), by=[left[1](n), right[1](n), ih, p.below(n)])


product_step = Lemma(
    "From s² ≤ wq follows (s + uv)² ≤ (w + u²)(q + v²)",
    given=dict(positive=w > 0, bound=s**2 <= w * q),
    claim=(s + u * v) ** 2 <= (w + u**2) * (q + v**2),
)


@product_step.proof
def _(p):
    square = p.have((w * v - s * u) ** 2 >= 0, squares=[w * v - s * u])
    p.have(product_step.claim, by=[p.bound, u**2 / w * p.bound, 1 / w * square])


sum_of_products = Lemma(
    "(t + Σ bᵢcᵢ)² ≤ (1 + Σ bᵢ²)(t² + Σ cᵢ²)",
    source=Source("Cours d'analyse", "Note II", "Theorem XVI", ("Cauchy, 1821",)),
    claim=forall(
        n,
        (t + total(i, n, b[i] * c[i])) ** 2
        <= (1 + total(i, n, b[i] ** 2)) * (t**2 + total(i, n, c[i] ** 2)),
    ),
    note="the inequality of Cauchy and Schwarz for (1, b₀, b₁, …) and (t, c₀, c₁, …)",
)


@sum_of_products.proof
def _(p):
    products, left, right = mapsto(i, b[i] * c[i]), mapsto(i, b[i] ** 2), mapsto(i, c[i] ** 2)
    with p.fix(i):
        p.have(left(i) >= 0, squares=[b[i]])
    size = p.use(sum_of_nonnegative, c=left)

    def sides(n):
        return t + terms(products, n), 1 + terms(left, n), t**2 + terms(right, n)

    def claim(n):
        whole, weight, square = sides(n)
        return whole**2 <= weight * square

    with p.induction(forall(n, claim(n))):
        with p.base():
            whole, _, square = sides(0)
            none, no_left, no_right = (p.sum(f)[0] for f in (products, left, right))
            p.have(claim(0), by=[(whole + t) * none, square * no_left, no_right])
        with p.step(n) as ih:
            whole, weight, square = sides(n)
            p.have(weight > 0, by=size(n))
            p.have(whole**2 <= weight * square, by=ih)
            grown = p.use(product_step, s=whole, w=weight, q=square, u=b[n], v=c[n])
            more, heavier, larger = (p.sum(f)[1](n) for f in (products, left, right))
            next_whole, _, next_square = sides(n + 1)
            p.have(
                claim(n + 1),
                by=[
                    grown,
                    (next_whole + whole + b[n] * c[n]) * more,
                    next_square * heavier,
                    (weight + b[n] ** 2) * larger,
                ],
            )


sum_of_multiples = Lemma(
    "A common factor of terms is a factor of the sum",
    given=dict(multiple=forall(i, implies(i < n, eq(b[i], t * c[i])))),
    claim=eq(terms(b, n), t * terms(c, n)),
)


@sum_of_multiples.proof
def _(p):
    left, right = p.sum(b), p.sum(c)
    with p.induction(forall(k, implies(k <= n, eq(terms(b, k), t * terms(c, k))))):
        with p.base():
            start = p.have(eq(terms(b, 0), t * terms(c, 0)), by=[left[0], t * right[0]])
            p.have(implies(none <= n, start.claim), by=start)
        with p.step(k) as ih, p.suppose(k + 1 <= n) as more:
            p.have(k <= n, by=more)
            p.have(k < n, by=more)
            p.have(
                eq(terms(b, k + 1), t * terms(c, k + 1)),
                by=[left[1](k), t * right[1](k), ih(), p.multiple(k)],
            )
    p.have(sum_of_multiples.claim, by=p.last(n))
