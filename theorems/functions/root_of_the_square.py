"""The function √(1 + ‖w‖²): how its values, its directions and its curvature change."""

from plproof import Lemma, Reals, Space, Vectors, conj, eq, forall, ip, norm, sq, sqrt

W = Space("W")
w, v, x, y, z = Vectors("w v x y z", W)
s, t, bound = Reals("s t b")


def root(w):
    """Return √(1 + ‖w‖²), the length of (1, w)."""
    return sqrt(1 + sq(w))


root_is_at_least_one = Lemma(
    "√(1 + ‖w‖²) is at least 1 and its square is 1 + ‖w‖²",
    claim=conj(1 <= root(w), eq(root(w) * root(w), 1 + sq(w))),
)


@root_is_at_least_one.proof
def _(p):
    p.have(1 + sq(w) >= 0)
    square = p.root(1 + sq(w))[1]
    p.have(eq(root(w) * root(w), 1 + sq(w)), by=square)
    p.compare_squares(1, root(w), by=square)


roots_multiply = Lemma(
    "1 + ⟨x, y⟩ ≤ √(1 + ‖x‖²)·√(1 + ‖y‖²)",
    claim=1 + ip(x, y) <= root(x) * root(y),
    note="Cauchy–Schwarz for (1, x) and (1, y)",
)


@roots_multiply.proof
def _(p):
    s, r = p.use(root_is_at_least_one, w=x), p.use(root_is_at_least_one, w=y)
    xx, yy = p.norm(x)[1], p.norm(y)[1]
    p.have(0 <= root(x) * root(y), by=[s[0] * r[0], s[0], r[0]])
    apart = p.have((norm(x) - norm(y)) ** 2 >= 0, squares=[norm(x) - norm(y)])
    long = p.compare_squares(
        1 + norm(x) * norm(y),
        root(x) * root(y),
        by=[root(y) ** 2 * s[1], (1 + sq(x)) * r[1], sq(y) * xx, norm(x) ** 2 * yy, xx, yy, apart],
    )
    p.have(roots_multiply.claim, by=[p.cauchy_schwarz(x, y), long])


roots_are_close = Lemma(
    "√(1 + ‖x‖²) − √(1 + ‖y‖²) is at most ‖x − y‖ in absolute value",
    claim=(root(x) - root(y)) ** 2 <= sq(x - y),
)


@roots_are_close.proof
def _(p):
    xx, yy = (p.use(root_is_at_least_one, w=at)[1] for at in (x, y))
    p.have(roots_are_close.claim, by=[2 * p.use(roots_multiply), xx, yy])


directions_are_close = Lemma(
    "x/√(1 + ‖x‖²) and y/√(1 + ‖y‖²) are no further apart than x and y",
    claim=sq(x / root(x) - y / root(y)) <= sq(x - y),
)


@directions_are_close.proof
def _(p):
    s, t = root(x), root(y)
    here, there = (p.use(root_is_at_least_one, w=at) for at in (x, y))
    p.have(conj(1 <= s, 1 <= t), by=[here[0], there[0]])
    p.have(1 <= s * t, by=[here[0] * there[0], here[0], there[0]])
    weight = p.have(0 <= 1 - 1 / (s * t))
    apart = p.have((s - t) ** 2 >= 0, squares=[s - t])
    inverse = p.have((1 / s - 1 / t) ** 2 >= 0, squares=[1 / s - 1 / t])
    p.have(
        directions_are_close.claim,
        by=[
            2 * (weight * p.use(roots_multiply)),
            apart,
            inverse,
            (1 - 1 / s**2) * here[1],
            (1 - 1 / t**2) * there[1],
        ],
    )


root_at_zero = Lemma("√(1 + ‖0‖²) = 1", claim=eq(root(W.zero), 1))


@root_at_zero.proof
def _(p):
    start = p.use(root_is_at_least_one, w=W.zero)
    low = p.compare_squares(root(W.zero), 1, by=start[1])
    p.equal(root(W.zero), 1, by=(low, start[0]))


forms_are_close = Lemma(
    "s(‖z‖² − ⟨x, z⟩²) changes by at most 3b‖z‖² where s and x change by at most b",
    given=dict(
        s_low=s >= 0,
        s_high=s <= 1,
        change=s - t <= bound,
        x_short=sq(x) <= 1,
        y_short=sq(y) <= 1,
        near=norm(x - y) <= bound,
    ),
    claim=s * (sq(z) - ip(x, z) ** 2) - t * (sq(z) - ip(y, z) ** 2) <= 3 * bound * sq(z),
)


@forms_are_close.proof
def _(p):
    n, d, total = norm(z), ip(x - y, z), ip(x + y, z)
    (n0, nn), far = p.norm(z), p.norm(x - y)[0]
    b0 = p.have(bound >= 0, by=[far, p.near])
    one, two = (
        p.compare_squares(norm(v), 1, by=[p.norm(v)[1], short])
        for v, short in ((x, p.x_short), (y, p.y_short))
    )
    # −bn ≤ ⟨x − y, z⟩ ≤ bn and −2n ≤ ⟨x + y, z⟩ ≤ 2n
    over, under = (
        p.have(sign * d <= bound * n, by=[p.cauchy_schwarz(sign * (x - y), z), n0 * p.near])
        for sign in (1, -1)
    )
    long, back = (
        p.have(
            sign * total <= 2 * n,
            by=[
                p.cauchy_schwarz(sign * x, z),
                p.cauchy_schwarz(sign * y, z),
                n0 * one,
                n0 * two,
            ],
        )
        for sign in (1, -1)
    )
    half = p.have(-d * total <= 2 * bound * sq(z), by=[under * back, over * long, 2 * bound * nn])
    above = p.have(ip(y, z) ** 2 >= 0, squares=[ip(y, z)])
    left, right = (
        p.have(sign * ip(y, z) <= n, by=[p.cauchy_schwarz(sign * y, z), n0 * two])
        for sign in (1, -1)
    )
    below = p.have(sq(z) - ip(y, z) ** 2 >= 0, by=[left * right, nn])
    wide = p.have(sq(z) >= 0)
    p.have(
        forms_are_close.claim,
        by=[p.change * below, b0 * above, p.s_low * half, 2 * (1 - s) * bound * wide],
    )


def bend(w, z):
    """Return the quadratic form of the Hessian of √(1 + ‖w‖²) at z."""
    return sq(z) / root(w) - ip(w, z) ** 2 / root(w) ** 3


form_of_the_root = Lemma(
    "The quadratic form of the Hessian of √(1 + ‖w‖²) at z is between 0 and ‖z‖², and 3‖z‖²-"
    "Lipschitz in w",
    claim=forall(
        [w, v, z],
        conj(
            0 <= bend(w, z),
            bend(w, z) <= sq(z),
            bend(w, z) - bend(v, z) <= 3 * norm(w - v) * sq(z),
        ),
    ),
)


@form_of_the_root.proof
def _(p):
    def direction(w):
        """Prove that √(1 + ‖w‖²) is at least 1, and its quotient of w short."""
        low, square = (p.use(root_is_at_least_one, w=w)[side] for side in (0, 1))
        p.have(1 <= root(w), by=low)
        p.have(conj(0 <= 1 / root(w), 1 / root(w) <= 1))
        p.have(sq(w / root(w)) <= 1, by=1 / root(w) ** 2 * square)
        return p.last

    with p.fix(w, v, z):
        near, (n0, nn) = norm(w - v), p.norm(w - v)
        short = direction(w)
        direction(v)
        i, j, x, y = 1 / root(w), 1 / root(v), w / root(w), v / root(v)
        wide, part = p.have(sq(z) >= 0), p.have(ip(x, z) ** 2 >= 0, squares=[ip(x, z)])
        (_, xx), (_, zz) = p.norm(x), p.norm(z)
        along = p.have(
            ip(x, z) ** 2 <= sq(x) * sq(z),
            by=[
                p.cauchy_schwarz(x, z) * p.cauchy_schwarz(-x, z),
                norm(z) ** 2 * xx,
                sq(x) * zz,
            ],
        )
        inside = p.have(0 <= sq(z) - ip(x, z) ** 2, by=[along, wide * short])
        zero = p.have(0 <= bend(w, z), by=i * inside)
        most = p.have(bend(w, z) <= sq(z), by=[i * part, (1 - i) * wide])
        rise = p.compare_squares(root(v) - root(w), near, by=[p.use(roots_are_close, x=w, y=v), nn])
        p.have(0 <= 1 - i * j)
        p.have(i - j <= near, by=[i * j * rise, (1 - i * j) * n0])
        steep = p.use(directions_are_close, x=w, y=v)
        p.compare_squares(norm(x - y), near, by=[steep, p.norm(x - y)[1], nn])
        change = p.use(forms_are_close, {s: i, t: j, bound: near}, x=x, y=y)
        turn = p.have(bend(w, z) - bend(v, z) <= 3 * near * sq(z), by=change)
        p.have(conj(zero.claim, most.claim, turn.claim))
