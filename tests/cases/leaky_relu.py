"""Cases of the rectifiers with a negative side."""

from tests.cases.case import Case, literal, op, uniform

ROW, IMAGE = {"data": (1, 6)}, {"data": (2, 3, 4)}
KINK = {"data": literal([-2.0, -0.5, 0.0, -0.0, 1.0, 3.0])}
FAR = {"data": uniform(-200, 200)}
SMOOTH = ("elu", "selu", "gelu")


def randomized(dtype="float32", **bounds):
    """rrelu at inference; its mask is unset there."""

    def build(mx):
        return mx.sym.LeakyReLU(mx.sym.Variable("data"), act_type="rrelu", name="op", **bounds)[0]

    return Case(f"LeakyReLU/rrelu,{bounds},{dtype}", build, IMAGE, dtype=dtype, is_train=False, grad="null")


CASES = [
    op("LeakyReLU", IMAGE),
    op("LeakyReLU", IMAGE, slope=0.1),
    op("LeakyReLU", ROW, draw=KINK, label="leaky_kink", numeric=False),
    op("LeakyReLU", IMAGE, dtype="float64"),
    op("LeakyReLU", IMAGE, dtype="float16", rtol=1e-2, atol=1e-2),
    *[op("LeakyReLU", IMAGE, act_type=act, numeric=act != "selu") for act in SMOOTH],
    *[op("LeakyReLU", IMAGE, act_type=act, dtype="float64", numeric=act != "selu") for act in SMOOTH],
    *[op("LeakyReLU", ROW, act_type=act, draw=KINK, label=f"{act}_kink", numeric=False) for act in SMOOTH],
    *[op("LeakyReLU", IMAGE, act_type=act, draw=FAR, label=f"{act}_far", numeric=False) for act in SMOOTH],
    op("LeakyReLU", IMAGE, act_type="elu", slope=1.5),
    op("LeakyReLU", IMAGE, act_type="prelu"),
    op("LeakyReLU", {"data": (4, 3)}, act_type="prelu"),
    op("LeakyReLU", {"data": (2, 3, 2, 2), "gamma": (1,)}, act_type="prelu"),
    op("LeakyReLU", {"data": (2, 3), "gamma": (2, 3)}, act_type="prelu"),
    op("LeakyReLU", ROW, act_type="prelu", draw=KINK, label="prelu_kink", numeric=False),
    op("LeakyReLU", IMAGE, act_type="prelu", dtype="float64"),
    op("LeakyReLU", IMAGE, slope=0.0, numeric=False),
    op("LeakyReLU", IMAGE, slope=1.0),
    op("LeakyReLU", IMAGE, slope=2.0),
    op("LeakyReLU", IMAGE, act_type="elu", slope=0.3, dtype="float16", rtol=1e-2, atol=1e-2),
    randomized(),
    randomized(lower_bound=0.5, upper_bound=0.5),
    randomized("float64", lower_bound=0.1, upper_bound=0.9),
    op("LeakyReLU", IMAGE, act_type="prelu", dtype="float16", rtol=1e-2, atol=1e-2),
    op("LeakyReLU", {"data": (2, 3, 2)}, act_type="prelu", draw={"op_gamma": uniform(-1, 0)}, label="prelu_negative"),
    op("LeakyReLU", {"data": (4,), "gamma": (4,)}, act_type="prelu"),
    op("LeakyReLU", {"data": (4,), "gamma": (1,)}, act_type="prelu"),
    op("LeakyReLU", {"data": (4,)}, act_type="prelu"),
]
