"""What is observed stays below what is proved, and plots are the same bytes every time."""

import sys
from importlib.util import find_spec

import numpy as np
import pytest
from click.testing import CliRunner

from plproof import Lemma
from plproof.cli import main
from plproof.laboratory.testing.landscape import landscapes
from plproof.laboratory.worst_case.envelope import envelopes
from plproof.language import Reals, Statement, sq
from plproof.report.plots import NoPlots, envelope_svg, landscape_svg
from plproof.theory.functions import Minimiser, Smooth
from tests.laboratory import statements as the

(L,) = Reals("L")
needs_matplotlib = pytest.mark.skipif(find_spec("matplotlib") is None, reason="an extra")


def theorem(statement, name="claimed"):
    made = Lemma("a claim", given=dict(statement.hypotheses), claim=statement.claim)
    made.name = name
    return made


@pytest.mark.parametrize("name", ["PL rate", "distance", "convex rate", "sufficient decrease"])
def test_what_is_observed_stays_below_the_bound(name):
    (found,) = envelopes(the.TRUE[name], longest=10)
    assert bool(found.index) == (name != "sufficient decrease")
    assert len(found.observed) == len(found.bound) == len(found.places)
    pairs = list(zip(found.observed, found.bound, strict=True))
    assert all(o <= b * (1 + 1e-5) for o, b in pairs)
    if name == "distance":  # attained at every k
        assert all(o >= 0.999 * b for o, b in pairs) and found.bound[1] == 0.5625
    if name == "sufficient decrease":
        assert envelopes(the.TRUE[name], longest=10) == [found]


def test_only_starts_and_points_of_which_the_hypotheses_hold_are_observed():
    given = {"L_pos": L > 0, "smooth": Smooth(the.f, L), "minimum": Minimiser(the.f, the.xs)}
    given["near"] = sq(the.y - the.xs) <= 1
    (found,) = envelopes(Statement.of(given, the.f(the.y) - the.f(the.xs) <= L / 2))
    assert 0.99 <= max(found.observed) <= 1.0


def test_a_false_rate_is_seen_above_its_bound():
    (found,) = envelopes(the.FALSE["convex rate, 1 % too fast"], longest=10)
    assert any(o > b for o, b in zip(found.observed, found.bound, strict=True))


def test_what_has_no_inequality_has_no_envelope():
    assert envelopes(the.TRUE["PL constant"]) == []


def test_a_theorem_object_can_be_stressed_where_it_is():
    found = theorem(the.TRUE["distance"]).stress(512)
    assert "claimed: no violation; " in repr(found) and "tight at k = 1, 5, 20" in repr(found)
    wrong = theorem(the.FALSE["rate twice as fast"]).stress(512, adversary=False)
    assert "violated (certified)" in repr(wrong) and "gradient_descent" in wrong._repr_html_()


def test_importing_theorems_imports_no_laboratory():
    import subprocess

    code = "import sys, plproof; print([m for m in sys.modules if 'laboratory' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_landscape_of_a_claim_about_convexity_shows_where_it_fails():
    from theorems.over_parameterised.not_convex_near_minimum import not_convex_near_minimum
    from theorems.over_parameterised.pseudo_huber_system import pseudo_huber_has_convex_loss

    (found,) = landscapes(not_convex_near_minimum.statement)
    assert found.bent is not None and min(found.curvature) < 0 and "SquareLoss" in found.function
    assert found.profile[30] == 0.0 and max(found.profile[29], found.profile[31]) < 0
    assert found.heights[30][30] == 0.0 and np.hypot(*found.direction) == pytest.approx(1.0)
    assert landscapes(not_convex_near_minimum.statement) == [found]
    (found,) = landscapes(pseudo_huber_has_convex_loss.statement)
    assert found.bent is None and min(found.curvature) >= 0.0 and not found.profile
    assert landscapes(the.TRUE["PL rate"]) == []


def test_observed_values_of_any_method_stay_below_a_bound_that_is_true():
    from theorems.rates.fast_gradient import fast_gradient_rate

    (found,) = envelopes(fast_gradient_rate.statement, longest=6)
    assert found.index == "N" and found.places == tuple(map(float, range(7)))
    assert all(o <= b * (1 + 1e-9) for o, b in zip(found.observed, found.bound, strict=True))
    assert found.observed[-1] > 0.5 * found.bound[-1]


@needs_matplotlib
def test_a_plot_is_the_same_bytes_every_time(tmp_path, monkeypatch):
    (found,) = envelopes(the.TRUE["PL rate"], longest=6)
    text = envelope_svg(found)
    assert text == envelope_svg(found) and text.count("<svg") == 1 and "μ" in text
    drawing = theorem(the.TRUE["sufficient decrease"]).plot()
    assert "<svg" in drawing._repr_html_() and "∇f(y)" in repr(drawing)
    from theorems.over_parameterised.not_convex_near_minimum import not_convex_near_minimum

    (found,) = not_convex_near_minimum.plot().landscapes
    text = landscape_svg(found)
    assert text == landscape_svg(found) and "bends downwards" in text and "<dc:date>" not in text
    monkeypatch.chdir(tmp_path)
    (tmp_path / "first.py").write_text(FILE)
    arguments = ["stress", "first.py", "--functions", "100", "--plot", "plots"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert (tmp_path / "plots" / "decrease.svg").read_text().count("<svg") == 1


FILE = """
from plproof import *
E = Space("E")
f, x, beta = Function("f", E), Vector("x", E), Real("beta")
decrease = Lemma(
    "decrease",
    given=dict(positive=beta > 0, smooth=Smooth(f, beta)),
    claim=f(x - grad(f, x) / beta) <= f(x) - sq(grad(f, x)) / (2 * beta),
)
"""


def test_without_matplotlib_the_message_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr("plproof.report.plots.find_spec", lambda name: None)
    with pytest.raises(NoPlots, match=r"pip install 'plproof\[plot\]'"):
        theorem(the.TRUE["PL rate"]).plot()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "first.py").write_text(FILE)
    done = CliRunner().invoke(main, ["stress", "first.py", "--plot", "plots"])
    assert done.exit_code == 2 and "pip install 'plproof[plot]'" in done.output


def test_the_command_reports_tight_claims_violations_and_bad_usage(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "first.py").write_text(FILE)
    run = CliRunner().invoke
    done = run(main, ["stress", "first.py", "--functions", "1e3", "--adversary"])
    assert done.exit_code == 0, done.output
    assert "no violation" in done.output and "tight: attained by f(x) = βx²/2" in done.output
    (tmp_path / "wrong.py").write_text(FILE.replace("(2 * beta)", "beta"))
    done = run(main, ["stress", "wrong.py", "--functions", "1e3", "--resume", "journal"])
    assert done.exit_code == 1 and "violated (certified)" in done.output
    assert "import numpy as np" in done.output, "the code that reproduces it"
    again = run(main, ["stress", "wrong.py", "--functions", "1e3", "--resume", "journal"])
    assert again.output == done.output
    for arguments, message in (
        (["wrong.py", "--seed", "1", "--resume", "journal"], "another campaign"),
        (["wrong.py", "--only", "dicrease"], "did you mean decrease"),
        (["wrong.py", "--functions", "1.5"], "is not a whole number"),
        (["wrong.py", "--resume", "nowhere/journal"], "a folder that exists"),
        (["missing.py"], "does not exist"),
    ):
        done = run(main, ["stress", *arguments])
        assert done.exit_code == 2 and message in done.output, done.output
