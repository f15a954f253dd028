"""The best rate under PL for steps γ ≤ 1/L, attained: (1 − γμ)², that of strongly convex functions.

From any point the root of the gap rises by √(μ/2) per length in some direction, and in the ball
around the new point whose sphere goes through the old one f is nowhere above its old value.
"""

from plproof import (
    EXTREME_VALUE,
    FALSE,
    PL,
    Corollary,
    DifferentiableAt,
    Function,
    GradientDescent,
    Lemma,
    Natural,
    Reals,
    Sequence,
    Smooth,
    Space,
    Theorem,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    mapsto,
    norm,
    rational,
    sq,
    sqrt,
)
from theorems.functions.below import below_two, short_enough
from theorems.functions.bowl import bowl, bowl_gradient
from theorems.functions.descent_lemma import descent_lemma
from theorems.functions.tilted_minimum import continuous_where_differentiable

E = Space("E")
f = Function("f", E)
w = Sequence("w", E)
k = Natural("k")
x, y, v, c, q, xs = Vectors("x y v c q x*", E)
mu, L, gamma, a, r, s, t, nu, eps, delta = Reals("mu L gamma a r s t nu epsilon delta")
positive = dict(mu_pos=mu > 0, L_pos=L > 0, smooth=Smooth(f, L), pl=PL(f, mu, xs))


def gap(v):
    return f(v) - f(xs)


rising_step = Lemma(
    "A short step along the gradient raises f by nearly ‖∇f‖² times its length",
    given=dict(L_pos=L > 0, smooth=Smooth(f, L), t_pos=t > 0),
    claim=f(y) + t * sq(grad(f, y)) - rational(3, 2) * L * t**2 * sq(grad(f, y))
    <= f(y + t * grad(f, y)),
)


@rising_step.proof
def _(p):
    g = grad(f, y)
    z = y + t * g
    p.have(t >= 0, by=p.t_pos)
    back = p.use(descent_lemma, beta=L)(z, -t * g)
    n0, nn = p.norm(g)
    p.have(
        ip(g - grad(f, z), g) <= L * t * sq(g),
        by=[
            p.cauchy_schwarz(g - grad(f, z), g),
            p.have(norm(g - grad(f, z)) <= L * norm(t * g), by=p.smooth(y, z)) * n0,
            L * p.norm_of_multiple(t, g) * n0,
            L * t * nn,
        ],
    )
    p.have(rising_step.claim, by=[back, t * p.last])


higher_up = Lemma(
    "In a ball of radius r around c the root of the gap reaches √gap(c) + νr, if ν < √(μ/2)",
    given=positive
    | dict(
        nu_nonneg=nu >= 0,
        slow=2 * nu**2 < mu,
        a_pos=a > 0,
        start=a**2 <= gap(c),
        r_nonneg=r >= 0,
    ),
    claim=exists(y, conj(norm(y - c) <= r, (a + nu * r) ** 2 <= gap(y))),
    note="where (a + ν‖y − c‖)² − gap(y) is least on the ball, a step along the gradient would "
    "make it smaller; so that point lies on the sphere",
)


@higher_up.proof
def _(p):
    steep = p.have(2 * a * nu >= 0, by=p.a_pos * p.nu_nonneg)
    height = mapsto(q, 2 * a * nu * norm(q - c) + nu**2 * sq(q - c) - f(q))
    plain = mapsto(q, nu**2 * sq(q - c) - f(q))
    with p.fix(x, eps), p.suppose(norm(x - c) <= r), p.suppose(eps > 0) as eps_pos:
        p.have(eps / 2 > 0, by=eps_pos)
        p.have(DifferentiableAt(f, x), by=p.smooth[0](x))
        p.have(DifferentiableAt(plain, x), by=p.differentiate(plain, x)[0])
        with (
            p.obtain(p.use(continuous_where_differentiable, f=plain)(eps / 2), delta) as calm,
            p.obtain(p.use(short_enough, a=eps / 2, b=2 * a * nu), s) as slope,
            p.obtain(p.use(below_two, a=delta, b=s), t) as small,
        ):
            with p.fix(v), p.suppose(norm(v - x) <= t) as short:
                p.have(norm(v - x) <= delta, by=[short, small[1][0]])
                length = p.have(norm(v - x) <= s, by=[short, small[1][1]])
                reach = p.have(2 * a * nu * norm(v - x) <= eps / 2, by=[steep * length, slope[1]])
                turned = p.compare_squares(
                    norm(x - v), norm(v - x), by=[p.norm(x - v)[1], p.norm(v - x)[1]]
                )
                up, down = p.triangle(v - x, x - c), p.triangle(x - v, v - c)
                both = calm[1](v)
                p.have(height(v) - height(x) <= eps, by=[both[0], steep * up, reach])
                p.have(
                    -eps <= height(v) - height(x),
                    by=[both[1], steep * down, steep * turned, reach],
                )
                p.have(conj(height(v) - height(x) <= eps, -eps <= height(v) - height(x)))
            close = conj(height(v) - height(x) <= eps, -eps <= height(v) - height(x))
            p.exhibit(
                exists(delta, conj(delta > 0, forall(v, implies(norm(v - x) <= delta, close)))),
                t,
                by=p.last,
            )
    with p.obtain(p.axiom(EXTREME_VALUE, height, c, r), y) as low:
        g, rho, size = grad(f, y), norm(y - c), norm(grad(f, y))
        rho0, rr = p.norm(y - c)
        size0, gg = p.norm(g)
        p.compare_squares(norm(c - c), 0, by=p.norm(c - c)[1])
        p.have(norm(c - c) <= r, by=[p.last, p.r_nonneg])
        p.have(height(y) <= -f(c), by=[low[1](c), p.norm(c - c)[1]])
        high = p.have((a + nu * rho) ** 2 <= gap(y), by=[p.last, p.start, nu**2 * rr])
        with p.cases():
            with p.case(r <= rho) as far:
                p.have(
                    (a + nu * r) ** 2 <= gap(y),
                    by=[
                        high,
                        p.a_pos * p.nu_nonneg * far,
                        nu**2 * (far * rho0),
                        nu**2 * (far * p.r_nonneg),
                    ],
                )
                p.exhibit(higher_up.claim, y)
            with p.case(rho < r) as inside, p.by_contradiction(higher_up.claim):
                root, bend = a + nu * rho, nu**2 + rational(3, 2) * L
                root_pos = p.have(root > 0, by=[p.a_pos, p.nu_nonneg * rho0])
                squares = p.have(
                    4 * nu**2 * root**2 < size * size,
                    by=[gg, p.pl(y), 2 * p.mu_pos * high, 2 * p.slow * root_pos * root_pos],
                )
                with p.cases():
                    with (
                        p.case(size <= 2 * nu * root) as little,
                        p.by_contradiction(2 * nu * root < size),
                    ):
                        reach = p.have(2 * nu * root >= 0, by=p.nu_nonneg * root_pos)
                        p.have(FALSE, by=[squares, little * size0, little * reach])
                    with p.case(2 * nu * root < size):
                        p.have(2 * nu * root < size)
                steeper = p.last
                excess = size - 2 * nu * root
                p.have(excess / 2 > 0, by=steeper)
                size_pos = p.have(size > 0, by=[steeper, p.nu_nonneg * root_pos])
                p.have(size * bend >= 0, by=[size0 * p.L_pos, nu**2 * size0])
                p.have(r - rho > 0, by=inside)
                with (
                    p.obtain(p.use(short_enough, a=excess / 2, b=size * bend), s) as low_bend,
                    p.obtain(p.use(short_enough, a=r - rho, b=size), delta) as within,
                    p.obtain(p.use(below_two, a=s, b=delta), t) as step,
                ):
                    z = y + t * g
                    t_pos = step[0]
                    moved = p.norm_of_multiple(t, g)
                    further = p.have(
                        norm(z - c) <= rho + t * size, by=[p.triangle(t * g, y - c), moved]
                    )
                    p.have(norm(z - c) <= r, by=[further, step[1][1] * size0, within[1]])
                    least = low[1](z)
                    z0, zz = p.norm(z - c)
                    p.have(rho + t * size >= 0, by=[rho0, t_pos * size_pos])
                    wide = p.have(
                        sq(z - c) <= (rho + t * size) ** 2,
                        by=[zz, further * z0, further * p.last],
                    )
                    small = p.have(
                        t * (size * bend) <= excess / 2,
                        by=[low_bend[1], step[1][0] * (p.have(size * bend >= 0))],
                    )
                    p.have(t * size > 0, by=t_pos * size_pos)
                    p.have(
                        FALSE,
                        by=[
                            least,
                            steep * further,
                            nu**2 * wide,
                            nu**2 * rr,
                            p.use(rising_step),
                            L * t**2 * gg,
                            t * gg,
                            t * size * small,
                            p.last * steeper,
                        ],
                    )


no_higher = Lemma(
    "In the ball around x − γ∇f(x) whose sphere goes through x, f is at most f(x), if γ ≤ 1/L",
    given=dict(
        L_pos=L > 0,
        smooth=Smooth(f, L),
        gamma_pos=gamma > 0,
        short=gamma * L <= 1,
        inside=norm(v) <= gamma * norm(grad(f, x)),
    ),
    claim=f(x - gamma * grad(f, x) + v) <= f(x),
)


@no_higher.proof
def _(p):
    g = grad(f, x)
    size0, gg = p.norm(g)
    v0, vv = p.norm(v)
    gamma0 = p.have(gamma >= 0, by=p.gamma_pos)
    room = p.have(1 - gamma * L >= 0, by=p.short)
    along = p.have(
        ip(g, v) <= gamma * sq(g), by=[p.cauchy_schwarz(g, v), p.inside * size0, gamma * gg]
    )
    length = p.have(gamma * norm(g) >= 0, by=gamma0 * size0)
    wide = p.have(
        sq(v) <= gamma**2 * sq(g),
        by=[vv, p.inside * v0, p.inside * length, gamma**2 * gg],
    )
    p.have(
        no_higher.claim,
        by=[
            p.use(descent_lemma, beta=L)(x, v - gamma * g),
            room * along,
            L * wide,
        ],
    )


pl_tight_rate = Theorem(
    "One gradient step with a step γ ≤ 1/L multiplies the gap by at most (1 − γμ)² under PL",
    given=dict(
        mu_pos=mu > 0,
        order=mu <= L,
        gamma_pos=gamma > 0,
        short=gamma * L <= 1,
        smooth=Smooth(f, L),
        pl=PL(f, mu, xs),
    ),
    claim=gap(x - gamma * grad(f, x)) <= (1 - gamma * mu) ** 2 * gap(x),
    note="the rate of strongly convex functions, attained by f(x) = μ‖x‖²/2, and better than what "
    "the inequalities at the two points give: they leave out that f rises from the new point by "
    "√(μ/2) per length of the root of the gap, in some direction",
)


@pl_tight_rate.proof
def _(p):
    g, after = grad(f, x), x - gamma * grad(f, x)
    old, new, m = sqrt(gap(x)), sqrt(gap(after)), sqrt(mu / 2)
    size, factor = norm(g), 1 - gamma * mu
    p.have(L > 0, by=[p.mu_pos, p.order])
    gamma0 = p.have(gamma >= 0, by=p.gamma_pos)
    factor0 = p.have(factor >= 0, by=[p.short, gamma0 * p.order])
    p.have(mu / 2 > 0, by=p.mu_pos)
    p.have(mu / 2 >= 0, by=p.mu_pos)
    m0, m_square = p.root(mu / 2)
    size0, gg = p.norm(g)
    same = p.compare_squares(norm(x - x), 0, by=p.norm(x - x)[1])
    p.have(norm(x - x) <= gamma * size, by=[same, gamma0 * size0])
    lower = p.use(no_higher, v=x - x)
    with p.cases():
        with p.case(gap(x) < 0) as below:
            p.have(
                pl_tight_rate.claim,
                by=[lower, gamma0 * p.mu_pos * below, factor0 * gamma0 * p.mu_pos * below],
            )
        with p.case(0 <= gap(x)) as above, p.cases():
            with p.case(gap(after) <= 0) as nothing:
                p.have(pl_tight_rate.claim, by=[nothing, factor**2 * above])
            with p.case(0 < gap(after)):
                p.have(gap(after) >= 0)
                (old0, old_square), (new0, new_square) = p.root(gap(x)), p.root(gap(after))
                reach = p.have(factor * old >= 0, by=factor0 * old0)
                with p.cases():
                    with p.case(new <= factor * old) as slow:
                        p.have(
                            pl_tight_rate.claim,
                            by=[new_square, slow * new0, slow * reach, factor**2 * old_square],
                        )
                    with (
                        p.case(factor * old < new) as fast,
                        p.by_contradiction(pl_tight_rate.claim),
                    ):
                        p.have(new > 0, by=[fast, reach])
                        with p.cases():
                            with p.case(m <= 0) as none, p.by_contradiction(m > 0):
                                p.have(FALSE, by=[m_square, none * m0, p.mu_pos])
                            with p.case(m > 0):
                                p.have(m > 0)
                        m_pos = p.last
                        steep = p.compare_squares(
                            2 * m * old,
                            size,
                            by=[gg, p.pl(x), 4 * old**2 * m_square, 2 * mu * old_square],
                        )
                        radius = p.have(gamma * size >= 0, by=gamma0 * size0)
                        excess = new + m * gamma * size - old
                        ahead = p.have(
                            excess > 0, by=[fast, m0 * gamma0 * steep, 2 * gamma * old * m_square]
                        )
                        p.have(excess / 2 > 0, by=ahead)
                        with (
                            p.obtain(p.use(short_enough, a=excess / 2, b=gamma * size), s) as slope,
                            p.obtain(p.use(below_two, a=s, b=m), delta) as small,
                        ):
                            slower = m - delta
                            p.have(slower >= 0, by=small[1][1])
                            p.have(
                                2 * slower**2 < mu,
                                by=[m_square, small[0] * m_pos, small[0] * small[1][1]],
                            )
                            p.have(new**2 <= gap(after), by=new_square)
                            top = p.use(higher_up, nu=slower, a=new, c=after, r=gamma * size)
                            with p.obtain(top, y) as high:
                                p.have(norm(y - after) <= gamma * size, by=high[0])
                                low = p.use(no_higher, v=y - after)
                                far = p.have(
                                    old + excess / 2 <= new + slower * (gamma * size),
                                    by=[slope[1], small[1][0] * radius],
                                )
                                half_way = p.have(old + excess / 2 >= 0, by=[old0, ahead])
                                p.have(new + slower * (gamma * size) >= 0, by=[far, half_way])
                                p.have(
                                    FALSE,
                                    by=[
                                        high[1],
                                        low,
                                        far * half_way,
                                        far * p.last,
                                        old_square,
                                        old0 * ahead,
                                        ahead * ahead,
                                    ],
                                )


pl_tight_descent = Corollary(
    "Gradient descent with a step γ ≤ 1/L under PL: after k steps the gap is (1 − γμ)^(2k) of it",
    given=pl_tight_rate.given | dict(gd=GradientDescent(f, w, gamma)),
    claim=forall(k, gap(w[k]) <= ((1 - gamma * mu) ** 2) ** k * gap(w[0])),
)


@pl_tight_descent.proof
def _(p):
    with p.induction(), p.step(k) as ih:
        one = p.have(
            gap(w[k + 1]) <= (1 - gamma * mu) ** 2 * gap(w[k]),
            by=[p.use(pl_tight_rate, x=w[k]), p.gd(k)],
        )
        p.have(
            gap(w[k + 1]) <= ((1 - gamma * mu) ** 2) ** (k + 1) * gap(w[0]),
            by=[one, (1 - gamma * mu) ** 2 * ih],
        )


quadratic = bowl(mu)

pl_tight_attained = Lemma(
    "f(x) = μ‖x‖²/2 attains (1 − γμ)² at every point and for every step γ",
    claim=eq(quadratic(x - gamma * grad(quadratic, x)), (1 - gamma * mu) ** 2 * quadratic(x)),
)


@pl_tight_attained.proof
def _(p):
    p.have(pl_tight_attained.claim, by=p.use(bowl_gradient, c=mu)[1](x))
