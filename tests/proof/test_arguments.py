"""Arguments of the wrong kind are refused in words, at the author's line, and right ones never."""

import inspect

import pytest

import plproof
from plproof import (
    SEGMENT,
    Function,
    LanguageError,
    Lemma,
    Proof,
    ProofError,
    Real,
    Smooth,
    Source,
    Space,
    Theorem,
    Vector,
    check,
    searched,
    show,
    to_ascii,
    to_latex,
)
from plproof.proof.arguments import _KINDS, described
from plproof.proof.tools import Tools

E = Space("E")
f, x, a = Function("f", E), Vector("x", E), Real("a")
lemma = Lemma("A number", given=dict(pos=a > 0), claim=a >= 0)
STEPS = {
    name: method
    for cls in (Tools, Proof)
    for name, method in vars(cls).items()
    if not name.startswith("_") and inspect.isfunction(method)
}


def wrong():
    """Return a proof and what authors hand over in another thing's place."""
    p = Proof("claim", {"pos": a > 0}, a >= 0)
    values = [lemma, a > 0, x, f, p.pos, 0.5, None, "text", E, Smooth, [a], {}, 1, SEGMENT]
    return p, values


def asked_of(method):
    parameters = list(inspect.signature(method).parameters.values())[1:]
    return [q for q in parameters if q.annotation in _KINDS]


@pytest.mark.parametrize("name", [n for n, method in STEPS.items() if asked_of(method)])
def test_a_step_refuses_what_is_of_another_kind_by_name(name):
    p, values = wrong()
    for parameter in asked_of(STEPS[name]):
        fits, kind = _KINDS[parameter.annotation]
        start = [a] if name == "calc" and parameter.name == "links" else []
        for value in values:
            if fits(value):
                continue
            several = parameter.kind is parameter.VAR_POSITIONAL
            with pytest.raises(ProofError, match=f"{parameter.name} is to be") as error:
                step = getattr(p, name)
                step(*start, value) if several else step(**{parameter.name: value})
            assert kind in error.value.message and described(value) in error.value.message
            assert error.value.place.file == __file__


def test_what_belongs_in_the_place_of_a_term_is_named():
    p, _ = wrong()
    with pytest.raises(ProofError, match=r"prove it first, fact = p\.have"):
        p.successor(a > 0)
    with pytest.raises(ProofError, match=r"p\.use\(lemma\) is a fact"):
        p.successor(lemma)
    with pytest.raises(ProofError, match="prove it first"):
        p.have(a >= 0, by=[a > 0])
    with pytest.raises(ProofError, match=r"what it says, a term, is lemma\.claim"):
        p.have(lemma)
    with pytest.raises(ProofError, match=r"mapsto\(x, …\)"):
        p.differentiate(f, x)


def test_reasons_of_every_kind_are_taken():
    p, _ = wrong()
    for by in (p.pos, (p.pos,), [2 * p.pos], lambda: [p.pos], iter([p.pos]), []):
        assert p.have(2 * a >= 0, by=by).claim == (2 * a >= 0)


@pytest.mark.parametrize(
    "arguments",
    [
        dict(title=a > 0),
        dict(title=None),
        dict(claim=lemma),
        dict(claim="a > 0"),
        dict(given=dict(pos=lemma)),
        dict(given=dict(smooth=Smooth)),
        dict(source="My notes"),
        dict(note=a),
        dict(repaired=E, expect="refuted"),
        dict(repaired=[a], expect="refuted"),
    ],
    ids=lambda arguments: next(iter(arguments)),
)
def test_a_theorem_says_which_argument_is_of_the_wrong_kind(arguments):
    title = arguments.pop("title", "A title")
    with pytest.raises(LanguageError, match=r"is to be|the title is"):
        Theorem(title, **{"claim": a >= 0, **arguments})


def test_what_else_is_public_refuses_in_words():
    for wrong_ in wrong()[1]:
        if wrong_ is not lemma:
            with pytest.raises(LanguageError, match="is to be a theorem object"):
                check(wrong_)
        if wrong_ is not f and wrong_ is not x and not isinstance(wrong_, type(a)):
            for shown in (show, to_ascii, to_latex):
                with pytest.raises(LanguageError, match="is no term"):
                    shown(wrong_)
        if not (callable(wrong_) and not isinstance(wrong_, (type(a), type(Smooth)))):
            with pytest.raises(LanguageError, match="takes a function of p"):
                lemma.proof(wrong_)
        if not isinstance(wrong_, list):
            with pytest.raises(LanguageError, match=r"points=|points is to be"):
                searched(points=wrong_)
            with pytest.raises(LanguageError, match=r"using=|not named in it"):
                searched(using=wrong_)
        with pytest.raises(LanguageError):
            Proof("t", wrong_, a > 0) if wrong_ != {} else Proof("t", {}, lemma)
    with pytest.raises(LanguageError, match=r"show lemma\.claim"):
        show(lemma)
    with pytest.raises(LanguageError, match="there is no claim"):
        Lemma("No claim")
    with pytest.raises(LanguageError, match="budget"):
        check(lemma, budget=[])
    with pytest.raises(LanguageError, match="seed"):
        check(lemma, "none", seed=0.5)
    assert isinstance(Theorem("t", claim=a > 0, source=Source("t", "s", "l")).source, Source)
    assert plproof.show(lemma.claim) == "a ≥ 0"
