"""The minimum of a quadratic over one vector variable, as a term.  [untrusted]"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from plproof.kernel.normal import NormalForm, Poly, constant, plus, times
from plproof.kernel.thm import Thm
from plproof.language.sorts import LanguageError
from plproof.language.terms import Term
from plproof.proof.algebra import Reader
from plproof.proof.shortened import short
from plproof.proof.signs import Signs, term_of_nonzero


def minimum_over(value: Term, variable: Term, signs: Signs) -> Term:
    """Return min over the vector variable v of a‖v‖² + ⟨b, v⟩ + c, that is c − ‖b‖²/(4a).

    ``signs`` proves that denominators and a are non-zero.  Raises LanguageError when the value is
    not of that form.  Nothing is claimed: the kernel proves the bound afterwards.
    """
    known = signs.denominators_nonzero([value])
    leading = _minimum(value, variable, known, leading_only=True)
    positive = signs.nonzero(leading)
    if positive is None:
        raise LanguageError(
            f"the factor {short(leading)} of ‖{variable}‖² is not known to be non-zero"
        )
    return _minimum(value, variable, [*known, positive], leading_only=False)


def _minimum(value: Term, variable: Term, nonzero: Sequence[Thm], leading_only: bool) -> Term:
    form = NormalForm(term_of_nonzero(th) for th in nonzero)
    p = form.scalar(value)
    reader = Reader(form, [value, *(term_of_nonzero(th) for th in nonzero)])
    (v,) = form.vector(variable)
    leading: Poly = {}
    rest: Poly = {}
    linear: dict[int, Poly] = {}
    for monomial, c in p.items():
        hits = [(a, e) for a, e in monomial if form.atoms[a][0] == "ip" and v in form.atoms[a][1:]]
        other = {tuple(pair for pair in monomial if pair not in hits): c}
        if not hits:
            rest = plus(rest, other)
            continue
        (atom, exponent), *more = hits
        if more or exponent != 1:
            raise LanguageError(f"{short(value)} is not quadratic in {variable}")
        _, i, j = form.atoms[atom]
        assert isinstance(i, int) and isinstance(j, int)
        if i == j:
            leading = plus(leading, other)
        else:
            partner = j if i == v else i
            linear[partner] = plus(linear.get(partner, {}), other)
    if not leading:
        raise LanguageError(
            f"{short(value)} has no term ‖{variable}‖²: it has no minimum over {variable}"
        )
    if leading_only:
        return reader.polynomial(leading)
    square = form.gram(linear, linear)
    quotient = times(square, form.inverse(times(constant(4), leading)))
    return reader.polynomial(plus(rest, quotient, Fraction(-1)))
