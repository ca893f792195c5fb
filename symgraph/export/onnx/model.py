"""`to_onnx`: a symbol and its parameters as an ONNX model for inference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from symgraph.errors import BindError, MXNetError, UnknownArgumentError, described, listed, suggestion
from symgraph.export.onnx.site import BatchLength, Shape, library, refuse
from symgraph.export.onnx.translate import Facts, Translator, read_entries
from symgraph.frontend.inference import all_dtypes, read_shape
from symgraph.frontend.symbol import Symbol
from symgraph.ir.dtype import as_dtype
from symgraph.ir.graph import Graph, Node
from symgraph.ir.infer import Inferred, infer_dtypes, infer_shapes
from symgraph.ir.shape import is_known, show
from symgraph.runtime.ndarray import NDArray

if TYPE_CHECKING:
    import onnx

OPSET = 18
"""The version of ONNX's operators that models are written in: of December 2022, which today's runtimes all read."""

IR_VERSION = 8
"""The version of the file format that came with it."""

LARGEST = 2**31 - 1
"""Bytes that a message of protocol buffers can have."""


def to_onnx(
    symbol: Symbol,
    params: Mapping[str, Any],
    shapes: Mapping[str, Sequence[int]],
    dtypes: Mapping[str, Any] | None = None,
    *,
    batch: str | None = None,
) -> onnx.ModelProto:
    """A symbol with its parameters as an ONNX model (opset 18) for inference.

    Nodes keep their names, parameters become initializers under theirs, and outputs are called what `list_outputs` says.
    Layers that end in a loss become their forward and need no label; `Dropout` disappears.

    Args:
        params: parameters and auxiliary states by name, without ``arg:`` and ``aux:``. What the symbol does not have is left
            out, so that the file of a whole network serves for a part of it.
        shapes: shape of each input by name.
        dtypes: dtype of inputs by name, where it is not float32.
        batch: name for the first axis of all inputs, whose length is then free; the shapes give an example.

    >>> import symgraph as mx
    >>> from symgraph.export.onnx import to_onnx
    >>> net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, no_bias=True, name="fc")
    >>> model = to_onnx(net, {"fc_weight": mx.nd.ones((2, 3))}, {"data": (1, 3)}, batch="N")
    >>> [(node.op_type, node.name, list(node.output)) for node in model.graph.node]
    [('Gemm', 'fc', ['fc_output'])]

    Raises:
        MXNetError: an operator has no ONNX form, or needs a batch of one size.
        MissingPackageError: the package `onnx` is not installed.
        BindError: a parameter is missing, or the shapes do not determine all others.
        UnknownArgumentError: there is no input of that name.
        ShapeError, DTypeError: shapes or dtypes contradict each other.
    """
    library()
    graph = symbol.graph
    arrays, given = _arrays(graph, params), _shapes(graph, shapes)
    types = {name: as_dtype(dtype) for name, dtype in (dtypes or {}).items()}
    if batch is None:
        return _model(Translator(_facts(graph, arrays, given, types)), None, None)
    translator = _with_free_batch(batch, graph, arrays, given, types)
    return _model(translator, batch, next(iter(given.values()))[0])


def _arrays(graph: Graph, params: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """The parameters that the graph has, as NumPy arrays."""
    if not isinstance(params, Mapping):
        raise BindError(f"to_onnx: params must be a dict of arrays by name, given {described(params)}.")
    names = {node.name for node in graph.arguments + graph.auxiliary}
    arrays = {}
    for name, value in params.items():
        if name in names:
            arrays[name] = value.asnumpy() if isinstance(value, NDArray) else np.asarray(value)
    return arrays


def _shapes(graph: Graph, shapes: Mapping[str, Any]) -> dict[str, Shape]:
    """The shapes of the inputs."""
    if not isinstance(shapes, Mapping):
        raise BindError(f"to_onnx: shapes must be a dict of shapes by name, given {described(shapes)}.")
    names = [node.name for node in graph.arguments + graph.auxiliary]
    given = {}
    for name, shape in shapes.items():
        if name not in names:
            hint = suggestion(name, names)
            raise UnknownArgumentError(f"to_onnx: the symbol has no input '{name}'.{hint} It has {listed(names)}.")
        known = read_shape(shape)
        if not is_known(known):
            raise BindError(
                f"to_onnx: input '{name}' has shape {shape}; give every length. To leave that of the batch open, "
                f"give an example here, and its name as batch='N'."
            )
        given[name] = tuple(int(length) for length in known or () if length is not None)
    return given


def _facts(
    graph: Graph, arrays: Mapping[str, np.ndarray], given: Mapping[str, Shape], dtypes: Mapping[str, Any]
) -> Facts:
    """Shapes and dtypes of all that is needed."""
    read = read_entries(graph)
    _require_all(read, arrays, given)
    variables = graph.arguments + graph.auxiliary
    known = {**given, **{name: array.shape for name, array in arrays.items()}}
    shapes = infer_shapes(graph, {node: known[node.name] for node in variables if node.name in known})
    types = {**dtypes, **{name: array.dtype for name, array in arrays.items()}}
    inferred = infer_dtypes(graph, all_dtypes(graph, types))
    for node in read:
        for shape in _of(shapes, node):
            if not is_known(shape):
                raise BindError(
                    f"to_onnx: the shape of {node.describe()} does not follow from those given: it is {show(shape)}. "
                    f"Given: {dict(given)}. Provide more shapes."
                )
    near = dict.fromkeys([*read, *(source for node in read for source, _ in node.inputs)])
    return Facts(
        graph, arrays, {node: _of(shapes, node) for node in near}, {node: _of(inferred, node) for node in near}
    )


def _of(inferred: Inferred, node: Node) -> list[Any]:
    """What was inferred of each output of a node."""
    return [inferred.at((node, index)) for index in range(len(node.output_names()))]


def _require_all(read: Mapping[Node, Any], arrays: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    missing = [node.name for node in read if node.op is None and node.name not in arrays and node.name not in given]
    if missing:
        raise BindError(
            f"to_onnx: neither params nor shapes have {listed(missing)}; give parameters and auxiliary states in params, "
            f"by names without 'arg:' and 'aux:', and the shapes of inputs in shapes."
        )


# -- a batch whose size is free ----------------------------------------------------------------------------------------


def _longer(batch: str, given: Mapping[str, Shape]) -> dict[str, Shape]:
    """The shapes for a batch of one more."""
    if not isinstance(batch, str) or not batch:
        raise BindError(f"to_onnx: batch is a name for the length of the batch, such as 'N', given {described(batch)}.")
    sizes = {name: shape[0] if shape else None for name, shape in given.items()}
    if len(set(sizes.values())) > 1 or None in sizes.values():
        shown = ", ".join(f"{name} {show(shape)}" for name, shape in given.items())
        raise BindError(
            f"to_onnx: batch='{batch}' names the first axis of every input, but their shapes differ there: {shown}; give "
            f"batch=None for a model of one batch size."
        )
    return {name: (shape[0] + 1, *shape[1:]) for name, shape in given.items()}


def _with_free_batch(
    batch: str, graph: Graph, arrays: Mapping[str, np.ndarray], given: Mapping[str, Shape], dtypes: Mapping[str, Any]
) -> Translator:
    """The graph, written in a way that is the same for two sizes of the batch."""
    facts, longer = _facts(graph, arrays, given, dtypes), _longer(batch, given)
    try:
        other = _facts(graph, arrays, longer, dtypes)
    except MXNetError as error:
        raise type(error)(
            f"to_onnx: with batch='{batch}', shapes must fit for batches of other sizes, too, and for {longer} they do not: "
            f"{error}"
        ) from None
    first, second = Translator(_marked(facts, other)), Translator(_marked(other, facts))
    for section, same in zip(first.sections, second.sections, strict=False):
        if not section.same_as(same):
            refuse(
                section.node,
                f"cannot be written without the size of the batch, which batch='{batch}' leaves open",
                "give batch=None for a model of one batch size",
            )
    return first


def _marked(facts: Facts, other: Facts) -> Facts:
    """`facts` with those lengths marked that follow the batch."""

    def marked(mine: Shape, theirs: Shape) -> Shape:
        if not mine or not theirs or len(mine) != len(theirs):
            return mine
        return tuple(a if a == b else BatchLength(a) for a, b in zip(mine, theirs, strict=True))

    return replace(
        facts,
        shapes={
            node: [marked(*pair) for pair in zip(shapes, other.shapes[node], strict=True)]
            for node, shapes in facts.shapes.items()
        },
    )


# -- the model ---------------------------------------------------------------------------------------------------------


def _model(translator: Translator, batch: str | None, size: int | None) -> onnx.ModelProto:
    """What was written, put together and checked."""
    package = library()
    helper, facts = package.helper, translator.facts

    def described_as(name: str, node: Node, index: int) -> Any:
        shape = facts.shapes[node][index]
        lengths = [(batch if d == size else None) if isinstance(d, BatchLength) else int(d) for d in shape]
        kind = helper.np_dtype_to_tensor_dtype(np.dtype(facts.dtypes[node][index]))
        return helper.make_tensor_value_info(name, kind, lengths)

    nodes = [node for section in translator.sections for node in section.nodes]
    used = {*(name for node in nodes for name in node.input), *translator.outputs}
    constants = {
        name: value for section in translator.sections for name, value in section.constants.items() if name in used
    }
    total = sum(value.nbytes for value in constants.values())
    if total >= LARGEST:
        raise MXNetError(
            f"to_onnx: the parameters take {total} bytes, and an ONNX model can have {LARGEST}; export parts of the symbol, "
            f"which get_internals() gives, or parameters of a narrower dtype."
        )
    graph = helper.make_graph(
        nodes,
        "symgraph",
        [described_as(name, node, 0) for name, node in translator.inputs.items()],
        [described_as(name, *entry) for name, entry in zip(translator.outputs, facts.graph.heads, strict=True)],
        [
            package.numpy_helper.from_array(np.ascontiguousarray(value).reshape(value.shape), name)
            for name, value in constants.items()
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="symgraph"
    )
    _check(package, model)
    return model


def _check(package: Any, model: Any) -> None:
    """Raise an error unless ONNX defines everything that the model asks for, for these dtypes."""
    try:
        package.checker.check_model(model, full_check=True)
    except (package.checker.ValidationError, package.shape_inference.InferenceError) as error:
        text = " ".join(str(error).split()).removesuffix(".")
        raise MXNetError(
            f"to_onnx: ONNX does not define what was asked for; its checker says: {text}. Nodes have the names that "
            f"they have in the symbol; Cast the input of this one to float32, or export the part before it."
        ) from None
