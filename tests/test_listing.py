"""What `dir` of a public module shows, and with it completion: what the module is for."""

from __future__ import annotations

from types import ModuleType

import pytest

import symgraph as mx

MODULES = {
    name: getattr(mx, name)
    for name in mx.__all__
    if isinstance(getattr(mx, name), ModuleType) and name not in ("nd", "ndarray", "sym", "symbol")
}
MODULES |= {
    "mx": mx,
    "contrib.amp": mx.contrib.amp,
    "contrib.text": mx.contrib.text,
    "optimizer.contrib": mx.optimizer.contrib,
}
STRANGERS = {
    "Any",
    "annotations",
    "sys",
    "jax",
    "described",
    "TYPE_CHECKING",
    "absent",
    "lower",
    "ahead",
    "mersenne",
    "trouble",
}


def public(module: ModuleType) -> set[str]:
    return {name for name in dir(module) if not name.startswith("_")}


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_what_is_shown_is_there_and_public(module: ModuleType) -> None:
    names = public(module)
    assert not names & STRANGERS
    assert names == {name for name in getattr(module, "__all__", names) if not name.startswith("_")}
    assert all(hasattr(module, name) for name in dir(module))


@pytest.mark.parametrize(
    ("module", "names"),
    [
        (
            mx.viz,
            {
                "Picture",
                "RenderError",
                "html",
                "plot_network",
                "print_summary",
                "save_html",
                "summary_data",
                "summary_table",
            },
        ),
        (mx.name, {"AttrScope", "NameManager", "Prefix"}),
        (mx.engine, {"bulk", "set_bulk_size"}),
        (
            mx.callback,
            {"LossPlot", "ProgressBar", "Speedometer", "do_checkpoint", "log_train_metric", "module_checkpoint"},
        ),
    ],
)
def test_what_is_public_is_shown(module: ModuleType, names: set[str]) -> None:
    assert names <= public(module) <= names | {"LogValidationMetricsCallback", *vars(module)}
