"""What `fit` says when a training goes wrong, beside what it does in any case: values that are not finite, an interrupt."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from symgraph.errors import listed


@contextmanager
def told_of_interrupt(logger: logging.Logger, epoch: int) -> Iterator[None]:
    """In this context an interrupt (Ctrl-C) tells, before it goes on its way, how to keep what was learnt."""
    try:
        yield
    except KeyboardInterrupt:
        logger.warning(
            "Epoch[%d] interrupted. Parameters are those after the last whole batch: save_checkpoint(prefix, %d) keeps them; "
            "train_data.reset() and fit(..., begin_epoch=%d) go on from there.",
            epoch,
            epoch,
            epoch,
        )
        raise


class Finiteness:
    """Looks at parameters after each epoch, and warns the first time that some are not finite: metrics such as the accuracy do
    not show it, and nothing that follows can mend it."""

    def __init__(self, logger: logging.Logger):
        self._logger = logger
        self._is_told = False

    def look(self, epoch: int, params: Mapping[str, Any]) -> None:
        """Look at the parameters after an epoch."""
        if self._is_told:
            return
        spoilt = [name for name, array in params.items() if not np.isfinite(array.asnumpy()).all()]
        if spoilt:
            self._is_told = True
            self._logger.warning(
                "Epoch[%d] left NaN or infinity in %s, so that all further results are of no use. Usual causes: NaN in the "
                "data; a learning rate that is too high; log, sqrt or a division at 0 in the network. Lower learning_rate, or "
                "bound steps by clip_gradient; fit(monitor=mx.mon.Monitor(1)) shows which layer has them first.",
                epoch,
                listed(spoilt, 4),
            )
