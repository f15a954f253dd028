"""Subgradients that a map gives: g(x) ∈ ∂f(x) where a class is stated with a map g: E → E for ∇f.

A concrete f is found with its gradients, at a kink with one of its subgradients; g is that choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from plproof.language.propositions import conjuncts
from plproof.language.sorts import REAL
from plproof.language.terms import Term, free_variables, make, rebuild
from plproof.search.counterexamples.functions.classes import class_of


def selections(hypotheses: Sequence[Term]) -> dict[Term, Term]:
    """Return for maps g: E → E the function whose subgradients they are, said for all points.

    Such a hypothesis is, with ∇f for g, the interpolation inequality of curvatures in a range, with
    numbers for all parameters.
    """
    found: dict[Term, Term] = {}
    for h in (part for whole in hypotheses for part in conjuncts(whole, unfolding=True)):
        free = free_variables(h)
        maps = [g for g in free if _is_map(g) and g not in found]
        functions = [f for f in free if f.sort.kind == "Fun" and f.sort.parts[1] == REAL]
        for g in maps:
            for f in functions:
                same = f.sort.parts[0] == g.sort.parts[0]
                if same and class_of(with_gradients(h, {g: f}), f) is not None:
                    found[g] = f
                    break
    return found


def with_gradients(t: Term, chosen: Mapping[Term, Term]) -> Term:
    """Return a term with ∇f(x) in place of g(x), definitions written out where they speak of g."""
    if not chosen:
        return t

    def written(s: Term, depth: int) -> Term | None:
        if s.op == "app" and s.args[0] in chosen:
            return make("grad", (chosen[s.args[0]], with_gradients(s.args[1], chosen)))
        if s.op == "def" and any(arg in chosen for arg in s.args):
            return with_gradients(s.data.unfold(s.args), chosen)
        return None

    return rebuild(t, written)


def _is_map(g: Term) -> bool:
    return g.sort.kind == "Fun" and g.sort.parts[0].kind == "Vec" == g.sort.parts[1].kind
