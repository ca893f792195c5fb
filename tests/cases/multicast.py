"""Cases of the common cast of several inputs.

MXNet's oneDNN kernel for it crashes: record this family with MXNET_MKLDNN_ENABLED=0 in the environment.
"""

from tests.cases.case import Case


def multicast(label, dtypes, shapes=((2, 3), (3,)), **attributes):
    """amp_multicast of as many inputs as there are `dtypes`."""
    names = [f"x{i}" for i in range(len(dtypes))]

    def build(mx):
        inputs = [mx.sym.Variable(name) for name in names]
        return mx.sym.amp_multicast(*inputs, num_outputs=len(names), name="op", **attributes)

    return Case(
        f"amp_multicast/{label}",
        build,
        dict(zip(names, shapes, strict=True)),
        dtypes=dict(zip(names, dtypes, strict=True)),
        numeric=False,
    )


def _chain(mx):
    x = mx.sym.Variable("x")
    narrow = mx.sym.Cast(x, dtype="float16", name="narrow")
    both = mx.sym.amp_multicast(narrow, x, num_outputs=2, name="both")
    return mx.sym.elemwise_mul(both[0], both[1], name="product")


CASES = [
    multicast("widest", ("float16", "float32")),
    multicast("narrowest", ("float16", "float32"), cast_narrow=True),
    multicast("widest_last", ("float32", "float16")),
    multicast("same", ("float16", "float16")),
    multicast("one", ("float32",), shapes=((2, 3),)),
    multicast("three", ("float16", "float32", "float16"), shapes=((2,), (3,), (2, 2))),
    multicast("integers_stay", ("float32", "int32")),
    Case("amp_multicast/chain", _chain, {"x": (2, 3)}, numeric=False),
]
