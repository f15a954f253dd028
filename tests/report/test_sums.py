"""What an explanation prints adds up to the right side minus the left of what it says it is of."""

from dataclasses import replace as with_changes
from pathlib import Path

import pytest
from report_statements import result_of

from plproof import (
    Function,
    GradientDescent,
    Lemma,
    Natural,
    Reals,
    Sequence,
    Space,
    StronglyConvex,
    Vectors,
    conj,
    eq,
    exists,
    forall,
    grad,
    ip,
    norm,
    sq,
)
from plproof.checking.discovery import theorem_files
from plproof.checking.stored import outline, read
from plproof.checking.worker import load, theorems_of
from plproof.kernel import rules
from plproof.kernel.normal import KernelError, NormalForm
from plproof.kernel.replay import replay
from plproof.language.binding import replace
from plproof.language.notation import canonical
from plproof.language.terms import number, subterms
from plproof.report.detours import at_values, direct
from plproof.report.explanation import explained
from plproof.report.result import Result
from plproof.report.stepwise import lines_of
from plproof.theory.axioms import statements
from plproof.theory.oracles import deciders

ROOT = Path(__file__).resolve().parent.parent.parent
E = Space("E")
f, g = Function("f", E), Function("g", E, E)
x, y, z, xs = Vectors("x y z x*", E)
mu, L, a, b = Reals("mu L a b")


#: half of all the time, for polynomials of many summands
_LARGE = (
    "fast_gradient_coefficients", "fast_gradient_potential", "fast_gradient_sharp", "sine",
    "root_of_the_square", "pl_tight_rate", "strongly_convex_any_step",
)  # fmt: skip


def adds_up(s):
    """Say whether the terms behind the parts of a sum are its slack, its equations put in."""
    slack, total = s.slack, number(0, s.slack.sort)
    for part in s.parts:
        total = total + part.term
    for e in 2 * s.equations:
        slack, total = (replace(t, *canonical(e).args) for t in (slack, total))
    parts = (t for side in (slack, total) for t in subterms(side))
    form = NormalForm({t.args[1] for t in parts if t.op == "div" and not t.args[1].loose})
    return not any(form.cleared(c) for c in form.difference(slack, total).values())


def of_library(folder):
    """Yield the explanations of the proved theorems of a folder, from their stored proofs."""
    for file in theorem_files([ROOT / "theorems" / folder]):
        if file.path.stem in _LARGE:
            continue
        _, stored = read(file.path)
        theorems = theorems_of(load(str(file.path), file.module, str(file.root)), str(file.path))
        for name, theorem in theorems.items():
            if theorem.expect == "proved":
                said, document = theorem.statement, stored[name]
                replayed = replay(document, said, statements(), deciders())
                made = outline(document, len(replayed.steps))
                yield explained(
                    Result(name, "", statement=said, replayed=replayed, document=document,
                           outline=made)
                )  # fmt: skip


@pytest.mark.parametrize(("folder", "least"), [("rates", 25), ("functions", 12)])
def test_what_is_printed_of_the_library_adds_up(folder, least):
    sums = [(why.name, s) for why in of_library(folder) for s in why.sums]
    assert len(sums) >= least
    assert [name for name, s in sums if not adds_up(s)] == []
    for name, whole in sums[::12]:  # with one part changed it does not
        for n, part in enumerate(whole.parts):
            changed = with_changes(part, term=2 * part.term)
            others = (*whole.parts[:n], changed, *whole.parts[n + 1 :])
            assert not adds_up(with_changes(whole, parts=others)), (name, part)


def proved(given, claim, script):
    lemma = Lemma("", given=given, claim=claim)
    lemma.proof(lambda p: script(p, lemma.claim))
    return result_of(lemma, name="lemma")


def names(s):
    return [(part.multiplier, part.name) for part in s.parts]


def test_the_certificate_of_an_earlier_step_is_not_that_of_the_claim():
    """Polyak's step: its length is not negative (1), and is a factor of what proves the claim."""
    ratio = (f(x) - f(xs)) / sq(g(x))
    given = dict(
        sub=forall([x, y], f(y) >= f(x) + ip(g(x), y - x)),
        ne=sq(g(x)) > 0,
        least=forall(y, f(xs) <= f(y)),
    )

    def script(p, claim):
        p.have(ratio >= 0, by=1 / sq(g(x)) * p.least(x))
        p.have(claim, by=p.last * p.sub(x, xs))

    claim = sq(x - ratio * g(x) - xs) <= sq(x - xs) - (f(x) - f(xs)) ** 2 / sq(g(x))
    (whole,) = explained(proved(given, claim, script)).sums
    assert names(whole) == [("2·(f(x) − f(x*))/‖g(x)‖²", "sub(x, x*)")]
    assert adds_up(whole)
    assert not adds_up(with_changes(whole, parts=(with_changes(
        whole.parts[0], term=1 / sq(g(x)) * (f(x) - f(xs))),)))  # fmt: skip


STRONG = dict(
    positive=mu > 0,
    convex=StronglyConvex(f, mu),
    here=eq(grad(f, x), 0),
    there=eq(grad(f, y), 0),
)


def test_an_equation_is_told_by_the_two_comparisons_it_comes_from():
    def script(p, claim):
        p.have(mu * sq(x - y) >= 0, by=p.positive * sq(x - y))
        lower = p.have(f(x) <= f(y), by=[p.convex(x, y), p.here, p.last])
        square = p.have(mu * sq(x - y) >= 0, by=p.positive * sq(x - y))
        upper = p.have(f(y) <= f(x), by=[p.convex(y, x), p.there, square])
        p.equal(*claim.args, by=(lower, upper))

    why = explained(proved(STRONG, eq(f(x), f(y)), script))
    assert [(s.lead, s.says) for s in why.sums] == [
        ("since ", "f(x) ≤ f(y)"), ("and ", "f(y) ≤ f(x)")
    ]  # fmt: skip
    assert all(map(adds_up, why.sums))
    text = "\n".join(why.lines())
    assert "since f(x) ≤ f(y), where\n  the right side minus the left is the sum of" in text


def test_a_vector_is_zero_since_its_square_is_at_most_0():
    def script(p, claim):
        by = [1 / mu * p.convex(x, y), 1 / mu * p.convex(y, x), p.here, p.there]
        p.zero_vector(x - y, by=[p.have(sq(x - y) <= 0, by=by)])
        p.have(claim, by=p.last)

    why = explained(proved(STRONG, eq(x, y), script))
    (only,) = why.sums
    assert (only.lead, only.says) == ("since ", "‖x − y‖² ≤ 0") and adds_up(only)
    assert [pair for pair in names(only) if "convex" in pair[1]] == [
        ("1/μ", "convex(x, y)"), ("1/μ", "convex(y, x)")
    ]  # fmt: skip


def test_lengths_are_told_by_their_squares():
    given = dict(positive=a >= 0, square=sq(x) <= a**2 * sq(y))

    def script(p, claim):
        p.have(a * norm(y) >= 0, by=p.positive * p.norm(y)[0])
        p.compare_squares(norm(x), a * norm(y), by=[p.square, *p.norm(x), *p.norm(y)])

    why = explained(proved(given, norm(x) <= a * norm(y), script))
    (only,) = why.sums
    assert (only.lead, only.says) == ("since ", "‖x‖² ≤ a²·‖y‖²")
    assert names(only) == [("", "square")] and adds_up(only)


def test_steps_without_a_name_are_explained_beside_the_claim():
    given = dict(first=a <= b, second=b <= L, wide=forall(x, sq(x) <= a))

    def script(p, claim):
        p.have(2 * a <= b + L, by=[2 * p.first, p.second])
        p.have(claim, by=[2 * p.wide(y), p.last])

    why = explained(proved(given, 2 * sq(y) <= b + L, script))
    claim, step = why.sums
    assert names(claim) == [("2", "wide(y)"), ("", "(1)")] and not claim.says
    assert step.lead == "(1): " and {n for _, n in names(step)} == {"first", "second"}
    assert all(map(adds_up, why.sums))
    lines = list(why.lines())
    assert "  (1): 2·a ≤ b + L" in lines and not any("plproof show" in line for line in lines)


def test_a_claim_that_is_an_instance_of_a_hypothesis_is_that():
    given = dict(bound=forall(z, f(z) >= sq(z)), at=eq(y, x - xs))
    why = explained(proved(given, f(y) >= sq(x - xs), lambda p, claim: p.have(
        claim, by=[p.bound(y), p.at])))  # fmt: skip
    assert all(map(adds_up, why.sums)) and any("bound(y)" in part.name for part in why.parts)
    plain = explained(proved(given, f(y) >= sq(y), lambda p, claim: p.have(claim, by=p.bound(y))))
    assert [names(s) for s in plain.sums] == [[("", "bound(y)")]]
    assert "  no square is left over" in plain.lines()


def test_what_is_no_sum_says_where_to_look():
    given = dict(one=a >= 1)
    made = proved(given, exists(b, b >= a), lambda p, claim: p.exhibit(
        claim, a, by=[p.have(a >= a)]))  # fmt: skip
    why = explained(made)
    assert not why.sums and list(lines_of(made)) == list(why.lines())
    assert "proved in several steps: plproof show lemma" in "\n".join(lines_of(made))


# ---------------------------------------------------------------- detours
def test_a_step_for_all_points_is_shown_at_the_members_it_is_used_at():
    X, k = Sequence("X", E), Natural("k")
    given = dict(
        positive=L > 0,
        descent=forall([y, z], f(z) <= f(y) + ip(grad(f, y), z - y) + L / 2 * sq(z - y)),
        gd=GradientDescent(f, X, 1 / L),
    )

    def script(p, claim):
        with p.fix(x, y), p.suppose(eq(y, x - 1 / L * grad(f, x))) as move:
            p.have(f(y) <= f(x) - sq(grad(f, x)) / (2 * L), by=[p.descent(x, y), move])
        general = p.last
        with p.fix(k):
            p.have(eq(X[k + 1], X[k] - 1 / L * grad(f, X[k])), by=p.gd(k))
            p.have(
                f(X[k + 1]) <= f(X[k]) - sq(grad(f, X[k])) / (2 * L),
                by=general(X[k], X[k + 1]).discharged(),
            )

    claim = forall(k, f(X[k + 1]) <= f(X[k]) - sq(grad(f, X[k])) / (2 * L))
    why = explained(proved(given, claim, script))
    assert why.sums and all(map(adds_up, why.sums))
    assert any("descent(X_k, X[k + 1])" in part.name for part in why.parts)


def assumed(t):
    return rules.assume(proposition=t)


def test_a_proof_without_its_detour_proves_the_same():
    small = f(x) <= f(y)
    general = rules.generalise(rules.discharge(assumed(small), hypothesis=small), variable=x)
    at = f(x - y) <= f(y)  # ⊢ ∀x. f(x) ≤ f(y) → f(x) ≤ f(y), at x − y
    used = rules.modus_ponens(rules.instantiate(general, value=x - y), assumed(at))
    short = direct(used)
    assert short.rule == "assume" and short.conclusion == used.conclusion == at
    assert short.hypotheses == used.hypotheses
    both = rules.conjunction(assumed(at), assumed(small))
    assert direct(rules.conjunct(both, side=1)).conclusion == small
    hypothesis = rules.conjunct(assumed(conj(at, small)), side=0)
    assert direct(hypothesis) is hypothesis  # nothing that was put together is taken apart


def test_a_value_is_captured_by_no_variable_of_a_proof():
    inner = rules.generalise(rules.reflexive(term=a + b), variable=b)  # ⊢ ∀b. a + b = a + b
    again = at_values(inner, {a: 2 * L}, {})
    assert again.conclusion == forall(b, eq(2 * L + b, 2 * L + b))
    with pytest.raises(KernelError, match="two things"):
        at_values(inner, {a: b}, {})
    whole = rules.instantiate(rules.generalise(inner, variable=a), value=b)
    assert direct(whole) is whole and whole.conclusion != at_values(inner, {a: L}, {}).conclusion
