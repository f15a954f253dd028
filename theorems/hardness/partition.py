"""Minimising a polynomial is as hard as PARTITION: the reduction, with a gap."""

from plproof import (
    FALSE,
    Definition,
    Lemma,
    Naturals,
    Sequence,
    Source,
    Theorem,
    conj,
    eq,
    exists,
    forall,
    implies,
    mapsto,
    neg,
    total,
)
from plproof.language.sorts import NAT
from plproof.language.terms import number
from theorems.sequences.integers import (
    Integer,
    integer_negative,
    integer_square,
    integer_sum,
    zero_is_integer,
)
from theorems.sequences.naturals import zero as none
from theorems.sequences.signs import signs_exist, square_vanishes
from theorems.sequences.sums import (
    sum_is_monotone,
    sum_of_nonnegative,
    sum_of_products,
    term_below_sum,
    terms,
)

a, d, s, x = (Sequence(name) for name in "adsx")
i, k, m, n = Naturals("i k m n")
source = Source(
    "Deep Neural Networks and Overparameterization In Optimization",
    label="first paragraph",
    references=("Karp, 1972",),
)

#: the first n numbers of s are 1 or −1
Signs = Definition(
    "Signs",
    [n, s],
    forall(i, implies(i < n, eq(s[i] ** 2, 1))),
    words="the first {0} numbers of {1} are 1 or −1",
)

#: the sum of aᵢsᵢ over i < n is 0: for signs s, those i with sᵢ = 1 and the others have equal sums
Balanced = Definition(
    "Balanced",
    [a, n, s],
    eq(total(i, n, a[i] * s[i]), 0),
    words="{2} balances the first {1} numbers of {0}",
)

#: (Σ aᵢxᵢ)² + Σ (xᵢ² − 1)², sums over i < n
SplitLoss = Definition(
    "SplitLoss",
    [a, n, x],
    total(i, n, a[i] * x[i]) ** 2 + total(i, n, (x[i] ** 2 - 1) ** 2),
    words="the loss of {2} as a split of the first {1} numbers of {0}",
)

departures = mapsto(i, (x[i] ** 2 - 1) ** 2)

zeros_are_partitions = Theorem(
    "(Σ aᵢxᵢ)² + Σ (xᵢ² − 1)² ≥ 0, with 0 only where x are signs that balance a",
    source=source,
    claim=conj(
        SplitLoss(a, n, x) >= 0,
        implies(eq(SplitLoss(a, n, x), 0), conj(Signs(n, x), Balanced(a, n, x))),
        implies(conj(Signs(n, x), Balanced(a, n, x)), eq(SplitLoss(a, n, x), 0)),
    ),
)


@zeros_are_partitions.proof
def _(p):
    loss, whole, rest = SplitLoss(a, n, x), total(i, n, a[i] * x[i]), terms(departures, n)
    with p.fix(i):
        p.have(departures(i) >= 0, squares=[x[i] ** 2 - 1])
    apart = p.have(rest >= 0, by=p.use(sum_of_nonnegative, c=departures)(n))
    least = p.have(loss >= 0, by=apart, squares=[whole])
    with p.suppose(eq(loss, 0)) as zero:
        flat = p.have(rest <= 0, by=zero, squares=[whole])
        with p.fix(i), p.suppose(i < n):
            small = p.have(departures(i) <= rest, by=p.use(term_below_sum, c=departures)(n, i))
            p.have((x[i] ** 2 - 1) ** 2 <= 0, by=[small, flat])
            p.have(eq(x[i] ** 2, 1), by=p.use(square_vanishes, t=x[i] ** 2 - 1))
        signs = p.have(Signs(n, x), by=p.last)
        p.have(whole**2 <= 0, by=[zero, apart])
        balanced = p.have(Balanced(a, n, x), by=p.use(square_vanishes, t=whole))
        p.have(conj(Signs(n, x), Balanced(a, n, x)), by=[signs, balanced])
    forward = p.last
    with p.suppose(conj(Signs(n, x), Balanced(a, n, x))) as both:
        signs = both[0]
        with p.induction(forall(k, implies(k <= n, eq(terms(departures, k), 0)))):
            with p.base():
                p.have(implies(none <= n, eq(terms(departures, none), 0)), by=p.sum(departures)[0])
            with p.step(k) as ih, p.suppose(k + 1 <= n) as more:
                p.have(k <= n, by=more)
                p.have(k < n, by=more)
                one = p.have(eq(x[k] ** 2, 1), by=signs(k))
                p.have(
                    eq(terms(departures, k + 1), 0),
                    by=[p.sum(departures)[1](k), ih(), (x[k] ** 2 - 1) * one],
                )
        p.have(eq(loss, 0), by=[p.last(n), whole * both[1]])
    p.have(zeros_are_partitions.claim, by=[least, forward, p.last])


size = total(i, n, a[i] ** 2)

partition_gap = Theorem(
    "Where no signs balance a, the polynomial is at least 1/(1 + Σ aᵢ²) everywhere",
    source=source,
    given=dict(
        integers=forall(i, Integer(a[i])),
        none=forall(s, implies(Signs(n, s), neg(Balanced(a, n, s)))),
    ),
    claim=forall(x, 1 <= (1 + size) * SplitLoss(a, n, x)),
    note="so that to minimise it up to this gap is to decide whether a can be partitioned",
)


@partition_gap.proof
def _(p):
    with p.fix(x), p.obtain(p.use(signs_exist), s) as chosen:
        with p.fix(i):
            with p.cases(chosen(i)[0]):
                with p.case(eq(s[i], 1)) as one:
                    p.have(eq(s[i] ** 2, 1), by=(s[i] + 1) * one)
                with p.case(eq(s[i], -1)) as one:
                    p.have(eq(s[i] ** 2, 1), by=(s[i] - 1) * one)
        unit = p.last
        p.have(Signs(n, s), by=lambda i: unit(i))

        # the sum of aᵢsᵢ is an integer and not 0
        value = mapsto(i, a[i] * s[i])
        rule = p.sum(value)
        with p.induction(forall(k, Integer(terms(value, k)))):
            with p.base():
                p.have(eq(terms(value, 0), 0), by=rule[0])
                p.have(Integer(terms(value, 0)), by=p.use(zero_is_integer, t=terms(value, 0)))
            with p.step(k):
                with p.cases(chosen(k)[0]):
                    with p.case(eq(s[k], 1)) as one:
                        p.have(
                            eq(terms(value, k + 1), terms(value, k) + a[k]),
                            by=[rule[1](k), a[k] * one],
                        )
                        p.have(Integer(a[k]), by=p.integers(k))
                        p.have(
                            Integer(terms(value, k + 1)),
                            by=p.use(integer_sum, r=terms(value, k + 1), s=terms(value, k), t=a[k]),
                        )
                    with p.case(eq(s[k], -1)) as one:
                        p.have(
                            eq(terms(value, k + 1), terms(value, k) + -a[k]),
                            by=[rule[1](k), a[k] * one],
                        )
                        p.have(Integer(a[k]), by=p.integers(k))
                        p.have(eq(-a[k], -a[k]))
                        p.have(Integer(-a[k]), by=p.use(integer_negative, s=-a[k], t=a[k]))
                        p.have(
                            Integer(terms(value, k + 1)),
                            by=p.use(
                                integer_sum, r=terms(value, k + 1), s=terms(value, k), t=-a[k]
                            ),
                        )
        whole = p.have(Integer(terms(value, n)), by=p.last(n))
        p.have(neg(eq(terms(value, n), 0)), by=p.none(s))
        large = p.use(integer_square, t=terms(value, n))

        # and it is near the sum of aᵢxᵢ
        made = p.exhibit(exists(d, forall(i, eq(d[i], s[i] - x[i]))), mapsto(i, s[i] - x[i]))
        with p.obtain(made, d) as change:
            at_x, products = mapsto(i, a[i] * x[i]), mapsto(i, a[i] * d[i])
            squares = mapsto(i, d[i] ** 2)

            def split(k):
                return eq(terms(value, k), terms(at_x, k) + terms(products, k))

            rules = [p.sum(f) for f in (value, at_x, products)]
            with p.induction(forall(k, split(k))):
                with p.base():
                    p.have(split(0), by=[r[0] for r in rules])
                with p.step(k) as ih:
                    p.have(split(k + 1), by=[ih, *[r[1](k) for r in rules], a[k] * change(k)])
            whole = p.have(split(n), by=p.last(n))
            with p.fix(i):
                gap, along = s[i] - x[i], chosen(i)[1]
                close = p.have(
                    gap**2 <= (x[i] ** 2 - 1) ** 2,
                    by=[
                        2 * gap**2 * along,
                        (2 * x[i] ** 2 - 1 - s[i] ** 2 + gap**2) * unit(i),
                    ],
                    squares=[gap * x[i]],
                )
                p.have(squares(i) <= departures(i), by=[close, (d[i] + gap) * change(i)])
            short = p.use(sum_is_monotone, b=squares, c=departures)(n)
            near = p.use(sum_of_products, t=terms(at_x, n), b=a, c=d)(n)
            with p.fix(i):
                p.have(mapsto(i, a[i] ** 2)(i) >= 0, squares=[a[i]])
            heavy = p.have(1 + size >= 0, by=p.use(sum_of_nonnegative, c=mapsto(i, a[i] ** 2))(n))
            sums = terms(at_x, n) + terms(products, n) + terms(value, n)
            p.have(
                1 <= (1 + size) * SplitLoss(a, n, x),
                by=[large, sums * whole, near, heavy * short],
            )


partition = exists(s, conj(Signs(n, s), Balanced(a, n, s)))

partition_reduction = Theorem(
    "The least value of (Σ aᵢxᵢ)² + Σ (xᵢ² − 1)² says whether a can be partitioned",
    source=source,
    given=dict(integers=forall(i, Integer(a[i]))),
    claim=conj(
        forall(x, SplitLoss(a, n, x) >= 0),
        implies(partition, exists(x, eq(SplitLoss(a, n, x), 0))),
        implies(neg(partition), forall(x, 1 <= (1 + size) * SplitLoss(a, n, x))),
    ),
    note="the document refers to a survey for “NP-hard”; this is a reduction.  PARTITION is"
    " NP-complete (Karp, 1972, problem 20), and the polynomial, of degree 4 in n variables, is"
    " written down from a, so that to find its least value is NP-hard, even up to an error below"
    " 1/(2 + 2Σaᵢ²)",
)


@partition_reduction.proof
def _(p):
    with p.fix(x):
        zeros = p.use(zeros_are_partitions)
        p.have(SplitLoss(a, n, x) >= 0, by=zeros[0])
    least = p.last
    with p.suppose(partition) as some, p.obtain(some, s) as signs:
        split = p.use(zeros_are_partitions, x=s)[1][1]
        p.have(conj(Signs(n, s), Balanced(a, n, s)), by=signs)
        p.have(eq(SplitLoss(a, n, s), 0), by=split())
        p.exhibit(exists(x, eq(SplitLoss(a, n, x), 0)), s, by=p.last)
    reached = p.last
    with p.suppose(neg(partition)) as no:
        with p.fix(s), p.suppose(Signs(n, s)) as signs, p.suppose(Balanced(a, n, s)) as balanced:
            both = p.have(conj(Signs(n, s), Balanced(a, n, s)), by=[signs, balanced])
            p.exhibit(partition, s, by=both)
            p.contradiction(no)
        p.have(forall(x, 1 <= (1 + size) * SplitLoss(a, n, x)), by=p.use(partition_gap))
    p.have(partition_reduction.claim, by=[least, reached, p.last])


ones, one = mapsto(i, 1), number(1, NAT)

one_number_has_no_partition = Lemma(
    "The number 1 alone cannot be partitioned, so that the hypotheses of the gap hold together",
    claim=conj(
        forall(i, Integer(ones[i])),
        forall(s, implies(Signs(one, s), neg(Balanced(ones, one, s)))),
    ),
)


@one_number_has_no_partition.proof
def _(p):
    with p.fix(i):
        inner = p.exhibit(exists(m, eq(ones[i], one - m)), none)
        found = p.exhibit(exists([k, m], eq(ones[i], k - m)), one, by=inner)
        p.have(Integer(ones[i]), by=found)
    whole = p.last
    with p.fix(s), p.suppose(Signs(one, s)) as signs, p.suppose(Balanced(ones, one, s)) as balanced:
        rule = p.sum(mapsto(i, ones[i] * s[i]))
        first = p.have(eq(s[none], 0), by=[balanced, rule[0], rule[1](none)])
        p.have(none < one)
        p.have(FALSE, by=[signs(none), s[none] * first])
    p.have(one_number_has_no_partition.claim, by=[whole, p.last])
