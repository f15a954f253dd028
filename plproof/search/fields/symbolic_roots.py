"""Rates with a square root of the parameters: multipliers α + β·√D with rational functions α, β, D.

[untrusted: every step it records is made by rules of the kernel]

At numbers the multipliers lie in a field with one root; their parts are rational functions of the
parameters through such samples.  With them the slack is diagonalised over the field of a + b·√D,
and what is left of the identity is a multiple of √D·√D = D.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from plproof.kernel.normal import NormalForm, plus
from plproof.language.binding import fresh_variable, replace, substitute
from plproof.language.notation import canonical
from plproof.language.sorts import REAL
from plproof.language.syntax import sq
from plproof.language.terms import Term, as_real, free_variables, number, subterms
from plproof.proof.algebra import Reader, denominators, split_by_data
from plproof.proof.certificates import NotFound
from plproof.proof.errors import ProofError
from plproof.proof.facts import Fact, Product
from plproof.proof.field import Field
from plproof.proof.script import Proof
from plproof.search.fields.roots import Root
from plproof.search.many_points.sampled import Lost, Points, TellsNothing, Values, through_samples
from plproof.search.programs.bridge import Translation, translate
from plproof.search.programs.exact import Found
from plproof.search.programs.fitting import fit
from plproof.search.programs.program import Program
from plproof.search.programs.rounding import Failed, certificate, certificate_from
from plproof.search.programs.surd import Exact, Surd, root_of
from plproof.search.statements.parameters import evaluated, region

_DEGREES = (2, 3, 4, 5)
#: how the steps are called that a number follows the name of
_ABOUT = "about the root, "
_0 = Fraction(0)

#: α and β of α + β·s, or of a field element
Parts = tuple[Any, Any]
#: the numerator below the root at a sample, and α and β of each weight
_Sample = tuple[Fraction, list[tuple[Fraction, Fraction]]]


class OutOfReach(NotFound):
    """At numbers the premises do not carry the claim: what was asked there, and the answer."""

    def __init__(
        self, failed: Failed, made: Translation, values: Mapping[Term, Term], rate: Surd
    ) -> None:
        super().__init__(failed.why)
        self.failed, self.made, self.values, self.rate = failed, made, values, rate


class NotFitted(NotFound):
    """There are multipliers at numbers, but no simple functions through them were found."""


def root_of_parameters(
    stated: Term, conclusions: Sequence[Term], parameters: Sequence[Term]
) -> Term | None:
    """Return the only square root of parameters in a claim, None when there is none or several.

    None too where a premise has it: it is a number to them that its square does not tell.
    """
    found = {
        t
        for t in subterms(stated)
        if t.op == "sqrt"
        and not t.loose
        and free_variables(t)
        and set(free_variables(t)) <= set(parameters)
    }
    root = found.pop() if len(found) == 1 else None
    return None if any(root in set(subterms(c)) for c in conclusions) else root


def proved_with_root(
    p: Proof, stated: Term, premises: Sequence[Fact], parameters: Sequence[Term], root: Term
) -> Fact:
    """Prove a comparison with a root of parameters in it.

    Raises OutOfReach where numbers show that the premises do not carry it, NotFound and ProofError
    where no proof is found.
    """
    chosen, weights = _weights(p, stated, premises, parameters, root)
    certificate_ = _Certificate(p, stated, chosen, weights, root)
    return p.quiet(stated, certificate_.summands())


def _weights(
    p: Proof, stated: Term, premises: Sequence[Fact], parameters: Sequence[Term], root: Term
) -> tuple[list[Fact], list[tuple[Term, Term]]]:
    """Return the premises that carry the claim, and the parts of their weights."""
    conclusions = [fact.claim for fact in premises]
    stands_in = fresh_variable("s", REAL, [stated, *conclusions])
    support: list[int] | None = None

    def parts(values: Values) -> _Sample | None:
        nonlocal support
        q = evaluated(as_real(substitute(root.args[0], values)))
        value = None if q is None or q <= 0 else root_of(q)
        if q is None or not isinstance(value, Surd):
            raise TellsNothing
        here = Root(substitute(root, values), q, value)
        claim = replace(substitute(stated, values), here.term, stands_in)
        numeric = [substitute(c, values) for c in conclusions]
        made = translate(claim, (), stands_in, numeric, q)
        found = _found(made.program, value, support)
        if isinstance(found, Failed):
            if support is None and found.out_of_reach:
                raise OutOfReach(found, made, values, value)
            return None
        support = sorted(found) if support is None else support
        return q * _below(root, values), [here.in_terms(found.get(j, _0)) for j in support]

    def fitted(points: Points, answers: Sequence[_Sample]) -> list[tuple[Term, Term]] | None:
        tops = [top for top, _ in answers]
        columns = zip(*(row for _, row in answers), strict=True)
        fits = [_fitted(parameters, points, tops, root, column) for column in columns]
        return None if None in fits else [pair for pair in fits if pair is not None]

    about = region([fact.claim for fact in p.hypotheses()], parameters)
    try:
        found = through_samples(parameters, about, parts, fitted, degrees=_DEGREES)
    except Lost:
        raise NotFound("no multipliers with the root were found at numbers") from None
    if found is None or support is None:
        raise NotFitted("the multipliers are no simple functions of the parameters and the root")
    return [premises[j] for j in support], found


def _found(
    program: Program, value: Surd, support: Sequence[int] | None
) -> Mapping[int, Exact] | Failed:
    """Return weights at numbers, of premises in the support if there is one.

    A program with others beside the support may be solved where that alone is not, and other way
    round.
    """
    found = certificate(program, value)
    if isinstance(found, Found) and (support is None or set(found.weights) <= set(support)):
        return found.weights
    if support is None:
        assert isinstance(found, Failed)
        return found
    found = certificate_from(program, value, support)
    return found if isinstance(found, Failed) else found.weights


def _below(root: Term, values: Mapping[Term, Term]) -> Fraction:
    """Return the denominator of a root at numbers, 1 where it has none."""
    inside = root.args[0]
    below = evaluated(as_real(substitute(inside.args[1], values))) if inside.op == "div" else None
    return Fraction(1) if below is None else below


def _fitted(
    parameters: Sequence[Term],
    points: Sequence[Mapping[Term, Fraction]],
    tops: Sequence[Fraction],
    root: Term,
    values: Sequence[tuple[Fraction, Fraction]],
) -> tuple[Term, Term] | None:
    """Return α and β of a weight α + β·√D through the samples; β may have D's numerator below."""
    plain = fit(parameters, points, [a for a, _ in values])
    beside = None if plain is None else fit(parameters, points, [b for _, b in values])
    if plain is not None and beside is None:
        top = as_real(root.args[0].args[0] if root.args[0].op == "div" else root.args[0])
        over = [b * c for (_, b), c in zip(values, tops, strict=True)]
        fitted = fit(parameters, points, over)
        beside = None if fitted is None else as_real(fitted) / top
    return None if plain is None or beside is None else (plain, beside)


class _Certificate:
    """The identity: the goal's slack, premises, squares, and a multiple of D − s·s."""

    def __init__(
        self,
        p: Proof,
        stated: Term,
        premises: Sequence[Fact],
        weights: Sequence[tuple[Term, Term]],
        root: Term,
    ) -> None:
        self._p, self._root, self._premises = p, root, list(premises)
        target = canonical(stated)
        claims = [canonical(fact.claim) for fact in premises]
        terms = [target, *claims, root, *(t for pair in weights for t in pair)]
        below = denominators(terms)
        self._form = NormalForm(below)
        self._reader = Reader(self._form, [*terms, *below])
        slacks = [self._slack(c) for c in (target, *claims)]
        plain = [self._form.scalar(t) for pair in weights for t in pair]
        inside = self._form.scalar(root.args[0])
        own = self._form.scalar(root)
        data = {a for a, key in enumerate(self._form.atoms) if key[0] in ("ip", "app")}
        split = [split_by_data(slack, data) for slack in slacks]
        polys = [c for parts in split for c in parts.values()] + [*plain, inside, own]
        atoms = sorted({a for c in polys for m in c for a, _ in m})
        self._field = Field(self._form, atoms)
        ((monomial, _),) = own.items()
        self._place = self._field.params.index(monomial[0][0])
        self._s, self._inside = self._field.of(own), self._field.of(inside)
        goal, *columns = [{m: self._field.of(c) for m, c in parts.items()} for parts in split]
        elements = [self._field.of(c) for c in plain]
        self._weights = list(zip(elements[::2], elements[1::2], strict=True))
        self._rest = dict(goal)
        for (a, b), column in zip(self._weights, columns, strict=True):
            for m, c in column.items():
                self._rest[m] = self._rest.get(m, self._field.zero) - (a + b * self._s) * c

    def _slack(self, c: Term) -> Any:
        left, right = (as_real(side) for side in c.args)
        return plus(self._form.scalar(right), self._form.scalar(left), -1)

    def _have(self, claim: Term, by: Any = ()) -> Fact:
        """Prove a step under a name of its own, once: the author has given it none."""
        given = {fact.claim for fact in self._p.hypotheses()}
        for step in self._p.outline:  # of an attempt before, perhaps
            thm = step.thm if step.label.startswith(_ABOUT) else None
            if thm is not None and thm.conclusion == claim and set(thm.hypotheses) <= given:
                return self._p.fact(thm, step.label)
        return self._p.have(claim, by=by, name=f"{_ABOUT}{len(self._p.outline) + 1}")

    # ---------------------------------------------------------------- s² = D
    def _reduced(self, value: Any) -> tuple[Parts, Any]:
        """Return (a, b) and m with the value a + b·s + m·(D − s²), a and b without s."""
        field = self._field
        below = field.field(value.denom)
        parts, quotient = [field.zero, field.zero], field.zero
        for exponents, c in value.numer.terms():
            power = exponents[self._place]
            rest = [0 if k == self._place else e for k, e in enumerate(exponents)]
            term = field.field(value.numer.ring.from_dict({tuple(rest): c})) / below
            parts[power % 2] += term * self._inside ** (power // 2)
            for k in range(power // 2):
                quotient -= term * self._inside**k * self._s ** (power - 2 - 2 * k)
        return (parts[0], parts[1]), quotient

    def _times(self, one: Parts, other: Parts) -> Parts:
        (a, b), (c, d) = one, other
        return a * c + b * d * self._inside, a * d + b * c

    def _inverse(self, value: Parts) -> Parts:
        a, b = value
        norm = a**2 - b**2 * self._inside
        return a / norm, -b / norm

    def _element(self, value: Parts) -> Any:
        return value[0] + value[1] * self._s

    def _written(self, value: Parts) -> Term:
        field, s = self._field, as_real(self._root)
        a, b = (field.term(part, self._reader) for part in value)
        if not value[1]:
            return a
        if field.is_negative(value[1]):
            beside = field.term(-value[1], self._reader)
            beside = s if beside == number(1) else beside * s
            return a - beside if value[0] else -beside
        beside = s if b == number(1) else b * s
        return a + beside if value[0] else beside

    # ---------------------------------------------------------------- the summands
    def summands(self) -> list[Product | Fact]:
        """Return what the goal's slack is the sum of; the signs of the multipliers are proved."""
        p, inside = self._p, self._root.args[0]
        self._have(as_real(inside) >= 0)
        self._zero, self._square = p.root(inside)
        found: list[Product | Fact] = []
        for fact, weight in zip(self._premises, self._weights, strict=True):
            if not any(weight):
                continue
            if canonical(fact.claim).op == "eq":
                found.append(self._written(weight) * fact)
            else:
                found.append(self._nonnegative(weight) * fact)
        rest = dict(self._rest)
        for d, line in self._squares():
            found.append(self._nonnegative(d) * self._have(sq(self._vector(line)) >= 0))
            self._subtract(rest, d, line)
        multiplier: Term | None = None
        for m, c in rest.items():
            (a, b), quotient = self._reduced(c)
            if a or b:
                raise NotFound("something is left over beside the root")
            if quotient:
                piece = self._field.term(quotient, self._reader)
                piece = piece * self._reader.polynomial({m: Fraction(1)}) if m else piece
                multiplier = piece if multiplier is None else multiplier + piece
        return found if multiplier is None else [*found, multiplier * self._square]

    def _squares(self) -> list[tuple[Parts, dict[int, Parts]]]:
        """Return d and v with Σ d·‖v‖² the quadratic form that is left, over the field with s."""
        zero = (self._field.zero, self._field.zero)
        matrix: dict[tuple[int, int], Parts] = {}
        for m, c in self._rest.items():
            parts, _ = self._reduced(c)
            if not any(parts):
                continue
            if len(m) != 1 or m[0][1] != 1 or self._form.atoms[m[0][0]][0] != "ip":
                raise NotFound("a value is left over beside the root")
            i, j = self._reader.pair(m[0][0])
            half = parts if i == j else (parts[0] / 2, parts[1] / 2)
            matrix[i, j] = matrix[j, i] = half
        live = sorted({i for i, _ in matrix})
        found = []
        while any(any(matrix.get((i, j), zero)) for i in live for j in live):
            pivots = [i for i in live if any(matrix.get((i, i), zero))]
            if not pivots:
                raise NotFound("what is left over is not a sum of squares")
            i = min(pivots, key=lambda i: _length(matrix[i, i]))  # its sign is to be proved
            d = matrix[i, i]
            inverse = self._inverse(d)
            row = {j: self._times(matrix[i, j], inverse) for j in live if (i, j) in matrix}
            found.append((d, row))
            live.remove(i)
            for j in live:
                for k in live:
                    if j in row and k in row:
                        a, b = self._times(d, self._times(row[j], row[k]))
                        old = matrix.get((j, k), zero)
                        matrix[j, k] = (old[0] - a, old[1] - b)
        return found

    def _subtract(self, rest: dict[Any, Any], d: Parts, line: Mapping[int, Parts]) -> None:
        """Take d·‖v‖² from a form, with s² as it comes."""
        entries = {v: k for k, key in enumerate(self._form.atoms) if key[0] == "ip"
                   for v in [tuple(sorted(self._reader.pair(k)))]}  # fmt: skip
        for i, a in line.items():
            for j, b in line.items():
                if i > j:
                    continue
                m = ((entries[i, j], 1),)
                c = self._element(d) * self._element(a) * self._element(b) * (1 if i == j else 2)
                rest[m] = rest.get(m, self._field.zero) - c

    def _vector(self, line: Mapping[int, Parts]) -> Term:
        total: Term | None = None
        for atom, c in line.items():
            if not any(c):
                continue
            scale, v = self._written(c), self._reader.vector(atom)
            if total is not None and scale in (number(-1), -number(1)):
                total = total - v
                continue
            piece = v if scale == number(1) else scale * v
            total = piece if total is None else total + piece
        assert total is not None
        return total

    # ---------------------------------------------------------------- signs
    def _nonnegative(self, value: Parts) -> Fact:
        """Prove 0 ≤ a + b·s, by squares where the signs of a and b differ."""
        p, s = self._p, as_real(self._root)
        a, b = (self._field.term(part, self._reader) for part in value)
        goal = self._written(value) >= 0
        if not value[1]:
            return self._have(goal)
        if not value[0]:
            return self._have(goal, by=self._have(b >= 0) * self._zero)
        inside = as_real(self._root.args[0])

        def by_parts() -> Fact:
            return self._have(goal, by=[self._have(a >= 0), self._have(b >= 0) * self._zero])

        def by_the_first() -> Fact:  # whatever the sign of b is
            self._have(a >= 0)
            more = self._have(b**2 * inside <= a**2)
            return self._have(goal, by=p.compare_squares(-b * s, a, by=[more, b**2 * self._square]))

        def by_the_second() -> Fact:
            self._have(b * s >= 0, by=self._have(b >= 0) * self._zero)
            more = self._have(a**2 <= b**2 * inside)
            return self._have(goal, by=p.compare_squares(-a, b * s, by=[more, b**2 * self._square]))

        failure: ProofError | None = None
        for way in (by_parts, by_the_first, by_the_second):
            try:
                return way()
            except ProofError as error:
                failure = failure or error
        assert failure is not None
        raise failure


def _length(value: Parts) -> int:
    """Return how many terms a number is written with."""
    return sum(len(list(part.numer.terms())) + len(list(part.denom.terms())) for part in value)
