"""Shared by all tests: names the doctests use, and what keeps so many processes quick."""

import gc
import os
import sys
from fractions import Fraction

import pytest

from plproof import language
from plproof.kernel.rules import assume

pytest_plugins = "pytester"


def pytest_configure():
    """Look for garbage rarely, as what is imported and proved stays and each search goes over it.

    And let Python keep what it compiled, whatever the environment says: tests start a hundred
    processes, and each would compile plproof again.
    """
    gc.set_threshold(100_000, 20, 100)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def pytest_collection_finish():
    """Leave what was imported out of all searches for garbage from here on."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def names_of_the_doctests(doctest_namespace):
    """Give doctests the language, reals a and b, natural numbers k, m and n,
    and, of the space E, vectors u and v and a function f.
    """
    doctest_namespace.update({name: getattr(language, name) for name in language.__all__})
    doctest_namespace.update(zip("ab", language.Reals("a b"), strict=True))
    doctest_namespace.update(zip("kmn", language.Naturals("k m n"), strict=True))
    doctest_namespace.update(Fraction=Fraction, assume=assume)
    space = language.Space("E")
    doctest_namespace.update(zip("uv", language.Vectors("u v", space), strict=True))
    doctest_namespace["f"] = language.Function("f", space)
