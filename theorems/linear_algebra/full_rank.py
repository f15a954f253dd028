"""A linear map with kernel {0}, such as a multiple of the identity, has full rank."""

from plproof import (
    RANK_NULLITY,
    UNIT_VECTOR,
    Lemma,
    LinearMap,
    Real,
    Space,
    Vector,
    dim,
    eq,
    forall,
    ker,
    ne,
    rank,
)

W = Space("W")
B = LinearMap("B", W, W)
z = Vector("z", W)
s = Real("s")

multiple_of_identity_has_full_rank = Lemma(
    "A linear map that multiplies every vector by s ≠ 0 has full rank",
    given=dict(nonzero=ne(s, 0), multiple=forall(z, eq(B @ z, s * z))),
    claim=eq(rank(B), W.dim),
)


@multiple_of_identity_has_full_rank.proof
def _(p):
    full, null = eq(rank(B), W.dim), dim(ker(B))
    with p.cases():
        with p.case(null <= 0) as none:
            zero = p.equal(null, 0, by=(none, ()))
            p.have(full, by=[zero, p.axiom(RANK_NULLITY, B)])
        with p.case(0 < null) as some, p.by_contradiction(full):
            p.have(1 <= null, by=p.successor(some))
            with p.obtain(p.axiom(UNIT_VECTOR, ker(B)), z) as unit:
                vanishes = p.have(eq(B @ z, 0), by=unit[0])
                p.have(eq(s, 0), by=[z * vanishes, z * p.multiple(z), s * unit[1]])
                p.contradiction(p.nonzero)
