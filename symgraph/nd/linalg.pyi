"""``symgraph.nd.linalg``: operators from the registry.

Written by ``make stubs`` from the registry of operators.
"""

from typing import Any

from symgraph.runtime.ndarray import NDArray

def det(A: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Determinant of matrices.

    A (..., n, n) -> output0 (...), (1,) of a single matrix. The gradient of a singular matrix is 0.
    """

def extractdiag(A: NDArray | None = None, offset: int = 0, out: Any = None, name: str | None = None) -> NDArray:
    """A diagonal of square matrices.

    A (..., n, n) -> output (..., n - |offset|)

    Attributes:
        offset: how far above the main diagonal; negative below.
    """

def extracttrian(
    A: NDArray | None = None, offset: int = 0, lower: bool = True, out: Any = None, name: str | None = None
) -> NDArray:
    """A triangle of square matrices: row by row if it is a lower one, column by column if an upper one.

    A (..., n, n) -> output (..., k (k + 1) / 2), with k = n - |offset|

    Attributes:
        offset: the triangle ends at the diagonal so far above the main one, and is an upper triangle; negative below,
            and is a lower one.
        lower: for offset 0, the lower rather than the upper triangle.
    """

def gelqf(A: NDArray | None = None, out: Any = None, name: str | None = None) -> Any:
    """LQ factorization A = L Q, with orthonormal rows in Q and L lower triangular.

    A (..., m, n) of full rank, m <= n -> output0 Q (..., m, n) · output1 L (..., m, m). Signs are those of Householder
    reflections, so that the diagonal of L may be negative.
    """

def gemm(
    A: NDArray | None = None,
    B: NDArray | None = None,
    C: NDArray | None = None,
    transpose_a: bool = False,
    transpose_b: bool = False,
    alpha: float = 1.0,
    beta: float = 1.0,
    axis: int = -2,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Matrix product and sum: alpha · op(A) op(B) + beta · C, with op the transpose or nothing.

    A (..., m, k) · B (..., k, n) · C (..., m, n) -> output (..., m, n), with equal leading axes

    Attributes:
        transpose_a: A is given as (..., k, m).
        transpose_b: B is given as (..., n, k).
        alpha: factor of the product.
        beta: factor of C.
        axis: the axis along which the rows lie in all arrays; the columns lie along the last one.
    """

def gemm2(
    A: NDArray | None = None,
    B: NDArray | None = None,
    transpose_a: bool = False,
    transpose_b: bool = False,
    alpha: float = 1.0,
    axis: int = -2,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Matrix product alpha · op(A) op(B), with op the transpose or nothing.

    A (..., m, k) · B (..., k, n) -> output (..., m, n), with equal leading axes

    Attributes:
        transpose_a: A is given as (..., k, m).
        transpose_b: B is given as (..., n, k).
        alpha: factor of the product.
        axis: the axis along which the rows lie in all arrays; the columns lie along the last one.
    """

def inverse(A: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Inverse of matrices.

    A (..., n, n) -> output (..., n, n)

    MXNet raises when a matrix is singular; here its inverse is infinite or NaN.
    """

def makediag(A: NDArray | None = None, offset: int = 0, out: Any = None, name: str | None = None) -> NDArray:
    """Square matrices with given values on a diagonal and 0 elsewhere.

    A (..., m) -> output (..., m + |offset|, m + |offset|)

    Attributes:
        offset: how far above the main diagonal; negative below.
    """

def maketrian(
    A: NDArray | None = None, offset: int = 0, lower: bool = True, out: Any = None, name: str | None = None
) -> NDArray:
    """Square matrices with given values in a triangle, in the order of `linalg.extracttrian`, and 0 elsewhere.

    A (..., k (k + 1) / 2) -> output (..., n, n), with n = k + |offset|

    Attributes:
        offset, lower: as of `linalg.extracttrian`.
    """

def potrf(A: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Cholesky factor L of symmetric positive definite matrices A = L Lᵀ; only the lower triangle of A is read.

    A (..., n, n) -> output (..., n, n), lower triangular. The gradient is symmetric: an entry and its mirror image share
    it equally (Murray, "Differentiation of the Cholesky decomposition", 2016).

    MXNet raises when a matrix is not positive definite; here its factor is NaN, as a compiled program does not stop.
    """

def potri(A: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Inverse of L Lᵀ from its Cholesky factor L, of which only the lower triangle is read.

    A (..., n, n), the factor -> output (..., n, n). The gradient is lower triangular.

    MXNet raises when the factor has a 0 on its diagonal; here the result is infinite or NaN.
    """

def slogdet(A: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Sign of the determinant of matrices, and logarithm of its magnitude: 0 and -inf of a singular matrix.

    A (..., n, n) -> output0 sign (...), (1,) of a single matrix · output1 logarithm (as output0). The sign passes no
    gradient, and the gradient of a singular matrix is 0.
    """

def sumlogdiag(A: NDArray | None = None, out: Any = None, name: str | None = None) -> NDArray:
    """Sum of the logarithms of the diagonal of square matrices; of a Cholesky factor, half the log-determinant.

    A (..., n, n) -> output (...), (1,) of a single matrix; the logarithm of a negative entry is NaN
    """

def syevd(A: NDArray | None = None, out: Any = None, name: str | None = None) -> Any:
    """Eigenvectors U, as rows, and eigenvalues λ of symmetric matrices A = Uᵀ diag(λ) U; the upper triangle is not read.

    A (..., n, n) -> output0 U (..., n, n) · output1 λ (..., n), ascending. The entry of largest magnitude in each
    eigenvector, the first of several, is positive. The gradient is symmetric, and large where eigenvalues are equal, as
    their eigenvectors are not unique.
    """

def syrk(
    A: NDArray | None = None, transpose: bool = False, alpha: float = 1.0, out: Any = None, name: str | None = None
) -> NDArray:
    """Product of matrices with their own transpose: alpha · A Aᵀ.

    A (..., m, n) -> output (..., m, m), or (..., n, n) if transposed

    Attributes:
        transpose: alpha · Aᵀ A instead.
        alpha: factor of the product.
    """

def trmm(
    A: NDArray | None = None,
    B: NDArray | None = None,
    transpose: bool = False,
    rightside: bool = False,
    lower: bool = True,
    alpha: float = 1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Product of a triangular and a general matrix: alpha · op(A) B, with op the transpose or nothing.

    A (..., n, n) · B (..., n, m), or (..., m, n) on the left of A -> output (as B), with equal leading axes. The gradient
    of A is 0 in the triangle that is not read.

    Attributes:
        transpose: use Aᵀ.
        rightside: alpha · B op(A) instead.
        lower: A is lower rather than upper triangular.
        alpha: factor of the product.
    """

def trsm(
    A: NDArray | None = None,
    B: NDArray | None = None,
    transpose: bool = False,
    rightside: bool = False,
    lower: bool = True,
    alpha: float = 1.0,
    out: Any = None,
    name: str | None = None,
) -> NDArray:
    """Solution X of the triangular system op(A) X = alpha · B, with op the transpose or nothing.

    A (..., n, n) · B (..., n, m), or (..., m, n) on the left of A -> output (as B), with equal leading axes. The gradient
    of A is 0 in the triangle that is not read.

    Attributes:
        transpose: use Aᵀ.
        rightside: solve X op(A) = alpha · B instead.
        lower: A is lower rather than upper triangular.
        alpha: factor of B.
    """
