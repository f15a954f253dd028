"""Hypotheses as quantities that are positive where they hold, in a form that autograd follows.

For a search inside what hypotheses allow; whether they hold is decided elsewhere, with certainty.
What is said of all vectors is turned into the least eigenvalue of a quadratic form where both sides
are quadratic, or are products of numbers and norms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import autograd.numpy as anp
import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.meaning import readings
from plproof.laboratory.meaning.decided import SMOOTH
from plproof.laboratory.worst_case.frames import Frame, Opened, unboxed
from plproof.laboratory.worst_case.unrolled import Unrolled
from plproof.language.sorts import NAT, REAL
from plproof.language.terms import Term, make

_TINY = 1e-300
_LARGEST = 6  # coordinates of all quantified vectors together


class Barriers:
    """Hypotheses as quantities that are positive inside of what they allow.

    Arguments: ``opened``, where terms taken apart are kept; ``last``, up to where “for all k” is
    looked at.
    """

    def __init__(self, opened: Opened, last: int) -> None:
        self._opened, self._last = opened, last
        self._forms: dict[Term, list[tuple[tuple[Term, ...], Term]]] = {}
        self._steady: dict[Term, tuple[Term, Term] | None] = {}

    def of(
        self, p: Term, run: Unrolled, steadiness: Mapping[Term, Any], frame: Frame | None = None
    ) -> Iterator[Any]:
        """Yield quantities (S,), at most 1, for a hypothesis; none where it is not understood.

        ``run`` has the values; ``steadiness``, by variable, upper bounds (S,) of the Lipschitz
        constants of derivatives of maps; ``frame``, with values for more variables.
        """
        op, args, frame = p.op, p.args, run.frame if frame is None else frame
        if op in ("le", "lt", "ge", "gt"):
            small, large = args if op in ("le", "lt") else reversed(args)
            if small.sort == REAL:
                yield _slack(frame.value(small), frame.value(large))
        elif op == "and":
            for part in args:
                yield from self.of(part, run, steadiness, frame)
        elif op == "imp":
            yield from self.of(args[1], run, steadiness, frame)
        elif op == "def":
            if p.data not in SMOOTH:
                yield from self.of(self._opened.unfolded(p), run, steadiness, frame)
        elif op == "all" and p.data.sort == NAT:
            k, body = self._opened.body(p)
            for n in range(self._last + 1):
                yield from self.of(body, run, steadiness, frame.with_values({k: n}))
        elif op == "all" and p.data.sort.kind == "Vec":
            yield from self._everywhere(p, run, steadiness, frame)

    def _everywhere(
        self, p: Term, run: Unrolled, steadiness: Mapping[Term, Any], frame: Frame
    ) -> Iterator[Any]:
        if p not in self._steady:
            self._steady[p] = readings.steady(p)
        steady = self._steady[p]
        if steady is not None:
            F, constant = steady
            if F in steadiness:
                yield _slack(steadiness[F], frame.value(constant))
            return
        if p not in self._forms:
            self._forms[p] = list(self._differences(p))
        for variables, difference in self._forms[p]:
            found = self._form(variables, difference, run, frame)
            if found is not None:
                yield found

    def _differences(self, p: Term) -> Iterator[tuple[tuple[Term, ...], Term]]:
        """Yield terms that are at least 0 for all values of variables where p holds."""
        variables, body = [], p
        while body.op == "all" and body.data.sort.kind == "Vec":
            v, body = self._opened.body(body)
            variables.append(v)
        while body.op == "imp":
            body = body.args[1]
        for part in body.args if body.op == "and" else (body,):
            if part.op in ("le", "ge") and part.args[0].sort == REAL:
                small, large = part.args if part.op == "le" else part.args[::-1]
                below, above = _square(small), _square(large)
                if below is not None and above is not None:
                    small, large = below, above
                yield tuple(variables), make("add", (large, make("neg", (small,))))

    def _form(
        self, variables: Sequence[Term], difference: Term, run: Unrolled, frame: Frame
    ) -> Any:
        """Return the least eigenvalue of the slack as a quadratic form, relative to its entries."""
        sizes = [run.dimension(v.sort.spaces[0]) for v in variables]
        n = sum(sizes)
        if n > _LARGEST:
            return None

        def slack(at: Floats) -> Any:
            parts = np.split(at, np.cumsum(sizes)[:-1])
            values = {v: part[None] for v, part in zip(variables, parts, strict=True)}
            found = frame.with_values(values).value(difference)
            return anp.reshape(found, (-1,)) + np.zeros(run.rows)

        unit = np.eye(n)
        zero, plus, minus = slack(0.0 * unit[0]), [], []
        for i in range(n):
            plus.append(slack(unit[i]))
            minus.append(slack(-unit[i]))
        entries: list[list[Any]] = [[zero] * (n + 1) for _ in range(n + 1)]
        for i in range(n):
            entries[i][i] = 0.5 * (plus[i] + minus[i]) - zero
            entries[i][n] = entries[n][i] = 0.25 * (plus[i] - minus[i])
            for j in range(i):
                mixed = slack(unit[i] + unit[j]) - plus[i] - plus[j] + zero
                entries[i][j] = entries[j][i] = 0.5 * mixed
        matrix = anp.stack([anp.stack(row, axis=-1) for row in entries], axis=-2)
        plain = np.asarray(unboxed(matrix))
        if not (plain[:, n].any() or plain[:, :, n].any()):  # a form without lower terms
            matrix, plain = matrix[:, :n, :n], plain[:, :n, :n]
        usable = np.isfinite(plain).all(axis=(1, 2))
        size = np.max(np.abs(np.where(usable[:, None, None], plain, 1.0)), axis=(1, 2)) + _TINY
        vector = np.linalg.eigh(np.where(usable[:, None, None], plain, 0.0))[1][..., 0]
        # the derivative of a simple eigenvalue is that of the form at its eigenvector
        least = anp.sum(vector * anp.matmul(matrix, vector[..., None])[..., 0], axis=-1)
        return anp.where(usable, least, -1.0) / size


def spectral_norm(matrices: Any) -> Any:
    """Return the largest singular values (S,) of matrices (S, r, c), as autograd follows them."""
    plain = np.asarray(unboxed(matrices))
    safe = np.where(np.isfinite(plain).all(axis=(1, 2), keepdims=True), plain, 0.0)
    left, _, right = np.linalg.svd(safe)
    image = anp.matmul(matrices, right[:, 0, :, None])[..., 0]
    return anp.sum(left[:, :, 0] * image, axis=-1)


def _slack(small: Any, large: Any) -> Any:
    return (large - small) / (anp.abs(large) + anp.abs(small) + _TINY)


def _square(side: Term) -> Term | None:
    """Return the square of a product of numbers and one norm, None for other terms."""
    if side.op == "sqrt":
        inside = side.args[0]
        return inside if inside.op == "ip" and inside.args[0] == inside.args[1] else None
    if side.op == "mul":
        for factor, norm in (side.args, side.args[::-1]):
            inner = _square(norm)
            if inner is not None and _square(factor) is None:
                return make("mul", (make("mul", (factor, factor)), inner))
    return None
