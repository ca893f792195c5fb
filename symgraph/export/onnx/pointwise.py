"""Element by element: mathematics of one array, arithmetic and comparison of two or of an array and a number."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from symgraph.export.onnx.activations import plain
from symgraph.export.onnx.site import Site

Unary = Callable[[Site], str]
Binary = Callable[[Site, str, str], str]


def _of_numbers(kind: str) -> Unary:
    """An ONNX operator of integers and real numbers alike."""
    return lambda at: at(kind, at.x)


def _whole(function: Unary) -> Unary:
    """A function whose value is a whole number: of an integer, itself."""
    return lambda at: at("Identity", at.x) if at.dtype.kind in "iu" else function(at)


def _real(function: Unary) -> Unary:
    def translate(at: Site) -> str:
        at.require_float()
        return function(at)

    return translate


def _away(at: Site, kind: str, shift: float = 0) -> str:
    """A rounding of the magnitude, with the sign put back."""
    magnitude = at("Abs", at.x)
    if shift:
        magnitude = at("Add", magnitude, at.number(shift))
    return at("Mul", at("Sign", at.x), at(kind, magnitude))


def _cube_root(at: Site) -> str:
    return at("Mul", at("Sign", at.x), at("Pow", at("Abs", at.x), at.number(1 / 3)))


def _times(at: Site, value: str, factor: float) -> str:
    return at("Mul", value, at.number(factor))


def _truth(at: Site, condition: str) -> str:
    """A condition as 0 and 1 of the output's dtype."""
    return condition if at.out_dtypes[0] == np.bool_ else at.cast(condition, at.out_dtypes[0])


def _logical_not(at: Site) -> str:
    return _truth(at, at("Equal", at.x, at.number(0)))


UNARY: dict[str, Unary] = {
    "abs": _of_numbers("Abs"),
    "arccos": plain("Acos"),
    "arccosh": plain("Acosh"),
    "arcsin": plain("Asin"),
    "arcsinh": plain("Asinh"),
    "arctan": plain("Atan"),
    "arctanh": plain("Atanh"),
    "cbrt": _real(_cube_root),
    "ceil": _whole(_of_numbers("Ceil")),
    "cos": plain("Cos"),
    "cosh": plain("Cosh"),
    "degrees": _real(lambda at: _times(at, at.x, 180 / math.pi)),
    "erf": plain("Erf"),
    "exp": plain("Exp"),
    "expm1": _real(lambda at: at("Sub", at("Exp", at.x), at.number(1))),
    "fix": _whole(lambda at: _away(at, "Floor")),
    "floor": _whole(_of_numbers("Floor")),
    "log": plain("Log"),
    "log10": _real(lambda at: _times(at, at("Log", at.x), 1 / math.log(10))),
    "log1p": _real(lambda at: at("Log", at("Add", at.x, at.number(1)))),
    "log2": _real(lambda at: _times(at, at("Log", at.x), 1 / math.log(2))),
    "logical_not": _logical_not,
    "negative": _of_numbers("Neg"),
    "radians": _real(lambda at: _times(at, at.x, math.pi / 180)),
    "rcbrt": _real(lambda at: at("Reciprocal", _cube_root(at))),
    "reciprocal": plain("Reciprocal"),
    "rint": _whole(lambda at: at("Ceil", at("Sub", at.x, at.number(0.5)))),
    "round": _whole(lambda at: _away(at, "Floor", 0.5)),
    "_contrib_round_ste": _whole(lambda at: _away(at, "Floor", 0.5)),
    "rsqrt": _real(lambda at: at("Reciprocal", at("Sqrt", at.x))),
    "sign": _of_numbers("Sign"),
    "_contrib_sign_ste": _of_numbers("Sign"),
    "sin": plain("Sin"),
    "sinh": plain("Sinh"),
    "sqrt": plain("Sqrt"),
    "square": lambda at: at("Mul", at.x, at.x),
    "tan": plain("Tan"),
    "tanh": plain("Tanh"),
    "trunc": _whole(lambda at: _away(at, "Floor")),
}


def _direct(kind: str) -> Binary:
    return lambda at, a, b: at(kind, a, b)


def _is_real(at: Site) -> bool:
    return at.out_dtypes[0].kind not in "iub"


def _power(at: Site, a: str, b: str) -> str:
    if not _is_real(at):
        at.refuse("raises integers to powers, which MXNet and ONNX round differently", "Cast its inputs to float32")
    return at("Pow", a, b)


def _modulo(at: Site, a: str, b: str) -> str:
    """The remainder with the sign of the divisor, 0 where that is 0; ONNX has the sign of the dividend for real numbers."""
    if not _is_real(at):
        at.refuse(
            "takes remainders of integers, of which ONNX has none for a divisor of 0", "Cast its inputs to float32"
        )
    zero = at.number(0, at.out_dtypes[0])
    rest = at("Mod", a, b, fmod=1)
    is_other_side = at("Less", at("Mul", rest, b), zero)
    return at("Where", at("Equal", b, zero), zero, at("Where", is_other_side, at("Add", rest, b), rest))


def _hypotenuse(at: Site, a: str, b: str) -> str:
    if not _is_real(at):
        at.refuse("takes the root of integers, for which ONNX does not define it", "Cast its inputs to float32")
    return at("Sqrt", at("Add", at("Mul", a, a), at("Mul", b, b)))


def _compared(kind: str) -> Binary:
    return lambda at, a, b: _truth(at, at(kind, a, b))


def _not_equal(at: Site, a: str, b: str) -> str:
    return _truth(at, at("Not", at("Equal", a, b)))


def _logical(kind: str) -> Binary:
    return lambda at, a, b: _truth(at, at(kind, at.cast(a, np.bool_), at.cast(b, np.bool_)))


ARITHMETIC: dict[str, Binary] = {
    "add": _direct("Add"),
    "sub": _direct("Sub"),
    "mul": _direct("Mul"),
    "div": _direct("Div"),
    "power": _power,
    "mod": _modulo,
    "maximum": _direct("Max"),
    "minimum": _direct("Min"),
    "hypot": _hypotenuse,
    "equal": _compared("Equal"),
    "not_equal": _not_equal,
    "greater": _compared("Greater"),
    "greater_equal": _compared("GreaterOrEqual"),
    "lesser": _compared("Less"),
    "lesser_equal": _compared("LessOrEqual"),
    "logical_and": _logical("And"),
    "logical_or": _logical("Or"),
    "logical_xor": _logical("Xor"),
}
"""By the name that the element-wise, broadcasting and scalar operators share."""


def _of_two(function: Binary) -> Unary:
    return lambda at: function(at, at.ins[0], at.ins[1])


def _with_scalar(function: Binary, is_swapped: bool = False) -> Unary:
    """The number is a constant of the output's dtype, which the array takes, too."""

    def translate(at: Site) -> str:
        dtype = at.out_dtypes[0]
        data = at.x if at.dtype == dtype else at.cast(at.x, dtype)
        number = at.constant(at.number(at.op.scalar, dtype))
        return function(at, number, data) if is_swapped else function(at, data, number)

    return translate


def _sum_of_all(at: Site) -> str:
    if len(at.ins) == 1:
        return at.x
    if at.dtype.kind == "f":
        return at("Sum", *at.ins)
    total = at.x
    for value in at.ins[1:]:
        total = at("Add", total, value)
    return total


_BARE = {"add": "elemwise_add", "sub": "elemwise_sub", "mul": "elemwise_mul", "div": "elemwise_div"}
_SCALAR = {"add": "plus", "sub": "minus"}

OPERATORS: dict[str, Unary] = {
    **UNARY,
    **{_BARE.get(name, f"_{name}"): _of_two(function) for name, function in ARITHMETIC.items()},
    **{f"broadcast_{name}": _of_two(function) for name, function in ARITHMETIC.items()},
    **{f"_{_SCALAR.get(name, name)}_scalar": _with_scalar(function) for name, function in ARITHMETIC.items()},
    **{
        f"_r{_SCALAR.get(name, name)}_scalar": _with_scalar(ARITHMETIC[name], True)
        for name in ("sub", "div", "mod", "power")
    },
    "_contrib_backward_gradientmultiplier": _with_scalar(ARITHMETIC["mul"]),
    "_grad_add": _of_two(ARITHMETIC["add"]),
    "_scatter_elemwise_div": _of_two(ARITHMETIC["div"]),
    "_scatter_minus_scalar": _with_scalar(ARITHMETIC["sub"]),
    "_scatter_plus_scalar": _with_scalar(ARITHMETIC["add"]),
    "add_n": _sum_of_all,
}
