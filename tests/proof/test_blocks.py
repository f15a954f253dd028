"""Blocks and their false neighbours: a block proves what it ends in, and nothing leaks out."""

import inspect

import pytest

from plproof import (
    FALSE,
    Function,
    Natural,
    ProofError,
    Reals,
    Sequence,
    Space,
    StronglyConvex,
    Theorem,
    Vectors,
    eq,
    exists,
    forall,
    grad,
    implies,
    ip,
    rational,
    sq,
)
from plproof.kernel.normal import KernelError
from tests.proof.scripts import fails, proves

E, G = Space("E"), Space("G")
f = Function("f", E)
x, y, z = Vectors("x y z", E)
a, b, c, alpha, d = Reals("a b c alpha d")
k, n = Natural("k"), Natural("n")
s = Sequence("s")


# ---------------------------------------------------------------- induction
def bounded(level, start=None, grows=None):
    """Prove s(k) ≤ level by induction; ``start`` writes the base, ``grows`` names the step."""

    def script(p):
        with p.induction():
            if start is not None:
                with p.base():
                    p.have(s[0] <= level, by=start(p))
            with p.step(k) as ih:
                p.have(s[k + 1] <= level, by=[ih, grows(p)(k)])

    return script


DECREASING = forall(k, s[k + 1] <= s[k])


def test_an_induction_with_its_base_and_its_step():
    claim = forall(k, s[k] <= a)
    script = bounded(a, start=lambda p: p.low, grows=lambda p: p.falls)
    thm = proves(claim, script, low=s[0] <= a, falls=DECREASING)
    assert thm.conclusion == claim


def test_an_induction_with_a_false_base_is_refused():
    claim = forall(k, s[k] <= a)
    script = bounded(a, start=lambda p: p.low, grows=lambda p: p.falls)
    error = fails(claim, script, "not found", low=s[0] <= a + 1, falls=DECREASING)
    assert error.goal == str(s[0] <= a)


def test_an_induction_whose_base_does_not_go_without_help_says_which_base():
    claim = forall(k, s[k] <= a)
    script = bounded(a, grows=lambda p: p.falls)
    error = fails(claim, script, "not found", falls=DECREASING)
    assert error.goal == str(s[0] <= a)


def test_an_induction_whose_step_goes_the_other_way_is_refused():
    claim = forall(k, s[k] <= a)
    script = bounded(a, start=lambda p: p.low, grows=lambda p: p.falls)
    rising = forall(k, s[k + 1] >= s[k])
    fails(claim, script, "not found", low=s[0] <= a, falls=rising)


def test_a_step_must_be_proved_for_a_number_nothing_is_known_about():
    def script(p):
        with p.induction(), p.step(k) as ih:
            p.have(s[k + 1] <= s[0], by=[ih, p.here])

    fails(forall(k, s[k] <= s[0]), script, "free in a hypothesis", here=s[k + 1] <= s[k])


def test_a_step_proves_the_next_number_and_not_a_later_one():
    def script(p):
        with p.induction(forall(k, s[k] <= a)):
            with p.base():
                p.have(s[0] <= a, by=p.low)
            with p.step(k):
                p.have(s[k + 2] <= a, by=p.far(k))

    far = forall(k, s[k + 2] <= a)
    fails(forall(k, s[k] <= a), script, "not found", low=s[0] <= a, far=far)


@pytest.mark.parametrize("claim", [a >= 1, forall(a, a >= 1), forall(x, sq(x) >= 1)], ids=str)
def test_induction_is_over_natural_numbers_only(claim):
    def script(p):
        with p.induction():
            pass

    fails(claim, script, "induction needs a goal ∀k∈ℕ")


@pytest.mark.parametrize("block", ["step", "base"])
def test_a_step_or_base_outside_an_induction_is_refused_in_words(block):
    def script(p):
        with getattr(p, block)(*([k] if block == "step" else [])):
            p.have(sq(a) >= 0)

    fails(sq(a) >= 0, script, "belong inside `with p.induction")


# ---------------------------------------------------------------- chains
def test_a_chain_of_equations_is_an_equation_and_a_strict_link_makes_it_strict():
    equal = proves(
        eq(a, c), lambda p: p.calc(a, ("=", b, p.one), ("=", c, p.two)), one=eq(a, b), two=eq(b, c)
    )
    assert equal.conclusion == eq(a, c)
    down = lambda p: p.calc(a, (">=", b, p.one), (">", c, p.two), ("=", d, p.three))  # noqa: E731
    given = dict(one=a >= b, two=b > c, three=eq(c, d))
    assert proves(a > d, down, **given).conclusion == (a > d)
    fails(a > d, down, "not found", **(given | dict(two=b >= c)))


def test_a_chain_fails_at_its_weak_link():
    error = fails(
        a <= d,
        lambda p: p.calc(a, ("<=", b, p.one), ("<=", c, p.one), ("<=", d, p.two)),
        "not found",
        one=a <= b,
        two=c <= d,
    )
    assert error.goal == str(b <= c)


def test_a_chain_of_weak_links_is_not_strict():
    chain = lambda p: p.calc(a, ("<=", b, p.one), ("<=", c, p.two))  # noqa: E731
    fails(a < c, chain, "without proving the claim", one=a <= b, two=b <= c)


# ---------------------------------------------------------------- cases
def test_cases_that_end_in_different_facts_are_refused():
    def script(p):
        with p.cases():
            with p.case(a <= b) as low:
                p.have(a <= b, by=low)
            with p.case(b < a) as high:
                p.have(a >= b, by=high)

    with pytest.raises(ProofError):
        proves(a <= b, script)


def leaking(p):
    """Use after a split what one of its cases supposed."""
    with p.cases():
        with p.case(a <= b) as low:
            p.have(sq(a) >= 0)
        with p.case(b < a):
            p.have(sq(a) >= 0)
    p.have(a <= b, by=low)


def test_what_a_case_supposed_is_refused_at_the_line_that_uses_it():
    error = fails(a <= b, leaking, "a ≤ b")
    assert error.place.line == inspect.getsourcelines(leaking)[1] + 7


@pytest.mark.parametrize("count", [0, 1])
def test_a_split_needs_two_cases(count):
    def script(p):
        with p.cases():
            for _ in range(count):
                with p.case(a <= b):
                    p.have(sq(a) >= 0)

    fails(sq(a) >= 0, script, "at least two cases")


def test_a_case_outside_a_split_is_refused_in_words():
    def script(p):
        with p.case(a <= b):
            p.have(sq(a) >= 0)

    fails(sq(a) >= 0, script, "belongs inside `with p.cases")


def test_a_known_disjunction_does_not_cover_other_cases():
    def script(p):
        with p.cases(p.either):
            for proposition in (a >= 1, b >= 2):
                with p.case(proposition):
                    p.have(sq(a) >= 0)

    with pytest.raises(ProofError):
        proves(sq(a) >= 0, script, either=(a >= 1) | (b >= 1))


# ---------------------------------------------------------------- what a block ends in
def test_what_was_supposed_is_discharged_and_not_lost():
    def script(p):
        with p.suppose(a >= 1) as big:
            p.have(a >= 0, by=big)

    assert proves(implies(a >= 1, a >= 0), script).conclusion == implies(a >= 1, a >= 0)
    fails(a >= 0, script, "without proving the claim")


def test_an_empty_block_is_refused_in_words():
    def script(p):
        with p.fix(x):
            pass

    fails(forall(x, sq(x) >= 0), script, "the block is empty")


def test_nothing_is_obtained_from_a_fact_that_does_not_say_what_exists():
    def script(p):
        with p.obtain(p.positive, b) as found:
            p.have(a > 0, by=found)

    fails(a > 0, script, "a > 0 does not say what exists", positive=a > 0)


def no_contradiction(p):
    with p.by_contradiction(a >= 1):
        p.have(sq(a) >= 0)


def escaping(p):
    with p.obtain(p.some, b) as found:
        p.have(a < b, by=found)


def test_a_contradiction_ends_in_falsehood_and_what_was_obtained_stays_inside():
    with pytest.raises((ProofError, KernelError), match="is not ⊥"):
        proves(a >= 1, no_contradiction)
    with pytest.raises((ProofError, KernelError), match="still free"):
        proves(a < b, escaping, some=exists(b, a < b))


@pytest.mark.parametrize(
    ("script", "claim", "given"),
    [(no_contradiction, a >= 1, {}), (escaping, a < b, dict(some=exists(b, a < b)))],
    ids=["by_contradiction", "obtain"],
)
def test_a_block_that_ends_wrongly_is_an_error_of_the_proof(script, claim, given):
    fails(claim, script, "⊥|still free", **given)


def test_a_contradiction_is_not_found_where_there_is_none():
    def script(p):
        with p.by_contradiction(eq(a, 0)) as no:
            p.have(FALSE, by=[no, p.low])

    with pytest.raises(ProofError):
        proves(eq(a, 0), script, low=a >= 0)


def test_two_variables_are_fixed_in_the_order_of_the_claim():
    def script(p):
        with p.fix(a, b):
            p.have(a * b <= (sq(a) + sq(b)) / 2)

    right = forall([a, b], a * b <= (sq(a) + sq(b)) / 2)
    assert proves(right, script).conclusion == right


def test_a_witness_is_not_taken_for_another_one():
    claim = forall(a, exists(b, b > a))

    def script(p):
        with p.fix(a):
            p.exhibit(exists(b, b > a), a + 1)

    assert proves(claim, script).conclusion == claim
    fails(exists(b, forall(a, b > a)), script, "without proving the claim")


# ---------------------------------------------------------------- vectors and minima
def test_a_vector_whose_square_is_only_known_to_be_small_is_not_zero():
    fails(eq(x, 0), lambda p: p.zero_vector(x, by=p.low), "not found", low=sq(x) <= a)
    proves(eq(x, 0), lambda p: p.zero_vector(x, by=p.low), low=sq(x) <= 0)


@pytest.mark.parametrize("factor", ["1.01", "2"])
def test_the_minimum_of_a_quadratic_is_not_a_larger_one(factor):
    def claim(t):
        return forall(x, f(z) >= f(x) - sq(grad(f, x)) / (2 * alpha * t))

    def script(t):
        def write(p):
            with p.fix(x):
                lower = p.minimise(p.convex(x), over=y)
                p.have(f(z) >= f(x) - sq(grad(f, x)) / (2 * alpha * t), by=lower(z))

        return write

    given = dict(positive=alpha > 0, convex=StronglyConvex(f, alpha))
    proves(claim(rational(1)), script(rational(1)), **given)
    fails(claim(rational(factor)), script(rational(factor)), "not found", **given)


@pytest.mark.parametrize(
    ("bound", "message"), [(a + f(x), "does not bound"), (ip(x, y), "no minimum")], ids=str
)
def test_what_has_no_minimum_is_not_minimised(bound, message):
    def script(p):
        p.minimise(p.low, over=y)

    error = fails(sq(x) >= 0, script, message, low=forall(y, f(y) >= bound))
    assert error.place.line == inspect.getsourcelines(script)[1] + 1


# ---------------------------------------------------------------- other theorems
LEMMA = Theorem("lemma", given=dict(pos=a > 0, big=b >= a), claim=b > 0)
LEMMA.proof(lambda p: p.have(b > 0, by=[p.pos, p.big]))


def test_every_missing_hypothesis_of_a_theorem_is_named_at_once():
    error = fails(d > 0, lambda p: p.have(d > 0, by=p.use(LEMMA, a=c, b=d)), "not known")
    assert "pos: c > 0" in error.message and "big: d ≥ c" in error.message


def test_a_theorem_has_no_variable_it_does_not_mention():
    fails(d > 0, lambda p: p.use(LEMMA, q=c), "no variable q; it has a, b")


def test_a_theorem_gives_its_own_claim_and_not_a_stronger_one():
    given = dict(low=c > 0, high=d >= c)
    proves(d > 0, lambda p: p.have(d > 0, by=p.use(LEMMA, a=c, b=d)), **given)
    fails(d >= 1, lambda p: p.have(d >= 1, by=p.use(LEMMA, a=c, b=d)), "not found", **given)


def test_theorems_that_use_each_other_are_refused():
    first = Theorem("first", claim=a >= 1)
    second = Theorem("second", claim=a >= 1)
    first.proof(lambda p: p.have(a >= 1, by=second))
    second.proof(lambda p: p.have(a >= 1, by=first))
    with pytest.raises(ProofError, match="uses itself"):
        first.derive()


def test_a_gap_in_a_theorem_that_is_used_stays_visible():
    gap = Theorem("gap", claim=a >= 1)
    gap.proof(lambda p: p.admit(a >= 1))
    thm = proves(a >= 0, lambda p: p.have(a >= 0, by=p.use(gap)))
    assert len(thm.admits) == 1 and "a ≥ 1" in str(thm.admits[0])


def test_a_refuted_or_vacuous_statement_does_not_become_a_lemma_about_everything():
    wrong = Theorem("wrong", given=dict(pos=a > 0), claim=a**2 >= a, expect="refuted")
    wrong.proof(lambda p: p.have(FALSE, by=p.statement(rational(1, 2))))
    fails(b**2 >= b, lambda p: p.use(wrong, a=b), "cannot be used", pos=b > 0)
    empty = Theorem("empty", given=dict(up=a > 0, down=a < 0), claim=a >= 7, expect="vacuous")
    empty.proof(lambda p: p.have(FALSE, by=[p.up, p.down]))
    fails(b >= 7, lambda p: p.use(empty, a=b), "down: b < 0", pos=b > 0)


def test_a_theorem_about_one_space_is_not_used_in_two_at_once():
    both = Theorem("both", claim=sq(x + y) <= 2 * sq(x) + 2 * sq(y))
    both.proof(lambda p: p.have(both.claim))
    g = Vectors("g", G)[0]
    with pytest.raises(ProofError):
        proves(sq(g) >= 0, lambda p: p.use(both, x=g, y=z))


# ---------------------------------------------------------------- where it says it failed
def test_the_line_of_a_failing_step_inside_a_block_is_the_authors():
    def script(p):
        with p.fix(x), p.suppose(sq(x) <= a):
            p.have(sq(x) >= 0)
            p.have(
                sq(x) <= b,
            )

    error = fails(forall(x, implies(sq(x) <= a, sq(x) <= b)), script, "not found")
    assert error.place.file == __file__
    assert error.place.line == inspect.getsourcelines(script)[1] + 3
