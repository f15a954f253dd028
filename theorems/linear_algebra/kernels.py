"""A map to a space of smaller dimension has a kernel; so there are orthogonal vectors."""

from plproof import (
    DIMENSION_MONOTONE,
    FALSE,
    RANK_NULLITY,
    UNIT_VECTOR,
    Lemma,
    LinearMap,
    Space,
    Vector,
    Vectors,
    conj,
    dim,
    eq,
    exists,
    implies,
    ip,
    jac,
    ker,
    mapsto,
    member,
    ran,
    rank,
    sq,
)

W, Y, line = Space("W"), Space("Y"), Space.coordinates(1)
A = LinearMap("A", W, Y)
k, x, e, c = Vectors("k x e c", W)
u = Vector("u", Y)

kernel_of_a_map_to_fewer_dimensions = Lemma(
    "A linear map to a space of smaller dimension sends a unit vector to 0",
    given=dict(over=Y.dim < W.dim),
    claim=exists(k, conj(eq(A @ k, 0), eq(sq(k), 1))),
)


@kernel_of_a_map_to_fewer_dimensions.proof
def _(p):
    with p.fix(u), p.suppose(member(u, ran(A))):
        p.have(implies(FALSE, FALSE))
        p.have(member(u, Y.whole), by=p.last)
    small = p.have(rank(A) <= Y.dim, by=p.axiom(DIMENSION_MONOTONE, ran(A), Y.whole))
    p.have(0 < dim(ker(A)), by=[p.axiom(RANK_NULLITY, A), small, p.over])
    p.have(1 <= dim(ker(A)), by=p.successor(p.last))
    with p.obtain(p.axiom(UNIT_VECTOR, ker(A)), k) as unit:
        null = p.have(eq(A @ k, 0), by=unit[0])
        p.have(conj(null.claim, eq(sq(k), 1)), by=unit[1])
        p.exhibit(kernel_of_a_map_to_fewer_dimensions.claim, k, by=p.last)


orthogonal_unit_vector = Lemma(
    "In a space of dimension above 1 there is a unit vector orthogonal to a given one",
    given=dict(plane=1 < W.dim),
    claim=exists(c, conj(eq(ip(e, c), 0), eq(sq(c), 1))),
    note="it is in the kernel of x ↦ ⟨e, x⟩",
)


@orthogonal_unit_vector.proof
def _(p):
    p.have(line.dim < W.dim, by=[p.plane, p.coordinates(1)[0]])
    b = line.basis(1)
    along = mapsto(x, ip(e, x) * b)
    slope = p.differentiate(along, W.zero)[1]
    project = jac(along, W.zero)
    with p.obtain(p.use(kernel_of_a_map_to_fewer_dimensions, A=project), c) as null:
        level = p.have(eq(ip(e, c), 0), by=[b * slope(c), b * null[0]])
        p.have(conj(level.claim, eq(sq(c), 1)), by=[level, null[1]])
        p.exhibit(orthogonal_unit_vector.claim, c, by=p.last)
