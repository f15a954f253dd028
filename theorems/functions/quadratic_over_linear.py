"""The quotient a²/b is convex where b > 0."""

from plproof import FALSE, Lemma, Reals, Source, eq, sqrt

a, b, c, d, s, t = Reals("a b c d s t")
source = Source("Convex Optimization", "3.1.5", references=("Boyd and Vandenberghe, 2004",))

e = (1 - t) * b + t * d

tangent_of_the_quotient = Lemma(
    "The quotient a²/b lies above its tangents 2sa − s²b",
    source=source,
    given=dict(b_pos=b > 0),
    claim=2 * s * a - s**2 * b <= a**2 / b,
)


@tangent_of_the_quotient.proof
def _(p):
    square = p.have((a - s * b) ** 2 >= 0, squares=[a - s * b])
    p.have(p.goal, by=1 / b * square)


quadratic_over_linear = Lemma(
    "The quotient a²/b is convex where b > 0",
    source=source,
    given=dict(b_pos=b > 0, d_pos=d > 0, mean_pos=e > 0, t_nonneg=t >= 0, t_small=t <= 1),
    claim=((1 - t) * a + t * c) ** 2 / e <= (1 - t) * (a**2 / b) + t * (c**2 / d),
)


@quadratic_over_linear.proof
def _(p):
    slope = ((1 - t) * a + t * c) / e
    rest = p.have(1 - t >= 0, by=p.t_small)
    one = p.use(tangent_of_the_quotient, s=slope)
    two = p.use(tangent_of_the_quotient, a=c, b=d, s=slope)
    p.have(p.goal, by=[rest * one, p.t_nonneg * two])


square_of_a_quotient_by_a_root = Lemma(
    "The square of a/√b is a²/b",
    given=dict(b_pos=b > 0),
    claim=eq((a / sqrt(b)) ** 2, a**2 / b),
)


@square_of_a_quotient_by_a_root.proof
def _(p):
    r0, square = p.root(b)
    with p.cases():
        with p.case(sqrt(b) <= 0) as flat, p.by_contradiction(sqrt(b) > 0):
            p.have(FALSE, by=[square, flat * r0, p.b_pos])
        with p.case(0 < sqrt(b)):
            p.have(sqrt(b) > 0)
    p.have(p.goal, by=a**2 / (b * sqrt(b) ** 2) * square)
