"""The theorem library: proved from scratch, replayed, fresh, and resting on what the table says."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from plproof.checking.discovery import theorem_files
from plproof.checking.stored import digest, proof_path, read, render
from plproof.checking.worker import load, theorems_of
from plproof.kernel.replay import replay
from plproof.language.statement import Statement
from plproof.language.wire import parse
from plproof.proof.defined import OpenObligations, prove_defined
from plproof.theory.axioms import statements

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = theorem_files([ROOT / "theorems"])
AXIOMS = {
    "descent_lemma": ("segment",),
    "gradient_vanishes": (),
    "interpolation": ("segment",),
    "pl_constant": ("segment",),
    "pl_without_strong_convexity": ("gradient",),
    "strongly_convex_is_pl": (),
    "pl_linear_rate": ("segment",),
    "step_is_injective": (),
    "strongly_convex_linear_rate": ("segment",),
    "distance_rate": ("segment",),
    "value_rate": ("segment",),
    "gradient_rate": ("segment",),
    "arrival": (),
    "distance_step": ("segment",),
    "value_step": ("segment",),
    "gradient_step": ("segment",),
    "sufficient_decrease": ("segment",),
    "gradient_at_a_minimum": ("gradient",),
    "bowl_gradient": (),
    "bowl_is_smooth": (),
    "bowl_is_pl": (),
    "bowl_descent": (),
    "pl_needs_strong_convexity": (),
    "pl_needs_a_positive_constant": (),
    "convex_is_pl_with_constant_zero": (),
    "sufficient_decrease_needs_smooth": (),
    "one_point": (),
    "sufficient_decrease_for_nonzero_beta": ("segment",),
    "pl_linear_rate_needs_pl": (),
    "pl_linear_rate_needs_smooth": (),
    "pl_linear_rate_needs_gd": (),
    "pl_linear_rate_needs_minimum": (),
    "pl_linear_rate_without_minimum": ("segment",),
    "pl_linear_rate_for_nonzero_beta": ("segment",),
    "local_step": (),
    "local_pl_rate": (),
    "twice_differentiable": (),
    "square_of_a_mean": (),
    "shifted_loss": (),
    "derivative_at_zero": ("derivative",),
    "hessian_of_the_first": (),
    "cube_of_a_mean": (),
    "loss_is_convex": (),
    "not_convex_needs_a_second_derivative": ("derivative",),
    "not_convex_needs_curvature": (),
    "not_convex_needs_a_direction": (),
    "not_convex_needs_a_solution": (),
    "not_convex_by_a_component_needs_rank": (),
    "not_convex_by_a_component_needs_onto": ("rank_nullity", "unit_vector"),
    "not_convex_by_a_component_needs_a_solution": ("rank_nullity", "unit_vector"),
    "local_pl_rate_needs_gd": (),
    "local_pl_rate_needs_radius": (),
    "local_pl_rate_needs_local_pl": (),
    "local_pl_rate_needs_beta_pos": (),
    "leaps_away": (),
    "step_between": (),
    "local_pl_rate_without_mu_pos": (),
    "local_pl_rate_without_nonnegative": (),
    "convex_on_balls": (),
    "pl_at_a_minimiser": (),
    "critical_points_under_pl": (),
    "multiple_of_identity_has_full_rank": ("rank_nullity", "unit_vector"),
    "kernel_of_a_map_to_fewer_dimensions": ("dimension_monotone", "rank_nullity", "unit_vector"),
    "orthogonal_unit_vector": ("dimension_monotone", "rank_nullity", "unit_vector"),
    "proposition_as_printed": (),
    "proposition_as_printed_general_loss": (),
    "quadratic_system_derivative": (),
    "quadratic_system_hessian": (),
    "quadratic_system_is_c2": (),
    "quadratic_system_has_convex_loss": (),
    "proposition_with_derivative": ("rank_nullity", "unit_vector"),
    "proposition_with_every_component": ("rank_nullity", "unit_vector"),
    "no_isolated_minimum_as_said": (),
    "no_isolated_minimum_with_derivative": (),
    "corrected_map": ("bounded_map",),
    "no_isolated_minimum": (
        "bounded_map",
        "dimension_monotone",
        "local_surjectivity",
        "rank_nullity",
        "right_inverse",
        "unit_vector",
    ),
    "root_is_at_least_one": (),
    "roots_multiply": (),
    "pseudo_huber_derivative": (),
    "pseudo_huber_hessian": (),
    "root_at_zero": (),
    "pseudo_huber_hessian_at_zero": (),
    "pseudo_huber_is_lipschitz": (),
    "pseudo_huber_is_smooth": (),
    "pseudo_huber_has_convex_loss": (),
    "inverse_of_a_root": (),
    "pseudo_huber_is_c2": (),
    "proposition_fails_in_every_dimension": ("dimension_monotone", "rank_nullity", "unit_vector"),
    "minimisers_of_the_square_loss": (),
    "minimisers_of_a_loss": (),
    "gradient_of_the_square_loss": (),
    "gradient_of_a_loss": (),
    "below_both": (),
    "difference": (),
    "bernoulli": (),
    "powers_vanish": ("archimedes",),
    "below_every_multiple": (),
    "bounded_growth": ("archimedes",),
    "descent_on_segment": ("segment",),
    "differentiable_is_continuous": (),
    "map_mean_value": ("segment",),
    "reached_pl_rate": (),
    "reach": (),
    "path_length": (),
    "values_vanish": ("archimedes",),
    "reached_pl_limit": ("archimedes", "completeness"),
    "local_pl_limit": ("archimedes", "completeness"),
    "stationary_zero": (),
    "smooth_is_reached": ("segment",),
    "local_pl_smooth_limit": ("archimedes", "completeness", "segment"),
    "radius_is_reached": (),
    "smaller_radius": (),
    "conditioned_is_pl": (),
    "adjoint_bound": (),
    "stays_conditioned": (),
    "derivative_in_ball": (),
    "map_in_ball": ("segment",),
    "gradient_in_ball": ("segment",),
    "near_zero_loss": ("archimedes", "completeness", "segment"),
    "linear_system_solved": ("archimedes", "completeness", "segment"),
    "step_is_c1": (),
    "avoids_strict_saddles": ("stable_manifold", "symmetric_hessian"),
    "hessian_bound": (),
    "step_derivative": (),
    "positive_spectrum": (),
    "saddle_expands": (),
    "step_is_onto": ("contraction",),
    "coordinate_powers": (),
    "saddle_hyperplane": (),
    "bounded_hyperplane": ("archimedes",),
    "below_two": (),
    "below_four": (),
    "short_enough": (),
    "taylor_above": ("segment",),
    "taylor": ("segment",),
    "mean_value": ("segment",),
    "equal_near": ("derivative",),
    "tangent_of_the_quotient": (),
    "quadratic_over_linear": (),
    "square_of_a_quotient_by_a_root": (),
    "hessian_of_the_opposite": (),
    "component_gradient": (),
    "component_taylor": ("segment",),
    "remainder_is_quadratic": ("segment",),
    "hessian_along_is_symmetric": ("derivative", "symmetric_hessian"),
    "loss_near_a_line": ("bounded_map", "segment"),
    "negative_form_breaks_convexity": ("bounded_map", "segment"),
    "form_on_the_kernel_breaks_convexity": ("bounded_map", "segment"),
    "kernel_meets_large_subspaces": (
        "dimension_formula",
        "dimension_monotone",
        "rank_nullity",
        "unit_vector",
    ),
    "large_index_meets_the_kernel": (
        "dimension_formula",
        "dimension_monotone",
        "rank_nullity",
        "unit_vector",
    ),
    "not_convex_along_the_kernel": ("bounded_map", "segment"),
    "not_convex_near_minimum": (
        "bounded_map",
        "dimension_formula",
        "dimension_monotone",
        "rank_nullity",
        "segment",
        "unit_vector",
    ),
    "multiples_have_rank_one": ("rank_nullity", "unit_vector"),
    "onto_a_line": ("dimension_formula", "rank_nullity", "unit_vector"),
    "large_rank_gives_large_index": ("inertia",),
    "not_convex_by_rank": (
        "bounded_map",
        "derivative",
        "dimension_formula",
        "dimension_monotone",
        "inertia",
        "rank_nullity",
        "segment",
        "symmetric_hessian",
        "unit_vector",
    ),
    "not_convex_by_a_component": (
        "bounded_map",
        "derivative",
        "dimension_formula",
        "dimension_monotone",
        "inertia",
        "rank_nullity",
        "segment",
        "symmetric_hessian",
        "unit_vector",
    ),
    "not_convex_where_onto": ("bounded_map", "segment"),
    "not_convex_with_one_output": (
        "bounded_map",
        "derivative",
        "dimension_formula",
        "dimension_monotone",
        "inertia",
        "rank_nullity",
        "segment",
        "symmetric_hessian",
        "unit_vector",
    ),
    "not_convex_general_loss": (
        "bounded_map",
        "dimension_formula",
        "dimension_monotone",
        "rank_nullity",
        "segment",
        "unit_vector",
    ),
    "not_convex_general_loss_by_rank": (
        "bounded_map",
        "derivative",
        "dimension_formula",
        "dimension_monotone",
        "inertia",
        "rank_nullity",
        "segment",
        "symmetric_hessian",
        "unit_vector",
    ),
    "rank_2n_is_not_enough": (
        "dimension_formula",
        "dimension_monotone",
        "rank_nullity",
        "unit_vector",
    ),
    "index_n_is_not_enough": ("rank_nullity", "unit_vector"),
    "continuous_where_differentiable": (),
    "gradient_vanishes_inside": (),
    "tilted_minimum": ("extreme_value",),
    "convex_on_smaller_balls": (),
    "curved_along_the_gradient": ("segment",),
    "not_convex_strict_minimum": (
        "dimension_formula",
        "dimension_monotone",
        "extreme_value",
        "local_surjectivity",
        "rank_nullity",
        "segment",
        "unit_vector",
    ),
    "hessian_of_a_multiple": (),
    "quartic_is_convex": (),
}


@pytest.fixture(params=FILES, ids=[file.module for file in FILES])
def file(request):
    return request.param


def objects(file):
    return theorems_of(load(str(file.path), file.module, str(file.root)), str(file.path))


def test_every_theorem_is_proved_from_scratch_and_its_stored_proof_is_fresh(file):
    documents = {name: t.derive().document() for name, t in objects(file).items()}
    assert documents, f"{file.path} defines no theorem object"
    written = proof_path(file.path).read_text(encoding="utf-8")
    expected = render(digest(file.path), json.loads(json.dumps(documents)))
    assert written == expected, f"the stored proof of {file.path.name} is stale: plproof prove"


def test_every_stored_proof_replays_against_the_statement_of_its_file(file):
    _, stored = read(file.path)
    for name, theorem in objects(file).items():
        replayed = replay(stored[name], theorem.statement, statements())
        assert replayed.outcome == theorem.expect, f"{name} is {replayed.outcome}"
        assert not replayed.theorem.admits, f"{name} has a gap"
        used = {axiom for axiom, _ in replayed.theorem.axioms}
        assert used == set(AXIOMS[name]), f"{name} rests on {sorted(used)}"


def test_every_hypothesis_is_needed_by_the_proof_or_for_definedness(file):
    for name, theorem in objects(file).items():
        if theorem.expect != "proved":  # a contradiction may need some of the hypotheses only
            continue
        derivation = theorem.derive()
        used = set(derivation.theorem.hypotheses)
        unused = [
            n for n, h in theorem.given.items() if h not in used and defined_without(theorem, n)
        ]
        assert not unused, f"{name} does not use {unused}"


def defined_without(theorem, name):
    """Say whether the statement still means something without a hypothesis."""
    given = {n: h for n, h in theorem.given.items() if n != name}
    try:
        prove_defined(Statement.of(given, theorem.claim))
    except OpenObligations:
        return False
    return True


def test_a_stored_proof_does_not_prove_another_statement():
    decrease = importlib.import_module("theorems.gradient_descent.sufficient_decrease")
    descent = importlib.import_module("theorems.functions.descent_lemma")
    document = parse(json.dumps(decrease.sufficient_decrease.derive().document()))
    with pytest.raises(Exception, match=r"another claim|other hypotheses"):
        replay(document, descent.descent_lemma.statement, statements())


def test_nothing_is_proved_at_import():
    code = (
        "import plproof.kernel.thm as t, sys\n"
        "made = []\n"
        "import plproof.kernel.rules as r\n"
        "import theorems.gradient_descent.strongly_convex_rates as m\n"
        "assert m.distance_rate._derivation is None\n"
        "assert 'sympy' not in sys.modules and 'numpy' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
