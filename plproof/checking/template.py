"""The file that ``plproof new`` writes."""

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


def template(name: str) -> str:
    """Return a short commented theorem file whose theorem object has that name.

    >>> "first = Lemma(" in template("first")
    True
    """
    return _TEXT.format(name=name, title=name.replace("_", " ").capitalize())
