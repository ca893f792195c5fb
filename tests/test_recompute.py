"""What is computed again in the backward pass: results are those of a step that keeps everything, in less memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symgraph as mx
from benchmarks.cli import main
from benchmarks.networks import NETWORKS, lstm
from symgraph.errors import MXNetError, OpAttributeError
from symgraph.lower.mirror import SWITCH, in_segments, planned

IMAGE = mx.sym.Variable("data")
MARKED = {"force_mirroring": "True"}


def convolutional() -> mx.Symbol:
    """A residual unit, dropout, pooling, and a loss."""
    net = mx.sym.Convolution(IMAGE, num_filter=4, kernel=(3, 3), pad=(1, 1), name="conv0")
    side = net
    for i in (1, 2):
        net = mx.sym.BatchNorm(net, fix_gamma=False, name=f"bn{i}")
        net = mx.sym.Activation(net, act_type="relu", name=f"relu{i}")
        net = mx.sym.Convolution(net, num_filter=4, kernel=(3, 3), pad=(1, 1), name=f"conv{i}")
    net = mx.sym.Dropout(net + side, p=0.4, name="drop")
    net = mx.sym.Pooling(net, kernel=(2, 2), stride=(2, 2), pool_type="max", name="pool")
    net = mx.sym.FullyConnected(mx.sym.Flatten(net), num_hidden=3, name="fc")
    return mx.sym.SoftmaxOutput(net, name="softmax")


def recurrent() -> mx.Symbol:
    return lstm.unrolled(mx, 5, 4, 1)


def words() -> mx.Symbol:
    return lstm.language_model(mx, 7, 4, 1)


def two_outputs() -> mx.Symbol:
    """An output that is also used further on, reductions, and an operator without gradient."""
    x = mx.sym.tanh(mx.sym.FullyConnected(IMAGE, num_hidden=6, name="fc"), name="hidden")
    parts = mx.sym.SliceChannel(x, num_outputs=2, name="parts")
    gate = mx.sym.broadcast_greater(parts[0], mx.sym.mean(parts[1], axis=1, keepdims=True))
    return mx.sym.Group([x, mx.sym.softmax(parts[1] * gate) * parts[0]])


CASES: dict[Callable[[], mx.Symbol], dict[str, tuple[int, ...]]] = {
    convolutional: {"data": (2, 3, 8, 8)},
    recurrent: {"data": (5, 2, 3), "l0_begin_h": (2, 4), "l0_begin_c": (2, 4)},
    words: {"data": (3, 2), "lstm_state": (1, 2, 4), "lstm_state_cell": (1, 2, 4)},
    two_outputs: {"data": (3, 5)},
}


def bound(symbol: mx.Symbol, shapes: dict[str, tuple[int, ...]], grad_req: str = "write") -> mx.Executor:
    executor = symbol.simple_bind(mx.current_context(), grad_req=grad_req, **shapes)
    random = np.random.RandomState(0)
    for name, array in executor.arg_dict.items():
        values = random.randint(0, 3, array.shape) if name.endswith("label") else random.normal(size=array.shape)
        array[:] = values
    return executor


def steps(executor: mx.Executor, reads: bool) -> dict[str, np.ndarray]:
    """What three training steps leave behind, of which the next depends on the one before."""
    found: dict[str, np.ndarray] = {}
    mx.random.seed(7)
    for step in range(3):
        executor.forward(is_train=True)
        if reads:
            executor.outputs[0].asnumpy()
        executor.backward([mx.nd.ones(out.shape) * 0.5 for out in executor.outputs])
        parts = {f"output{i}": out for i, out in enumerate(executor.outputs)} | executor.aux_dict
        parts |= {f"gradient of {name}": grad for name, grad in executor.grad_dict.items() if grad is not None}
        found |= {f"{name} in step {step}": array.asnumpy() for name, array in parts.items()}
        for name, grad in executor.grad_dict.items():
            if not name.endswith("label") and name != "data":
                executor.arg_dict[name][:] = executor.arg_dict[name] - 0.1 * grad
    return found


def same(found: dict[str, np.ndarray], expected: dict[str, np.ndarray]) -> None:
    assert list(found) == list(expected)
    for name, array in found.items():
        np.testing.assert_allclose(
            array, expected[name], rtol=1e-3, atol=2e-5 + 1e-6 * np.abs(expected[name]).max(), err_msg=name
        )


@pytest.mark.parametrize("reads", [False, True], ids=["one program", "two programs"])
@pytest.mark.parametrize("case", CASES)
def test_cheap_results_computed_again_change_nothing(
    case: Callable[[], mx.Symbol], reads: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = steps(bound(case(), CASES[case]), reads)
    monkeypatch.setenv(SWITCH, "1")
    same(steps(bound(case(), CASES[case]), reads), expected)


@pytest.mark.parametrize("reads", [False, True], ids=["one program", "two programs"])
@pytest.mark.parametrize("case", CASES)
def test_a_whole_network_computed_again_changes_nothing(case: Callable[[], mx.Symbol], reads: bool) -> None:
    expected = steps(bound(case(), CASES[case]), reads)
    with mx.name.NameManager(), mx.AttrScope(**MARKED):
        same(steps(bound(case(), CASES[case]), reads), expected)


def test_gradients_are_added_to_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = steps(bound(two_outputs(), CASES[two_outputs], "add"), False)
    monkeypatch.setenv(SWITCH, "1")
    same(steps(bound(two_outputs(), CASES[two_outputs], "add"), False), expected)


def temporaries(symbol: mx.Symbol, **shapes: tuple[int, ...]) -> int:
    return symbol.simple_bind(mx.current_context(), **shapes).memory_plan()["temporaries"]


def chain(length: int) -> mx.Symbol:
    """Layers with weights, with much between them that is not."""
    x = mx.sym.Variable("x")
    for i in range(length):
        x = mx.sym.tanh(mx.sym.FullyConnected(x, num_hidden=64, name=f"fc{i}"))
        x = mx.sym.sin(x) * mx.sym.exp(x)
    return mx.sym.MakeLoss(mx.sym.mean(x))


def test_the_environment_variable_saves_memory_and_is_read_at_bind(monkeypatch: pytest.MonkeyPatch) -> None:
    symbol = chain(12)
    kept = symbol.simple_bind(mx.current_context(), x=(2048, 64))
    monkeypatch.setenv(SWITCH, "1")
    again = temporaries(symbol, x=(2048, 64))
    assert again < 0.7 * kept.memory_plan()["temporaries"]


def lstm_temporaries(length: int) -> int:
    shapes = {"data": (length, 32, 64), "l0_begin_h": (32, 64), "l0_begin_c": (32, 64)}
    network = lstm.encoder(mx, length, 64, 1)
    requests = {name: "null" if name == "data" else "write" for name in network.list_arguments()}
    return network.simple_bind(mx.current_context(), grad_req=requests, **shapes).memory_plan()["temporaries"]


@pytest.mark.cpu
def test_a_deep_network_takes_memory_as_the_root_of_its_depth() -> None:
    plain = [lstm_temporaries(length) for length in (8, 32)]
    with mx.AttrScope(**MARKED):
        marked = [lstm_temporaries(length) for length in (8, 32)]
    assert plain[1] > 3.5 * plain[0]
    assert marked[1] < 2 * marked[0]
    assert marked[1] < plain[1] / 4


class Counting(mx.operator.CustomOp):
    calls = 0

    def forward(self, is_train: bool, req: Any, in_data: Any, out_data: Any, aux: Any) -> None:
        Counting.calls += 1
        self.assign(out_data[0], req[0], in_data[0] * 3)

    def backward(self, req: Any, out_grad: Any, in_data: Any, out_data: Any, in_grad: Any, aux: Any) -> None:
        self.assign(in_grad[0], req[0], out_grad[0] * in_data[0])


@mx.operator.register("recompute_counting")
class CountingProp(mx.operator.CustomOpProp):
    def __init__(self) -> None:
        super().__init__(need_top_grad=True)

    def create_operator(self, ctx: Any, shapes: Any, dtypes: Any) -> Counting:
        return Counting()


def test_python_code_runs_once() -> None:
    Counting.calls = 0
    with mx.AttrScope(**MARKED):
        net = mx.sym.exp(mx.sym.Custom(mx.sym.sin(mx.sym.Variable("x")), op_type="recompute_counting"))
    executor = bound(net, {"x": (3,)})
    executor.forward(is_train=True)
    executor.backward(mx.nd.ones((3,)))
    x = executor.arg_dict["x"].asnumpy()
    expected = np.exp(3 * np.sin(x)) * np.sin(x) * np.cos(x)
    np.testing.assert_allclose(executor.grad_dict["x"].asnumpy(), expected, rtol=1e-4)
    assert Counting.calls == 1


def names(symbol: mx.Symbol, positions: Any) -> list[str]:
    return [symbol.graph.order[i].name for i in sorted(positions)]


def test_layers_with_weights_losses_and_states_of_several_are_kept() -> None:
    plan = planned(convolutional().graph, "cheap")
    again = names(convolutional(), plan.again)
    assert {"bn1", "relu1", "bn2", "relu2", "drop", "pool"} < set(again)
    assert not {"conv0", "conv1", "fc", "softmax"} & set(again)
    mean, var = mx.sym.Variable("mean"), mx.sym.Variable("var")
    x = mx.sym.Variable("x")
    twice = [mx.sym.BatchNorm(mx.sym.sin(x), moving_mean=mean, moving_var=var, name=f"bn{i}") for i in range(2)]
    assert not [
        name for name in names(mx.sym.Group(twice), planned(mx.sym.Group(twice).graph, "cheap").again) if "bn" in name
    ]


def test_a_stage_ends_where_the_user_says() -> None:
    x = mx.sym.Variable("x")
    for i in range(6):
        attr = {"mirror_stage": "True"} if i == 2 else MARKED
        x = mx.sym.sin(x, name=f"sin{i}", attr=attr)
    plan = in_segments(x.graph, planned(x.graph, "marked"), [4] * 7)
    assert names(x, plan.again) == ["sin0", "sin1", "sin3", "sin4", "sin5"]
    assert names(x, plan.cuts) == ["sin3"]
    assert planned(x.graph, "none").again == frozenset()


def test_marks_and_variables_that_say_nothing_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    net = mx.sym.sin(mx.sym.Variable("x"), name="wave", attr={"force_mirroring": "often"})
    with pytest.raises(OpAttributeError) as wrong:
        net.simple_bind(mx.current_context(), x=(2,))
    assert str(wrong.value).endswith("attribute force_mirroring='often' is invalid; expected bool.")
    assert str(wrong.value).startswith("sin 'wave'")
    monkeypatch.setenv(SWITCH, "yes")
    with pytest.raises(MXNetError) as given:
        mx.sym.sin(mx.sym.Variable("x")).simple_bind(mx.current_context(), x=(2,))
    assert str(given.value) == "environment variable MXNET_BACKWARD_DO_MIRROR='yes' is invalid; expected 0 or 1."


@pytest.mark.cpu
def test_a_residual_network_takes_much_less(monkeypatch: pytest.MonkeyPatch) -> None:
    network = NETWORKS["resnet-18"].build(mx)
    plain = temporaries(network, data=(16, 3, 96, 96))
    monkeypatch.setenv(SWITCH, "1")
    assert temporaries(network, data=(16, 3, 96, 96)) < 0.6 * plain


def test_the_benchmark_prints_what_is_saved(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["memory", "--networks", "lenet", "--batch", "2", "--lengths", "4", "--rounds", "1"]) == 0
    printed = capsys.readouterr().out
    assert "temporaries, kept  computed again  saved" in printed
    assert "lenet, batch 2" in printed
    assert "unrolled LSTM, 4 steps" in printed
