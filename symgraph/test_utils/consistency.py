"""Whether a symbol computes the same on several devices and in several data types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from symgraph.errors import BindError, listed
from symgraph.frontend.symbol import Symbol
from symgraph.ir.dtype import is_float
from symgraph.ir.source import warn_user
from symgraph.runtime.creation import array
from symgraph.runtime.executor import Executor
from symgraph.test_utils.compare import as_numpy, assert_almost_equal
from symgraph.test_utils.tolerance import Tolerance, get_tols


def check_consistency(
    sym: Symbol | Sequence[Symbol],
    ctx_list: Sequence[Mapping[str, Any]],
    scale: float = 1.0,
    grad_req: Any = "write",
    arg_params: dict[str, Any] | None = None,
    aux_params: dict[str, Any] | None = None,
    rtol: Tolerance = None,
    atol: Tolerance = None,
    raise_on_err: bool = True,
    ground_truth: Mapping[str, Any] | None = None,
    equal_nan: bool = False,
    use_uniform: bool = False,
    rand_type: Any = np.float64,
) -> dict[str, Any]:
    """Check that a symbol gives the same outputs and gradients in several settings.

    All are bound with the same inputs, and compared with the one whose first output is most precise, after an inference
    pass and after a training pass whose head gradients are the first setting's outputs.

    Args:
        sym: the symbol, or one per setting with the same arguments and outputs.
        ctx_list: at least two settings: keyword arguments of ``simple_bind``, such as
            ``{"ctx": mx.cpu(0), "data": (2, 3), "type_dict": {"data": "float64"}}``.
        grad_req: as for ``simple_bind``; ``"null"`` leaves the training pass out.
        arg_params, aux_params: values of arguments and states by name. Others are random, from NumPy's global generator,
            and 0 for states; they are added to the dicts, so that these serve a second call.
        rtol, atol, equal_nan: as for `assert_almost_equal`; the default is that of the coarser dtype of both settings.
        raise_on_err: raise for the first difference, or else warn of each.
        ground_truth: outputs and gradients by name to compare all settings with; gradients may be missing.
        scale, use_uniform: random inputs have this standard deviation, or are drawn evenly from ±0.92 times that.
        rand_type: dtype to which they are rounded before all settings take them.

    Returns:
        What was compared with: outputs and gradients by name, as a `ground_truth` for another call.

    Raises:
        AssertionError: a difference; the message names output or argument and setting and shows the largest error.
        BindError: fewer than two settings, or symbols that do not match.
    """
    executors = _bound(sym, ctx_list, grad_req)
    _fill(executors, arg_params, aux_params, partial(_random, scale, use_uniform, rand_type))
    comparison = _Comparison(executors, ground_truth, rtol, atol, equal_nan, raise_on_err)
    for executor in executors:
        executor.forward(is_train=False)
    comparison.check("in an inference pass", gradients=False)
    if grad_req != "null":
        _train(executors)
        comparison.check("in a training pass", gradients=True)
    return comparison.truth


class _Comparison:
    """What the results of several executors are compared with, and how."""

    def __init__(
        self,
        executors: list[Executor],
        ground_truth: Mapping[str, Any] | None,
        rtol: Tolerance,
        atol: Tolerance,
        equal_nan: bool,
        raise_on_err: bool,
    ):
        self.executors = executors
        self.tolerances = rtol, atol
        self.equal_nan = equal_nan
        self.raise_on_err = raise_on_err
        sizes = [np.dtype(executor.outputs[0].dtype).itemsize for executor in executors]
        self.best = sizes.index(max(sizes)) if ground_truth is None else None
        if self.best is not None:
            best = executors[self.best]
            self.truth = {**best.output_dict, **best.grad_dict}
            return
        self.truth = dict(ground_truth or {})
        missing = sorted(set(executors[0].output_dict) - set(self.truth))
        if missing:
            raise BindError(f"check_consistency: ground_truth needs all outputs, and lacks {listed(missing)}.")

    def check(self, when: str, gradients: bool) -> None:
        """Compare the present outputs of all executors, and their gradients if there are any."""
        for i, executor in enumerate(self.executors):
            if i == self.best:
                continue
            for name, value in executor.output_dict.items():
                self._compare(i, f"output {name}", value, self.truth[name], when)
            for name, grad in executor.grad_dict.items() if gradients else ():
                if grad is not None and self.truth.get(name) is not None:
                    self._compare(i, f"gradient of {name}", grad, self.truth[name], when)

    def _compare(self, i: int, what: str, value: Any, truth: Any, when: str) -> None:
        names = self._setting(i, value), self._setting(self.best, truth)
        rtol, atol = get_tols(self._stand_in(i, value), self._stand_in(self.best, truth), *self.tolerances)
        try:
            assert_almost_equal(value, as_numpy(truth), rtol, atol, names, self.equal_nan)
        except AssertionError as error:
            message = f"{what} {when}: {error}"
            if self.raise_on_err:
                raise AssertionError(message) from None
            warn_user(message)

    def _setting(self, i: int | None, value: Any) -> str:
        if i is None:
            return "ground_truth"
        return f"ctx_list[{i}] ({np.dtype(value.dtype).name} on {self.executors[i].outputs[0].context})"

    def _stand_in(self, i: int | None, value: Any) -> Any:
        """`value` as precise as it can be: a float32 gradient of a network in float16 is no better than float16."""
        if i is None:
            return as_numpy(value)
        own, primary = np.dtype(value.dtype), np.dtype(self.executors[i].outputs[0].dtype)
        coarser = is_float(own) and is_float(primary) and primary.itemsize < own.itemsize
        return value.astype(primary) if coarser else value


def _bound(sym: Symbol | Sequence[Symbol], ctx_list: Sequence[Mapping[str, Any]], grad_req: Any) -> list[Executor]:
    """An executor per setting."""
    if len(ctx_list) < 2:
        raise BindError(f"check_consistency compares at least two settings, and ctx_list has {len(ctx_list)}.")
    symbols = [sym] * len(ctx_list) if isinstance(sym, Symbol) else list(sym)
    if len(symbols) != len(ctx_list):
        raise BindError(f"check_consistency: {len(symbols)} symbols given for {len(ctx_list)} settings in ctx_list.")
    for i, symbol in enumerate(symbols):
        for what in ("arguments", "outputs"):
            expected, given = (getattr(s, f"list_{what}")() for s in (symbols[0], symbol))
            if given != expected:
                raise BindError(f"check_consistency: symbol {i} has the {what} {given}, and symbol 0 has {expected}.")
    settings = zip(symbols, ctx_list, strict=True)
    return [symbol.simple_bind(grad_req=grad_req, **setting) for symbol, setting in settings]


def _random(scale: float, use_uniform: bool, dtype: Any, shape: tuple[int, ...]) -> np.ndarray:
    if use_uniform:
        return np.asarray(np.random.uniform(-0.92 * scale, 0.92 * scale, shape)).astype(dtype)
    return np.asarray(np.random.normal(size=shape, scale=scale)).astype(dtype)


def _fill(
    executors: list[Executor],
    arg_params: dict[str, Any] | None,
    aux_params: dict[str, Any] | None,
    draw: Callable[[tuple[int, ...]], np.ndarray],
) -> None:
    """Complete both dicts and give their values to all executors."""
    first = executors[0]
    arg_params = {} if arg_params is None else arg_params
    aux_params = {} if aux_params is None else aux_params
    for name in sorted(set(first.arg_dict) - set(arg_params)):
        arg_params[name] = draw(first.arg_dict[name].shape)
    for name in first.aux_dict:
        aux_params.setdefault(name, 0)
    for executor in executors:
        for cells, values in ((executor.arg_dict, arg_params), (executor.aux_dict, aux_params)):
            for name, cell in cells.items():
                cell[...] = values[name]


def _train(executors: list[Executor]) -> None:
    """Training passes whose head gradients are the first executor's outputs, in a precision that all have."""
    for executor in executors:
        executor.forward(is_train=True)
    heads = []
    for outputs in zip(*(executor.outputs for executor in executors), strict=True):
        coarsest = min((np.dtype(out.dtype) for out in outputs), key=lambda dtype: dtype.itemsize)
        heads.append(outputs[0].asnumpy().astype(coarsest))
    for executor in executors:
        executor.backward(
            [array(head, out.context, out.dtype) for head, out in zip(heads, executor.outputs, strict=True)]
        )
