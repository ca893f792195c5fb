"""Graph work and dispatch: what the library itself costs, next to no arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.networks import mlp, resnet
from benchmarks.workload import Body, Workload

TITLE = "Graph work and dispatch"
DEPTH = 152
IMAGE = (1, 3, 224, 224)
MLP_BATCH = (64, 784)
ARRAYS = 1200


def _compose(mx: Any) -> Body:
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    return Body(lambda: a + b)


def _build(mx: Any) -> Body:
    return Body(lambda: resnet.build(mx, DEPTH))


def _infer_new(mx: Any) -> Body:
    return Body(lambda net: net.infer_shape(data=IMAGE), fresh=lambda: resnet.build(mx, DEPTH))


def _infer_again(mx: Any) -> Body:
    net = resnet.build(mx, DEPTH)
    return Body(lambda: net.infer_shape(data=IMAGE))


def _tojson(mx: Any) -> Body:
    return Body(lambda net: net.tojson(), fresh=lambda: resnet.build(mx, DEPTH))


def _load_json(mx: Any) -> Body:
    text = resnet.build(mx, DEPTH).tojson()
    return Body(lambda: mx.sym.load_json(text))


def _bind_mlp(mx: Any) -> Body:
    return Body(
        lambda net: net.simple_bind(mx.current_context(), data=MLP_BATCH),
        fresh=lambda: mlp.build(mx),
        finish=mx.nd.waitall,
    )


def _bind_resnet(mx: Any) -> Body:
    return Body(
        lambda net: net.simple_bind(mx.current_context(), grad_req="null", data=IMAGE),
        fresh=lambda: resnet.build(mx, DEPTH),
        finish=mx.nd.waitall,
    )


def _sum_executor(mx: Any) -> Any:
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    return (a + b).bind(mx.current_context(), {"a": mx.nd.ones((2, 3)), "b": mx.nd.ones((2, 3))})


def _forward_queued(mx: Any) -> Body:
    executor = _sum_executor(mx)

    def run() -> Any:
        executor.forward()
        return executor.outputs[0]

    return Body(run, finish=mx.nd.waitall)


def _forward_ready(mx: Any) -> Body:
    executor = _sum_executor(mx)

    def run() -> None:
        executor.forward()
        executor.outputs[0].wait_to_read()

    return Body(run)


def _forward_numpy(mx: Any) -> Body:
    executor = _sum_executor(mx)

    def run() -> np.ndarray:
        executor.forward()
        return executor.outputs[0].asnumpy()

    return Body(run)


def _forward_many(mx: Any) -> Body:
    names = [f"x{i}" for i in range(ARRAYS)]
    total = mx.sym.add_n(*(mx.sym.Variable(name) for name in names))
    executor = total.bind(mx.current_context(), {name: mx.nd.ones((2,)) for name in names})

    def run() -> None:
        executor.forward()
        executor.outputs[0].wait_to_read()

    return Body(run)


def _mlp_executor(mx: Any) -> tuple[Any, list]:
    """The MLP with input and parameters, and the gradients of the parameters."""
    net = mlp.build(mx)
    requests = {name: "null" if name in ("data", "softmax_label") else "write" for name in net.list_arguments()}
    executor = net.simple_bind(mx.current_context(), grad_req=requests, data=MLP_BATCH)
    rng = np.random.RandomState(0)
    for name, array in executor.arg_dict.items():
        if name == "softmax_label":
            array[:] = rng.randint(0, 10, size=array.shape)
        else:
            array[:] = rng.normal(0, 1 if name == "data" else 0.05, size=array.shape)
    return executor, [grad for grad in executor.grad_arrays if grad is not None]


def _mlp_step(mx: Any) -> Body:
    executor, grads = _mlp_executor(mx)

    def run() -> None:
        executor.forward(is_train=True)
        executor.backward()
        for grad in grads:
            grad.wait_to_read()

    return Body(run)


def _mlp_step_numpy(mx: Any) -> Body:
    executor, grads = _mlp_executor(mx)

    def run() -> list[np.ndarray]:
        executor.forward(is_train=True)
        executor.backward()
        return [grad.asnumpy() for grad in grads]

    return Body(run)


def _mlp_step_read_between(mx: Any) -> Body:
    executor, grads = _mlp_executor(mx)

    def run() -> None:
        executor.forward(is_train=True)
        executor.outputs[0].wait_to_read()
        executor.backward()
        for grad in grads:
            grad.wait_to_read()

    return Body(run)


WORKLOADS: dict[str, Workload] = {
    "compose": Workload("compose `a + b`", _compose),
    "build": Workload("build ResNet-152", _build, "pre-activation, 1,286 nodes of which 515 are operators"),
    "infer_shape_new": Workload(
        "infer_shape of a new ResNet-152", _infer_new, "a symbol nobody has asked anything yet"
    ),
    "infer_shape_again": Workload(
        "infer_shape of the same ResNet-152", _infer_again, "the symbol may remember its order"
    ),
    "tojson": Workload("tojson of a new ResNet-152", _tojson),
    "load_json": Workload("load_json of ResNet-152", _load_json),
    "bind_mlp": Workload(
        "simple_bind of a new MLP",
        _bind_mlp,
        "with gradients; symgraph compiles, and makes arrays, at the first run, which is not in here; "
        "MXNet plans its memory here",
    ),
    "bind_resnet": Workload(
        "simple_bind of a new ResNet-152",
        _bind_resnet,
        "grad_req null, batch 1: inference, 240 MB of arrays, which MXNet fills with zeros here and symgraph when they "
        "are first read; compilation as above",
    ),
    "forward_queued": Workload(
        "forward of `a + b`, outputs[0] not waited for",
        _forward_queued,
        "not the same work: MXNet has queued it; symgraph has recorded it and computes only what is read",
    ),
    "forward_ready": Workload("forward of `a + b`, outputs[0] ready", _forward_ready, "wait_to_read"),
    "forward_numpy": Workload("forward of `a + b`, outputs[0].asnumpy()", _forward_numpy),
    "forward_many": Workload(
        "forward of a sum of 1,200 arrays, outputs[0] ready", _forward_many, "as many arrays as ResNet-152 has"
    ),
    "mlp_step": Workload(
        "MLP forward + backward, all gradients ready",
        _mlp_step,
        "784-512-256-10, batch 64; gradients of all parameters",
    ),
    "mlp_step_read": Workload(
        "the same, output read before backward", _mlp_step_read_between, "two programs instead of one in symgraph"
    ),
    "mlp_step_numpy": Workload("the same, all gradients as NumPy arrays", _mlp_step_numpy),
}

COLD = ("mlp_step",)
"""Workloads whose very first call is also measured in processes of their own: import, then trace, compile, run."""
