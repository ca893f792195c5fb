"""Figures of a report, as SVG, PNG or PDF by the name of the file. Needs Matplotlib: ``pip install matplotlib``."""

from __future__ import annotations

import importlib.util
import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FORMATS = (".svg", ".png", ".pdf")


@dataclass(frozen=True)
class Bars:
    """A group of bars per row, a colour per series.

    Attributes:
        values: as many values as rows, by series; ``None`` where there is none.
        reference: where a line is drawn; may be left out.
    """

    title: str
    rows: Sequence[str]
    values: Mapping[str, Sequence[float | None]]
    reference: float | None = None

    def draw(self, axes: Any) -> None:
        """Into Matplotlib axes."""
        thick = 0.8 / max(len(self.values), 1)
        for k, (label, values) in enumerate(self.values.items()):
            places = [i + (k - (len(self.values) - 1) / 2) * thick for i in range(len(self.rows))]
            axes.barh(places, [0 if value is None else value for value in values], thick, label=label)
        axes.set_yticks(range(len(self.rows)), self.rows)
        axes.invert_yaxis()
        if self.reference is not None:
            axes.axvline(self.reference, color="black", linewidth=1)

    def height(self) -> float:
        """In inches."""
        return 1 + 0.15 * len(self.rows) * (len(self.values) + 1)


@dataclass(frozen=True)
class Curves:
    """Costs against a size, on logarithmic axes, by series."""

    title: str
    size: str
    lines: Mapping[str, Sequence[tuple[float, float]]]

    def draw(self, axes: Any) -> None:
        """Into Matplotlib axes."""
        for label, points in self.lines.items():
            axes.plot(*zip(*points, strict=True), marker="o", label=label)
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        axes.set_xlabel(self.size)

    def height(self) -> float:
        """In inches."""
        return 3.5


Figure = Bars | Curves


def problem_with(path: pathlib.Path) -> str:
    """Why nothing can be drawn into that file; empty if it can."""
    if path.suffix not in FORMATS:
        return f"the name must end in one of {', '.join(FORMATS)}, which decides the format"
    if importlib.util.find_spec("matplotlib") is None:
        return "plots need Matplotlib, which is not installed: pip install matplotlib"
    return ""


def draw(figures: Sequence[Figure], path: pathlib.Path) -> None:
    """Write all figures into one file, one below the other."""
    from matplotlib.figure import Figure as Canvas

    heights = [figure.height() for figure in figures]
    canvas = Canvas(figsize=(9, sum(heights)), layout="constrained")
    grid = canvas.subplots(len(figures), 1, squeeze=False, height_ratios=heights)
    for axes, figure in zip(grid[:, 0], figures, strict=True):
        figure.draw(axes)
        axes.set_title(figure.title)
        axes.legend()
    canvas.savefig(path)
