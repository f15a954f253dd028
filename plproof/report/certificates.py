"""Certificates in words: what the kernel was given for a step, as a person can follow it.

A step is explained by the rule at its top.  For ``combine`` that is the sum the kernel checked,

    slack = decrease(y) + 1/β·pl(y) ≥ 0,

where *slack* is the right side of the claim minus its left side, a name stands for the slack of the
fact so called, and every other factor is a number, a term known to be non-negative, or a square.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from plproof.kernel.combine import Summand
from plproof.kernel.thm import Thm
from plproof.language.notation import canonical
from plproof.language.printing import UNICODE, Style, show
from plproof.language.syntax import ip, sq
from plproof.language.terms import Term, as_real, make, number
from plproof.proof.written import written_out
from plproof.report.coefficients import Coefficient, written
from plproof.theory.axioms import AXIOMS

_ONE, _ZERO = number(1), number(0)
_PHRASES: Mapping[str, str] = {
    "absurd": "from a contradiction",
    "admit": "admitted without proof",
    "cases": "by cases",
    "induction": "by induction",
    "natural": "a natural number is not negative",
    "obtain": "from what exists",
    "reflexive": "both sides are the same",
    "square_root": "what a square root is",
    "successor": "natural numbers are a step apart",
    "total_order": "any two numbers compare",
}


class Names:
    """What theorems are called in a transcript.

    ``steps`` names the theorems of steps by ``id``: a label, or a number in parentheses;
    ``assumed`` names hypotheses and the assumptions of blocks by what they say; ``short`` says how
    the values are written that they are taken at.
    """

    def __init__(
        self,
        steps: Mapping[int, str],
        assumed: Mapping[Term, str],
        short: Callable[[Term], Term] = lambda t: t,
    ) -> None:
        self._steps = steps
        self._assumed = assumed
        self.short = short

    def step(self, thm: Thm) -> tuple[str, Thm] | None:
        """Return the step that a theorem is, or is an instance of, with what that is called."""
        while True:
            if id(thm) in self._steps:
                return self._steps[id(thm)], thm
            if thm.rule == "rewrite":
                thm = thm.premises[1]
            elif thm.rule in ("instantiate", "conjunct", "convert", "modus_ponens", "rename"):
                thm = thm.premises[0]
            else:
                return None

    def without(self, thm: Thm) -> Names:
        """Return the same names, but for that of one theorem."""
        steps = {key: name for key, name in self._steps.items() if key != id(thm)}
        return Names(steps, self._assumed, self.short)

    def shortened(self, short: Callable[[Term], Term]) -> Names:
        """Return the same names with values written in another way."""
        return Names(self._steps, self._assumed, short)

    def find(self, thm: Thm, style: Style = UNICODE, own: Thm | None = None) -> str | None:
        """Return the name of a theorem, with the values it is taken at; None when it has none.

        ``own`` is the step being explained, which is not named by itself.
        """
        suffixes: list[str | Term] = []
        while True:
            name = None if thm is own else self._steps.get(id(thm))
            if name is None and thm.rule == "assume":
                name = self._assumed.get(thm.conclusion)
            if name is not None:
                return _called(name, suffixes[::-1], style)
            if thm.rule in ("axiom", "oracle"):
                return words(f"{thm.rule} {thm.data['name']}", style)
            if thm.rule == "instantiate":
                suffixes.append(self.short(thm.data["value"]))
            elif thm.rule == "conjunct" and thm.premises[0].rule != "convert":
                suffixes.append(f"[{thm.data['side']}]")
            if thm.rule == "rewrite":
                thm = thm.premises[1]
            elif thm.rule in ("instantiate", "conjunct", "convert", "modus_ponens", "rename"):
                thm = thm.premises[0]
            else:
                return None

    def of(self, thm: Thm, style: Style = UNICODE) -> str:
        """Return the name of a theorem, or what it says, in brackets, when it has none."""
        claim = self.short(thm.conclusion)
        return self.find(thm, style) or _known(claim, style) or f"[{show(claim, style)}]"


def words(text: str, style: Style) -> str:
    """Return plain words for use beside formulas of the style."""
    if not style.latex:
        return text
    escaped = "".join(f"\\{sign}" if sign in "&%$#_{}" else sign for sign in text)
    return rf"\text{{{escaped.replace('–', '--')}}}"


def carries(thm: Thm) -> bool:
    """Say whether a step carries its first premise on without new mathematics.

    That is then shown in its place: also where a hypothesis was discharged and is met again,
    written in another way.
    """
    if thm.rule == "modus_ponens":
        return thm.premises[0].rule in ("discharge", "modus_ponens")
    return thm.rule in ("generalise", "discharge", "convert")


def certificate(thm: Thm, names: Names, style: Style = UNICODE, own: Thm | None = None) -> str:
    """Return how a step was proved: its sum of facts and squares, or its rule in a few words.

    ``own`` is a theorem that is not to be named: the step itself, when it has a name already.
    Empty for an instance of a theorem proved elsewhere, whose name the kernel does not know.
    """
    return _sentence(thm, names, style, own)


def _sentence(thm: Thm, names: Names, style: Style, own: Thm | None = None) -> str:
    text, is_name = _explain(thm, names, style, own)
    return words("by ", style) + text if is_name else text


def _explain(thm: Thm, names: Names, style: Style, own: Thm | None) -> tuple[str, bool]:
    """Return an explanation, and whether it only names what was used."""
    equations: list[str] = []
    defined = thm.rule == "convert" and "def" in (thm.conclusion.op, thm.premises[0].conclusion.op)
    while True:
        if thm.rule == "rewrite":
            equations.append(names.of(thm.premises[0], style))
            thm = thm.premises[1]
            continue
        name = names.find(thm, style, own)
        if name is not None or not carries(thm):
            break
        thm = thm.premises[0]
    if name is not None:
        text, is_name = _cited(thm, style) or name, True
        text += words(", by definition", style) if defined else ""
    else:
        text, is_name = _by_rule(thm, names, style)
    if equations:
        lead = words(", rewritten by " if text else "rewritten by ", style)
        text += lead + words(" and ", style).join(dict.fromkeys(equations))
    return text, is_name


def _by_rule(thm: Thm, names: Names, style: Style) -> tuple[str, bool]:
    premises, rule = thm.premises, thm.rule
    squares = compared_squares(thm)
    if rule in ("combine", "gram"):
        return _sum(thm if rule == "combine" else written_out(thm), names, style)
    if rule == "alternative":
        return _explain(premises[0], names, style, None)
    if rule == "conjunction":
        parts = [_explain(p, names, style, None) for p in premises]
        if all(is_name for _, is_name in parts):
            return words(" and ", style).join(dict.fromkeys(text for text, _ in parts)), True
        texts = [_sentence(p, names, style) for p in premises]
        said = [text for text in texts if text not in ("", words("by cases", style))]
        return words("; ", style).join(dict.fromkeys(said)), False
    if rule == "antisymmetry":
        signs = [words(text, style) for text in ("left ≤ right: ", "left ≥ right: ")]
        pair = zip(signs, (_sentence(p, names, style) for p in premises), strict=True)
        return words("; ", style).join(sign + text for sign, text in pair), False
    if rule == "witness":
        value = words("the value ", style) + show(thm.data["value"], style)
        return _joined(value, "; ", _sentence(premises[0], names, style), style), False
    if rule == "definite" or squares is not None:
        smaller = squares if squares is not None else premises[0]
        text = show(smaller.conclusion, style)
        return _joined(text, ", since ", _sentence(smaller, names, style), style), False
    while thm.rule in ("conjunct", "modus_ponens"):
        thm = thm.premises[0]
    return (words(_PHRASES[thm.rule], style) if thm.rule in _PHRASES else ""), False


def _joined(text: str, joint: str, rest: str, style: Style) -> str:
    joint = ", " if rest.startswith(words("by ", style)) else joint
    return text + words(joint, style) + rest if rest else text


def _cited(thm: Thm, style: Style) -> str:
    """Return the name of the axiom this is an instance of, with who proves it; "" if it is not."""
    while thm.rule in ("instantiate", "modus_ponens", "rename", "convert"):
        thm = thm.premises[0]
    if thm.rule != "axiom":
        return ""
    known = AXIOMS.get(thm.data["name"])
    references = "; ".join(known.source.references) if known is not None else ""
    return words(f"axiom {thm.data['name']}" + (f" ({references})" if references else ""), style)


def compared_squares(thm: Thm) -> Thm | None:
    """Return the theorem a·a ≤ b·b from which a ≤ b was concluded by contradiction, if it was."""
    if thm.rule != "cases" or thm.premises[2].rule != "absurd" or thm.conclusion.op != "le":
        return None
    clash = thm.premises[2].premises[0]
    squares = clash.premises[0] if clash.rule == "combine" and clash.premises else None
    if squares is None or squares.conclusion.op != "le":
        return None
    wanted = tuple(make("mul", (side, side)) for side in thm.conclusion.args)
    return squares if squares.conclusion.args == wanted else None


# ---------------------------------------------------------------- names
def _called(name: str, suffixes: Sequence[str | Term], style: Style) -> str:
    """Return the name with the values and sides it is taken at: pl(y), ih[1], (3.1 at k)."""
    numbered = name.startswith("(")
    groups: list[str | list[str]] = []
    for suffix in suffixes:
        if isinstance(suffix, str):
            groups.append(suffix)
        elif groups and isinstance(groups[-1], list):
            groups[-1].append(show(suffix, style))
        else:
            groups.append([show(suffix, style)])
    if numbered:
        values = [", ".join(group) for group in groups if isinstance(group, list)]
        sides = "".join(group for group in groups if isinstance(group, str))
        at = words(" at ", style)
        return "(" + at.join([words(name[1:-1], style), *values]) + ")" + sides
    text = words(name, style) if name.isidentifier() else f"[{words(name, style)}]"
    return text + "".join(g if isinstance(g, str) else f"({', '.join(g)})" for g in groups)


def _known(claim: Term, style: Style) -> str | None:
    """Return the name of a well-known inequality, recognised by its form."""
    if claim.op != "le":
        return None
    left, right = claim.args
    whole = _norm_of(left)
    if left.op == "ip" and right.op == "mul" and tuple(map(_norm_of, right.args)) == left.args:
        name, vectors = "Cauchy–Schwarz", left.args
    elif whole is not None and right.op == "add" and len(right.args) == 2:
        vectors = tuple(v for v in map(_norm_of, right.args) if v is not None)
        name = "triangle inequality"
        if len(vectors) < 2 or [t for v in vectors for t in _terms(v)] != _terms(whole):
            return None
    else:
        return None
    return f"{words(name, style)}({', '.join(show(v, style) for v in vectors)})"


def _terms(t: Term) -> list[Term]:
    return list(t.args) if t.op == "add" else [t]


def _norm_of(t: Term) -> Term | None:
    inside = t.args[0] if t.op == "sqrt" else None
    return inside.args[0] if inside is not None and inside.op == "ip" else None


def _quoted(thm: Thm, style: Style) -> str:
    return f"[{show(thm.conclusion, style)}]"


# ---------------------------------------------------------------- sums
def _sum(thm: Thm, names: Names, style: Style) -> tuple[str, bool]:
    target, summands = canonical(thm.conclusion), thm.data["summands"]
    if not summands:
        return words("an identity", style), False
    if not any(s.premises or s.squares for s in summands):
        return words("by arithmetic", style), False
    if len(summands) == 1 and target.op != "false" and is_premise(summands[0]):
        return _alone(thm.premises[summands[0].premises[0]], names, style)
    parts = [_summand(thm, s, names, style) for s in summands]
    minus = style.signs["minus"]
    total = style.signs["neg"] if parts[0][0] else ""
    for position, (negative, text) in enumerate(parts):
        total += (minus if negative else " + ") * bool(position) + text
    if target.op == "false":
        return f"{words('a contradiction: ', style)}0 = {total} > 0", False
    if target.op == "eq":
        return f"{words('difference', style)} = {total} = 0", False
    above = style.signs["gt" if target.op == "lt" else "ge"]
    return f"{words('slack', style)} = {total}{above}0", False


def _alone(premise: Thm, names: Names, style: Style) -> tuple[str, bool]:
    """Return the explanation of a claim that only rearranges a premise."""
    name = names.find(premise, style) or _known(premise.conclusion, style)
    if name is not None:
        return name, True
    if premise.rule == "cases":  # a lemma's proof, which is not the author's
        return _quoted(premise, style), True
    text, is_name = _explain(premise, names, style, None)
    return (text, is_name) if text else (_quoted(premise, style), True)


def is_premise(s: Summand) -> bool:
    """Say whether the summand is one premise as it stands, so that the step only rearranges it."""
    bare = not s.squares and s.coefficient == 1 and s.multiplier in (None, _ONE)
    return bare and len(s.premises) == 1


def is_sign(claim: Term) -> bool:
    """Say whether a claim is 0 ≤ t or 0 < t, in whatever way it is written."""
    claim = canonical(claim)
    return claim.op in ("le", "lt") and claim.args[0] == _ZERO


def _summand(thm: Thm, s: Summand, names: Names, style: Style) -> tuple[bool, str]:
    """Return whether the summand is subtracted, and its text without sign."""
    coefficient, factors = factored(thm, s, names, style)
    return written(coefficient, [text for text, _, _ in factors], style)


def slack_of(claim: Term) -> Term:
    """Return right − left of a comparison A ≤ B, A < B or A = B, and (right − left)² of A ≠ B."""
    claim = canonical(claim)
    left, right = (claim.args[0] if claim.op == "imp" else claim).args
    if left.sort.kind in ("Real", "Nat"):
        left, right = as_real(left), as_real(right)
    slack: Term = right - left
    return slack * slack if claim.op == "imp" else slack


def factored(
    thm: Thm, s: Summand, names: Names, style: Style
) -> tuple[Coefficient, list[tuple[str, Thm | None, Term]]]:
    """Return a summand as a coefficient times named facts and squares.

    Each is given as it is written, with its theorem if it is a fact, and its value as a term.
    """
    coefficient, multiplier = Coefficient(s.coefficient), s.multiplier
    factors: list[tuple[str, Thm | None, Term]] = []
    alone = len(s.premises) == 1 and not s.squares
    while multiplier is not None and multiplier.op == "smul":
        coefficient.multiply(multiplier.args[0])
        multiplier = multiplier.args[1]
    for premise in (thm.premises[i] for i in s.premises):
        claim = canonical(premise.conclusion)
        if is_sign(claim) and not (alone and names.find(premise) is not None):
            coefficient.multiply_whole(claim.args[1])
            continue
        name, value = names.of(premise, style), slack_of(claim)
        if multiplier is not None and multiplier.sort.kind == "Vec":
            opening, closing = style.signs["open"], style.signs["close"]
            name = f"{opening}{show(multiplier, style)}, {name}{closing}"
            value, multiplier = ip(multiplier, value), None
        name += style.signs["square"] if claim.op == "imp" else ""
        factors.append((name, premise, value))
    if multiplier is not None:
        coefficient.multiply(multiplier)
    for t in s.squares:
        square = sq(t) if t.sort.kind == "Vec" else t * t
        factors.append((show(sq(names.short(t)), style), None, square))
    return coefficient, factors
