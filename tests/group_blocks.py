"""What holds of groups on devices of their own (``group2ctx``): a program for eight devices (`tests.eight_devices`)."""

from __future__ import annotations

import random
import warnings
from typing import Any

import jax
import numpy as np
import optax
from jax.sharding import Mesh

import symgraph as mx
from symgraph.errors import BindError, DeviceError
from symgraph.train.optimizer.compiled import leaves
from tests.blocks import Blocks
from tests.eight_devices import main, raises
from tests.group_networks import LSTM_SHAPES, NETWORKS, branches, layers, lstm
from tests.training_blocks import OPTIMIZERS, batches, digits, drawn, first_values

block = BLOCKS = Blocks()
CONTEXTS = [mx.cpu(i) for i in range(8)]
GROUPS = {f"layer{i}": mx.cpu(i) for i in range(4)}


def device(array: Any) -> Any:
    """Where an array really is."""
    (found,) = array.jax.devices()
    assert found == array.context.jax_device
    return found.id


def values_of(executor: Any) -> dict[str, np.ndarray]:
    kinds = {"argument": executor.arg_dict, "gradient": executor.grad_dict, "state": executor.aux_dict}
    found = {f"{kind} {n}": a.asnumpy() for kind, arrays in kinds.items() for n, a in arrays.items() if a is not None}
    return found | {f"output {i}": a.asnumpy() for i, a in enumerate(executor.outputs)}


def assert_same(mine: dict, theirs: dict) -> None:
    assert mine.keys() == theirs.keys()
    for name in theirs:
        np.testing.assert_allclose(mine[name], theirs[name], 2e-4, 2e-5, err_msg=name)


def filled(executor: Any) -> Any:
    """An executor with values of its own for everything; what counts something gets whole numbers."""
    for arrays in (executor.arg_dict, executor.aux_dict, executor.grad_dict):
        for name, array in arrays.items():
            if array is not None:
                array[:] = np.abs(drawn(name, array.shape)) + 0.1
    if "index" in executor.arg_dict:
        executor.arg_dict["index"][:] = np.arange(executor.arg_dict["index"].size).reshape(
            executor.arg_dict["index"].shape
        )
    return executor


def computed(executor: Any, is_train: bool = True, looks: bool = False, passes: int = 2) -> dict[str, np.ndarray]:
    """All arrays after some passes with given head gradients."""
    mx.random.seed(1)
    filled(executor)
    for _ in range(passes):
        executor.forward(is_train=is_train)
        if looks:
            executor.outputs[0].asnumpy()
        executor.backward([mx.nd.array(drawn(str(i), o.shape)) for i, o in enumerate(executor.outputs)])
    return values_of(executor)


def scattered(symbol: Any, seed: int) -> Any:
    """A symbol whose nodes are in groups at random."""
    draw, copy = random.Random(seed), symbol.__copy__()
    for node in copy.graph.order:
        node.attrs = {**node.attrs, "__ctx_group__": draw.choice(["", *GROUPS])}
    return copy


# -- blocks ---------------------------------------------------------------------------------------------------------------


@block
def layers_on_devices_of_their_own() -> None:
    net = lstm()
    one = net.simple_bind(
        mx.cpu(), grad_req={n: "write" for n in net.list_arguments() if n not in LSTM_SHAPES}, **LSTM_SHAPES
    )
    several = net.simple_bind(mx.cpu(), grad_req=one._grad_req, group2ctx=GROUPS, **LSTM_SHAPES)
    for is_train in (True, False):
        for looks in (True, False):
            assert_same(computed(several, is_train, looks), computed(one, is_train, looks))
    for name, array in several.arg_dict.items():
        expected = int(name[4]) if name.startswith("lstm") else {"embed_weight": 0, "index": 0, "label": 0}.get(name, 3)
        assert device(array) == expected, name
        grad = several.grad_dict[name]
        assert grad is None or device(grad) == expected, name
    assert [device(output) for output in several.outputs] == [3]
    assert [segment.place.id for segment in several._program.segments] == [0, 1, 2, 3]


@block
def nodes_anywhere_compute_the_same() -> None:
    for name, request, is_train, looks in (
        ("branches", "write", True, False),
        ("branches", "add", True, True),
        ("branches", "write", False, True),
        ("layers", "add", True, False),
        ("recurrent", "write", True, True),
    ):
        make, shapes = NETWORKS[name]
        net = make()
        spread = scattered(net, 1).simple_bind(mx.cpu(5), request, group2ctx=GROUPS, **shapes)
        one = net.simple_bind(mx.cpu(5), request, **shapes)
        assert len(spread._program.segments) > 4
        assert_same(computed(spread, is_train, looks), computed(one, is_train, looks))


@block
def inference_begins_at_once() -> None:
    net, shapes = lstm(), LSTM_SHAPES
    several = filled(net.simple_bind(mx.cpu(), "null", group2ctx=GROUPS, **shapes))
    one = filled(net.simple_bind(mx.cpu(), "null", **shapes))
    for executor in (several, one):
        for is_train in (False, True):
            mx.random.seed(4)
            executor.forward(is_train=is_train)[0].asnumpy()
        assert executor._beside == {False, True}
    assert_same(values_of(several), values_of(one))


def dense(groups: tuple = ("layer1", "layer2")) -> Any:
    """`tests.training_blocks.mlp`, with dropout and in two groups."""
    with mx.AttrScope(ctx_group=groups[0]):
        net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=8, name="fc1")
        net = mx.sym.Dropout(mx.sym.Activation(net, act_type="tanh", name="act"), p=0.2)
    with mx.AttrScope(ctx_group=groups[1]):
        net = mx.sym.FullyConnected(net, num_hidden=4, name="fc2")
    return mx.sym.SoftmaxOutput(net, name="softmax")


SHAPES = {"data": (8, 10), "softmax_label": (8,)}


class Halving(mx.optimizer.Optimizer):
    """An optimizer as users write them."""

    def create_state(self, index: Any, weight: Any) -> Any:
        return mx.nd.ones(weight.shape, ctx=weight.context)

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        state[:] = state / 2 + grad
        weight[:] = weight - self._get_lr(index) * state


def trained(groups: Any, optimizer: Any = "sgd", context: Any = None) -> Any:
    net = dense()
    made = mx.mod.Module(net, context=context or mx.cpu(), group2ctxs=groups)
    made.bind([("data", (8, 10))], [("softmax_label", (8,))])
    made.init_params(arg_params=first_values(mx, net, **SHAPES))
    mx.random.seed(3)
    made.init_optimizer("device", optimizer, OPTIMIZERS.get(optimizer, ()) if isinstance(optimizer, str) else ())
    for batch in batches(mx):
        made.forward_backward(batch)
        made.update()
    return made


def assert_same_modules(mine: Any, theirs: Any) -> None:
    for given, expected in zip(mine.get_params(), theirs.get_params(), strict=True):
        assert_same(*({name: a.asnumpy() for name, a in params.items()} for params in (given, expected)))
    assert_same(*({"output": made.get_outputs()[0].asnumpy()} for made in (mine, theirs)))


@block
def modules_train_the_same_with_every_kind_of_optimizer() -> None:
    together = optax.chain(optax.clip_by_global_norm(0.01), optax.adam(0.1))
    for optimizer in ("sgd", "nadam", "sgld", together, Halving(learning_rate=0.1, rescale_grad=1 / 8)):
        several = trained(GROUPS, optimizer)
        assert_same_modules(several, trained(None, optimizer))
        executor = several._exec_group.executor
        states = (several._kvstore or several)._updater.states if several._kvstore else several._updater.states
        for i, name in enumerate(several._param_names):
            expected = 1 if name.startswith("fc1") else 2
            for array in (executor.arg_dict[name], executor.grad_dict[name], *leaves(states.get(i))):
                assert device(array) == expected, name


@block
def a_loop_of_training() -> None:
    found = []
    for groups in (None, GROUPS):
        made = mx.mod.Module(dense(), context=mx.cpu(), group2ctxs=groups)
        mx.random.seed(0)
        data = mx.io.NDArrayIter(*digits(44), batch_size=8)
        made.fit(
            data,
            arg_params=first_values(mx, dense(), **SHAPES),
            num_epoch=3,
            optimizer_params=OPTIMIZERS["sgd"],
            eval_metric=["acc", "ce"],
        )
        found.append((made, made.predict(data).asnumpy(), dict(made.score(data, "acc"))))
    assert_same_modules(found[1][0], found[0][0])
    np.testing.assert_allclose(found[1][1], found[0][1], 1e-4, 1e-5)
    assert found[1][2] == found[0][2]


@block
def monitors_see_values_where_they_are() -> None:
    seen: dict[str, dict] = {}
    net = scattered(layers(), 1)
    for kind, groups in (("one", None), ("several", GROUPS)):
        executor = filled(net.simple_bind(mx.cpu(5), group2ctx=groups, x=(2, 3, 6, 6)))
        rows = seen[kind] = {}
        executor.set_monitor_callback(lambda name, array, rows=rows: rows.update({name: array}), monitor_all=True)
        executor.forward(is_train=True)
        executor.backward()
        rows |= values_of(executor)
    assert seen["one"].keys() == seen["several"].keys()
    arrays = {name: array for name, array in seen["several"].items() if isinstance(array, mx.nd.NDArray)}
    assert len({device(array) for array in arrays.values()}) > 2
    for name in arrays:
        seen["one"][name], seen["several"][name] = seen["one"][name].asnumpy(), arrays[name].asnumpy()
    assert_same(seen["several"], seen["one"])


@block
def other_shapes_and_shared_arrays() -> None:
    net = dense()
    first = filled(net.simple_bind(mx.cpu(), group2ctx=GROUPS, **SHAPES))
    one = filled(net.simple_bind(mx.cpu(), **SHAPES))
    data = mx.nd.array(drawn("data", (4, 10)))
    smaller = [executor.reshape(data=(4, 10), softmax_label=(4,)) for executor in (first, one)]
    names = ["fc1_weight", "fc1_bias", "fc2_weight", "fc2_bias"]
    options = {"shared_arg_names": names, "group2ctx": GROUPS, "data": (4, 10), "softmax_label": (4,)}
    sharing = net.simple_bind(mx.cpu(), shared_exec=first, **options)
    assert [sharing.arg_dict[name] is first.arg_dict[name] for name in names] == [True] * 4
    for executor in (*smaller, sharing):
        mx.random.seed(2)
        executor.forward(is_train=True, data=data, softmax_label=mx.nd.ones((4,)))
        executor.backward()
    for executor in (smaller[0], sharing):
        assert_same(values_of(executor), values_of(smaller[1]))
    assert [device(smaller[0].arg_dict[name]) for name in names] == [1, 1, 2, 2]


@block
def arrays_may_be_given_on_any_device() -> None:
    net = branches()
    shapes = {"x": (3, 5), "y": (3, 5)}
    one = net.simple_bind(mx.cpu(), **shapes)
    args, aux = (
        {name: array.as_in_context(CONTEXTS[(i + 2) % 8]) for i, (name, array) in enumerate(arrays.items())}
        for arrays in (one.arg_dict, one.aux_dict)
    )
    grads = {name: mx.nd.zeros(array.shape, ctx=array.context) for name, array in args.items()}
    several = net.bind(mx.cpu(), args, grads, aux_states=aux, group2ctx=GROUPS)
    assert_same(computed(several), computed(one))
    for name, array in args.items():
        assert several.arg_dict[name] is array
        assert device(several.grad_dict[name]) == device(array) == array.context.device_id
    assert {device(output) for output in several.outputs} == {2}  # that of the first input
    grads["x"] = mx.nd.zeros((3, 5), ctx=mx.cpu(7))
    raises(
        BindError,
        "args_grad: gradient array of 'x' lives on cpu(7), but the argument on cpu(2); move one of them with as_in_context.",
        lambda: net.bind(mx.cpu(), args, grads, aux_states=aux, group2ctx=GROUPS),
    )


@block
def one_device_is_one_program() -> None:
    kinds = []
    for groups in (
        {"layer1": mx.cpu(0), "layer2": mx.cpu(8)},  # beyond the last device, they are counted from the first again
        {"layer1": mx.cpu(3), "layer2": mx.cpu(3)},
        {},
    ):
        executor = dense().simple_bind(mx.cpu(), group2ctx=groups, grad_req="null", **SHAPES)
        kinds.append((type(executor._program).__name__, executor.outputs[0].context.device_id))
        executor.forward()
        assert device(executor.outputs[0]) == kinds[-1][1] % 8
    assert kinds == [("Program", 8), ("Chain", 3), ("Program", 0)]


@block
def python_code_runs_in_its_segment() -> None:
    class Twice(mx.operator.CustomOp):
        def forward(self, is_train: Any, req: Any, in_data: Any, out_data: Any, aux: Any) -> None:
            self.assign(out_data[0], req[0], in_data[0] * 2)

        def backward(self, req: Any, out_grad: Any, in_data: Any, out_data: Any, in_grad: Any, aux: Any) -> None:
            self.assign(in_grad[0], req[0], out_grad[0] * 2)

    @mx.operator.register("twice")
    class Property(mx.operator.CustomOpProp):
        def create_operator(self, *_: Any) -> Any:
            return Twice()

    def network() -> Any:
        net = mx.sym.Variable("x") * 3
        for i in range(3):
            with mx.AttrScope(ctx_group=f"layer{i}"):
                net = mx.sym.Custom(net, op_type="twice", name=f"twice{i}") + 1
        return net

    found = [computed(network().simple_bind(mx.cpu(), group2ctx=g, x=(2, 3))) for g in (GROUPS, None)]
    assert_same(*found)


@block
def what_is_compiled_can_be_looked_at() -> None:
    one, several = (dense().simple_bind(mx.cpu(), group2ctx=g, **SHAPES) for g in (None, GROUPS))
    for is_train in (True, False):
        text = several.as_text(is_train)
        assert all(f"/{name}/" in text for name in ("fc1", "fc2", "softmax"))
        assert text.count("ENTRY") > one.as_text(is_train).count("ENTRY") == 1
        assert several.cost(is_train)["flops"] > 0
        plans = [executor.memory_plan(is_train) for executor in (one, several)]
        assert plans[0].keys() == plans[1].keys()
        assert plans[1]["total"] >= plans[1]["arguments"] >= 4 * 10 * 8


@block
def over_a_mesh_groups_are_left_aside() -> None:
    mesh = Mesh(np.array(jax.devices("cpu")[:2]), ("data",))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        executor = dense().simple_bind(mesh, group2ctx=GROUPS, **SHAPES)
        module = trained(GROUPS, context=CONTEXTS[:2])
    assert {str(w.message) for w in caught} == {
        "group2ctx is left aside: one program computes the whole network on all 2 devices; bind it to one context to have "
        "groups on devices of their own."
    }
    assert executor.arg_dict["fc1_weight"].context == mx.cpu(0)
    assert_same_modules(module, trained(None))


@block
def mistakes() -> None:
    def bound(groups: Any) -> Any:
        return lambda: dense(("first", "second")).simple_bind(mx.cpu(), group2ctx=groups, **SHAPES)

    given = {"first": mx.cpu(1), "secnd": mx.cpu(2)}
    try:
        bound(given)()
    except BindError as error:
        text = str(error)
    assert text.startswith("variable 'fc2_weight' (made at "), text
    assert text.split("py:")[1].split(")", 1)[1] == (
        " is in the group 'second' (ctx_group), for which group2ctx has no context. Did you mean 'secnd'? Groups given: first, "
        "secnd; add it, as in group2ctx={'second': mx.cpu(1)}."
    ), text
    raises(
        DeviceError,
        "group2ctx: group 'second': gpu(1) was asked for, but JAX finds no such device on this machine, which has 8 cpu "
        "devices. Use cpu(0), or install JAX for it (pip install 'jax[cuda12]').",
        bound({"first": mx.cpu(1), "second": mx.gpu(1)}),
    )
    raises(BindError, "group2ctx: group 'first' must map to a Context, given 'cpu(1)'.", bound({"first": "cpu(1)"}))


if __name__ == "__main__":
    main(BLOCKS)
