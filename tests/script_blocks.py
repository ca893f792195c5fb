"""Trainings as scripts of MXNet's days wrote them, with loops, iterators, metrics and optimizers of their own.

Functions of the module `mx`, as in `tests.training_blocks`. Each is one way of using the API that differs from a plain `fit`.
"""

from __future__ import annotations

import os
import tempfile
from typing import Any

import numpy as np

from tests.blocks import Blocks
from tests.training_blocks import Losses, batches, digits, drawn, first_values, mlp, shown, trained

block = BLOCKS = Blocks()


def dense(mx: Any, data: Any, size: int, name: str, act: str = "") -> Any:
    net = mx.sym.FullyConnected(data, num_hidden=size, name=name)
    return mx.sym.Activation(net, act_type=act, name=name + "_act") if act else net


def rounded(array: Any) -> list:
    return np.asarray(array.asnumpy(), np.float64).round(4).tolist()


def prepared(mx: Any, symbol: Any, data: dict, label: dict, **options: Any) -> Any:
    """A module that is bound, with parameters and an optimizer."""
    bound = {key: options.pop(key) for key in ("inputs_need_grad", "grad_req") if key in options}
    module = mx.mod.Module(symbol, list(data), list(label))
    module.bind(list(data.items()), list(label.items()) or None, **bound)
    module.init_params(arg_params=first_values(mx, symbol, **data, **label))
    module.init_optimizer(**options)
    return module


@block
def adversarial_networks(mx: Any) -> Any:
    """Two modules in turn; the second's input gradients are the first's head gradients, and its own ones are summed up."""
    maker = dense(mx, mx.sym.Variable("noise"), 6, "g1", "tanh")
    judge = dense(mx, dense(mx, mx.sym.Variable("data"), 5, "d1", "relu"), 1, "d2")
    judge = mx.sym.LogisticRegressionOutput(judge, mx.sym.Variable("label"), name="loss")
    adam = {"optimizer": "adam", "optimizer_params": {"learning_rate": 0.02, "beta1": 0.5}}
    g = prepared(mx, maker, {"noise": (4, 3)}, {}, **adam)
    d = prepared(mx, judge, {"data": (4, 6)}, {"label": (4, 1)}, inputs_need_grad=True, **adam)
    label, found = mx.nd.zeros((4, 1)), []
    for i in range(4):
        g.forward(mx.io.DataBatch([mx.nd.array(drawn(f"noise{i}", (4, 3)))], []), is_train=True)
        made = g.get_outputs()
        label[:] = 0
        d.forward(mx.io.DataBatch(made, [label]), is_train=True)
        d.backward()
        kept = [[grad.copyto(grad.context) for grad in grads] for grads in d._exec_group.grad_arrays]
        label[:] = 1
        d.forward(mx.io.DataBatch([mx.nd.array(drawn(f"real{i}", (4, 6)))], [label]), is_train=True)
        d.backward()
        for grads, others in zip(d._exec_group.grad_arrays, kept):
            for grad, other in zip(grads, others):
                grad += other
        d.update()
        d.forward(mx.io.DataBatch(made, [label]), is_train=True)
        d.backward()
        g.backward(d.get_input_grads())
        g.update()
        found.append(rounded(d.get_outputs()[0]))
    return found, shown(g.get_params()), shown(d.get_params())


@block
def executor_with_clipped_gradients(mx: Any) -> Any:
    symbol, shapes = mlp(mx), {"data": (8, 10), "softmax_label": (8,)}
    executor = symbol.simple_bind(ctx=mx.cpu(), grad_req="write", **shapes)
    for name, value in first_values(mx, symbol, **shapes).items():
        value.copyto(executor.arg_dict[name])
    updater = mx.optimizer.get_updater(mx.optimizer.create("rmsprop", learning_rate=0.01, rescale_grad=1 / 8))
    norms = []
    for batch in batches(mx):
        executor.arg_dict["data"][:] = batch.data[0]
        executor.arg_dict["softmax_label"][:] = batch.label[0]
        executor.forward(is_train=True)
        executor.backward()
        names = [name for name in symbol.list_arguments() if name not in shapes]
        norm = sum(mx.nd.norm(executor.grad_dict[name]).asscalar() ** 2 for name in names) ** 0.5
        for i, name in enumerate(names):
            if norm > 2:
                executor.grad_dict[name] *= 2 / float(norm)
            updater(i, executor.grad_dict[name], executor.arg_dict[name])
        norms.append(round(float(norm), 4))
    return norms, shown(({name: executor.arg_dict[name] for name in names}, {}))


@block
def values_of_actions(mx: Any) -> Any:
    """A network of values and its target network, to which parameters are copied now and then."""

    def values() -> Any:
        return dense(mx, dense(mx, mx.sym.Variable("data"), 5, "h", "relu"), 3, "q")

    shapes = {"data": (4, 6), "action": (4,), "target": (4,)}
    chosen = mx.sym.sum(values() * mx.sym.one_hot(mx.sym.Variable("action"), depth=3), axis=1)
    loss = mx.sym.MakeLoss(mx.sym.smooth_l1(chosen - mx.sym.Variable("target"), scalar=1.0))
    symbol = mx.sym.Group([loss, mx.sym.BlockGrad(chosen)])
    requests = {name: "null" if name in shapes else "write" for name in symbol.list_arguments()}
    executor = symbol.simple_bind(mx.cpu(), grad_req=requests, **shapes)
    target = values().simple_bind(mx.cpu(), grad_req="null", data=(4, 6))
    params = first_values(mx, symbol, **shapes)
    executor.copy_params_from(params)
    target.copy_params_from(params, allow_extra_params=True)
    updater = mx.optimizer.get_updater(mx.optimizer.create("adam", learning_rate=0.05))
    found = []
    for i in range(4):
        target.forward(is_train=False, data=mx.nd.array(drawn(f"next{i}", (4, 6))))
        wanted = 1 + 0.9 * mx.nd.max(target.outputs[0], axis=1)
        state = mx.nd.array(drawn(f"state{i}", (4, 6)))
        executor.forward(is_train=True, data=state, action=mx.nd.array([0, 1, 2, 1]), target=wanted)
        executor.backward()
        for j, name in enumerate(sorted(params)):
            updater(j, executor.grad_dict[name], executor.arg_dict[name])
        found.append(rounded(executor.outputs[0]))
        if i % 2:
            target.copy_params_from({name: executor.arg_dict[name] for name in params}, allow_extra_params=True)
    return found


@block
def several_tasks(mx: Any) -> Any:
    """An iterator around another one, and a metric that overrides all of its base."""

    class Twice(mx.io.DataIter):
        def __init__(self, inner: Any) -> None:
            super().__init__()
            self.inner, self.batch_size = inner, inner.batch_size

        provide_data = property(lambda self: self.inner.provide_data)
        provide_label = property(lambda self: [(f"task{i}_label", self.inner.provide_label[0][1]) for i in (0, 1)])

        def reset(self) -> None:
            self.inner.reset()

        def next(self) -> Any:
            batch = self.inner.next()
            (label,) = batch.label
            return mx.io.DataBatch(data=batch.data, label=[label, label > 1], pad=batch.pad, index=batch.index)

    class Each(mx.metric.EvalMetric):
        def __init__(self) -> None:
            super().__init__("each")

        def reset(self) -> None:
            self.right, self.count = [0, 0], 0

        def update(self, labels: Any, preds: Any) -> None:
            for i in range(2):
                self.right[i] += int((preds[i].asnumpy().argmax(1) == labels[i].asnumpy()).sum())
            self.count += len(labels[0].asnumpy())

        def get(self) -> Any:
            return ["each0", "each1"], [right / max(self.count, 1) for right in self.right]

        def get_name_value(self) -> Any:
            return list(zip(*self.get()))

        get_global_name_value = get_name_value

    hidden = dense(mx, mx.sym.Variable("data"), 8, "fc", "relu")
    heads = [mx.sym.SoftmaxOutput(dense(mx, hidden, 4 - 2 * i, f"fc{i}"), name=f"task{i}") for i in (0, 1)]
    symbol = mx.sym.Group(heads)
    module = mx.mod.Module(symbol, label_names=["task0_label", "task1_label"])
    return trained(mx, symbol, Twice(batches(mx)), Each(), module=module)


@block
def fine_tuning(mx: Any) -> Any:
    """A checkpoint, cut at a layer, with a new head; the rest is fixed."""
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "net")
        trained(mx, mlp(mx), batches(mx), epochs=2, epoch_end_callback=mx.callback.do_checkpoint(prefix))
        symbol, args, aux = mx.model.load_checkpoint(prefix, 2)
    features = symbol.get_internals()["act_output"]
    net = mx.sym.SoftmaxOutput(dense(mx, features, 3, "new"), name="softmax")
    fixed = [name for name in net.list_arguments() if name.startswith("fc1")]
    module = mx.mod.Module(net, fixed_param_names=fixed)
    kept = {name: value for name, value in args.items() if not name.startswith("fc2")}
    data = mx.io.NDArrayIter(*digits(classes=3), batch_size=8)
    return trained(mx, net, data, module=module, arg_params=kept, aux_params=aux, initializer=mx.init.Constant(0.1))


@block
def resumed(mx: Any) -> Any:
    """A training of four epochs, and one that stops after two and goes on from its checkpoint, optimizer included.

    MXNet's file does not tell how many updates there were.
    """
    options = {"optimizer": "adam", "optimizer_params": {"learning_rate": 0.05, "rescale_grad": 1 / 8}}
    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "net")
        module = mx.mod.Module(mlp(mx))
        saving = mx.callback.module_checkpoint(module, prefix, period=2, save_optimizer_states=True)
        whole = trained(mx, mlp(mx), batches(mx), epochs=4, module=module, epoch_end_callback=saving, **options)
        again = mx.mod.Module.load(prefix, 2, load_optimizer_states=True)
        options["optimizer_params"]["begin_num_update"] = 2 * len(list(batches(mx)))
        rest = trained(mx, mlp(mx), batches(mx), epochs=4, module=again, begin_epoch=2, **options)
    return whole, rest


@block
def shared_branches(mx: Any) -> Any:
    """The same weights on both sides of a comparison, and a metric that takes the loss as it is."""
    weight, bias, same = mx.sym.Variable("w"), mx.sym.Variable("b"), mx.sym.Variable("same")
    sides = [
        mx.sym.FullyConnected(mx.sym.Variable(side), weight=weight, bias=bias, num_hidden=4, name="fc_" + side)
        for side in ("left", "right")
    ]
    distance = mx.sym.sum(mx.sym.square(sides[0] - sides[1]), axis=1)
    apart = mx.sym.square(mx.sym.maximum(1 - mx.sym.sqrt(distance + 1e-6), 0))
    symbol = mx.sym.MakeLoss(mx.sym.mean(same * distance + (1 - same) * apart), name="loss")
    x, y = digits()
    data = mx.io.NDArrayIter({"left": x, "right": x[::-1].copy()}, {"same": (y == y[::-1]).astype("f")}, 8)
    module = mx.mod.Module(symbol, ["left", "right"], ["same"])
    return trained(mx, symbol, data, mx.metric.Loss(), module=module, optimizer="adam")


@block
def style_of_an_image(mx: Any) -> Any:
    """An input is optimized, by the gradients of several outputs, with a schedule."""
    image = mx.sym.Variable("image")
    features = mx.sym.Convolution(image, num_filter=3, kernel=(3, 3), pad=(1, 1), name="conv")
    flat = mx.sym.Reshape(features, shape=(3, -1))
    symbol = mx.sym.Group([mx.sym.FullyConnected(flat, flat, no_bias=True, num_hidden=3), features])
    shapes = dict(zip(symbol.list_arguments(), symbol.infer_shape(image=(1, 3, 6, 6))[0]))
    args = {name: mx.nd.array(drawn(name, shape)) for name, shape in shapes.items()}
    requests = {name: "write" if name == "image" else "null" for name in shapes}
    grad = mx.nd.zeros((1, 3, 6, 6))
    executor = symbol.bind(mx.current_context(), args=args, args_grad={"image": grad}, grad_req=requests)
    executor.forward()
    wanted = [output.copy() for output in executor.outputs]
    args["image"][:] = drawn("noise", (1, 3, 6, 6))
    schedule = mx.lr_scheduler.FactorScheduler(step=3, factor=0.5)
    optimizer = mx.optimizer.SGD(learning_rate=0.05, wd=0.001, lr_scheduler=schedule, momentum=0.9)
    state = optimizer.create_state(0, args["image"])
    norms = []
    for _ in range(6):
        executor.forward(is_train=True)
        executor.backward([2 * (output - target) for output, target in zip(executor.outputs, wanted)])
        norm = float(mx.nd.norm(grad).asscalar())
        if norm > 1:
            grad[:] *= 1 / norm
        optimizer.update(0, args["image"], grad, state)
        norms.append(round(norm, 4))
    return norms, shown((args, {}))


@block
def feed_forward(mx: Any) -> Any:
    data, losses = batches(mx), Losses()
    params = first_values(mx, mlp(mx), data=(8, 10), softmax_label=(8,))
    model = mx.model.FeedForward(mlp(mx), num_epoch=3, epoch_size=4, learning_rate=0.1, momentum=0.9, arg_params=params)
    model.fit(data, eval_metric="ce", batch_end_callback=losses)
    with tempfile.TemporaryDirectory() as folder:
        model.save(os.path.join(folder, "net"))
        loaded = mx.model.FeedForward.load(os.path.join(folder, "net"), 3, numpy_batch_size=5)
    outputs = loaded.predict(digits()[0][:7])
    return losses.rows, shown((model.arg_params, {})), outputs.round(4).tolist(), round(float(model.score(data)), 4)


@block
def policy_of_single_steps(mx: Any) -> Any:
    """Batches of one, whose gradients add up until the end of an episode."""
    symbol = mx.sym.SoftmaxActivation(dense(mx, mx.sym.Variable("data"), 3, "policy"), name="softmax")
    options = {"optimizer": "adam", "optimizer_params": {"learning_rate": 0.1}}
    module = prepared(mx, symbol, {"data": (1, 6)}, {}, grad_req="add", **options)
    for episode in range(2):
        for step in range(3):
            module.forward(mx.io.DataBatch([mx.nd.array(drawn(f"state{episode}{step}", (1, 6)))], None), is_train=True)
            gradient = np.zeros((1, 3), np.float32)
            gradient[0, step] = -1 / module.get_outputs()[0].asnumpy()[0, step]
            module.backward([mx.nd.array(gradient)])
        module.update()
        for grads in module._exec_group.grad_arrays:
            for grad in grads:
                grad[:] = 0
    return shown(module.get_params())


@block
def gradients_written_by_hand(mx: Any) -> Any:
    """Between backward and update: gradients set to zero, parameters scaled, moving averages set."""
    net = mx.sym.BatchNorm(dense(mx, mx.sym.Variable("data"), 8, "fc1"), fix_gamma=False, name="bn")
    symbol = mx.sym.SoftmaxOutput(dense(mx, net, 4, "fc2"), name="softmax")
    options = {"optimizer_params": {"learning_rate": 0.1, "momentum": 0.9}}
    module = prepared(mx, symbol, {"data": (8, 10)}, {"softmax_label": (8,)}, **options)
    executor = module._exec_group.execs[0]
    for batch in batches(mx):
        module.forward_backward(batch)
        executor.grad_dict["fc1_weight"][:] = 0
        executor.arg_dict["fc2_weight"][:] = 0.9 * executor.arg_dict["fc2_weight"]
        mx.nd.waitall()  # where MXNet's backward may write moving averages later than we do below
        executor.aux_dict["bn_moving_mean"][:] = 0.5
        module.update()
    mx.nd.waitall()
    return shown(module.get_params())


@block
def chain_with_a_module_in_python(mx: Any) -> Any:
    class Double(mx.mod.PythonModule):
        def __init__(self) -> None:
            super().__init__(["data"], None, ["double_output"])

        def _compute_output_shapes(self) -> Any:
            return [("double_output", self._data_shapes[0][1])]

        def forward(self, data_batch: Any, is_train: Any = None) -> None:
            self.given = data_batch.data[0]

        def get_outputs(self, merge_multi_context: bool = True) -> list:
            return [self.given * 2]

        def backward(self, out_grads: Any = None) -> None:
            self.grad = out_grads[0] * 2

        def get_input_grads(self, merge_multi_context: bool = True) -> list:
            return [self.grad]

    first = dense(mx, mx.sym.Variable("data"), 10, "fc0")
    chain = mx.mod.SequentialModule().add(mx.mod.Module(first, label_names=None)).add(Double(), auto_wiring=True)
    chain.add(mx.mod.Module(mlp(mx)), auto_wiring=True, take_labels=True)
    shapes = {"data": (8, 10)}
    params = first_values(mx, first, **shapes)
    params.update(first_values(mx, mlp(mx), softmax_label=(8,), **shapes))
    return trained(mx, mlp(mx), batches(mx), module=chain, arg_params=params)
