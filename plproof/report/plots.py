"""Plots as SVG, the same bytes for the same data; matplotlib, an extra, is needed to draw them."""

from __future__ import annotations

import io
from collections.abc import Callable
from importlib.util import find_spec
from textwrap import wrap
from typing import TYPE_CHECKING

from plproof.laboratory.testing.landscape import Landscape
from plproof.laboratory.worst_case.envelope import Envelope

if TYPE_CHECKING:  # an extra
    from matplotlib.figure import Figure

_BOUND, _SEEN = "#b03030", "#2050a0"


class NoPlots(Exception):
    """matplotlib is not there; the message says how to get it."""


def require_plots() -> None:
    """Raise NoPlots when matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        raise NoPlots("plots need matplotlib: pip install 'plproof[plot]'")


def envelope_svg(envelope: Envelope) -> str:
    """Return the SVG of an envelope: what is observed and the bound, on a logarithmic scale.

    Raises NoPlots without matplotlib.
    """
    return _svg(lambda figure: _draw_envelope(figure, envelope), (6.4, 4.2))


def landscape_svg(landscape: Landscape) -> str:
    """Return the SVG of a slice: level lines, the line on which it bends down, and its curvature.

    Raises NoPlots without matplotlib.
    """
    return _svg(lambda figure: _draw_landscape(figure, landscape), (10.5, 4.2))


def _svg(draw: Callable[[Figure], None], size: tuple[float, float]) -> str:
    require_plots()
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context(
        {"svg.hashsalt": "plproof", "svg.fonttype": "none", "font.size": 10}
    ):
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _draw_envelope(figure: Figure, envelope: Envelope) -> None:
    axes = figure.add_subplot()
    held = ", ".join(f"{name} = {float(value):g}" for name, value in envelope.numbers.items())
    places, bound = envelope.places, _positive(envelope.bound)
    if envelope.index:
        observed = _positive(envelope.observed)
        axes.plot(places, bound, color=_BOUND, label="the bound")
        axes.plot(places, observed, color=_SEEN, label="the largest observed", marker="o",
                  markersize=3.5, linestyle="none")  # fmt: skip
        axes.fill_between(places, observed, bound, color=_BOUND, alpha=0.08, linewidth=0)
        axes.set_xlabel(envelope.index)
        axes.set_ylabel(f"relative to the bound at {envelope.index} = {float(places[0]):g}")
        axes.set_yscale("log")
        axes.locator_params(axis="x", integer=True)
    else:
        axes.axhline(1.0, color=_BOUND, label="the bound: left side = right side")
        axes.plot(places, envelope.observed, color=_SEEN, label="observed")
        axes.set_xlim(0.0, 1.0)
        axes.set_xlabel("share of the functions tried, by their ratio")
        axes.set_ylabel("left side / right side")
        low = min(envelope.observed)
        if low < 0:
            axes.set_ylim(bottom=max(low, -1.0))
    axes.set_title(_wrapped(envelope.title) + (f"\n{held}" if held else ""), fontsize=9)
    axes.grid(True, which="major", linewidth=0.4, color="#cccccc")
    axes.legend(frameon=False)


def _draw_landscape(figure: Figure, landscape: Landscape) -> None:
    from matplotlib.ticker import MaxNLocator

    bent = landscape.bent
    figure.suptitle(
        f"{_wrapped(landscape.title)}\nL = {_wrapped(landscape.function)}, {landscape.model}",
        fontsize=9,
    )
    panels = figure.subplots(1, 2 if bent is None else 3)
    across = landscape.across
    axes = panels[0]
    top = max(max(row) for row in landscape.heights)
    low = min(min(row) for row in landscape.heights)
    # level lines crowd around the minimum, where the question is
    levels = [low + (top - low) * (i / 18.0) ** 2 for i in range(19)]
    if top > low:
        axes.contourf(across, across, landscape.heights, levels=levels, cmap="Blues")
        axes.contour(across, across, landscape.heights, levels=levels, colors="#6080a0",
                     linewidths=0.4)  # fmt: skip
    axes.plot([0.0], [0.0], marker="o", color="black", markersize=4)
    axes.annotate("w*", (0.0, 0.0), (4, 4), textcoords="offset points")
    if bent is not None:
        reach = max(across) - abs(bent)
        a, b = (0.35 * max(across) * c for c in landscape.direction)
        axes.plot([bent - a, bent + a], [-b, b], color=_BOUND, linewidth=2.0,
                  label="bends downwards" if reach >= 0 else None)  # fmt: skip
        if reach >= 0:
            axes.legend(loc="upper left", fontsize=8)
    axes.set_title("L − L(w*) on w* + s·v + t·u", fontsize=9)
    axes.set_xlabel("s")
    axes.set_ylabel("t")
    axes.set_xlim(min(across), max(across))
    axes.set_ylim(min(across), max(across))
    axes.set_aspect("equal")
    if bent is not None:
        axes = panels[1]
        axes.plot(across, landscape.profile, color=_BOUND)
        axes.axhline(0.0, color="black", linewidth=0.6)
        axes.set_title(f"L on the red line, at s = {bent:.3g}", fontsize=9)
        axes.set_xlabel("t in w* + s·v + t·z")
        axes.set_ylabel("less its tangent at t = 0")
    axes = panels[-1]
    curvature, places = landscape.curvature, landscape.places
    axes.plot(places, curvature, color=_SEEN)
    below = [min(c, 0.0) for c in curvature]
    axes.fill_between(places, below, 0.0, color=_BOUND, alpha=0.2, linewidth=0)
    axes.axhline(0.0, color="black", linewidth=0.6)
    axes.set_title("the smallest eigenvalue of ∇²L on w* + s·v", fontsize=9)
    axes.set_xlabel("s")
    for axes in panels:
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.tick_params(labelsize=8)


def _positive(values: tuple[float, ...]) -> list[float]:
    return [y if y > 0 else float("nan") for y in values]


def _wrapped(text: str) -> str:
    """Return text in lines; no mathematics of matplotlib's is read in it."""
    return "\n".join(wrap(text.replace("$", r"\$"), 90))
