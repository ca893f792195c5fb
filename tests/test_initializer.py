"""Initializers (``mx.init``): MXNet's recorded answers, distributions, initializers of users, and messages."""

from __future__ import annotations

import copy
import json
import logging
import math
import pathlib
import pickle

import numpy as np
import pytest

import symgraph as mx
from tests.initializer_cases import FILLED, TOLD, filled, rules

RECORDED = json.loads((pathlib.Path(__file__).parent / "golden" / "initializers.json").read_text())
Desc = mx.init.InitDesc


def fill(initialize, name="x_weight", shape=(2, 3), attrs=None, dtype="float32"):
    array = mx.nd.full(shape, 7, dtype=dtype)
    initialize(Desc(name, attrs), array)
    return array.asnumpy()


def test_names_ask_for_the_rules_of_mxnet():
    assert rules(mx) == RECORDED["rules"]


@pytest.mark.parametrize("case", FILLED)
def test_filled_as_by_mxnet(case):
    np.testing.assert_allclose(filled(mx, case), RECORDED["filled"][case], rtol=1e-6)


@pytest.mark.parametrize("text", TOLD)
def test_told_as_by_mxnet(text):
    made = eval(text, {"mx": mx})
    assert made.dumps() == RECORDED["told"][text]
    assert mx.init.create(made.dumps()).dumps() == made.dumps()


def _moments(rnd_type, scale):
    """Bound, and standard deviation."""
    return (scale, scale / math.sqrt(3)) if rnd_type == "uniform" else (6 * scale, scale)


@pytest.mark.parametrize("shape", [(300, 200), (40, 20, 5, 5), (30, 20, 50)])
@pytest.mark.parametrize("dtype", ["float32", "float16", "float64"])
@pytest.mark.parametrize(
    ("initialize", "rnd_type", "scale"),
    [
        (mx.init.Uniform(0.5), "uniform", lambda fan_in, fan_out: 0.5),
        (mx.init.Uniform(), "uniform", lambda fan_in, fan_out: 0.07),
        (mx.init.Normal(0.5), "gaussian", lambda fan_in, fan_out: 0.5),
        (mx.init.Xavier(), "uniform", lambda fan_in, fan_out: math.sqrt(6 / (fan_in + fan_out))),
        (mx.init.Xavier("gaussian", "in", 2), "gaussian", lambda fan_in, fan_out: math.sqrt(2 / fan_in)),
        (mx.init.Xavier("uniform", "out", "2.5"), "uniform", lambda fan_in, fan_out: math.sqrt(2.5 / fan_out)),
        (mx.init.MSRAPrelu(), "gaussian", lambda fan_in, fan_out: math.sqrt(4 / (1 + 0.25**2) / (fan_in + fan_out))),
        (mx.init.MSRAPrelu("in", 0), "gaussian", lambda fan_in, fan_out: math.sqrt(2 / fan_in)),
    ],
)
def test_distributions(initialize, rnd_type, scale, dtype, shape):
    mx.random.seed(3)
    values = fill(initialize, shape=shape, dtype=dtype).astype(np.float64)
    kernel = math.prod(shape[2:])
    bound, deviation = _moments(rnd_type, scale(shape[1] * kernel, shape[0] * kernel))
    assert abs(values).max() <= bound * 1.001
    assert abs(values.mean()) < 5 * deviation / math.sqrt(values.size)
    np.testing.assert_allclose(values.std(), deviation, rtol=0.03)
    if rnd_type == "uniform":
        assert abs(values).max() > 0.99 * bound


def test_random_values_are_reproducible():
    for initialize in (mx.init.Uniform(), mx.init.Normal(), mx.init.Xavier(), mx.init.Orthogonal()):
        mx.random.seed(5)
        first, second = fill(initialize), fill(initialize)
        mx.random.seed(5)
        np.testing.assert_array_equal(fill(initialize), first)
        assert not np.array_equal(first, second)


@pytest.mark.parametrize("shape", [(4, 6), (6, 4), (5, 2, 3), (3,)])
@pytest.mark.parametrize(("arguments", "square"), [({}, 1.414**2), ({"scale": 1, "rand_type": "normal"}, 1)])
def test_orthogonal(shape, arguments, square):
    values = fill(mx.init.Orthogonal(**arguments), shape=shape).reshape(shape[0], -1)
    wide = values if values.shape[0] <= values.shape[1] else values.T
    np.testing.assert_allclose(wide @ wide.T, square * np.eye(len(wide)), atol=1e-5)


def test_nothing_to_draw():
    assert not fill(mx.init.Normal(0)).any()
    assert not fill(mx.init.Uniform(0)).any()
    assert fill(mx.init.Xavier(), shape=(0, 0)).shape == (0, 0)
    assert fill(mx.init.MSRAPrelu(), shape=(2, 3), dtype="float16").dtype == np.float16


def test_quantized_weights_and_biases():
    values = fill(mx.init.One(), "x_weight_quantize", (50, 50), dtype="int8")
    assert -127 <= values.min() < -100
    assert 100 < values.max() < 127
    assert not fill(mx.init.One(), "x_bias_quantize", dtype="int8").any()


def test_initializers_of_users():
    @mx.init.register
    class Rows(mx.init.Initializer):
        def __init__(self, step=1):
            super().__init__(step=step)
            self.step = step

        def _init_weight(self, name, arr):
            for i in range(arr.shape[0]):
                arr[i] = self.step * i

        def _init_default(self, name, arr):
            arr[:] = -1

    @mx.init.alias("plain", "simple")
    class Plain(mx.init.Initializer):
        def __init__(self):  # as old scripts do, it forgets the base class
            self.seen = []

        def __call__(self, desc, arr):
            self.seen.append((desc, dict(desc.attrs)))
            arr[:] = 9

    assert fill(mx.init.create("rows", 2)).tolist() == [[0] * 3, [2] * 3]
    assert fill(Rows(), "foo").min() == -1
    assert fill(Rows(), "x_bias").max() == 0
    assert fill(mx.init.One(), "foo", attrs={"__init__": Rows(3).dumps()})[1, 0] == 3
    plain = mx.init.create("Simple")
    assert fill(plain, attrs={"a": "b"}).min() == 9
    assert plain.seen == [("x_weight", {"a": "b"})]
    assert mx.init.create("plain").dumps() == '["plain", {}]'


def test_variables_say_how_they_are_initialized():
    weight = mx.sym.Variable("w", init=mx.init.Constant(3))
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), weight, num_hidden=2, no_bias=True, name="fc")
    attrs = mx.sym.BatchNorm(net, name="bn").attr_dict()
    assert fill(mx.init.One(), "w", attrs=attrs["w"]).min() == 3
    assert fill(mx.init.Uniform(), "bn_moving_mean", attrs=attrs["bn_moving_mean"]).max() == 0
    assert fill(mx.init.Uniform(), "bn_moving_var", attrs=attrs["bn_moving_var"]).min() == 1


def test_descriptions_of_parameters():
    desc = Desc("fc_weight", {"a": "b"}, mx.init.One())
    assert desc == "fc_weight"
    assert isinstance(desc, str)
    for again in (pickle.loads(pickle.dumps(desc)), copy.deepcopy(desc), copy.copy(desc)):
        assert (type(again), again, again.attrs, again.global_init) == (Desc, desc, desc.attrs, desc.global_init)
    plain = Desc("x_weight")
    assert (plain.attrs, plain.global_init) == ({}, None)
    one = mx.init.One()
    one(plain, mx.nd.zeros((1,)))
    assert plain.global_init is one


def test_equality():
    assert mx.init.Xavier() == mx.init.Xavier()
    assert mx.init.Uniform(1) != mx.init.Uniform(2)
    assert mx.init.One() != mx.init.Zero()
    assert mx.init.One() != 1


def test_verbosity(caplog):
    caplog.set_level(logging.INFO)
    one = mx.init.One().set_verbosity(True)
    fill(one)
    fill(one.set_verbosity(True, lambda array: f"{array.shape}"), "x_bias")
    fill(one, "foo", attrs={"__init__": "zeros"})
    fill(one.set_verbosity())
    assert [record.getMessage() for record in caplog.records] == [
        "Initialized x_weight as weight: 1.0",
        "Initialized x_bias as bias: (2, 3)",
        "Initialized foo as zeros: (2, 3)",
    ]


def test_load(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    file = str(tmp_path / "x.params")
    mx.nd.save(file, {"arg:x_weight": mx.nd.full((2, 3), 5), "aux:m": mx.nd.ones((1,))})
    load = mx.init.Load(file, mx.init.One(), verbose=True)
    assert sorted(load.param) == ["m", "x_weight"]
    assert fill(load).min() == 5
    assert fill(load, "y_weight").max() == 1
    assert [record.getMessage() for record in caplog.records] == [
        "Initialized x_weight by loading",
        "Initialized y_weight by default",
    ]


def test_names_that_are_only_text_are_warned_of():
    with pytest.warns(DeprecationWarning, match=r"init\(str, NDArray\) has been deprecated") as seen:
        mx.init.One()("x_weight", mx.nd.zeros((1,)))
    assert seen[0].filename == __file__


def test_parts_of_recurrent_layers_are_described(recwarn):
    seen = []

    class Seeing(mx.init.Initializer):
        def __call__(self, desc, arr):
            seen.append((str(desc), arr.shape, arr.dtype, desc.global_init))
            arr[:] = len(seen)

    model = mx.init.One()
    array = mx.nd.zeros((42,), dtype="float64")
    mx.init.FusedRNN(Seeing(), 2, 1, "gru")(Desc("x_weight", global_init=model), array)
    assert [entry[0] for entry in seen[:4]] == [f"l0_{part}_weight" for part in ("i2h_r", "i2h_z", "i2h_o", "h2h_r")]
    assert seen[0][1:] == ((2, 3), np.float64, model)
    assert seen[-1][:2] == ("l0_h2h_o_bias", (2,))
    assert array.asnumpy().tolist() == [
        *(number for i, width in enumerate([3] * 3 + [2] * 3) for number in [i + 1] * 2 * width),
        *(number for i in range(6) for number in [i + 7] * 2),
    ]


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (
            lambda: fill(mx.init.Uniform(), "foo"),
            ValueError,
            "Unknown initialization pattern for foo: names that end in weight, bias, gamma, beta, min or max have a rule. "
            "Say how to initialize it where it is made, as in mx.sym.Variable('foo', init=mx.init.Zero()), or use "
            "mx.init.Mixed. If batches are to feed it, name it in Module(data_names=...) instead.",
        ),
        (
            lambda: fill(mx.init.Initializer()),
            NotImplementedError,
            "Initializer must define _init_weight(self, name, arr), needed for 'x_weight'.",
        ),
        (
            lambda: fill(mx.init.Xavier(), shape=(3,)),
            ValueError,
            "Xavier initializer cannot be applied to vector x_weight: it needs the numbers of outputs and inputs, given "
            "shape (3,). Use mx.init.Uniform or mx.init.Normal for it.",
        ),
        (
            lambda: fill(mx.init.Xavier(factor_type="x")),
            ValueError,
            "Xavier: factor_type must be 'avg', 'in' or 'out', given 'x'.",
        ),
        (
            lambda: fill(mx.init.Xavier("normal")),
            ValueError,
            "Xavier: rnd_type must be 'uniform' or 'gaussian', given 'normal'.",
        ),
        (
            lambda: fill(mx.init.Xavier(magnitude=-1)),
            ValueError,
            "Xavier: magnitude must be a number of 0 or more, given -1.0.",
        ),
        (
            lambda: mx.init.Xavier(magnitude="x"),
            ValueError,
            "Xavier: magnitude must be a number, given 'x' of type str.",
        ),
        (
            lambda: mx.init.MSRAPrelu(slope=None),
            ValueError,
            "MSRAPrelu: slope must be a number, given None.",
        ),
        (
            lambda: fill(mx.init.Normal(-0.1)),
            ValueError,
            "'x_weight': how far random initial values are spread must be a number of 0 or more, given -0.1 of type float.",
        ),
        (
            lambda: fill(mx.init.Uniform("a")),
            TypeError,
            "'x_weight': how far random initial values are spread must be a number of 0 or more, given 'a' of type str.",
        ),
        (
            lambda: fill(mx.init.Orthogonal(rand_type="x")),
            ValueError,
            "Orthogonal: rand_type must be 'uniform' or 'normal', given 'x'.",
        ),
        (
            lambda: fill(mx.init.Normal(), dtype="int32"),
            TypeError,
            "'x_weight' holds int32, random initial values are fractions; say how to initialize it, as in "
            "mx.sym.Variable('x_weight', init=mx.init.Zero()).",
        ),
        (
            lambda: fill(mx.init.Bilinear()),
            ValueError,
            "bilinear weights are those of a convolution, (filters, channels, height, width), given (2, 3).",
        ),
        (
            lambda: fill(mx.init.Constant([1, 2])),
            ValueError,
            "an array of shape (2,) cannot be assigned to a place of shape (2, 3).",
        ),
        (
            lambda: fill(mx.init.FusedRNN(mx.init.One(), 2, 1, "lstm"), shape=(57,)),
            AssertionError,
            "57 parameters do not fit 1 lstm layers of 2 units in 1 directions: there must be 32 + n · 8, with n features.",
        ),
        (
            lambda: fill(mx.init.FusedRNN(mx.init.One(), 2, 1, "ltsm"), shape=(56,)),
            ValueError,
            "mode of a recurrent layer must be one of rnn_relu, rnn_tanh, lstm, gru, given 'ltsm'.",
        ),
        (
            lambda: fill(mx.init.FusedRNN(None, 2, 1, "lstm"), shape=(56,)),
            ValueError,
            "'x_weight': FusedRNN(None) leaves its parts to the initializer of the model, and there is none; give it one.",
        ),
        (
            lambda: mx.init.Mixed([".*"], []),
            AssertionError,
            "Mixed: there must be an initializer for each pattern, given 1 patterns and 0 initializers.",
        ),
        (
            lambda: fill(mx.init.Mixed(["a", "b"], [mx.init.One()] * 2)),
            ValueError,
            "Parameter name x_weight did not match any pattern: 'a', 'b'. Consider adding a \".*\" pattern at the end with "
            "a default initializer.",
        ),
        (
            lambda: fill(mx.init.Load({"x_weight": mx.nd.ones((1,))})),
            AssertionError,
            "Parameter x_weight cannot be initialized from loading: it has shape (2, 3), what was loaded (1,).",
        ),
        (
            lambda: fill(mx.init.Load({"a": mx.nd.ones((1,))})),
            AssertionError,
            "Cannot initialize x_weight: it is not in the loaded parameters, which are a, and no default_init is given.",
        ),
        (
            lambda: mx.init.Load([mx.nd.ones((1,))]),
            AssertionError,
            "Load needs arrays by name: given [NDArray of shape (1,)] of type list.",
        ),
        (
            lambda: mx.init.create("xaver"),
            AssertionError,
            "initializer 'xaver' is not registered. Did you mean 'xavier'? Known: bilinear, constant, ",
        ),
        (
            lambda: mx.init.Constant({1}).dumps(),
            TypeError,
            "dumps: {1} of type set cannot be written as JSON.",
        ),
    ],
)
def test_messages(make, error, text):
    with pytest.raises(error) as info:
        make()
    assert str(info.value).startswith(text)
    assert isinstance(info.value, mx.MXNetError)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("args", "error", "text"),
    [
        ((3, mx.nd.ones((1,))), TypeError, "name must be string, given 3 of type int."),
        (("x_weight", 3), TypeError, "an initializer fills an NDArray, given for 'x_weight' 3 of type int."),
        (
            ("stn_loc_bias", mx.nd.ones((5,))),
            AssertionError,
            "'stn_loc_bias' is taken for the bias of an affine map, which has shape (6,), given (5,).",
        ),
    ],
)
def test_messages_about_text(args, error, text):
    with pytest.raises(error) as info:
        mx.init.One()(*args)
    assert str(info.value) == text
    assert isinstance(info.value, mx.MXNetError)
