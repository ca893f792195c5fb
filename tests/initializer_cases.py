"""Initializers and the arrays that they fill: cases that real MXNet answered (``tests/golden/initializers.json``)."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

_NAMES = (
    "weight bias gamma beta min max fc_weight fc_bias bn_gamma bn_beta bn_moving_mean bn_moving_var "
    "bn_running_mean bn_running_var x_moving_inv_var x_moving_avg x_min x_max x_weight_min upsampling_x "
    "upsampling0_weight upsampling_bias stn_loc_weight stn_loc_bias stn_loc_gamma stn_loc stn_locweight "
    "foo data label fc_weight0 a_weights lstm_parameters x_state x_mean x_var x_weight_quantize "
    "x_bias_quantize x_quantized_weight x_quantized_bias"
)
NAMES = _NAMES.split()
_RULES = "weight bias gamma beta default zero one bilinear loc_bias quantized_weight quantized_bias"
RULES = _RULES.split()

FILLED = {
    "zero": ("mx.init.Zero()", "x_weight", {}, (2, 3)),
    "one": ("mx.init.One()", "x_weight", {}, (2, 3)),
    "constant": ("mx.init.Constant(2.5)", "x_weight", {}, (2, 3)),
    "constant row": ("mx.init.Constant(mx.nd.array([1, 2, 3]))", "x_weight", {}, (2, 3)),
    "constant list": ("mx.init.Constant([1, 2, 3])", "x_weight", {}, (2, 3)),
    "bias": ("mx.init.Constant(2.5)", "x_bias", {}, (3,)),
    "gamma": ("mx.init.Constant(2.5)", "x_gamma", {}, (3,)),
    "beta": ("mx.init.Constant(2.5)", "x_beta", {}, (3,)),
    "min": ("mx.init.Constant(2.5)", "x_min", {}, (1,)),
    "max": ("mx.init.Constant(2.5)", "x_max", {}, (1,)),
    "attribute": ("mx.init.One()", "foo", {"__init__": "zeros"}, (2,)),
    "attribute of a bias": ("mx.init.Zero()", "x_bias", {"__init__": "ones"}, (2,)),
    "attribute as JSON": ("mx.init.One()", "foo", {"__init__": '["constant", {"value": 3}]'}, (2,)),
    "attribute in capitals": ("mx.init.One()", "prelu_gamma", {"__init__": '["Constant", {"value": 0.25}]'}, (2,)),
    "array as attribute": ("mx.init.One()", "foo", {"__init__": '["constant", {"value": [1.0, 2.0]}]'}, (3, 2)),
    "empty attribute": ("mx.init.One()", "x_weight", {"__init__": ""}, (2,)),
    "other attributes": ("mx.init.One()", "x_weight", {"__lr_mult__": "2"}, (2,)),
    "bilinear": ("mx.init.Bilinear()", "x_weight", {}, (1, 1, 4, 4)),
    "bilinear of odd size": ("mx.init.Bilinear()", "x_weight", {}, (2, 1, 3, 3)),
    "bilinear of two sizes": ("mx.init.Bilinear()", "x_weight", {}, (1, 2, 3, 5)),
    "upsampling": ("mx.init.Zero()", "upsampling_weight", None, (1, 1, 4, 4)),
    "affine map": ("mx.init.One()", "stn_loc_bias", None, (6,)),
    "moving variance": ("mx.init.Zero()", "bn_moving_var", None, (2,)),
    "lstm bias": ("mx.init.Zero()", "x_bias", {"__init__": '["lstmbias", {"forget_bias": 2.0}]'}, (8,)),
    "fused lstm": ("mx.init.FusedRNN(mx.init.One(), 2, 1, 'lstm', forget_bias=3)", "x_weight", {}, (56,)),
    "fused lstm, two ways": ("mx.init.FusedRNN(mx.init.One(), 2, 2, 'lstm', True)", "x_weight", {}, (256,)),
    "fused gru": ("mx.init.FusedRNN(mx.init.One(), 2, 1, 'gru')", "x_weight", {}, (42,)),
    "fused rnn": ("mx.init.FusedRNN(mx.init.One(), 2, 3, 'rnn_tanh')", "x_weight", {}, (38,)),
    "fused parts by the model": (
        "mx.init.Constant(5)",
        "x_parameters",
        {
            "__init__": '["fusedrnn", {"init": null, "num_hidden": 2, "num_layers": 1, "mode": "lstm", '
            '"bidirectional": false, "forget_bias": 1.0}]'
        },
        (56,),
    ),
    "mixed": ("mx.init.Mixed(['.*bias', '.*'], [mx.init.One(), mx.init.Constant(2)])", "x_weight", {}, (2,)),
    "mixed, by the first": ("mx.init.Mixed(['x', '.*'], [mx.init.Zero(), mx.init.One()])", "x_weight", {}, (2,)),
    "mixed with attribute": ("mx.init.Mixed(['.*'], [mx.init.One()])", "foo", {"__init__": "zeros"}, (2,)),
    "load": ("mx.init.Load({'arg:x': mx.nd.array([4, 5]), 'y': mx.nd.ones((1,))})", "x", {}, (2,)),
    "load by default": ("mx.init.Load({'y': mx.nd.ones((1,))}, mx.init.Constant(3))", "x_weight", {}, (2,)),
}
"""Initializer, name, attributes (None: the name is only text) and shape of an array that is 7 before."""

TOLD = (
    "mx.init.Zero()",
    "mx.init.One()",
    "mx.init.Constant(3)",
    "mx.init.Constant(mx.nd.array([1,2]))",
    "mx.init.Uniform()",
    "mx.init.Uniform(0.5)",
    "mx.init.Normal(2)",
    "mx.init.Orthogonal()",
    "mx.init.Xavier()",
    "mx.init.Xavier('gaussian','in',2)",
    "mx.init.MSRAPrelu()",
    "mx.init.MSRAPrelu('in',0)",
    "mx.init.Bilinear()",
    "mx.init.LSTMBias()",
    "mx.init.create('ones')",
    "mx.init.FusedRNN(mx.init.Xavier(),3,2,'lstm')",
    "mx.init.FusedRNN(None,3,2,'gru',True,2.0)",
    "mx.init.create('normal',3)",
    "mx.init.create('xavier',magnitude=2)",
    'mx.init.create(\'["uniform",{"scale":3}]\')',
)
"""Whose ``dumps()`` are recorded."""


def rules(mx: Any) -> dict[str, list[str]]:
    """Which rule a name asks for: as an `InitDesc`, and as text."""
    asked = []

    def method(rule: str) -> Any:
        return lambda self, name, array: asked.append(rule)

    asking = type("Asking", (mx.init.Initializer,), {f"_init_{rule}": method(rule) for rule in RULES})()
    array = mx.nd.zeros((6,))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in NAMES:
            asking(mx.init.InitDesc(name), array)
            asking(name, array)
    return {name: asked[2 * i : 2 * i + 2] for i, name in enumerate(NAMES)}


def filled(mx: Any, case: str) -> list[float]:
    """What is in the array of a case, flat."""
    text, name, attributes, shape = FILLED[case]
    initialize = eval(text, {"mx": mx})
    array = mx.nd.array(np.full(shape, 7))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        initialize(name if attributes is None else mx.init.InitDesc(name, attributes), array)
    return array.asnumpy().ravel().tolist()
