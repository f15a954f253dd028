"""Factors of polynomials in the atoms of a normal form.  [untrusted: the kernel checks]"""

from __future__ import annotations

from fractions import Fraction

from plproof.kernel.normal import Monomial, Poly

#: larger polynomials are not factored: it seldom helps and may take long
MAX_TERMS = 40


def factors_of(p: Poly) -> tuple[Fraction, list[tuple[Poly, int]]] | None:
    """Return c and irreducible qᵢ with exponents such that p = c·Π qᵢ^eᵢ, or None.

    None when p is irreducible, a number, too large, or no polynomial.
    """
    atoms = sorted({a for m in p for a, _ in m})
    if not atoms or len(p) > MAX_TERMS or any(e < 0 for m in p for _, e in m):
        return None
    # sympy takes half a second to import and is needed only when a proof is searched
    from sympy import QQ
    from sympy.polys.rings import ring

    polys, *_ = ring([f"p{a}" for a in atoms], QQ)
    element = polys.from_dict(
        {_exponents(m, atoms): QQ(c.numerator, c.denominator) for m, c in p.items()}
    )
    scale, found = element.factor_list()
    if sum(e for _, e in found) < 2:
        return None
    parts = [
        (
            {
                tuple((a, e) for a, e in zip(atoms, exponents, strict=True) if e): Fraction(
                    int(c.numerator), int(c.denominator)
                )
                for exponents, c in factor.terms()
            },
            exponent,
        )
        for factor, exponent in found
    ]
    return Fraction(int(scale.numerator), int(scale.denominator)), parts


def _exponents(m: Monomial, atoms: list[int]) -> tuple[int, ...]:
    powers = dict(m)
    return tuple(powers.get(a, 0) for a in atoms)
