"""What holds in a job of several processes: a program for `symgraph launch` (`tests.test_jobs`), of which each process writes
what went wrong in each block, by name, as JSON into a folder.

All workers run the blocks in step, and compare what they train together with what they compute alone on the whole batch.
"""

from __future__ import annotations

import json
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jax.sharding import Mesh

import symgraph as mx
from symgraph.errors import BindError, JobError, StateError
from symgraph.runtime.meeting import from_first
from tests.training_blocks import OPTIMIZERS, batches, digits, first_values, mlp

BLOCKS: dict[str, Any] = {}
RANK, SIZE = mx.job.rank(), mx.job.size()
BATCH = 8
FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else Path()


def block(function: Any) -> Any:
    BLOCKS[function.__name__] = function
    return function


def raises(kind: type, text: str, call: Any) -> None:
    """Check the message of an error; one that ends in dots may go on."""
    given = ""
    try:
        call()
    except kind as error:
        given = str(error)
    is_right = given.startswith(text[:-3]) if text.endswith("...") else given == text
    assert is_right, f"given: {given}\nexpected: {text}"


def close(mine: Any, theirs: Any) -> None:
    mine, theirs = (array.asnumpy() if isinstance(array, mx.nd.NDArray) else array for array in (mine, theirs))
    np.testing.assert_allclose(mine, theirs, 1e-4, 1e-5)


def normalized() -> Any:
    """(n, 1, 6, 6) -> classes (n, 4), with statistics of the batch."""
    net = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(3, 3), num_filter=4, name="conv")
    net = mx.sym.Activation(mx.sym.BatchNorm(net, fix_gamma=False, name="bn"), act_type="relu")
    net = mx.sym.FullyConnected(mx.sym.Flatten(net), num_hidden=4, name="fc")
    return mx.sym.SoftmaxOutput(net, name="softmax")


def sequences(time_first: bool) -> Any:
    """Words (n, 5), or (5, n), -> classes (5 * n, 6), with the rows of a sequence apart if time comes first."""
    net = mx.sym.Embedding(mx.sym.Variable("data"), input_dim=6, output_dim=3, name="embed")
    net = mx.sym.FullyConnected(mx.sym.Reshape(net, shape=(-1, 3)), num_hidden=6, name="fc")
    label = mx.sym.Reshape(mx.sym.Variable("softmax_label"), shape=(-1,))
    return mx.sym.SoftmaxOutput(net, label, name="softmax")


def module(
    store: Any, symbol: Any, shape: tuple = (10,), optimizer: Any = "sgd", context: Any = None, **options: Any
) -> Any:
    """A module with first values, which in a job are worker 0's, bound for what this process is to be fed with."""
    count = BATCH // SIZE if store == "dist_sync" else BATCH
    made = mx.mod.Module(symbol, context=context or [mx.cpu(i) for i in range(jax.local_device_count())])
    made.bind([("data", (count, *shape))], [("softmax_label", (count,))], **options)
    values = first_values(mx, symbol, data=(count, *shape), softmax_label=(count,))
    if store == "dist_sync":
        values = {name: array * (RANK == 0) for name, array in values.items()}
    made.init_params(arg_params=values, aux_params=None, allow_missing=True)
    mx.random.seed(3 + RANK * (store == "dist_sync"))
    made.init_optimizer(store, optimizer, OPTIMIZERS[optimizer] if isinstance(optimizer, str) else ())
    return made


def part(batch: Any, axis: int = 0) -> Any:
    """This worker's part of a batch."""

    def own(array: Any) -> Any:
        count = array.shape[axis] // SIZE
        return mx.nd.array(np.moveaxis(np.moveaxis(array.asnumpy(), axis, 0)[RANK * count :][:count], 0, axis))

    return mx.io.DataBatch([own(array) for array in batch.data], [own(array) for array in batch.label])


def take_step(module: Any, batch: Any) -> None:
    module.forward_backward(batch)
    module.update()


def both(symbol: Any, shape: tuple = (10,), optimizer: Any = "sgd", step: Any = take_step, **options: Any) -> Any:
    """A module trained alone, and one that the job has trained; they are compared."""
    alone, together = (module(store, symbol, shape, optimizer, **options) for store in (None, "dist_sync"))
    for batch in batches(mx, shape=shape):
        step(alone, batch)
        step(together, part(batch))
    same(alone, together)
    count = BATCH // SIZE
    close(together.get_outputs()[0], alone.get_outputs()[0].asnumpy()[RANK * count :][:count])
    return alone, together


def same(alone: Any, together: Any) -> None:
    for mine, theirs in zip(together.get_params(), alone.get_params(), strict=True):
        assert mine.keys() == theirs.keys()
        for name in theirs:
            close(mine[name], theirs[name])


@block
def training_is_that_of_one_process_on_the_whole_batch() -> None:
    _, together = both(mlp(mx))
    assert [key[0] for key in together._exec_group.executor._executables] == ["train"], "a step is one program"
    assert together._optimizer.rescale_grad == 1 / BATCH
    assert together.output_shapes == [("softmax_output", (BATCH // SIZE, 4))]


@block
def statistics_of_a_batch_are_those_of_the_whole() -> None:
    alone, together = both(normalized(), (1, 6, 6))
    assert sorted(together.get_params()[1]) == ["bn_moving_mean", "bn_moving_var"]
    batch = next(batches(mx, shape=(1, 6, 6)))
    if RANK == 0:  # inference is nobody else's business
        for made in (alone, together):
            made.forward(batch, is_train=False)
        close(together.get_outputs()[0], alone.get_outputs()[0])
    if RANK == SIZE - 1:
        data, labels = digits(shape=(1, 6, 6))
        scores = [made.score(mx.io.NDArrayIter(data, labels, 8), "ce")[0][1] for made in (alone, together)]
        close(*map(np.array, scores))
        assert together.predict(mx.io.NDArrayIter(data, None, 8)).shape == (32, 4)


@block
def networks_are_divided_within_a_worker() -> None:
    with mx.AttrScope(sharding=("model",)):
        net = mx.sym.FullyConnected(mx.sym.Variable("data", sharding=("data",)), num_hidden=8, name="fc1")
    net = mx.sym.FullyConnected(mx.sym.Activation(net, act_type="tanh"), num_hidden=4, name="fc2")
    devices = np.array(jax.local_devices()).reshape(1, -1)
    both(mx.sym.SoftmaxOutput(net, name="softmax"), context=Mesh(devices, ("data", "model")))
    with mx.AttrScope(sharding=("data",)):
        net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=8, name="fc1")
    raises(
        BindError,
        "parameter 'fc1_weight' is to be divided along the axis 'data' of the mesh, and so among the workers of the job, each "
        "of which needs all of it to save and to score; divide it along another axis, of the mesh of each worker, as in "
        "Module(context=Mesh(devices, ('data', 'model'))).",
        lambda: module("dist_sync", mx.sym.SoftmaxOutput(net, name="softmax")),
    )


@block
def whoever_looks_between_forward_and_update() -> None:
    def look(module: Any, batch: Any) -> None:
        for grads in module._exec_group.grad_arrays:
            grads[0][:] = 0
        for _ in range(2):
            module.forward(batch, is_train=True)
            assert module.get_outputs()[0].asnumpy().shape[0] == batch.data[0].shape[0]
            module.backward()
        module.update()

    both(mlp(mx), step=look, grad_req="add")


@block
def gradients_of_inputs_and_outputs() -> None:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc")
    count, found = BATCH // SIZE, []
    data, grads = np.random.RandomState(1).normal(size=(2, BATCH, 4)).astype(np.float32)
    for store, rows in ((None, slice(None)), ("dist_sync", slice(RANK * count, (RANK + 1) * count))):
        made = mx.mod.Module(net, label_names=None)
        made.bind([("data", data[rows].shape)], None, inputs_need_grad=True)
        made.init_params(mx.init.One())
        made.init_optimizer(store)
        made.forward(mx.io.DataBatch([mx.nd.array(data[rows])]), is_train=True)
        made.backward([mx.nd.array(grads[rows])])
        made.update()
        found.append((made.get_input_grads()[0].asnumpy(), made.get_params()[0]["fc_weight"] * 1))
    close(found[1][0], found[0][0][RANK * count :][:count])
    # the rate of each is divided by its batch
    close(found[1][1], found[0][1])


@block
def rows_of_sequences_are_those_of_the_worker() -> None:
    rng = np.random.RandomState(2)
    for layout in ("NT", "TN"):
        axis, symbol = layout.index("N"), sequences(layout == "TN")
        shape, own = [5, 5], [5, 5]
        shape[axis], own[axis] = BATCH, BATCH // SIZE
        words = mx.io.DataBatch(*([mx.nd.array(rng.randint(0, 6, shape))] for _ in range(2)))
        found = []
        for store, sizes, batch in ((None, shape, words), ("dist_sync", own, part(words, axis))):
            described = [mx.io.DataDesc(name, tuple(sizes), layout=layout) for name in ("data", "softmax_label")]
            made = mx.mod.Module(symbol)
            made.bind(described[:1], described[1:])
            made.init_params(arg_params=first_values(mx, symbol, data=shape, softmax_label=shape), aux_params=None)
            made.init_optimizer(store)
            take_step(made, batch)
            metric = mx.metric.create("ce")
            made.update_metric(metric, batch.label)
            found.append((made.get_outputs()[0].asnumpy(), metric.get()[1], made))
        whole = found[0][0].reshape(*shape, 6)
        close(
            found[1][0],
            np.moveaxis(np.moveaxis(whole, axis, 0)[RANK * own[axis] :][: own[axis]], 0, axis).reshape(-1, 6),
        )
        labels = part(words, axis).label[0].asnumpy().ravel().astype(int)
        close(np.array(found[1][1]), -np.log(found[1][0][np.arange(labels.size), labels]).mean())
        same(found[0][2], found[1][2])


@block
def random_numbers_follow_worker_0() -> None:
    net = mx.sym.FullyConnected(mx.sym.Dropout(mx.sym.Variable("data"), p=0.5), num_hidden=4, name="fc")
    symbol, found = mx.sym.SoftmaxOutput(net, name="softmax"), []
    for _ in range(2):
        rule = mx.optimizer.SGLD(learning_rate=0.1, rescale_grad=1 / BATCH)
        made = module("dist_sync", symbol, optimizer=rule)
        for batch in batches(mx):
            take_step(made, part(batch))
        found.append(made.get_params()[0]["fc_weight"].asnumpy())
    assert (found[0] == found[1]).all()
    assert (from_first([found[0]])[0] == found[0]).all(), "parameters are the same everywhere"


@block
def optimizers_that_users_write() -> None:
    class Plain(mx.optimizer.Optimizer):
        def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
            weight[:] = weight - self._get_lr(index) * self.rescale_grad * grad

    found = []
    for store in (None, "dist_sync"):
        found.append(module(store, mlp(mx), optimizer=Plain(learning_rate=0.1, rescale_grad=1 / BATCH)))
        for batch in batches(mx):
            take_step(found[-1], batch if store is None else part(batch))
    same(*found)


@block
def buckets_share_parameters() -> None:
    def network(length: int) -> Any:
        net = mx.sym.sum(mx.sym.Variable("data"), axis=1)
        net = mx.sym.FullyConnected(mx.sym.Reshape(net, shape=(-1, 1)), num_hidden=4, name="fc")
        return mx.sym.SoftmaxOutput(net, name="softmax"), ("data",), ("softmax_label",)

    found = []
    for store, count in ((None, BATCH), ("dist_sync", BATCH // SIZE)):
        made = mx.mod.BucketingModule(network, default_bucket_key=6)
        made.bind([("data", (count, 6))], [("softmax_label", (count,))])
        made.init_params(mx.init.One())
        made.init_optimizer(store, optimizer_params={"learning_rate": 0.5})
        for length in (6, 3, 6):
            data = mx.nd.array(np.random.RandomState(length).normal(size=(BATCH, length)))
            whole = mx.io.DataBatch([data], [mx.nd.array(np.arange(BATCH) % 4)])
            batch = whole if store is None else part(whole)
            batch.bucket_key = length
            batch.provide_data, batch.provide_label = [("data", (count, length))], [("softmax_label", (count,))]
            take_step(made, batch)
        found.append(made)
    same(*found)


@block
def stores_of_a_job() -> None:
    store, out = mx.kv.create("dist_sync"), mx.nd.zeros((2,))
    assert (store.type, store.rank, store.num_workers) == ("dist_sync", RANK, SIZE)
    store.init("w", mx.nd.array([RANK + 1, 5]))
    store.pull("w", out=out)
    assert out.asnumpy().tolist() == [1, 5], "worker 0's"
    store.push("w", [mx.nd.ones((2,)) * (RANK + 1)] * 2)
    store.pull("w", out=out)
    assert out.asnumpy().tolist() == [SIZE * (SIZE + 1)] * 2, "the sum over all devices of all workers"
    store.pushpull("w", mx.nd.ones((2,)), out=out)
    assert out.asnumpy().tolist() == [SIZE, SIZE]
    for dtype in ("bfloat16", "int8", "float64"):
        store.broadcast(
            f"of {dtype}", mx.nd.full((3,), RANK + 2, dtype=dtype), out=(wide := mx.nd.zeros((3,), dtype=dtype))
        )
        store.push(f"of {dtype}", wide)
        store.pull(f"of {dtype}", out=wide)
        assert wide.astype("float32").asnumpy().tolist() == [2 * SIZE] * 3, dtype
    store.set_optimizer(mx.optimizer.SGD(learning_rate=0.5, momentum=0.5))
    for _ in range(2):
        store.push("w", mx.nd.ones((2,)))
    store.pull("w", out=out)
    close(out, np.full(2, SIZE - 0.5 * SIZE - 0.75 * SIZE))
    store.save_optimizer_states(str(FOLDER / "store.states"))
    mx.job.meet("a word " * 100)
    raises(
        JobError,
        "the workers of this job are not at the same point. worker 0: a word a word...",
        lambda: mx.job.meet("a word " * 100 + str(RANK)),
    )
    store.barrier()
    store.load_optimizer_states(str(FOLDER / "store.states"))
    store._barrier()


@block
def what_a_job_refuses() -> None:
    class Double(mx.operator.CustomOp):
        def forward(self, is_train: Any, req: Any, in_data: Any, out_data: Any, aux: Any) -> None:
            self.assign(out_data[0], req[0], in_data[0] * 2)

    @mx.operator.register("job_double")
    class DoubleProp(mx.operator.CustomOpProp):
        def create_operator(self, ctx: Any, shapes: Any, dtypes: Any) -> Any:
            return Double()

    net = mx.sym.Custom(mx.sym.Variable("data"), op_type="job_double", name="double")
    raises(
        BindError,
        f"{net.graph.order[-1].describe()} runs Python code, which a program over several processes cannot call. Write it as "
        "an operator of JAX (mx.operator.from_jax), or sum gradients by yourself: kvstore=None, and pushpull of each gradient "
        "to mx.kv.create('dist_sync') before update().",
        lambda: module("dist_sync", mx.sym.SoftmaxOutput(net, name="softmax"), (4,), context=mx.cpu()),
    )
    count = BATCH // SIZE
    remedy = "Write 0 or -1 in place of the size, as in Reshape(shape=(0, -1)) or zeros(shape=(0, 64))."
    shape = mx.sym.Reshape(mx.sym.Variable("data"), shape=(count, -1))
    row = mx.sym.broadcast_add(mx.sym.Variable("data"), mx.sym.Variable("row", shape=(count, 10)))
    fits = (
        f"the network fits the batch of one worker, but not that of all {SIZE}, as which it is trained: the size of the"
    )
    for net, text in (
        (shape, f"{fits} batch is written into it. {remedy} In detail: SoftmaxOutput 'softmax'"),
        (row, fits),
    ):
        fixed = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(net, num_hidden=4, name="fc"), name="softmax")
        raises(BindError, f"{text}...", lambda fixed=fixed: module("dist_sync", fixed))
    if jax.local_device_count() > 1:
        mesh = Mesh(np.array(jax.local_devices()), ("model",))
        raises(
            JobError,
            "the workers of a job divide the examples of a batch along the axis 'data' of a mesh, and the given one has "
            "'model' only; add an axis 'data', of length 1 if need be.",
            lambda: module("dist_sync", mlp(mx), context=mesh),
        )
    together = module("dist_sync", mlp(mx))
    take_step(together, part(next(batches(mx))))
    raises(
        StateError,
        f"an array of shape (8, 4) is divided among the {SIZE} workers of a job, and this one has ({count}, 4) of it; "
        "Module.get_outputs() and get_input_grads() give each worker its own part.",
        lambda: together._exec_group.executor.outputs[0].asnumpy(),
    )
    raises(
        StateError, "join: this process is in a job already; call it once.", lambda: mx.job.join("localhost:1", 1, 0)
    )


def iterator(extra: int = 0) -> Any:
    data, labels = digits()
    own = slice(RANK * 32 // SIZE, (RANK + 1) * 32 // SIZE)
    data, labels = (np.concatenate([array[own], array[:extra]]) for array in (data, labels))
    return mx.io.NDArrayIter(data, labels, BATCH // SIZE)


@block
def a_job_that_starts_again_ends_as_one_that_was_not_interrupted() -> None:
    net = mx.sym.FullyConnected(mx.sym.Dropout(mx.sym.Variable("data"), p=0.3), num_hidden=4, name="fc")
    symbol = mx.sym.SoftmaxOutput(net, name="softmax")

    def fit(made: Any, prefix: str, begin: int, end: int, **options: Any) -> Any:
        saving = mx.callback.module_checkpoint(made, str(FOLDER / prefix), save_optimizer_states=True)
        mx.random.seed(5)
        made.fit(
            iterator(),
            epoch_end_callback=[saving, mx.callback.do_checkpoint(str(FOLDER / f"{prefix}-too"))],
            kvstore="dist_sync",
            optimizer="adam",
            begin_epoch=begin,
            num_epoch=end,
            **options,
        )
        return made.get_params()[0]

    whole = fit(mx.mod.Module(symbol), "whole", 0, 3, initializer=mx.init.Normal(0.5))
    fit(mx.mod.Module(symbol), "first", 0, 2, initializer=mx.init.Normal(0.5))
    assert (FOLDER / "first-0002.params").exists(), "all workers find what worker 0 has written"
    assert (FOLDER / "first-0002.states").exists()
    resumed = fit(mx.mod.Module.load(str(FOLDER / "first"), 2, load_optimizer_states=True), "first", 2, 3)
    for name in whole:
        assert (whole[name].asnumpy() == resumed[name].asnumpy()).all(), name
    if RANK == 0:
        assert (FOLDER / "whole-0003.params").read_bytes() == (FOLDER / "whole-too-0003.params").read_bytes()


@block
def batches_that_some_lack() -> None:
    made = mx.mod.Module(mlp(mx))
    size, batch = BATCH // SIZE, 32 // BATCH
    step = f"a training step on data {(size, 10)}, softmax_label {(size,)}"
    end = f"the end of epoch 0 after {batch} batches"
    rest = f"{'worker 1' if SIZE == 2 else 'workers ' + ', '.join(map(str, range(1, SIZE)))}: {end}"
    raises(
        JobError,
        f"the workers of this job are not at the same point. worker 0: {step}; {rest}. All workers have to do the same steps "
        f"with batches of the same shapes, and equally many of them: divide the data evenly (num_parts, part_index), or end "
        f"each epoch after the same number of batches, as with mx.io.ResizeIter(iterator, number).",
        lambda: made.fit(iterator(extra=size * (RANK == 0)), kvstore="dist_sync", num_epoch=1),
    )
    resized = mx.io.ResizeIter(iterator(extra=size * (RANK == 0)), 2)
    mx.mod.Module(mlp(mx)).fit(resized, kvstore="dist_sync", num_epoch=2)


if __name__ == "__main__":
    found: dict[str, str | None] = {}
    for name, function in BLOCKS.items():
        if len(sys.argv) > 2 and name not in sys.argv[2:]:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                function()
                found[name] = None
            except Exception:
                found[name] = traceback.format_exc()
        (FOLDER / f"{SIZE}-{RANK}.json").write_text(json.dumps(found))
