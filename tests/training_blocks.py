"""Small trainings, as functions of the module `mx` that return the losses of all steps and what the parameters end up as.

Initial parameters and data are drawn with NumPy, from seeds, so that both programs begin with the same.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

from tests.blocks import Blocks

block = BLOCKS = Blocks()


def drawn(name: str, shape: tuple, scale: float = 0.3) -> np.ndarray:
    return np.random.RandomState(zlib.crc32(name.encode()) % 2**32).uniform(-scale, scale, shape).astype(np.float32)


def first_values(mx: Any, symbol: Any, **shapes: tuple) -> dict:
    found = dict(zip(symbol.list_arguments(), symbol.infer_shape(**shapes)[0]))
    return {n: mx.nd.array(drawn(n, s) + 1.0 * n.endswith("gamma")) for n, s in found.items() if n not in shapes}


def digits(count: int = 32, shape: tuple = (10,), classes: int = 4) -> tuple:
    """Examples of classes that lie around centres."""
    rng = np.random.RandomState(5)
    labels = rng.randint(0, classes, count)
    centres = rng.normal(size=(classes, *shape))
    return (centres[labels] + 0.5 * rng.normal(size=(count, *shape))).astype(np.float32), labels.astype(np.float32)


class Losses:
    """A callback that keeps the metric of each batch."""

    def __init__(self) -> None:
        self.rows: list = []

    def __call__(self, param: Any) -> None:
        values = param.eval_metric.get()[1]
        self.rows.append([round(float(v), 5) for v in (values if isinstance(values, list) else [values])])
        param.eval_metric.reset()


def shown(params: tuple) -> dict:
    """Norm and first element of each parameter and state."""
    named = {**params[0], **params[1]}
    return {
        name: [round(float(np.linalg.norm(a.asnumpy())), 5), round(float(a.asnumpy().ravel()[0]), 5)]
        for name, a in sorted(named.items())
    }


def trained(
    mx: Any, symbol: Any, data: Any, metric: Any = "ce", epochs: int = 3, module: Any = None, **options: Any
) -> Any:
    """Losses and parameters of `fit`."""
    losses = Losses()
    module = module or mx.mod.Module(symbol)
    shapes = {d[0]: d[1] for d in data.provide_data + data.provide_label}
    if "arg_params" not in options:
        options["arg_params"] = first_values(mx, symbol, **shapes)
    options.setdefault("optimizer_params", {"learning_rate": 0.1})
    options.setdefault("initializer", mx.init.One())
    module.fit(data, eval_metric=metric, num_epoch=epochs, batch_end_callback=losses, allow_missing=True, **options)
    return {"losses": losses.rows, "params": shown(module.get_params())}


def mlp(mx: Any) -> Any:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=8, name="fc1")
    net = mx.sym.FullyConnected(mx.sym.Activation(net, act_type="tanh", name="act"), num_hidden=4, name="fc2")
    return mx.sym.SoftmaxOutput(net, name="softmax")


def batches(mx: Any, count: int = 32, size: int = 8, **options: Any) -> Any:
    return mx.io.NDArrayIter(*digits(count, **options), batch_size=size)


OPTIMIZERS = {
    "sgd": {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.01},
    "nag": {"learning_rate": 0.1, "momentum": 0.9},
    "adam": {"learning_rate": 0.05, "wd": 0.01},
    "adagrad": {"learning_rate": 0.1},
    "rmsprop": {"learning_rate": 0.02, "centered": True},
    "adadelta": {},
    "ftrl": {"learning_rate": 0.5},
    "adamax": {"learning_rate": 0.02},
    "nadam": {"learning_rate": 0.02},
    "signum": {"learning_rate": 0.02},
    "ftml": {"learning_rate": 0.02},
    "dcasgd": {"learning_rate": 0.1},
    "lbsgd": {"learning_rate": 0.1, "momentum": 0.5},
    "lars": {"learning_rate": 0.1, "momentum": 0.5},
    "lamb": {"learning_rate": 0.02},
}


@block
def optimizers(mx: Any) -> Any:
    return {
        name: trained(mx, mlp(mx), batches(mx), optimizer=name, optimizer_params=options)
        for name, options in OPTIMIZERS.items()
    }


@block
def schedule_and_multipliers(mx: Any) -> Any:
    weight = mx.sym.Variable("fc1_weight", lr_mult=0.5, wd_mult=2.0)
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), weight=weight, num_hidden=8, name="fc1")
    net = mx.sym.FullyConnected(mx.sym.Activation(net, act_type="relu", name="act"), num_hidden=4, name="fc2")
    options = {
        "learning_rate": 0.5,
        "wd": 0.1,
        "clip_gradient": 0.05,
        "lr_scheduler": mx.lr_scheduler.FactorScheduler(step=3, factor=0.5),
    }
    return trained(mx, mx.sym.SoftmaxOutput(net, name="softmax"), batches(mx), optimizer_params=options)


@block
def last_batches(mx: Any) -> Any:
    """30 examples in batches of 8, handled in each way."""
    return [
        trained(mx, mlp(mx), mx.io.NDArrayIter(*digits(30), batch_size=8, last_batch_handle=way), epochs=2)
        for way in ("pad", "discard", "roll_over")
    ]


@block
def convolutions(mx: Any) -> Any:
    net = mx.sym.Variable("data")
    for i in range(2):
        net = mx.sym.Convolution(net, num_filter=4, kernel=(3, 3), pad=(1, 1), name=f"conv{i}")
        net = mx.sym.BatchNorm(net, fix_gamma=False, momentum=0.8, name=f"bn{i}")
        net = mx.sym.Activation(net, act_type="relu", name=f"relu{i}")
        net = mx.sym.Pooling(net, kernel=(2, 2), stride=(2, 2), pool_type="max", name=f"pool{i}")
    net = mx.sym.FullyConnected(net, num_hidden=4, name="fc")
    net = mx.sym.SoftmaxOutput(net, name="softmax")
    return trained(mx, net, batches(mx, shape=(2, 8, 8)), epochs=2, optimizer_params=OPTIMIZERS["sgd"])


@block
def residual(mx: Any) -> Any:
    """A small ResNet: units with a way around."""
    net = mx.sym.Convolution(
        mx.sym.Variable("data"), num_filter=4, kernel=(3, 3), pad=(1, 1), no_bias=True, name="conv0"
    )
    for i in range(2):
        side = mx.sym.Activation(
            mx.sym.BatchNorm(net, fix_gamma=False, name=f"bn{i}"), act_type="relu", name=f"relu{i}"
        )
        side = mx.sym.Convolution(side, num_filter=4, kernel=(3, 3), pad=(1, 1), no_bias=True, name=f"conv{i}_side")
        net = net + side
    net = mx.sym.Pooling(net, global_pool=True, kernel=(1, 1), pool_type="avg", name="pool")
    net = mx.sym.SoftmaxOutput(
        mx.sym.FullyConnected(mx.sym.Flatten(net, name="flat"), num_hidden=4, name="fc"), name="softmax"
    )
    return trained(mx, net, batches(mx, shape=(2, 8, 8)), epochs=2, optimizer_params=OPTIMIZERS["sgd"])


@block
def inception(mx: Any) -> Any:
    """A small Inception: towers side by side."""
    data = mx.sym.Variable("data")
    towers = [
        mx.sym.Activation(
            mx.sym.Convolution(data, num_filter=3, kernel=(k, k), pad=(k // 2,) * 2, name=f"t{k}"), act_type="relu"
        )
        for k in (1, 3, 5)
    ]
    towers.append(mx.sym.Pooling(data, kernel=(3, 3), pad=(1, 1), pool_type="avg", name="pool"))
    net = mx.sym.FullyConnected(mx.sym.Concat(*towers, name="concat"), num_hidden=4, name="fc")
    return trained(mx, mx.sym.SoftmaxOutput(net, name="softmax"), batches(mx, shape=(2, 6, 6)), epochs=2)


@block
def two_losses(mx: Any) -> Any:
    net = mx.sym.Activation(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=8, name="fc"), act_type="relu")
    a = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(net, num_hidden=4, name="fca"), name="a")
    b = mx.sym.LinearRegressionOutput(mx.sym.FullyConnected(net, num_hidden=1, name="fcb"), name="b", grad_scale=0.1)
    x, y = digits()
    data = mx.io.NDArrayIter({"data": x}, {"a_label": y, "b_label": y[:, None] / 4}, batch_size=8)
    metric = mx.metric.CompositeEvalMetric()
    metric.add(mx.metric.CrossEntropy(output_names=["a_output"], label_names=["a_label"]))
    metric.add(mx.metric.MSE(output_names=["b_output"], label_names=["b_label"]))
    symbol = mx.sym.Group([a, b])
    module = mx.mod.Module(symbol, label_names=["a_label", "b_label"])
    return trained(mx, symbol, data, metric, module=module)


@block
def factorization(mx: Any) -> Any:
    """Ratings as products of vectors of users and items."""
    rng = np.random.RandomState(3)
    user, item = rng.randint(0, 6, 40), rng.randint(0, 5, 40)
    score = (user % 3 - item % 2 + 0.1 * rng.normal(size=40)).astype(np.float32)
    u = mx.sym.Embedding(mx.sym.Variable("user"), input_dim=6, output_dim=3, name="users")
    i = mx.sym.Embedding(mx.sym.Variable("item"), input_dim=5, output_dim=3, name="items")
    net = mx.sym.Flatten(mx.sym.sum(u * i, axis=1), name="flat")
    net = mx.sym.LinearRegressionOutput(net, mx.sym.Variable("score"), name="lro")
    data = mx.io.NDArrayIter(
        {"user": user.astype(np.float32), "item": item.astype(np.float32)}, {"score": score}, batch_size=10
    )
    module = mx.mod.Module(net, data_names=("user", "item"), label_names=("score",))
    return trained(mx, net, data, "rmse", module=module, epochs=4)


@block
def chain_of_modules(mx: Any) -> Any:
    hidden = mx.sym.Activation(
        mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=6, name="fc1"), act_type="relu"
    )
    out = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc2"), name="softmax")
    chain = mx.mod.SequentialModule()
    chain.add(mx.mod.Module(hidden, label_names=None)).add(mx.mod.Module(out), take_labels=True, auto_wiring=True)
    params = first_values(mx, hidden, data=(8, 10)) | first_values(mx, out, data=(8, 6), softmax_label=(8,))
    return trained(mx, out, batches(mx), module=chain, arg_params=params)


@block
def loss_in_python(mx: Any) -> Any:
    def gradient(scores: Any, labels: Any) -> Any:
        scores, labels = scores.asnumpy(), labels.asnumpy().astype(int)
        probabilities = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
        probabilities[np.arange(len(labels)), labels] -= 1
        return mx.nd.array(probabilities)

    scores = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc")
    chain = mx.mod.SequentialModule().add(mx.mod.Module(scores, label_names=None))
    chain.add(mx.mod.PythonLossModule(grad_func=gradient), take_labels=True, auto_wiring=True)
    params = first_values(mx, scores, data=(8, 10))
    return trained(mx, scores, batches(mx), "acc", module=chain, arg_params=params)


@block
def custom_operator(mx: Any) -> Any:
    class Softmax(mx.operator.CustomOp):
        def forward(self, is_train: Any, req: Any, in_data: Any, out_data: Any, aux: Any) -> None:
            x = in_data[0].asnumpy()
            y = np.exp(x - x.max(axis=1, keepdims=True))
            self.assign(out_data[0], req[0], mx.nd.array(y / y.sum(axis=1, keepdims=True)))

        def backward(self, req: Any, out_grad: Any, in_data: Any, out_data: Any, in_grad: Any, aux: Any) -> None:
            y = out_data[0].asnumpy().copy()
            y[np.arange(len(y)), in_data[1].asnumpy().astype(int)] -= 1
            self.assign(in_grad[0], req[0], mx.nd.array(y))

    class SoftmaxProp(mx.operator.CustomOpProp):
        def __init__(self) -> None:
            super().__init__(need_top_grad=False)

        def list_arguments(self) -> list:
            return ["data", "label"]

        def infer_shape(self, in_shape: Any) -> tuple:
            return [in_shape[0], [in_shape[0][0]]], [in_shape[0]], []

        def create_operator(self, ctx: Any, shapes: Any, dtypes: Any) -> Any:
            return Softmax()

    mx.operator.register("softmax_of_training_blocks")(SoftmaxProp)
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc")
    net = mx.sym.Custom(net, name="softmax", op_type="softmax_of_training_blocks")
    return trained(mx, net, batches(mx))


@block
def fixed_parameters(mx: Any) -> Any:
    return trained(
        mx, mlp(mx), batches(mx), module=mx.mod.Module(mlp(mx), fixed_param_names=["fc1_weight", "fc1_bias"])
    )


@block
def gradients_that_add_up(mx: Any) -> Any:
    """Two batches for each update."""
    module = mx.mod.Module(mlp(mx))
    data = batches(mx)
    module.bind(data.provide_data, data.provide_label, grad_req="add")
    module.init_params(arg_params=first_values(mx, mlp(mx), data=(8, 10), softmax_label=(8,)))
    module.init_optimizer(optimizer_params={"learning_rate": 0.1, "momentum": 0.5})
    losses = []
    for i, batch in enumerate(data):
        module.forward_backward(batch)
        losses.append(round(float(module.get_outputs()[0].asnumpy()[0, 0]), 5))
        if i % 2:
            module.update()
            for (grad,) in module._exec_group.grad_arrays:
                grad[:] = 0
    return losses, shown(module.get_params())


@block
def other_sizes_of_batches(mx: Any) -> Any:
    module = mx.mod.Module(mlp(mx))
    x, y = digits()
    module.bind([("data", (8, 10))], [("softmax_label", (8,))])
    module.init_params(arg_params=first_values(mx, mlp(mx), data=(8, 10), softmax_label=(8,)))
    module.init_optimizer(optimizer="adam", optimizer_params={"learning_rate": 0.05})
    found = []
    for begin, end in ((0, 8), (8, 11), (11, 19), (19, 22), (22, 32)):
        batch = mx.io.DataBatch([mx.nd.array(x[begin:end])], [mx.nd.array(y[begin:end])])
        module.forward_backward(batch)
        module.update()
        found.append([list(module.get_outputs()[0].shape), round(float(module.get_outputs()[0].asnumpy().max()), 5)])
    return found, shown(module.get_params())


@block
def gradients_of_inputs(mx: Any) -> Any:
    module = mx.mod.Module(mlp(mx))
    x, y = digits(8)
    module.bind([("data", (8, 10))], [("softmax_label", (8,))], inputs_need_grad=True)
    module.init_params(arg_params=first_values(mx, mlp(mx), data=(8, 10), softmax_label=(8,)))
    module.init_optimizer()
    module.forward_backward(mx.io.DataBatch([mx.nd.array(x)], [mx.nd.array(y)]))
    (grad,) = module.get_input_grads()
    module.update()
    return grad.asnumpy().round(5).tolist(), shown(module.get_params())


@block
def shared_parameters(mx: Any) -> Any:
    """Two modules of one set of parameters, trained in turn with one optimizer."""
    first, second = mx.mod.Module(mlp(mx)), mx.mod.Module(mlp(mx))
    data = batches(mx)
    first.bind(data.provide_data, data.provide_label)
    first.init_params(arg_params=first_values(mx, mlp(mx), data=(8, 10), softmax_label=(8,)))
    first.init_optimizer(optimizer_params=OPTIMIZERS["sgd"].items())
    second.bind(data.provide_data, data.provide_label, shared_module=first)
    found = []
    for i, batch in enumerate(data):
        module = (first, second)[i % 2]
        module.forward_backward(batch)
        module.update()
        found.append(round(float(module.get_outputs()[0].asnumpy().max()), 5))
    return found, [shown(module.get_params()) for module in (first, second)]


@block
def optimizer_of_a_user(mx: Any) -> Any:
    class Lion(mx.optimizer.Optimizer):
        def create_state(self, index: Any, weight: Any) -> Any:
            return mx.nd.zeros(weight.shape)

        def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
            self._update_count(index)
            grad = grad * self.rescale_grad
            weight -= self._get_lr(index) * mx.nd.sign(0.9 * state + 0.1 * grad)
            state[:] = 0.99 * state + 0.01 * grad

    return trained(mx, mlp(mx), batches(mx), optimizer=Lion(learning_rate=0.02, rescale_grad=1 / 8))


@block
def stored(mx: Any) -> Any:
    """With a store of one's own that holds the optimizer."""
    return trained(mx, mlp(mx), batches(mx), kvstore=mx.kv.create("local"), optimizer_params=OPTIMIZERS["sgd"])


@block
def feed_forward(mx: Any) -> Any:
    net = mlp(mx)
    params = first_values(mx, net, data=(8, 10), softmax_label=(8,))
    losses = Losses()
    model = mx.model.FeedForward(net, num_epoch=3, learning_rate=0.1, momentum=0.5, arg_params=params, epoch_size=3)
    model.fit(batches(mx), eval_metric="ce", batch_end_callback=losses, eval_data=batches(mx))
    x, y = digits()
    return {
        "losses": losses.rows,
        "params": shown((model.arg_params, model.aux_params)),
        "predicted": model.predict(x)[:2].round(5).tolist(),
        "score": round(float(model.score(batches(mx))), 5),
    }


@block
def resumed(mx: Any) -> Any:
    """A training that is written to files after an epoch, and goes on from them."""
    import os
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        prefix = os.path.join(folder, "net")
        module = mx.mod.Module(mlp(mx))
        before = trained(mx, mlp(mx), batches(mx), module=module, epochs=1, optimizer_params=OPTIMIZERS["sgd"])
        module.save_checkpoint(prefix, 1, save_optimizer_states=True)
        again = mx.mod.Module.load(prefix, 1, load_optimizer_states=True)
        options = {"arg_params": None, "begin_epoch": 1, "optimizer_params": OPTIMIZERS["sgd"]}
        after = trained(mx, mlp(mx), batches(mx), module=again, epochs=2, **options)
    return before, after
