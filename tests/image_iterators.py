"""Iterators over the files of `tests.golden.record_images`, in the present folder, and what they give."""

from __future__ import annotations

import numpy as np

import symgraph as mx


def flat(**given):
    return mx.io.ImageRecordIter(
        **{"path_imgrec": "flat.rec", "data_shape": (3, 4, 4), "batch_size": 4, "verbose": False, **given}
    )


def various(**given):
    return flat(**{"path_imgrec": "various.rec", "data_shape": (3, 8, 8), "batch_size": 6, **given})


def labels(batches):
    return [int(label) for batch in batches for label in batch.label[0].asnumpy()]


def images(batches):
    return np.concatenate([batch.data[0].asnumpy() for batch in batches])
