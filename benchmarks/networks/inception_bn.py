"""Inception with batch normalization, after Ioffe, Szegedy: Batch normalization (2015)."""

from __future__ import annotations

from typing import Any

from benchmarks.networks.layers import classifier, conv, global_pool, pool, relu

KEEPING = {
    "3a": (64, (64, 64), (64, 96), ("avg", 32)),
    "3b": (64, (64, 96), (64, 96), ("avg", 64)),
    "4a": (224, (64, 96), (96, 128), ("avg", 128)),
    "4b": (192, (96, 128), (96, 128), ("avg", 128)),
    "4c": (160, (128, 160), (128, 160), ("avg", 128)),
    "4d": (96, (128, 192), (160, 192), ("avg", 128)),
    "5a": (352, (192, 320), (160, 224), ("avg", 128)),
    "5b": (352, (192, 320), (192, 224), ("max", 128)),
}
"""Modules that keep the image size. Filters of the 1×1 tower; of the 3×3 tower (reduction, convolution); of the double
3×3 tower (reduction, both convolutions); pooling and filters of the projection tower."""

HALVING = {"3c": ((128, 160), (64, 96)), "4e": ((128, 192), (192, 256))}
"""Modules that halve the image size: filters of the 3×3 and of the double 3×3 tower; the third tower only pools."""

ORDER = ("3a", "3b", "3c", "4a", "4b", "4c", "4d", "4e", "5a", "5b")


def build(mx: Any, classes: int = 1000) -> Any:
    """Ten Inception modules behind a stem of three convolutions.

    data (n, 3, 224, 224) · softmax_label (n,) -> softmax_output (n, classes)
    """
    net = _factory(mx, mx.sym.Variable("data"), 64, 7, "1", stride=2)
    net = pool(mx, net, "pool_1", 3, 2)
    net = _factory(mx, net, 64, 1, "2_red")
    net = _factory(mx, net, 192, 3, "2")
    net = pool(mx, net, "pool_2", 3, 2)
    for name in ORDER:
        net = _keep(mx, net, name) if name in KEEPING else _halve(mx, net, name)
    return classifier(mx, mx.sym.Flatten(global_pool(mx, net, "global_pool"), name="flatten"), "fc1", classes)


def _factory(mx: Any, data: Any, filters: int, kernel: int, name: str, suffix: str = "", stride: int = 1) -> Any:
    """Convolution, batch normalization, ReLU."""
    net = conv(mx, data, f"conv_{name}{suffix}", filters, kernel, stride=stride)
    net = mx.sym.BatchNorm(net, fix_gamma=False, momentum=0.9, name=f"bn_{name}{suffix}")
    return relu(mx, net, f"relu_{name}{suffix}")


def _towers(mx: Any, data: Any, single: tuple[int, int], double: tuple[int, int], name: str, stride: int) -> list:
    """The 3×3 tower and the double 3×3 tower; the last convolution of each has the stride."""
    net = _factory(mx, data, single[0], 1, f"{name}_3x3", "_reduce")
    towers = [_factory(mx, net, single[1], 3, f"{name}_3x3", stride=stride)]
    net = _factory(mx, data, double[0], 1, f"{name}_double_3x3", "_reduce")
    net = _factory(mx, net, double[1], 3, f"{name}_double_3x3_0")
    return [*towers, _factory(mx, net, double[1], 3, f"{name}_double_3x3_1", stride=stride)]


def _keep(mx: Any, data: Any, name: str) -> Any:
    first, single, double, (pool_type, projection) = KEEPING[name]
    towers = [_factory(mx, data, first, 1, f"{name}_1x1"), *_towers(mx, data, single, double, name, stride=1)]
    pooled = pool(mx, data, f"{pool_type}_pool_{name}_pool", 3, 1, pool_type=pool_type, pad=(1, 1))
    towers.append(_factory(mx, pooled, projection, 1, f"{name}_proj"))
    return mx.sym.Concat(*towers, name=f"ch_concat_{name}_chconcat")


def _halve(mx: Any, data: Any, name: str) -> Any:
    towers = _towers(mx, data, *HALVING[name], name, stride=2)
    towers.append(pool(mx, data, f"max_pool_{name}_pool", 3, 2, pad=(1, 1)))
    return mx.sym.Concat(*towers, name=f"ch_concat_{name}_chconcat")
