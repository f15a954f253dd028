"""What a transcript is made of: plain dataclasses, documented in the transcript module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from plproof.language.printing import LATEX, UNICODE, Style, show
from plproof.language.statement import Statement
from plproof.language.terms import Term

SCHEMA = "plproof-transcript/1"


@dataclass(frozen=True)
class Styles:
    """How formulas are written, as text and as LaTeX."""

    text: Style = UNICODE
    latex: Style = LATEX

    @classmethod
    def beside(cls, statement: Statement) -> Styles:
        """Return how formulas are written that stand beside a statement."""
        terms = [*(h for _, h in statement.hypotheses), statement.claim]
        return cls(UNICODE.among(terms), LATEX.among(terms))


PLAIN = Styles()


@dataclass(frozen=True)
class Formula:
    """A piece of mathematics, or of words with mathematics, as text and as LaTeX."""

    text: str
    latex: str

    @classmethod
    def of(cls, t: Term, styles: Styles = PLAIN) -> Formula:
        """Return a term as a formula."""
        return cls(show(t, styles.text), show(t, styles.latex))


@dataclass(frozen=True)
class Named:
    """A formula with a name (of a hypothesis, a definition) and with words, if it has any."""

    name: str
    formula: Formula
    words: Formula | None = None


@dataclass(frozen=True)
class Cited:
    """An axiom: its name, what it says, and where its proof can be read."""

    name: str
    formula: Formula | None
    source: str


@dataclass(frozen=True)
class Opening:
    """How a block opens: its words, what is assumed in it if anything, and what that is called."""

    words: str
    formula: Formula | None = None
    label: str = ""


@dataclass(frozen=True)
class Figures:
    """What the laboratory did with a step; ``functions`` is 0 when it was not exercised."""

    functions: int
    worst: float | None = None
    violations: int = 0


@dataclass(frozen=True)
class Line:
    """One line of a proof; see the transcript module."""

    number: str
    depth: int
    kind: str
    label: str = ""
    formula: Formula | None = None
    is_claim: bool = False
    opens: tuple[Opening, ...] = ()
    why: str = ""
    also: str = ""
    certificate: Formula | None = None
    tests: Figures | None = None
    outline: tuple[int, ...] = ()


@dataclass(frozen=True)
class Stress:
    """What the laboratory did with a statement and its proof; see the transcript module."""

    functions: int | None = None
    claim: int = 0
    exercised: int = 0
    steps: int = 0
    least: int = 0
    worst: float | None = None
    counterexample: str = ""


@dataclass(frozen=True)
class Value:
    """A variable and its value in a counterexample, ``coordinates`` the same in symbols or ""."""

    variable: Formula
    value: Formula
    coordinates: str


@dataclass(frozen=True)
class Evidence:
    """A theorem object that leaves out a hypothesis: its name, its replayed outcome, its note.

    ``when`` is what it assumes in the hypothesis's place, ``trusted`` the axioms and oracles.
    """

    name: str
    outcome: str
    note: str
    when: tuple[Formula, ...]
    trusted: tuple[str, ...]


@dataclass(frozen=True)
class Need:
    """A hypothesis, whether it is needed, and what shows it; see the transcript module."""

    hypothesis: str
    status: str
    shown_by: tuple[Evidence, ...]


@dataclass(frozen=True)
class Transcript:
    """A checked theorem as plain data; the transcript module says what each field is."""

    name: str
    kind: str
    title: str
    file: str
    line: int
    source: str
    note: str
    expected: str
    outcome: str
    verdict: str
    objects: tuple[str, ...] = ()
    hypotheses: tuple[Named, ...] = ()
    claim: Named | None = None
    definitions: tuple[Named, ...] = ()
    steps: tuple[Line, ...] = ()
    definedness: tuple[Formula, ...] = ()
    axioms: tuple[Cited, ...] = ()
    oracles: tuple[str, ...] = ()
    admits: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    omits: Mapping[str, str] | None = None
    needs: tuple[Need, ...] = ()
    counterexample: tuple[Value, ...] = ()
    spaces: tuple[str, ...] = ()
    repaired: tuple[Mapping[str, str], ...] = ()
    consistency: str = ""
    witness: str = ""
    stress: Stress | None = None
    failure: Mapping[str, Any] | None = None
    remarks: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the transcript as a JSON object."""
        return {"schema": SCHEMA, **_plain(asdict(self))}


def _plain(value: Any) -> Any:
    """Return data with lists for tuples, so that it equals itself read back."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value
