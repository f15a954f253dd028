"""Printing of terms as Unicode text, plain ASCII and LaTeX, in the order they were written.

Untrusted: a reader's view.  The module reads terms by their fields and builds none.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Protocol

from plproof.language.names import latex_name, unicode_name
from plproof.language.sorts import NAT, LanguageError, Sort


class Node(Protocol):
    """What the printer reads of a term."""

    @property
    def op(self) -> str:
        """The operation."""

    @property
    def args(self) -> tuple[Any, ...]:
        """The arguments."""

    @property
    def data(self) -> Any:
        """Name, number, binder or definition."""

    @property
    def sort(self) -> Sort:
        """The sort."""


# binding strengths, weakest first
_QUANTIFIER, _IMPLIES, _OR, _AND, _COMPARE, _ADD, _SUM, _NEG, _MUL, _APPLY, _POWER, _ATOM = range(
    12
)
Piece = tuple[str, int]
#: a longer term is printed with … in place of parts
MAX_PIECES = 250_000
LONG_PIECE = 200  # characters that count as one piece more each time they are copied
#: a longer number is printed by its length
MAX_BITS = 12_000
Printing = Generator[tuple[Any, tuple[str, ...]], Piece, Piece]


@dataclass(frozen=True)
class Style:
    """The signs of one output form."""

    name: Callable[[str], str]
    latex: bool
    signs: dict[str, str]
    #: how variables are shown in what stands beside: no member of a sequence is to look like one
    beside: frozenset[str] = frozenset()

    def among(self, terms: Iterable[Node]) -> Style:
        """Return the style for terms that are read together with these.

        >>> from plproof import Real, Sequence, eq
        >>> x, x0 = Sequence("x"), Real("x0")
        >>> show(x[0] <= 1), show(x[0] <= 1, UNICODE.among([x0 >= 0])), show(eq(x[0], x0))
        ('x₀ ≤ 1', 'x[0] ≤ 1', 'x[0] = x₀')
        """
        names = {name for t in terms for name in _taken(t).variables}
        return replace(self, beside=self.beside | {self.name(name) for name in names})

    def bracket(self, text: str) -> str:
        """Return the text in parentheses of the style."""
        return rf"\left({text}\right)" if self.latex else f"({text})"


UNICODE = Style(
    unicode_name,
    False,
    {
        "le": " ≤ ", "lt": " < ", "ge": " ≥ ", "gt": " > ", "eq": " = ", "ne": " ≠ ",
        "and": " ∧ ", "or": " ∨ ", "imp": " → ", "all": "∀", "ex": "∃", "lam": " ↦ ",
        "not": "¬", "false": "⊥", "mul": "·", "minus": " − ", "neg": "−", "grad": "∇",
        "open": "⟨", "close": "⟩", "norm": "‖", "sqrt": "√", "dot": ". ", "square": "²",
        "in": " ∈ ", "not in": " ∉ ", "cap": " ∩ ", "adjoint": "ᵀ", "apply": " ", "jac": "D",
        "hessian": "∇²", "sum": "Σ", "nothing": "{0}",
    },
)  # fmt: skip
ASCII = Style(
    lambda name: name,
    False,
    {
        "le": " <= ", "lt": " < ", "ge": " >= ", "gt": " > ", "eq": " = ", "ne": " != ",
        "and": " & ", "or": " | ", "imp": " >> ", "all": "forall ", "ex": "exists ",
        "lam": " |-> ", "not": "~", "false": "False", "mul": "*", "minus": " - ", "neg": "-",
        "grad": "grad ", "open": "<", "close": ">", "norm": "||", "sqrt": "sqrt", "dot": ". ",
        "square": "^2",
        "in": " in ", "not in": " not in ", "cap": " cap ", "adjoint": ".T", "apply": "@",
        "jac": "D ", "hessian": "grad^2 ", "sum": "sum", "nothing": "{0}",
    },
)  # fmt: skip
LATEX = Style(
    latex_name,
    True,
    {
        "le": r" \le ", "lt": " < ", "ge": r" \ge ", "gt": " > ", "eq": " = ", "ne": r" \ne ",
        "and": r" \wedge ", "or": r" \vee ", "imp": r" \Rightarrow ", "all": r"\forall ",
        "ex": r"\exists ", "lam": r" \mapsto ", "not": r"\neg ", "false": r"\bot",
        "mul": r"\,", "minus": " - ", "neg": "-", "grad": r"\nabla ", "open": r"\left\langle ",
        "close": r"\right\rangle ", "norm": r"\Vert", "sqrt": r"\sqrt", "dot": r".\; ",
        "square": "^{2}",
        "in": r" \in ", "not in": r" \notin ", "cap": r" \cap ", "adjoint": r"^{\top}",
        "apply": r"\,", "jac": "D", "hessian": r"\nabla^{2}", "sum": "", "nothing": r"\{0\}",
    },
)  # fmt: skip


def show(term: Node, style: Style = UNICODE) -> str:
    """Return the term as text in the given style (Unicode by default); any depth is fine.

    Raises LanguageError for what is no term.
    """
    if not hasattr(term, "op"):
        raise LanguageError(_no_term(term))
    stack: list[Printing] = []
    taken = _taken(term)
    left = MAX_PIECES
    current = _print(term, (), style, taken)
    value: Piece | None = None
    while True:
        try:
            inner, names = next(current) if value is None else current.send(value)
            left -= 1
            if left < 0:  # a term that shares parts can be too long to write out
                value = ("…", _ATOM)
                continue
            stack.append(current)
            current, value = _print(inner, names, style, taken), None
        except StopIteration as done:
            value = done.value
            left -= len(done.value[0]) // LONG_PIECE
            if not stack:
                assert value is not None
                return value[0]
            current = stack.pop()


def _no_term(value: object) -> str:
    """Return that a value is no term, and what of it may be shown."""
    text = repr(value)
    said = f"{text if len(text) <= 80 else f'{text[:80]}…'} is no term, and terms are shown"
    if getattr(getattr(value, "claim", None), "op", None) is not None:
        name = getattr(value, "name", getattr(value, "label", ""))
        name = name if isinstance(name, str) and name.isidentifier() else "it"
        return f"{said}: of {name} show {name}.claim"
    if hasattr(value, "parameters"):
        return f"{said}: show it applied to arguments, or its body"
    if isinstance(value, (list, tuple)):
        return f"{said}: show its members one by one"
    return said


def to_latex(term: Node) -> str:
    """Return the term as LaTeX for mathematics mode."""
    return show(term, LATEX)


def to_ascii(term: Node) -> str:
    """Return the term in plain ASCII."""
    return show(term, ASCII)


@dataclass(frozen=True)
class _Taken:
    """What is shown by a name and is not bound: no bound variable may be shown like it."""

    names: tuple[str, ...]
    #: those of variables, free and bound
    variables: tuple[str, ...]
    #: coordinate vectors and identities that need their space said: another thing is shown alike
    alike: frozenset[str]


def _taken(term: Node) -> _Taken:
    seen, stack = set(), [term]
    free: dict[str, None] = {}
    bound: dict[str, None] = {}
    spaces: dict[str, set[str]] = {}
    while stack:
        t = stack.pop()
        if id(t) not in seen:
            seen.add(id(t))
            stack += t.args
            if t.op == "var":
                free[t.data] = None
            elif t.op in ("all", "ex", "lam"):
                bound[t.data.name] = None
            elif t.op == "basis" or (t.op == "num" and t.data and t.sort.kind == "Lin"):
                name = f"e{t.data}" if t.op == "basis" else "I"
                spaces.setdefault(name, set()).add(t.sort.spaces[0])
    alike = frozenset(n for n, of in spaces.items() if n in free or (n != "I" and len(of) > 1))
    return _Taken((*free, *spaces), (*free, *bound), alike)


def _fresh(hint: str, names: Sequence[str], style: Style) -> str:
    """Return a name that is shown like none of the others."""
    shown = {style.name(name) for name in names}
    base, number, name = hint or "x", 0, hint or "x"
    while style.name(name) in shown:
        number += 1
        name = f"{base}_{number}"
    return name


def _fence(piece: Piece, least: int, style: Style) -> str:
    text, strength = piece
    return text if strength >= least else style.bracket(text)


def _print(t: Any, names: tuple[str, ...], style: Style, taken: _Taken) -> Printing:
    sign, op, args = style.signs, t.op, t.args
    if op == "var":
        return style.name(t.data), _ATOM
    if op == "bound":
        index = len(names) - 1 - t.data
        return (style.name(names[index]) if index >= 0 else f"#{t.data}"), _ATOM
    if op == "num":
        if t.data and t.sort.kind in ("Lin", "Sub"):
            space = _space_name(t.sort.spaces[0], style)
            return (_named("I", t, style, taken) if t.sort.kind == "Lin" else space), _ATOM
        return (sign["nothing"], _ATOM) if t.sort.kind == "Sub" else _number(t.data, style)
    if op == "basis":
        return _named(f"e{t.data}", t, style, taken), _ATOM
    if op == "false":
        return sign["false"], _ATOM
    if op in ("all", "ex", "lam"):
        shown = []
        body = t
        while body.op == op:
            name = _fresh(body.data.name, names + taken.names, style)
            names = (*names, name)
            shown.append(style.name(name))
            body = body.args[0]
        text, _ = yield body, names
        if op == "lam":
            return sign["lam"].join([*shown, text]), _QUANTIFIER
        separator = r",\," if style.latex else " "
        return sign[op] + separator.join(shown) + sign["dot"] + text, _QUANTIFIER
    if op == "imp" and args[1].op == "false":
        if args[0].op in ("eq", "in"):
            left = yield args[0].args[0], names
            right = yield args[0].args[1], names
            not_ = sign["ne" if args[0].op == "eq" else "not in"]
            return _fence(left, _ADD, style) + not_ + _fence(right, _ADD, style), _COMPARE
        inner = yield args[0], names
        return sign["not"] + _fence(inner, _NEG, style), _NEG
    if op in ("and", "or", "imp"):
        strength = {"and": _AND, "or": _OR, "imp": _IMPLIES}[op]
        left = yield args[0], names
        right = yield args[1], names
        text = _fence(left, strength + 1, style) + sign[op] + _fence(right, strength, style)
        return text, strength
    if op in ("le", "lt", "ge", "gt", "eq", "in"):
        left = yield args[0], names
        right = yield args[1], names
        return _fence(left, _ADD, style) + sign[op] + _fence(right, _ADD, style), _COMPARE
    if op == "add":
        text = ""
        for position, arg in enumerate(args):
            negative = arg.op == "neg" and position
            piece = yield (arg.args[0] if negative else arg), names
            joint = sign["minus"] if negative else " + "
            open_end = piece[1] == _SUM and position < len(args) - 1  # Σ would take in what follows
            least = _NEG if open_end else _ADD + bool(position)
            text += (joint if position else "") + _fence(piece, least, style)
        return text, _ADD
    if op == "neg":
        piece = yield args[0], names
        return sign["neg"] + _fence(piece, _MUL, style), _NEG
    if op in ("mul", "smul"):
        left = yield args[0], names
        right = yield args[1], names
        dot = sign["mul"]
        if style.latex and (right[0][:1].isdigit() or right[0].startswith(r"\frac")):
            dot = r" \cdot "
        return _fence(left, _MUL, style) + dot + _fence(right, _MUL + 1, style), _MUL
    if op == "div":
        left = yield args[0], names
        right = yield args[1], names
        if style.latex:
            return rf"\frac{{{left[0]}}}{{{right[0]}}}", _POWER
        return _fence(left, _MUL, style) + "/" + _fence(right, _MUL + 1, style), _MUL
    if op == "pow":
        base = yield args[0], names
        power = yield args[1], names
        bottom = _fence(base, _ATOM, style)
        if style.latex:
            return _script(args[0], bottom, f"^{{{power[0]}}}"), _POWER
        if power[0] == "2" and style.name is unicode_name:
            return f"{bottom}²", _POWER
        return f"{bottom}^{_fence(power, _ATOM, style)}", _POWER
    if op == "sqrt" and args[0].op == "ip" and args[0].args[0] == args[0].args[1]:
        piece = yield args[0].args[0], names
        return _norm(piece[0], style), _ATOM
    if op == "sqrt":
        piece = yield args[0], names
        if style.latex:
            return rf"\sqrt{{{piece[0]}}}", _ATOM
        if style.name is unicode_name:  # not an atom: (√a)² is not to be read as √a²
            return sign["sqrt"] + _fence(piece, _ATOM, style), _POWER
        return f"{sign['sqrt']}({piece[0]})", _ATOM
    if op == "real":
        return (yield args[0], names)
    if op == "ip" and args[0] == args[1]:
        piece = yield args[0], names
        return _norm(piece[0], style) + sign["square"], _POWER
    if op == "ip":
        left = yield args[0], names
        right = yield args[1], names
        return f"{sign['open']}{left[0]}, {right[0]}{sign['close']}", _ATOM
    if op in ("lapp", "comp"):
        left = yield args[0], names
        right = yield args[1], names
        text = _fence(left, _APPLY, style) + sign["apply"] + _fence(right, _POWER, style)
        return text, _APPLY
    if op == "adj":
        piece = yield args[0], names
        map_ = _fence(piece, _ATOM, style)
        return _script(args[0], map_, sign["adjoint"]), _POWER
    if op == "cap":
        left = yield args[0], names
        right = yield args[1], names
        return _fence(left, _ADD, style) + sign["cap"] + _fence(right, _ADD + 1, style), _ADD
    if op in ("ker", "ran", "subdim"):
        rank = op == "subdim" and args[0].op == "ran"
        inside = args[0].args[0] if rank else args[0]
        piece = yield inside, names
        word = "rank" if rank else {"subdim": "dim", "ran": "range"}.get(op, op)
        if style.latex:
            word = rf"\{word}" if word in ("ker", "dim") else rf"\operatorname{{{word}}}"
        # dim ker A, rank DF(w)ᵀ, but dim(M ∩ N) and ker(A B)
        plain = piece[1] >= _POWER or inside.op in ("ker", "ran")
        return word + (f" {piece[0]}" if plain else style.bracket(piece[0])), _APPLY
    if op in ("sin", "cos"):
        piece = yield args[0], names
        return ("\\" if style.latex else "") + op + style.bracket(piece[0]), _ATOM
    if op == "sum":
        total = yield args[1], names
        if args[0].op == "lam":
            name = _fresh(args[0].data.name, names + taken.names, style)
            inner = yield args[0].args[0], (*names, name)
            index = style.name(name)
        else:
            inner = yield args[0], names
            index = style.name(_fresh("i", names + taken.names, style))
            inner = (_indexed(args[0], _fence(inner, _ATOM, style), index, style, taken), _ATOM)
        below = f"{index} < {total[0]}"
        text = rf"\sum_{{{below}}} " if style.latex else f"{sign['sum']}[{below}] "
        return text + (inner[0] if inner[1] == _SUM else _fence(inner, _MUL, style)), _SUM
    if op == "jac" and args[0].op == "lam" and _is_hessian(args[0].args[0]):
        inner = args[0].args[0]
        where = yield args[1], names
        under = (*names, "_")  # the bound variable does not occur in what is printed
        if inner.op == "grad":
            head = yield inner.args[0], under
            text = _fence(head, _ATOM, style)
        else:
            direction = yield inner.args[1], under
            head = yield inner.args[0].args[0].args[0], under
            text = f"{sign['open']}{direction[0]}, {head[0]}{sign['close']}"
        return f"{sign['hessian']}{text}{style.bracket(where[0])}", _ATOM
    if op == "jac":
        left = yield args[0], names
        right = yield args[1], names
        return f"{sign['jac']}{_fence(left, _ATOM, style)}{style.bracket(right[0])}", _ATOM
    if op == "grad":
        left = yield args[0], names
        right = yield args[1], names
        return f"{sign['grad']}{_fence(left, _ATOM, style)}{style.bracket(right[0])}", _ATOM
    if op == "app" and args[0].sort.parts[0] == NAT:
        left = yield args[0], names
        right = yield args[1], names
        return _indexed(args[0], _fence(left, _ATOM, style), right[0], style, taken), _ATOM
    if op == "app":
        left = yield args[0], names
        right = yield args[1], names
        return _fence(left, _ATOM, style) + style.bracket(right[0]), _ATOM
    pieces = []
    for arg in args:
        piece = yield arg, names
        pieces.append(piece[0])
    head = t.data.name if op == "def" else op
    if style.latex:
        head = r"\operatorname{" + head.replace("_", r"\_") + "}"
    return head + style.bracket(", ".join(pieces)), _ATOM


def _named(name: str, t: Node, style: Style, taken: _Taken) -> str:
    """Return the name of a coordinate vector or an identity, with its space where it must be."""
    space = _space_name(t.sort.spaces[0], style)
    return style.name(name) + (f"[{space}]" if name in taken.alike else "")


def _script(t: Node, base: str, script: str) -> str:
    """Return the base with a script; braces keep TeX from two scripts in one place."""
    named = t.op in ("var", "bound") or (t.op == "app" and t.args[0].sort.parts[0] == NAT)
    twice = named and script[0] in "_^" and script[0] + "{" in base
    return f"{{{base}}}{script}" if twice else base + script


def _indexed(sequence: Node, head: str, index: str, style: Style, taken: _Taken) -> str:
    """Return the entry of a sequence, not as x₀ where a variable is shown so."""
    text = f"{head}[{index}]"
    if style.latex:
        text = _script(sequence, head, f"_{{{index}}}")
    elif style.name is unicode_name and len(index) == 1:
        digit = index.translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
        text = f"{head}{digit}" if digit != index else f"{head}_{index}"
    alike = text in style.beside or any(style.name(name) == text for name in taken.variables)
    return f"{head}[{index}]" if alike else text


def _is_hessian(t: Node) -> bool:
    """Say whether x ↦ t is ∇f, or x ↦ DF(x)ᵀu, with f, F and u that do not depend on x."""
    if t.op == "grad":
        return t.args[1].op == "bound" and t.args[1].data == 0 and not _mentions(t.args[0])
    if t.op != "lapp" or t.args[0].op != "adj" or t.args[0].args[0].op != "jac":
        return False
    f, x = t.args[0].args[0].args
    free = not _mentions(f) and not _mentions(t.args[1])
    return bool(x.op == "bound" and x.data == 0 and free)


def _mentions(root: Node) -> bool:
    """Say whether the innermost bound variable occurs in the term."""
    stack: list[tuple[Any, int]] = [(root, 0)]
    seen = set()
    while stack:
        t, depth = stack.pop()
        if (id(t), depth) in seen:
            continue
        seen.add((id(t), depth))
        if t.op == "bound" and t.data == depth:
            return True
        stack += [(arg, depth + (t.op in ("all", "ex", "lam"))) for arg in t.args]
    return False


def _space_name(name: str, style: Style) -> str:
    if style.latex and name.startswith("R^"):
        return rf"\mathbb{{R}}^{{{name[2:]}}}"
    return style.name(name)


def _norm(inner: str, style: Style) -> str:
    if style.latex:
        return rf"\left\Vert {inner} \right\Vert"
    return f"{style.signs['norm']}{inner}{style.signs['norm']}"


def _number(value: Fraction, style: Style) -> Piece:
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if bits > MAX_BITS:
        return f"(a number of {bits} bits)", _ATOM
    minus = style.signs["neg"] if value < 0 else ""
    top, bottom = abs(value.numerator), value.denominator
    if bottom == 1:
        return f"{minus}{top}", _NEG if value < 0 else _ATOM
    text = rf"\frac{{{top}}}{{{bottom}}}" if style.latex else f"{top}/{bottom}"
    return minus + text, _NEG if value < 0 else _MUL
