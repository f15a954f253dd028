"""The file that ``plproof new`` writes."""

import sys
from keyword import iskeyword

#: names the text below gives a meaning to
_TAKEN = {"E", "f", "alpha", "x", "y", "p", "dict", "Function", "Lemma", "Real", "Space"}
_TAKEN |= {"StronglyConvex", "Vectors", "grad", "sq"}
_TEXT = '''"""{title}: a first theorem; check it with: plproof check {name}.py"""

from plproof import Function, Lemma, Real, Space, StronglyConvex, Vectors, grad, sq

E = Space("E")  # any Euclidean space
f, alpha = Function("f", E), Real("alpha")  # f: E → ℝ; names in ASCII print as Greek letters
x, y = Vectors("x y", E)

{name} = Lemma(
    "The value at x exceeds that at any y by at most ‖∇f(x)‖²/(2α)",
    given=dict(positive=alpha > 0, convex=StronglyConvex(f, alpha)),  # hypotheses by name
    claim=f(x) - f(y) <= sq(grad(f, x)) / (2 * alpha),
)


@{name}.proof
def _(p):  # p.convex is the hypothesis, here at x and y; multipliers and squares are found
    p.have({name}.claim, by=p.convex(x, y))
'''


def why_not(name: str) -> str:
    """Return why a theorem file cannot have that name, "" when it can.

    >>> why_not("first")
    ''
    >>> why_not("class"), why_not("json")
    ('class is a word of Python', 'json is a module of Python')
    """
    if not name.isidentifier() or name.startswith("_"):
        return "a theorem file is called like a Python module, as in first.py"
    if iskeyword(name):
        return f"{name} is a word of Python"
    if name in sys.stdlib_module_names:
        return f"{name} is a module of Python"
    if name == "plproof" or name in _TAKEN:
        return f"the file that is written uses the name {name} for something else"
    return ""


def template(name: str) -> str:
    """Return a short commented theorem file whose theorem object has that name.

    >>> "first = Lemma(" in template("first")
    True
    """
    return _TEXT.format(name=name, title=name.replace("_", " ").capitalize())
