"""``mx.test_utils``: checks for people who write operators and networks, and what their tests need around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from symgraph.errors import no_attribute, suggestion
from symgraph.runtime.context import current_context
from symgraph.runtime.creation import array
from symgraph.test_utils.compare import (
    almost_equal,
    almost_equal_ignore_nan,
    assert_allclose,
    assert_almost_equal,
    assert_almost_equal_ignore_nan,
    assert_almost_equal_with_err,
    checkShapes,
    compare_ndarray_tuple,
    find_max_violation,
    locationError,
    same,
    same_array,
    same_symbol_structure,
)
from symgraph.test_utils.consistency import check_consistency
from symgraph.test_utils.devices import (
    default_context,
    get_cuda_compute_capability,
    has_tvm_ops,
    is_aarch64_run,
    is_cd_run,
    is_op_runnable,
    list_gpus,
    set_default_context,
)
from symgraph.test_utils.numeric import check_numeric_gradient, numeric_grad
from symgraph.test_utils.optimizers import compare_optimizer
from symgraph.test_utils.reference import assign_each, assign_each2, collapse_sum_like, np_reduce
from symgraph.test_utils.regular import create_2d_tensor, create_vector, get_identity_mat, get_identity_mat_batch
from symgraph.test_utils.sampling import (
    new_matrix_with_real_eigvals_2d,
    new_matrix_with_real_eigvals_nd,
    new_orthonormal_matrix_2d,
    new_sym_matrix_with_real_eigvals_2d,
    new_sym_matrix_with_real_eigvals_nd,
    rand_coord_2d,
    rand_ndarray,
    rand_shape_2d,
    rand_shape_3d,
    rand_shape_nd,
    random_arrays,
    random_sample,
    random_uniform_arrays,
)
from symgraph.test_utils.speed import DummyIter, check_speed
from symgraph.test_utils.statistics import (
    chi_square_check,
    gen_buckets_probs_with_ppf,
    mean_check,
    var_check,
    verify_generator,
)
from symgraph.test_utils.surroundings import assert_exception, discard_stderr, environment, getenv, retry, setenv
from symgraph.test_utils.symbolic import check_symbolic_backward, check_symbolic_forward, simple_forward
from symgraph.test_utils.tolerance import (
    default_atols,
    default_dtype,
    default_numeric_eps,
    default_rtols,
    effective_dtype,
    get_atol,
    get_etol,
    get_rtol,
    get_tolerance,
    get_tols,
)

_ABSENT = {
    "sparse storage is not part of symgraph; arrays are dense": (
        "create_sparse_array",
        "create_sparse_array_zd",
        "rand_sparse_ndarray",
        "shuffle_csr_column_indices",
    ),
    "symgraph downloads nothing; fetch the file by other means": (
        "download",
        "download_model",
        "get_bz2_data",
        "get_cifar10",
        "get_mnist",
        "get_mnist_iterator",
        "get_mnist_pkl",
        "get_mnist_ubyte",
        "get_zip_data",
    ),
    "Gluon and MXNet's NumPy interface are not part of symgraph": ("check_gluon_hybridize_consistency", "use_np"),
    "im2rec.py belongs to MXNet's sources": ("get_im2rec_path",),
}
"""Why MXNet has a name here that symgraph leaves out."""

__all__ = [
    "DummyIter",
    "almost_equal",
    "almost_equal_ignore_nan",
    "array",
    "assert_allclose",
    "assert_almost_equal",
    "assert_almost_equal_ignore_nan",
    "assert_almost_equal_with_err",
    "assert_exception",
    "assign_each",
    "assign_each2",
    "checkShapes",
    "check_consistency",
    "check_numeric_gradient",
    "check_speed",
    "check_symbolic_backward",
    "check_symbolic_forward",
    "chi_square_check",
    "collapse_sum_like",
    "compare_ndarray_tuple",
    "compare_optimizer",
    "create_2d_tensor",
    "create_vector",
    "current_context",
    "default_atols",
    "default_context",
    "default_dtype",
    "default_numeric_eps",
    "default_rtols",
    "discard_stderr",
    "effective_dtype",
    "environment",
    "find_max_violation",
    "gen_buckets_probs_with_ppf",
    "get_atol",
    "get_cuda_compute_capability",
    "get_etol",
    "get_identity_mat",
    "get_identity_mat_batch",
    "get_rtol",
    "get_tolerance",
    "get_tols",
    "getenv",
    "has_tvm_ops",
    "is_aarch64_run",
    "is_cd_run",
    "is_op_runnable",
    "list_gpus",
    "locationError",
    "mean_check",
    "new_matrix_with_real_eigvals_2d",
    "new_matrix_with_real_eigvals_nd",
    "new_orthonormal_matrix_2d",
    "new_sym_matrix_with_real_eigvals_2d",
    "new_sym_matrix_with_real_eigvals_nd",
    "np_reduce",
    "numeric_grad",
    "rand_coord_2d",
    "rand_ndarray",
    "rand_shape_2d",
    "rand_shape_3d",
    "rand_shape_nd",
    "random_arrays",
    "random_sample",
    "random_uniform_arrays",
    "retry",
    "same",
    "same_array",
    "same_symbol_structure",
    "set_default_context",
    "setenv",
    "simple_forward",
    "var_check",
    "verify_generator",
]


def _missing(name: str) -> NoReturn:
    for reason, names in _ABSENT.items():
        if name in names:
            raise no_attribute(f"symgraph.test_utils has no '{name}': {reason}.", name)
    raise no_attribute(f"symgraph.test_utils has no '{name}'.{suggestion(name, __all__)}", name)


if not TYPE_CHECKING:  # a type checker knows which names there are
    __getattr__ = _missing
