r"""The rules of the kernel: the only functions that make theorems.  [trusted]

Interface.  Γ, Δ are hypotheses; each docstring is the rule.  In the examples a, b are reals, k, m,
n natural numbers and v is a vector of the space E.

    assume  discharge  modus_ponens  conjunction  conjunct  alternative  cases  absurd
    generalise  instantiate  witness  obtain  rename
    reflexive  rewrite  extensional  convert  total_order  antisymmetry  definite  square_root
    natural  successor  induction  summation  coordinates
    differentiate                               (in plproof.kernel.calculus)
    combine                                     (in plproof.kernel.combine)
    gram                                        (in plproof.kernel.gram)
    axiom  oracle  admit
"""

from __future__ import annotations

from collections.abc import Mapping

from plproof.kernel.thm import Derived, Thm, require, rule, union, without
from plproof.language.binding import bind, open_binder, rename_spaces, replace
from plproof.language.notation import canonical
from plproof.language.sorts import NAT, REAL, subspace, vector
from plproof.language.terms import FALSE, Term, as_real, free_variables, make, number

ZERO = number(0)


@rule(proposition="term")
def assume(*, proposition: Term) -> Derived:
    """P ⊢ P.
    >>> assume(proposition=a > 0)
    a > 0 ⊢ a > 0
    """
    return Derived((proposition,), proposition)


@rule(hypothesis="term")
def discharge(th: Thm, *, hypothesis: Term) -> Derived:
    """Γ ⊢ Q  /  Γ − P ⊢ P → Q.
    >>> discharge(assume(proposition=a > 0), hypothesis=a > 0)
    ⊢ a > 0 → a > 0
    """
    return Derived(without(th.hypotheses, hypothesis), make("imp", (hypothesis, th.conclusion)))


@rule()
def modus_ponens(implication: Thm, premise: Thm) -> Derived:
    """Γ ⊢ P → Q,  Δ ⊢ P  /  Γ ∪ Δ ⊢ Q.
    >>> modus_ponens(assume(proposition=(a > 0) >> (b > 0)), assume(proposition=a > 0))
    a > 0 → b > 0, a > 0 ⊢ b > 0
    """
    c, p = implication.conclusion, premise.conclusion
    require(c.op == "imp", "modus_ponens: {} is not an implication", c)
    require(c.args[0] == p, "modus_ponens: {} does not fit {}", c, p)
    return Derived(union(implication.hypotheses, premise.hypotheses), c.args[1])


@rule()
def conjunction(left: Thm, right: Thm) -> Derived:
    """Γ ⊢ P,  Δ ⊢ Q  /  Γ ∪ Δ ⊢ P ∧ Q.
    >>> conjunction(assume(proposition=a > 0), assume(proposition=b > 0))
    a > 0, b > 0 ⊢ a > 0 ∧ b > 0
    """
    hypotheses = union(left.hypotheses, right.hypotheses)
    return Derived(hypotheses, make("and", (left.conclusion, right.conclusion)))


@rule(side="index")
def conjunct(th: Thm, *, side: int) -> Derived:
    """Γ ⊢ P₀ ∧ P₁  /  Γ ⊢ Pᵢ for the side i ∈ {0, 1}.
    >>> conjunct(assume(proposition=(a > 0) & (b > 0)), side=1)
    a > 0 ∧ b > 0 ⊢ b > 0
    """
    require(th.conclusion.op == "and" and side in (0, 1), "conjunct: {}", th.conclusion)
    return Derived(th.hypotheses, th.conclusion.args[side])


@rule(other="term", side="index")
def alternative(th: Thm, *, other: Term, side: int) -> Derived:
    """Γ ⊢ P  /  Γ ⊢ P ∨ Q (side 0)  or  Γ ⊢ Q ∨ P (side 1), Q the other.
    >>> alternative(assume(proposition=a > 0), other=b > 0, side=1)
    a > 0 ⊢ b > 0 ∨ a > 0
    """
    require(side in (0, 1), "alternative: there is no side {}", side)
    pair = (th.conclusion, other) if side == 0 else (other, th.conclusion)
    return Derived(th.hypotheses, make("or", pair))


@rule()
def cases(either: Thm, left: Thm, right: Thm) -> Derived:
    """Γ ⊢ P ∨ Q,  Δ ⊢ R,  Θ ⊢ R  /  Γ ∪ (Δ − P) ∪ (Θ − Q) ⊢ R.
    >>> cases(total_order(left=a, right=b), assume(proposition=a > 0), assume(proposition=a > 0))
    a > 0 ⊢ a > 0
    """
    c = either.conclusion
    require(c.op == "or", "cases: {} is not a disjunction", c)
    same = left.conclusion == right.conclusion
    require(same, "cases: {} and {} differ", left.conclusion, right.conclusion)
    kept = without(left.hypotheses, c.args[0]), without(right.hypotheses, c.args[1])
    return Derived(union(either.hypotheses, *kept), left.conclusion)


@rule(proposition="term")
def absurd(th: Thm, *, proposition: Term) -> Derived:
    """Γ ⊢ ⊥  /  Γ − ¬P ⊢ P.
    >>> absurd(assume(proposition=FALSE), proposition=a > 0)
    ⊥ ⊢ a > 0
    """
    require(th.conclusion == FALSE, "absurd: {} is not ⊥", th.conclusion)
    return Derived(without(th.hypotheses, make("imp", (proposition, FALSE))), proposition)


@rule(variable="term")
def generalise(th: Thm, *, variable: Term) -> Derived:
    """Γ ⊢ P  /  Γ ⊢ ∀x. P, where x is not free in Γ.
    >>> generalise(reflexive(term=a), variable=a)
    ⊢ ∀a. a = a
    """
    free = variable in free_variables(th.hypotheses)
    require(not free, "generalise: {} is free in a hypothesis of {}", variable, th)
    return Derived(th.hypotheses, bind("all", variable, th.conclusion))


@rule(value="term")
def instantiate(th: Thm, *, value: Term) -> Derived:
    """Γ ⊢ ∀x. P  /  Γ ⊢ P[t/x], t of the sort of x.
    >>> instantiate(generalise(reflexive(term=a), variable=a), value=a + 1)
    ⊢ a + 1 = a + 1
    """
    require(th.conclusion.op == "all", "instantiate: {} is not ∀", th.conclusion)
    return Derived(th.hypotheses, open_binder(th.conclusion, value))


@rule(goal="term", value="term")
def witness(th: Thm, *, goal: Term, value: Term) -> Derived:
    """Γ ⊢ P[t/x]  /  Γ ⊢ ∃x. P, the goal.
    >>> witness(reflexive(term=a), goal=exists(a, eq(a, a)), value=a)
    ⊢ ∃a. a = a
    """
    require(goal.op == "ex", "witness: {} is not ∃", goal)
    fits = open_binder(goal, value) == th.conclusion
    require(fits, "witness: {} is not {} at {}", th.conclusion, goal, value)
    return Derived(th.hypotheses, goal)


@rule(variable="term")
def obtain(existence: Thm, th: Thm, *, variable: Term) -> Derived:
    """Γ ⊢ ∃x. P,  Δ ⊢ Q  /  Γ ∪ (Δ − P[v/x]) ⊢ Q, v not free in ∃x. P, Q, Γ or Δ − P[v/x].
    >>> obtain(assume(proposition=exists(a, FALSE)), assume(proposition=FALSE), variable=a)
    ∃a. ⊥ ⊢ ⊥
    """
    e = existence.conclusion
    require(e.op == "ex", "obtain: {} is not ∃", e)
    require(variable.op == "var", "obtain: {} is not a variable", variable)
    rest = without(th.hypotheses, open_binder(e, variable))
    free = variable in free_variables([e, th.conclusion, *existence.hypotheses, *rest])
    require(not free, "obtain: {} is still free in the result", variable)
    return Derived(union(existence.hypotheses, rest), th.conclusion)


@rule(spaces="spaces")
def rename(th: Thm, *, spaces: Mapping[str, str]) -> Derived:
    """Γ ⊢ P  /  Γσ ⊢ Pσ, σ a renaming of spaces: what holds for every E holds for this one.
    >>> rename(reflexive(term=v), spaces={"E": "G"}).conclusion.args[0].sort
    G
    """
    names = dict(spaces)  # one renaming, whatever mapping was given
    hypotheses = tuple(rename_spaces(h, names) for h in th.hypotheses)
    return Derived(union(hypotheses, ()), rename_spaces(th.conclusion, names))


@rule(term="term")
def reflexive(*, term: Term) -> Derived:
    """⊢ t = t.
    >>> reflexive(term=a / 0)
    ⊢ a/0 = a/0
    """
    return Derived((), make("eq", (term, term)))


@rule(target="term")
def rewrite(equation: Thm, th: Thm, *, target: Term) -> Derived:
    """Γ ⊢ s = t,  Δ ⊢ P  /  Γ ∪ Δ ⊢ Q, where P[t/s] is Q[t/s].
    >>> rewrite(assume(proposition=eq(a, b)), assume(proposition=b > 0), target=a > 0)
    a = b, b > 0 ⊢ a > 0
    """
    e = equation.conclusion
    require(e.op == "eq", "rewrite: {} is not an equation", e)
    s, t = e.args
    same = replace(th.conclusion, s, t) == replace(target, s, t)
    require(same, "rewrite: {} does not become {} by {}", th.conclusion, target, e)
    return Derived(union(equation.hypotheses, th.hypotheses), target)


@rule()
def extensional(th: Thm) -> Derived:
    """Γ ⊢ ∀x. s = t  /  Γ ⊢ (x ↦ s) = (x ↦ t).
    >>> extensional(generalise(reflexive(term=a), variable=a))
    ⊢ (a ↦ a) = (a ↦ a)
    """
    c = th.conclusion
    fits = c.op == "all" and c.args[0].op == "eq"
    require(fits, "extensional: {} is not ∀x. s = t", c)
    s, t = (make("lam", (side,), c.data) for side in c.args[0].args)
    return Derived(th.hypotheses, make("eq", (s, t)))


@rule(target="term")
def convert(th: Thm, *, target: Term) -> Derived:
    """Γ ⊢ P  /  Γ ⊢ Q, where P and Q agree once definitions are unfolded and ≥, > turned.
    >>> convert(assume(proposition=a > 0), target=number(0) < a)
    a > 0 ⊢ 0 < a
    """
    same = canonical(th.conclusion) == canonical(target)
    require(same, "convert: {} is not {} by definition", th.conclusion, target)
    return Derived(th.hypotheses, target)


@rule(left="term", right="term")
def total_order(*, left: Term, right: Term) -> Derived:
    """⊢ a ≤ b ∨ b < a.
    >>> total_order(left=a, right=b)
    ⊢ a ≤ b ∨ b < a
    """
    return Derived((), make("or", (left <= right, right < left)))


@rule()
def antisymmetry(lower: Thm, upper: Thm) -> Derived:
    """Γ ⊢ a ≤ b,  Δ ⊢ b ≤ a  /  Γ ∪ Δ ⊢ a = b.
    >>> antisymmetry(assume(proposition=a <= b), assume(proposition=b <= a))
    a ≤ b, b ≤ a ⊢ a = b
    """
    p, q = lower.conclusion, upper.conclusion
    fits = p.op == q.op == "le" and p.args == (q.args[1], q.args[0])
    require(fits, "antisymmetry: {} and {} do not fit", p, q)
    return Derived(union(lower.hypotheses, upper.hypotheses), make("eq", p.args))


@rule()
def definite(th: Thm) -> Derived:
    """Γ ⊢ ⟨v, v⟩ ≤ 0  /  Γ ⊢ v = 0.
    >>> definite(assume(proposition=sq(v) <= 0))
    ‖v‖² ≤ 0 ⊢ v = 0
    """
    c = th.conclusion
    fits = c.op == "le" and c.args[1] == ZERO and c.args[0].op == "ip"
    require(fits and c.args[0].args[0] == c.args[0].args[1], "definite: {} is not ⟨v, v⟩ ≤ 0", c)
    v = c.args[0].args[0]
    return Derived(th.hypotheses, make("eq", (v, number(0, v.sort))))


@rule(term="term")
def square_root(*, term: Term) -> Derived:
    """⊢ 0 ≤ √t ∧ (0 ≤ t → √t·√t = t).
    >>> square_root(term=a)
    ⊢ √a ≥ 0 ∧ (a ≥ 0 → √a·√a = a)
    """
    require(term.sort == REAL, "square_root: {} is not real", term)
    root = make("sqrt", (term,))
    return Derived((), (root >= 0) & ((term >= 0) >> make("eq", (root * root, term))))


@rule(term="term")
def natural(*, term: Term) -> Derived:
    """⊢ 0 ≤ n for a natural number n.
    >>> natural(term=k)
    ⊢ 0 ≤ k
    """
    require(term.sort == NAT, "natural: {} is not a natural number", term)
    return Derived((), make("le", (ZERO, as_real(term))))


@rule()
def successor(th: Thm) -> Derived:
    """Γ ⊢ m < n  /  Γ ⊢ m + 1 ≤ n for natural numbers m, n.
    >>> successor(assume(proposition=m < n))
    m < n ⊢ m + 1 ≤ n
    """
    c = th.conclusion
    fits = c.op == "lt" and all(side.op == "real" for side in c.args)
    require(fits, "successor: {} is not m < n for natural numbers", c)
    return Derived(th.hypotheses, make("le", (c.args[0] + 1, c.args[1])))


@rule(goal="term")
def induction(base: Thm, step: Thm, *, goal: Term) -> Derived:
    """Γ ⊢ P(0),  Δ ⊢ ∀k. P(k) → P(k+1)  /  Γ ∪ Δ ⊢ ∀k. P(k), the goal.
    >>> goal = forall(k, eq(k, k))
    >>> at = lambda t: reflexive(term=t)
    >>> s = discharge(at(k + 1), hypothesis=eq(k, k))
    >>> induction(at(number(0, NAT)), generalise(s, variable=k), goal=goal)
    ⊢ ∀k. k = k
    """
    fits = goal.op == "all" and goal.data.sort == NAT
    require(fits, "induction: {} is not ∀ over the natural numbers", goal)
    start = open_binder(goal, number(0, NAT))
    require(base.conclusion == start, "induction: the base is {}, not {}", base.conclusion, start)
    inner = step.conclusion
    require(inner.op == "all" and inner.data.sort == NAT, "induction: the step is {}", inner)
    k = make("var", (), "k!", NAT)  # no name an author can write, so it is free nowhere
    require(k not in free_variables([goal, inner]), "induction: k! is free")
    wanted = make("imp", (open_binder(goal, k), open_binder(goal, k + 1)))
    require(open_binder(inner, k) == wanted, "induction: the step is {}, not ∀k. {}", inner, wanted)
    return Derived(union(base.hypotheses, step.hypotheses), goal)


@rule(function="term")
def summation(*, function: Term) -> Derived:
    """⊢ Σ_{i<0} f(i) = 0 ∧ ∀n. Σ_{i<n+1} f(i) = Σ_{i<n} f(i) + f(n).
    >>> summation(function=mapsto(k, rational(1)))
    ⊢ Σ[k < 0] 1 = 0 ∧ (∀n!. Σ[k < n! + 1] 1 = (Σ[k < n!] 1) + (k ↦ 1)[n!])
    """
    require(not function.loose, "summation: {} is not closed", function)
    n = make("var", (), "n!", NAT)
    require(n not in free_variables(function), "summation: n! is free")
    empty = make("sum", (function, number(0, NAT)))
    last = make("app", (function, n))
    more = make("eq", (make("sum", (function, n + 1)), make("sum", (function, n)) + last))
    start = make("eq", (empty, number(0, empty.sort)))
    return Derived((), make("and", (start, bind("all", n, more))))


@rule(dimension="index")
def coordinates(*, dimension: int) -> Derived:
    """⊢ dim ℝⁿ = n ∧ ∀x. x = ⟨e₁, x⟩·e₁ + … + ⟨eₙ, x⟩·eₙ, for 1 ≤ n ≤ 64.
    >>> coordinates(dimension=1)
    ⊢ dim R^1 = 1 ∧ (∀x. x = ⟨e₁, x⟩·e₁)
    """
    require(1 <= dimension <= 64, "coordinates: the dimension {} is not 1, …, 64", dimension)
    space = vector(f"R^{dimension}")
    size = make("subdim", (number(1, subspace(f"R^{dimension}")),))
    x = make("var", (), "x", space)
    basis = [make("basis", (), i, space) for i in range(1, dimension + 1)]
    parts = tuple(make("smul", (make("ip", (e, x)), e)) for e in basis)
    whole = make("eq", (x, make("add", parts) if dimension > 1 else parts[0]))
    equal = make("eq", (size, number(dimension, NAT)))
    return Derived((), make("and", (equal, bind("all", x, whole))))


@rule(name="name", statement="term")
def axiom(*, name: str, statement: Term) -> Derived:
    """⊢ A, marked with the axiom's name; replay accepts it only from the shipped table.
    >>> axiom(name="trichotomy", statement=forall(a, a <= 1))
    ⊢ ∀a. a ≤ 1   [trichotomy]
    """
    require(not free_variables(statement), "axiom: {} has free variables", statement)
    return Derived((), statement, axioms=((name, statement),))


@rule(name="name", statement="term")
def oracle(*, name: str, statement: Term) -> Derived:
    """⊢ A, marked with the oracle's name; replay asks the named oracle again.
    >>> oracle(name="arithmetic", statement=rational(1) < rational(2))
    ⊢ 1 < 2   [arithmetic]
    """
    require(not free_variables(statement), "oracle: {} has free variables", statement)
    return Derived((), statement, oracles=((name, statement),))


@rule(proposition="term")
def admit(*, proposition: Term) -> Derived:
    """⊢ P, marked as admitted: a gap that stays visible in everything built on it.
    >>> admit(proposition=a > 0)
    ⊢ a > 0   [ADMITTED]
    """
    return Derived((), proposition, admits=(proposition,))
