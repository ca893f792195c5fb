"""``symgraph.sym.linalg``: operators from the registry.

Written by ``make stubs`` from the registry of operators.
"""

from typing import Any

from symgraph.frontend.symbol import Symbol

def det(
    A: Symbol | None = None, name: str | None = None, attr: dict[str, str] | None = None, out: Any = None
) -> Symbol:
    """Determinant of matrices.

    A (..., n, n) -> output0 (...), (1,) of a single matrix. The gradient of a singular matrix is 0.

    >>> import symgraph as mx
    >>> mx.nd.linalg.det(mx.nd.array([[1, 2], [3, 4]])).asnumpy().round(4).tolist()
    [-2.0]
    """

def extractdiag(
    A: Symbol | None = None,
    offset: int = 0,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """A diagonal of square matrices.

    A (..., n, n) -> output (..., n - |offset|)

    Attributes:
        offset: how far above the main diagonal; negative below.

    >>> import symgraph as mx
    >>> mx.nd.linalg.extractdiag(mx.nd.array([[1, 2], [3, 4]]), offset=1).asnumpy().tolist()
    [2.0]
    """

def extracttrian(
    A: Symbol | None = None,
    offset: int = 0,
    lower: bool = True,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """A triangle of square matrices: row by row if it is a lower one, column by column if an upper one.

    A (..., n, n) -> output (..., k (k + 1) / 2), with k = n - |offset|

    Attributes:
        offset: the triangle ends at the diagonal so far above the main one, and is an upper triangle; negative below,
            and is a lower one.
        lower: for offset 0, the lower rather than the upper triangle.

    >>> import symgraph as mx
    >>> mx.nd.linalg.extracttrian(mx.nd.array([[1, 2], [3, 4]])).asnumpy().tolist()
    [1.0, 3.0, 4.0]
    """

def gelqf(A: Symbol | None = None, name: str | None = None, attr: dict[str, str] | None = None, out: Any = None) -> Any:
    """LQ factorization A = L Q, with orthonormal rows in Q and L lower triangular.

    A (..., m, n) of full rank, m <= n -> output0 Q (..., m, n) · output1 L (..., m, m). Signs are those of Householder
    reflections, so that the diagonal of L may be negative.

    >>> import symgraph as mx
    >>> q, l = mx.nd.linalg.gelqf(mx.nd.array([[3, 4]]))
    >>> q.shape, abs(l).asnumpy().tolist()
    ((1, 2), [[5.0]])
    """

def gemm(
    A: Symbol | None = None,
    B: Symbol | None = None,
    C: Symbol | None = None,
    transpose_a: bool = False,
    transpose_b: bool = False,
    alpha: float = 1.0,
    beta: float = 1.0,
    axis: int = -2,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Matrix product and sum: alpha · op(A) op(B) + beta · C, with op the transpose or nothing.

    A (..., m, k) · B (..., k, n) · C (..., m, n) -> output (..., m, n), with equal leading axes

    Attributes:
        transpose_a: A is given as (..., k, m).
        transpose_b: B is given as (..., n, k).
        alpha: factor of the product.
        beta: factor of C.
        axis: the axis along which the rows lie in all arrays; the columns lie along the last one.

    >>> import symgraph as mx
    >>> a, c = mx.nd.array([[1, 2], [3, 4]]), mx.nd.ones((2, 2))
    >>> mx.nd.linalg.gemm(a, a, c, transpose_b=True, beta=10).asnumpy().tolist()
    [[15.0, 21.0], [21.0, 35.0]]
    """

def gemm2(
    A: Symbol | None = None,
    B: Symbol | None = None,
    transpose_a: bool = False,
    transpose_b: bool = False,
    alpha: float = 1.0,
    axis: int = -2,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Matrix product alpha · op(A) op(B), with op the transpose or nothing.

    A (..., m, k) · B (..., k, n) -> output (..., m, n), with equal leading axes

    Attributes:
        transpose_a: A is given as (..., k, m).
        transpose_b: B is given as (..., n, k).
        alpha: factor of the product.
        axis: the axis along which the rows lie in all arrays; the columns lie along the last one.

    >>> import symgraph as mx
    >>> mx.nd.linalg.gemm2(mx.nd.zeros((2, 7, 3)), mx.nd.zeros((3, 7, 4)), axis=0).shape
    (2, 7, 4)
    """

def inverse(
    A: Symbol | None = None, name: str | None = None, attr: dict[str, str] | None = None, out: Any = None
) -> Symbol:
    """Inverse of matrices.

    A (..., n, n) -> output (..., n, n)

    MXNet raises when a matrix is singular; here its inverse is infinite or NaN.

    >>> import symgraph as mx
    >>> mx.nd.linalg.inverse(mx.nd.array([[1, 1], [0, 2]])).asnumpy().tolist()
    [[1.0, -0.5], [0.0, 0.5]]
    """

def makediag(
    A: Symbol | None = None,
    offset: int = 0,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Square matrices with given values on a diagonal and 0 elsewhere.

    A (..., m) -> output (..., m + |offset|, m + |offset|)

    Attributes:
        offset: how far above the main diagonal; negative below.

    >>> import symgraph as mx
    >>> mx.nd.linalg.makediag(mx.nd.array([1, 2])).asnumpy().tolist()
    [[1.0, 0.0], [0.0, 2.0]]
    """

def maketrian(
    A: Symbol | None = None,
    offset: int = 0,
    lower: bool = True,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Square matrices with given values in a triangle, in the order of `linalg.extracttrian`, and 0 elsewhere.

    A (..., k (k + 1) / 2) -> output (..., n, n), with n = k + |offset|

    Attributes:
        offset, lower: as of `linalg.extracttrian`.

    >>> import symgraph as mx
    >>> mx.nd.linalg.maketrian(mx.nd.array([1, 2, 3])).asnumpy().tolist()
    [[1.0, 0.0], [2.0, 3.0]]
    """

def potrf(
    A: Symbol | None = None, name: str | None = None, attr: dict[str, str] | None = None, out: Any = None
) -> Symbol:
    """Cholesky factor L of symmetric positive definite matrices A = L Lᵀ; only the lower triangle of A is read.

    A (..., n, n) -> output (..., n, n), lower triangular. The gradient is symmetric: an entry and its mirror image share
    it equally (Murray, "Differentiation of the Cholesky decomposition", 2016).

    MXNet raises when a matrix is not positive definite; here its factor is NaN, as a compiled program does not stop.

    >>> import symgraph as mx
    >>> mx.nd.linalg.potrf(mx.nd.array([[4, 2], [2, 10]])).asnumpy().tolist()
    [[2.0, 0.0], [1.0, 3.0]]
    """

def potri(
    A: Symbol | None = None, name: str | None = None, attr: dict[str, str] | None = None, out: Any = None
) -> Symbol:
    """Inverse of L Lᵀ from its Cholesky factor L, of which only the lower triangle is read.

    A (..., n, n), the factor -> output (..., n, n). The gradient is lower triangular.

    MXNet raises when the factor has a 0 on its diagonal; here the result is infinite or NaN.

    >>> import symgraph as mx
    >>> mx.nd.linalg.potri(mx.nd.array([[1, 0], [1, 2]])).asnumpy().tolist()
    [[1.25, -0.25], [-0.25, 0.25]]
    """

def slogdet(
    A: Symbol | None = None, name: str | None = None, attr: dict[str, str] | None = None, out: Any = None
) -> Symbol:
    """Sign of the determinant of matrices, and logarithm of its magnitude: 0 and -inf of a singular matrix.

    A (..., n, n) -> output0 sign (...), (1,) of a single matrix · output1 logarithm (as output0). The sign passes no
    gradient, and the gradient of a singular matrix is 0.

    >>> import symgraph as mx
    >>> sign, logarithm = mx.nd.linalg.slogdet(mx.nd.array([[0, 1], [1, 0]]))
    >>> sign.asnumpy().tolist(), logarithm.asnumpy().tolist()
    ([-1.0], [0.0])
    """

def sumlogdiag(
    A: Symbol | None = None, name: str | None = None, attr: dict[str, str] | None = None, out: Any = None
) -> Symbol:
    """Sum of the logarithms of the diagonal of square matrices; of a Cholesky factor, half the log-determinant.

    A (..., n, n) -> output (...), (1,) of a single matrix; the logarithm of a negative entry is NaN

    >>> import symgraph as mx
    >>> mx.nd.linalg.sumlogdiag(mx.nd.array([[1, 2], [3, 1]])).asnumpy().tolist()
    [0.0]
    """

def syevd(A: Symbol | None = None, name: str | None = None, attr: dict[str, str] | None = None, out: Any = None) -> Any:
    """Eigenvectors U, as rows, and eigenvalues λ of symmetric matrices A = Uᵀ diag(λ) U; the upper triangle is not read.

    A (..., n, n) -> output0 U (..., n, n) · output1 λ (..., n), ascending. The entry of largest magnitude in each
    eigenvector, the first of several, is positive. The gradient is symmetric, and large where eigenvalues are equal, as
    their eigenvectors are not unique.

    >>> import symgraph as mx
    >>> vectors, values = mx.nd.linalg.syevd(mx.nd.array([[3, 0], [0, 1]]))
    >>> vectors.asnumpy().tolist(), values.asnumpy().tolist()
    ([[0.0, 1.0], [1.0, 0.0]], [1.0, 3.0])
    """

def syrk(
    A: Symbol | None = None,
    transpose: bool = False,
    alpha: float = 1.0,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Product of matrices with their own transpose: alpha · A Aᵀ.

    A (..., m, n) -> output (..., m, m), or (..., n, n) if transposed

    Attributes:
        transpose: alpha · Aᵀ A instead.
        alpha: factor of the product.

    >>> import symgraph as mx
    >>> mx.nd.linalg.syrk(mx.nd.array([[1, 2], [3, 4]])).asnumpy().tolist()
    [[5.0, 11.0], [11.0, 25.0]]
    """

def trmm(
    A: Symbol | None = None,
    B: Symbol | None = None,
    transpose: bool = False,
    rightside: bool = False,
    lower: bool = True,
    alpha: float = 1.0,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Product of a triangular and a general matrix: alpha · op(A) B, with op the transpose or nothing.

    A (..., n, n) · B (..., n, m), or (..., m, n) on the left of A -> output (as B), with equal leading axes. The gradient
    of A is 0 in the triangle that is not read.

    Attributes:
        transpose: use Aᵀ.
        rightside: alpha · B op(A) instead.
        lower: A is lower rather than upper triangular.
        alpha: factor of the product.

    >>> import symgraph as mx
    >>> mx.nd.linalg.trmm(mx.nd.array([[1, 9], [2, 3]]), mx.nd.array([[1], [1]])).asnumpy().tolist()
    [[1.0], [5.0]]
    """

def trsm(
    A: Symbol | None = None,
    B: Symbol | None = None,
    transpose: bool = False,
    rightside: bool = False,
    lower: bool = True,
    alpha: float = 1.0,
    name: str | None = None,
    attr: dict[str, str] | None = None,
    out: Any = None,
) -> Symbol:
    """Solution X of the triangular system op(A) X = alpha · B, with op the transpose or nothing.

    A (..., n, n) · B (..., n, m), or (..., m, n) on the left of A -> output (as B), with equal leading axes. The gradient
    of A is 0 in the triangle that is not read.

    Attributes:
        transpose: use Aᵀ.
        rightside: solve X op(A) = alpha · B instead.
        lower: A is lower rather than upper triangular.
        alpha: factor of B.

    >>> import symgraph as mx
    >>> mx.nd.linalg.trsm(mx.nd.array([[1, 9], [2, 3]]), mx.nd.array([[1], [5]])).asnumpy().tolist()
    [[1.0], [1.0]]
    """
