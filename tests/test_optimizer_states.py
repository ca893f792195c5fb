"""States of optimizers in files: MXNet's are read here and ours in MXNet, and nothing else is."""

from __future__ import annotations

import collections
import pickle
import random
import re

import numpy as np
import pytest

import symgraph as mx
from tests.blocks import assert_equal, recorded
from tests.golden.record_states import CASES, FILES, PROTOCOLS, read, trained

RECORDED = recorded("states")


@pytest.mark.parametrize("suffix", ["", *(f"-{protocol}" for protocol in PROTOCOLS)])
@pytest.mark.parametrize("case", CASES)
def test_files_of_mxnet_are_read(case, suffix):
    assert_equal(read(mx, (FILES / f"{case}.mxnet{suffix}").read_bytes()), RECORDED[case]["mxnet"])


@pytest.mark.parametrize("case", CASES)
def test_mxnet_reads_our_files(case):
    """It has read what we read, and we still write the same."""
    data = (FILES / f"{case}.symgraph").read_bytes()
    assert_equal(read(mx, data), RECORDED[case]["symgraph"])
    assert_equal(RECORDED[case]["symgraph"], RECORDED[case]["mxnet"])
    updater = mx.optimizer.get_updater(mx.optimizer.SGD())
    updater.set_states(data)
    assert updater.get_states(CASES[case][2]) == data


@pytest.mark.parametrize("case", CASES)
def test_training_goes_on(case):
    updater = trained(mx, case)
    other = mx.optimizer.get_updater(CASES[case][0](mx))
    other.set_states(updater.get_states(dump_optimizer=True))
    dtype = CASES[case][1]
    weights = [mx.nd.ones((2, 2), dtype=dtype) for _ in range(2)]
    for each, weight in zip((updater, other), weights, strict=True):
        for index in (0, "fc_bias", 0):
            each(index, mx.nd.array([[0.5, -1], [2, 0]], dtype=dtype), weight)
    assert (weights[0].asnumpy() == weights[1].asnumpy()).all()


@pytest.mark.cpu  # to the bit
@pytest.mark.parametrize("case", [case for case, (_, _, with_optimizer) in CASES.items() if not with_optimizer])
def test_counts_come_behind_what_mxnet_reads(case):
    """It reads one pickle, as Python does, and not what follows."""
    data, alone = trained(mx, case).get_states(), (FILES / f"{case}.symgraph").read_bytes()
    assert data.startswith(alone)
    assert sorted(pickle.loads(data[len(alone) :])["counts"].values()) == [3, 3]
    for length in range(len(alone) + 1, len(data)):
        with pytest.raises(mx.MXNetError, match=r"^\d+ bytes are no states of an optimizer, or only a part of them: "):
            mx.optimizer.get_updater(mx.optimizer.SGD()).set_states(data[:length])


def network():
    hidden = mx.sym.Activation(
        mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc1"), act_type="tanh"
    )
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(hidden, num_hidden=3, name="fc2"), name="softmax")


def fitted(module, name, begin, end):
    labels = np.arange(24) % 3
    settings = {"learning_rate": 0.05, "lr_scheduler": mx.lr_scheduler.FactorScheduler(5, 0.8)}
    options = {"optimizer": name, "optimizer_params": settings, "initializer": mx.init.One()}
    module.fit(mx.io.NDArrayIter(np.eye(3, 5)[labels], labels, 8), begin_epoch=begin, num_epoch=end, **options)
    return module


@pytest.mark.parametrize("contexts", [1, 2])
@pytest.mark.parametrize("name", ["sgd", "adam", "nadam", "lbsgd"])
def test_a_training_that_goes_on_is_one_that_never_stopped(name, contexts, tmp_path):
    """With the counts, corrections of Adam and schedules go on where they were, without a word."""
    context, prefix = [mx.cpu(i) for i in range(contexts)], str(tmp_path / "net")
    whole = fitted(mx.mod.Module(network(), context=context), name, 0, 4)
    fitted(mx.mod.Module(network(), context=context), name, 0, 2).save_checkpoint(prefix, 2, save_optimizer_states=True)
    again = mx.mod.Module.load(prefix, 2, load_optimizer_states=True, context=context)
    for param, value in fitted(again, name, 2, 4).get_params()[0].items():
        assert (value.asnumpy() == whole.get_params()[0][param].asnumpy()).all()


def test_where_to_begin_may_be_told():
    updater = mx.optimizer.get_updater(mx.optimizer.SGD())
    updater(0, mx.nd.ones((2,)), mx.nd.ones((2,)))
    other = mx.optimizer.get_updater(mx.optimizer.SGD(begin_num_update=7))
    other.set_states(updater.get_states())
    assert other.optimizer.num_update == 7


def test_counts_of_another_optimizer():
    updater = mx.optimizer.get_updater(mx.optimizer.SGD())
    updater(0, mx.nd.ones((2,)), mx.nd.ones((2,)))
    with pytest.raises(mx.MXNetError) as caught:
        mx.optimizer.get_updater(mx.optimizer.Nadam()).set_states(updater.get_states())
    assert str(caught.value) == (
        "how far an optimizer was is told by counts, num_update, m_schedule, given {'counts': {0: 1}, 'num_update': 1} of type "
        "dict; it was saved with another optimizer."
    )


@mx.optimizer.register
class Counting(mx.optimizer.Optimizer):
    """Keeps more than arrays."""

    def create_state(self, index, weight):
        return {"history": [mx.nd.zeros(weight.shape)], "seen": collections.OrderedDict(), "mean": np.float32(0.5)}

    def update(self, index, weight, grad, state):
        state["history"].append(grad.copy())
        state["seen"][index] = np.arange(2)
        weight -= grad


def test_optimizers_and_states_of_users():
    updater = mx.optimizer.get_updater(Counting(wd=np.float32(0.5)))
    updater("w", mx.nd.array([1, 2]), mx.nd.array([0, 0]))
    other = mx.optimizer.get_updater(mx.optimizer.SGD())
    other.set_states(updater.get_states(dump_optimizer=True))
    state = other.states["w"]
    assert type(other.optimizer) is Counting
    assert other.optimizer.wd == 0.5
    assert [array.asnumpy().tolist() for array in state["history"]] == [[0, 0], [1, 2]]
    assert state["seen"]["w"].tolist() == [0, 1]
    assert state["mean"] == 0.5
    other("w", mx.nd.array([1, 2]), mx.nd.array([0, 0]))


def test_arrays_that_are_shared_stay_so():
    updater, shared = mx.optimizer.get_updater(mx.optimizer.SGD()), {"x": mx.nd.ones((1,))}
    updater.states = {0: shared, 1: shared}
    updater.set_states(updater.get_states())
    assert updater.states[0] is updater.states[1]


class Attack:
    """Pickled, a call of a function."""

    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (Attack(eval, "1"), "builtins.eval"),
        (Attack(print, "x"), "builtins.print"),
        (Attack(getattr, "x", "y"), "builtins.getattr"),
        (Attack(__import__, "os"), "builtins.__import__"),
        (Attack(re.compile, "x"), "re.compile"),
        (Attack(np.load, "x"), "numpy.load"),
        (Attack(mx.nd.load, "x"), "symgraph.runtime.params.load"),
        (Attack(mx.nd.NDArray, None), "symgraph.runtime.ndarray.NDArray"),
        ({0: Attack(pickle.loads, b"")}, "_pickle.loads"),
        (b"cmxnet.ndarray.sparse\nRowSparseNDArray\n.", "mxnet.ndarray.sparse.RowSparseNDArray"),
        (b"cmxnet.optimizer.optimizer\nNoSuch\n.", "mxnet.optimizer.optimizer.NoSuch"),
        (b"cmxnet.base\n_LIB\n.", "mxnet.base._LIB"),
        (b"cnot_imported\nThing\n.", "not_imported.Thing"),
        (b"\x80\x04\x8c\x0fsymgraph.train.\x8c\x11optimizer.Updater\x93.", "symgraph.train..optimizer.Updater"),
    ],
)
def test_what_states_must_not_name(content, named):
    data = content if isinstance(content, bytes) else pickle.dumps(content)
    updater = mx.optimizer.get_updater(mx.optimizer.SGD())
    with pytest.raises(
        mx.MXNetError, match=f"^states of an optimizer name '{re.escape(named)}', which is no optimizer or"
    ):
        updater.set_states(data)


@pytest.mark.parametrize("case", ["momentum", "nadam"])
@pytest.mark.parametrize("program", ["mxnet", "mxnet-0", "symgraph"])
def test_a_part_of_a_file(case, program):
    data = (FILES / f"{case}.{program}").read_bytes()
    updater = mx.optimizer.get_updater(mx.optimizer.SGD())
    for length in range(len(data)):
        with pytest.raises(
            ValueError, match=f"^{length} bytes are no states of an optimizer, or only a part of them: "
        ):
            updater.set_states(data[:length])


@pytest.mark.parametrize("case", ["momentum", "nadam", "lbsgd"])
@pytest.mark.parametrize("program", ["mxnet", "mxnet-0", "symgraph"])
def test_damaged_files(case, program):
    """Some damage goes unnoticed; what is noticed is told."""
    data = (FILES / f"{case}.{program}").read_bytes()
    chance, noticed = random.Random(case + program), 0
    for _ in range(300):
        damaged = bytearray(data)
        damaged[chance.randrange(len(data))] = chance.randrange(256)
        try:
            mx.optimizer.get_updater(mx.optimizer.SGD()).set_states(bytes(damaged))
        except mx.MXNetError:
            noticed += 1
    assert noticed > 100


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "0 bytes are no states of an optimizer, or only a part of them: pickle exhausted before seeing STOP."),
        (b"\x93NUMPY", "6 bytes are no states of an optimizer, or only a part of them: "),
        (
            "x.states",
            "states of an optimizer are bytes, given 'x.states' of type str; load_optimizer_states takes the name of",
        ),
        (pickle.dumps(3), "states of an optimizer are a dict, alone or with the optimizer, given 3 of type int."),
        (
            pickle.dumps(({}, 3)),
            "states of an optimizer are a dict, alone or with the optimizer, given {} of type dict.",
        ),
        (
            pickle.dumps(({}, 3, 4)),
            "states of an optimizer are a dict, alone or with the optimizer, given ({}, 3, 4) of type",
        ),
    ],
)
def test_what_is_no_state(content, text):
    updater = mx.optimizer.get_updater(mx.optimizer.SGD())
    with pytest.raises(ValueError, match=f"^{re.escape(text)}"):
        updater.set_states(content)
    assert updater.states == {}


def test_what_cannot_be_written():
    updater = mx.optimizer.get_updater(mx.optimizer.SGD())
    updater.states = {0: lambda: 0}
    with pytest.raises(ValueError, match=r"^states of an optimizer: .*; keep it out of states and optimizer\.$"):
        updater.get_states()


def test_states_of_another_optimizer_or_network():
    updater = mx.optimizer.get_updater(mx.optimizer.Adam())
    updater.set_states((FILES / "momentum.mxnet").read_bytes())
    with pytest.raises(
        mx.MXNetError,
        match=r"^the state of parameter 0 consists of arrays of shape \(2, 2\); Adam needs arrays of shape \(2, 2\), "
        r"\(2, 2\) for a weight of "
        r"shape \(2, 2\)\. It was saved with another optimizer or network\.$",
    ):
        updater(0, mx.nd.ones((2, 2)), mx.nd.ones((2, 2)))
    updater = mx.optimizer.get_updater(mx.optimizer.SGD(momentum=0.5))
    updater.set_states((FILES / "momentum.mxnet").read_bytes())
    with pytest.raises(
        mx.MXNetError, match=r"arrays of shape \(2, 2\); SGD needs arrays of shape \(3,\) for a weight of shape \(3,\)"
    ):
        updater(0, mx.nd.ones((3,)), mx.nd.ones((3,)))


def test_momentum_may_begin_or_end_with_loaded_states():
    for saved, momentum in (("momentum", 0.0), ("sgd", 0.5)):
        updater, weight = mx.optimizer.get_updater(mx.optimizer.SGD(momentum=momentum)), mx.nd.ones((2, 2))
        updater.set_states((FILES / f"{saved}.mxnet").read_bytes())
        updater(0, mx.nd.ones((2, 2)), weight)
        np.testing.assert_allclose(weight.asnumpy(), 0.99, rtol=1e-6)
