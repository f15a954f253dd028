"""Between theorems and programs: slacks of premises become columns, a certificate a proof.

[untrusted: the kernel's ``combine`` checks what comes back]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from plproof.kernel.combine import Summand, combine
from plproof.kernel.normal import Monomial, NormalForm, Poly, plus
from plproof.kernel.thm import Thm
from plproof.language.notation import canonical
from plproof.language.terms import Term, as_real, number
from plproof.proof.algebra import NoTerm, Reader
from plproof.proof.certificates import NotFound
from plproof.proof.shortened import short
from plproof.search.programs.exact import Found
from plproof.search.programs.program import Form, Program
from plproof.search.programs.surd import Exact, without_root


class NotNumeric(NotFound):
    """A premise or the goal is not linear, with numbers as coefficients, in Grams and values."""


@dataclass(frozen=True)
class Translation:
    """A program for a goal and premises, and the way back.

    ``premises`` belong to the program's columns, in order; ``rate`` is the variable that stands for
    the rate in the goal, None when the goal has none.  ``vectors`` and ``scalars`` are the terms of
    the program's vectors and values (none where a value has no term).  ``constant`` numbers the
    value that is 1; ``independent`` says that the others are function values, which no identity
    binds together.
    """

    goal: Term
    premises: tuple[Thm, ...]
    program: Program
    vectors: tuple[Term, ...]
    rate: Term | None
    constant: int | None = None
    independent: bool = True
    scalars: tuple[Term, ...] = ()

    def proof(self, found: Found, goal: Term | None = None) -> Thm:
        """Return ⊢ the goal from the premises by the certificate, as the kernel checks it.

        ``goal`` is the goal with the rate put in, when it has one.
        """
        used = sorted(found.weights)
        summands = [
            Summand(without_root(found.weights[j]), (place,)) for place, j in enumerate(used)
        ]
        for d, line in found.squares:
            summands.append(Summand(without_root(d), (), (self._vector(line),)))
        premises = [self.premises[j] for j in used]
        return combine(*premises, goal=self.goal if goal is None else goal, summands=summands)

    def _vector(self, line: Mapping[int, Exact]) -> Term:
        total: Term | None = None
        for index, coefficient in line.items():
            c = without_root(coefficient)
            piece = self.vectors[index] if abs(c) == 1 else number(abs(c)) * self.vectors[index]
            if total is None:
                total = piece if c > 0 else -piece
            else:
                total = total + piece if c > 0 else total - piece
        assert total is not None
        return total


def translate(
    goal: Term,
    premises: Sequence[Thm] = (),
    rate: Term | None = None,
    conclusions: Sequence[Term] | None = None,
    square: Fraction | None = None,
) -> Translation:
    """Return the program of a goal A ≤ B and premises that are comparisons.

    ``rate`` is a real variable of the goal that is to be found: B − A must be affine in it, and no
    premise may mention it; where it stands for a root, ``square`` is its square, and it may have
    powers.  ``conclusions`` stand in for those of the premises, as with numbers in
    place of parameters; the translation then proves nothing.  Raises NotNumeric for a goal that is
    no such comparison.
    """
    stated = [canonical(c) for c in conclusions or (th.conclusion for th in premises)]
    target = canonical(goal)
    if target.op not in ("le", "eq") or target.args[0].sort.kind != "Real":
        raise NotNumeric(f"{short(goal)} is not of the form A ≤ B")
    terms = [target, *stated]
    form = NormalForm()
    slack = _slack(form, target)
    columns = [_slack(form, c) for c in stated]
    reader = Reader(form, terms)
    atom = None
    if rate is not None:
        ((monomial, _),) = form.scalar(rate).items()
        ((atom, _),) = monomial
    bound, rest = _split(slack, atom, square)
    shape = _Shape(form, reader, [bound, rest, *columns])
    program = Program(
        len(shape.vectors),
        len(shape.values),
        tuple(shape.form(p) for p in columns),
        tuple(c.op == "eq" for c in stated),
        shape.form(bound),
        shape.form(rest),
    )
    vectors = tuple(reader.vector(a) for a in shape.vectors)
    constant = shape.values.index(()) if () in shape.values else None
    try:
        scalars = tuple(reader.polynomial({m: Fraction(1)}) for m in shape.values)
    except NoTerm:
        scalars = ()
    return Translation(
        goal, tuple(premises), program, vectors, rate, constant, shape.independent(), scalars
    )


def _slack(form: NormalForm, c: Term) -> Poly:
    if c.op not in ("le", "lt", "eq") or c.args[0].sort.kind not in ("Real", "Nat"):
        raise NotNumeric(f"{short(c)} is not a comparison of numbers")
    left, right = (as_real(side) for side in c.args)
    return plus(form.scalar(right), form.scalar(left), -1)


def _split(p: Poly, rate: int | None, square: Fraction | None) -> tuple[Poly, Poly]:
    """Return (bound, rest) with p = rate·bound + rest."""
    bound: Poly = {}
    rest: Poly = {}
    for monomial, c in p.items():
        powers = dict(monomial)
        degree = powers.pop(rate, 0) if rate is not None else 0
        if square is not None and degree > 1:
            c *= square ** (degree // 2)
            degree %= 2
        if degree not in (0, 1):
            raise NotNumeric("the claim is not affine in what is to be found: write it as a factor")
        part, key = bound if degree else rest, tuple(sorted(powers.items()))
        part[key] = part.get(key, Fraction(0)) + c
    return {m: c for m, c in bound.items() if c}, {m: c for m, c in rest.items() if c}


class _Shape:
    """Which atoms are vectors of the Gram matrix, and which monomials are values."""

    def __init__(self, form: NormalForm, reader: Reader, polys: Sequence[Poly]) -> None:
        self._form, self._reader = form, reader
        vectors: dict[int, None] = {}
        values: dict[Monomial, None] = {}
        for p in polys:
            for monomial in p:
                pair = self._pair(monomial)
                if pair is None:
                    values[monomial] = None
                else:
                    vectors.update(dict.fromkeys(pair))
        self.vectors, self.values = list(vectors), list(values)
        self._place = {a: i for i, a in enumerate(self.vectors)}
        self._value = {m: i for i, m in enumerate(self.values)}

    def _pair(self, monomial: Monomial) -> tuple[int, int] | None:
        if len(monomial) == 1 and monomial[0][1] == 1:
            atom = monomial[0][0]
            if self._form.atoms[atom][0] == "ip":
                return self._reader.pair(atom)
        return None

    def independent(self) -> bool:
        """Say whether every value is 1 or the value of a function at a point."""
        return all(
            not m or (len(m) == 1 and m[0][1] == 1 and self._form.atoms[m[0][0]][0] == "app")
            for m in self.values
        )

    def form(self, p: Poly) -> Form:
        quadratic: dict[tuple[int, int], Fraction] = {}
        linear: dict[int, Fraction] = {}
        for monomial, c in p.items():
            pair = self._pair(monomial)
            if pair is None:
                linear[self._value[monomial]] = c
            else:
                i, j = sorted(self._place[a] for a in pair)
                quadratic[i, j] = quadratic.get((i, j), Fraction(0)) + c
        return Form(quadratic, linear)
