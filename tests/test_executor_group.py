"""Contexts of a module, each of which is said to have a part of the batch; groups of executors that scripts make."""

from __future__ import annotations

import numpy as np
import pytest
from symgraph.module.executor_group import DataParallelExecutorGroup

import symgraph as mx
from symgraph.errors import StateError
from tests.training_blocks import first_values, mlp

CONTEXTS = [mx.cpu(0), mx.cpu(1)]


def batch(*shape):
    return mx.io.DataBatch([mx.nd.array(np.random.RandomState(0).normal(size=shape))], None)


@pytest.mark.parametrize(
    ("layout", "shape", "part"),
    [("TNC", (6, 10, 4), (6, 5, 4)), ("NTC", (10, 6, 4), (5, 6, 4)), (None, (10, 3), (5, 3))],
)
def test_the_layout_tells_where_the_examples_are(layout, shape, part):
    net = mx.sym.Activation(mx.sym.Variable("data"), act_type="relu", name="act")
    if layout:
        net._set_attr(__layout__=layout)
    module = mx.mod.Module(net, label_names=None, context=CONTEXTS)
    module.bind([mx.io.DataDesc("data", shape, layout=layout or "NC")], inputs_need_grad=True)
    module.init_params()
    module.forward(batch(*shape))
    module.backward([mx.nd.ones(shape)])
    for merged, parts in (
        (module.get_outputs(), module.get_outputs(merge_multi_context=False)),
        (module.get_input_grads(), module.get_input_grads(merge_multi_context=False)),
    ):
        assert merged[0].shape == shape
        assert [piece.shape for piece in parts[0]] == [part, part]


def test_an_output_that_is_not_of_examples_has_no_parts():
    module = mx.mod.Module(mx.sym.sum(mx.sym.Variable("data")), label_names=None, context=CONTEXTS)
    module.bind([("data", (4, 3))], for_training=False)
    module.init_params()
    module.forward(batch(4, 3))
    assert [len(parts) for parts in module.get_outputs(merge_multi_context=False)] == [1]


def test_outputs_of_several_contexts_stay_as_they_are():
    module = mx.mod.Module(mx.sym.Variable("data") * 2, label_names=None, context=CONTEXTS)
    module.bind([("data", (2, 1))], for_training=False)
    module.init_params()
    held = []
    for value in (1, 2):
        module.forward(mx.io.DataBatch([mx.nd.full((2, 1), value)], None))
        held.append(module.get_outputs()[0])
    assert [output.asnumpy()[0, 0] for output in held] == [2, 4]


def test_states_are_given_whole_or_in_parts():
    net = mx.sym.Variable("data") + mx.sym.Variable("state")
    module = mx.mod.Module(net, label_names=None, state_names=["state"], context=CONTEXTS)
    module.bind([("data", (4, 1))], for_training=False)
    module.init_params()
    module.set_states(value=1)
    values = np.arange(4.0)[:, None]
    for is_merged in (False, True):
        module.forward(mx.io.DataBatch([mx.nd.array(values)], None))
        module.set_states(module.get_outputs(merge_multi_context=is_merged))
    assert [len(parts) for parts in module.get_states(merge_multi_context=False)] == [2]
    np.testing.assert_array_equal(module.get_states()[0].asnumpy(), 1 + 2 * values)


def test_a_group_trains_by_itself():
    """And as a module does."""
    names = ["fc1_weight", "fc1_bias", "fc2_weight", "fc2_bias"]
    shapes = [("data", (4, 10))], [("softmax_label", (4,))]
    params = first_values(mx, mlp(mx), data=(4, 10), softmax_label=(4,))
    given = mx.io.DataBatch(batch(4, 10).data, [mx.nd.array([0, 1, 2, 3])])
    group = DataParallelExecutorGroup(
        mlp(mx), CONTEXTS, None, *shapes, names, True, True, fixed_param_names=["fc2_bias"]
    )
    with pytest.raises(mx.MXNetError, match="argument 'other' is unknown"):
        group.set_params({"other": mx.nd.ones((1,))}, {})
    group.set_params(params, {})
    group.forward(given)
    group.backward()
    module = mx.mod.Module(mlp(mx), fixed_param_names=["fc2_bias"])
    module.bind(*shapes, inputs_need_grad=True)
    module.init_params(arg_params=params)
    module.forward_backward(given)
    for mine, theirs in zip(group.grad_arrays, module._exec_group.grad_arrays, strict=True):
        assert (mine[0] is None) == (theirs[0] is None)
        if mine[0] is not None:
            np.testing.assert_allclose(mine[0].asnumpy(), theirs[0].asnumpy(), 1e-4, 1e-6)
    np.testing.assert_allclose(group.get_input_grads()[0].asnumpy(), module.get_input_grads()[0].asnumpy(), 1e-4, 1e-6)
    found = {"fc1_bias": mx.nd.zeros((8,))}
    group.get_params(found, {})
    assert sorted(found) == sorted(names)
    np.testing.assert_array_equal(found["fc1_bias"].asnumpy(), params["fc1_bias"].asnumpy())
    metric = mx.metric.CrossEntropy()
    group.update_metric(metric, given.label)
    assert metric.get()[1] > 0
    assert group.get_output_shapes() == [("softmax_output", (4, 4))]
    assert [part.shape for part in group.get_outputs(False)[0]] == [(2, 4), (2, 4)]
    smaller = DataParallelExecutorGroup(mlp(mx), CONTEXTS, None, [("data", (2, 10))], None, names, False, False, group)
    assert smaller.param_arrays[0][0] is group.param_arrays[0][0]
    with pytest.raises(StateError, match="bound for inference"):
        smaller.backward()
    with pytest.raises(StateError, match="inputs_need_grad=True"):
        smaller.get_input_grads()


def test_the_group_of_a_module_is_called_as_in_mxnets_examples():
    module = mx.mod.Module(mlp(mx))
    module.bind([("data", (4, 10))], [("softmax_label", (4,))], for_training=False)
    module.init_params(arg_params=first_values(mx, mlp(mx), data=(4, 10), softmax_label=(4,)))
    group, monitor = module._exec_group, mx.mon.Monitor(1, pattern="fc2_output")
    group.install_monitor(monitor)
    monitor.tic()
    group.forward(batch(4, 10))
    assert [name for _, name, _ in monitor.toc()] == ["fc2_output"]
    assert group.get_outputs()[0].shape == (4, 4)
    with pytest.raises(StateError, match="bound for inference"):
        group.backward()


def test_workloads():
    from symgraph.executor_manager import _split_input_slice

    assert _split_input_slice(10, [1, 2, 1]) == [slice(0, 2), slice(2, 7), slice(7, 10)]
    with pytest.raises(ValueError, match="a batch of 2 examples cannot be divided among 3 contexts"):
        _split_input_slice(2, [1, 1, 1])


def test_states_of_an_optimizer_in_a_store_go_by_name(tmp_path):
    """As in MXNet, which is what files of such trainings hold."""
    module = mx.mod.Module(mlp(mx), context=CONTEXTS)
    module.bind([("data", (4, 10))], [("softmax_label", (4,))])
    module.init_params(mx.init.One())
    module.init_optimizer(optimizer_params={"momentum": 0.9})
    module.forward_backward(mx.io.DataBatch(batch(4, 10).data, [mx.nd.zeros((4,))]))
    module.update()
    module.save_optimizer_states(str(tmp_path / "states"))
    module.init_optimizer(optimizer_params={"momentum": 0.9}, force_init=True)
    module.load_optimizer_states(str(tmp_path / "states"))
    assert set(module._kvstore.updater.states) == {"fc1_weight", "fc1_bias", "fc2_weight", "fc2_bias"}


def test_a_loop_of_its_own():
    from symgraph import model

    store, on_store = model._create_kvstore("device", 2, {})
    assert on_store
    weights, grads = [[mx.nd.ones((2,)), mx.nd.ones((2,))]], [[mx.nd.ones((2,)), mx.nd.full((2,), 2)]]
    model._initialize_kvstore(store, weights, {"w": mx.nd.full((2,), 5)}, ["w"], True)
    assert weights[0][1].asnumpy().tolist() == [5, 5]
    store.set_optimizer(mx.optimizer.SGD(learning_rate=1.0))
    model._update_params_on_kvstore([*weights, [None]], [*grads, [None]], store, ["w", "fixed"])
    assert [array.asnumpy()[0] for array in weights[0]] == [2, 2]
    seen = []
    model._update_params(weights, grads, lambda i, grad, weight: seen.append((i, grad.asnumpy()[0])), 2)
    assert seen == [(0, 1), (1, 2)]
    other = mx.kv.create("local")
    other.init("w", mx.nd.zeros((2,)))
    model._update_params(weights, grads, lambda i, grad, weight: seen.append((i, grad.asnumpy()[0])), 2, other, ["w"])
    assert seen[2:] == [(0, 3), (1, 3)]
    model._multiple_callbacks([seen.append, None], "called")
    assert seen[-1] == "called"


def test_contexts_of_groups():
    with mx.AttrScope(ctx_group="dev1"):
        net = mx.sym.Variable("data") * 2
    one = mx.cpu(3)
    for given in (
        {"dev1": one},
        {"dev1": [one]},
        {"dev1": [one, mx.cpu(1)]},
        [{"dev1": one}, {"dev1": mx.cpu(1)}],
        None,
    ):
        module = mx.mod.Module(net, label_names=None, context=CONTEXTS, group2ctxs=given)
        module.bind([("data", (2, 3))], for_training=False)
        module.init_params()
        module.forward(mx.io.DataBatch([mx.nd.ones((2, 3))], None))
        assert module.get_outputs()[0].asnumpy().tolist() == [[2, 2, 2]] * 2
    for given, text in (
        ({"dev1": [one, one, one]}, r"group2ctxs\['dev1'\] has 3 contexts; give 1 or 2"),
        ([{"dev1": one}], "group2ctxs has 1 dict for 2 contexts; give one for each"),
        (5, "group2ctxs is a dict, as {'dev1': mx.cpu\\(1\\)}, or a list of such, given 5"),
    ):
        with pytest.raises(AssertionError, match=text):
            mx.mod.Module(net, label_names=None, context=CONTEXTS, group2ctxs=given)
