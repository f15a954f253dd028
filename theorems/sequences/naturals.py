"""A natural number that is at least another is the other plus something."""

from plproof import FALSE, Lemma, Naturals, Source, eq, exists, forall, implies
from plproof.language.sorts import NAT
from plproof.language.terms import number

i, j, m, n = Naturals("i j m n")
zero = number(0, NAT)


def reached(n, m):
    """Say that m is n plus something."""
    return exists(i, eq(m, n + i))


difference = Lemma(
    "A natural number m ≥ n is n + i for some i",
    source=Source("Grundlagen der Analysis", "Chapter 1, § 3", references=("Landau, 1930",)),
    claim=forall([m, n], implies(n <= m, reached(n, m))),
)


@difference.proof
def _(p):
    with p.induction(forall(n, eq(n, 0) | exists(j, eq(n, j + 1)))), p.step(n):
        p.exhibit(exists(j, eq(n + 1, j + 1)), n)
        p.have(eq(n + 1, 0) | exists(j, eq(n + 1, j + 1)), by=p.last)
    kind = p.last
    with p.induction():
        with p.base(), p.fix(n), p.suppose(n <= zero) as less, p.cases(kind(n)):
            with p.case(eq(n, 0)) as none:
                p.exhibit(reached(n, zero), zero, by=none)
            with p.case(exists(j, eq(n, j + 1))) as some, p.obtain(some, j) as before:
                with p.by_contradiction(reached(n, zero)):
                    p.have(n > 0, by=before)
                    p.have(FALSE, by=[less, p.last])
        with p.step(m) as ih, p.fix(n), p.suppose(n <= m + 1) as less, p.cases(kind(n)):
            with p.case(eq(n, 0)) as none:
                p.exhibit(reached(n, m + 1), m + 1, by=none)
            with p.case(exists(j, eq(n, j + 1))) as some, p.obtain(some, j) as before:
                p.have(j <= m, by=[less, before])
                with p.obtain(ih(j), i) as rest:
                    p.exhibit(reached(n, m + 1), i, by=[rest, before])
