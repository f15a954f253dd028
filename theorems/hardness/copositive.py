"""Deciding whether a point is a local minimum is as hard as deciding copositivity."""

from plproof import (
    Definition,
    Lemma,
    Naturals,
    Reals,
    Sequence,
    Source,
    Theorem,
    conj,
    eq,
    exists,
    forall,
    implies,
    mapsto,
    rational,
    sqrt,
    total,
)
from plproof.language.sorts import NAT, REAL, function
from plproof.language.syntax import variable
from theorems.sequences.sums import sum_of_multiples, terms

M = variable("M", function(NAT, function(NAT, REAL)))
g = variable("g", function(function(NAT, REAL), REAL))
x, y = Sequence("x"), Sequence("y")
i, j, n = Naturals("i j n")
r, size, t = Reals("r s t")
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    label="first paragraph",
    references=("Murty and Kabadi, 1987", "Motzkin and Straus, 1965"),
)


def form(M, n, y):
    """Return Σ Mᵢⱼyᵢyⱼ over i, j < n."""
    return total(i, n, total(j, n, M[i][j] * y[i] * y[j]))


def quartic(M, n, x):
    """Return Σ Mᵢⱼxᵢ²xⱼ² over i, j < n."""
    return total(i, n, total(j, n, M[i][j] * x[i] ** 2 * x[j] ** 2))


#: the form of M is not negative where no coordinate is
Copositive = Definition(
    "Copositive",
    [M, n],
    forall(y, implies(forall(i, implies(i < n, y[i] >= 0)), form(M, n, y) >= 0)),
    words="the matrix of the first {1} rows and columns of {0} is copositive",
)

#: 0 is a local minimiser of g, a function of the first n numbers of a sequence
LocalMinimumAtZero = Definition(
    "LocalMinimumAtZero",
    [g, n],
    exists(
        r,
        conj(r > 0, forall(x, implies(total(i, n, x[i] ** 2) <= r, g(mapsto(i, 0)) <= g(x)))),
    ),
    words="0 is a local minimiser of {0} as a function of {1} numbers",
)

small_multiple = Lemma(
    "Every number has a positive multiple that is small",
    given=dict(positive=r > 0),
    claim=exists(t, conj(t > 0, t * size <= r)),
)


@small_multiple.proof
def _(p):
    most = p.have(size <= 1 + size**2, squares=[size - rational(1, 2)])
    below = p.have(r / (1 + size**2) * size <= r, by=r / (1 + size**2) * most)
    p.exhibit(small_multiple.claim, r / (1 + size**2), by=below)


polynomial = mapsto(x, quartic(M, n, x))

local_minimum_is_copositivity = Theorem(
    "0 is a local minimum of Σ Mᵢⱼxᵢ²xⱼ² exactly if M is copositive",
    source=source,
    claim=conj(
        implies(Copositive(M, n), LocalMinimumAtZero(polynomial, n)),
        implies(LocalMinimumAtZero(polynomial, n), Copositive(M, n)),
    ),
    note="whether a matrix of integers is copositive is co-NP-complete (Murty and Kabadi, 1987;"
    " from the largest clique of a graph, by Motzkin and Straus, 1965): so it is co-NP-hard to say"
    " whether a point is a local minimum, which is NP-hard in the sense of Turing reductions",
)


def scaled(p, x, y, t, squares):
    """Prove Σ Mᵢⱼxᵢ²xⱼ² = t² Σ Mᵢⱼyᵢyⱼ, where xᵢ² = t yᵢ for i < n."""
    with p.fix(i), p.suppose(i < n):
        row = mapsto(j, M[i][j] * x[i] ** 2 * x[j] ** 2)
        other = mapsto(j, M[i][j] * y[i] * y[j])
        with p.fix(j), p.suppose(j < n):
            left, right = squares(i), squares(j)
            p.have(
                eq(row(j), t**2 * other(j)),
                by=[M[i][j] * x[j] ** 2 * left, M[i][j] * t * y[i] * right],
            )
        p.have(
            eq(mapsto(i, terms(row, n))(i), t**2 * mapsto(i, terms(other, n))(i)),
            by=p.use(sum_of_multiples, b=row, c=other, t=t**2),
        )
    rows, others = quartic(M, n, x).args[0], form(M, n, y).args[0]
    return p.have(
        eq(quartic(M, n, x), t**2 * form(M, n, y)),
        by=p.use(sum_of_multiples, b=rows, c=others, t=t**2),
    )


def starts_at_zero(p, y):
    """Prove that the polynomial is 0 at the sequence of zeros."""
    origin = mapsto(i, 0)
    with p.fix(i), p.suppose(i < n):
        p.have(eq(origin[i] ** 2, 0 * y[i]))
    same = scaled(p, origin, y, rational(0), p.last)
    return p.have(eq(polynomial(origin), 0), by=same)


@local_minimum_is_copositivity.proof
def _(p):
    origin = mapsto(i, 0)
    with p.suppose(Copositive(M, n)) as copositive:
        with p.fix(x), p.suppose(total(i, n, x[i] ** 2) <= 1):
            made = p.exhibit(exists(y, forall(i, eq(y[i], x[i] ** 2))), mapsto(i, x[i] ** 2))
            with p.obtain(made, y) as values:
                with p.fix(i), p.suppose(i < n):
                    p.have(y[i] >= 0, by=values(i), squares=[x[i]])
                least = p.have(form(M, n, y) >= 0, by=copositive(y))
                with p.fix(i), p.suppose(i < n):
                    p.have(eq(x[i] ** 2, 1 * y[i]), by=values(i))
                same = scaled(p, x, y, rational(1), p.last)
                start = starts_at_zero(p, y)
                p.have(polynomial(origin) <= polynomial(x), by=[same, least, start])
        some = p.exhibit(LocalMinimumAtZero.unfold((polynomial, n)), 1, by=p.last)
        p.have(LocalMinimumAtZero(polynomial, n), by=some)
    forward = p.last
    with p.suppose(LocalMinimumAtZero(polynomial, n)) as local, p.obtain(local, r) as near:
        p.have(r > 0, by=near[0])
        with p.fix(y), p.suppose(forall(i, implies(i < n, y[i] >= 0))) as given:
            whole = terms(y, n)
            with p.obtain(p.use(small_multiple, s=whole), t) as small:
                p.have(t > 0, by=small[0])
                roots = mapsto(i, sqrt(t * y[i]))
                made = p.exhibit(exists(x, forall(i, eq(x[i], sqrt(t * y[i])))), roots)
                with p.obtain(made, x) as values:
                    squares_of_x = mapsto(i, x[i] ** 2)
                    with p.fix(i), p.suppose(i < n):
                        p.have(y[i] >= 0, by=given(i))
                        p.have(t * y[i] >= 0)
                        square = p.root(t * y[i])[1]
                        p.have(
                            eq(x[i] ** 2, t * y[i]),
                            by=[(x[i] + sqrt(t * y[i])) * values(i), square],
                        )
                    squares = p.last
                    with p.fix(i), p.suppose(i < n):
                        p.have(eq(squares_of_x(i), t * y[i]), by=squares(i))
                    length = p.use(sum_of_multiples, b=squares_of_x, c=y, t=t)
                    p.have(total(i, n, x[i] ** 2) <= r, by=[length, small[1]])
                    same = scaled(p, x, y, t, squares)
                    start = starts_at_zero(p, y)
                    p.have(
                        form(M, n, y) >= 0,
                        by=[1 / t**2 * near[1](x), 1 / t**2 * same, 1 / t**2 * start],
                    )
        p.have(Copositive(M, n), by=p.last)
    p.have(local_minimum_is_copositivity.claim, by=[forward, p.last])
