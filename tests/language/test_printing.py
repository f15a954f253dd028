"""Printing: in the order written, read back by precedence, bound names apart from free ones."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plproof.language import (
    FALSE,
    Definition,
    Function,
    LinearMap,
    Natural,
    Naturals,
    Predicate,
    Reals,
    Sequence,
    Space,
    Subspace,
    Vector,
    Vectors,
    cap,
    cos,
    dim,
    eq,
    exists,
    forall,
    grad,
    hess,
    hess_along,
    implies,
    ip,
    jac,
    ker,
    mapsto,
    member,
    ne,
    neg,
    norm,
    printing,
    ran,
    rank,
    rational,
    show,
    sin,
    sq,
    sqrt,
    to_ascii,
    to_latex,
    total,
)
from plproof.language.printing import MAX_PIECES, UNICODE
from plproof.language.sorts import REAL
from plproof.language.terms import Binder, make, number

# a strategy of terms is long when hypothesis writes it out for its own messages
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

E = Space("E")
a, b, mu, beta = Reals("a b mu beta")
k, m = Naturals("k m")
u, v, xs = Vectors("u v x*", E)
f = Function("f", E)
x = Sequence("x", E)
t = Sequence("t")
PL = Definition("PL", [f, a], forall(u, a * f(u) <= sq(grad(f, u))))

FORMS = [
    (1 - mu / beta, "1 − μ/β", "1 - mu/beta", r"1 - \frac{\mu}{\beta}"),
    (b + a - 2, "b + a − 2", "b + a - 2", "b + a - 2"),
    (a - (b - a), "a − (b − a)", "a - (b - a)", r"a - \left(b - a\right)"),
    (-(a + b) * 2, "(−(a + b))·2", "(-(a + b))*2", r"\left(-\left(a + b\right)\right) \cdot 2"),
    (2 * a * b, "2·a·b", "2*a*b", r"2\,a\,b"),
    (a * (b * 2), "a·(b·2)", "a*(b*2)", r"a\,\left(b \cdot 2\right)"),
    (a / b / 2, "a/b/2", "a/b/2", r"\frac{\frac{a}{b}}{2}"),
    (a / (b / 2), "a/(b/2)", "a/(b/2)", r"\frac{a}{\frac{b}{2}}"),
    (rational(1, 2) ** k, "(1/2)^k", "(1/2)^k", r"\left(\frac{1}{2}\right)^{k}"),
    ((-a) ** 2, "(−a)²", "(-a)^2", r"\left(-a\right)^{2}"),
    (-(a**2), "−a²", "-a^2", "-a^{2}"),
    (a ** (k + 1), "a^(k + 1)", "a^(k + 1)", "a^{k + 1}"),
    (sqrt(a), "√a", "sqrt(a)", r"\sqrt{a}"),
    (
        sqrt(a) ** 2 + sqrt(a**2),
        "(√a)² + √(a²)",
        "sqrt(a)^2 + sqrt(a^2)",
        r"\sqrt{a}^{2} + \sqrt{a^{2}}",
    ),
    (sqrt(sqrt(a)), "√(√a)", "sqrt(sqrt(a))", r"\sqrt{\sqrt{a}}"),
    (sqrt(a + b), "√(a + b)", "sqrt(a + b)", r"\sqrt{a + b}"),
    (f(u), "f(u)", "f(u)", r"f\left(u\right)"),
    (x[k], "x_k", "x[k]", "x_{k}"),
    (x[0], "x₀", "x[0]", "x_{0}"),
    (x[k + 1], "x[k + 1]", "x[k + 1]", "x_{k + 1}"),
    (grad(f, xs), "∇f(x*)", "grad f(x*)", r"\nabla f\left(x^{\star}\right)"),
    (ip(u, v), "⟨u, v⟩", "<u, v>", r"\left\langle u, v\right\rangle "),
    (norm(u - v), "‖u − v‖", "||u - v||", r"\left\Vert u - v \right\Vert"),
    (sq(u), "‖u‖²", "||u||^2", r"\left\Vert u \right\Vert^{2}"),
    (u / 2 - v, "u/2 − v", "u/2 - v", r"\frac{u}{2} - v"),
    (mapsto(u, f(u)), "u ↦ f(u)", "u |-> f(u)", r"u \mapsto f\left(u\right)"),
    (a >= b, "a ≥ b", "a >= b", r"a \ge b"),
    (eq(a, b), "a = b", "a = b", "a = b"),
    (ne(a, b), "a ≠ b", "a != b", r"a \ne b"),
    (neg(a < b), "¬(a < b)", "~(a < b)", r"\neg \left(a < b\right)"),
    (neg(FALSE), "¬⊥", "~False", r"\neg \bot"),
    (
        (a < b) & (b < a) | (a < a),
        "a < b ∧ b < a ∨ a < a",
        "a < b & b < a | a < a",
        r"a < b \wedge b < a \vee a < a",
    ),
    (
        (a < b) & ((b < a) | (a < a)),
        "a < b ∧ (b < a ∨ a < a)",
        "a < b & (b < a | a < a)",
        r"a < b \wedge \left(b < a \vee a < a\right)",
    ),
    (
        implies(implies(a < b, b < a), a < a),
        "(a < b → b < a) → a < a",
        "(a < b >> b < a) >> a < a",
        r"\left(a < b \Rightarrow b < a\right) \Rightarrow a < a",
    ),
    (
        forall([a, b], exists(k, a <= b * k)),
        "∀a b. ∃k. a ≤ b·k",
        "forall a b. exists k. a <= b*k",
        r"\forall a,\,b.\; \exists k.\; a \le b\,k",
    ),
    (PL(f, 1 - mu), "PL(f, 1 − μ)", "PL(f, 1 - mu)", r"\operatorname{PL}\left(f, 1 - \mu\right)"),
    (number(0) + rational(-1, 2), "0 + −1/2", "0 + -1/2", r"0 + -\frac{1}{2}"),
]


W, Y, R2, R5 = Space("W"), Space("Y"), Space.coordinates(2), Space.coordinates(5)
w, z, h = Vectors("w z h", W)
y, d = Vectors("y d", Y)
A, B, S = LinearMap("A", W, Y), LinearMap("B", W, W), LinearMap("S", Y, W)
M, N = Subspace("M", W), Subspace("N", W)
F, loss = Function("F", W, Y), Function("l", W)
ws = Sequence("w", W)
P = Predicate("P", W)
nothing = number(0, M.sort)
summed = total(k, m, t[k])
HESSIAN = hess_along(F, w, d)

FORMS += [
    (A @ z + y, "A z + y", "A@z + y", r"A\,z + y"),
    (A @ (z + h), "A (z + h)", "A@(z + h)", r"A\,\left(z + h\right)"),
    (2 * (A @ z), "2·A z", "2*A@z", r"2\,A\,z"),
    ((2 * A) @ z, "(2·A) z", "(2*A)@z", r"\left(2\,A\right)\,z"),
    ((A / 2) @ z, "(A/2) z", "(A/2)@z", r"\frac{A}{2}\,z"),
    ((-A) @ z, "(−A) z", "(-A)@z", r"\left(-A\right)\,z"),
    (-(A @ z), "−A z", "-A@z", r"-A\,z"),
    (A @ (2 * z), "A (2·z)", "A@(2*z)", r"A\,\left(2\,z\right)"),
    (A @ S @ y, "A S y", "A@S@y", r"A\,S\,y"),
    (A @ (S @ y), "A (S y)", "A@(S@y)", r"A\,\left(S\,y\right)"),
    (A @ (B @ S), "A (B S)", "A@(B@S)", r"A\,\left(B\,S\right)"),
    (A.T @ y, "Aᵀ y", "A.T@y", r"A^{\top}\,y"),
    ((A @ S).T, "(A S)ᵀ", "(A@S).T", r"\left(A\,S\right)^{\top}"),
    (eq(A @ S, Y.identity), "A S = I", "A@S = I", r"A\,S = I"),
    (W.identity - a * B, "I − a·B", "I - a*B", r"I - a\,B"),
    (jac(F, w) @ h, "DF(w) h", "D F(w)@h", r"DF\left(w\right)\,h"),
    (
        jac(F, w).T @ (F(w) - y),
        "DF(w)ᵀ (F(w) − y)",
        "D F(w).T@(F(w) - y)",
        r"DF\left(w\right)^{\top}\,\left(F\left(w\right) - y\right)",
    ),
    (
        jac(F, w) @ jac(F, w).T,
        "DF(w) DF(w)ᵀ",
        "D F(w)@D F(w).T",
        r"DF\left(w\right)\,DF\left(w\right)^{\top}",
    ),
    (
        jac(mapsto(z, sq(z) * y), w) @ h,
        "D(z ↦ ‖z‖²·y)(w) h",
        "D (z |-> ||z||^2*y)(w)@h",
        r"D\left(z \mapsto \left\Vert z \right\Vert^{2}\,y\right)\left(w\right)\,h",
    ),
    (
        grad(mapsto(z, sq(F(z) - y) / 2), w),
        "∇(z ↦ ‖F(z) − y‖²/2)(w)",
        "grad (z |-> ||F(z) - y||^2/2)(w)",
        r"\nabla \left(z \mapsto \frac{\left\Vert F\left(z\right) - y \right\Vert^{2}}{2}\right)"
        r"\left(w\right)",
    ),
    (
        ip(hess(loss, w) @ h, h),
        "⟨∇²l(w) h, h⟩",
        "<grad^2 l(w)@h, h>",
        r"\left\langle \nabla^{2}l\left(w\right)\,h, h\right\rangle ",
    ),
    (
        HESSIAN @ h,
        "∇²⟨d, F⟩(w) h",
        "grad^2 <d, F>(w)@h",
        r"\nabla^{2}\left\langle d, F\right\rangle \left(w\right)\,h",
    ),
    (
        hess(mapsto(z, sq(z)), ws[k]),
        "∇²(z ↦ ‖z‖²)(w_k)",
        "grad^2 (z |-> ||z||^2)(w[k])",
        r"\nabla^{2}\left(z \mapsto \left\Vert z \right\Vert^{2}\right)\left(w_{k}\right)",
    ),
    (W.dim, "dim W", "dim W", r"\dim W"),
    (R5.dim, "dim R^5", "dim R^5", r"\dim \mathbb{R}^{5}"),
    (
        eq(dim(ker(A)) + rank(A), W.dim),
        "dim ker A + rank A = dim W",
        "dim ker A + rank A = dim W",
        r"\dim \ker A + \operatorname{rank} A = \dim W",
    ),
    (rank(jac(F, w)), "rank DF(w)", "rank D F(w)", r"\operatorname{rank} DF\left(w\right)"),
    (dim(cap(M, N)) + 1, "dim(M ∩ N) + 1", "dim(M cap N) + 1", r"\dim\left(M \cap N\right) + 1"),
    (a ** dim(M), "a^(dim M)", "a^(dim M)", r"a^{\dim M}"),
    (ker(A @ B), "ker(A B)", "ker(A@B)", r"\ker\left(A\,B\right)"),
    (ran(A.T), "range Aᵀ", "range A.T", r"\operatorname{range} A^{\top}"),
    (member(z, cap(M, ker(A))), "z ∈ M ∩ ker A", "z in M cap ker A", r"z \in M \cap \ker A"),
    (cap(M, cap(N, M)), "M ∩ (N ∩ M)", "M cap (N cap M)", r"M \cap \left(N \cap M\right)"),
    (neg(member(z, M)), "z ∉ M", "z not in M", r"z \notin M"),
    (member(z, W.whole), "z ∈ W", "z in W", r"z \in W"),
    (eq(M, nothing), "M = {0}", "M = {0}", r"M = \{0\}"),
    (
        forall(z, implies(member(z, M), P(z))),
        "∀z. z ∈ M → P(z)",
        "forall z. z in M >> P(z)",
        r"\forall z.\; z \in M \Rightarrow P\left(z\right)",
    ),
    (R5.basis(1) - 2 * R5.basis(3), "e₁ − 2·e₃", "e1 - 2*e3", r"e_{1} - 2\,e_{3}"),
    (summed, "Σ[k < m] t_k", "sum[k < m] t[k]", r"\sum_{k < m} t_{k}"),
    (make("sum", (t, m)), "Σ[i < m] t_i", "sum[i < m] t[i]", r"\sum_{i < m} t_{i}"),
    (summed + 1, "(Σ[k < m] t_k) + 1", "(sum[k < m] t[k]) + 1",
     r"\left(\sum_{k < m} t_{k}\right) + 1"),
    (1 - summed, "1 − Σ[k < m] t_k", "1 - sum[k < m] t[k]", r"1 - \sum_{k < m} t_{k}"),
    (total(k, m, t[k] + 1), "Σ[k < m] (t_k + 1)", "sum[k < m] (t[k] + 1)",
     r"\sum_{k < m} \left(t_{k} + 1\right)"),
    (total(k, m + 1, 2 * ws[k]), "Σ[k < m + 1] 2·w_k", "sum[k < m + 1] 2*w[k]",
     r"\sum_{k < m + 1} 2\,w_{k}"),
    (total(m, 3, summed), "Σ[m < 3] Σ[k < m] t_k", "sum[m < 3] sum[k < m] t[k]",
     r"\sum_{m < 3} \sum_{k < m} t_{k}"),
    (2 * summed, "2·(Σ[k < m] t_k)", "2*(sum[k < m] t[k])", r"2\,\left(\sum_{k < m} t_{k}\right)"),
    (summed**2, "(Σ[k < m] t_k)²", "(sum[k < m] t[k])^2",
     r"\left(\sum_{k < m} t_{k}\right)^{2}"),
    (sin(a) ** 2 + cos(2 * b), "sin(a)² + cos(2·b)", "sin(a)^2 + cos(2*b)",
     r"\sin\left(a\right)^{2} + \cos\left(2\,b\right)"),
    (-sin(a) / b, "(−sin(a))/b", "(-sin(a))/b", r"\frac{-\sin\left(a\right)}{b}"),
    (P(z) & neg(P(h)), "P(z) ∧ ¬P(h)", "P(z) & ~P(h)",
     r"P\left(z\right) \wedge \neg P\left(h\right)"),
]  # fmt: skip


@pytest.mark.parametrize(("term", "text", "plain", "latex"), FORMS, ids=[f[2] for f in FORMS])
def test_a_term_is_shown_as_one_writes_it(term, text, plain, latex):
    assert show(term) == repr(term) == str(term) == text
    assert to_ascii(term) == plain
    assert to_latex(term) == latex


# ---------------------------------------------------------------- precedence
letters = st.sampled_from([a, b])
numbers = st.fractions(-3, 3, max_denominator=3).map(number)
naturals = st.recursive(
    st.sampled_from([k, m]) | st.integers(0, 2).map(lambda n: number(n, k.sort)),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
    ),
    max_leaves=3,
)
scalars = st.recursive(
    st.one_of(letters, numbers, naturals.map(lambda n: make("real", (n,)))),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda p: make("add", tuple(p))),
        st.tuples(inner, inner).map(lambda p: p[0] - p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] / p[1]),
        inner.map(lambda s: -s),
        st.tuples(inner, naturals).map(lambda p: p[0] ** p[1]),
        inner.map(sqrt),
    ),
    max_leaves=8,
)
BIG = 1_000_003  # arithmetic modulo a prime keeps towers of powers small and tells terms apart


class Residue:
    """A number modulo a prime with total division: what Python evaluates the text with."""

    def __init__(self, value, plain=None):
        self.value = value % BIG
        self.plain = plain  # of a natural number, the number itself, for exponents

    def __add__(self, other):
        return Residue(self.value + other.value, self._both(other, lambda i, j: i + j))

    def __sub__(self, other):
        return Residue(self.value - other.value)

    def __mul__(self, other):
        return Residue(self.value * other.value, self._both(other, lambda i, j: i * j))

    def __truediv__(self, other):
        return Residue(self.value * (pow(other.value, -1, BIG) if other.value else 0))

    def __neg__(self):
        return Residue(-self.value)

    def __pow__(self, other):
        return Residue(pow(self.value, other.plain, BIG))

    def _both(self, other, run):
        return None if self.plain is None or other.plain is None else run(self.plain, other.plain)


def natural(value):
    return Residue(value, value)


def root(of):
    return Residue(of.value * 31 + 7)  # not a root, but another number for another argument


AT = {"a": Residue(17), "b": Residue(29), "k": natural(2), "m": natural(3)}


def value(s):
    """Evaluate by the structure of the term."""
    args = [value(arg) for arg in s.args]
    if s.op == "num":
        top, bottom = natural(s.data.numerator), Residue(s.data.denominator)
        return top if s.data.denominator == 1 else top / bottom
    if s.op == "var":
        return AT[s.data]
    if s.op == "add":
        total = args[0]
        for arg in args[1:]:
            total = total + arg
        return total
    if s.op == "real":
        return args[0]
    run = {"neg": "__neg__", "mul": "__mul__", "div": "__truediv__", "pow": "__pow__"}
    return root(args[0]) if s.op == "sqrt" else getattr(args[0], run[s.op])(*args[1:])


def as_python(text):
    """Evaluate the text with the precedence of Python."""
    code = re.sub(r"\d+", lambda found: f"n({found.group()})", text)
    names = {**AT, "n": natural, "sqrt": root, "__builtins__": {}}
    return eval(code.replace("^", "**"), names)


@given(scalars)
def test_python_reads_the_ascii_form_as_it_was_meant(s):
    text = to_ascii(s)
    assert as_python(text).value == value(s).value, text


@given(scalars)
def test_python_reads_the_unicode_form_as_it_was_meant(s):
    text = show(s)
    code = text.translate(str.maketrans({"·": "*", "−": "-", "²": "^2"}))
    code = re.sub(r"√(\w+)", r"sqrt(\1)", code).replace("√", "sqrt")
    assert as_python(code).value == value(s).value, text


@given(scalars)
def test_python_reads_the_latex_form_as_it_was_meant(s):
    text = to_latex(s)
    code = text.replace(r"\left", "").replace(r"\right", "").replace(r"\,", "*")
    code = code.replace(r" \cdot ", "*").replace(r"\sqrt", "sqrt")
    while r"\frac" in code:  # the innermost first
        code = re.sub(r"\\frac\{([^{}\\]*)\}\{([^{}\\]*)\}", r"((\1)/(\2))", code)
        code = re.sub(r"(\^|sqrt)\{([^{}\\]*)\}", r"\1(\2)", code)
    while "{" in code:
        code = re.sub(r"(\^|sqrt)\{([^{}]*)\}", r"\1(\2)", code)
    assert as_python(code).value == value(s).value, text


@given(scalars, scalars)
def test_terms_that_are_printed_alike_have_the_same_value(s, other):
    if to_ascii(s) == to_ascii(other):
        assert value(s).value == value(other).value


# ---------------------------------------------------------------- bound names
names = st.sampled_from(["x", "x1", "x_1", "x_2", "y"])
relations = st.recursive(
    st.tuples(names, names).map(lambda p: ("le", *p)),
    lambda inner: st.one_of(
        st.tuples(st.just("and"), inner, inner),
        st.tuples(st.sampled_from(["all", "ex"]), names, inner),
    ),
    max_leaves=5,
)


def built(shape):
    """Return the proposition of a shape, with the variables in the order they are written."""
    op, *parts = shape
    if op == "le":
        return Reals(parts[0])[0] <= Reals(parts[1])[0]
    if op == "and":
        return built(parts[0]) & built(parts[1])
    return {"all": forall, "ex": exists}[op](Reals(parts[0])[0], built(parts[1]))


def renamed(term, text):
    """Say whether the text names the variables of the term as its structure does."""
    tokens = re.findall(r"forall|exists|[\w*']+|[().&]|<=", text)

    def walk(s, bound):
        """Check the tokens against the term, consuming them in order."""
        while tokens[0] == "(":
            tokens.pop(0)
        if s.op in ("all", "ex"):
            assert tokens.pop(0) == {"all": "forall", "ex": "exists"}[s.op]
            body, inside = s, bound
            while tokens[0] != ".":
                inside = (*inside, tokens.pop(0))
                body = body.args[0]
            tokens.pop(0)
            walk(body, inside)
        elif s.op == "and":
            walk(s.args[0], bound)
            while tokens[0] == ")":
                tokens.pop(0)
            assert tokens.pop(0) == "&"
            walk(s.args[1], bound)
        else:
            for side, after in zip(s.args, ("<=", None), strict=True):
                name = tokens.pop(0)
                nearest = {n: len(bound) - 1 - i for i, n in enumerate(bound)}
                if side.op == "bound":
                    assert nearest.get(name) == side.data, f"{name} in {text}"
                else:
                    assert name == side.data, text
                    assert name not in nearest, f"the free {name} is captured in {text}"
                assert after is None or tokens.pop(0) == after

    walk(term, ())


@given(relations)
def test_bound_names_never_clash_with_free_ones_or_each_other(shape):
    term = built(shape)
    renamed(term, to_ascii(term))


def test_a_bound_variable_gets_another_name_when_its_own_is_free():
    closed = forall(a, a <= b)
    opened = make("all", (make("le", (make("bound", (), 0, REAL), a)),), Binder("a", REAL))
    assert show(closed) == "∀a. a ≤ b"
    assert show(opened) == "∀a_1. a_1 ≤ a"
    assert show(forall(a, exists(a, a <= 1) & (a <= 2))) == "∀a. (∃a_1. a_1 ≤ 1) ∧ a ≤ 2"


def test_a_bound_variable_without_its_binder_is_shown_by_number():
    assert show(make("bound", (), 2, REAL) + a) == "#2 + a"


def test_coordinate_vectors_and_identities_are_told_from_variables_shown_alike():
    (odd,) = Vectors("e1", R5)
    assert show(R5.basis(1) + R5.basis(2)) == "e₁ + e₂"
    assert show(R5.basis(1) - odd) == "e₁[R^5] − e₁"
    assert to_latex(R5.basis(1) - odd) == r"e_{1}[\mathbb{R}^{5}] - e_{1}"
    two = ip(R5.basis(1), R5.basis(2)) + ip(R2.basis(1), R2.basis(1))
    assert show(two) == "⟨e₁[R^5], e₂⟩ + ‖e₁[R^2]‖²"
    image_i = LinearMap("I", W, W)
    assert show(image_i @ W.identity) == "I I[W]"
    assert show(W.identity @ W.identity) == "I I"
    assert show(forall(odd, eq(odd, R5.basis(1)))) == "∀e₁_1. e₁_1 = e₁"
    assert show(exists(image_i, eq(image_i, W.identity))) == "∃I_1. I_1 = I"


def test_a_hessian_is_shown_as_one_only_when_it_is_one():
    assert show(jac(mapsto(z, grad(loss, z)), w)) == "∇²l(w)"
    assert show(jac(mapsto(z, jac(F, z).T @ d), w)) == "∇²⟨d, F⟩(w)"
    others = [
        (jac(mapsto(z, grad(loss, w)), w), "D(z ↦ ∇l(w))(w)"),
        (jac(mapsto(z, grad(loss, z + h)), w), "D(z ↦ ∇l(z + h))(w)"),
        (jac(mapsto(z, jac(F, z).T @ F(z)), w), "D(z ↦ DF(z)ᵀ F(z))(w)"),
        (jac(mapsto(z, jac(F, z) @ z), w), "D(z ↦ DF(z) z)(w)"),
        (jac(mapsto(z, grad(mapsto(h, ip(z, h)), z)), w), "D(z ↦ ∇(h ↦ ⟨z, h⟩)(z))(w)"),
    ]
    for term, text in others:
        assert show(term) == text
    # what stands outside is not renamed by a binder that is not shown
    assert show(forall(z, eq(hess(loss, z) @ z, z))) == "∀z. ∇²l(z) z = z"
    assert show(forall([w, d], eq(hess_along(F, w, d) @ w, 0))) == "∀w d. ∇²⟨d, F⟩(w) w = 0"


maps = st.recursive(
    st.sampled_from([B, S @ A, hess(loss, w), jac(mapsto(z, z), w)]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] @ p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(letters, inner).map(lambda p: p[0] * p[1]),
        inner.map(lambda s: s.T),
        inner.map(lambda s: -s),
    ),
    max_leaves=5,
)


@given(maps, maps)
def test_linear_maps_that_differ_are_printed_differently(one, other):
    for style in (show, to_ascii, to_latex):
        assert (style(one) == style(other)) == (one == other)
        assert (style(one @ w) == style(other @ w)) == (one == other)
        assert style((2 * one) @ w) != style(2 * (one @ w))


# ---------------------------------------------------------------- limits
def test_deep_terms_are_printed_without_recursion():
    s = a
    for _ in range(20_000):
        s = sqrt(s)
    assert to_ascii(s).count("sqrt") == 20_000


def test_terms_that_share_parts_are_cut_and_not_printed_for_ever():
    s = a
    for _ in range(80):
        s = s * s
    assert "…" in show(s)
    assert len(show(s)) < 20 * MAX_PIECES


def test_long_names_that_are_shared_are_cut_as_well(monkeypatch):
    monkeypatch.setattr(printing, "MAX_PIECES", 20_000)
    t = make("var", (), "x" * 4_000, REAL)
    for _ in range(30):
        t = t + t * t
    assert len(show(t)) < 40 * 20_000
    assert show(t).count("…") > 1


def test_long_numbers_are_printed_by_their_length():
    assert "bits" in show(number(Fraction(1 << 100_000)))


# ---------------------------------------------------------------- LaTeX
def scripts_clash(latex):
    """Say whether TeX would complain of two superscripts or two subscripts in a row."""
    plain = latex.replace(r"\_", "")
    while re.search(r"\{[^{}]*\}", plain):
        plain = re.sub(r"\{[^{}]*\}", "S", plain)
    return bool(re.search(r"([_^])S(?:[_^]S)*?\1S", plain.replace(" ", "")))


@given(scalars)
def test_braces_of_latex_are_balanced(s):
    text = to_latex(s).replace(r"\{", "").replace(r"\}", "")
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        assert depth >= 0
    assert depth == 0
    assert text.count(r"\left") == text.count(r"\right")


STARRED = Reals("f*")[0]
NUMBERED = Sequence("x0", E)
NUMBERED_K = Naturals("k0*")[0]


@pytest.mark.parametrize(
    "term",
    [
        STARRED**2,
        NUMBERED[k],
        Sequence("t*")[k] ** 2,
        t[k] ** 2,
        sq(Vector("x*", E)),
        xs / 2,
        LinearMap("A*", E, E).T,
        LinearMap("A0*", E, E).T @ NUMBERED[k],
        R5.basis(1),
        sin(STARRED) ** 2,
        make("sum", (Sequence("t0*"), k)) ** 2,
        jac(Function("F*", W, Y), w).T,
        mapsto(xs, xs),
        dim(ker(LinearMap("A*", E, E).T)),
        NUMBERED[NUMBERED_K],
    ],
    ids=to_ascii,
)
def test_latex_has_no_two_scripts_in_the_same_place(term):
    assert not scripts_clash(to_latex(term)), to_latex(term)


def test_a_member_of_a_sequence_is_not_shown_like_a_variable():
    x, x0, k = Sequence("x", E), Vector("x0", E), Natural("k")
    assert show(sq(x[0]) >= sq(x[k])) == "‖x₀‖² ≥ ‖x_k‖²"
    assert show(sq(x[0]) >= sq(x0)) == "‖x[0]‖² ≥ ‖x₀‖²"
    assert to_latex(sq(x[0]) >= sq(x0)).count("x_{0}") == 1
    assert to_ascii(sq(x[0]) >= sq(x0)) == "||x[0]||^2 >= ||x0||^2"
    assert show(forall(x0, sq(x0) >= sq(x[0]))) == "∀x₀. ‖x₀‖² ≥ ‖x[0]‖²"
    assert show(sq(x[0]) >= 0, UNICODE.among([sq(x0) >= 0])) == "‖x[0]‖² ≥ 0"
    assert show(sq(x[1]) >= 0, UNICODE.among([sq(x0) >= 0])) == "‖x₁‖² ≥ 0"
    assert show(sq(x0) >= 0, UNICODE.among([sq(x[0]) >= 0])) == "‖x₀‖² ≥ 0"
    assert show(sq(x0) ** 2, UNICODE.among([x0])) == show(sq(x0) ** 2)  # signs stay as they are
