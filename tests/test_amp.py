"""Mixed precision: converted graphs are those of MXNet, they train, and loss scaling skips what overflows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import CompositionError, DTypeError, MXNetError, OpAttributeError, UnknownArgumentError
from symgraph.ir.registry import registered_names
from tests.amp_blocks import BLOCKS, network
from tests.blocks import recorded

amp = mx.contrib.amp
RECORDED = recorded("amp")


@pytest.mark.parametrize("name", ["networks", "pieces"])
def test_converted_graphs_are_those_of_mxnet(name: str) -> None:
    found, expected = BLOCKS[name](mx), RECORDED[name]
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        if other != "error":  # MXNet takes some dtypes for known that are others, and then contradicts itself
            assert one == other


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_what_operators_say_of_themselves_is_what_mxnet_lists(dtype: str) -> None:
    classes = {cls.name for cls in registered_names().values()}
    for function, names in RECORDED["lists"][dtype].items():
        found = getattr(amp, function)(dtype)
        if function == "list_conditional_fp32_ops":
            assert [[*one] for one in found if one[0] in classes] == names
        else:
            assert classes.intersection(names) <= set(found)


def test_casts_have_names_and_are_left_out_of_files() -> None:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
    converted = amp.convert_symbol(net)
    assert "fc_weight_amp_cast_float16" in converted.tojson(remove_amp_cast=False)
    assert "fc_weight_amp_cast" not in converted.tojson()
    assert converted.list_outputs() == ["fc_output_amp_cast_float32_output"]


def model(batch: int = 4) -> tuple[mx.Symbol, dict[str, mx.nd.NDArray], dict[str, mx.nd.NDArray]]:
    net = network(mx)
    executor = net.simple_bind(mx.current_context(), data=(batch, 3, 6, 6))
    random = np.random.RandomState(0)
    for name, array in executor.arg_dict.items():
        array[:] = random.normal(0, 0.2, array.shape) if name != "softmax_label" else random.randint(0, 3, array.shape)
    return net, executor.arg_dict, executor.aux_dict


@pytest.mark.parametrize("casts", [False, True])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_a_converted_model_computes_nearly_the_same(dtype: str, casts: bool) -> None:
    net, args, aux = model()
    inputs = {name: args[name] for name in ("data", "softmax_label")}
    params = {name: array for name, array in args.items() if name not in inputs}
    converted, low, states = amp.convert_model(net, params, aux, dtype, cast_optional_params=casts)
    assert np.dtype(low["conv1_weight"].dtype).name == (dtype if casts else "float32")
    assert np.dtype(params["conv1_weight"].dtype) == np.float32
    assert np.dtype(low["bn_gamma"].dtype) == np.float32
    (expected,) = net.eval(**inputs, **params, **aux)
    (found,) = converted.eval(**inputs, **low, **states)
    assert np.dtype(found.dtype) == np.float32
    difference = np.abs(found.asnumpy() - expected.asnumpy()).max()
    assert 0 < difference < 0.03


def test_parameters_that_must_be_low_are_declared_so() -> None:
    x = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc")
    net = mx.sym.LeakyReLU(x, act_type="prelu", name="act")
    converted = amp.convert_symbol(net, data_names=["data"])
    declared = {name: attrs["__dtype__"] for name, attrs in converted.attr_dict().items() if "__dtype__" in attrs}
    assert declared == {"act_gamma": "2", "fc_bias": "0", "fc_weight": "0"}


class Problem:
    """A classification that an MLP learns, and its batches."""

    def __init__(self) -> None:
        random = np.random.RandomState(1)
        x = random.normal(size=(64, 8)).astype(np.float32)
        y = (x[:, 0] * x[:, 1] > 0).astype(np.float32)
        self.batches = mx.io.NDArrayIter(x, y, batch_size=16)
        net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=16, name="fc1")
        net = mx.sym.FullyConnected(mx.sym.Activation(net, act_type="tanh"), num_hidden=2, name="fc2")
        self.net = mx.sym.SoftmaxOutput(net, name="softmax")

    def started(self, module: mx.mod.Module, **options: Any) -> mx.mod.Module:
        module.bind(self.batches.provide_data, self.batches.provide_label)
        mx.random.seed(3)
        module.init_params(mx.init.Xavier())
        module.init_optimizer(optimizer_params={"learning_rate": 0.5, "momentum": 0.9, **options})
        return module

    def losses(self, module: mx.mod.Module, epochs: int = 6) -> list[float]:
        self.started(module)
        metric = mx.metric.CrossEntropy()
        found = []
        for _ in range(epochs):
            metric.reset()
            self.batches.reset()
            for batch in self.batches:
                module.forward_backward(batch)
                module.update()
                module.update_metric(metric, batch.label)
            found.append(metric.get()[1])
        return found


def test_bfloat16_trains_to_nearly_the_same_losses() -> None:
    problem = Problem()
    expected = problem.losses(mx.mod.Module(problem.net))
    found = problem.losses(mx.mod.Module(amp.convert_symbol(problem.net, "bfloat16")))
    assert expected[-1] < 0.7 * expected[0]
    np.testing.assert_allclose(found, expected, rtol=0.1)


@pytest.mark.parametrize(
    "scaler", [amp.LossScaler(512), amp.LossScaler(1024, is_dynamic=False)], ids=["dynamic", "static"]
)
def test_float16_trains_with_loss_scaling(scaler: Any) -> None:
    problem = Problem()
    expected = problem.losses(mx.mod.Module(problem.net))
    found = problem.losses(amp.ScaledModule(amp.convert_symbol(problem.net), scaler=scaler))
    np.testing.assert_allclose(found, expected, rtol=0.05)


def test_scaling_alone_changes_nothing() -> None:
    problem = Problem()
    expected = problem.losses(mx.mod.Module(problem.net), 2)
    np.testing.assert_allclose(problem.losses(amp.ScaledModule(problem.net), 2), expected, rtol=1e-5)


def test_an_overflow_skips_the_step_and_halves_the_factor() -> None:
    problem = Problem()
    scaler = amp.LossScaler(2.0**24, scale_window=2)
    module = problem.started(amp.ScaledModule(amp.convert_symbol(problem.net), scaler=scaler))
    batch = next(problem.batches)
    before = {name: array.asnumpy() for name, array in module.get_params()[0].items()}
    factors = []
    while scaler.loss_scale not in factors:
        factors.append(scaler.loss_scale)
        module.forward_backward(batch)
        is_finite = all(
            np.isfinite(grad.asnumpy()).all()
            for grad in module._exec_group.executor.grad_dict.values()
            if grad is not None
        )
        module.update()
        after = {name: array.asnumpy() for name, array in module.get_params()[0].items()}
        is_same = all(np.array_equal(after[name], before[name]) for name in before)
        assert is_same != is_finite
        before = after
        if is_finite:
            break
    assert len(factors) > 2
    assert factors == [2.0 ** (24 - i) for i in range(len(factors))]
    assert scaler.loss_scale == factors[-1]
    assert module._optimizer.rescale_grad == 1 / 16
    module.forward_backward(batch)
    module.update()
    assert scaler.loss_scale == 2 * factors[-1], "two steps without overflow"


def test_small_gradients_survive_float16() -> None:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=1, no_bias=True, name="fc")
    net = mx.sym.MakeLoss(amp.convert_symbol(net), grad_scale=1e-9)
    scaled = amp.scale_gradients(net)
    shapes = {"data": (1, 1)}
    for symbol, factor, expected in ((net, None, 0.0), (scaled, 2.0**16, 1e-9)):
        executor = symbol.simple_bind(mx.current_context(), **shapes)
        for name, array in executor.arg_dict.items():
            array[:] = factor if name == "amp_loss_scale" else 1
        executor.forward(is_train=True)
        executor.backward()
        found = executor.grad_dict["fc_weight"].asscalar() / (factor or 1)
        assert found == pytest.approx(expected, rel=1e-2)


def refusal(kind: type[MXNetError], call: Any) -> str:
    with pytest.raises(kind) as error:
        call()
    return str(error.value)


def test_what_makes_no_sense_is_refused() -> None:
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc")
    assert refusal(DTypeError, lambda: amp.convert_symbol(net, "float32")) == (
        "amp: target_dtype must be 'float16' or 'bfloat16', given float32."
    )
    assert refusal(CompositionError, lambda: amp.convert_symbol("net")).startswith(
        "amp: a Symbol is to be converted, given "
    )
    assert refusal(
        OpAttributeError,
        lambda: amp.convert_symbol(net, target_dtype_ops=["FullyConnected"], fp32_ops=["FullyConnected"]),
    ) == ("amp: FullyConnected can be in one list only, but target_dtype_ops and fp32_ops have it.")
    assert refusal(OpAttributeError, lambda: amp.convert_symbol(net, fp32_ops="exp")).startswith(
        "amp: fp32_ops must be a list of names, given "
    )
    assert refusal(OpAttributeError, lambda: amp.convert_symbol(net, conditional_fp32_ops=["Activation"])).startswith(
        "amp: conditional_fp32_ops must be a list of (operator, attribute, list of values), given "
    )
    assert refusal(
        OpAttributeError, lambda: amp.convert_symbol(net, conditional_fp32_ops=[("Activation", "act", ["relu"])])
    ) == ("amp: conditional_fp32_ops: operator Activation has no attribute 'act'.")
    assert refusal(UnknownArgumentError, lambda: amp.convert_symbol(net, data_names=["dat"])).startswith(
        "amp: data_names: the symbol has no input 'dat'."
    )
    assert "Operator FullyConected is not registered" in refusal(
        MXNetError, lambda: amp.convert_symbol(net, fp32_ops=["FullyConected"])
    )
    with pytest.warns(UserWarning, match="excluded_sym_names"):
        amp.convert_symbol(net, excluded_sym_names=["nobody"])
    assert "no loss whose gradient could be scaled" in refusal(CompositionError, lambda: amp.scale_gradients(net))
    loss = mx.sym.MakeLoss(net)
    assert "its gradients are scaled once" in refusal(
        CompositionError, lambda: amp.scale_gradients(amp.scale_gradients(loss))
    )
    assert (
        refusal(MXNetError, lambda: amp.LossScaler(0))
        == "LossScaler: init_scale must be a number above 0, given 0 of type int."
    )
    with pytest.raises(AttributeError, match="convert the finished symbol with convert_symbol"):
        amp.init()
