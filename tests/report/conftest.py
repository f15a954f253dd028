"""Results of small statements, one after another."""

import pytest
from report_statements import GOLDEN, MADE, result_of, with_figures


@pytest.fixture(params=MADE)
def result(request):
    made = result_of(MADE[request.param](), name=request.param)
    if request.param == "gap":
        made.outcome = "failed"
        made.failure = {"message": "the proof has 1 admitted gap(s)", "missing": made.admits()}
    return made


@pytest.fixture(params=GOLDEN)
def golden(request):
    return with_figures(result_of(MADE[request.param](), name=request.param))
