"""Cases of the likelihood of events in continuous time."""

from tests.cases.case import integers, literal, op, uniform

PARAMETERS = ("lda", "alpha", "beta")


def hawkes(n, t, k, **options):
    shapes = {"lda": (n, k), "alpha": (k,), "beta": (k,), "state": (n, k), "lags": (n, t), "marks": (n, t)}
    draw = {
        **{name: uniform(0.1, 1) for name in ("lda", "alpha", "beta", "state", "lags")},
        "marks": integers(0, k),
        "valid_length": literal([t] * n),
        "max_time": literal([t + 0.5] * n),
        **options.pop("draw", {}),
    }
    options.setdefault("grad", PARAMETERS)
    dtypes = {"marks": "int32"}
    shapes = {**shapes, "valid_length": (n,), "max_time": (n,), **options.pop("shapes", {})}
    return op("contrib.hawkesll", shapes, draw=draw, dtypes={**dtypes, **options.pop("dtypes", {})}, **options)


CASES = [
    hawkes(2, 3, 2, numeric=False),
    hawkes(1, 4, 3, dtype="float64", numeric=False),
    hawkes(3, 5, 1, numeric=False),
    hawkes(2, 4, 2, draw={"valid_length": literal([0, 3])}, variant="padded", numeric=False),
    hawkes(2, 4, 2, draw={"valid_length": literal([1.5, 3.2])}, variant="fractions", numeric=False),
    hawkes(2, 4, 2, draw={"lda": uniform(0, 0), "state": uniform(0, 0)}, variant="impossible", numeric=False),
    hawkes(2, 3, 2, grad="null", is_train=False, variant="inference"),
    hawkes(2, 3, 2, grad=("lda", "state"), variant="state", numeric=False),
    hawkes(2, 3, 2, shapes={"alpha": (3,)}, variant="alpha"),
    hawkes(2, 3, 2, shapes={"valid_length": (3,)}, variant="length"),
    hawkes(2, 3, 2, dtypes={"marks": "float32"}, variant="marks"),
]
