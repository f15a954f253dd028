"""What a search chooses for statements about maps, or about numbers and vectors alone.

No class says what a member is: every number, point, matrix and coefficient is chosen, and the
hypotheses are barriers, so that constants come as close to the edge as they can.  Maps between
spaces are polynomials of degree two, or networks with one hidden layer, whose derivatives have
known Lipschitz constants; functions are quadratic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import autograd.numpy as anp
import numpy as np
from numpy.typing import NDArray

from plproof.laboratory.arithmetic import total
from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.families import Family, SpectralQuadratic
from plproof.laboratory.families.arrays import LARGEST_PARAMETER
from plproof.laboratory.meaning.evaluate import Model, NotEvaluated
from plproof.laboratory.meaning.maps import SystemMap
from plproof.laboratory.modelling.models import Assignment, Plan
from plproof.laboratory.modelling.ratios import Comparison
from plproof.laboratory.modelling.recursions import Method
from plproof.laboratory.systems.base import System
from plproof.laboratory.systems.networks import BEND, TanhNetwork
from plproof.laboratory.systems.polynomial import PolynomialSystem
from plproof.laboratory.worst_case.barriers import Barriers, spectral_norm
from plproof.laboratory.worst_case.bfgs import maximise
from plproof.laboratory.worst_case.candidates import Candidate, Certified, Setting
from plproof.laboratory.worst_case.frames import Opened, Smoothly
from plproof.laboratory.worst_case.problems import last_member, log_ratio
from plproof.laboratory.worst_case.unrolled import Member, Unrolled
from plproof.language.definitions import unfold_all
from plproof.language.sorts import NAT, REAL, coordinates_of
from plproof.language.statement import Statement
from plproof.language.terms import Term, free_variables

_WEIGHTS = (1e-2, 1e-4, 1e-7, 1e-10)  # of the barriers, one search after the other
_LAYOUTS = 4
_UNITS = 2  # of a network, where the number of variables allows it
_LARGEST = 80  # numbers to choose
_BITS = (0, 1, 3, 6, 12)  # a found example is rounded to so many binary digits, if that does
_KEPT = 1e-9
_NOTHING = 1e-300


@dataclass(frozen=True)
class Layout:
    """Dimensions of the spaces, and what maps are: ``affine``, ``quadratic`` or a ``network``."""

    dimensions: Mapping[str, int]
    form: str

    def units(self, inputs: int) -> int:
        """Return how many hidden units a network of so many variables has."""
        return _UNITS if inputs > _UNITS and inputs % _UNITS == 0 else inputs


@dataclass(frozen=True)
class Constrained:
    """What there is to choose for one comparison of a statement; ``naturals`` stay as they are."""

    statement: Statement
    comparison: Comparison
    plan: Plan
    method: Method
    naturals: Mapping[Term, int]
    last: int

    @classmethod
    def of(cls, statement: Statement, comparison: Comparison, index: int | None) -> Constrained:
        """Read the statement; NotEvaluated, with the reason, where there can be no search."""
        given = (*(h for _, h in statement.hypotheses), *comparison.given)
        plan = Plan.of(given, (comparison.proposition,))
        method = Method.of(given)
        if method.implicit():
            raise NotEvaluated("a method of minimisations is searched for functions on one space")
        naturals = _naturals(plan, 1 if index is None else index)
        terms = (*given, comparison.proposition)
        last = max(last_member(terms, naturals), *naturals.values(), 0)
        return cls(statement, comparison, plan, method, naturals, last)

    @property
    def setting(self) -> Setting:
        """What examples are judged by."""
        return Setting(self.comparison, self.plan, self.method)

    # ------------------------------------------------------------ what is chosen
    def layouts(self) -> list[Layout]:
        """Return dimensions to try, small ones first, that agree with what is said of them."""
        about = [q for q in map(unfold_all, self.plan.parts) if not free_variables(q)]
        sizes = []
        for space in self.plan.spaces:
            fixed = coordinates_of(space)
            sizes.append((fixed,) if fixed is not None else (1, 2, 3))
        found, networks = [], []
        for dims in sorted(product(*sizes), key=lambda d: (sum(d), d[::-1])):
            dimensions = dict(zip(self.plan.spaces, dims, strict=True))
            model = Model(1, dimensions, {})
            if not any(_is_false(model, q) for q in about):
                found.append(Layout(dimensions, "affine"))
                if self.plan.systems:
                    found.append(Layout(dimensions, "quadratic"))
                    networks.append(Layout(dimensions, "network"))
        found, networks = (
            [layout for layout in some if self._size(layout) <= _LARGEST]
            for some in (found, networks)
        )
        return [*found[:_LAYOUTS], *networks[: _LAYOUTS // 2]]

    def _free(self) -> list[Member]:
        rules, units = self.method.rules, self._units()
        free = [(v, 0) for v in self.plan.points if v not in rules and v not in units]
        for v in self.plan.sequences:
            starts = self.method.starts(v)
            every = [i for i in range(self.last + 1) if self.method.rule(v, i) is None]
            free += [(v, i) for i in (every if starts is None else starts)]
        return free

    def _units(self) -> list[Term]:
        """Return the points of which ‖u‖² = 1 is said: they stay on the axes."""
        found = []
        for p in self.plan.parts:
            for side, one in (p.args, p.args[::-1]) if p.op == "eq" else ():
                squared = side.op == "ip" and side.args[0] == side.args[1]
                if squared and side.args[0] in self.plan.points and one.op == "num":
                    found.append(side.args[0])
        return list(dict.fromkeys(found))

    def _numbers(self) -> list[Term]:
        return [v for v in self.plan.free_numbers() if v.sort == REAL]

    def _shapes(self, layout: Layout) -> Iterator[tuple[str, Any, tuple[int, ...]]]:
        """Yield what there is to choose, with shapes, in the order of a row."""
        for v in self._numbers():
            yield "number", v, ()
        for member in self._free():
            sort = member[0].sort
            value = sort if sort.kind == "Vec" else sort.parts[1]
            size = (layout.dimensions[value.spaces[0]],) if value.kind == "Vec" else ()
            yield "member", member, size
        for v in self.plan.matrices:
            c, r = (layout.dimensions[space] for space in v.sort.spaces)
            yield "matrix", v, (r, c)
        for v in self.plan.tables:
            yield "table", v, (self.last + 1, self.last + 1)
        for v in self.plan.functions:
            d = layout.dimensions[v.sort.parts[0].spaces[0]]
            yield "spectrum", v, (d,)
            yield "centre", v, (d,)
        for v in self.plan.systems:
            m, n = (layout.dimensions[part.spaces[0]] for part in v.sort.parts)
            yield "offset", v, (n,)
            if layout.form == "network":
                yield "data", v, (n, m // layout.units(m))
                yield "scale", v, ()
                continue
            yield "linear", v, (n, m)
            if layout.form == "quadratic":
                yield "quadratic", v, (n, m, m)

    def _size(self, layout: Layout) -> int:
        return sum(int(np.prod(shape)) for _, _, shape in self._shapes(layout))

    def _parts(self, layout: Layout, z: Any) -> dict[tuple[str, Any], Any]:
        """Return rows (S, n) taken apart."""
        found: dict[tuple[str, Any], Any] = {}
        begin = 0
        for kind, key, shape in self._shapes(layout):
            size = int(np.prod(shape))
            found[kind, key] = anp.reshape(z[:, begin : begin + size], (len(z), *shape))
            begin += size
        for (kind, key), x in found.items():
            if kind == "quadratic":
                found[kind, key] = 0.5 * (x + anp.swapaxes(x, -1, -2))
            if kind == "spectrum":
                found[kind, key] = anp.exp(x)
        return found

    def _unrolled(
        self,
        layout: Layout,
        parts: Mapping[tuple[str, Any], Any],
        rows: int,
        opened: Opened | None = None,
    ) -> Unrolled:
        functions: dict[Term, Smoothly] = {}
        for v in self.plan.functions:
            functions[v] = _bowl(parts["spectrum", v], parts["centre", v])
        for v in self.plan.systems:
            bent = parts.get(("quadratic", v))
            if layout.form == "network":
                offset, data, scale = (parts[key, v] for key in ("offset", "data", "scale"))
                functions[v] = _network(offset, data, scale, self._signs(layout, v))
            else:
                functions[v] = _polynomial(parts["offset", v], parts["linear", v], bent)
        free = {key: x for (kind, key), x in parts.items() if kind == "member"}
        for place, v in enumerate(self._units()):
            d = layout.dimensions[v.sort.spaces[0]]
            free[v, 0] = np.broadcast_to(np.eye(d)[place % d], (rows, d))
        values: dict[Term, Any] = dict(self.naturals)
        for (kind, key), x in parts.items():
            if kind in ("number", "matrix"):
                values[key] = x
            elif kind == "table":
                values[key] = anp.moveaxis(x, 0, -1)

        def run() -> Unrolled:
            return Unrolled(
                functions, free, values, self.method, layout.dimensions, rows, opened=opened
            )

        for v, term in self.plan.determined():
            if v.sort == REAL:
                values = {**values, v: run().value(term)}
        return run()

    # ------------------------------------------------------------ maps
    def _signs(self, layout: Layout, v: Term) -> Floats:
        """Return the outer weights of a network, which are not chosen: by turns 1 and -1."""
        inputs = layout.dimensions[v.sort.parts[0].spaces[0]]
        return np.resize([1.0, -1.0], layout.units(inputs))

    def _steadiness(
        self, layout: Layout, parts: Mapping[tuple[str, Any], Any], v: Term, rows: int
    ) -> Any:
        if layout.form == "network":
            data, scale = parts["data", v], parts["scale", v]
            square = anp.sum(data * data, axis=-1) + _NOTHING
            size = spectral_norm(data) * anp.sqrt(anp.max(square, axis=-1))
            bound = anp.minimum(anp.sqrt(anp.sum(square**2, axis=-1) + _NOTHING), size)
            return BEND * anp.abs(scale) * bound * (1.0 + 2.0**-30)
        return _steadiness(parts.get(("quadratic", v)), rows)

    def _system(self, layout: Layout, parts: Mapping[tuple[str, Any], Any], v: Term) -> System:
        if layout.form == "network":
            signs = self._signs(layout, v)
            inputs = layout.dimensions[v.sort.parts[0].spaces[0]]
            origin = np.zeros((1, inputs))  # with an offset no other gives more
            return TanhNetwork(parts["data", v], signs[None], parts["scale", v], origin)
        return PolynomialSystem(parts["linear", v], parts.get(("quadratic", v)))

    # ------------------------------------------------------------ climbing
    def objective(self, layout: Layout, weight: float | None) -> Callable[[Any], Any]:
        """Return log(small/large) plus weighted logarithms of the barriers, as a function of rows.

        With ``weight`` None the least barrier alone, which is positive inside.
        """
        equations = {p for _, p in self.plan.definitions.values()}
        hypotheses = [p for p in self.method.rest if p not in equations]
        opened = Opened()
        barriers = Barriers(opened, self.last)

        def objective(z: Any) -> Any:
            rows = np.shape(z)[0]
            parts = self._parts(layout, z)
            run = self._unrolled(layout, parts, rows, opened)
            steady = {v: self._steadiness(layout, parts, v, rows) for v in self.plan.systems}
            nothing = 0.0 * anp.sum(z, axis=-1)
            slacks = [b + nothing for p in hypotheses for b in barriers.of(p, run, steady)]
            if weight is None:
                least = nothing + 1.0
                for b in slacks:
                    least = anp.minimum(least, b)
                return least
            small, large = (run.value(t) for t in (self.comparison.small, self.comparison.large))
            height = log_ratio(small, large) + nothing
            for b in slacks:
                inside = b > 0
                height = height + anp.where(
                    inside, weight * anp.log(anp.where(inside, b, 1.0)), -np.inf
                )
            return height

        return objective

    def climb(
        self,
        layout: Layout,
        rows: int,
        iterations: int,
        rng: np.random.Generator,
        doubtful: list[Term],
    ) -> list[tuple[Certified, Candidate]]:
        """Return what is certain of the best of random rows, improved: rounded, and as found.

        Hypotheses that keep an example from being certain are added to those ``doubtful``.
        """
        size = self._size(layout)
        z = rng.standard_normal((16 * rows, size)) * np.exp2(rng.integers(-2, 3, (16 * rows, 1)))
        numbers = len(self._numbers())
        z[::2, :numbers] = np.abs(z[::2, :numbers])
        inside = self.objective(layout, None)
        with np.errstate(all="ignore"):
            depth = np.nan_to_num(np.asarray(inside(z)), nan=-np.inf)
        if not np.any(depth > 0):  # first into what the hypotheses allow
            near = z[np.argsort(-depth, kind="stable")[: 2 * rows]]
            z, depth = maximise(inside, near, iterations)
        if not np.any(depth > 0):
            return []
        z = z[depth > 0]
        with np.errstate(all="ignore"):
            values = np.nan_to_num(np.asarray(self.objective(layout, _WEIGHTS[0])(z)), nan=-np.inf)
        z = z[np.argsort(-values, kind="stable")[:rows]]
        if size:
            for weight in _WEIGHTS:
                z, values = maximise(self.objective(layout, weight), z, iterations)
        with np.errstate(all="ignore"):
            values = np.nan_to_num(np.asarray(self.objective(layout, 0.0)(z)), nan=-np.inf)
        found = []
        usable = self._usable(layout, z)
        for row in [r for r in np.argsort(-values, kind="stable")[:2] if usable[r]]:
            candidate = self._candidate(layout, z[row])
            known = self.setting.certified(candidate)
            if known is not None:
                found.append((known, candidate))
                found += self._rounded(layout, z[row], known)
                break
            doubtful += self.setting.doubtful(candidate)
        return found[::-1]

    def _usable(self, layout: Layout, z: Floats) -> NDArray[np.bool_]:
        """Say of each row whether functions and maps can have what it says as parameters."""
        usable = np.ones(len(z), dtype=bool)
        with np.errstate(over="ignore"):
            parts = self._parts(layout, z)
        for (kind, _), x in parts.items():
            if kind not in ("number", "member"):
                usable &= (np.abs(x.reshape(len(z), -1)) < LARGEST_PARAMETER).all(axis=1)
        return usable

    def _rounded(
        self, layout: Layout, z: Floats, known: Certified
    ) -> list[tuple[Certified, Candidate]]:
        """Return the example with the shortest numbers that does as much."""
        for bits in _BITS:
            short: Floats = np.asarray(np.round(z * 2.0**bits) / 2.0**bits, dtype=np.float64)
            candidate = self._candidate(layout, short)
            simple = self.setting.certified(candidate)
            if simple is not None and simple.ratio >= known.ratio - _KEPT * abs(known.ratio):
                return [(simple, candidate)]
        return []

    def _candidate(self, layout: Layout, z: Floats) -> Candidate:
        parts = self._parts(layout, z[None])
        run = self._unrolled(layout, parts, 1)
        families: dict[Term, Family] = {}
        for v in self.plan.functions:
            spectrum, centre = parts["spectrum", v], parts["centre", v]
            basis = np.eye(spectrum.shape[1])[None]
            families[v] = SpectralQuadratic(spectrum, basis, centre, [0.0])
        systems: dict[Term, SystemMap] = {}
        for v in self.plan.systems:
            systems[v] = SystemMap(self._system(layout, parts, v), parts["offset", v])
        numbers = {v: np.array([float(n)]) for v, n in self.naturals.items()}
        numbers |= {key: x for (kind, key), x in parts.items() if kind == "number"}
        members = {key: x for (kind, key), x in parts.items() if kind == "member"}
        points = {v: np.asarray(run.member(v, 0)) for v in self.plan.points
                  if v not in self.method.rules}  # fmt: skip
        assignment = Assignment(
            layout.dimensions,
            families,
            numbers,
            points,
            {},
            {},
            1,
            systems=systems,
            matrices={key: x for (kind, key), x in parts.items() if kind == "matrix"},
            tables={
                key: np.moveaxis(x, 0, -1) for (kind, key), x in parts.items() if kind == "table"
            },
        )
        starts = {m: x for m, x in members.items() if m[0].sort.kind == "Fun"}
        return Candidate(assignment, starts)


def _naturals(plan: Plan, index: int) -> dict[Term, int]:
    """Return values of the natural numbers, the first that agree with what is said of them."""
    numbers = [v for v in plan.free_numbers() if v.sort == NAT]
    about = [p for p in plan.parts if {*free_variables(p)} <= {*numbers} and p.op != "all"]
    each = [n for n in dict.fromkeys((index, index - 1, index // 2, 1, 0, index + 1)) if n >= 0]
    for values in product(each, repeat=len(numbers)):
        held = dict(zip(numbers, values, strict=True))
        exact = {v: total.exact(np.array([float(n)])) for v, n in held.items()}
        if not any(_is_false(Model(1, {}, exact), p) for p in about):
            return held
    raise NotEvaluated("no natural numbers were found that fit the hypotheses")


def _is_false(model: Model, p: Term) -> bool:
    try:
        return bool(np.any(model.truth(p)[1] < 0))
    except NotEvaluated:
        return False


def _bowl(spectrum: Any, centre: Any) -> Smoothly:
    return Smoothly(
        lambda x: 0.5 * anp.sum(spectrum * (x - centre) ** 2, axis=-1),
        lambda x: spectrum * (x - centre),
    )


def _polynomial(offset: Any, linear: Any, quadratic: Any) -> Smoothly:
    def applied(matrix: Any, x: Any) -> Any:
        return anp.matmul(matrix, x[..., None])[..., 0]

    def turned(x: Any) -> Any:
        return anp.matmul(quadratic, x[:, None, :, None])[..., 0]

    def value(x: Any) -> Any:
        found = offset + applied(linear, x)
        return found if quadratic is None else found + 0.5 * applied(turned(x), x)

    def derivative(x: Any) -> Any:
        return linear if quadratic is None else linear + turned(x)

    return Smoothly(value, derivative)


def _network(offset: Any, data: Any, scale: Any, signs: Floats) -> Smoothly:
    """Return w -> offset + s Σ_j a_j tanh⟨w_j, x_i⟩, for data (S, n, d) and units w_j in R^d."""
    rows, _, d = np.shape(data)
    weights = scale[:, None, None] * signs[:, None]

    def through(w: Any) -> Any:
        each = anp.reshape(w + np.zeros((rows, len(signs) * d)), (rows, len(signs), d))
        return anp.tanh(anp.matmul(each, anp.swapaxes(data, 1, 2)))  # (S, k, n)

    def derivative(w: Any) -> Any:
        slope = weights * (1.0 - through(w) ** 2)
        found = anp.swapaxes(slope, 1, 2)[..., None] * data[:, :, None, :]
        return anp.reshape(found, (rows, np.shape(data)[1], len(signs) * d))

    return Smoothly(lambda w: offset + anp.sum(weights * through(w), axis=1), derivative)


def _steadiness(quadratic: Any, rows: int) -> Any:
    if quadratic is None:
        return np.zeros(rows)
    _, n, m, _ = np.shape(quadratic)
    first = spectral_norm(anp.reshape(quadratic, (rows, n, m * m)))
    second = spectral_norm(anp.reshape(quadratic, (rows, n * m, m)))
    return anp.minimum(first, second) * (1.0 + 2.0**-30)


__all__ = ["Constrained", "Layout"]
