"""Formulas as they are written by hand, put as Python writes them: 3 sin² x is 3*(sin(x))**2."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_SIGNS = (("^", "**"), ("²", "**2"), ("³", "**3"), ("·", "*"), ("×", "*"), ("−", "-"))
_TOKEN = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|\*\*|[-+*/()]")


def in_python(text: str, variables: Collection[str], functions: Collection[str]) -> str:
    """Return a formula with every product and argument written out; other text as it is.

    Raises ValueError where it is not clear what the argument of a function is.

    >>> in_python("x² + 3 sin² 2x", ["x"], ["sin"])
    'x**2+3*(sin(2*x))**2'
    """
    for written, meant in _SIGNS:
        text = text.replace(written, meant)
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != "".join(text.split()):
        return text.strip()  # nothing of this kind: the parser says what is wrong
    return _Reader(tokens, variables, functions).product()


class _Reader:
    """Reads tokens from left to right."""

    def __init__(
        self, tokens: Sequence[str], variables: Collection[str], functions: Collection[str]
    ) -> None:
        self.tokens, self.variables, self.functions = list(tokens), variables, functions
        self.place = 0

    def next(self) -> str:
        """Return the token that comes next, "" at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self) -> str:
        """Return the next token and step over it."""
        self.place += 1
        return self.tokens[self.place - 1]

    def product(self) -> str:
        """Read up to a closing parenthesis or the end."""
        found: list[str] = []
        while (token := self.next()) not in ("", ")"):
            if found and _ends(found[-1], self.variables) and self._begins(token):
                found.append("*")
            if token in self.functions:
                found.append(self._function())
            elif token == "(":
                found.append(self._group())
            else:
                found.append(self.take())
        return "".join(found)

    def _begins(self, token: str) -> bool:
        return token == "(" or token[0].isalnum() or token[0] == "."

    def _group(self) -> str:
        self.take()
        inside = self.product()
        return f"({inside}{self.take() if self.next() else ''}"

    def _function(self) -> str:
        name, power = self.take(), ""
        if self.next() == "**" and self.tokens[self.place + 1 : self.place + 2]:
            power = self.take() + self.take()
        if self.next() == "(":
            call = name + self._group()
        else:
            argument: list[str] = []
            while self.next() in self.variables or self.next()[:1].isdigit():
                argument.append(self.take())
            if not argument or self.next() == "**":
                raise ValueError(f"the argument of {name} is not clear: write {name}(…)")
            call = f"{name}({'*'.join(argument)})"
        return f"({call}){power}" if power else call


def _ends(part: str, variables: Collection[str]) -> bool:
    """Say whether a value ends with this part, so that another one after it multiplies it."""
    return part.endswith(")") or part in variables or part[0].isdigit() or part[-1].isdigit()
