"""Which hypotheses the functions of each kind satisfy, and with which constants: a table.

It stands in ``README.md`` beside this file; the tests compare both, and each entry with functions
that are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

YES, NO, SOME = "yes", "no", "some"


@dataclass(frozen=True)
class Entry:
    """One kind, in two or more variables.

    ``smooth``, ``convex``, ``strong`` (strongly convex), ``pl``, ``lipschitz``, ``minimum`` (the
    least value is attained) and ``differentiable`` say ``YES``, ``NO`` or ``SOME`` of the
    functions, then a colon and the constant where there is one.  "≥" and "≤" mark bounds
    that need not be the best; all others are the best possible, up to outward rounding.
    """

    kind: str
    formula: str
    smooth: str
    convex: str
    strong: str
    pl: str
    lipschitz: str = NO
    minimum: str = YES
    differentiable: str = YES

    def verdict(self, column: str) -> str:
        """Return ``YES``, ``NO`` or ``SOME`` of a column."""
        return str(getattr(self, column)).partition(":")[0]


CATALOGUE: tuple[Entry, ...] = (
    Entry("quadratic", "½ y'Hy, H = Q diag(s) Q' exactly", "yes: max s", YES, "yes: min s",
          "yes: min s"),
    Entry("diagonal_quadratic", "½ Σ s_j y_j²", "yes: max s", YES, "yes: min s", "yes: min s"),
    Entry("rotated_quadratic", "½ y'Hy, H any positive definite matrix", "yes: max λ(H)", YES,
          "yes: min λ(H)", "yes: min λ(H)"),
    Entry("rank_deficient_quadratic", "½ y'Hy, H singular", "yes: max s", YES, NO,
          "yes: min of s > 0"),
    Entry("extreme_quadratic", "½ y'Hy, eigenvalues from 2⁻⁴⁰ to 1, some 0", "yes: max s", YES,
          "some: min s", "yes: min of s > 0"),
    Entry("worst_quadratic", "½ s |y|², s between 1/κ and 1, in a class with constants 1/κ and 1",
          "yes: 1", YES, "yes: 1/κ", "yes: 1/κ"),
    Entry("least_squares", "½ |Ax − b|², b = Ax*", "yes: max λ(A'A)", YES,
          "some: min λ(A'A)", "yes: min of λ(AA') > 0"),
    Entry("constant", "0", "yes: 0", YES, NO, "yes: every number", "yes: 0"),
    Entry("logistic", "w Σ [log(1 − p + p exp z) − p z] + ½ r |y|², z = Ay",
          "yes: ≤ r + w max λ(A'A)/4", YES, "yes: ≥ r", "yes: ≥ r"),
    Entry("softplus", "the same with r = 0", "yes: ≤ w max λ(A'A)/4", YES, NO, NO,
          "yes: ≤ w |A'q|, q_i = max(p_i, 1 − p_i)"),
    Entry("log_sum_exp", "w [log mean exp z − mean z] + ½ r |y|², z = Ay",
          "yes: ≤ r + w max λ(A'A)/2", YES, "yes: ≥ r", "yes: ≥ r"),
    Entry("composition", "Σ [½ s z² + k (log(1 − p + p exp z) − p z)], z = Ay, independent rows",
          "yes: ≤ (s + k/4) max λ(AA')", YES, "some: ≥ s min λ(A'A)",
          "yes: ≥ s min of λ(AA') > 0"),
    Entry("huber", "Σ w_j h(y_j), h Huber's function with threshold t_j", "yes: max w", YES, NO,
          NO, "yes: |(w_j t_j)|"),
    Entry("norm_huber", "w h(|y|)", "yes: w", YES, NO, NO, "yes: wt"),
    Entry("piecewise_quadratic", "Σ s_j(|y_j|), 2 to 4 curvatures c > 0 between knots",
          "yes: max c", YES, "yes: min c",
          "yes: least of the first c, the last, and s'²/(2s) at the knots"),
    Entry("distance_from_box", "½ Σ w_j (distance of y_j from [−t_j, t_j])²", "yes: max w", YES, NO,
          "yes: min w"),
    Entry("sawtooth", "Σ s_j(|y_j|), curvatures 1, −1, 1, …, the last one e = 0 or 1/κ", "yes: 1",
          NO, NO, "some: the same", "some: largest slope"),
    Entry("sine_bumps", "w Σ [y_j² + a_j sin²(b_j y_j)], t = max ab² ≤ 4", "yes: w(2 + 2t)",
          "some: t ≤ 1", "some: w(2 − 2t)", "yes: ≥ w times the constant of x² + t sin² x"),
    Entry("sine_wells", "the same with t ≥ 5: local minima that are not global", "yes: w(2 + 2t)",
          NO, NO, NO),
    Entry("rotated_sines", "the same in z = Ay, orthogonal rows, t ≤ 4",
          "yes: ≤ w(2 + 2t) max λ(AA')",
          "some: t ≤ 1", "some: ≥ w(2 − 2t) min λ(A'A)",
          "yes: ≥ that constant · min λ(AA')"),
    Entry("egg_carton", "½ Σ a_i sin²(b_i z_i), z = Ay: many minimisers, saddles, maxima",
          "yes: ≤ max ab² max λ(AA')", NO, NO, NO, "yes: ≤ ½ |A'(a_i b_i)|"),
    Entry("radial_product", "½ |y|² (A + B cos(c log(1 + |y|²)))",
          "yes: A + B√((1 + c²)(1 + 4c²))", "some: A ≥ B√((1 + c²)(1 + 4c²))",
          "some: A − B√((1 + c²)(1 + 4c²))",
          "yes: ≥ 0.999 min (h − cB sin t)²/h, h = A + B cos t"),
    Entry("spiral", "½ Q(φ(y)) in each plane, Q = A|z|² + B(z₁² − z₂²), φ turns by ½c log(1 + r²)",
          "yes: A + B K(c)", "some: A ≥ B K(c)", "some: A − B K(c)",
          "yes: ≥ 0.999 min (max(0, h − cB sin t)² + B² sin² t)/h"),
    Entry("two_layer", "½ k Σ_i (F_i(w) − F_i(c))², F_i = Σ_j a_j tanh(w_j u_i)",
          "yes: ≤ k(|a|²|u|² + T), T = (8/√27) max|a| Σ|a| |u|²", NO, NO, NO,
          "yes: ≤ 2k |a| Σ|a_j| Σ|u_i|"),
    Entry("quartic", "Σ [½ s_j y_j² + ¼ q_j y_j⁴]", NO, YES, "yes: min s", "yes: min s"),
    Entry("soft_maximum", "w [log mean exp z − mean z], z = Ay", "yes: ≤ w max λ(A'A)/2", YES, NO,
          NO, "yes: w max |a_i − mean a|"),
    Entry("softplus_like", "Σ [s_j log(1 + exp z_j) + r_j (z_j + √(1 + z_j²))], z_j = b_j y_j",
          "yes: max b²(s/4 + r)", YES, NO, NO, "yes: |(b_j (s_j + 2r_j))|", NO),
    Entry("exponential", "Σ e_j exp(b_j y_j)", NO, YES, NO, NO, NO, NO),
    Entry("linear", "⟨a, y⟩, unbounded below", "yes: 0", YES, NO, NO, "yes: |a|", NO),
    Entry("absolute", "Σ w_i |z_i|, z = Ay, orthogonal rows", NO, YES, NO, NO, "yes: |A'w|", YES,
          NO),
    Entry("elastic_net", "the same + ½ |y|²", NO, YES, "yes: 1", "yes: 1", NO, YES, NO),
    Entry("hinges", "Σ [u_i max(z_i − b_i, 0) + v_i max(−z_i − b_i, 0)], z = Ay", NO, YES, NO, NO,
          "yes: ≤ |A'm|, m_i = max(u_i, v_i)", YES, NO),
    Entry("largest_affine", "max(0, max_i ⟨a_i, y⟩ − b_i)", NO, YES, NO, NO, "yes: max |a_i|", YES,
          NO),
    Entry("norm", "w |y|", NO, YES, NO, NO, "yes: w", YES, NO),
)  # fmt: skip
"""An entry for each of ``FAMILY_KINDS``."""

_HEAD = (
    "kind", "f − inf f, y = x − centre", "smooth", "convex", "strongly convex", "PL", "Lipschitz",
    "minimiser", "differentiable",
)  # fmt: skip

NOT_DIFFERENTIABLE = tuple(e.kind for e in CATALOGUE if e.differentiable == NO)
"""The kinds that no hypothesis of differentiability is true of."""

UNATTAINED = tuple(e.kind for e in CATALOGUE if e.minimum == NO)
"""The kinds without a minimiser."""


def catalogue_table() -> str:
    """Return the table in Markdown."""
    rows = [_HEAD, ("---",) * len(_HEAD)]
    for e in CATALOGUE:
        cells = (e.smooth, e.convex, e.strong, e.pl, e.lipschitz, e.minimum, e.differentiable)
        rows.append((f"`{e.kind}`", e.formula, *cells))
    return "".join("| " + " | ".join(c.replace("|", "\\|") for c in row) + " |\n" for row in rows)
