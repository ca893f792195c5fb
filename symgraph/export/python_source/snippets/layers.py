"""Layers with parameters or windows, losses, and what stands between them: the snippets of vision networks."""

from __future__ import annotations

import math

import numpy as np

from symgraph.export.python_source.table import Call, Code, NoFormError, invoke, literal, snippet, unless


def _is_channel_last(call: Call) -> bool:
    layout = call.attributes.get("layout")
    return layout is not None and layout.endswith("C")


@snippet("FullyConnected")
def _dense(call: Call) -> str:
    x, *rest = call.inputs()
    shape = call.shapes[0]
    if call["flatten"] and len(shape) != 2:
        x = invoke(f"{x}.reshape", f"{x}.shape[0]", str(math.prod(shape[1:])))
    return call.helper("dense", x, *rest)


@snippet("Convolution", "Convolution_v1")
def _convolution(call: Call) -> str:
    return call.helper(
        "convolution",
        *call.inputs(),
        stride=unless(call["stride"], 1),
        pad=unless(call["pad"], 0),
        dilate=unless(call["dilate"], 1),
        groups=call["num_group"],
        channels_last=_is_channel_last(call),
    )


@snippet("Deconvolution")
def _deconvolution(call: Call) -> str:
    if _is_channel_last(call):
        raise NoFormError(f"it has layout={call['layout']}")
    pad, extra = call["pad"], call["adj"]
    if any(call["target_shape"]):
        rank = len(call["kernel"])
        ones = (1,) * rank
        geometry = zip(
            call.shapes[0][2:],
            call["target_shape"],
            call["kernel"],
            call["stride"] or ones,
            call["dilate"] or ones,
            strict=True,
        )
        excess = [s * (size - 1) + d * (k - 1) + 1 - target for size, target, k, s, d in geometry]
        pad, extra = tuple((e + 1) // 2 for e in excess), tuple(e % 2 for e in excess)
    return call.helper(
        "deconvolution",
        *call.inputs(),
        stride=unless(call["stride"], 1),
        pad=unless(pad, 0),
        dilate=unless(call["dilate"], 1),
        extra=unless(extra, 0),
        groups=call["num_group"],
    )


@snippet("Pooling")
def _pooling(call: Call) -> str:
    x, kind = call.input(), call["pool_type"]
    if call["global_pool"]:
        return _global_pooling(call, x, kind)
    options = {
        "stride": unless(call["stride"], 1),
        "pad": unless(call["pad"], 0),
        "count": call["pooling_convention"],
        "channels_last": _is_channel_last(call),
    }
    kernel = literal(call["kernel"])
    if kind == "avg":
        return call.helper("mean_pool", x, kernel, **options, counts_pad=call["count_include_pad"] is not False)
    if kind != "lp":
        return call.helper(f"{kind}_pool", x, kernel, **options)
    power = call["p_value"]
    total = call.helper("sum_pool", x if power == 1 else f"{x}**{power}", kernel, **options)
    return total if power == 1 else f"jnp.{'sqrt' if power == 2 else 'cbrt'}({total})"


def _global_pooling(call: Call, x: str, kind: str) -> str:
    rank = len(call.shapes[0])
    axes = tuple(range(1, rank - 1)) if _is_channel_last(call) else tuple(range(2, rank))
    if kind == "lp":
        raise NoFormError("it is a global pooling of type lp")
    function = {"avg": "mean", "max": "max", "sum": "sum"}[kind]
    return invoke(f"jnp.{function}", x, axis=axes, keepdims=True)


@snippet("_contrib_AdaptiveAvgPooling2D")
def _adaptive_pooling(call: Call) -> str:
    if call.out_shape[2:] != (1, 1):
        raise NoFormError(f"its output is not one number a channel, but {call.out_shape[2:]}")
    return _global_pooling(call, call.input(), "avg")


@snippet("Pooling_v1")
def _first_pooling(call: Call) -> str:
    x, kind = call.input(), call["pool_type"]
    if call["global_pool"]:
        return _global_pooling(call, x, kind)
    options = {"stride": unless(call["stride"], 1), "count": call["pooling_convention"]}
    kernel, pad = literal(call["kernel"]), unless(call["pad"], 0)
    if kind == "max":
        if pad:
            x = f"jnp.pad({x}, {literal(((0, 0), (0, 0), *((p, p) for p in pad)))})"
        return call.helper("max_pool", x, kernel, **options)
    total = call.helper("sum_pool", x, kernel, pad=pad, **options)
    return total if kind == "sum" else f"{total} / {math.prod(call['kernel'])}"


@snippet("BatchNorm", "BatchNorm_v1", "_contrib_SyncBatchNorm")
def _batch_norm(call: Call) -> str:
    gamma = "None" if call["fix_gamma"] else call.input(1)
    rest = [call.input(slot) for slot in (2, 3, 4)]
    return call.helper("batch_norm", call.input(), gamma, *rest, eps=call["eps"], axis=call.attributes.get("axis", 1))


@snippet("_contrib_BatchNormWithReLU")
def _batch_norm_with_relu(call: Call) -> str:
    return f"jax.nn.relu({_batch_norm(call)})"


@snippet("LayerNorm")
def _layer_norm(call: Call) -> str:
    return call.helper("layer_norm", *call.inputs(), axis=call["axis"], eps=call["eps"])


@snippet("GroupNorm")
def _group_norm(call: Call) -> str:
    return call.helper("group_norm", *call.inputs(), groups=call["num_groups"], eps=call["eps"])


@snippet("InstanceNorm")
def _instance_norm(call: Call) -> str:
    return call.helper("instance_norm", *call.inputs(), eps=call["eps"])


@snippet("L2Normalization")
def _l2_normalization(call: Call) -> str:
    rank = len(call.shapes[0])
    axes = {"instance": tuple(range(1, rank)), "channel": (1,), "spatial": tuple(range(2, rank))}[call["mode"]]
    return call.helper("l2_norm", call.input(), literal(axes), eps=call["eps"])


@snippet("LRN")
def _response_norm(call: Call) -> str:
    settings = {name: call[name] for name in ("alpha", "beta", "knorm")}
    return call.helper("response_norm", call.input(), str(call["nsize"]), **settings)


_ACTIVATIONS = {
    "relu": "jax.nn.relu",
    "sigmoid": "jax.nn.sigmoid",
    "softrelu": "jax.nn.softplus",
    "softsign": "jax.nn.soft_sign",
    "tanh": "jnp.tanh",
}


@snippet("Activation")
def _activation(call: Call) -> str:
    return f"{_ACTIVATIONS[call['act_type']]}({call.input()})"


@snippet("LeakyReLU")
def _leaky_relu(call: Call) -> str:
    kind, x = call["act_type"], call.input()
    match kind:
        case "prelu":
            return call.helper("prelu", x, call.input(1))
        case "elu":
            return f"jax.nn.elu({x}, {literal(call['slope'])})"
        case "gelu":
            return f"jax.nn.gelu({x}, approximate=False)"
        case "selu":
            return f"jax.nn.selu({x})"
    slope = call["slope"] if kind == "leaky" else (call["lower_bound"] + call["upper_bound"]) / 2
    return f"jax.nn.leaky_relu({x}, {literal(slope)})"


@snippet("Dropout", "BlockGrad", "make_loss", "MakeLoss", "SVMOutput", "IdentityAttachKLSparseReg", "_copy")
@snippet("LinearRegressionOutput", "MAERegressionOutput", "_identity_with_attr_like_rhs", "cast_storage", "_copyto")
@snippet("_CrossDeviceCopy", "_contrib_gradientmultiplier")
def _itself(call: Call) -> str:
    return call.input()


@snippet("LogisticRegressionOutput")
def _logistic(call: Call) -> str:
    return f"jax.nn.sigmoid({call.input()})"


@snippet("SoftmaxOutput")
def _softmax_output(call: Call) -> str:
    x, shape = call.input(), call.shapes[0]
    rank = len(shape)
    if call["multi_output"]:
        return _softmax(call, "softmax", x, 1)
    is_by_last_axis = rank == 4 and call.dtypes[0] == np.float32 and shape[3] > 1
    if rank == 2 or is_by_last_axis or call["preserve_shape"]:
        return _softmax(call, "softmax", x, -1)
    return _softmax(call, "softmax", x, tuple(range(1, rank)))


def _softmax(call: Call, function: str, x: str, axis: int | tuple[int, ...]) -> str:
    """In at least 32 bits, like all of them."""
    if call.dtypes[0].itemsize >= 4:
        return invoke(f"jax.nn.{function}", x, axis=None if axis == -1 else axis)
    wide = invoke(f"jax.nn.{function}", f"{x}.astype(jnp.float32)", axis=None if axis == -1 else axis)
    return f"{wide}.astype({literal(call.out_dtype)})"


def _tempered(call: Call, sign: str = "") -> str:
    """The input over the temperature."""
    if call.attributes.get("use_length") or call["dtype"] is not None:
        raise NoFormError("it has use_length or dtype")
    temperature = call["temperature"]
    return f"{sign}{call.input()}" + ("" if temperature is None else f" / {literal(temperature)}")


@snippet("softmax")
def _plain_softmax(call: Call) -> str:
    return _softmax(call, "softmax", _in_brackets(call, _tempered(call)), call["axis"])


@snippet("softmin")
def _softmin(call: Call) -> str:
    return _softmax(call, "softmax", _in_brackets(call, _tempered(call, "-")), call["axis"])


@snippet("log_softmax")
def _log_softmax(call: Call) -> str:
    return _softmax(call, "log_softmax", _in_brackets(call, _tempered(call)), call["axis"])


def _in_brackets(call: Call, x: str) -> str:
    """An expression of which a method is to be called."""
    return f"({x})" if call.dtypes[0].itemsize < 4 and (" " in x or x.startswith("-")) else x


@snippet("SoftmaxActivation")
def _softmax_activation(call: Call) -> str:
    return _softmax(call, "softmax", call.input(), 1 if call["mode"] == "channel" else -1)


@snippet("UpSampling")
def _upsampling(call: Call) -> str:
    scale = call["scale"]
    if call["sample_type"] == "bilinear":
        pad, stride, groups = scale // 2, (scale, scale), call["num_filter"]
        options = {"stride": unless(stride, 1), "pad": unless((pad, pad), 0), "groups": groups}
        return call.helper("deconvolution", *call.inputs(), **options)
    height, width = (size * scale for size in call.shapes[0][2:])
    sizes = zip(call.inputs(), call.shapes, strict=True)
    enlarged = [call.helper("enlarged", x, str(height // s[2]), str(width // s[3])) for x, s in sizes]
    if len(enlarged) == 1:
        return enlarged[0]
    if call["multi_input_mode"] == "sum":
        return " + ".join(enlarged)
    return f"jnp.concatenate([{', '.join(enlarged)}], axis=1)"


@snippet("_contrib_MultiBoxPrior")
def _anchors(call: Call) -> str:
    options = {name: call[name] for name in ("clip", "steps", "offsets")}
    return call.helper("anchors", call.input(), literal(call["sizes"]), literal(call["ratios"]), **options)


@snippet("Embedding", "_contrib_SparseEmbedding")
def _embedding(call: Call) -> str:
    return invoke("jnp.take", call.input(1), as_index(call, 0), axis=0, mode="clip")


def as_index(call: Call, slot: int) -> str:
    """An input as whole numbers to index by."""
    dtype = call.dtypes[slot]
    whole = np.dtype(np.int64 if dtype.itemsize == 8 else np.int32)
    return call.input(slot) if dtype == whole else Code(f"{call.input(slot)}.astype({literal(whole)})")
