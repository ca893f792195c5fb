"""Attention: what Gluon's language models were exported as, and loops."""

from __future__ import annotations

from tests.old_graphs.writer import Entry, Writer


def bert(g: Writer) -> str:
    """Words, segments and places; a layer of attention with masked scores; GELU out of the error function."""
    words, kinds, length = g.var("data0"), g.var("data1"), g.var("data2")
    dense = {"flatten": False, "no_bias": False}

    def embed(x: Entry, name: str, count: int) -> Entry:
        return g.op(
            "Embedding", f"bert_{name}_fwd", x, input_dim=count, output_dim=8, dtype="float32", sparse_grad=False
        )

    x = g.op("elemwise_add", "_plus0", embed(words, "word", 13), embed(kinds, "type", 2))
    places = g.op("_arange", "arange0", start=0, stop=None, step=1.0, repeat=1, infer_range=True, dtype="float32")
    none = g.op("_mul_scalar", "none", g.op("_contrib_arange_like", "arange_like0", words, axis=1), scalar=0)
    places = g.op("elemwise_add", "places", places, none)
    position = g.op("Embedding", "bert_position_fwd", places, input_dim=20, output_dim=8, dtype="float32")
    x = g.op("broadcast_add", "_plus1", x, g.op("expand_dims", "expand_dims1", position, axis=0))
    x = g.op("LayerNorm", "bert_layernorm0_fwd", x, axis=-1, eps=1e-12)
    steps = g.op("_contrib_arange_like", "arange_like1", words, axis=1)
    mask = g.op(
        "broadcast_lesser",
        "mask",
        g.op("Reshape", "m1", steps, shape=(1, -1)),
        g.op("Reshape", "m2", length, shape=(-1, 1)),
    )
    mask = g.op("broadcast_axis", "mask2", g.op("expand_dims", "expand_dims2", mask, axis=1), axis=1, size=5)

    def heads(x: Entry, name: str) -> Entry:
        x = g.op("FullyConnected", f"bert_{name}_fwd", x, num_hidden=8, **dense)
        x = g.op("transpose", f"{name}_t", g.op("Reshape", f"{name}_r", x, shape=(0, 0, 2, -1)), axes=(0, 2, 1, 3))
        return g.op("Reshape", f"{name}_r2", x, shape=(-1, 0, 0), reverse=True)

    query = g.op("_contrib_div_sqrt_dim", "div", heads(x, "query"))
    score = g.op("batch_dot", "batch_dot0", query, heads(x, "key"), transpose_b=True)
    many = g.op("repeat", "repeat0", mask, repeats=2, axis=0)
    off = g.op("_mul_scalar", "_mulscalar0", g.op("ones_like", "ones_like0", score), scalar="-1e+18")
    score = g.op("where", "where0", many, score, off)
    attention = g.op("Dropout", "bert_dropout1_fwd", g.op("softmax", "softmax0", score, axis=-1), p=0.1, axes=())
    y = g.op("batch_dot", "batch_dot1", g.op("broadcast_mul", "_mul0", attention, many), heads(x, "value"))
    y = g.op("transpose", "t1", g.op("Reshape", "r3", y, shape=(-1, 2, 0, 0), reverse=True), axes=(0, 2, 1, 3))
    y = g.op("FullyConnected", "bert_proj_fwd", g.op("Reshape", "r4", y, shape=(0, 0, -1)), num_hidden=8, **dense)
    x = g.op("LayerNorm", "bert_layernorm1_fwd", g.op("elemwise_add", "_plus2", y, x), axis=-1, eps=1e-12)
    y = g.op("FullyConnected", "bert_ffn_1_fwd", x, num_hidden=12, **dense)
    erf = g.op("erf", "erf0", g.op("_div_scalar", "_divscalar0", y, scalar="1.4142135623730951"))
    half = g.op("_mul_scalar", "_mulscalar1", g.op("_plus_scalar", "_plusscalar0", erf, scalar=1), scalar=0.5)
    y = g.op("elemwise_mul", "_mul1", y, half)
    y = g.op("elemwise_add", "p", g.op("FullyConnected", "bert_ffn_2_fwd", y, num_hidden=8, **dense), x)
    first = g.op("slice_axis", "pool", y, axis=1, begin=0, end=1)
    pooled = g.op(
        "FullyConnected", "bert_pooler_fwd", g.op("Reshape", "r5", first, shape=(-1, 8)), num_hidden=8, flatten=True
    )
    masked = g.op("SequenceMask", "sequencemask0", y, length, axis=1, use_sequence_length=True, value=0.0)
    return g.json(masked, g.op("Activation", "pooler_tanh", pooled, act_type="tanh"))


def interleaved(g: Writer) -> str:
    """The later export: projections interleaved, scopes of the profiler on each node, mixed precision."""
    scope = {"__profiler_scope__": "bertmodel0:"}
    x = g.op("amp_cast", "data0_amp_cast_float16", g.var("data", **scope), dtype="float16", own=scope)
    x = g.op("amp_cast", "data0_amp_cast_float32", x, dtype="float32", own=scope)
    x = g.op(
        "FullyConnected",
        "qkv",
        g.op("SwapAxis", "swapaxes0", x, dim1=0, dim2=1),
        own=scope,
        num_hidden=24,
        flatten=False,
        no_bias=False,
    )
    score = g.op("_contrib_interleaved_matmul_selfatt_qk", "qk", x, heads=2, own=scope)
    score = g.op("softmax", "softmax0", score, axis=-1, dtype="None", temperature="None", use_length=False, own=scope)
    y = g.op("_contrib_interleaved_matmul_selfatt_valatt", "valatt", x, score, heads=2, own=scope)
    y = g.op("LeakyReLU", "gelu", y, act_type="gelu", lower_bound=0.125, upper_bound=0.334, slope=0.25, own=scope)
    y = g.op("LayerNorm", "ln", y, axis=-1, eps="1e-05", output_mean_var=False, own=scope)
    both = g.op(
        "amp_multicast", "multicast", y, g.op("amp_cast", "half", y, dtype="float16"), num_outputs=2, cast_narrow=False
    )
    z = g.op("elemwise_add", "sum", (both[0], 0), (both[0], 1))
    return g.json(g.op("broadcast_like", "bl", g.op("mean", "mean0", z, axis=-1, keepdims=True, exclude=False), z), y)


def scan(g: Writer) -> str:
    """A loop whose body is a graph inside of the node."""
    body = Writer(g.version)
    i = body.op("FullyConnected", "i2h", body.var("x0"), num_hidden=3)
    j = body.op("FullyConnected", "h2h", body.var("h0"), num_hidden=3)
    out = body.op("Activation", "act", body.op("elemwise_add", "plus", i, j), act_type="tanh")
    inner = body.document(out, out)
    inputs = [
        g.var("data"),
        g.var("state"),
        *(g.var(name) for name in ("i2h_weight", "i2h_bias", "h2h_weight", "h2h_bias")),
    ]
    names = [node["name"] for node in body.nodes if node["op"] == "null"]
    order = [names.index(name) for name in ("x0", "h0", "i2h_weight", "i2h_bias", "h2h_weight", "h2h_bias")]
    places = {"in_data_locs": f"({order[0]},)", "in_state_locs": f"({order[1]},)", "remain_locs": str(tuple(order[2:]))}
    loop = g.op("_foreach", "foreach0", *inputs, num_args=7, num_outputs=2, num_out_data=1, **places)
    g.nodes[loop[0]]["subgraphs"] = [{k: v for k, v in inner.items() if k != "attrs"}]
    return g.json(g.op("SequenceLast", "last", loop), (loop[0], 1))


def capsules(g: Writer) -> str:
    """Capsules: batched products, squashed lengths, one step of routing."""

    def squash(x: Entry, name: str, axis: int) -> Entry:
        norm = g.op("sum", f"{name}_s", g.op("square", f"{name}_sq", x), axis=axis, keepdims=True)
        root = g.op("sqrt", f"{name}_root", g.op("_plus_scalar", f"{name}_eps", norm, scalar="1e-09"))
        factor = g.op(
            "elemwise_div",
            f"{name}_f",
            norm,
            g.op("elemwise_mul", f"{name}_d", g.op("_plus_scalar", f"{name}_1", norm, scalar=1), root),
        )
        return g.op("broadcast_mul", f"{name}_out", x, factor)

    x = g.op("Convolution", "conv1", g.var("data"), kernel=(5, 5), num_filter=8, stride=(2, 2))
    x = squash(g.op("Reshape", "r0", x, shape=(0, -1, 4)), "primary", 2)
    weight = g.var("capsule_weight", __shape__="(1, 50, 3, 4, 4)")
    u = g.op("expand_dims", "e1", g.op("expand_dims", "e0", x, axis=2), axis=4)
    u = g.op("broadcast_mul", "prod", g.op("tile", "tile0", u, reps=(1, 1, 3, 1, 1)), weight)
    u = g.op("sum", "sum0", u, axis=(3,))
    b = g.op("BlockGrad", "stop", g.op("zeros_like", "z", g.op("sum", "sum1", u, axis="(3,)", keepdims="1")))
    c = g.op("softmax", "softmax0", b, axis=2)
    v = squash(g.op("sum", "sum2", g.op("broadcast_mul", "cu", c, u), axis=1, keepdims=True), "v", 3)
    lengths = g.op("norm", "norm0", g.op("Reshape", "r1", v, shape=(-1, 3, 4)), ord=2, axis=2)
    margin = g.op(
        "square", "sq", g.op("_maximum_scalar", "max0", g.op("_rminus_scalar", "rm", lengths, scalar=0.9), scalar=0)
    )
    hot = g.op("one_hot", "hot", g.var("softmax_label"), depth=3)
    loss = g.op("MakeLoss", "loss", g.op("sum", "sum3", g.op("elemwise_mul", "lm", hot, margin), axis=1))
    return g.json(g.op("BlockGrad", "lengths", lengths), loss, g.op("argmax_channel", "am", lengths))
