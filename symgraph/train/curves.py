"""Curves of a training: the values of metrics, batch by batch, drawn by Matplotlib (optional)."""

from __future__ import annotations

import importlib.util
import io
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

from symgraph.errors import MXNetError, counted
from symgraph.runtime.atomic import write_atomically
from symgraph.runtime.optional import missing

COLOURS = ("#0072b2", "#b34700")
"""Training and validation: blue and a dark orange, which colour-blind readers tell apart; so do line and markers."""

_SETTINGS: Any = {"svg.fonttype": "none", "svg.hashsalt": "symgraph"}


class LossPlot:
    """A callback that collects the metrics of a training and draws their curves; a notebook shows it inline.

    To be called after batches and, as `validation`, after evaluations::

        plot = mx.callback.LossPlot()
        module.fit(data, eval_data, batch_end_callback=plot, eval_end_callback=plot.validation, ...)
        plot.save("curves.svg")

    A value is what the metric tells then, which for most metrics is the mean over the epoch so far. MXNet has no such callback.

    Attributes:
        training, validation_points: batches so far and values, by the name of the metric.
    """

    def __init__(self) -> None:
        if importlib.util.find_spec("matplotlib") is None:
            raise missing("LossPlot: to draw curves", "Matplotlib", "matplotlib")
        self.training: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self.validation_points: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._epochs: list[int] = []
        self._batches = 0

    def __call__(self, param: Any) -> None:
        """Note the values after a batch of training."""
        if param.nbatch == 0:
            self._epochs.append(self._batches)
        self._batches += 1
        self._note(self.training, param)

    def validation(self, param: Any) -> None:
        """Note the values after an evaluation."""
        self._note(self.validation_points, param)

    def _note(self, points: dict[str, list[tuple[int, float]]], param: Any) -> None:
        for name, value in param.eval_metric.get_name_value() if param.eval_metric else ():
            points[name].append((self._batches, float(value)))

    def figure(self) -> Any:
        """The curves as a ``matplotlib.figure.Figure``, one below the other where there are several metrics."""
        from matplotlib.figure import Figure

        names = list(dict.fromkeys([*self.training, *self.validation_points])) or [""]
        figure = Figure(figsize=(7, 2.6 * len(names)), layout="constrained", facecolor="white")
        for axes, name in zip(figure.subplots(len(names), 1, squeeze=False)[:, 0], names, strict=True):
            for epoch in self._epochs[1:]:
                axes.axvline(epoch, color="#cccccc", linewidth=0.8, zorder=0)
            series = (("training", self.training, "-", ""), ("validation", self.validation_points, "--", "o"))
            for colour, (label, points, line, marker) in zip(COLOURS, series, strict=True):
                if points[name]:
                    axes.plot(*zip(*points[name], strict=True), line, color=colour, marker=marker, label=label)
            axes.set_ylabel(name)
            if axes.lines:
                axes.legend(*axes.get_legend_handles_labels())
        axes.set_xlabel("batches (a grey line begins an epoch)")
        return figure

    def save(self, path: str | os.PathLike) -> None:
        """Write the curves into a file, in the format that its name ends with, such as ``.svg`` or ``.png``."""
        write_atomically(Path(path), self._drawn(Path(path).suffix[1:] or "png"), "LossPlot.save")

    def _drawn(self, kind: str) -> bytes:
        import matplotlib

        file = io.BytesIO()
        with matplotlib.rc_context(_SETTINGS):
            try:
                self.figure().savefig(file, format=kind, metadata={"Date": None} if kind == "svg" else None)
            except ValueError as error:
                raise MXNetError(f"LossPlot.save: {error}") from None
        return file.getvalue()

    def _repr_svg_(self) -> str:
        return self._drawn("svg").decode()

    def __repr__(self) -> str:
        return f"<LossPlot: {counted(self._batches, 'batch', 'batches')} of {counted(len(self._epochs), 'epoch')}>"
