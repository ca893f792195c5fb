"""``mx.kv``: arrays by key, as one process has them. Values are those that MXNet gives."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx


def filled(value, shape=(2, 2)):
    return mx.nd.full(shape, value)


def pulled(store, key, shape=(2, 2)):
    out = mx.nd.zeros(shape)
    store.pull(key, out=out)
    return out.asnumpy().tolist()


def test_push_replaces_by_the_sum_of_devices():
    store = mx.kv.create("local")
    assert (store.type, store.rank, store.num_workers) == ("local", 0, 1)
    store.init(3, filled(2))
    assert pulled(store, 3) == [[2, 2], [2, 2]]
    store.push(3, filled(8))
    assert pulled(store, 3) == [[8, 8], [8, 8]]
    store.push(3, [filled(1)] * 4)
    assert pulled(store, 3) == [[4, 4], [4, 4]]


def test_an_updater_decides_what_a_push_does():
    store = mx.kv.create("device")
    store.init(3, filled(4))
    seen = []

    def updater(key, pushed, stored):
        seen.append(key)
        stored += pushed * 2

    store._set_updater(updater)
    store.push(3, filled(1))
    assert seen == [3]
    assert pulled(store, 3) == [[6, 6], [6, 6]]


def test_lists_of_keys_and_devices():
    store = mx.kv.create()
    store.init([5, 7], [filled(1)] * 2)
    store.push([5, 7], [[filled(1)] * 2, [filled(3)] * 2])
    outs = [[mx.nd.zeros((2, 2)) for _ in range(2)] for _ in range(2)]
    store.pull([5, 7], out=outs)
    assert [[array.asnumpy()[0, 0] for array in group] for group in outs] == [[2, 2], [6, 6]]


def test_pushpull_and_broadcast():
    store, out = mx.kv.create("local"), mx.nd.zeros((2, 2))
    store.broadcast("z", filled(3), out=out)
    assert out.asnumpy()[0, 0] == 3
    pushed = filled(5)
    store.pushpull("z", pushed, out=out)
    assert out.asnumpy()[0, 0] == 5
    store.pushpull("z", [pushed, filled(1)])
    assert pushed.asnumpy()[0, 0] == 6, "without out, what was pushed receives the result"


def test_an_optimizer_in_the_store(tmp_path):
    store = mx.kv.create("local")
    store.init("w", filled(1))
    store.set_optimizer(mx.optimizer.SGD(learning_rate=0.5, momentum=0.5))
    store.push("w", filled(1))
    assert pulled(store, "w") == [[0.5, 0.5], [0.5, 0.5]]
    file = str(tmp_path / "w.states")
    store.save_optimizer_states(file)
    again = mx.kv.create("local")
    again.init("w", filled(0.5))
    again.set_optimizer(mx.optimizer.SGD(learning_rate=0.5, momentum=0.5))
    again.load_optimizer_states(file)
    for one in (store, again):
        one.push("w", filled(1))
    assert pulled(again, "w") == pulled(store, "w") == [[-0.25, -0.25], [-0.25, -0.25]]


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda s: s.init("w", filled(1)),
            KeyError,
            "init: keys of a KVStore are all integers or all strings; it has 3, given 'w'.",
        ),
        (lambda s: s.init(3, filled(1)), mx.MXNetError, "init: key 3 is stored already; push to it."),
        (
            lambda s: s.pull(4, out=filled(1)),
            mx.MXNetError,
            "pull: key 4 is not stored; call init with it first. Stored: 3.",
        ),
        (
            lambda s: s.push(4, filled(1)),
            mx.MXNetError,
            "push: key 4 is not stored; call init with it first. Stored: 3.",
        ),
        (lambda s: s.pull(3), AssertionError, "pull: give the arrays to copy to, as in pull(key, out=array)."),
        (lambda s: s.pull(3, out=filled(1, (3,))), mx.MXNetError, "pull: key 3 has shape (2, 2), out has (3,)."),
        (lambda s: s.push(3, filled(1, (3,))), mx.MXNetError, "push: key 3 has shape (2, 2), given (3,)."),
        (
            lambda s: s.push(3, np.ones((2, 2))),
            AssertionError,
            "push: key 3 needs NDArrays, given ndarray of shape (2, 2); mx.nd.array(...) makes one.",
        ),
        (
            lambda s: s.push([3, 4], [filled(1)]),
            mx.MXNetError,
            "push: 2 keys need as many values, or lists of them, given [NDArray of shape (2, 2)] of type list.",
        ),
        (
            lambda s: s.push(0.5, filled(1)),
            mx.MXNetError,
            "push: a key is an integer or a string, given 0.5 of type float.",
        ),
        (
            lambda s: s.set_optimizer("sgd"),
            mx.MXNetError,
            "set_optimizer: expected an Optimizer, as mx.optimizer.SGD(), given 'sgd' of type str.",
        ),
        (
            lambda s: s.save_optimizer_states("x"),
            AssertionError,
            "save_optimizer_states: the KVStore has no optimizer; call set_optimizer first.",
        ),
        (
            lambda s: s.row_sparse_pull(3),
            mx.MXNetError,
            "row_sparse_pull: there are no sparse arrays here; use pull.",
        ),
        (
            lambda s: mx.kv.create("foo"),
            ValueError,
            "there is no KVStore of type 'foo'; known: local, local_update_cpu, local_allreduce_cpu, "
            "local_allreduce_device, device, nccl, dist, dist_sync, dist_sync_device, dist_device_sync.",
        ),
        (lambda s: mx.kv.create(3), TypeError, "a KVStore is created by the name of its type, given 3 of type int."),
        (
            lambda s: mx.kv.create("dist_async"),
            ValueError,
            "KVStore 'dist_async': workers that update parameters without waiting for one another need a server that holds "
            "them, and results depend on who comes first; a job is one program here, in which all take each step together. Use "
            "'dist_sync'.",
        ),
        (
            lambda s: s.set_gradient_compression("2bit"),
            ValueError,
            "set_gradient_compression: give a dict such as {'type': '2bit', 'threshold': 0.5}, given "
            "'2bit' of type str.",
        ),
    ],
)
def test_messages(call, error, text):
    store = mx.kv.create("local")
    store.init(3, filled(2))
    with pytest.raises(error) as info:
        call(store)
    assert isinstance(info.value, mx.MXNetError)
    assert str(info.value) == text
