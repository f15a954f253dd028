"""What an author writes: every kind of step, and its false neighbours."""

import pytest

from plproof import (
    FALSE,
    SEGMENT,
    Definition,
    Function,
    LanguageError,
    Natural,
    ProofError,
    Reals,
    Sequence,
    Smooth,
    Space,
    StronglyConvex,
    Theorem,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    ne,
    neg,
    norm,
    rational,
    sq,
    sqrt,
)
from tests.proof.scripts import fails, proves

E = Space("E")
f = Function("f", E)
x, y, z = Vectors("x y z", E)
a, b, c, alpha, mu, gamma, L = Reals("a b c alpha mu gamma L")
k = Natural("k")
s = Sequence("s")


def test_multipliers_are_found():
    thm = proves(
        3 * a <= 2 * b + c,
        lambda p: p.have(3 * a <= 2 * b + c, by=[p.one, p.two]),
        one=a <= b,
        two=a <= c,
    )
    assert thm.conclusion == (3 * a <= 2 * b + c)


def test_multipliers_may_be_parameters_of_known_sign():
    claim = a * b <= a * c
    proves(claim, lambda p: p.have(claim, by=p.order), sign=a >= 0, order=b <= c)
    fails(claim, lambda p: p.have(claim, by=p.order), "not found", order=b <= c)


def test_squares_are_completed():
    claim = ip(x, y) <= sq(x) / 2 + sq(y) / 2
    proves(claim, lambda p: p.have(claim))
    wrong = ip(x, y) <= sq(x) / 2 + rational("0.49") * sq(y)
    fails(wrong, lambda p: p.have(wrong), "not found")


def test_products_of_facts_are_offered():
    claim = a * c <= b * c
    proves(claim, lambda p: p.have(claim, by=p.order * p.sign), order=a <= b, sign=c >= 0)


def test_equations_of_vectors_rewrite():
    claim = f(x) <= a
    script = lambda p: p.have(claim, by=[p.same, p.bound])  # noqa: E731
    proves(claim, script, same=eq(x, y + z), bound=f(y + z) <= a)
    fails(claim, script, "not found", same=eq(x, y - z), bound=f(y + z) <= a)


def test_a_chain_is_proved_link_by_link():
    proves(
        a < c,
        lambda p: p.calc(a, ("<=", b, p.first), ("<", c, p.second)),
        first=a <= b,
        second=b < c,
    )
    fails(
        a < c,
        lambda p: p.calc(a, ("<=", b, p.first), (">=", c, p.second)),
        "mixes directions",
        first=a <= b,
        second=b >= c,
    )


def split(*propositions):
    def script(p):
        with p.cases():
            for proposition in propositions:
                with p.case(proposition):
                    p.have(sq(a) >= 0)

    return script


@pytest.mark.parametrize(
    "propositions",
    [(a <= b, b < a), (b < a, a <= b), (a > b, a <= b), (eq(a, b), ne(a, b)),
     (a < b, eq(a, b), b < a)],
    ids=str,
)  # fmt: skip
def test_an_exhaustive_split_is_accepted(propositions):
    proves(sq(a) >= 0, split(*propositions))


@pytest.mark.parametrize(
    "propositions", [(a < b, b < a), (a <= b, a <= c), (a < b, eq(a, b), a < b)], ids=str
)
def test_a_split_that_is_not_exhaustive_is_refused(propositions):
    fails(sq(a) >= 0, split(*propositions), "exhaustive")


def test_a_split_along_a_known_disjunction():
    def script(p):
        with p.cases(p.either):
            for proposition in (a >= 1, b >= 1):
                with p.case(proposition) as big:
                    p.have(a + b >= 1, by=[big, p.a0, p.b0])

    proves(a + b >= 1, script, either=(a >= 1) | (b >= 1), a0=a >= 0, b0=b >= 0)


def doubling(last):
    def script(p):
        with p.induction(), p.step(k) as ih:
            p.have(last(k + 1), by=[ih, p.step_(k)])

    return script


def test_induction_proves_a_rate_and_not_a_better_one():
    good = forall(k, s[k] <= a**k * s[0])
    given = dict(a0=a >= 0, step_=forall(k, s[k + 1] <= a * s[k]))
    proves(good, doubling(lambda n: s[n] <= a**n * s[0]), **given)
    better = forall(k, s[k] <= a ** (2 * k) * s[0])
    fails(better, doubling(lambda n: s[n] <= a ** (2 * n) * s[0]), "not found", **given)


def test_induction_without_a_step_is_refused():
    def script(p):
        with p.induction():
            pass

    fails(forall(k, s[k] <= s[k]), script, "no p.step")


def test_blocks_generalise_and_discharge():
    def script(p):
        with p.fix(x), p.suppose(sq(x) <= 0) as small:
            p.zero_vector(x, by=small)

    proves(forall(x, implies(sq(x) <= 0, eq(x, 0))), script)


def test_a_fixed_variable_must_not_be_in_a_hypothesis():
    def script(p):
        with p.fix(a):
            p.have(a >= 1, by=p.big)

    fails(forall(a, a >= 1), script, "free in a hypothesis", big=a >= 1)


def test_contradiction_exhibit_and_obtain():
    def by_contradiction(p):
        with p.by_contradiction(ne(a, 0)) as no:
            p.have(FALSE, by=[p.positive, p.zero])
            assert no.claim == neg(ne(a, 0))

    proves(ne(a, 0), by_contradiction, positive=a > 0, zero=eq(a, 0))
    proves(exists(b, b > a), lambda p: p.exhibit(exists(b, b > a), a + 1))
    fails(exists(b, b > a), lambda p: p.exhibit(exists(b, b > a), a - 1), "not found")

    def obtaining(p):
        with p.obtain(p.some, b) as found:
            p.have(a < 5, by=[found[0], found[1]])

    proves(a < 5, obtaining, some=exists(b, conj(a < b, b <= 5)))


def test_a_variable_that_was_obtained_does_not_escape():
    def script(p):
        with p.obtain(p.some, b) as found:
            p.have(a < b, by=found)

    with pytest.raises(Exception, match="still free"):
        proves(a < b, script, some=exists(b, a < b))


def test_minimising_the_right_side_over_a_vector():
    def script(p):
        with p.fix(x):
            lower = p.minimise(p.convex(x), over=y)
            p.have(f(z) >= f(x) - sq(grad(f, x)) / (2 * alpha), by=lower(z))

    claim = forall(x, f(z) >= f(x) - sq(grad(f, x)) / (2 * alpha))
    proves(claim, script, positive=alpha > 0, convex=StronglyConvex(f, alpha))
    fails(claim, script, "not defined", convex=StronglyConvex(f, alpha))


def test_another_theorem_is_used_with_other_names_and_in_another_space():
    lemma = Theorem("lemma", given=dict(pos=a > 0), claim=forall(x, a * sq(x) >= 0))
    lemma.proof(lambda p: p.have(lemma.claim, by=lambda x: [], squares=[]))
    g = Vectors("g", Space("G"))[0]
    elsewhere = Theorem("elsewhere", given=dict(pos=a > 0), claim=a * sq(g) >= 0)
    elsewhere.proof(lambda p: p.have(a * sq(g) >= 0))
    there = lambda p: p.have(b * sq(y) >= 0, by=p.use(elsewhere, a=b, g=y))  # noqa: E731
    moved = proves(b * sq(y) >= 0, there, q=b > 0)
    assert moved.conclusion == (b * sq(y) >= 0)
    thm = proves(b * sq(x) >= 0, lambda p: p.have(b * sq(x) >= 0, by=p.use(lemma, a=b)(x)), q=b > 0)
    assert thm.conclusion == (b * sq(x) >= 0)
    error = fails(b * sq(x) >= 0, lambda p: p.have(b * sq(x) >= 0, by=p.use(lemma, a=b)(x)), "pos")
    assert "not known" in error.message


def test_an_axiom_is_used_at_points():
    bound = f(x + y) <= f(x) + a + b / 2
    given = dict(
        smooth=Smooth(f, L),
        slope=forall(c, implies(conj(c >= 0, c <= 1), ip(grad(f, x + c * y), y) <= a + b * c)),
    )
    thm = proves(bound, lambda p: p.have(bound, by=p.axiom(SEGMENT, f, x, y, a, b)), **given)
    assert [name for name, _ in thm.axioms] == ["segment"]


def test_an_admitted_step_stays_visible():
    thm = proves(a >= 1, lambda p: p.admit(a >= 1))
    assert thm.admits == (a >= 1,)


def test_a_circular_proof_is_refused():
    loop = Theorem("loop", claim=a >= 1)
    loop.proof(lambda p: p.have(a >= 1, by=loop))
    with pytest.raises(ProofError, match="uses itself"):
        loop.derive()


def test_a_theorem_without_a_proof_says_so():
    with pytest.raises(ProofError, match="there is no proof"):
        Theorem("bare", claim=sq(a) >= 0).derive()


def test_a_false_statement_is_refuted_by_an_instance():
    wrong = Theorem("squares grow", given=dict(pos=a > 0), claim=a**2 >= a, expect="refuted")
    wrong.proof(lambda p: p.have(FALSE, by=p.statement(rational(1, 2))))
    assert wrong.derive().theorem.conclusion == neg(wrong.statement.closed())
    right = Theorem("squares", claim=a**2 >= 0, expect="refuted")
    right.proof(lambda p: p.have(FALSE, by=p.statement(rational(1, 2))))
    with pytest.raises(ProofError, match="not found"):
        right.derive()


def test_a_class_of_the_users_own():
    Secant = Definition("Secant", [f, mu, z], forall(x, ip(grad(f, x), x - z) >= mu * sq(x - z)))
    Bound = Definition("Bound", [f, L, z], forall(x, norm(grad(f, x)) <= L * norm(x - z)))

    def claim(rate):
        return forall(x, sq(x - gamma * grad(f, x) - z) <= rate * sq(x - z))

    def script(rate):
        def write(p):
            with p.fix(x):
                g, d = grad(f, x), x - z
                (g0, gg), (d0, dd) = p.norm(g), p.norm(d)
                by = p.bound(x)
                p.have(sq(g) <= L**2 * sq(d), by=[by * g0, L * (by * d0), gg, L**2 * dd])
                p.have(sq(x - gamma * g - z) <= rate * sq(d),
                       by=[p.secant(x), p.last])  # fmt: skip

        return write

    rate = 1 - 2 * gamma * mu + gamma**2 * L**2
    given = dict(secant=Secant(f, mu, z), bound=Bound(f, L, z), g_pos=gamma > 0, l_pos=L > 0)
    proves(claim(rate), script(rate), **given)
    smaller = 1 - 2 * gamma * mu + gamma**2 * L**2 / 2
    fails(claim(smaller), script(smaller), "not found", **given)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        *((name, "means something else") for name in ("have", "goal", "cases", "last", "theorem")),
        *((name, "begin with _") for name in ("_named", "_prover", "_mine", "__class__")),
        *((name, "a name of Python") for name in ("not a word", "lambda", "", "1st")),
    ],
)
def test_a_hypothesis_is_not_called_like_what_a_proof_has(name, why):
    with pytest.raises(LanguageError, match=f"cannot be called '{name}': .*{why}"):
        Theorem("t", given={name: a > 0}, claim=a >= 0)


def test_a_refutation_has_a_statement_and_a_proof_may_have_a_hypothesis_of_that_name():
    proves(a >= 0, lambda p: p.have(a >= 0, by=[p.statement]), statement=a > 0)
    with pytest.raises(LanguageError, match=r"p\.statement means something else"):
        Theorem("t", given=dict(statement=a > 0), claim=a > 1, expect="refuted")


def test_definedness_is_asked_for_in_one_block():
    statement = Theorem("t", claim=(a / b <= 1) | (sqrt(c) <= a / (b + 1)))
    statement.proof(lambda p: None)
    with pytest.raises(ProofError, match="not defined") as error:
        statement.derive()
    assert len(error.value.missing) == 3
    assert "b ≠ 0" in " ".join(error.value.missing)


def test_notebooks_show_the_statement():
    theorem = Theorem("A <title>", given=dict(pos=a > 0), claim=a >= 0)
    assert "\\ge" in theorem._repr_latex_()
    assert "*pos*" in theorem._repr_markdown_()
    assert "&lt;title&gt;" in theorem._repr_html_()
