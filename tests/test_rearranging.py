"""Operators that reshape, cut, join and index: inference in both directions, and errors while running."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx
from symgraph.errors import GradientError, MXNetError, OpAttributeError, ShapeError
from symgraph.ir.registry import find_op

BACKWARD = [
    ("Reshape", {"shape": (-1, 12)}, [(None, 3, 4)], [(2, 12)], [(2, 3, 4)]),
    ("Reshape", {"shape": (0, -1)}, [(None, 3, 4)], [(2, 12)], [(2, 3, 4)]),
    ("Reshape", {"shape": (-1,)}, [(None, 3, 4)], [(24,)], [(2, 3, 4)]),
    ("Reshape", {"shape": (-1,)}, [(None, None, 4)], [(24,)], [(None, None, 4)]),
    ("Reshape", {"shape": (2, 12)}, [(None, 3, 4)], [None], [(2, 3, 4)]),
    ("Reshape", {"shape": (-3, 0)}, [(None, 3, 4)], [(6, 4)], [(2, 3, 4)]),
    ("Flatten", {}, [(2, None, 4)], [(2, 12)], [(2, 3, 4)]),
    ("Flatten", {}, [(None, 3, 4)], [(2, 12)], [(2, 3, 4)]),
    ("reshape_like", {}, [(None, 3), (3, 2)], [None], [(2, 3), (3, 2)]),
    ("expand_dims", {"axis": 1}, [None], [(2, 1, 3)], [(2, 3)]),
    ("expand_dims", {"axis": -1}, [(None, 3)], [(2, 3, 1)], [(2, 3)]),
    ("squeeze", {"axis": 1}, [(None, 1, 3)], [(2, 3)], [(2, 1, 3)]),
    ("transpose", {"axes": (1, 2, 0)}, [None], [(3, 4, 2)], [(2, 3, 4)]),
    ("transpose", {}, [(None, 3)], [(3, 2)], [(2, 3)]),
    ("SwapAxis", {"dim1": 0, "dim2": 2}, [(None, 3, 4)], [(4, 3, 2)], [(2, 3, 4)]),
    ("reverse", {"axis": 0}, [None], [(4, 3)], [(4, 3)]),
    ("_slice_assign", {"begin": 1, "end": 3}, [None, None], [(5, 6)], [(5, 6), (2, 6)]),
    ("SliceChannel", {"num_outputs": 2}, [None], [None, (4, 2)], [(4, 4)]),
    ("SliceChannel", {"num_outputs": 2, "squeeze_axis": True}, [None], [(4,), None], [(4, 2)]),
    ("_split_v2", {"indices": (0, 2)}, [(None, 6)], [None, (3, 4)], [(3, 6)]),
    ("Concat", {"num_args": 2}, [(2, 3), None], [(2, 7)], [(2, 3), (2, 4)]),
    ("Concat", {"num_args": 2, "dim": 0}, [(2, 3), (None, None)], [None], [(2, 3), (None, 3)]),
    ("_rnn_param_concat", {"num_args": 2, "dim": 0}, [(4,), None], [(9,)], [(4,), (5,)]),
    ("stack", {"num_args": 2, "axis": 1}, [None, None], [(3, 2, 4)], [(3, 4), (3, 4)]),
    ("dot", {}, [(2, None), (3, 4)], [None], [(2, 3), (3, 4)]),
    ("dot", {"transpose_b": True}, [(None, 3), (None, None)], [(2, 4)], [(2, 3), (4, 3)]),
    ("batch_dot", {}, [(2, 3, 4), None], [(2, 3, 5)], [(2, 3, 4), (2, 4, 5)]),
    ("pick", {}, [(5, 3), None], [None], [(5, 3), (5,)]),
    ("one_hot", {"depth": 4}, [None], [(2, 4)], [(2,)]),
    ("Embedding", {"input_dim": 9, "output_dim": 3}, [None, None], [(2, 3)], [(2,), (9, 3)]),
    ("scatter_nd", {"shape": (5, 3)}, [None, (1, 4)], [None], [(4, 3), (1, 4)]),
    ("_unravel_index", {"shape": (3, 4)}, [None], [(2, 5)], [(5,)]),
    ("SequenceMask", {"use_sequence_length": True}, [(4, 3, 2), None], [None], [(4, 3, 2), (3,)]),
]


@pytest.mark.parametrize(("name", "attributes", "ins", "outs", "expected"), BACKWARD)
def test_inputs_follow_from_each_other_and_from_outputs(name, attributes, ins, outs, expected):
    inputs, _ = find_op(name).from_values(**attributes).infer_shape(ins, outs)
    assert list(inputs) == expected


def test_concat_refuses_an_output_shorter_than_its_inputs():
    with pytest.raises(ShapeError, match=r"\(9, \?\).* exceed that of the output, 7"):
        find_op("Concat").from_values(num_args=2).infer_shape([(2, 9), None], [(2, 7)])


def test_diagonal_beyond_the_corner_is_named():
    with pytest.raises(ShapeError, match=r"matrices \(2, 3\) have no diagonal k=-3; give one that is nearer"):
        mx.sym.diag(mx.sym.Variable("x"), k=-3).infer_shape(x=(2, 3))


def test_vectors_are_not_transposed():
    net = mx.sym.dot(mx.sym.Variable("x"), mx.sym.Variable("y"), transpose_b=True)
    with pytest.raises(ShapeError, match=r"vectors \(3,\) and \(3,\) cannot be transposed; leave"):
        net.infer_shape(x=(3,), y=(3,))


def test_split_v2_needs_indices_or_sections():
    with pytest.raises(OpAttributeError, match="indices.*sections"):
        mx.sym._internal._split_v2(mx.sym.Variable("x"), indices=())


def test_take_raise_reports_the_index_when_outputs_are_read():
    net = mx.sym.take(mx.sym.Variable("x"), mx.sym.Variable("i"), mode="raise", name="look")
    executor = net.bind(mx.current_context(), {"x": mx.nd.array([1, 2, 3]), "i": mx.nd.array([0, 7])})
    with pytest.raises(MXNetError, match="'look': index 7 is outside of an axis of length 3"):
        executor.forward()[0].asnumpy()


def test_take_raise_takes_what_is_inside():
    x, i = mx.nd.array([1, 2, 3]), mx.nd.array([2, 0])
    assert mx.nd.take(x, i, mode="raise").asnumpy().tolist() == [3, 1]


@pytest.mark.parametrize(
    ("name", "shapes"),
    [("khatri_rao", [(2, 3), (4, 3)]), ("batch_take", [(2, 3), (2,)])],
    ids=["khatri_rao", "batch_take"],
)
def test_operators_without_gradient_say_so(name, shapes):
    net = getattr(mx.sym, name)(*(mx.sym.Variable(f"x{i}") for i in range(len(shapes))), name="node")
    given = {f"x{i}": shape for i, shape in enumerate(shapes)}
    message = (
        rf"^{name} 'node' \(made at .*\) has no gradient; request none \(grad_req='null'\) or stop it with BlockGrad"
    )
    for symbol in (net, net * 2, mx.sym.MakeLoss(net), mx.sym.BlockGrad(mx.sym.MakeLoss(net))):
        with pytest.raises(GradientError, match=message):
            symbol.simple_bind(mx.current_context(), **given)
        with pytest.raises(GradientError, match=message):
            net.gradient("x0")
    for symbol in (mx.sym.BlockGrad(net), net > 0):
        executor = symbol.simple_bind(mx.current_context(), **given)
        executor.forward(is_train=True)
        executor.backward()
    net.simple_bind(mx.current_context(), grad_req="null", **given).forward(is_train=True)


def test_gather_counts_negative_coordinates_from_the_end():
    x = mx.nd.array([[1, 2], [3, 4]])
    assert mx.nd.gather_nd(x, mx.nd.array([[-1, 0], [0, -1]])).asnumpy().tolist() == [3, 2]


def test_gather_gives_the_gradient_to_the_element_that_it_took():
    """At negative coordinates, too, where MXNet writes to another row."""
    gathered = mx.sym.gather_nd(mx.sym.Variable("x"), mx.sym.Variable("at"))
    executor = gathered.simple_bind(mx.current_context(), x=(3, 4), at=(2, 2))
    executor.forward(is_train=True, at=mx.nd.array([[0, 2], [3, -1]]))
    executor.backward(mx.nd.array([5, 7]))
    assert executor.grad_dict["x"].asnumpy().tolist() == [[0, 0, 0, 5], [0, 0, 0, 0], [0, 0, 0, 7]]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((-4, 1, 2, 0, -1), (1, 2, 3, 4)), ((0, -4, 3, -1, -1), (2, 3, 1, 4)), ((-4, -1, 1, -1), (2, 1, 12))],
)
def test_one_axis_is_split_and_another_is_left(shape, expected):
    """Where MXNet takes the last axis to be 1."""
    assert mx.sym.Variable("x").reshape(shape).infer_shape(x=(2, 3, 4))[1] == [expected]
    assert mx.nd.zeros((2, 3, 4)).reshape(shape).shape == expected


def test_scatter_gives_every_value_the_gradient_at_its_place():
    net = mx.sym.scatter_nd(mx.sym.Variable("x"), mx.sym.Variable("i"), shape=(3,))
    values, places = mx.nd.array([5, 6]), mx.nd.array([[1, 1]])
    gradient = mx.nd.zeros((2,))
    executor = net.bind(mx.current_context(), {"x": values, "i": places}, {"x": gradient}, {"x": "write", "i": "null"})
    executor.forward(is_train=True)
    executor.backward([mx.nd.array([1, 2, 3])])
    assert gradient.asnumpy().tolist() == [2, 2]


@pytest.mark.parametrize("kernel", [(2,), (2, 3), (2, 1, 2)])
def test_col2im_is_the_transpose_of_im2col(kernel):
    rng = np.random.default_rng(0)
    size = (4, 5, 3)[: len(kernel)]
    pictures = rng.normal(size=(2, 3, *size))
    columns = mx.nd.im2col(mx.nd.array(pictures, dtype="float64"), kernel=kernel, stride=(2,) * len(kernel)).asnumpy()
    other = rng.normal(size=columns.shape)
    back = mx.nd.col2im(
        mx.nd.array(other, dtype="float64"), output_size=size, kernel=kernel, stride=(2,) * len(kernel)
    ).asnumpy()
    np.testing.assert_allclose((columns * other).sum(), (pictures * back).sum())
