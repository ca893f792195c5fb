"""Element-wise mathematics: of one array, of two, of an array and a number."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symgraph.export.python_source.table import Call, NoFormError, literal, number, snippet
from symgraph.ir.dtype import is_float

_UNARY = {
    "sigmoid": "jax.nn.sigmoid",
    "softsign": "jax.nn.soft_sign",
    "erf": "jax.scipy.special.erf",
    "erfinv": "jax.scipy.special.erfinv",
    "gamma": "jax.scipy.special.gamma",
    "gammaln": "jax.scipy.special.gammaln",
    "fix": "jnp.trunc",
    **{name: f"jnp.{name}" for name in ("ceil", "floor", "trunc", "sqrt", "cbrt", "exp", "expm1", "log")},
    **{name: f"jnp.{name}" for name in ("log10", "log2", "log1p", "sin", "cos", "tan", "arcsin", "arccos", "arctan")},
    **{name: f"jnp.{name}" for name in ("sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh")},
    **{name: f"jnp.{name}" for name in ("degrees", "radians")},
}
"""Functions of real numbers that JAX has."""


def _enter_unary(operator: str, function: str, of_floats: bool = True) -> None:
    @snippet(operator)
    def write(call: Call) -> str:
        if of_floats:
            call.require_floats()
        return f"{function}({call.input()})"


for _operator, _function in _UNARY.items():
    _enter_unary(_operator, _function)


for _operator, _function in {"abs": "jnp.abs", "square": "jnp.square", "relu": "jax.nn.relu"}.items():
    _enter_unary(_operator, _function, of_floats=False)


@snippet("negative")
def _negative(call: Call) -> str:
    return f"-{call.input()}"


@snippet("sign")
def _sign(call: Call) -> str:
    """NaN has none."""
    x = call.input()
    return f"jnp.where({x} > 0, 1, jnp.where({x} < 0, -1, 0)).astype({literal(call.out_dtype)})"


@snippet("reciprocal")
def _reciprocal(call: Call) -> str:
    call.require_floats()
    return f"1 / {call.input()}"


@snippet("rsqrt")
def _rsqrt(call: Call) -> str:
    call.require_floats()
    return f"1 / jnp.sqrt({call.input()})"


@snippet("rcbrt")
def _rcbrt(call: Call) -> str:
    call.require_floats()
    return f"1 / jnp.cbrt({call.input()})"


@snippet("round")
def _round(call: Call) -> str:
    """Halves away from zero."""
    call.require_floats()
    return f"lax.round({call.input()}, lax.RoundingMethod.AWAY_FROM_ZERO)"


@snippet("rint")
def _rint(call: Call) -> str:
    """Halves down."""
    call.require_floats()
    return f"jnp.ceil({call.input()} - 0.5)"


@snippet("logical_not")
def _logical_not(call: Call) -> str:
    return f"({call.input()} == 0).astype({literal(call.out_dtype)})"


@snippet("clip")
def _clip(call: Call) -> str:
    low, high, dtype = call["a_min"], call["a_max"], call.dtypes[0]
    if low > high:
        raise NoFormError(f"a_min={low} is above a_max={high}")
    if not is_float(dtype):
        held = np.iinfo(dtype)
        if not (low.is_integer() and high.is_integer() and held.min <= low and high <= held.max):
            raise NoFormError(f"it limits {dtype.name} to numbers that are none of it")
    return f"jnp.clip({', '.join((call.input(), number(low, dtype), number(high, dtype)))})"


@snippet("hard_sigmoid")
def _hard_sigmoid(call: Call) -> str:
    return f"jnp.clip({literal(call['alpha'])} * {call.input()} + {literal(call['beta'])}, 0, 1)"


@snippet("_contrib_quadratic")
def _quadratic(call: Call) -> str:
    call.require_floats()
    x, (a, b, c) = call.input(), (literal(call[name]) for name in "abc")
    return f"{a} * {x} * {x} + {b} * {x} + {c}"


@snippet("smooth_l1")
def _smooth_l1(call: Call) -> str:
    call.require_floats()
    x, curvature = call.input(), call["scalar"] ** 2
    if curvature == 0:
        return f"jnp.zeros_like({x})"
    line = f"jnp.abs({x}) - {literal(0.5 / curvature)}"
    return f"jnp.where(jnp.abs({x}) > {literal(1 / curvature)}, {line}, {literal(0.5 * curvature)} * {x} * {x})"


Binary = Callable[[Call, str, str], str]
"""The expression of two operands, which are names or numbers."""


def _sign_of(symbol: str, of_floats: bool = False) -> Binary:
    def write(call: Call, x: str, y: str) -> str:
        if of_floats:
            call.require_floats()
        return f"{x} {symbol} {y}"

    return write


def _function_of(name: str, of_floats: bool = False) -> Binary:
    def write(call: Call, x: str, y: str) -> str:
        if of_floats:
            call.require_floats()
        return f"{name}({x}, {y})"

    return write


def _remainder(call: Call, x: str, y: str) -> str:
    call.require_floats()
    return call.helper("remainder", x, y)


def _truth(symbol: str) -> Binary:
    """1 or 0, in the dtype of the operands."""

    def write(call: Call, x: str, y: str) -> str:
        return f"({x} {symbol} {y}).astype({literal(call.out_dtype)})"

    return write


def _logic(symbol: str) -> Binary:
    def write(call: Call, x: str, y: str) -> str:
        return f"(({x} != 0) {symbol} ({y} != 0)).astype({literal(call.out_dtype)})"

    return write


_ARITHMETIC: dict[str, Binary] = {
    "add": _sign_of("+"),
    "sub": _sign_of("-"),
    "mul": _sign_of("*"),
    "div": _sign_of("/", of_floats=True),
    "mod": _remainder,
    "power": _function_of("jnp.power", of_floats=True),
    "maximum": _function_of("jnp.maximum"),
    "minimum": _function_of("jnp.minimum"),
    "hypot": _function_of("jnp.hypot", of_floats=True),
}
_CONDITIONS: dict[str, Binary] = {
    "equal": _truth("=="),
    "not_equal": _truth("!="),
    "greater": _truth(">"),
    "greater_equal": _truth(">="),
    "lesser": _truth("<"),
    "lesser_equal": _truth("<="),
    "logical_and": _logic("&"),
    "logical_or": _logic("|"),
    "logical_xor": _logic("^"),
}
_OF_NUMBERS: dict[str, Binary] = {
    {"add": "plus", "sub": "minus"}.get(name, name): write for name, write in {**_ARITHMETIC, **_CONDITIONS}.items()
}


def _enter_binary(operator: str, write: Binary) -> None:
    @snippet(operator)
    def of_two(call: Call) -> str:
        return write(call, call.input(0), call.input(1))


def _enter_scalar(operator: str, write: Binary, is_swapped: bool = False) -> None:
    @snippet(operator)
    def of_number(call: Call) -> str:
        dtype = call.dtypes[0]
        if call.out_dtype != dtype:
            raise NoFormError(f"it makes {call.out_dtype.name} of {dtype.name}")
        operands = call.input(), number(call["scalar"], dtype)
        return write(call, *reversed(operands)) if is_swapped else write(call, *operands)


for _name, _write in {**_ARITHMETIC, **_CONDITIONS}.items():
    _enter_binary(f"broadcast_{_name}", _write)
    _enter_binary(f"elemwise_{_name}" if _name in ("add", "sub", "mul", "div") else f"_{_name}", _write)
for _name, _write in _OF_NUMBERS.items():
    _enter_scalar(f"_{_name}_scalar", _write)
for _name in ("minus", "div", "mod", "power"):
    _enter_scalar(f"_r{_name}_scalar", _OF_NUMBERS[_name], is_swapped=True)
_enter_binary("_grad_add", _ARITHMETIC["add"])


@snippet("add_n")
def _add_n(call: Call) -> str:
    return " + ".join(call.inputs())


@snippet("where")
def _where(call: Call) -> str:
    condition, x, y = call.inputs()
    if call.shapes[0] != call.shapes[1]:
        condition = f"{condition}.reshape{literal((-1, *(1,) * (len(call.shapes[1]) - 1)))}"
    return f"jnp.where({condition} != 0, {x}, {y})"


@snippet("Cast", "amp_cast")
def _cast(call: Call) -> str:
    x, target = call.input(), call.out_dtype
    if is_float(call.dtypes[0]) and target.kind in "iu":
        return call.helper("to_integers", x, literal(target))
    return f"{x}.astype({literal(target)})"


@snippet("zeros_like")
def _zeros_like(call: Call) -> str:
    return f"jnp.zeros_like({call.input()})"


@snippet("ones_like")
def _ones_like(call: Call) -> str:
    return f"jnp.ones_like({call.input()})"


@snippet("_zeros", "_zeros_without_dtype")
def _zeros(call: Call) -> str:
    return f"jnp.zeros({literal(call.out_shape)}, {literal(call.out_dtype)})"


@snippet("_ones")
def _ones(call: Call) -> str:
    return f"jnp.ones({literal(call.out_shape)}, {literal(call.out_dtype)})"


@snippet("_full")
def _full(call: Call) -> str:
    value = number(call["value"], call.out_dtype)
    return f"jnp.full({literal(call.out_shape)}, {value}, {literal(call.out_dtype)})"


@snippet("_arange")
def _arange(call: Call) -> str:
    if not is_float(call.out_dtype) or call.out_dtype.itemsize < 4:
        raise NoFormError(f"it makes {call.out_dtype.name}")
    (length,), repeat = call.out_shape, call["repeat"]
    start, step = call["start"] if call["stop"] is not None else 0.0, call["step"]
    steps = f"jnp.arange({length // repeat}, dtype={literal(np.dtype(call.out_dtype))})"
    numbers = f"{literal(start)} + {literal(step)} * {steps}"
    return numbers if repeat == 1 else f"jnp.repeat({numbers}, {repeat})"


@snippet("_eye")
def _eye(call: Call) -> str:
    rows, columns = call.out_shape
    return f"jnp.eye({rows}, {columns}, {call['k']}, dtype={literal(call.out_dtype)})"
