"""What `fit` says when a training goes wrong, beside what it does in any case: values that are not finite, an interrupt."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from numbers import Real
from typing import Any

import numpy as np

from symgraph.errors import listed


@contextmanager
def told_of_interrupt(logger: logging.Logger, epoch: int, is_trained: bool = False) -> Iterator[None]:
    """In this context an interrupt (Ctrl-C) tells, before it goes on its way, how to keep what was learnt: of a part of the
    epoch or, if its training is done, of all of it."""
    try:
        yield
    except KeyboardInterrupt:
        where = " after its last batch" if is_trained else ""
        learnt = "of the whole epoch" if is_trained else "after the last whole batch"
        done = epoch + is_trained
        logger.warning(
            "Epoch[%d] interrupted%s. Parameters are those %s: save_checkpoint('interrupted', %d, save_optimizer_states=True) "
            "keeps them, beside the files of whole epochs; train_data.reset() and fit(..., begin_epoch=%d) go on from there.",
            epoch,
            where,
            learnt,
            done,
            done,
        )
        raise


_CAUSES = (
    "Usual causes: NaN in the data; a learning rate that is too high; log, sqrt or a division at 0 in the network. Lower "
    "learning_rate, or bound steps by clip_gradient; fit(monitor=mx.mon.Monitor(1)) shows which layer has them first."
)


class Finiteness:
    """Looks at parameters and metrics after each epoch, and warns the first time that some are not finite: metrics such as the
    accuracy do not show that parameters are not, parameters not that a loss is not, and nothing that follows can mend it."""

    def __init__(self, logger: logging.Logger):
        self._logger = logger
        self._is_told = False

    def look(self, epoch: int, params: Mapping[str, Any], metrics: Iterable[tuple[str, Any]]) -> None:
        """Look at the parameters after an epoch, and at names and values of its metrics."""
        if self._is_told:
            return
        spoilt = [name for name, array in params.items() if not np.isfinite(array.asnumpy()).all()]
        if spoilt:
            self._is_told = True
            self._logger.warning(
                "Epoch[%d] left NaN or infinity in %s, so that all further results are of no use. %s",
                epoch,
                listed(spoilt, 4),
                _CAUSES,
            )
            return
        unclear = [f"{name}={value}" for name, value in metrics if isinstance(value, Real) and not math.isfinite(value)]
        if unclear:
            self._is_told = True
            self._logger.warning(
                "Epoch[%d] ended with Train-%s, while all parameters are finite: NaN or infinity is in the outputs or the "
                "labels, or the metric counted nothing. %s",
                epoch,
                listed(unclear, 4),
                _CAUSES,
            )
