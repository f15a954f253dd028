"""The library's theorems need what they assume, and the prover is made to try false neighbours."""

import functools
import json
import os
from pathlib import Path

import pytest

from plproof import (
    Function,
    GradientDescent,
    Natural,
    ProofError,
    Reals,
    Sequence,
    Space,
    Statement,
    Vectors,
    forall,
    grad,
    ip,
    rational,
    sq,
)
from plproof.checking.discovery import theorem_files
from plproof.checking.stored import read
from plproof.checking.worker import load, theorems_of
from plproof.kernel.normal import KernelError
from plproof.kernel.replay import replay
from plproof.laboratory.testing.stress import refute
from plproof.language.wire import parse
from plproof.theory.axioms import statements
from tests.theorems.variants import restated as neighbour
from tests.theorems.variants import without
from tests.thorough import THOROUGH
from theorems.functions.descent_lemma import descent_lemma
from theorems.functions.interpolation import interpolation
from theorems.gradient_descent import strongly_convex_rates as rates
from theorems.gradient_descent import strongly_convex_step as steps
from theorems.gradient_descent.pl_linear_rate import pl_linear_rate
from theorems.gradient_descent.sufficient_decrease import sufficient_decrease

LIBRARY = {
    name: theorem
    for file in theorem_files([os.path.dirname(rates.__file__) + "/.."])
    for name, theorem in theorems_of(
        load(str(file.path), file.module, str(file.root)), str(file.path)
    ).items()
}
PROVED = {name: t for name, t in LIBRARY.items() if t.expect == "proved"}
HYPOTHESES = [(name, h) for name, t in PROVED.items() for h in t.given]
#: theorems whose scripts are tried without each hypothesis in every run; those of all theorems
#: are with PLPROOF_THOROUGH=1
QUICK = ("descent_lemma", "gradient_vanishes", "interpolation", "strongly_convex_is_pl",
         "sufficient_decrease", "pl_linear_rate", "strongly_convex_linear_rate")  # fmt: skip
SCRIPTS = [(n, h) for n, h in HYPOTHESES if THOROUGH or n in QUICK]
#: every eleventh hypothesis of the library, every one with PLPROOF_THOROUGH=1
DROPPED = HYPOTHESES if THOROUGH else HYPOTHESES[::11]


@functools.cache
def stored(name):
    """Return the stored proof of a theorem of the library, as text."""
    _, proofs = read(Path(PROVED[name].place.file))
    return json.dumps(proofs[name])


@pytest.mark.parametrize(("name", "dropped"), DROPPED, ids=["-".join(pair) for pair in DROPPED])
def test_a_proof_does_not_replay_once_a_hypothesis_is_dropped(name, dropped):
    """Statement and document both lose it, so that only the steps can give the proof away."""
    document = parse(stored(name))
    document["hypotheses"] = [h for h in document["hypotheses"] if h[0] != dropped]
    statement = Statement.of(without(PROVED[name], dropped), PROVED[name].claim)
    with pytest.raises(KernelError, match=r"which is not a hypothesis|defined is not proved"):
        replay(document, statement, statements())


@pytest.mark.parametrize(("name", "dropped"), SCRIPTS, ids=["-".join(pair) for pair in SCRIPTS])
def test_the_script_fails_once_a_hypothesis_is_dropped(name, dropped):
    theorem = neighbour(PROVED[name], without(PROVED[name], dropped), PROVED[name].claim)
    with pytest.raises((ProofError, AttributeError)) as error:  # AttributeError: p.dropped
        theorem.derive()
    if isinstance(error.value, AttributeError):
        assert f"no hypothesis or method '{dropped}'" in str(error.value)


E = Space("E")
f = Function("f", E)
x = Sequence("x", E)
w, y, v, xs = Vectors("x y v x*", E)
alpha, beta, mu = Reals("alpha beta mu")
k = Natural("k")
percent, long = rational("1.01"), rational("2.1")
q = 1 - alpha / beta
change = grad(f, w) - grad(f, y)


def gap(p):
    return f(p) - f(xs)


def step(p, times=1):
    return p - times * grad(f, p) / beta


#: theorem, hypotheses, claim; each is false by one percent, one sign, or a step that is too long
NEIGHBOURS = {
    "the descent lemma one percent smaller": (
        descent_lemma,
        descent_lemma.given,
        forall([w, v], f(w + v) <= f(w) + ip(grad(f, w), v) + beta / (2 * percent) * sq(v)),
    ),
    "a decrease one percent larger": (
        sufficient_decrease,
        sufficient_decrease.given,
        forall(w, f(step(w)) <= f(w) - percent * sq(grad(f, w)) / (2 * beta)),
    ),
    "a decrease with the step 2.1/β": (
        sufficient_decrease,
        sufficient_decrease.given,
        forall(w, f(step(w, long)) <= f(w) - sq(grad(f, w)) / (2 * beta)),
    ),
    "a decrease turned around": (
        sufficient_decrease,
        sufficient_decrease.given,
        forall(w, f(step(w)) >= f(w) - sq(grad(f, w)) / (2 * beta)),
    ),
    "interpolation one percent stronger": (
        interpolation,
        interpolation.given,
        forall(
            [w, y],
            f(w)
            >= f(y)
            + ip(grad(f, y), w - y)
            + percent
            * (sq(change) + alpha * beta * sq(w - y) - 2 * alpha * ip(change, w - y))
            / (2 * (beta - alpha)),
        ),
    ),
    "a distance that shrinks one percent faster": (
        steps.distance_step,
        steps.given,
        forall(w, sq(step(w) - xs) <= (1 - percent * alpha / beta) ** 2 * sq(w - xs)),
    ),
    "a distance after the step 2.1/β": (
        steps.distance_step,
        steps.given,
        forall(w, sq(step(w, long) - xs) <= q**2 * sq(w - xs)),
    ),
    "a gap that shrinks one percent faster": (
        steps.value_step,
        steps.given,
        forall(w, gap(step(w)) <= (1 - percent * alpha / beta) ** 2 * gap(w)),
    ),
    "a gradient that shrinks one percent faster": (
        steps.gradient_step,
        steps.given,
        forall(w, sq(grad(f, step(w))) <= (1 - percent * alpha / beta) ** 2 * sq(grad(f, w))),
    ),
    "the PL rate one percent faster": (
        pl_linear_rate,
        pl_linear_rate.given,
        forall(k, gap(x[k]) <= (1 - percent * mu / beta) ** k * gap(x[0])),
    ),
    "the PL rate with the step 2.1/β": (
        pl_linear_rate,
        pl_linear_rate.given | {"gd": GradientDescent(f, x, long / beta)},
        pl_linear_rate.claim,
    ),
}


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_the_prover_does_not_find_a_false_step(name):
    original, given, claim = NEIGHBOURS[name]
    with pytest.raises(ProofError) as error:
        neighbour(original, given, claim).derive()
    if claim != original.claim and original.name in original._script.__code__.co_names:
        assert "ends without proving" not in error.value.message, "the false step was never tried"


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_the_laboratory_refutes_it(name):
    _, given, claim = NEIGHBOURS[name]
    found = refute(Statement.of(given, claim), seed=0, budget="normal")
    assert found is not None, f"{name} was not refuted"
