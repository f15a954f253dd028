"""The proof script that writes itself: ``theorem.proof(searched())``.

Light on purpose: what searches, and its solver, is imported when the script runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from plproof.language.sorts import LanguageError
from plproof.language.terms import Term
from plproof.proof.arguments import check_kind
from plproof.proof.errors import Place, ProofError, author_place
from plproof.proof.facts import Fact
from plproof.proof.refutation import Contradicted
from plproof.proof.script import Proof
from plproof.proof.theorem import Theorem


@dataclass(frozen=True)
class Searched:
    """A proof script that finds its proof; ``place`` is where the author asked for it."""

    using: tuple[Any, ...]
    points: tuple[Term, ...]
    place: Place

    def __call__(self, p: Proof) -> None:
        """Find a proof of the goal; ProofError at the author's line when none is found.

        A statement declared to be refuted is refuted by a function.
        """
        from plproof.search.claims.orders import by_parts
        from plproof.search.finding.kernel_refutation import refute

        false = next((h for h in p.hypotheses() if isinstance(h, Contradicted)), None)
        with self.at_its_place():
            if false is None:
                by_parts(p, self._with_numbers)
            else:
                p.attempt(p.goal, lambda: refute(p, false))

    def _with_numbers(self, p: Proof) -> Fact:
        from plproof.search.claims.cleared import with_cleared_bounds
        from plproof.search.claims.given_numbers import at_given_numbers

        found = at_given_numbers(p, self._search)
        return with_cleared_bounds(p, lambda: self._search(p)) if found is None else found

    def _search(self, p: Proof) -> Fact:
        from plproof.search.finding.found import found
        from plproof.search.statements.norm_squares import proved_with

        def search(goal: Term) -> Fact:
            return found(p, goal, self.using, self.points)

        return p.attempt(p.goal, lambda: proved_with(p, p.goal, search))

    @contextmanager
    def at_its_place(self) -> Iterator[None]:
        """Report what is not found inside at the author's line."""
        try:
            yield
        except ProofError as error:
            error.place = self.place
            raise


def searched(using: Sequence[Any] = (), points: Sequence[Term] = ()) -> Searched:
    """Return a proof script that finds its proof: ``theorem.proof(searched(using=[lemma]))``.

    ``using`` lists theorem objects whose claims join the hypotheses, at the functions they fit;
    ``points`` adds points to those of the statement.  The script needs the extra ``search``; what
    it finds is checked and stored as any other proof.  Of a theorem with ``expect="refuted"`` it
    finds a quadratic, or a piecewise quadratic of one variable, that refutes it, in the space
    that ``spaces`` declares.  Raises LanguageError for what is no theorem object or no point.
    """
    if isinstance(using, Theorem):
        raise LanguageError(
            f"searched(…) is the proof of a theorem, which is not named in it: write "
            f"{using.name or 'theorem'}.proof(searched()), or searched(using=[…]) with a theorem "
            "whose claim is to be used"
        )
    check_kind("using=", using, (list, tuple), "a list of theorem objects")
    check_kind("points=", points, (list, tuple), "a list of points")
    for lemma in using:
        if not isinstance(lemma, Theorem):
            raise LanguageError(
                f"using=[…] lists theorem objects, and {lemma!r} is none: import it, as in "
                "from theorems.rates.smooth_interpolation import convex_interpolation"
            )
    for point in points:
        if not isinstance(point, Term) or point.sort.kind != "Vec":
            raise LanguageError(
                f"points=[…] lists points, as x - grad(f, x), and {point!r} is none"
            )
    return Searched(tuple(using), tuple(points), author_place())
