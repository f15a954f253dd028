"""Certificates in words: every premise is named, coefficients are fractions, signs are right."""

from fractions import Fraction

import pytest
from report_statements import result_of

from plproof import Function, Lemma, Natural, Reals, Space, Vectors, eq, exists, implies, ip, sq
from plproof.kernel.combine import Summand, combine
from plproof.kernel.rules import assume
from plproof.language.notation import canonical
from plproof.language.printing import LATEX, UNICODE, show
from plproof.language.sorts import NAT, REAL, function
from plproof.language.syntax import variable
from plproof.language.terms import as_real
from plproof.report.certificates import Names, certificate, is_sign
from plproof.report.coefficients import Coefficient, written
from plproof.report.outline import reasons, split, unsaid
from plproof.report.steps import proof_names
from plproof.report.transcript import transcript

E = Space("E")
f = Function("f", E)
x, y = Vectors("x y", E)
a, b, mu, beta = Reals("a b mu beta")


CARRIES = ("generalise", "rewrite", "convert", "definite")


def text_of(thm, *named):
    return certificate(thm, Names({}, dict(named)))


def test_a_square_is_completed():
    small = f(x) <= f(y)
    lemma = Lemma("c", given=dict(small=small), claim=f(x) + 2 * ip(x, y) <= f(y) + sq(x) + sq(y))
    lemma.proof(lambda p: p.have(lemma.claim, by=p.small))
    (line,) = transcript(result_of(lemma)).steps
    wanted = ("slack = small + ‖x − y‖² ≥ 0", "slack = small + ‖y − x‖² ≥ 0")
    assert line.certificate.text in wanted and line.also == ""
    assert r"\left\Vert" in line.certificate.latex


def test_a_sign_is_a_factor_and_a_fact_is_named():
    order, positive = a <= b, mu > 0
    thm = combine(
        assume(proposition=positive),
        assume(proposition=order),
        goal=mu * a <= mu * b,
        summands=[Summand(Fraction(1), (0, 1))],
    )
    assert text_of(thm, (order, "order")) == "slack = μ·order ≥ 0"
    assert text_of(thm) == "slack = μ·[a ≤ b] ≥ 0"


def test_an_equation_shows_its_multiplier_and_sign():
    same = eq(a, b)
    thm = combine(
        assume(proposition=same),
        goal=eq(mu * b, mu * a),
        summands=[Summand(Fraction(-1), (0,), (), mu)],
    )
    assert text_of(thm, (same, "same")) == "difference = −μ·same = 0"
    assert certificate(thm, Names({}, {same: "same"}), LATEX) == (
        r"\text{difference} = -\mu \cdot \text{same} = 0"
    )


def test_strict_claims_are_strict():
    thm = combine(
        assume(proposition=a < b), goal=2 * a < 2 * b, summands=[Summand(Fraction(2), (0,))]
    )
    assert text_of(thm, (a < b, "less")) == "slack = 2·less > 0"


@pytest.mark.parametrize(
    ("value", "term", "factors", "wanted"),
    [
        (Fraction(1, 2), beta, ["s"], (False, "β/2·s")),
        (Fraction(1, 2), 1 / beta, ["s"], (False, "1/(2·β)·s")),
        (Fraction(-1), beta / (mu - beta), ["s"], (True, "β/(μ − β)·s")),
        (Fraction(3), -(beta - mu) / beta, [], (True, "3·(β − μ)/β")),
        (Fraction(1), beta / beta, ["s"], (False, "β/β·s")),
        (Fraction(1), a * 0 + 1, [], (False, "(a·0 + 1)")),
        (Fraction(1), 1 / as_real(Natural("N") + 1), ["s"], (False, "1/(N + 1)·s")),
    ],
)
def test_a_coefficient_is_one_fraction(value, term, factors, wanted):
    coefficient = Coefficient(value)
    coefficient.multiply(term)
    assert written(coefficient, factors, UNICODE) == wanted


def rearranges(thm, names):
    """Say whether a step is another, without a name, in another order: that one is explained."""
    if thm.rule != "combine" or len(thm.premises) != 1:
        return False
    return thm.data["summands"] == (Summand(Fraction(1), (0,)),) and not names.find(thm.premises[0])


def test_every_premise_is_named(result):
    """In a sum, by its label or what it says; a sign by its label or the term it is about."""
    names, sums = proof_names(result), 0
    for line in transcript(result).steps:
        if line.kind != "have" or line.certificate is None:
            continue
        thm = result.replayed.steps[result.outline[line.outline[0]].number]
        while thm.rule in ("generalise", "rewrite", "convert", "definite") or rearranges(
            thm, names
        ):
            thm = thm.premises[-1]
        if thm.rule != "combine":
            continue
        sums += 1
        for summand in thm.data["summands"]:
            for premise in (thm.premises[i] for i in summand.premises):
                called = [names.of(premise)]
                if is_sign(premise.conclusion):
                    coefficient = Coefficient(Fraction(1))
                    coefficient.multiply_whole(canonical(premise.conclusion).args[1])
                    called += map(show, coefficient.above + coefficient.below)
                assert any(name in line.certificate.text for name in called)
    assert sums or result.name in ("gap", "pl_of_convex")


def test_reasons_are_told_apart_and_numbered():
    assert split("smooth(x, y), one·(a, b), ⟨u, v⟩") == ["smooth(x, y)", "one·(a, b)", "⟨u, v⟩"]
    assert reasons("step 4, one", {"step 4": "2.1"}, "") == ["(2.1)", "one"]
    assert reasons("(k)[0], one, one", {}, "3") == ["(3 at k)[0]", "one"]
    assert reasons("(k)[0], one", {}, "") == ["one"]
    assert reasons("convex(y), minimised over z", {}, "") == ["convex(y), minimised over z"]


def test_reasons_that_a_certificate_shows_are_not_repeated():
    shown = "slack = one + 2·pl(y) ≥ 0"
    known, signs = {"one", "pl", "positive"}, {"positive"}
    assert unsaid(["one", "pl(y)", "lemma"], shown, known, signs) == ["lemma"]
    assert unsaid(["positive·one", "‖y‖² = ⟨y, y⟩"], shown, known, signs) == []
    assert unsaid(["one"], "", known, signs) == ["one"]


def test_an_instance_of_a_block_without_a_name_has_its_number_also_behind_a_factor():
    why = "M_i_j·x_j²·(i), 2·(i, j)[0], (k), (F(v) − y)·(F(v)), t·power"
    said = ["M_i_j·x_j²·(1.2 at i)", "2·(1.2 at i, j)[0]", "(1.2 at k)", "(F(v) − y)·(F(v))"]
    assert reasons(why, {}, "1.2") == [*said, "t·power"]
    written = ["t·e₁·((0 + r·(t·e₁)))", "2·((x + y, y))[0]", "2·((x + y)·(y))", "(a·((x + y)))·b"]
    assert reasons(", ".join(written), {}, "7") == ["t·e₁·(7 at 0 + r·(t·e₁))", *written[1:]]
    assert reasons("2·((x + y, y)[0])", {}, "7") == ["2·(7 at x + y, y)[0]"]
    assert reasons("2·(i), 2·((x + y, y))", {}, "") == ["2·(i)", "2·((x + y, y))"], "of no block"
    certificate_shown = "difference = M_i_j·x_j²·(1.2 at i) + 2"
    for item in (said[0], "M_i_j·1·(1.2 at i)"):
        assert unsaid([item], certificate_shown, (), ()) == []
    assert unsaid(["2·(1.3 at i)"], certificate_shown, (), ()) == ["2·(1.3 at i)"]


def test_what_is_taken_from_a_formula_is_said_once_and_a_matrix_is_called_one():
    n, m, table = Natural("n"), Natural("m"), variable("M", function(NAT, function(NAT, REAL)))
    some = exists(n, table[m][n] >= 1)
    lemma = Lemma("some", claim=implies(some, exists(n, table[m][n] >= 0)))

    @lemma.proof
    def _(p):
        with p.suppose(some) as found, p.obtain(found, n) as high:
            p.exhibit(exists(n, table[m][n] >= 0), n, by=high)

    made = transcript(result_of(lemma))
    words = [(o.words, o.formula.text) for step in made.steps for o in step.opens if o.formula]
    assert ("take n", "M_m_n ≥ 1") in words
    assert "M: a matrix of real numbers" in made.objects
