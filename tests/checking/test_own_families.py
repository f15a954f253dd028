"""Kinds of functions of a user's own: found in files, searched for mistakes, drawn in processes."""

import sys
from dataclasses import asdict, replace
from functools import partial

import pytest
from click.testing import CliRunner

from plproof.checking.discovery import UsageError, theorem_files
from plproof.checking.own_families import OwnKind, loaded, together
from plproof.checking.run import Options, check
from plproof.checking.stressing import campaign_on, statements_in
from plproof.cli import main
from plproof.laboratory.campaigns.campaign import Campaign, Settings, do_unit

KIND = """
import numpy as np
from plproof.laboratory.families import Formula, family_kind
from plproof.laboratory.families.formula import sqrt, total

class High(Formula):
    numbers = {"width": "B"}

    def g(self, y):
        t = self.width
        return t * t * (sqrt(1 + total(y * y) / (t * t)) - 1)

    def bounds(self):
        return {"smooth": SMOOTH, "strongly_convex": 0.0}

def high(batch, dimension, conditioning, rng):  # 1024 is above the least values of all others
    one, centre = np.ones(batch), rng.standard_normal((batch, dimension))
    return High(width=one, scale=one, centre=centre, minimum=1024 * one)

mine = family_kind("mine", high)
"""
STATEMENT = """
from plproof import Convex, Function, Lemma, Minimiser, Space, Vector
E = Space("E")
f, xs = Function("f", E), Vector("x*", E)
low = Lemma(
    "Least values are low: false of our functions, and of no others that are drawn",
    given=dict(convex=Convex(f), minimum=Minimiser(f, xs)),
    claim=f(xs) <= 1000,
)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kinds.py").write_text(KIND.replace("SMOOTH", "1.0"))
    (tmp_path / "wrong.py").write_text(KIND.replace("SMOOTH", "0.98"))
    (tmp_path / "alone.py").write_text(STATEMENT)
    (tmp_path / "beside.py").write_text(STATEMENT + "from kinds import mine\n")
    return tmp_path


def test_a_campaign_in_processes_finds_what_one_here_finds(folder):
    (stated,), errors = statements_in(theorem_files(["alone.py"]), families=["kinds.py"])
    assert not errors and [kind.binding for kind in stated.families] == ["mine"]
    settings = Settings(functions=256, rows=256, jobs=1)
    (apart,) = campaign_on([stated], settings, None).run()
    scope = {"__name__": "kinds"}
    exec((folder / "kinds.py").read_text(), scope)
    work = partial(do_unit, families=[scope["mine"]])
    named = [(stated.name, stated.statement)]
    (here,) = Campaign(named, replace(settings, jobs=0), work=work).run()
    assert apart == here and here.verdict == "violated (certified)"


def test_kinds_beside_a_theorem_are_used_for_it_apart_from_the_kernel(folder):
    (result,) = check(theorem_files(["beside.py"]), Options(budget="tiny"))
    assert result.stress["counterexample"]["left"] >= 256
    assert "kinds" not in sys.modules and "beside" not in sys.modules


def test_files_of_two_folders_find_their_own_helpers_and_one_library(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    library = "import sys\nassert not hasattr(sys, 'the_only_library')\nsys.the_only_library = 1\n"
    (tmp_path / "library.py").write_text(library)  # as numpy, it refuses to be imported twice
    kinds = []
    for name, place in (("first", "one"), ("second", "two"), ("third", "one")):
        folder = tmp_path / place
        folder.mkdir(exist_ok=True)
        (folder / "helper.py").write_text(f"place = {place!r}\n")
        (folder / f"{name}.py").write_text(
            "import library\nfrom helper import place\n"
            "from plproof.laboratory.families import FamilyKind\n"
            "mine = FamilyKind(place, None, __file__)\n"
        )
        path = str(folder / f"{name}.py")
        kinds.append(OwnKind("mine", "mine", path, name, str(folder), "", ""))
    try:
        assert [kind.name for kind in loaded(map(asdict, kinds))] == ["one", "two", "one"]
    finally:
        del sys.the_only_library
        for name in ("library", "helper", "first", "second", "third"):
            sys.modules.pop(name, None)


def test_a_wrong_constant_stops_at_its_line(folder):
    done = CliRunner().invoke(main, ["stress", "alone.py", "--families", "wrong.py"])
    line = KIND.splitlines().index('mine = family_kind("mine", high)') + 1
    assert done.exit_code == 2
    assert f"wrong.py:{line}: WrongFamily: the smoothness constant is too small" in done.output
    assert "as declared" not in done.output


@pytest.mark.parametrize("command", [["check"], ["show", "low"]])
def test_a_file_without_kinds_says_what_to_write(command, folder):
    done = CliRunner().invoke(main, [*command, "alone.py", "--families", "alone.py"])
    assert done.exit_code == 2 and "bind one to a name" in done.output
    assert "as declared" not in done.output, "nothing was checked"


def test_two_kinds_of_one_name_are_told_apart():
    one, same, other = (
        OwnKind("mine", binding, "", "", "", origin, "")
        for binding, origin in (("mine", "a.py:3"), ("copied", "a.py:3"), ("mine", "b.py:3"))
    )
    assert together([one], [same]) == (one,)
    with pytest.raises(UsageError, match=r"b\.py:3: the kind mine is another one in a\.py:3"):
        together([one], [other])
