"""Terms and cases as Python that a person can run: the numbers of a counterexample, printed."""

from __future__ import annotations

import keyword
from collections.abc import Mapping

import numpy as np

from plproof.laboratory.models import Assignment, Plan
from plproof.laboratory.rounding import Floats
from plproof.language.printing import show
from plproof.language.sorts import coordinates_of
from plproof.language.terms import Term

_HELPERS: Mapping[str, str] = {
    "value": "def value(f, x):\n    return float(f.value_and_gradient(np.array([x]))[0][0])",
    "gradient": "def gradient(f, x):\n    return f.value_and_gradient(np.array([x]))[1][0]",
    "ratio": "def ratio(a, b):  # t/0 = 0\n    return a / b if b else 0.0 * a",
    "image": "def image(f, x):\n    return f.value(Tracked(np.array([x]))).value[0]",
    "jacobian": "def jacobian(f, x):\n    return f.jacobian(Tracked(np.array([x]))).value[0]",
    "root": "def root(t):  # 0 for t < 0\n    return max(t, 0.0) ** 0.5",
}
_KNOWN = frozenset(
    ("app", "add", "neg", "mul", "smul", "div", "pow", "sqrt", "real", "ip", "grad", "jac",
     "lapp", "comp", "adj", "sin", "cos")
)  # fmt: skip
_MARKS = {"*": "_star", "'": "_prime", "+": "_plus"}
_TAKEN = {"np", "gradient_descent", *_HELPERS}


def identifier(v: Term) -> str:
    """Return a Python name for a variable: ``x*`` becomes ``x_star``."""
    name = "".join(_MARKS.get(c, c) for c in v.data)
    name = "".join(c if c.isalnum() or c == "_" else "_" for c in name)
    return f"{name}_" if keyword.iskeyword(name) or name in _TAKEN else name


def python(term: Term) -> str | None:
    """Return a Python expression for a real, natural or vector term, None for one with binders."""
    if term.op == "var":
        return identifier(term)
    if term.op == "num":
        if term.sort.kind == "Vec":
            return "0.0"
        whole = term.data.denominator == 1
        return str(term.data) if whole else f"({term.data.numerator} / {term.data.denominator})"
    if term.op == "basis":
        return f"np.eye({coordinates_of(term.sort.spaces[0])})[{term.data - 1}]"
    if term.op == "def":
        return python(term.data.unfold(term.args))
    if term.op not in _KNOWN:
        return None
    parts = [python(arg) for arg in term.args]
    if any(p is None for p in parts):
        return None
    shown = [p for p in parts if p is not None]
    if term.op == "app":
        sequence = term.args[0].sort.parts[0].kind == "Nat"
        if sequence:
            return f"{shown[0]}[{shown[1]}]"
        helper = "image" if term.sort.kind == "Vec" else "value"
        return f"{helper}({shown[0]}, {shown[1]})"
    forms = {
        "add": lambda: "(" + " + ".join(shown) + ")",
        "neg": lambda: f"-{shown[0]}",
        "mul": lambda: f"{shown[0]} * {shown[1]}",
        "smul": lambda: f"{shown[0]} * {shown[1]}",
        "div": lambda: f"ratio({shown[0]}, {shown[1]})",
        "pow": lambda: f"({shown[0]}) ** {_atom(shown[1])}",
        "sqrt": lambda: f"root({shown[0]})",
        "real": lambda: shown[0],
        "ip": lambda: f"np.dot({shown[0]}, {shown[1]})",
        "grad": lambda: f"gradient({shown[0]}, {shown[1]})",
        "jac": lambda: f"jacobian({shown[0]}, {shown[1]})",
        "lapp": lambda: f"({shown[0]} @ {shown[1]})",
        "comp": lambda: f"({shown[0]} @ {shown[1]})",
        "adj": lambda: f"{shown[0]}.T",
        "sin": lambda: f"np.sin({shown[0]})",
        "cos": lambda: f"np.cos({shown[0]})",
    }
    return forms[term.op]()


def _atom(text: str) -> str:
    return text if text.isidentifier() or text.isdigit() else f"({text})"


def comparisons(proposition: Term) -> list[Term]:
    """Return the comparisons in a proposition that stand under no quantifier."""
    if proposition.op in ("le", "lt", "ge", "gt", "eq"):
        return [proposition]
    if proposition.op in ("and", "or", "imp"):
        return [c for arg in proposition.args for c in comparisons(arg)]
    if proposition.op == "def":
        return comparisons(proposition.data.unfold(proposition.args))
    return []


def script(plan: Plan, assignment: Assignment, row: int, proposition: Term) -> str:
    """Return a Python script that rebuilds one row and prints both sides of what it contradicts."""
    lines = []
    names = set()
    for f, family in assignment.families.items():
        lines.append(f"{identifier(f)} = {family.literal(row)}")
        names.add(type(family).__name__)
    for f, system in assignment.systems.items():
        lines.append(f"{identifier(f)} = {system.literal(row)}")
    for v, matrix in assignment.matrices.items():
        lines.append(f"{identifier(v)} = np.array({matrix[row].tolist()!r})")
    for v, numbers in assignment.numbers.items():
        number = float(numbers[row])
        lines.append(f"{identifier(v)} = {int(number) if v.sort.kind == 'Nat' else number!r}")
    for v, points in assignment.points.items():
        lines.append(f"{identifier(v)} = np.array({points[row].tolist()!r})")
    for v, (term, _) in plan.definitions.items():
        lines.append(f"{identifier(v)} = {python(term)}")
    for v, start in assignment.starts.items():
        f, _, eta = plan.descents[v].args
        lines.append(
            f"{identifier(v)} = gradient_descent({identifier(f)}, [{start[row].tolist()!r}], "
            f"{python(eta)}, {assignment.iterations}).points[:, 0]"
        )
    for v, path in assignment.paths.items():
        lines.append(f"{identifier(v)} = np.array({_rounded(path[:, row])!r})")
    for comparison in comparisons(proposition):
        left, right = (python(side) for side in comparison.args)
        if left is not None and right is not None:
            lines.append(f"# {show(comparison)}")
            lines.append(f"print('left ', {left})")
            lines.append(f"print('right', {right})")
    body = "\n".join(lines)
    helpers = [code for name, code in _HELPERS.items() if f"{name}(" in body]
    imports = ["import numpy as np", ""]
    if assignment.starts:
        imports.append("from plproof.laboratory.descent import gradient_descent")
    if names:
        imports.append(f"from plproof.laboratory.families import {', '.join(sorted(names))}")
    if assignment.systems:
        imports.append("from plproof.laboratory.maps import SystemMap")
        imports.append("from plproof.laboratory.rounding import Tracked")
        classes = {type(f.system) for f in assignment.systems.values()}
        for module, name in sorted((c.__module__, c.__name__) for c in classes):
            imports.append(f"from {module} import {name}")
    text = "\n".join(imports) + "\n\n"
    if helpers:
        text += "\n" + "\n\n\n".join(helpers) + "\n\n\n"
    return text + body + "\n"


def _rounded(values: Floats) -> object:
    return np.asarray(values).tolist()
