"""Recommendation, regression, embeddings and games: small networks with several inputs and losses."""

from __future__ import annotations

from tests.old_graphs.writer import Writer


def factorization(g: Writer) -> str:
    """The score of a user for an item: the product of what each was embedded as."""
    user = g.op("Embedding", "embedding0", g.var("user"), input_dim=9, output_dim=4)
    item = g.op("Embedding", "embedding1", g.var("item"), input_dim=7, output_dim=4)
    user = g.op(
        "Activation",
        "activation0",
        g.op("FullyConnected", "fullyconnected0", g.op("Flatten", "f0", user), num_hidden=4),
        act_type="relu",
    )
    score = g.op("_Mul", "_mul0", user, g.op("Flatten", "f1", item))
    score = g.op("Flatten", "flatten0", g.op("sum", "sum0", score, axis=1))
    return g.json(g.op("LinearRegressionOutput", "linearregressionoutput0", score, g.var("score")))


def two_losses(g: Writer) -> str:
    """One network, two tasks; states of a regularizer."""
    x = g.op("FullyConnected", "fc1", g.var("data"), num_hidden=8)
    x = g.op(
        "IdentityAttachKLSparseReg",
        "sparse",
        g.op("Activation", "s", x, act_type="sigmoid"),
        sparseness_target=0.1,
        penalty=0.001,
        momentum=0.9,
    )
    x = g.op(
        "BatchNorm", "bn", x, eps=0.001, fix_gamma=True, momentum=0.9, use_global_stats=True, output_mean_var=False
    )
    first = g.op("SoftmaxOutput", "softmax1", g.op("FullyConnected", "fc2", x, num_hidden=3), g.var("softmax1_label"))
    second = g.op("MAERegressionOutput", "mae", g.op("FullyConnected", "fc3", x, num_hidden=2), grad_scale=0.5)
    return g.json(first, second, g.op("BlockGrad", "id", g.op("_copy", "copied", x)))


def word_vectors(g: Writer) -> str:
    """Noise-contrastive estimation: the true word among false ones, weighted."""
    label, weight, table = g.var("label"), g.var("label_weight"), g.var("embed_weight")
    x = g.op("Embedding", "data_embed", g.var("data"), table, input_dim=12, output_dim=5)
    parts = g.op("SliceChannel", "slicechannel0", x, num_outputs=4, axis=1, squeeze_axis=True)
    x = g.op("ElementWiseSum", "sum0", *((parts[0], i) for i in range(4)), num_args=4)
    answer = g.op("Embedding", "label_embed", label, table, input_dim=12, output_dim=5)
    x = g.op("broadcast_mul", "mul", g.op("Reshape", "reshape0", x, shape=(-1, 1, 5)), answer)
    return g.json(g.op("LogisticRegressionOutput", "nce", g.op("sum", "sum1", x, axis=2), weight))


def matching(g: Writer) -> str:
    """Queries and documents by the cosine of their vectors, with parameters that are shared."""
    weight, bias = g.var("share_weight", lr_mult="0.5"), g.var("share_bias", wd_mult="0")
    sides = []
    for side in ("query", "doc"):
        x = g.op("FullyConnected", f"{side}_fc", g.var(side), weight, bias, num_hidden=5)
        x = g.op("Activation", f"{side}_tanh", x, act_type="tanh")
        length = g.op(
            "sqrt",
            f"{side}_sqrt",
            g.op("sum", f"{side}_sum", g.op("_PowerScalar", f"{side}_sq", x, scalar=2), axis=1, keepdims=1),
        )
        sides.append(
            g.op("broadcast_div", f"{side}_unit", x, g.op("_MaximumScalar", f"{side}_max", length, scalar=1e-6))
        )
    cosine = g.op("sum", "cos", g.op("_Mul", "_mul0", *sides), axis=1, keepdims=True)
    apart = g.op("_RMinusScalar", "_rminusscalar0", cosine, scalar=0.3)
    loss = g.op("MakeLoss", "loss", g.op("_MaximumScalar", "hinge", apart, scalar=0.0), grad_scale=2.0)
    return g.json(
        g.op("BlockGrad", "cosine", cosine),
        loss,
        g.op("BlockGrad", "all", g.op("dot", "dot0", *sides, transpose_b=True)),
    )


def actor_critic(g: Writer) -> str:
    """A policy, a value and an entropy, each with a loss of its own making."""
    x = g.op("Activation", "relu0", g.op("FullyConnected", "fc0", g.var("data"), num_hidden=6), act_type="relu")
    policy = g.op(
        "SoftmaxOutput",
        "policy",
        g.op("FullyConnected", "policy_fc", x, num_hidden=4),
        g.var("policy_label"),
        out_grad=True,
    )
    value = g.op("FullyConnected", "value", x, num_hidden=1)
    entropy = g.op(
        "elemwise_mul", "_mul0", policy, g.op("log", "log0", g.op("_plus_scalar", "p", policy, scalar="1e-07"))
    )
    entropy = g.op(
        "MakeLoss",
        "entropy",
        g.op("_mul_scalar", "_m", g.op("sum", "sum0", entropy, axis=1), scalar=-0.01),
        grad_scale="-1",
    )
    target = g.op(
        "BlockGrad",
        "target",
        g.op("max", "max0", g.op("topk", "topk0", policy, k=2, ret_typ="value", axis=-1), axis=1, keepdims=True),
    )
    loss = g.op("LinearRegressionOutput", "critic", value, target)
    picked = g.op("batch_take", "taken", policy, g.op("Cast", "cast0", g.var("action"), dtype="int32"))
    return g.json(policy, loss, entropy, picked)


def autoencoder(g: Writer) -> str:
    """Drawn noise that inference must not see, and a reconstruction."""
    data = g.var("data")
    x = g.op("Dropout", "noise", data, p=0.3)
    x = g.op("Activation", "encoded", g.op("FullyConnected", "encoder_0", x, num_hidden=4), act_type="softrelu")
    mean = g.op("slice_axis", "mean", x, axis=1, begin=0, end=2)
    deviation = g.op("slice", "deviation", x, begin="(None, 2)", end="(None, 4)")
    z = g.op("elemwise_add", "z", mean, g.op("_mul_scalar", "m", g.op("exp", "exp0", deviation), scalar=0.5))
    x = g.op("FullyConnected", "decoder_0", z, num_hidden=6)
    x = g.op("Activation", "decoded", x, act_type="sigmoid")
    kl = g.op("_rminus_scalar", "kl", g.op("mean", "mm", g.op("square", "sq", mean), axis="(1,)"), scalar=1)
    return g.json(g.op("LogisticRegressionOutput", "out", x, data), g.op("make_loss", "kl_loss", kl))


def lookups(g: Writer) -> str:
    """What gathers, sorts and chooses, with the attributes that old files give."""
    data, index = g.var("data"), g.var("index")
    taken = g.op("take", "take0", data, index, axis=0, mode="clip")
    ranked = g.op("argsort", "argsort0", data, axis=-1, is_ascend=False)
    least = g.op("argmin", "argmin0", data, axis=1, keepdims=False)
    nearest = g.op("sort", "sort0", g.op("abs", "abs0", data), axis=-1, is_ascend=True)
    row = g.op("slice_axis", "slice_axis0", nearest, axis=1, begin=-2, end=None)
    flipped = g.op("reverse", "reverse0", row, axis="(1,)")
    chosen = g.op(
        "where",
        "where0",
        g.op("_greater_scalar", "g", data, scalar=0),
        data,
        g.op("_mul_scalar", "n", data, scalar=0.1),
    )
    total = g.op("norm", "norm0", chosen)
    at = g.op("gather_nd", "gather_nd0", data, g.op("stack", "stack0", index, index, axis=0, num_args=2))
    picked = g.op("argmax", "argmax0", data, axis=-1)
    return g.json(taken, ranked, least, flipped, total, at, picked)
