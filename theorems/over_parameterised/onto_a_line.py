"""A linear map into a space of dimension 1 that is not zero reaches every vector."""

from plproof import (
    DIMENSION_FORMULA,
    FALSE,
    RANK_NULLITY,
    UNIT_VECTOR,
    Lemma,
    LinearMap,
    Onto,
    Real,
    Space,
    Vectors,
    cap,
    conj,
    dim,
    eq,
    exists,
    forall,
    ip,
    jac,
    ker,
    mapsto,
    member,
    ne,
    ran,
    rank,
    sq,
)

W, Y, R1 = Space("W"), Space("Y"), Space.coordinates(1)
A = LinearMap("A", W, Y)
v = Vectors("v", W)[0]
a, b, q = Vectors("a b q", Y)
x, h, k = Vectors("x h k", R1)
s = Real("s")
e = R1.basis(1)


def multiples(a):
    """Return the linear map x ↦ x₁a."""
    return jac(mapsto(x, ip(e, x) * a), R1.zero)


multiples_have_rank_one = Lemma(
    "The multiples of a vector that is not zero have dimension 1",
    given=dict(nonzero=ne(a, 0)),
    claim=conj(forall(h, eq(multiples(a) @ h, ip(e, h) * a)), eq(rank(multiples(a)), 1)),
)


@multiples_have_rank_one.proof
def _(p):
    S = multiples(a)
    value = p.have(
        forall(h, eq(S @ h, ip(e, h) * a)),
        by=lambda h: p.differentiate(mapsto(x, ip(e, x) * a), R1.zero)[1](h),
    )
    whole = p.coordinates(1)
    null = dim(ker(S))
    with p.cases():
        with p.case(null <= 0) as none:
            p.have(null <= 0, by=none)
        with p.case(0 < null) as some, p.by_contradiction(null <= 0):
            p.have(1 <= null, by=p.successor(some))
            with p.obtain(p.axiom(UNIT_VECTOR, ker(S)), h) as unit:
                vanishes = p.have(eq(S @ h, 0), by=unit[0])
                length = p.have(eq(ip(e, h) ** 2, 1), by=[unit[1], h * whole[1](h)])
                turned = ip(e, h) * a
                p.zero_vector(a, by=[turned * value(h), turned * vanishes, sq(a) * length])
                p.contradiction(p.nonzero)
    zero = p.equal(null, 0, by=(p.last, ()))
    p.have(eq(rank(S), 1), by=[p.axiom(RANK_NULLITY, S), zero, whole[0]])
    p.have(p.goal)


onto_a_line = Lemma(
    "A linear map into a space of dimension 1 is onto unless it is zero",
    given=dict(line=eq(Y.dim, 1), nonzero=ne(A @ v, 0)),
    claim=Onto(A),
)


@onto_a_line.proof
def _(p):
    a = A @ v
    S = multiples(a)
    first = p.use(multiples_have_rank_one, a=a)
    with p.fix(b):
        reached = exists(v, eq(A @ v, b))
        with p.cases():
            with p.case(eq(b, 0)) as zero:
                p.have(eq(A @ W.zero, b), by=zero)
                p.exhibit(reached, W.zero, by=p.last)
            with p.case(ne(b, 0)):
                T = multiples(b)
                second = p.use(multiples_have_rank_one, a=b)
                both = cap(ran(S), ran(T))
                formula = p.axiom(DIMENSION_FORMULA, ran(S), ran(T))
                p.have(1 <= dim(both), by=[formula, first[1], second[1], p.line])
                with p.obtain(p.axiom(UNIT_VECTOR, both), q) as unit:
                    hits = conj(member(q, ran(S)), member(q, ran(T)))
                    hit = p.have(hits, by=unit[0])
                    left = p.have(exists(h, eq(S @ h, q)), by=hit[0])
                    right = p.have(exists(k, eq(T @ k, q)), by=hit[1])
                    with p.obtain(left, h) as left, p.obtain(right, k) as right:
                        one = p.have(eq(ip(e, h) * a, q), by=[first[0](h), left])
                        two = p.have(eq(ip(e, k) * b, q), by=[second[0](k), right])
                        t, c = ip(e, h), ip(e, k)
                        with p.suppose(eq(c, 0)) as flat:
                            p.have(eq(sq(q), 0), by=[q * two, ip(b, q) * flat])
                            p.have(FALSE, by=[p.last, unit[1]])
                        p.have(ne(c, 0), by=p.last)
                        p.have(eq(A @ (t / c * v), b), by=[1 / c * one, 1 / c * two])
                        p.exhibit(reached, t / c * v, by=p.last)
    p.have(Onto(A), by=p.last)
