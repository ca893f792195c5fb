"""Cases of probability densities and their logarithms."""

from tests.cases.case import integers, literal, op, uniform

NAN, INF = float("nan"), float("inf")
ODD = [0.0, 1.0, -1.5, 20.0, NAN, INF]
"""Samples at and beyond the edges of distributions."""
COUNTS = [0.0, 1.0, -1.0, 2.5, 20.0]

FAMILIES = {
    "uniform": ({"low": uniform(-2, 0), "high": uniform(1, 3)}, uniform(-1, 2), ODD),
    "normal": ({"mu": uniform(-1, 1), "sigma": uniform(0.5, 2)}, uniform(-3, 3), ODD),
    "gamma": ({"alpha": uniform(0.5, 3), "beta": uniform(0.5, 2)}, uniform(0.2, 4), ODD),
    "exponential": ({"lam": uniform(0.5, 2)}, uniform(0, 4), ODD),
    "poisson": ({"lam": uniform(0.5, 4)}, integers(0, 7), COUNTS),
    "negative_binomial": ({"k": uniform(1, 5), "p": uniform(0.2, 0.8)}, integers(0, 7), COUNTS),
    "generalized_negative_binomial": ({"mu": uniform(0.5, 4), "alpha": uniform(0.2, 2)}, integers(0, 7), COUNTS),
}
"""How to draw parameters and samples, and samples at the edges."""

DISCRETE = {"poisson", "negative_binomial", "generalized_negative_binomial"}


def density(name, label, sample, shape, draw=None, dtype="float32", **options):
    """The density of a distribution for samples of one shape and parameters of another."""
    parameters, samples, _ = FAMILIES[name]
    return op(
        f"random_pdf_{name}",
        {"sample": sample, **dict.fromkeys(parameters, shape)},
        label=label,
        draw={"sample": draw or samples, **parameters},
        dtype=dtype,
        numeric=name not in DISCRETE and draw is None,
        **options,
    )


def dirichlet(label, sample, alpha, **options):
    """The Dirichlet density of samples that need not add up to 1."""
    draw = {"sample": uniform(0.1, 0.9), "alpha": uniform(0.5, 3)}
    return op("random_pdf_dirichlet", {"sample": sample, "alpha": alpha}, label=label, draw=draw, **options)


CASES = []
for _name, (_, _, _edges) in FAMILIES.items():
    for _log in (False, True):
        _kind = f"log={_log}"
        CASES += [
            density(_name, f"matrix,{_kind}", (2, 5), (2,), is_log=_log),
            density(_name, f"many_axes,{_kind}", (2, 3, 2), (2, 3), is_log=_log),
            density(_name, f"one_each,{_kind}", (4,), (4,), is_log=_log),
            density(_name, f"double,{_kind}", (2, 5), (2,), is_log=_log, dtype="float64"),
            density(_name, f"half,{_kind}", (2, 5), (2,), is_log=_log, dtype="float16"),
            density(_name, f"edges,{_kind}", (1, len(_edges)), (1,), draw=literal([_edges]), is_log=_log),
        ]
    CASES += [
        density(_name, "integers", (2, 5), (2,), dtype="int32"),
        density(_name, "wrong_length", (2, 5), (3,)),
        density(_name, "too_many_axes", (2,), (2, 3)),
    ]
for _log in (False, True):
    CASES += [
        dirichlet(f"vector,log={_log}", (3,), (3,), is_log=_log),
        dirichlet(f"shared,log={_log}", (4, 3), (3,), is_log=_log),
        dirichlet(f"matrix,log={_log}", (2, 3), (2, 3), is_log=_log),
        dirichlet(f"many_axes,log={_log}", (2, 4, 5, 3), (2, 3), is_log=_log),
        dirichlet(f"double,log={_log}", (2, 4, 3), (2, 3), is_log=_log, dtype="float64"),
        dirichlet(f"half,log={_log}", (2, 4, 3), (2, 3), is_log=_log, dtype="float16", atol=1e-2),
        op(
            "random_pdf_dirichlet",
            {"sample": (1, 4, 3), "alpha": (1, 3)},
            label=f"edges,log={_log}",
            draw={
                "sample": literal([[[0.2, 0.3, 0.5], [0, 0.5, 0.5], [1, 2, 3], [-0.1, 0.1, 1]]]),
                "alpha": literal([[0.5, 1, 2]]),
            },
            is_log=_log,
            numeric=False,
        ),
    ]
CASES += [
    dirichlet("wrong_length", (2, 4), (2, 3)),
    dirichlet("second_axis", (2, 5, 3), (5, 3)),
    dirichlet("too_many_axes", (3,), (2, 3)),
    op("random_pdf_normal", {"sample": (2, 3), "mu": (2, 3), "sigma": (2,)}, label="unlike_parameters"),
    op("random_pdf_normal", {"sample": (1, 2), "mu": (1,), "sigma": (1,)}, label="negative_sigma",
       draw={"sigma": literal([-1.0])}, numeric=False),
    op("random_pdf_poisson", {"sample": (1, 2), "lam": (1,)}, label="zero",
       draw={"sample": literal([[0.0, 1.0]]), "lam": literal([0.0])}, numeric=False),
    op("random_pdf_negative_binomial", {"sample": (1, 2), "k": (1,), "p": (1,)}, label="certain",
       draw={"sample": literal([[0.0, 1.0]]), "k": literal([2.0]), "p": literal([1.0])}, numeric=False),
    op("random_pdf_generalized_negative_binomial", {"sample": (1, 2), "mu": (1,), "alpha": (1,)}, label="no_dispersion",
       draw={"sample": literal([[0.0, 1.0]]), "mu": literal([2.0]), "alpha": literal([0.0])}, numeric=False),
]  # fmt: skip
