"""Uses of ``mx.rnn`` as old scripts make them, as functions of the module `mx` that return JSON-able facts."""

from __future__ import annotations

import hashlib
import inspect
import random
from typing import Any

import numpy as np

from tests.blocks import Blocks, attempt
from tests.rnn_cells import CELLS, HIDDEN, STEPS, draw, is_input, leaves, shape_of

block = BLOCKS = Blocks()

SENTENCES = [
    list(np.random.RandomState(n).randint(1, 9, size=n)) for n in (1, 2, 2, 3, 3, 3, 5, 5, 5, 8, 8, 2, 2, 9, 3)
]
WORDS = [["a", "b", "c"], ["b", "d"], []]


def listed(arrays: dict) -> list:
    return [[name, list(array.shape), array.asnumpy().tolist()] for name, array in arrays.items()]


def json_of(symbol: Any) -> str:
    return symbol.tojson()


def digest_of(symbol: Any) -> str:
    return hashlib.sha256(symbol.tojson().encode()).hexdigest()


def data(mx: Any) -> Any:
    return mx.sym.Variable("data")


def parameters(mx: Any, cell: Any, name: str) -> dict:
    """Arrays for all parameters of a cell, and for a layer that is none of its."""
    steps = [mx.sym.Variable(f"t{i}_data") for i in range(STEPS)]
    outputs, _ = cell.unroll(STEPS, steps, layout="TNC")
    net = mx.sym.Group(list(leaves(outputs)))
    names = net.list_arguments()
    shapes, _, _ = net.infer_shape(**{n: shape_of(n, name) for n in names if is_input(n)})
    found = {n: mx.nd.array(draw(n, s)) for n, s in zip(names, shapes) if not is_input(n)}
    return {**found, "fc_weight": mx.nd.array(draw("fc_weight", (2, 3)))}


@block
def weights(mx: Any) -> list:
    """What parameters look like apart, and that they can be put together again."""
    results = []
    for name, make in CELLS.items():
        if name in ("bidirectional_params", "stack_shared"):
            continue  # the first cannot be made, the second not be taken apart twice
        cell = make(mx)
        packed = parameters(mx, cell, name)
        unpacked = cell.unpack_weights(packed)
        again = cell.pack_weights(unpacked)
        equal = all((again[n].asnumpy() == packed[n].asnumpy()).all() for n in packed)
        sums = [float(array.asnumpy().sum()) for array in unpacked.values()]
        results.append([name, [[n, list(a.shape)] for n, a in unpacked.items()], sums, list(again), bool(equal)])
    return results


@block
def weights_of_gates(mx: Any) -> list:
    cell = mx.rnn.LSTMCell(2, prefix="a_")
    whole = {
        f"a_{s}_{k}": mx.nd.array(draw(s + k, (8, 1) if k == "weight" else (8,)))
        for s in ("i2h", "h2h")
        for k in ("weight", "bias")
    }
    half = cell.unpack_weights({name: array.astype("float16") for name, array in whole.items()})
    return [listed(cell.unpack_weights(whole)), [array.dtype.__name__ for array in half.values()], list(whole)]


@block
def weights_are_copies(mx: Any) -> list:
    cell = mx.rnn.FusedRNNCell(2, mode="gru", prefix="g_")
    whole = parameters(mx, cell, "gru")
    cell.unpack_weights(whole)["g_l0_i2h_r_weight"][:] = 100
    views = cell._slice_weights(whole["g_parameters"], 2, 2)
    before = float(whole["g_parameters"].asnumpy().max())
    views["g_l0_i2h_r_weight"][:] = 7
    return [before < 1, whole["g_parameters"].asnumpy()[:5].tolist(), list(views)]


@block
def fused_and_unfused(mx: Any) -> list:
    """Fused weights as those of single cells, in all modes."""
    results = []
    for mode in ("rnn_relu", "rnn_tanh", "lstm", "gru"):
        for bidirectional in (False, True):
            fused = mx.rnn.FusedRNNCell(HIDDEN, 2, mode, bidirectional, dropout=0.5, forget_bias=3.0)
            stack = fused.unfuse()
            packed = stack.pack_weights(fused.unpack_weights(parameters(mx, fused, mode)))
            results.append([[n, list(a.shape), float(a.asnumpy().sum())] for n, a in packed.items()])
            results.append([[type(cell).__name__, cell._prefix] for cell in stack._cells])
    return results


@block
def attributes_of_cells(mx: Any) -> list:
    """What scripts and subclasses read, by the cell."""
    names = "_prefix _num_hidden _num_layers _mode _bidirectional _dropout _get_next_state _directions _own_params _modified"
    results = []
    for name, make in CELLS.items():
        if name != "bidirectional_params":
            cell = make(mx)
            found = {n: getattr(cell, n, None) for n in names.split()}
            results.append(
                [name, found, list(cell._gate_names), [[i["shape"], i["__layout__"]] for i in cell.state_info]]
            )
            results.append([list(map(list, cell.state_shape)), list(cell.params._params), cell.params._prefix])
    return results


@block
def signatures(mx: Any) -> dict:
    """Names and simple default values of arguments, of all that is public."""
    found = {}
    for name, value in sorted(vars(mx.rnn).items()):
        if (
            not callable(value)
            or name in ("DataIter", "DataBatch", "DataDesc")
            or name.startswith(("_", "save_ch", "load_ch"))
        ):
            continue
        methods = [
            "unroll",
            "begin_state",
            "__call__",
            "reset",
            "pack_weights",
            "unpack_weights",
            "add",
            "unfuse",
            "get",
        ]
        for method in ["", *(m for m in methods if isinstance(value, type) and hasattr(value, m))]:
            parameters = inspect.signature(getattr(value, method) if method else value).parameters.values()
            simple = (int, float, str, tuple, type(None))
            found[f"{name}.{method}"] = [
                [
                    p.name,
                    str(p.kind),
                    list(p.default)
                    if isinstance(p.default, tuple)
                    else p.default
                    if isinstance(p.default, simple)
                    else "...",
                ]
                for p in parameters
            ]
    return found


@block
def first_states(mx: Any) -> list:
    cell = mx.rnn.LSTMCell(2)
    bi = mx.rnn.BidirectionalCell(mx.rnn.LSTMCell(2, prefix="l_"), mx.rnn.FusedRNNCell(2, 2, mode="gru"))
    states = [
        cell.begin_state(),
        cell.begin_state(func=mx.sym.Variable),
        cell.begin_state(mx.sym.Variable, shape=(5, 2), lr_mult=2),
        cell.begin_state(func=mx.sym.ones, dtype="float16"),
        cell.begin_state(func=mx.sym.uniform, low=-1),
        bi.begin_state(func=mx.sym.Variable),
        mx.rnn.ZoneoutCell(mx.rnn.ResidualCell(cell)).begin_state(mx.sym.Variable),
    ]
    given = mx.rnn.GRUCell(3).begin_state(func=lambda **kwargs: sorted(map(str, kwargs.items())), further=1)
    return [[json_of(mx.sym.Group(each)) for each in states], given]


@block
def scopes(mx: Any) -> list:
    with mx.AttrScope(ctx_group="layer", __lr_mult__="3"):
        fused, _ = mx.rnn.FusedRNNCell(2, get_next_state=True).unroll(2, data(mx))
        cell, _ = mx.rnn.LSTMCell(2).unroll(2, data(mx), merge_outputs=True)
    with mx.name.Prefix("stage_"):
        prefixed, _ = mx.rnn.GRUCell(2).unroll(2, data(mx), merge_outputs=True)
        conv, _ = mx.rnn.ConvGRUCell((1, 2, 3, 3), 2).unroll(1, [data(mx)])
    return [digest_of(symbol) for symbol in (fused, cell, prefixed, conv[0])]


@block
def counted_names(mx: Any) -> list:
    """Which automatic names cells use up."""
    mx.rnn.ZoneoutCell(mx.rnn.RNNCell(2)).unroll(3, data(mx))
    mx.rnn.ConvLSTMCell((1, 2, 3, 3), 2).unroll(2, data(mx), merge_outputs=True)
    mx.rnn.BidirectionalCell(mx.rnn.FusedRNNCell(2), mx.rnn.GRUCell(2)).unroll(3, data(mx))
    symbols = [
        mx.sym.zeros((1,)),
        mx.sym.Convolution(data(mx), kernel=(1, 1), num_filter=1),
        mx.sym.split(data(mx), num_outputs=2),
        mx.sym.SliceChannel(data(mx), num_outputs=2),
        data(mx) + data(mx),
        data(mx) * data(mx),
        1 - data(mx),
        mx.sym.concat(data(mx), data(mx)),
        mx.sym.expand_dims(data(mx), axis=0),
        mx.sym.swapaxes(data(mx)),
        mx.sym.Activation(data(mx), act_type="tanh"),
        mx.sym.LeakyReLU(data(mx)),
    ]
    return [symbol.name for symbol in symbols]


@block
def cells_of_users(mx: Any) -> list:
    """Subclasses, as they were written."""

    class Scaled(mx.rnn.BaseRNNCell):
        def __init__(self, num_hidden, prefix="scaled_", params=None):
            super().__init__(prefix=prefix, params=params)
            self._num_hidden = num_hidden
            self._iW = self.params.get("i2h_weight")
            self._hW = self.params.get("h2h_weight", lr_mult=2.0)

        @property
        def state_info(self):
            return [{"shape": (0, self._num_hidden), "__layout__": "NC"}]

        @property
        def _gate_names(self):
            return ("",)

        def __call__(self, inputs, states):
            self._counter += 1
            name = "%st%d_" % (self._prefix, self._counter)
            i2h = mx.sym.FullyConnected(
                data=inputs, weight=self._iW, no_bias=True, num_hidden=self._num_hidden, name=name + "i2h"
            )
            h2h = mx.sym.FullyConnected(
                data=states[0], weight=self._hW, no_bias=True, num_hidden=self._num_hidden, name=name + "h2h"
            )
            output = self._get_activation(i2h + h2h, "sigmoid", name=name + "out")
            return output, [output]

    class Peephole(mx.rnn.LSTMCell):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self._peep = self.params.get("peep_weight")

        def __call__(self, inputs, states):
            output, states = super().__call__(inputs, states)
            return mx.sym.broadcast_mul(output, self._peep, name=self._prefix + "peep%d" % self._counter), states

    class Negated(mx.rnn.ModifierCell):
        def __call__(self, inputs, states):
            output, states = self.base_cell(inputs, states)
            return -output, states

    stack = mx.rnn.SequentialRNNCell()
    stack.add(Scaled(3))
    stack.add(mx.rnn.ResidualCell(Peephole(3, prefix="p_")))
    stack.add(Negated(mx.rnn.ZoneoutCell(mx.rnn.RNNCell(3), 0.2)))
    outputs, states = stack.unroll(2, data(mx), merge_outputs=True)
    return [json_of(mx.sym.Group([outputs, *states])), list(stack.params._params), len(stack.state_info)]


@block
def by_hand(mx: Any) -> str:
    """A loop of a user's own over several cells, with states that are fed."""
    embed = mx.sym.Embedding(data(mx), input_dim=20, output_dim=4, name="embed")
    steps = mx.sym.SliceChannel(embed, num_outputs=3, axis=1, squeeze_axis=True)
    cells = [mx.rnn.LSTMCell(4, prefix="lstm_l%d_" % i) for i in range(2)]
    states = [cell.begin_state(func=mx.sym.Variable) for cell in cells]
    outputs = []
    for t in range(3):
        hidden = steps[t]
        for i, cell in enumerate(cells):
            hidden, states[i] = cell(hidden, states[i])
            hidden = mx.sym.Dropout(hidden, p=0.25)
        outputs.append(mx.sym.expand_dims(hidden, axis=1))
    pred = mx.sym.FullyConnected(
        mx.sym.Reshape(mx.sym.Concat(*outputs, dim=1), shape=(-1, 4)), num_hidden=20, name="pred"
    )
    net = mx.sym.SoftmaxOutput(pred, name="softmax")
    return json_of(mx.sym.Group([net] + [mx.sym.BlockGrad(s) for state in states for s in state]))


@block
def layouts(mx: Any) -> list:
    """Other orders of axes, and sequences of one step."""
    results = []
    for layout in ("NTC", "TNC", "NT", "TN", "NCT", "NC"):
        for merge in (None, True, False):
            outputs, states = mx.rnn.GRUCell(2).unroll(2, data(mx), layout=layout, merge_outputs=merge)
            results.append(digest_of(mx.sym.Group(list(leaves(outputs)) + states)))
    for merge in (None, True, False):
        outputs, _ = mx.rnn.FusedRNNCell(2, 1, "gru").unroll(1, [data(mx)], layout="TNC", merge_outputs=merge)
        results.append(digest_of(mx.sym.Group(list(leaves(outputs)))))
    results.append(mx.rnn.GRUCell(2).unroll(0, [])[0])
    return results


@block
def encoded(mx: Any) -> list:
    encode = mx.rnn.encode_sentences
    known = {"a": 1, "b": 2, "c": 3, "d": 4}
    return [
        encode(WORDS),
        encode(WORDS, invalid_label=0, invalid_key="<pad>"),
        encode(WORDS, invalid_label=0, start_label=1),
        encode(WORDS, invalid_label=2),
        encode(WORDS, invalid_label=2, start_label=2),
        (*encode(WORDS, known), known),
        encode(["ab c", "ba"]),
        encode((line.split() for line in ["x y", "z"]), None, 0, "", 1),
        encode([["a", "\n", "b"]])[0],
        encode(WORDS, {"a": 1, "b": 0, "c": 3, "d": 4, "<unk>": 9}, unknown_token="<unk>")[0],
        attempt(lambda: encode(WORDS, {"a": 1})),
        attempt(lambda: encode(WORDS, {})),
    ]


def sentence_batches(mx: Any, *args: Any, **kwargs: Any) -> list:
    """Two epochs from fixed seeds, and what is known of an iterator."""
    random.seed(3)
    np.random.seed(4)
    batches = mx.rnn.BucketSentenceIter(*args, **kwargs)
    found = [
        [batches.buckets, batches.default_bucket_key, batches.batch_size, batches.major_axis, batches.layout],
        [batches.data_name, batches.label_name, str(batches.dtype), batches.invalid_label, batches.curr_idx],
        repr(batches.provide_data),
        repr(batches.provide_label),
    ]
    for _ in range(2):
        found.append([list(place) for place in batches.idx])
        for batch in batches:
            arrays = [[a.dtype.__name__, a.asnumpy().tolist()] for a in batch.data + batch.label]
            found.append([arrays, batch.bucket_key, batch.pad, batch.index])
            found.append([repr(batch.provide_data), repr(batch.provide_label)])
        batches.reset()
    return found


@block
def buckets(mx: Any) -> list:
    return [
        sentence_batches(mx, SENTENCES, 2),
        sentence_batches(mx, SENTENCES, 2, buckets=[8, 3], invalid_label=0, layout="TN", dtype="int32"),
        sentence_batches(mx, SENTENCES, 3, [3, 5, 10, 20], 0, "words", "next_words"),
        sentence_batches(mx, [np.array(s) for s in SENTENCES], 2, buckets=[5], layout="NTC", dtype="float64"),
        sentence_batches(mx, SENTENCES, 50, buckets=[3, 10]),
        sentence_batches(mx, [[1.5, 2.5], []], 1, buckets=[3]),
        sentence_batches(mx, [[1, 2], [3]], 1, buckets=[3], dtype="uint8"),
    ]
