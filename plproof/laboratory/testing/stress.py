"""Stress tests: a claim and the steps of its proof, evaluated on thousands of functions.

A test never proves.  A violation is said only when the hypotheses certainly hold and the conclusion
certainly does not, by more than rounding can explain, and again when the case is built alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np

from plproof.laboratory.arithmetic.rounding import Floats
from plproof.laboratory.certification.certified import recheck
from plproof.laboratory.families import FAMILY_KINDS, FamilyKind
from plproof.laboratory.meaning.decided import DECIDERS
from plproof.laboratory.meaning.evaluate import Mask, Model, NotEvaluated
from plproof.laboratory.modelling.cases import Case, extract, shrink
from plproof.laboratory.modelling.certify import FUNCTION_CLASSES, certify
from plproof.laboratory.modelling.choices import draw
from plproof.laboratory.modelling.fitting import possible_kinds
from plproof.laboratory.modelling.models import Assignment, Plan, realise
from plproof.laboratory.modelling.opened import opened, with_gradients
from plproof.laboratory.modelling.operators import OPERATOR, has_operators
from plproof.laboratory.modelling.system_choices import SYSTEM_KINDS
from plproof.laboratory.testing.counterexamples import (
    NO_HYPOTHESES,
    Counterexample,
    Witness,
    describe,
    witness,
)
from plproof.laboratory.testing.screening import closer, narrowed, screened
from plproof.language.binding import bind
from plproof.language.definitions import unfold_all
from plproof.language.propositions import conjuncts
from plproof.language.statement import Statement
from plproof.language.terms import FALSE, Term, free_variables, make, rebuild, subterms

Budget = Literal["tiny", "small", "normal", "large"]

CHECKS: dict[str, int] = {"tiny": 500, "small": 20_000, "normal": 200_000, "large": 10_000_000}
"""Function checks of a budget: one check is one proposition evaluated on one function."""

#: what batches are drawn from, repeated entries more often
DIMENSIONS = (1, 2, 3, 1, 5, 2, 8)
CONDITIONINGS = (10.0, 1.0, 2.0, 100.0, 4.0, 1000.0)
_ORDER = ("diagonal_quadratic", "constant", "sine_bumps", "logistic", "worst_quadratic")
KINDS = (*_ORDER, *(kind for kind in FAMILY_KINDS if kind not in _ORDER))
_TRIED_ALONE = 3
_LARGEST_BATCH = 1024


@dataclass(frozen=True)
class Step:
    """A step of a proof: ``conclusion`` follows from ``hypotheses``.

    Variables that the statement does not have are arbitrary: they get many values.
    """

    label: str
    hypotheses: tuple[Term, ...]
    conclusion: Term


@dataclass
class ItemReport:
    """What became of one claim or step.

    ``kind`` is claim or step; ``functions`` counts the rows on which its hypotheses certainly hold
    and it could be evaluated; ``exercised`` says whether there were any; ``worst`` is the least
    relative slack (right - left)/(|left| + |right|) seen, from 0, equality up to rounding, to 1
    (None when there was no finite one); ``violations`` counts the failing rows of the
    batch in which the item first failed, one of them confirmed alone; ``note`` says why an item
    could not be evaluated.
    """

    label: str
    kind: str
    functions: int = 0
    exercised: bool = False
    worst: float | None = None
    violations: int = 0
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return asdict(self)


@dataclass
class StressReport:
    """The result of a stress test: an item for the claim, then one per step, in order.

    ``checks`` is the number of function checks, ``functions`` the number of functions drawn,
    ``complete`` False when a deadline cut the test short.
    """

    items: list[ItemReport]
    budget: str
    seed: int
    checks: int = 0
    functions: int = 0
    complete: bool = True
    counterexamples: list[Counterexample] = field(default_factory=list)

    @property
    def counterexample(self) -> Counterexample | None:
        """The first counterexample found."""
        return self.counterexamples[0] if self.counterexamples else None

    @property
    def passed(self) -> bool:
        """Whether nothing was found false."""
        return not self.counterexamples

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data: lists, dicts, strings and numbers."""
        found = self.counterexample
        return {
            "items": [item.to_json() for item in self.items],
            "budget": self.budget,
            "seed": self.seed,
            "checks": self.checks,
            "functions": self.functions,
            "complete": self.complete,
            "counterexample": None if found is None else found.to_json(),
            "counterexamples": [c.to_json() for c in self.counterexamples],
        }


@dataclass
class Item:
    """A proposition to evaluate where what is ``given`` certainly holds, and its report."""

    report: ItemReport
    given: tuple[Term, ...]
    proposition: Term


def stress_test(
    statement: Statement,
    steps: Sequence[Step] = (),
    *,
    budget: Budget = "normal",
    seed: int = 0,
    deadline: float | None = None,
    families: Sequence[FamilyKind] = (),
) -> StressReport:
    """Evaluate the claim and the steps on random functions that satisfy the hypotheses.

    Arguments: ``budget``, how many function checks in all (see ``CHECKS``); ``seed`` >= 0, the same
    seed gives the same report; ``deadline``, seconds after which no further batch is begun, for
    which the same report is not promised; ``families``, kinds of functions of your own to draw from
    as well.  Raises ValueError for an unknown budget.
    """
    return _run(statement, steps, budget, seed, deadline, families, first_only=False)


def refute(
    statement: Statement,
    seed: int = 0,
    budget: Budget = "normal",
    families: Sequence[FamilyKind] = (),
) -> Counterexample | None:
    """Return the first counterexample to the claim, made simple; None when none is found.

    Arguments as for :func:`stress_test`.
    """
    return _run(statement, (), budget, seed, None, families, first_only=True).counterexample


def find_model(
    statement: Statement, seed: int = 0, families: Sequence[FamilyKind] = ()
) -> Witness | None:
    """Return functions and numbers that certainly satisfy all hypotheses; None if none is found.

    Functions that are not constant are tried first; ``families`` as for :func:`stress_test`.
    """
    return consistency(statement, seed, families)[0]


def consistency(
    statement: Statement, seed: int = 0, families: Sequence[FamilyKind] = ()
) -> tuple[Witness | None, str]:
    """Return a model of all hypotheses, or None, and what that says of the hypotheses, in words.

    "Possibly vacuous" is said only of hypotheses each of which the laboratory can decide; no
    hypotheses never contradict each other.  ``families`` as for :func:`stress_test`.
    """
    found, words = _model_of(statement, seed, families)
    if statement.hypotheses:
        return found, words
    return found or Witness({}, {}, {}, {}, {}, ""), NO_HYPOTHESES


def _model_of(
    statement: Statement, seed: int, families: Sequence[FamilyKind]
) -> tuple[Witness | None, str]:
    statement = with_gradients(statement)
    hypotheses = tuple(h for _, h in statement.hypotheses)
    try:
        plan = Plan.of(hypotheses, (statement.claim,))
    except NotEvaluated as error:
        return None, f"not exercised: {error}"
    kinds = kinds_of(plan, families)
    kinds = (*(k for k in kinds if k != "constant"), *(k for k in kinds if k == "constant"))
    doubtful = dict.fromkeys(plan.parts, True)
    turns = 2 if plan.functions else 4 if plan.systems else 12
    tried = [*kinds * turns, "constant"] if plan.functions else kinds * turns
    for number, kind in enumerate(tried):
        rng = np.random.default_rng([seed, 1, number])
        dimension = 2 if number < len(kinds) else 1
        if not plan.functions:
            dimension = (2, 1, 3, 4)[number % 4]
        elif number == len(kinds) * turns:
            dimension = 0  # some hypotheses hold in the space {0} alone
        try:
            proposal = draw(plan, rng, kind, dimension, 4.0, 64, 8)
            model = realise(plan, proposal)
        except NotEvaluated as error:
            return None, f"not exercised: {error}"
        rows = np.ones(model.batch, dtype=bool)
        for h in hypotheses:
            rows &= certify(model, h)
        for part in plan.parts:
            doubtful[part] &= not _is_decided(model, part)
        lively = rows & ~_constant_rows(proposal)
        chosen = np.flatnonzero(lively if lively.any() else rows)
        if chosen.size and (lively.any() or number >= len(kinds) - 1):
            return witness(statement, plan, proposal.take([int(chosen[0])])), "a model found"
    undecided = [part for part, doubt in doubtful.items() if doubt]
    if undecided:
        named = [name for name, h in statement.hypotheses if {*conjuncts(h)} & {*undecided}]
        several = "hypotheses" if len(named) > 1 else "hypothesis"
        words = f"the laboratory does not decide the {several} {', '.join(named)}"
        return None, f"not exercised: {words}"
    return None, "no model found: possibly vacuous"


def _is_decided(model: Model, part: Term) -> bool:
    """Say whether a hypothesis is certainly true on some row, or certainly false on all."""
    if certify(model, part).any():
        return True
    quantified = any(t.op in ("all", "ex") for t in subterms(unfold_all(part)))
    if quantified and (part.op != "def" or part.data not in DECIDERS):
        return False
    known = model.facts.pop(part, None)  # a fact says nothing of the rows on which it fails
    try:
        return bool((model.truth(part)[1] < 0).all())
    except NotEvaluated:
        return False
    finally:
        if known is not None:
            model.facts[part] = known


def _constant_rows(proposal: Assignment) -> Mask:
    rows = np.zeros(proposal.batch, dtype=bool)
    for family in proposal.families.values():
        rows |= family.constants.constant
    return rows


def _run(
    statement: Statement,
    steps: Sequence[Step],
    budget: str,
    seed: int,
    deadline: float | None,
    families: Sequence[FamilyKind],
    first_only: bool,
) -> StressReport:
    if budget not in CHECKS:
        raise ValueError(f"the budgets are {', '.join(CHECKS)}, not {budget!r}")
    start = time.monotonic()
    items = items_of(statement, steps)
    statement = opened(statement)
    hypotheses = tuple(h for _, h in statement.hypotheses)
    items[0] = Item(items[0].report, hypotheses, statement.claim)
    report = StressReport([item.report for item in items], budget, seed)
    try:
        plan = Plan.of(hypotheses, tuple(p for i in items for p in (*i.given, i.proposition)))
    except NotEvaluated as error:
        for item in items:
            item.report.note = str(error)
        return report
    active = list(items)
    wanted = max(CHECKS["tiny"], CHECKS[budget] // _effort(items))
    shares = 2 * len(kinds_of(plan)) * len(items)
    batch = int(np.clip(wanted // shares, 64, _LARGEST_BATCH))
    for number, kind, trivial in _schedule(plan, wanted, batch, report, families):
        if not active or report.checks >= wanted:
            break
        if deadline is not None and time.monotonic() - start > deadline:
            report.complete = False
            break
        rng = np.random.default_rng([seed, 0, number])
        dimension = 0 if trivial else int(rng.choice(DIMENSIONS))
        conditioning = float(rng.choice(CONDITIONINGS))
        iterations = 60 if number % 8 == 7 else 20
        try:
            proposal = draw(plan, rng, kind, dimension, conditioning, batch, iterations)
            model = realise(plan, proposal)
        except NotEvaluated as error:
            for item in active:
                item.report.note = str(error)
            break
        report.functions += batch
        for item in list(active):
            found = examine(item, model, proposal, hypotheses, report)
            if found is not None:
                active.remove(item)
                report.counterexamples.append(describe(statement, item.report.label, found))
                if first_only:
                    return report
            elif item.report.note:
                active.remove(item)
    return report


def _by_constants(t: Term) -> bool:
    """Say whether a proposition is decided by the constants of a function, without samples."""
    return t.op == "def" and t.data in FUNCTION_CLASSES


def _effort(items: Sequence[Item]) -> int:
    """Return how many times more a check of these propositions takes than a usual one, about.

    Quantifiers and sums inside each other multiply the samples; so the same budget is less checks.
    """
    most, nodes = 0, 0
    for item in items:
        depth: dict[int, int] = {}
        plain = rebuild(item.proposition, lambda t, _: FALSE if _by_constants(t) else None)
        for t in subterms(unfold_all(plain)):
            inside = max((depth[id(arg)] for arg in t.args), default=0)
            outermost = t.op in ("all", "ex", "sum") and (not t.args or t.args[0].op != t.op)
            depth[id(t)] = inside + outermost
            most, nodes = max(most, depth[id(t)]), nodes + 1
    return int(4 ** max(0, most - 2)) * max(1, nodes // 1_000)


def _schedule(
    plan: Plan, wanted: int, batch: int, report: StressReport, families: Sequence[FamilyKind]
) -> Iterator[tuple[int, str | FamilyKind, bool]]:
    """Yield (number, kind, False) of batches; a kind that twice gave no check comes rarely then.

    Where nothing was exercised a last one is in the space of dimension 0: its third entry is True.
    """
    kinds = kinds_of(plan, families)
    barren = dict.fromkeys(kinds, 0)
    limit = 4 * len(kinds) + 2 * wanted // batch
    number = 0
    for turn in range(limit):
        kind = kinds[turn % len(kinds)]
        if barren[kind] >= 2 and turn // len(kinds) % 16:
            continue
        if turn >= 6 * len(kinds) and min(barren.values()) >= 2:
            break
        if number and report.functions >= 2 * wanted:
            break
        before = report.checks
        yield number, kind, False
        number += 1
        barren[kind] = barren[kind] + 1 if report.checks == before else 0
    if plan.functions and not report.items[0].exercised:
        yield number, "constant", True


def kinds_of(plan: Plan, families: Sequence[FamilyKind] = ()) -> tuple[str | FamilyKind, ...]:
    """Return the kinds of functions, or of maps between spaces, that a plan's models are of.

    Those of a user come after the first of the catalogue; kinds that a hypothesis excludes are left
    out.
    """
    if plan.functions:
        possible = possible_kinds(plan, plan.functions[0])
        kinds = [kind for kind in KINDS if kind in possible]
        return (*kinds[:1], *families, *kinds[1:])
    if has_operators(plan):
        return (OPERATOR, *SYSTEM_KINDS)
    return SYSTEM_KINDS if plan.systems else KINDS[:1]


def items_of(statement: Statement, steps: Sequence[Step] = ()) -> list[Item]:
    """Return the claim, then the steps, each with the hypotheses of the statement it rests on."""
    hypotheses = tuple(h for _, h in statement.hypotheses)
    own = set(statement.variables())
    items = [Item(ItemReport("claim", "claim"), hypotheses, statement.claim)]
    for step in steps:
        given = tuple(h for h in step.hypotheses if own.issuperset(free_variables(h)))
        proposition = step.conclusion
        for h in reversed([h for h in step.hypotheses if h not in given]):
            proposition = make("imp", (h, proposition))
        for v in reversed([v for v in free_variables(proposition) if v not in own]):
            proposition = bind("all", v, proposition)
        items.append(Item(ItemReport(step.label, "step"), given, proposition))
    return items


def examine(
    item: Item,
    model: Model,
    proposal: Assignment,
    hypotheses: tuple[Term, ...],
    report: StressReport,
) -> Case | None:
    """Evaluate one item on a batch; return a confirmed failing case, shrunk."""
    rows = np.ones(model.batch, dtype=bool)
    for h in item.given:
        rows &= certify(model, h)
        if not rows.any():
            return None
    slack = screened(model, item.proposition)
    if slack is not None:  # most rows need no error bounds
        settled, rest = closer(slack, rows)
        if settled.any():
            _count(item.report, report, settled, slack)
        if not rest.any():
            return None
        model, proposal, rows = narrowed(model, proposal, rest)
    try:
        low, high = model.truth(item.proposition)
    except NotEvaluated as error:
        if not item.report.exercised:  # else it is these functions that lack something
            item.report.note = str(error)
        return None
    tested = rows & ((high < np.inf) | (low >= 0))
    if (rows & ~tested).any():  # what is said to exist was found for every sample
        seen = model.tried(item.proposition)
        tested |= rows & (seen >= 0) & (seen < np.inf)
    _count(item.report, report, tested, high)
    failing = np.flatnonzero(tested & (high < 0))
    whole = Case(hypotheses, item.given, item.proposition, proposal)
    for row in failing[:_TRIED_ALONE].tolist():
        case = extract(whole, model, row)
        if case is not None and recheck(case).kind:
            item.report.violations = len(failing)
            simple = shrink(case)
            return simple if recheck(simple).kind == recheck(case).kind else case
    return None


def _count(item: ItemReport, report: StressReport, tested: Mask, high: Floats) -> None:
    """Add the tested rows, with their slacks, to what is reported."""
    count = int(tested.sum())
    item.functions += count
    item.exercised |= count > 0
    report.checks += count
    fine = tested & (high >= 0) & (high < np.inf)
    if fine.any():
        least = float(f"{max(0.0, min(1.0, float(high[fine].min()))):.3g}")
        item.worst = least if item.worst is None else min(item.worst, least)


__all__ = [
    "CHECKS",
    "Counterexample",
    "ItemReport",
    "Step",
    "StressReport",
    "Witness",
    "find_model",
    "refute",
    "stress_test",
]
