"""Below finitely many positive numbers there is a positive one: how a δ is chosen."""

from plproof import Lemma, Reals, conj, exists

a, b, c, d, t, delta = Reals("a b c d t delta")

below_two = Lemma(
    "Below two positive numbers there is a positive one",
    given=dict(a_pos=a > 0, b_pos=b > 0),
    claim=exists(delta, conj(delta > 0, delta <= a, delta <= b)),
)


@below_two.proof
def _(p):
    with p.cases():
        with p.case(a <= b):
            p.exhibit(below_two.claim, a)
        with p.case(b < a):
            p.exhibit(below_two.claim, b)


below_four = Lemma(
    "Below four positive numbers there is a positive one",
    given=dict(a_pos=a > 0, b_pos=b > 0, c_pos=c > 0, d_pos=d > 0),
    claim=exists(t, conj(t > 0, t <= a, t <= b, t <= c, t <= d)),
)


@below_four.proof
def _(p):
    with (
        p.obtain(p.use(below_two), delta) as first,
        p.obtain(p.use(below_two, a=c, b=d), t) as last,
    ):
        with p.cases():
            with p.case(delta <= t) as lower:
                p.have(delta <= c, by=[lower, last[1][0]])
                p.have(delta <= d, by=[lower, last[1][1]])
                p.exhibit(below_four.claim, delta)
            with p.case(t < delta) as lower:
                p.have(t <= a, by=[lower, first[1][0]])
                p.have(t <= b, by=[lower, first[1][1]])
                p.exhibit(below_four.claim, t)


short_enough = Lemma(
    "Some positive multiple of b ≥ 0 is at most a > 0",
    given=dict(a_pos=a > 0, b_pos=b >= 0),
    claim=exists(t, conj(t > 0, t * b <= a)),
)


@short_enough.proof
def _(p):
    p.have(a / (b + 1) > 0)
    p.have(a / (b + 1) * b <= a, by=1 / (b + 1) * p.a_pos)
    p.exhibit(short_enough.claim, a / (b + 1))
