"""Linear maps and subspaces in random models: words, dimensions, membership under binders."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from models import Finite, Model, counterexample, describe
from test_soundness import (
    ALIKE,
    ORDER,
    SUB,
    E,
    G,
    J,
    K,
    L,
    M,
    U,
    a,
    e1,
    e2,
    f,
    membership,
    models_for,
    seeds,
    x,
    y,
    z,
)

from plproof.kernel import rules
from plproof.kernel.combine import combine
from plproof.kernel.normal import KernelError
from plproof.language import (
    LanguageError,
    Term,
    cap,
    dim,
    eq,
    exists,
    forall,
    grad,
    ip,
    jac,
    ker,
    mapsto,
    member,
    ran,
)
from plproof.language.terms import number, rebuild

LETTERS = [K, L, K.T, L.T, J.T @ J, U @ U.T, jac(G, x), jac(G, x).T, E.identity, 2 * K, K - L]
long = settings(
    max_examples=250, deadline=None, derandomize=True, database=None, suppress_health_check=ORDER
)


def bracketed(rng: Random, word: list[Term]) -> Term:
    """Return the product of the maps, bracketed anyhow, perhaps as an adjoint of adjoints."""
    if len(word) == 1:
        return word[0] if rng.random() < 0.8 else word[0].T.T
    i = rng.randrange(1, len(word))
    left, right = bracketed(rng, word[:i]), bracketed(rng, word[i:])
    return left @ right if rng.random() < 0.6 else (right.T @ left.T).T


@long
@given(seeds)
def test_words_of_maps_are_equal_however_they_are_written_and_no_others(rng: Random) -> None:
    word = [rng.choice(LETTERS) for _ in range(rng.randrange(1, 5))]
    other = list(word)
    slip = rng.random() < 0.6
    if slip:  # another order, a letter exchanged, added or left out, an adjoint forgotten
        i = rng.randrange(len(word))
        other[i : i + 1] = rng.choice([[], [rng.choice(LETTERS)], [K, other[i]], [other[i].T]])
        rng.shuffle(other) if rng.random() < 0.3 else None
    other = other or [E.identity]
    i, j = rng.randrange(len(word) + 1), rng.randrange(len(other) + 1)
    u, v, w_ = rng.choice([x, y, E.zero, U @ e1, grad(f, x)]), y, U @ e2

    def whole(letters: list[Term], cut: int) -> Term:
        """Return ⟨u, W v⟩, W cut into (left part)ᵀ on u and right part on v."""
        a_ = bracketed(rng, letters[:cut]).T @ u if cut else u
        b_ = bracketed(rng, letters[cut:]) @ v if letters[cut:] else v
        return ip(a_, b_) if rng.random() < 0.5 else ip(b_, a_)

    left, right = bracketed(rng, word), bracketed(rng, other)
    goals = [eq(whole(word, i), whole(other, j)), eq(left, right), eq(left @ w_, right @ w_)]
    for goal in (*goals, eq(dim(ker(left)), dim(ker(right))), eq(f(left @ v), f(right @ v))):
        try:
            theorem = combine(goal=goal, summands=[])
        except KernelError:
            assert slip, f"not seen: {goal}"
            continue
        model, _ = counterexample(theorem, models_for("combine", rng, 6))
        assert model is None, describe(theorem, model)


def test_dimensions_of_zero_and_whole_spaces_are_kept_apart() -> None:
    """dim ker 0 = dim E and dim ker 0 = dim Y once had one normal form, for the map 0 of each."""
    same = 0
    for left in ALIKE:
        for right in ALIKE:
            goal = eq(dim(left), dim(right))
            try:
                theorem = combine(goal=goal, summands=[])
            except KernelError:
                continue
            same += 1
            model, _ = counterexample(theorem, [Model(i) for i in range(20)])
            assert model is None, describe(theorem, model)
    assert same > len(ALIKE), "some are the same"


MEMBERSHIPS = [
    forall(x, member(x, ran(K))),
    forall(x, exists(y, member(x + y, ran(K)))),
    forall(K, exists(x, member(y, ran(K)) & member(x, ker(K)))),
    forall([K, x, a], member(a * x, cap(ran(K), cap(ker(L @ K), M)))),
    exists(M, forall(x, member(x, M) >> member(y, cap(ran(K), M)))),
    forall(x, member(x, ran(jac(mapsto(y, x + y), x)))),
    forall(x, member(x, number(0, SUB)) | member(x, E.whole)),
    forall([x, y, z], member(z, ran(K)) & member(y, ran(K)) & member(x, ran(K))),
]


@pytest.mark.parametrize("claim", MEMBERSHIPS, ids=str)
def test_membership_under_binders_means_what_it_says(claim: Term) -> None:
    """Random unfoldings, some of which capture a variable: what is accepted agrees with models."""
    told = Counter[bool]()
    for number_ in range(40):
        rng = Random(number_)

        def unfold(t: Term, depth: int, rng: Random = rng) -> Term | None:
            return membership(rng, *t.args) if t.op == "in" else None

        try:
            target = rebuild(claim, unfold)
            theorem = rules.convert(rules.assume(proposition=claim), target=target)
        except (KernelError, LanguageError):
            told[False] += 1
            continue
        told[True] += 1
        back = rules.convert(rules.assume(proposition=target), target=claim)
        for th in (theorem, back):
            model, _ = counterexample(th, [Finite((number_, i)) for i in range(3)])
            assert model is None, describe(th, model)
    assert told[True] > 20
