"""What holds of modules and executors on eight devices: a program of its own (`tests.eight_devices`)."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import Any

import jax
import numpy as np
import optax
from jax.sharding import Mesh, NamedSharding, PartitionSpec

import symgraph as mx
from symgraph.errors import BindError, DeviceError
from symgraph.train.optimizer.compiled import leaves
from tests.blocks import Blocks
from tests.eight_devices import main, raises
from tests.training_blocks import OPTIMIZERS, batches, digits, first_values, mlp

block = BLOCKS = Blocks()
ALL = [mx.cpu(i) for i in range(8)]
GRID = Mesh(np.array(jax.devices("cpu")).reshape(4, 2), ("data", "model"))


def close(mine: Any, theirs: Any) -> None:
    """Sums of float32 in another order; optimizers that divide by small averages enlarge the difference."""
    np.testing.assert_allclose(mine.asnumpy(), theirs.asnumpy(), 1e-4, 1e-5)


def convolutional() -> Any:
    """(n, 1, 6, 6) -> classes (n, 4), with two kinds of normalization."""
    net = mx.sym.Convolution(mx.sym.Variable("data"), kernel=(3, 3), num_filter=4, pad=(1, 1), name="conv1")
    net = mx.sym.Activation(mx.sym.BatchNorm(net, fix_gamma=False, name="bn1"), act_type="relu")
    net = mx.sym.Convolution(net, kernel=(3, 3), num_filter=4, num_group=4, no_bias=True, name="conv2")
    net = mx.sym.Pooling(mx.sym.BatchNorm(net, name="bn2"), global_pool=True, pool_type="avg", kernel=(1, 1))
    net = mx.sym.FullyConnected(mx.sym.Flatten(net), num_hidden=4, name="fc")
    return mx.sym.SoftmaxOutput(net, name="softmax")


def dropping() -> Any:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=16, name="fc1")
    net = mx.sym.FullyConnected(mx.sym.Dropout(net, p=0.5), num_hidden=4, name="fc2")
    return mx.sym.SoftmaxOutput(net, name="softmax")


def divided() -> Any:
    """`mlp`, whose first layer is divided by its outputs, and the second by its inputs."""
    with mx.AttrScope(sharding=("model",)):
        net = mx.sym.FullyConnected(mx.sym.Variable("data", sharding=("data",)), num_hidden=8, name="fc1")
    weight = mx.sym.Variable("fc2_weight", sharding=(None, "model"))
    net = mx.sym.FullyConnected(mx.sym.Activation(net, act_type="tanh"), weight, num_hidden=4, name="fc2")
    return mx.sym.SoftmaxOutput(net, name="softmax")


def module(context: Any, symbol: Any = None, shape: tuple = (10,), optimizer: Any = "sgd", **options: Any) -> Any:
    """A module with first values, bound for batches of 8 and ready to be trained."""
    symbol = mlp(mx) if symbol is None else symbol
    made = mx.mod.Module(symbol, context=context)
    made.bind([("data", (8, *shape))], [("softmax_label", (8,))], **options)
    made.init_params(arg_params=first_values(mx, symbol, data=(8, *shape), softmax_label=(8,)), aux_params=None)
    mx.random.seed(3)
    params = OPTIMIZERS[optimizer] if isinstance(optimizer, str) else ()
    made.init_optimizer("device", optimizer, params)
    return made


def trained(context: Any, symbol: Any = None, shape: tuple = (10,), optimizer: Any = "sgd", step: Any = None) -> Any:
    made = module(context, symbol, shape, optimizer)
    for batch in batches(mx, shape=shape):
        (step or take_step)(made, batch)
    return made


def take_step(module: Any, batch: Any) -> None:
    module.forward_backward(batch)
    module.update()


def same(one: Any, several: Any) -> None:
    for mine, theirs in zip(several.get_params(), one.get_params(), strict=True):
        assert mine.keys() == theirs.keys()
        for name in theirs:
            close(mine[name], theirs[name])
    close(several.get_outputs()[0], one.get_outputs()[0])


def lying(array: Any) -> Any:
    """How an array lies that a program has written and nobody has read."""
    return array._source.value.sharding


@block
def every_number_of_devices_computes_the_same() -> None:
    one = trained(mx.cpu())
    for count in (1, 2, 4, 8):
        several = trained(ALL[:count])
        assert [key[0] for key in several._exec_group.executor._executables] == ["train"]
        same(one, several)


@block
def with_every_optimizer() -> None:
    for optimizer in ("adam", "lamb", "lars", "nadam", optax.adamw(1e-2)):
        same(trained(mx.cpu(), optimizer=optimizer), trained(ALL, optimizer=optimizer))


@block
def statistics_of_a_batch_are_those_of_the_whole() -> None:
    one, several = (trained(place, convolutional(), (1, 6, 6)) for place in (mx.cpu(), ALL))
    same(one, several)
    assert sorted(several.get_params()[1]) == [f"bn{i}_moving_{what}" for i in (1, 2) for what in ("mean", "var")]
    for made in (one, several):
        made.forward(next(batches(mx, shape=(1, 6, 6))), is_train=False)
    close(several.get_outputs()[0], one.get_outputs()[0])


@block
def random_numbers_are_those_of_one_device() -> None:
    same(trained(mx.cpu(), dropping()), trained(ALL, dropping()))


@block
def whoever_looks_between_forward_and_update() -> None:
    def outputs(module: Any, batch: Any) -> None:
        module.forward(batch, is_train=True)
        module.get_outputs()[0].asnumpy()
        module.backward()
        module.update()

    def gradients(module: Any, batch: Any) -> None:
        module.forward_backward(batch)
        module._exec_group.grad_arrays[0][0].asnumpy()
        module.update()

    def parameters(module: Any, batch: Any) -> None:
        take_step(module, batch)
        module.get_params()
        for state in leaves(list(module._kvstore.updater.states.values())):
            state.asnumpy()

    def monitor(module: Any, batch: Any) -> None:
        seen = mx.mon.Monitor(1, monitor_all=True)
        module.install_monitor(seen)
        seen.tic()
        take_step(module, batch)
        assert {"fc1_output", "fc1_weight", "softmax_output"} <= {name for _, name, _ in seen.toc()}

    one = trained(mx.cpu())
    for step in (outputs, gradients, parameters):
        same(one, trained(ALL, step=step))
    single = trained(mx.cpu(), step=monitor)
    several = trained(ALL, step=monitor)
    same(single, several)


@block
def arrays_that_somebody_holds_do_not_change() -> None:
    several = trained(ALL)
    executor = several._exec_group.executor
    held = []
    for array in (*executor.arg_arrays, *several.get_outputs(), *executor.grad_arrays):
        if array is not None:
            held += [array.jax, array.on(NamedSharding(GRID, PartitionSpec()))]
    several.get_params()
    for name in several._param_names:
        held.append(executor._arg_contents.at(executor._positions[name]))
    copies = [np.array(value) for value in held]
    for batch in batches(mx):
        take_step(several, batch)
    several.get_outputs()[0].asnumpy()
    for value, copy in zip(held, copies, strict=True):
        np.testing.assert_array_equal(np.asarray(value), copy)


@block
def a_loop_of_training() -> None:
    found = []
    for place in (mx.cpu(), ALL):
        made = mx.mod.Module(mlp(mx), context=place)
        mx.random.seed(0)
        examples, labels = digits(44)
        data = mx.io.NDArrayIter(examples, labels, batch_size=8)
        values = first_values(mx, mlp(mx), data=(8, 10), softmax_label=(8,))
        made.fit(data, arg_params=values, num_epoch=3, optimizer_params=OPTIMIZERS["sgd"], kvstore="device")
        score = made.score(data, ["acc", "ce"])
        found.append((made, dict(score), made.predict(data)))
    same(found[0][0], found[1][0])
    assert found[1][2].shape == (44, 4)
    close(found[1][2], found[0][2])
    for name, value in found[0][1].items():
        assert abs(found[1][1][name] - value) < 1e-5
    assert found[1][1]["accuracy"] > 0.5


@block
def a_smaller_batch() -> None:
    """Evenly divided or not."""
    examples, labels = digits()
    for size in (4, 5, 16):
        one, several = module(mx.cpu()), module(ALL[:4])
        for made in (one, several):
            for count in (8, size, 8):
                take_step(made, mx.io.DataBatch([mx.nd.array(examples[:count])], [mx.nd.array(labels[:count])]))
        same(one, several)
    take_step(several, mx.io.DataBatch([mx.nd.array(examples[:8])], [mx.nd.array(labels[:8])]))
    assert several._exec_group.executor.sharding_of("data").spec == PartitionSpec("data")


@block
def a_batch_that_devices_cannot_divide() -> None:
    """MXNet gives them parts of different sizes, `get_outputs` shows which; what they compute together is the same."""
    examples, labels = digits()
    found = []
    for place, shares in ((mx.cpu(), None), (ALL[:4], None), (ALL[:2], [1, 2])):
        made = mx.mod.Module(mlp(mx), context=place, work_load_list=shares)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            made.bind([("data", (9, 10))], [("softmax_label", (9,))])
        found.append((made, [str(warning.message) for warning in caught]))
        made.init_params(arg_params=first_values(mx, mlp(mx), data=(9, 10), softmax_label=(9,)))
        made.init_optimizer("device", "sgd", OPTIMIZERS["sgd"])
        for count in (9, 8, 9):
            take_step(made, mx.io.DataBatch([mx.nd.array(examples[:count])], [mx.nd.array(labels[:count])]))
    (one, silence), (four, told), (two, _) = found
    same(one, four)
    same(one, two)
    assert (silence, told) == (
        [],
        [
            "a batch of 9 examples ('data' of shape (9, 10)) cannot be divided evenly among 4 devices: each computes all of "
            "it, which is no faster than one alone; choose a batch size that is a multiple of 4, such as 12, or as many "
            "devices as divide it."
        ],
    )
    assert [part.shape[0] for part in four.get_outputs(False)[0]] == [2, 2, 2, 3]
    assert [part.shape[0] for part in two.get_outputs(False)[0]] == [3, 6]


@block
def files_go_from_one_number_of_devices_to_another() -> None:
    with tempfile.TemporaryDirectory() as folder:
        prefix = str(Path(folder) / "net")
        first = trained(ALL, convolutional(), (1, 6, 6))
        first.save_checkpoint(prefix, 1, save_optimizer_states=True)
        modules = []
        for place in (mx.cpu(), ALL, ALL[:2]):
            made = mx.mod.Module.load(prefix, 1, True, context=place)
            made.bind([("data", (8, 1, 6, 6))], [("softmax_label", (8,))])
            store = mx.kv.create("device")
            made.init_optimizer(store, "sgd", OPTIMIZERS["sgd"])
            modules.append(made)
        for made in (first, *modules):
            for batch in batches(mx, shape=(1, 6, 6)):
                take_step(made, batch)
        for made in modules:
            same(made, first)


@block
def parameters_are_shown_in_the_context_in_which_they_were_initialized() -> None:
    for current, place in ((mx.cpu(0), mx.cpu(1)), (mx.cpu(0), ALL), (mx.cpu(3), ALL[:2])):
        with mx.Context(current):
            made = trained(place, convolutional(), (1, 6, 6))
        shown = [array for params in made.get_params() for array in params.values()]
        assert {array.context for array in shown} == {current}
        assert {device for array in shown for device in array.jax.devices()} == {current.jax_device}


@block
def outputs_are_whole_or_in_parts() -> None:
    one, several = module(mx.cpu(), inputs_need_grad=True), module(ALL[:4], inputs_need_grad=True)
    for made in (one, several):
        made.forward_backward(next(batches(mx)))
    for whole, parts, expected in (
        (several.get_outputs()[0], several.get_outputs(False)[0], one.get_outputs()[0]),
        (several.get_input_grads()[0], several.get_input_grads(False)[0], one.get_input_grads()[0]),
    ):
        assert (whole.context, whole.jax.devices()) == (mx.cpu(0), {jax.devices("cpu")[0]})
        close(whole, expected)
        assert [part.context for part in parts] == ALL[:4]
        assert [part.jax.devices() for part in parts] == [{context.jax_device} for context in ALL[:4]]
        np.testing.assert_array_equal(np.concatenate([part.asnumpy() for part in parts]), whole.asnumpy())


@block
def what_a_program_has_written_is_an_array_as_any_other() -> None:
    executor = trained(ALL)._exec_group.executor
    close(executor.outputs[0] - executor.outputs[0].copy(), mx.nd.zeros((8, 4)))
    weight = executor.arg_dict["fc1_weight"]
    weight[1] = 5
    weight += 1
    assert weight[1].asnumpy().tolist() == [6] * 10
    executor.forward()
    view = executor.outputs[0][2:4]
    np.testing.assert_array_equal(view.asnumpy(), executor.outputs[0].asnumpy()[2:4])
    with mx.Context("cpu", 3):
        assert executor.grad_dict["fc1_weight"].as_in_context(mx.cpu(3)).jax.devices() == {ALL[3].jax_device}


@block
def gradients_are_added() -> None:
    found = []
    for place in (mx.cpu(), ALL):
        made = module(place, grad_req="add")
        for batch in batches(mx):
            made.forward_backward(batch)
        made.update()
        found.append(made)
    same(*found)
    for mine, theirs in zip(*(made._exec_group.grad_arrays for made in found), strict=True):
        close(mine[0], theirs[0])


@block
def head_gradients_are_given() -> None:
    found = []
    for place in (mx.cpu(), ALL):
        made = mx.mod.Module(
            mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4), label_names=None, context=place
        )
        made.bind([mx.io.DataDesc("data", (8, 3))], inputs_need_grad=True)
        made.init_params(mx.init.One())
        made.forward(mx.io.DataBatch([mx.nd.arange(24).reshape((8, 3))]), is_train=True)
        made.backward([mx.nd.arange(32).reshape((8, 4))])
        found.append(made.get_input_grads()[0])
    close(*found)


@block
def the_layout_tells_what_is_divided() -> None:
    net = mx.sym.Activation(mx.sym.Variable("data"), act_type="relu")
    made = mx.mod.Module(net, label_names=None, context=ALL)
    made.bind([mx.io.DataDesc("data", (3, 16, 2), layout="TNC")], for_training=False)
    made.init_params()
    made.forward(mx.io.DataBatch([mx.nd.arange(96).reshape((3, 16, 2))]))
    assert made._exec_group.executor.sharding_of("data").spec == PartitionSpec(None, "data")
    assert made.get_outputs()[0].asnumpy().reshape(-1).tolist() == list(range(96))


@block
def buckets_and_chains() -> None:
    def symbol(length: int) -> tuple:
        net = mx.sym.Reshape(mx.sym.Variable("data"), shape=(-1, 2))
        net = mx.sym.FullyConnected(net, num_hidden=4, name="fc")
        net = mx.sym.mean(mx.sym.Reshape(net, shape=(-1, length, 4)), axis=1)
        return mx.sym.SoftmaxOutput(net, name="softmax"), ["data"], ["softmax_label"]

    found = []
    for place in (mx.cpu(), ALL):
        made = mx.mod.BucketingModule(symbol, 6, context=place)
        made.bind([("data", (8, 6, 2))], [("softmax_label", (8,))])
        made.init_params(mx.init.One())
        made.init_optimizer("device", "sgd", OPTIMIZERS["sgd"])
        for length in (6, 4, 6, 2):
            data, label = mx.nd.arange(16 * length).reshape((8, length, 2)) / 100, mx.nd.arange(8) % 4
            shapes = {"provide_data": [("data", data.shape)], "provide_label": [("softmax_label", (8,))]}
            take_step(made, mx.io.DataBatch([data], [label], bucket_key=length, **shapes))
        found.append(made)
    same(*found)
    chained = []
    for place in (mx.cpu(), ALL):
        first = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=8, name="fc1")
        last = mx.sym.SoftmaxOutput(
            mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc2"), name="softmax"
        )
        made = mx.mod.SequentialModule()
        made.add(mx.mod.Module(first, label_names=None, context=place))
        made.add(mx.mod.Module(last, context=place), take_labels=True, auto_wiring=True)
        made.bind([("data", (8, 10))], [("softmax_label", (8,))])
        made.init_params(mx.init.One())
        made.init_optimizer("device", "sgd", OPTIMIZERS["sgd"])
        for batch in batches(mx):
            take_step(made, batch)
        chained.append(made)
    same(*chained)


@block
def a_store_of_several_devices() -> None:
    several = trained(ALL)
    assert several._kvstore.type == "device"
    out = [mx.nd.zeros((8, 10), ctx=context) for context in ALL]
    several._kvstore.pull("fc1_weight", out=out)
    for array in out:
        close(array, several.get_params()[0]["fc1_weight"])
        assert array.jax.devices() == {array.context.jax_device}
    store = mx.kv.create("device")
    store.init("w", mx.nd.zeros((2,)))
    store.push("w", [mx.nd.full((2,), i, ctx=context) for i, context in enumerate(ALL)])
    store.pull("w", out=out[3].reshape((-1,))[:2])
    assert out[3].asnumpy()[0, :2].tolist() == [28, 28]


@block
def a_mesh_with_rules_for_parameters() -> None:
    for optimizer in ("sgd", "adam"):
        one, several = trained(mx.cpu(), optimizer=optimizer), module(GRID, divided(), optimizer=optimizer)
        assert several._context == [mx.cpu(0), mx.cpu(2), mx.cpu(4), mx.cpu(6)]
        for batch in batches(mx):
            take_step(several, batch)
        executor = several._exec_group.executor
        expected = {
            "data": ("data",),
            "fc1_weight": ("model",),
            "fc1_bias": ("model",),
            "fc2_weight": (None, "model"),
            "fc2_bias": (),
        }
        for name, spec in expected.items():
            assert executor.sharding_of(name).spec == PartitionSpec(*spec)
        for name in several._param_names:
            states = several._kvstore.updater.states[name]
            for array in (executor.arg_dict[name], executor.grad_dict[name], *leaves(states)):
                assert lying(array).is_equivalent_to(executor.sharding_of(name), array.ndim), name
        same(one, several)


@block
def an_executor_over_a_mesh() -> None:
    net = divided()
    executor = net.simple_bind(GRID, data=(8, 10), softmax_label=(8,))
    other = mlp(mx).simple_bind(mx.cpu(), data=(8, 10), softmax_label=(8,))
    values = first_values(mx, net, data=(8, 10), softmax_label=(8,))
    batch = next(batches(mx))
    for bound in (executor, other):
        bound.copy_params_from(values)
        bound.forward(is_train=True, data=batch.data[0], softmax_label=batch.label[0])
        bound.backward()
    close(executor.outputs[0], other.outputs[0])
    for name in values:
        close(executor.grad_dict[name], other.grad_dict[name])
    assert ["all-reduce" in bound.as_text() for bound in (executor, other)] == [True, False]
    assert 0 < executor.memory_plan()["arguments"] < other.memory_plan()["arguments"]
    smaller = executor.reshape(data=(4, 10), softmax_label=(4,))
    smaller.forward(data=batch.data[0][:4])
    np.testing.assert_allclose(smaller.outputs[0].asnumpy(), other.outputs[0].asnumpy()[:4], 1e-5)
    arrays = {name: array.copy() for name, array in other.arg_dict.items()}
    bound = net.bind(GRID, arrays)
    close(bound.forward()[0], other.outputs[0])
    one = net.simple_bind(Mesh(np.array(jax.devices("cpu")[2:3]), ("data",)), data=(8, 10), softmax_label=(8,))
    assert (one.sharding_of("data"), one.outputs[0].context) == (None, mx.cpu(2))


@block
def python_code_has_one_device() -> None:
    @mx.operator.register("twice")
    class Twice(mx.operator.CustomOpProp):
        def create_operator(self, *_: Any) -> Any:
            class Op(mx.operator.CustomOp):
                def forward(self, is_train: Any, req: Any, in_data: Any, out_data: Any, aux: Any) -> None:
                    self.assign(out_data[0], req[0], in_data[0] * 2)

            return Op()

    net = mx.sym.Custom(mx.sym.Variable("data"), op_type="twice", name="t")
    made = mx.mod.Module(net, label_names=None, context=ALL)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        made.bind([("data", (8, 2))], for_training=False)
    assert [str(w.message).split("one device: ")[1] for w in caught] == ["all is computed on cpu(0)."]
    made.init_params()
    made.forward(mx.io.DataBatch([mx.nd.ones((8, 2))]))
    assert made.get_outputs()[0].asnumpy().tolist() == [[2, 2]] * 8


@block
def mistakes() -> None:
    def bound(symbol: Any, context: Any, size: int = 8) -> Any:
        return lambda: mx.mod.Module(symbol, context=context).bind([("data", (size, 10))], [("softmax_label", (size,))])

    def over(sharding: Any, shape: tuple = (8, 3), mesh: Mesh = GRID) -> Any:
        return lambda: mx.sym.Variable("w", sharding=sharding).simple_bind(mesh, w=shape)

    raises(
        BindError,
        "a batch of 9 examples ('data' of shape (9, 10)) cannot be divided evenly among 4 devices; choose a batch size that "
        "is a multiple of 4, such as 12, or as many devices as divide it.",
        bound(mlp(mx), GRID, 9),
    )
    raises(
        DeviceError,
        "gpu(1) was asked for, but JAX finds no such device on this machine, which has 8 cpu devices. Use cpu(0), or install "
        "JAX for it (pip install 'jax[cuda12]').",
        bound(mlp(mx), [mx.cpu(0), mx.gpu(1)]),
    )
    raises(
        BindError,
        "'w': its sharding ('modell', None) names the axis 'modell', which the mesh does not have. Did you mean 'model'? Its "
        "axes: 'data' of 4, 'model' of 2.",
        over(("modell", None)),
    )
    raises(
        BindError,
        "'w': its sharding ('model', 'model') names the axis 'model' twice; an axis of the mesh divides one axis of an array.",
        over(("model", "model"), (8, 4)),
    )
    raises(
        BindError,
        "'w' of shape (8, 3) cannot be divided along axis 1 into 2 equal parts, as its sharding (None, 'model') asks for on a "
        "mesh of 'data' of 4, 'model' of 2; make the length a multiple of 2.",
        over((None, "model")),
    )
    raises(
        BindError,
        "'w': its sharding (None, None, 'model') speaks of 3 axes, but its shape is (8, 3); give at most one entry for each "
        "axis.",
        over((None, None, "model")),
    )
    raises(
        BindError,
        "'w': sharding must be a tuple with the name of an axis of the mesh, or None, for each axis of the array, as in "
        "('model', None), given 'model' of type str.",
        lambda: mx.sym.Variable("w", __sharding__="model").simple_bind(GRID, w=(8, 3)),
    )


if __name__ == "__main__":
    main(BLOCKS)
