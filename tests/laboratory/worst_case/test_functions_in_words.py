"""Functions in words say what they are, however small their curvature is."""

import pytest

from plproof.laboratory.families import QuadraticSpline
from plproof.laboratory.worst_case.functions_in_words import in_words


@pytest.mark.parametrize(
    ("curvatures", "said"),
    [
        ([1.0, 0.25], "f″ = 1, 0.25,"),
        ([1.0, 2.0**-40], "f″ = 1, 0,"),  # beside 1, rounding
        ([2.0**-33, 2.0**-34], "f″ = 1.164e−10, 5.821e−11,"),  # and alone, no constant function
    ],
)
def test_a_curvature_is_said_to_be_0_beside_a_much_larger_one_alone(curvatures, said):
    spline = QuadraticSpline(
        curvature=[[curvatures]], knot=[[[1.0]]], centre=[[0.0]], minimum=[0.0]
    )
    assert said in in_words(spline, "f", {}, None, "")
