"""Networks that read sequences, step by step or by the fused operator."""

from __future__ import annotations

from tests.old_graphs.writer import Entry, Writer

GATES = ("sigmoid", "tanh", "sigmoid", "sigmoid")


def lstm_step(
    g: Writer, name: str, x: Entry, state: tuple[Entry, Entry], weights: list[Entry], hidden: int
) -> tuple[Entry, Entry]:
    """One step; `weights` are of the input and of the state."""
    c, h = state
    size = {"num_hidden": 4 * hidden, "no_bias": False}
    gates = g.op(
        "_Plus",
        f"{name}_plus",
        g.op("FullyConnected", f"{name}_i2h", x, *weights[:2], **size),
        g.op("FullyConnected", f"{name}_h2h", h, *weights[2:], **size),
    )
    parts = g.op("SliceChannel", f"{name}_slice", gates, num_outputs=4, axis=1, squeeze_axis=False)
    kinds = enumerate(GATES)
    put, new, forget, out = (g.op("Activation", f"{name}_a{i}", (parts[0], i), act_type=kind) for i, kind in kinds)
    kept = g.op("_Mul", f"{name}_kept", forget, c)
    c = g.op("_Plus", f"{name}_c", kept, g.op("_Mul", f"{name}_new", put, new))
    return c, g.op("_Mul", f"{name}_h", out, g.op("Activation", f"{name}_tanh", c, act_type="tanh"))


def char_rnn(g: Writer) -> str:
    """The unrolled LSTM of the first examples: states are fed as data; layers are placed on devices."""
    steps, hidden = 3, 5
    group = {"ctx_group": "embed"}
    embed = g.var("embed_weight", **group)
    weights = [g.var(f"l0_{name}", ctx_group="layer0") for name in ("i2h_weight", "i2h_bias", "h2h_weight", "h2h_bias")]
    state = g.var("l0_init_c"), g.var("l0_init_h")
    x = g.op("Embedding", "embed", g.var("data"), embed, own=group, input_dim=7, output_dim=4)
    parts = g.op("SliceChannel", "wordvec", x, num_outputs=steps, axis=1, squeeze_axis=True)
    outputs = []
    for t in range(steps):
        state = lstm_step(g, f"t{t}_l0", (parts[0], t), state, weights, hidden)
        outputs.append(g.op("Dropout", f"t{t}_drop", state[1], p=0.2))
    x = g.op("Concat", "concat0", *outputs, dim=0, num_args=steps)
    x = g.op("FullyConnected", "pred", x, num_hidden=7, no_bias=False)
    label = g.op("transpose", "transpose0", g.var("softmax_label"), axes="()")
    label = g.op("Reshape", "reshape0", label, target_shape="(0,)", keep_highest=False, shape="(-1,)", reverse=False)
    return g.json(g.op("SoftmaxOutput", "softmax", x, label))


def crnn(g: Writer) -> str:
    """Text in a picture: convolutions, two directions of time, and an alignment-free loss beside the prediction."""
    label = g.var("label")
    x = g.op("Convolution", "conv0", g.var("data"), kernel=(3, 3), num_filter=4, pad=(1, 1))
    x = g.op("BatchNorm", "bn0", x, eps="2e-05", fix_gamma=False, momentum=0.9)
    x = g.op(
        "Pooling",
        "pool0",
        g.op("Activation", "relu0", x, act_type="relu"),
        kernel=(8, 2),
        pool_type="max",
        stride=(8, 2),
    )
    x = g.op(
        "Reshape",
        "reshape0",
        g.op("SwapAxis", "swapaxes0", x, dim1=0, dim2=3),
        shape="(0, -1, 4)",
        own={"__profiler_scope__": "<unk>:"},
    )
    steps, hidden = 4, 3
    parts = g.op("SliceChannel", "slice0", x, axis=0, num_outputs=steps, squeeze_axis=1)
    both = []
    for way, order in (("l0_", range(steps)), ("r0_", reversed(range(steps)))):
        weights = [g.var(f"{way}{name}") for name in ("i2h_weight", "i2h_bias", "h2h_weight", "h2h_bias")]
        begin = {"__layout__": "NC"}
        state = tuple(
            g.op("_zeros", f"{way}begin_state_{i}", own=begin, shape=(0, hidden), dtype="float32") for i in range(2)
        )
        outputs: dict[int, Entry] = {}
        for t in order:
            state = lstm_step(g, f"{way}t{t}", (parts[0], t), state, weights, hidden)
            outputs[t] = state[1]
        both.append(outputs)
    pairs = [g.op("Concat", f"bi_t{t}", both[0][t], both[1][t], dim=1, num_args=2) for t in range(steps)]
    x = g.op("FullyConnected", "pred_fc", g.op("Concat", "concat9", *pairs, dim=0, num_args=steps), num_hidden=5)
    scores = g.op("Reshape", "reshape1", x, shape=(steps, -1, 5))
    loss = g.op("MakeLoss", "ctc_loss", g.op("_contrib_CTCLoss", "ctc", scores, label, blank_label="first"))
    shown = g.op("BlockGrad", "pred", g.op("SoftmaxActivation", "softmax_class", x))
    return g.json(shown, loss)


def fused(g: Writer) -> str:
    """Speech: the fused operator in two directions, its states made where they are needed, lengths masked."""
    data = g.op("SwapAxis", "swapaxes0", g.var("data"), dim1=0, dim2=1)
    state = [
        g.op("_zeros", f"lstm_begin_state_{i}", shape=(4, 0, 3), dtype="float32", own={"__layout__": "LNC"})
        for i in range(2)
    ]
    parameters = g.var("lstm_parameters", __init__='["FusedRNN", {"mode": "lstm"}]')
    mode = {"bidirectional": True, "mode": "lstm", "num_layers": 2, "p": 0.2, "state_outputs": True, "state_size": 3}
    rnn = g.op("RNN", "lstm_rnn", data, parameters, *state, **mode)
    x = g.op("SequenceMask", "sequencemask0", rnn, g.var("length"), use_sequence_length=True, value=0.0)
    x = g.op("SequenceLast", "last", g.op("SequenceReverse", "reverse0", x))
    return g.json(g.op("SoftmaxOutput", "softmax", g.op("FullyConnected", "fc", x, num_hidden=4)), (rnn[0], 1))


def gru_attention(g: Writer) -> str:
    """Words, a gated unit unrolled by the cells of mx.rnn, and attention over its steps."""
    steps, hidden = 3, 4
    x = g.op("Embedding", "embed", g.var("data"), g.var("embed_weight"), input_dim=9, output_dim=4, dtype="float32")
    parts = g.op("SliceChannel", "gru_slice", x, axis=1, num_outputs=steps, squeeze_axis=True)
    w = [g.var(f"gru_{name}") for name in ("i2h_weight", "i2h_bias", "h2h_weight", "h2h_bias")]
    h = g.op("_zeros", "gru_begin_state_0", shape=(0, hidden), own={"__layout__": "NC"})
    outputs = []
    for t in range(steps):
        name = f"gru_t{t}_"
        i = g.op("FullyConnected", f"{name}i2h", (parts[0], t), w[0], w[1], num_hidden=3 * hidden)
        j = g.op("FullyConnected", f"{name}h2h", h, w[2], w[3], num_hidden=3 * hidden)
        i = g.op("SliceChannel", f"{name}i2h_slice", i, num_outputs=3)
        j = g.op("SliceChannel", f"{name}h2h_slice", j, num_outputs=3)
        gates = [g.op("elemwise_add", f"{name}plus{k}", (i[0], k), (j[0], k)) for k in range(2)]
        reset, update = (g.op("Activation", f"{name}g{k}", gate, act_type="sigmoid") for k, gate in enumerate(gates))
        new = g.op("elemwise_add", f"{name}sum", (i[0], 2), g.op("elemwise_mul", f"{name}mul", reset, (j[0], 2)))
        new = g.op("Activation", f"{name}h_act", new, act_type="tanh")
        kept = g.op("_rminus_scalar", f"{name}rest", update, scalar=1.0)
        h = g.op(
            "elemwise_add",
            f"{name}out",
            g.op("elemwise_mul", f"{name}m0", kept, new),
            g.op("elemwise_mul", f"{name}m1", update, h),
        )
        outputs.append(g.op("expand_dims", f"{name}e", h, axis=1))
    all_steps = g.op("Concat", "concat0", *outputs, dim=1, num_args=steps)
    scores = g.op("batch_dot", "batch_dot0", all_steps, g.op("expand_dims", "query", h, axis=2))
    weights = g.op("softmax", "softmax0", g.op("Reshape", "reshape0", scores, shape=(0, -1)))
    context = g.op("batch_dot", "batch_dot1", g.op("expand_dims", "e", weights, axis=1), all_steps)
    x = g.op("Concat", "concat1", g.op("Flatten", "flatten0", context), h, dim=1, num_args=2)
    return g.json(
        g.op(
            "SoftmaxOutput", "softmax", g.op("FullyConnected", "pred", x, num_hidden=3), use_ignore=True, ignore_label=0
        )
    )


def text_cnn(g: Writer) -> str:
    """Sentences: filters of several heights over word vectors, the greatest answer of each."""
    x = g.op("Embedding", "vocab_embed", g.var("data"), input_dim=11, output_dim=6)
    x = g.op("Reshape", "reshape0", x, target_shape="(2, 1, 8, 6)")
    pooled = []
    for i, size in enumerate((3, 4)):
        y = g.op("Convolution", f"convolution{i}", x, kernel=(size, 6), num_filter=4)
        y = g.op("Activation", f"activation{i}", y, act_type="relu")
        pooled.append(g.op("Pooling", f"pooling{i}", y, kernel=(8 - size + 1, 1), pool_type="max", stride=(1, 1)))
    x = g.op("Concat", "concat0", *pooled, dim=1, num_args=2)
    x = g.op("Dropout", "dropout0", g.op("Reshape", "reshape1", x, target_shape="(2, 8)"), p=0.5)
    x = g.op("FullyConnected", "fullyconnected0", x, g.var("cls_weight"), g.var("cls_bias"), num_hidden=2)
    return g.json(g.op("SoftmaxOutput", "softmax", x, g.var("softmax_label")))


def wavenet(g: Writer) -> str:
    """Audio: one-dimensional dilated convolutions with gates, and connections that skip."""
    x = g.op(
        "Convolution",
        "conv0",
        g.var("data"),
        kernel="(1,)",
        num_filter=4,
        stride="(1,)",
        pad="(0,)",
        dilate="(1,)",
        layout="NCW",
    )
    skips = []
    for i, dilation in enumerate((1, 2)):
        size = {"kernel": (2,), "dilate": (dilation,), "num_filter": 4}
        gates = [g.op("Convolution", f"conv_{kind}{i}", x, **size) for kind in ("filter", "gate")]
        y = g.op(
            "broadcast_mul", f"mul{i}", g.op("tanh", f"tanh{i}", gates[0]), g.op("sigmoid", f"sigmoid{i}", gates[1])
        )
        skips.append(g.op("Convolution", f"skip{i}", y, kernel=(1,), num_filter=5))
        rest = g.op("slice_axis", f"slice{i}", x, axis=2, begin=dilation, end=None)
        x = g.op("elemwise_add", f"plus{i}", rest, g.op("Convolution", f"dense{i}", y, kernel=(1,), num_filter=4))
    cut = g.op("slice_axis", "cut", skips[0], axis=-1, begin=-9, end=None)
    x = g.op(
        "Activation",
        "relu",
        g.op("elemwise_add", "sum", cut, g.op("slice_axis", "cut1", skips[1], axis=-1, begin=-9, end=None)),
        act_type="relu",
    )
    x = g.op("Pooling", "pool", x, kernel=(3,), stride=(3,), pool_type="avg", count_include_pad=False)
    return g.json(
        g.op("SoftmaxOutput", "softmax", g.op("transpose", "transpose0", x, axes=(0, 2, 1)), preserve_shape=True)
    )
