"""Coefficients for the potential of N fast gradient steps: nothing is lost in the worst case."""

from plproof import Lemma, Reals, conj, eq, rational
from theorems.rates.fast_gradient_potential import i, j, k, k_, matching, total


class Coefficients:
    """The coefficients of the potential before the k-th of N steps, and what they are made of."""

    def __init__(self, k, N):
        self.n, self.m = N * (N + 1), (N + 2) * (N + 3)
        self.x = 2 * N**2 + 10 * N + 10 - k**2 - 5 * k  # 8 times where x_k is in the worst case
        self.z = N**2 + 5 * N + 6 - k**2 - 3 * k  # 4 times where z_k is
        self.d = (k + 2) * (k - 1)  # 8 times their distance
        self.e = k * (N + k + 2 - (N - k) ** 2)
        n, m, x, z, d, e = self.n, self.m, self.x, self.z, self.d, self.e
        self.slope = 4 * e + (N - k) * (N + k + 1) * x
        self.p = 2 * e / (n * x)
        self.q = self.slope / (2 * n * x)
        self.above = 8 * e * m + 2 * (N - k) * (N + k + 1) * m * x + 3 * k * d * x
        self.across = 16 * e * m + 12 * k * x * z
        self.alpha = self.above / (n * m * x * z)
        self.beta = -6 * k / (n * m)
        self.gamma = self.across / (n * m * x * d)

    def all(self):
        """Return alpha, beta, gamma of the quadratic form, and p and q."""
        return self.alpha, self.beta, self.gamma, self.p, self.q

    def positive(self, when=""):
        """Say that what the coefficients are divided by is positive."""
        n, m, x, z, d = self.n, self.m, self.x, self.z, self.d
        parts = dict(n=n, m=m, nx=2 * n * x, nm=n * m, nmxz=n * m * x * z, nmxd=n * m * x * d)
        return {f"{name}_pos{when}": t > 0 for name, t in parts.items()}


def numerators(k, c, c_):
    """Return the numerators of 1/2 − q, q − q', alpha − alpha' − 3k²/(nm²) and
    gamma − k²/(k + 2)²·gamma' − 12/(n(k + 2)²), coefficients now and after the step k.
    """
    x, z, x_, z_ = c.x, c.z, c_.x, c_.z
    small = k * (k + 1) * x - 4 * c.e
    falling = 2 * (c.e * x_ - c_.e * x) + (k + 1) * x * x_
    first = c.m * (c.above * x_ * z_ - c_.above * x * z) - 3 * k**2 * x * x_ * z * z_
    kept = (k + 2) * (k + 3) * c.across * x_ - k * (k - 1) * c_.across * x
    return small, falling, first, kept - 12 * c.m * (k - 1) * (k + 3) * x * x_


def parts(fact, count):
    """Return the parts of a conjunction of that many."""
    found = []
    while len(found) + 1 < count:
        found.append(fact[0])
        fact = fact[1]
    return [*found, fact]


def nonnegative(terms):
    """Say that all of them are."""
    return conj(*(t >= 0 for t in terms))


a, b = Reals("a b")
now, then = Coefficients(a + 2, a + b + 3), Coefficients(a + 3, a + b + 3)

falling_coefficients = Lemma(
    "The coefficients fall fast enough: in polynomials without a negative coefficient",
    given=dict(a_nonneg=a >= 0, b_nonneg=b >= 0),
    claim=nonnegative(numerators(a + 2, now, then)),
    note="at the step k = a + 2 of N = a + b + 3",
)


@falling_coefficients.proof
def _(p):
    p.have(falling_coefficients.claim)


A, B, R, A_, B_, S, c, C, v_ = Reals("A B R A' B' S c C v")
F, G = Reals("F G")

difference_of_quotients = Lemma(
    "A difference of quotients is above a number by the sign of a numerator",
    given=dict(
        B_pos=B > 0, B__pos=B_ > 0, S_pos=S > 0, C_pos=C > 0, v_is=eq(v_ * C, c),
        F_nonneg=F >= 0, G_nonneg=G >= 0,
        numerator=eq(A * S * B_ * C - R * A_ * B * C - c * B * S * B_, F * G),
    ),
    claim=A / B - R / S * (A_ / B_) >= v_,
)  # fmt: skip


@difference_of_quotients.proof
def _(p):
    p.have(difference_of_quotients.claim, by=[
        1 / (B * S * B_ * C) * (p.F_nonneg * p.G_nonneg),
        1 / (B * S * B_ * C) * p.numerator,
        1 / C * p.v_is,
    ])  # fmt: skip


def fitting(k, k_, N):
    """Say that the coefficients before the step k of N and before the next one, k_, fit."""
    now, then = Coefficients(k, N), Coefficients(k_, N)
    w, s, t = 3 / now.n, k / now.m, 2 / (k + 2)
    return matching(k, now.z / 4, now.d / 8, now.all(), then.all(), w, s, t)


coefficients_fit = Lemma(
    "The coefficients for N steps fit",
    given=dict(more=i + 1 <= j)
    | Coefficients(k, total).positive()
    | Coefficients(k_, total).positive("_then"),
    claim=conj(*fitting(k, k_, total).values()),
)


@coefficients_fit.proof
def _(p):
    now, then = Coefficients(k, total), Coefficients(k_, total)
    n, m, x, x_ = now.n, now.m, now.x, then.x
    zero, one = rational(0), rational(1)
    wanted = fitting(k, k_, total)
    # what is said, the two quotients with a factor between them, the bound as a term and as a
    # quotient, and what is left of the numerator beside its sign
    rows = {
        "small": ((one, one + one), (one, one), (now.slope, 2 * n * x), zero, (zero, one), 2 * one),
        "falling": (
            (now.slope, 2 * n * x), (one, one), (then.slope, 2 * n * x_),
            zero, (zero, one), 4 * n,
        ),
        "falls": (
            (now.above, n * m * x * now.z), (one, one), (then.above, n * m * x_ * then.z),
            3 / n * (k / m) ** 2, (3 * k**2, n * m**2), n**2 * m**2,
        ),
        "shrinks": (
            (now.across, n * m * x * now.d), (k**2, (k + 2) ** 2),
            (then.across, n * m * x_ * then.d),
            3 / n * (2 / (k + 2)) ** 2, (12 * one, n * (k + 2) ** 2), n**2 * m * k * (k + 2) ** 3,
        ),
    }  # fmt: skip
    for claim in wanted.values():
        if claim.op == "eq":
            p.have(claim)
    for _, _, _, bound, (above, below), _ in rows.values():
        p.have(eq(bound * below, above))
    here, wider = p.have(k > 0), p.have(k + 2 > 0)
    square = p.have((k + 2) ** 2 > 0, by=wider * wider)
    wide = p.have(k * (k + 2) ** 3 > 0, by=here * wider * square)
    p.have(4 * n >= 0, by=4 * p.n_pos)
    p.have(n**2 * m**2 >= 0, by=p.nm_pos * p.nm_pos)
    p.have(n**2 * m * k * (k + 2) ** 3 >= 0, by=p.nm_pos * p.n_pos * wide)
    p.have(n * m**2 > 0, by=p.nm_pos * p.m_pos)
    p.have(n * (k + 2) ** 2 > 0, by=square * p.n_pos)
    signs = parts(p.use(falling_coefficients, a=i, b=j - i - 1), 4)
    lefts = numerators(k, now, then)
    for (name, row), left, part in zip(rows.items(), lefts, signs, strict=True):
        (a, b), (r, s), (a_, b_), bound, (above, below), common = row
        p.have(eq(a * s * b_ * below - r * a_ * b * below - above * b * s * b_, common * left))
        p.have(left >= 0, by=part)
        values = {F: common, G: left, A: a, B: b, R: r, S: s, A_: a_, B_: b_}
        values |= {v_: bound, c: above, C: below}
        p.have(wanted[name], by=p.use(difference_of_quotients, values))
    p.have(coefficients_fit.claim)


def ending(N):
    """Say that the coefficients of the last potential fit."""
    last = Coefficients(N, N)
    Z, D = last.z / 4, last.d / 8
    return dict(
        q_nonneg=last.q >= 0, small=last.q <= rational(1, 2), Z_pos=Z > 0,
        at_z=eq(last.alpha * Z + last.beta * D, last.q),
        at_d=eq(last.beta * Z + last.gamma * D, last.q),
        all_of_it=eq(2 * last.q * (Z + D), 1), last_term=last.gamma >= 2 * last.q**2,
    )  # fmt: skip


last_coefficients_fit = Lemma("The last coefficients fit", claim=conj(*ending(total).values()))


@last_coefficients_fit.proof
def _(p):
    for name, claim in ending(total).items():
        p.have(claim, name=name)
    p.have(last_coefficients_fit.claim)


at_most_what_is_at_most = Lemma(
    "Order is transitive",
    given=dict(one=A <= B, other=B <= C),
    claim=A <= C,
)


@at_most_what_is_at_most.proof
def _(p):
    p.have(A <= C, by=[p.one, p.other])


def positive_all(k, k_, N):
    """Say that all that is divided by, before the step k and before the next one, is positive."""
    return list(Coefficients(k, N).positive().values()) + list(
        Coefficients(k_, N).positive().values()
    )


denominators = Lemma(
    "The coefficients are defined",
    given=dict(a_nonneg=a >= 0, b_nonneg=b >= 0),
    claim=conj(*positive_all(a + 2, a + 3, a + b + 3)),
)


@denominators.proof
def _(p):
    p.have(denominators.claim)
