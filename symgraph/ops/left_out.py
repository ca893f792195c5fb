"""Operators of MXNet that symgraph leaves out on purpose, and what to use instead: the end of the error message."""

from __future__ import annotations

from symgraph.ir.registry import leave_out

leave_out(
    "MXNet's 8-bit kernels are for its own CPU build; load the model as it was before quantization.",
    "_contrib_quantize*",
    "_contrib_dequantize",
    "_contrib_requantize",
    "_contrib_calibrate_entropy",
)
leave_out(
    "sampling of graphs works on sparse arrays, which symgraph does not have; sample with a graph library and give the "
    "result to the network as arrays.",
    "_contrib_dgl_*",
    "_contrib_edge_id",
)
leave_out(
    "it is what MXNet's oneDNN partitioner makes of other operators; save the symbol before optimize_for or "
    "get_backend_symbol.",
    "_sg_mkldnn_*",
)
leave_out(
    "the NumPy interface (mx.np, mx.npx) is outside of symgraph's scope; use the operators of mx.sym and mx.nd, or a JAX "
    "function with mx.operator.from_jax.",
    "_np_*",
    "_npi_*",
    "_npx_*",
)
leave_out(
    "it works on sparse storage only, which symgraph does not have; keep arrays dense.",
    "_contrib_getnnz",
    "_sparse_csr_matrix",
    "_sparse_row_sparse_array",
    "_sparse_array",
    "_sparse_empty",
    "_sparse_zeros",
    "_sparse_adagrad_update",
    "_sparse_retain",
)
leave_out(
    "it decodes or resizes pictures on the host, which a compiled program cannot; use mx.image.imdecode and "
    "mx.image.imresize.",
    "_cv*",
    "_imdecode",
    "imdecode",
)
leave_out(
    "it only exists inside of a running MXNet, for Gluon or for operators that live in Python; use Custom.",
    "_CachedOp*",
    "_CustomFunction",
    "_NDArray",
    "_Native",
)
leave_out(
    "MXNet makes it while it differentiates a graph, and cannot bind it by itself; use Symbol.gradient.",
    "_NoGradient",
    "_broadcast_backward",
    "_contrib_backward_hawkesll",
    "_contrib_backward_index_copy",
    "_contrib_backward_quadratic",
    "_split_v2_backward",
)
leave_out(
    "it came with a plugin, which MXNet 1.9.1 does not have either; train with CTCLoss. To predict with an old model, write "
    "softmax in its place in the file, with the first input only and without attributes.",
    "WarpCTC",
)
leave_out(
    "it came with a plugin that ran layers of Caffe or Torch, which MXNet 1.9.1 does not have either; write the layer with "
    "operators of mx.sym, or as a CustomOp.",
    "CaffeOp",
    "CaffeLoss",
    "TorchModule",
    "TorchCriterion",
)
leave_out("it writes into an array that exists; assign with array[:] = value.", "_set_value")
