"""Plots as SVG, the same bytes for the same data; matplotlib, an extra, is needed to draw them."""

from __future__ import annotations

import io
from importlib.util import find_spec
from typing import Any

from plproof.laboratory.envelope import Envelope


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
    require_plots()
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    style = {"svg.hashsalt": "plproof", "svg.fonttype": "none", "font.size": 10}
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(6.4, 4.0), layout="constrained")
        FigureCanvasSVG(figure)
        _draw(figure.add_subplot(), envelope)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _draw(axes: Any, envelope: Envelope) -> None:
    positive = [y if y > 0 else float("nan") for y in envelope.observed]
    held = ", ".join(f"{name} = {value:g}" for name, value in envelope.numbers.items())
    axes.plot(envelope.places, envelope.bound, color="#b03030", label="bound")
    if envelope.indexed:
        marked = {"marker": "o", "markersize": 3, "linestyle": "none"}
        axes.plot(envelope.places, positive, color="#2050a0", label="largest observed", **marked)
        axes.set_xlabel("k")
        axes.set_ylabel("relative to the bound at k = 0")
    else:
        axes.plot(envelope.places, positive, color="#2050a0", label="observed")
        axes.set_xlabel("share of the functions tried")
        axes.set_ylabel("left side / right side")
    axes.set_yscale("log")
    axes.set_title(envelope.title + (f"\n{held}" if held else ""), fontsize=10)
    axes.grid(True, which="major", linewidth=0.4, color="#cccccc")
    axes.legend(frameon=False)
