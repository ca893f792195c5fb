"""Products of matrices and of stacks of them."""

from __future__ import annotations

from symgraph.export.onnx.site import Site, from_front, size


def _turned(at: Site, value: str, rank: int) -> str:
    """Matrices with rows and columns exchanged."""
    return at("Transpose", value, perm=[*range(rank - 2), rank - 1, rank - 2])


def dot(at: Site) -> str:
    """The sum over the last axis of one array and the first of the other: one product of matrices."""
    op, lhs, rhs = at.op, at.shapes[0], at.shapes[1]
    a, b = at.ins[:2]
    if op.transpose_a and len(lhs) > 1:
        a, lhs = at.transposed(a, [*range(1, len(lhs)), 0]), (*lhs[1:], lhs[0])
    if op.transpose_b and len(rhs) > 1:
        last = len(rhs) - 1
        b, rhs = at.transposed(b, [last, *range(last)]), (rhs[-1], *rhs[:-1])
    rows = lhs if len(lhs) == 2 else (size(lhs[:-1]), lhs[-1])
    columns = rhs if len(rhs) == 2 else (rhs[0], size(rhs[1:]))
    product = at("MatMul", at.reshaped(a, lhs, rows), at.reshaped(b, rhs, columns))
    return at.reshaped(product, (rows[0], columns[1]), at.out_shapes[0])


def batch_dot(at: Site) -> str:
    """Products of two stacks of matrices."""
    a, b = at.ins[:2]
    a = _turned(at, a, at.rank) if at.op.transpose_a else a
    b = _turned(at, b, at.rank) if at.op.transpose_b else b
    return at("MatMul", a, b)


def _scaled(at: Site, value: str, factor: float) -> str:
    return value if factor == 1 else at("Mul", value, at.number(factor))


def _product(at: Site) -> str:
    if from_front(at.op.axis, at.rank) != at.rank - 2:
        at.refuse(f"has the rows of its matrices along axis {at.op.axis}", "transpose its inputs, and leave axis at -2")
    return _scaled(at, batch_dot(at), at.op.alpha)


def product(at: Site) -> str:
    """alpha · A B."""
    return _product(at)


def product_and_sum(at: Site) -> str:
    """alpha · A B + beta · C."""
    return at("Add", _product(at), _scaled(at, at.ins[2], at.op.beta))


def square_product(at: Site) -> str:
    """alpha · A Aᵀ, or alpha · Aᵀ A."""
    turned = _turned(at, at.x, at.rank)
    pair = (turned, at.x) if at.op.transpose else (at.x, turned)
    return _scaled(at, at("MatMul", *pair), at.op.alpha)


OPERATORS = {
    "_linalg_gemm": product_and_sum,
    "_linalg_gemm2": product,
    "_linalg_syrk": square_product,
    "batch_dot": batch_dot,
    "dot": dot,
}
