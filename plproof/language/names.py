"""Names of variables: one plain-ASCII spelling each, and how it is shown in Unicode and LaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping

from plproof.language.sorts import LanguageError

GREEK: Mapping[str, str] = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
_ASCII = {letter: name for name, letter in GREEK.items()}
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_PLAIN = str.maketrans(_ASCII | dict(zip("₀₁₂₃₄₅₆₇₈₉⁺", "0123456789+", strict=True)))
_NAME = re.compile(r"[A-Za-z][A-Za-z_]*[0-9]*[*'+]{0,3}(_[0-9]+)?")


def normalise_name(name: str) -> str:
    """Return the ASCII spelling of a variable's name: ``'μ'`` becomes ``'mu'``.

    Raises LanguageError for a name that is not letters, digits at the end, and ``*``, ``'``, ``+``.

    >>> normalise_name("μ"), normalise_name("x*"), normalise_name("x₀")
    ('mu', 'x*', 'x0')
    """
    if not isinstance(name, str):
        raise LanguageError(f"the name of a variable is a string, not {name!r}")
    ascii_name = name if name.isascii() else name.translate(_PLAIN)
    if not _NAME.fullmatch(ascii_name):
        raise LanguageError(
            f"{name!r} is not a name: use letters, then digits, then *, ' or + (as in mu, x0, x*)"
        )
    return ascii_name


def _pieces(name: str) -> tuple[str, str, str, str]:
    """Split an ASCII name into letters, digits, marks and the number that keeps it apart."""
    found = re.fullmatch(r"([A-Za-z][A-Za-z_]*?)([0-9]*)([*'+]*)(?:_([0-9]+))?", name)
    if found is None:
        return name, "", "", ""
    letters, digits, marks, apart = found.groups()
    return letters, digits, marks, apart or ""


def unicode_name(name: str) -> str:
    """Return the name as shown in a terminal: ``'mu'`` as ``'μ'``, ``'x0'`` as ``'x₀'``."""
    letters, digits, marks, apart = _pieces(name)
    shown = GREEK.get(letters, letters) + digits.translate(_SUBSCRIPTS) + marks
    return shown + (f"_{apart}" if apart else "")


def latex_name(name: str) -> str:
    r"""Return the name as LaTeX: ``'x*'`` as ``x^{\star}``.

    >>> latex_name("mu"), latex_name("x0*"), latex_name("gap")
    ('\\mu', 'x_{0}^{\\star}', '\\mathrm{gap}')
    """
    letters, digits, marks, apart = _pieces(name)
    if letters in GREEK:
        text = rf"\{letters}"
    elif len(letters) == 1:
        text = letters
    else:
        text = rf"\mathrm{{{letters}}}".replace("_", r"\_")
    number = digits + (f"[{apart}]" if apart else "")
    text += f"_{{{number}}}" if number else ""
    signs = marks.replace("*", r"\star").replace("'", r"\prime")
    return text + (f"^{{{signs}}}" if marks else "")
