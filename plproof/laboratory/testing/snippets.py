"""Terms and cases as Python that a person can run: the numbers of a counterexample, printed."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from plproof.laboratory import families as catalogue
from plproof.laboratory.arithmetic.rounding import Tracked
from plproof.laboratory.gradient_descent.orbits import Orbit
from plproof.laboratory.modelling.models import Assignment, Plan, realise
from plproof.language.printing import show
from plproof.language.sorts import coordinates_of
from plproof.language.terms import Term
from plproof.theory import functions, systems

_HELPERS: Mapping[str, str] = {
    "value": "def value(f, x):\n    return float(f.value_and_gradient(np.array([x]))[0][0])",
    "gradient": "def gradient(f, x):\n    return f.value_and_gradient(np.array([x]))[1][0]",
    "ratio": "def ratio(a, b):  # t/0 = 0\n    return a / b if b else 0.0 * a",
    "image": "def image(f, x):\n    return f.value(Tracked(np.array([x]))).value[0]",
    "jacobian": "def jacobian(f, x):\n    return f.jacobian(Tracked(np.array([x]))).value[0]",
    "root": "def root(t):  # 0 for t < 0\n    return max(t, 0.0) ** 0.5",
    "slope": (
        "def slope(g, x, h=2.0**-17):  # the derivative of g at x, by differences\n"
        "    x = np.asarray(x, dtype=float)\n"
        "    return np.stack([(g(x + h * e) - g(x - h * e)) / (2 * h) for e in np.eye(len(x))], -1)"
    ),
    "bend": (
        "def bend(g, c, r):  # the least of (g(x) + g(y))/2 - g((x + y)/2) seen on the ball\n"
        "    rng = np.random.default_rng(0)\n"
        "    ball = rng.standard_normal((2000, len(c)))\n"
        "    ball *= r * rng.random((2000, 1)) / np.linalg.norm(ball, axis=1, keepdims=True)\n"
        "    pairs = zip(c + ball[::2], c + ball[1::2])\n"
        "    return min((g(x) + g(y)) / 2 - g((x + y) / 2) for x, y in pairs)"
    ),
}
_MARKS = {"*": "_star", "'": "_prime", "+": "_plus"}
_TAKEN = {"np", "gradient_descent", *_HELPERS}
_FORMS: Mapping[str, str] = {
    "neg": "-{0}",
    "mul": "{0} * {1}",
    "smul": "{0} * {1}",
    "div": "ratio({0}, {1})",
    "sqrt": "root({0})",
    "real": "{0}",
    "ip": "np.dot({0}, {1})",
    "lapp": "({0} @ {1})",
    "comp": "({0} @ {1})",
    "adj": "{0}.T",
    "sin": "np.sin({0})",
    "cos": "np.cos({0})",
}


def identifier(v: Term) -> str:
    """Return a Python name for a variable: ``x*`` becomes ``x_star``."""
    return _identifier(v.data)


def _identifier(data: str) -> str:
    name = "".join(_MARKS.get(c, c) for c in data)
    name = "".join(c if c.isalnum() or c == "_" else "_" for c in name)
    return f"{name}_" if keyword.iskeyword(name) or name in _TAKEN else name


@dataclass(frozen=True)
class Writer:
    """Writes terms as Python; ``dimensions`` of the spaces by name."""

    dimensions: Mapping[str, int]

    def python(self, term: Term, scope: tuple[str, ...] = ()) -> str | None:
        """Return a Python expression for a term, None for one that has none.

        ``scope`` holds the names of loose bound variables, innermost last.
        """
        op = term.op
        if op == "var":
            return identifier(term)
        if op == "bound":
            index: int = term.data
            return scope[len(scope) - 1 - index]
        if op in ("num", "basis"):
            return self._constant(term)
        if op == "def":
            return self.python(term.data.unfold(term.args), scope)
        if op == "lam":
            name = _identifier(term.data.name) + "_" * scope.count(_identifier(term.data.name))
            body = self.python(term.args[0], (*scope, name))
            return None if body is None else f"(lambda {name}: {body})"
        parts = [self.python(arg, scope) for arg in term.args]
        shown = [p for p in parts if p is not None]
        if len(shown) < len(parts):
            return None
        if op == "app":
            return self._applied(term, *shown)
        if op in ("grad", "jac"):
            known = "gradient" if op == "grad" else "jacobian"
            helper = "slope" if _explicit(term.args[0]) else known
            return f"{helper}({shown[0]}, {shown[1]})"
        if op == "add":
            return "(" + " + ".join(shown) + ")"
        if op == "pow":
            return f"({shown[0]}) ** {_atom(shown[1])}"
        if op == "sum":
            return f"sum({shown[0]}(i) for i in range({shown[1]}))"
        return _FORMS[op].format(*shown) if op in _FORMS else None

    def _constant(self, term: Term) -> str:
        kind, data = term.sort.kind, term.data
        if term.op == "basis":
            return f"np.eye({coordinates_of(term.sort.spaces[0])})[{data - 1}]"
        if kind in ("Vec", "Lin"):
            sizes = [self._size(space) for space in term.sort.spaces]
            if data:
                return f"np.eye({sizes[0]})"
            return f"np.zeros({sizes[0] if kind == 'Vec' else (sizes[1], sizes[0])})"
        whole = data.denominator == 1
        return str(data) if whole else f"({data.numerator} / {data.denominator})"

    def _size(self, space: str) -> int:
        fixed = coordinates_of(space)
        return self.dimensions[space] if fixed is None else fixed

    def _applied(self, term: Term, function: str, argument: str) -> str:
        f = term.args[0]
        if _explicit(f):
            return f"{function}({argument})"
        if f.sort.parts[0].kind == "Nat":
            return f"{function}[{argument}]"
        helper = "image" if term.sort.kind == "Vec" else "value"
        return f"{helper}({function}, {argument})"

    # ------------------------------------------------------------ what a proposition is about
    def shown(self, p: Term) -> list[tuple[str, str, str]]:
        """Return (in words, label, expression) of the numbers that decide a proposition."""
        found = []
        for comparison in comparisons(p):
            left, right = (self.python(side) for side in comparison.args)
            if left is not None and right is not None:
                found += [(show(comparison), "left ", left), (show(comparison), "right", right)]
        for q in _definitions(p):
            args = [self.python(arg) for arg in q.args]
            if any(arg is None for arg in args):
                continue
            if q.data == systems.Onto:
                rank = f"np.linalg.matrix_rank({args[0]}), 'of', len({args[0]})"
                found.append((show(q), "rank", rank))
            elif q.data == systems.PositiveIndexAbove:
                values = f"np.linalg.eigvalsh(({args[0]} + {args[0]}.T) / 2), 'and', {args[1]}"
                found.append((show(q), "eigenvalues", values))
            elif q.data == functions.ConvexOn:
                found.append((show(q), "least", f"bend({args[0]}, {args[1]}, {args[2]})"))
        return found


def _explicit(f: Term) -> bool:
    """Say whether a function term is written out, x ↦ t, and not a variable."""
    while f.op == "def":
        f = f.data.unfold(f.args)
    return bool(f.op == "lam")


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


def _definitions(p: Term) -> list[Term]:
    """Return the definitions in a proposition that stand under no quantifier."""
    if p.op == "def":
        return [p]
    return [q for arg in p.args for q in _definitions(arg)] if p.op in ("and", "or", "imp") else []


def script(plan: Plan, assignment: Assignment, row: int, proposition: Term) -> str:
    """Return a Python script that rebuilds one row and prints both sides of what it contradicts."""
    writer, lines = Writer(assignment.dimensions), []
    names: dict[str, set[str]] = {}
    for f, family in assignment.families.items():
        lines.append(f"{identifier(f)} = {family.literal(row)}")
        name = type(family).__name__
        shipped = getattr(catalogue, name, None) is type(family)
        home = catalogue.__name__ if shipped else type(family).__module__
        names.setdefault(home, set()).add(name)
    for f, system in assignment.systems.items():
        lines.append(f"{identifier(f)} = {system.literal(row)}")
    for v, matrix in assignment.matrices.items():
        lines.append(f"{identifier(v)} = np.array({matrix[row].tolist()!r})")
    for v, table in assignment.tables.items():
        lines.append(f"{identifier(v)} = {table[..., row].tolist()!r}")
    for v, numbers in assignment.numbers.items():
        number = float(numbers[row])
        lines.append(f"{identifier(v)} = {int(number) if v.sort.kind == 'Nat' else number!r}")
    for v, points in assignment.points.items():
        if v in plan.placed:
            continue
        lines.append(f"{identifier(v)} = np.array({points[row].tolist()!r})")
    lines += _given_by_rules(plan, assignment, row)
    for v, term in plan.determined():
        lines.append(f"{identifier(v)} = {writer.python(term)}")
    for v, start in assignment.starts.items():
        f, _, eta = plan.descents[v].args
        lines.append(
            f"{identifier(v)} = gradient_descent({identifier(f)}, [{start[row].tolist()!r}], "
            f"{writer.python(eta)}, {assignment.iterations}).points[:, 0]"
        )
    for v, path in assignment.paths.items():
        lines.append(f"{identifier(v)} = np.array({np.asarray(path[:, row]).tolist()!r})")
    said = ""
    for words, label, expression in writer.shown(proposition):
        if words != said:
            lines.append(f"# {words}")
            said = words
        lines.append(f"print('{label}', {expression})")
    body = "\n".join(lines)
    helpers = [code for name, code in _HELPERS.items() if f"{name}(" in body]
    imports = ["import numpy as np", ""]
    if assignment.starts:
        imports.append("from plproof.laboratory.gradient_descent.descent import gradient_descent")
    for home, there in sorted(names.items()):
        imports.append(f"from {home} import {', '.join(sorted(there))}")
    if assignment.systems:
        imports.append("from plproof.laboratory.meaning.maps import SystemMap")
        imports.append("from plproof.laboratory.arithmetic.rounding import Tracked")
        classes = {type(f.system) for f in assignment.systems.values()}
        for module, name in sorted((c.__module__, c.__name__) for c in classes):
            imports.append(f"from {module} import {name}")
    text = "\n".join(imports) + "\n\n"
    if helpers:
        text += "\n" + "\n\n\n".join(helpers) + "\n\n\n"
    return text + body + "\n"


def _given_by_rules(plan: Plan, assignment: Assignment, row: int) -> list[str]:
    """Return lines with what the rules of a method give, its members one after another."""
    if not plan.method.rules:
        return []
    values, lines = realise(plan, assignment.take([row])).values, []
    for v in plan.method.rules:
        found = values[v]
        if isinstance(found, Orbit):
            given = found.points[:, 0].tolist()
            lines.append(f"{identifier(v)} = np.array({given!r})  # the run, rounded")
        elif isinstance(found, Tracked):
            lines.append(f"{identifier(v)} = np.array({found.value[0].tolist()!r})  # rounded")
    return lines
