"""Below two positive numbers there is a third."""

from plproof import Lemma, Reals, Source, conj, exists, forall, implies

a, b, c = Reals("a b c")
third = exists(c, conj(c > 0, c <= a, c <= b))

below_both = Lemma(
    "Below two positive numbers there is a third",
    source=Source("Principles of Mathematical Analysis", references=("Rudin, 1976",)),
    claim=forall([a, b], implies(a > 0, b > 0, third)),
    note="the smaller of the two",
)


@below_both.proof
def _(p):
    with p.fix(a, b), p.suppose(a > 0), p.suppose(b > 0), p.cases():
        with p.case(a <= b) as less:
            p.exhibit(third, a, by=less)
        with p.case(b < a) as more:
            p.exhibit(third, b, by=more)
