"""A traceback of a user's mistake ends at the user's line: how the library found the mistake does not show."""

from __future__ import annotations

import inspect
import traceback
from types import ModuleType

import numpy as np
import pytest

import symgraph as mx
from symgraph import errors
from symgraph.errors import TRACEBACK

HERE = __file__
NET = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc"), name="softmax")
X = mx.sym.Variable("x")
DOUBLE = mx.operator.from_jax("double_of_tracebacks")(lambda x: 2 * x)


def _fit_with(callback):
    data = mx.io.NDArrayIter(np.zeros((4, 5)), np.zeros(4), 2, label_name="softmax_label")
    mx.mod.Module(NET).fit(data, num_epoch=1, batch_end_callback=callback)


def _callback(param):
    mx.sym.Activation(X, act_typ="relu")


def _twice():
    return (X * mx.sym.Variable("x")).simple_bind(mx.current_context(), x=(2,))


MISTAKES = {
    "operator": lambda: mx.sym.FullyConnected(X, num_hiden=3),
    "method": lambda: X.sum(axes=3),
    "written in Python": lambda: mx.sym.random.normal(location=3),
    "arrays": lambda: mx.nd.zeros((2, 3)) + mx.nd.zeros((4,)),
    "operator on arrays": lambda: mx.nd.dot(mx.nd.zeros((2, 3)), mx.nd.zeros((2, 3))),
    "inference": lambda: NET.infer_shape(data=(2, 5), fc_weight=(4, 4)),
    "bind": lambda: NET.simple_bind(mx.current_context(), data=(2, 5), fc_weight=(4, 4)),
    "device": lambda: NET.simple_bind(mx.Context("gpu", 99), data=(2, 5)),
    "module": lambda: mx.mod.Module(NET).bind([("dat", (2, 5))]),
    "module's names": lambda: mx.mod.Module(NET, data_names=["dat"]),
    "module's file": lambda: mx.mod.Module.load("nowhere", 1),
    "buckets": lambda: mx.mod.BucketingModule(lambda key: (NET, ["data"], None)),
    "registry": lambda: mx.metric.create("accc"),
    "table": lambda: mx.viz.print_summary(NET, shape={"dat": (2, 5)}),
    "picture": lambda: mx.viz.plot_network(NET, shape={"dat": (2, 5)}),
    "context": lambda: mx.nd.ones((2,)).as_in_context(mx.Context("gpu", 99)),
    "folder": lambda: mx.model.save_checkpoint("nowhere/net", 1, NET, {}, {}),
    "old model": lambda: mx.model.FeedForward.load("nowhere", 1),
    "file": lambda: mx.model.load_checkpoint("nowhere", 1),
    "name of an operator": lambda: mx.sym.Convolutoin(X),
    "name in a namespace": lambda: mx.nd.contrib.foreech,
    "name in the package": lambda: mx.modul,
    "name in a package of its own": lambda: mx.test_utils.asert_almost_equal,
    "name of a method": lambda: X.reshap((2, 3)),
    "name of an optimizer": lambda: mx.optimizer.create("sdg"),
    "argument of an optimizer": lambda: mx.optimizer.create("sgd", learning_rat=0.1),
    "initializer": lambda: mx.init.create("xavir"),
    "iterator": lambda: mx.io.NDArrayIter(np.zeros((3, 2)), last_batch_handle="dicard"),
    "cell": lambda: mx.rnn.LSTMCell(num_hidden=4).unroll(3, [X]),
    "image": lambda: mx.image.imdecode(b"no image"),
    "record": lambda: mx.recordio.MXRecordIO("nowhere/x.rec", "x"),
    "output": lambda: NET["sofmax_output"],
    "element": lambda: mx.nd.zeros((2, 3))[5],
    "kind of context": lambda: mx.nd.zeros((2,)).as_in_context(3),
    "helper": lambda: mx.sym.arange(0, 3, dtype="flot32"),
    "operator from JAX": lambda: DOUBLE(X, X),
    "operator of Python": lambda: X + np.zeros(3),
    "operator of Python the other way": lambda: [1] * X,
    "number of a symbol": lambda: float(X),
    "names that are there twice": lambda: _twice().arg_dict,
    "name of an array": lambda: NET.simple_bind(mx.current_context(), data=(2, 5)).arg_dict["fc"],
    "content for a name that is there twice": lambda: _twice().forward(x=mx.nd.zeros((2,))),
    "file of a symbol": lambda: NET.save("nowhere/x.json"),
    "file of an image": lambda: mx.image.imread("nowhere.jpg"),
    "check": lambda: mx.test_utils.check_numeric_gradient(NET, {"x": np.zeros(3)}),
    "argument of a function from JAX": lambda: DOUBLE(X, alpa=3),
    "function for JAX": lambda: NET.to_jax()({"dat": np.zeros((2, 5))}),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_the_last_frame_is_the_users(mistake, monkeypatch):
    monkeypatch.delenv(TRACEBACK)
    with pytest.raises(mx.MXNetError) as caught:
        mistake()
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert [frame.filename for frame in frames] == [HERE, HERE]
    assert frames[-1].lineno == inspect.getsourcelines(mistake)[1]


def _functions(member):
    if not isinstance(member, type):
        return [member]
    return [f for cls in member.__mro__ for name, f in vars(cls).items() if inspect.isfunction(f) and name[0] != "_"]


@pytest.mark.parametrize("name", sorted({*mx.__all__} - {"base", "nd", "ndarray", "sym", "symbol", "job", "runtime"}))
def test_all_that_is_public_is_a_boundary(name):
    """Of `nd` and `sym`, functions that are no operators: those are short by other means."""
    module = getattr(mx, name)
    members = errors.public_members(module).values() if isinstance(module, ModuleType) else [module]
    for member in members:
        ours = [f for f in _functions(member) if f.__module__.startswith("symgraph.")]
        assert all(errors.is_boundary(function) for function in ours), member


class Own(mx.mod.Module):
    def forward(self, data_batch, is_train=None):
        mx.sym.Activation(X, act_typ="relu")


def test_frames_of_a_users_module_stay(monkeypatch):
    monkeypatch.delenv(TRACEBACK)
    data = mx.io.NDArrayIter(np.zeros((4, 5)), np.zeros(4), 2, label_name="softmax_label")
    with pytest.raises(mx.MXNetError) as caught:
        Own(NET).fit(data, num_epoch=1)
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names == ["test_frames_of_a_users_module_stay", "forward"]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: mx.mod.Module(NET).fit(None, num_epochs=1), "'num_epochs'. Did you mean 'num_epoch'?"),
        (lambda: mx.io.NDArrayIter(np.zeros(4), batchsize=3), "'batchsize'. Did you mean 'batch_size'?"),
        (lambda: NET.simple_bind(data=(2, 5)), "Symbol.simple_bind() missing 1 required positional argument: 'ctx'"),
        (
            lambda: NET.to_jax(istrain=True),
            "keyword argument 'istrain'. Did you mean 'is_train'?",
        ),
        (lambda: X.tojson(1, 2), "Symbol.tojson() takes from 1 to 2 positional arguments but 3 were given"),
        (lambda: mx.nd.zeros((2,), dtyp="int32"), "'dtyp'. Did you mean 'dtype'?"),
    ],
)
def test_a_misspelled_argument_has_a_suggestion_and_no_frame_of_ours(call, text, monkeypatch):
    monkeypatch.delenv(TRACEBACK)
    with pytest.raises(TypeError) as caught:
        call()
    assert str(caught.value).endswith(text)
    assert {frame.filename for frame in traceback.extract_tb(caught.value.__traceback__)} == {HERE}


def test_frames_of_a_users_callback_stay(monkeypatch):
    monkeypatch.delenv(TRACEBACK)
    with pytest.raises(mx.MXNetError) as caught:
        _fit_with(_callback)
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names == ["test_frames_of_a_users_callback_stay", "_fit_with", "_callback"]


def test_all_frames_show_on_request():
    with pytest.raises(mx.MXNetError) as caught:
        MISTAKES["bind"]()
    assert len(traceback.extract_tb(caught.value.__traceback__)) > 5


def test_errors_that_may_be_ours_keep_their_frames(monkeypatch):
    monkeypatch.delenv(TRACEBACK)
    with pytest.raises(ZeroDivisionError) as caught:
        _fit_with(lambda param: 1 // 0)
    assert len(traceback.extract_tb(caught.value.__traceback__)) > 3
