"""Every sequence has a sequence of signs; a number is 0 when its square is not positive."""

from plproof import (
    Lemma,
    Natural,
    Real,
    Sequence,
    conj,
    eq,
    exists,
    forall,
    mapsto,
    sqrt,
)

s, x = Sequence("s"), Sequence("x")
i, t = Natural("i"), Real("t")

square_vanishes = Lemma(
    "A number is 0 when its square is not positive",
    given=dict(small=t**2 <= 0),
    claim=eq(t, 0),
)


@square_vanishes.proof
def _(p):
    above, below = p.compare_squares(t, 0, by=p.small), p.compare_squares(-t, 0, by=p.small)
    p.equal(t, 0, by=(above, below))


def sign(t):
    """Return 1 for t > 0 and −1 otherwise: (t + |t|)/(t + |t|) is 1 or, as 0/0 is 0, 0."""
    twice = t + sqrt(t**2)
    return 2 * (twice / twice) - 1


def fits(s, t):
    """Say that s is a sign of t."""
    return conj(eq(s, 1) | eq(s, -1), s * t >= 0)


signs_exist = Lemma(
    "Every sequence has a sequence of signs",
    claim=exists(s, forall(i, fits(s[i], x[i]))),
)


@signs_exist.proof
def _(p):
    with p.fix(t):
        size, (root, square) = sqrt(t**2), p.root(t**2)
        with p.cases():
            with p.case(0 < t):
                p.have(t + size > 0, by=root)
                one = p.have(eq(sign(t), 1))
                p.have(sign(t) * t >= 0, by=t * one)
                p.have(fits(sign(t), t), by=[one, p.last])
            with p.case(t <= 0) as negative:
                p.have(-t >= 0, by=negative)
                above = p.compare_squares(size, -t, by=square)
                below = p.compare_squares(-t, size, by=square)
                nothing = p.equal(t + size, 0, by=(above, below))
                one = p.have(eq(sign(t), -1), by=2 / (t + size) * nothing)
                p.have(sign(t) * t >= 0, by=[t * one, negative])
                p.have(fits(sign(t), t), by=[one, p.last])
    every = p.last
    chosen = mapsto(i, sign(x[i]))
    with p.fix(i):
        kind, along = every(x[i])[0], every(x[i])[1]
        with p.cases(kind):
            with p.case(eq(sign(x[i]), 1)) as one:
                p.have(eq(chosen(i), 1), by=one)
                p.have(eq(chosen(i), 1) | eq(chosen(i), -1), by=p.last)
            with p.case(eq(sign(x[i]), -1)) as one:
                p.have(eq(chosen(i), -1), by=one)
                p.have(eq(chosen(i), 1) | eq(chosen(i), -1), by=p.last)
        either = p.last
        p.have(chosen(i) * x[i] >= 0, by=along)
        p.have(fits(chosen(i), x[i]), by=[either, p.last])
    p.exhibit(signs_exist.claim, chosen, by=p.last)
