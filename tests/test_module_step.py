"""A module's step is one program where nobody looks in between, and gives the same where somebody does."""

from __future__ import annotations

import collections
import types
import weakref

import numpy as np
import pytest

import symgraph as mx
from tests.training_blocks import OPTIMIZERS, batches, first_values, mlp


def prepared(optimizer, options, **module_options):
    module = mx.mod.Module(mlp(mx), **module_options)
    data = batches(mx)
    module.bind(data.provide_data, data.provide_label)
    module.init_params(arg_params=first_values(mx, mlp(mx), data=(8, 10), softmax_label=(8,)))
    mx.random.seed(3)
    module.init_optimizer(optimizer=optimizer, optimizer_params=options)
    return module, data


def kinds(module):
    """What programs the module's executor has run."""
    found = {key if isinstance(key, str) else key[0] for key in module._exec_group.executor._executables}
    return found | {"forward" for _ in module._exec_group.executor._forwards}


def nobody(module, batch):
    module.forward_backward(batch)
    module.update()


def outputs_are_read(module, batch):
    module.forward(batch, is_train=True)
    module.get_outputs()[0].asnumpy()
    module.backward()
    module.update()


def gradients_are_read(module, batch):
    module.forward_backward(batch)
    module._exec_group.grad_arrays[0][0].asnumpy()
    module.update()


def one_parameter_after_the_other(module, batch):
    module.forward_backward(batch)
    module._params_dirty = True
    executor = module._exec_group.executor
    for i, name in enumerate(module._param_names):
        module._updater(i, executor.grad_dict[name], executor.arg_dict[name])


def with_a_monitor(module, batch):
    monitor = mx.mon.Monitor(1)
    module.install_monitor(monitor)
    monitor.tic()
    nobody(module, batch)
    assert {"fc1_output", "softmax_output"} <= {name for _, name, _ in monitor.toc()}


WAYS = {
    nobody: {"train"},
    outputs_are_read: {"forward", "pull", "update"},
    gradients_are_read: {"step", "update"},
    one_parameter_after_the_other: {"step"},
    with_a_monitor: {"internals", "pull", "update"},
}


def trained(way, optimizer):
    module, data = prepared(optimizer, OPTIMIZERS[optimizer])
    for batch in data:
        way(module, batch)
    return module


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_all_ways_are_equal(optimizer):
    expected = {name: array.asnumpy() for name, array in trained(nobody, optimizer).get_params()[0].items()}
    for way in list(WAYS)[1:]:
        for name, array in trained(way, optimizer).get_params()[0].items():
            np.testing.assert_allclose(
                array.asnumpy(), expected[name], rtol=2e-4, atol=2e-6, err_msg=f"{way.__name__} {name}"
            )


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_programs_of_each_way(way):
    assert kinds(trained(way, "sgd")) == WAYS[way]


def test_fit_runs_one_program_for_all_steps():
    module, data = prepared("adam", {"learning_rate": 0.01, "lr_scheduler": mx.lr_scheduler.FactorScheduler(2, 0.5)})
    data.reset()
    module._exec_group.executor._executables.clear()
    module.fit(data, num_epoch=3, eval_metric=["acc", "ce"])
    assert kinds(module) == {"train"}
    assert len(module._exec_group.executor._executables) == 1, "rates that change are numbers of the program"


def test_batches_that_are_done_are_let_go():
    alive, most = weakref.WeakSet(), []

    class Watched(mx.io.NDArrayIter):
        def next(self):
            batch = super().next()
            alive.add(batch)
            return batch

    data = Watched(np.ones((12, 5)), np.zeros(12), 2)
    net = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3), name="softmax")
    mx.mod.Module(net).fit(data, num_epoch=1, batch_end_callback=lambda param: most.append(len(alive)))
    assert max(most) == 2, "the present one and the next"


def test_parameters_stay_in_their_memory():
    module, data = prepared("sgd", OPTIMIZERS["sgd"])
    executor = module._exec_group.executor
    batch = next(data)
    nobody(module, batch)
    before = {executor.arg_dict[name].jax.unsafe_buffer_pointer() for name in module._param_names}
    for _ in range(3):
        nobody(module, batch)
    assert before & {executor.arg_dict[name].jax.unsafe_buffer_pointer() for name in module._param_names}
    taken = [executor.arg_dict[name].jax for name in module._param_names]
    values = [np.array(array) for array in taken]
    nobody(module, batch)
    mx.nd.waitall()
    for array, value in zip(taken, values, strict=True):
        np.testing.assert_array_equal(np.asarray(array), value)


def test_get_params_gives_copies():
    module, data = prepared("sgd", OPTIMIZERS["sgd"])
    before = {name: array.copy() for name, array in module.get_params()[0].items()}
    shown = module.get_params()[0]
    nobody(module, next(data))
    for name, array in shown.items():
        np.testing.assert_array_equal(array.asnumpy(), before[name].asnumpy())
    after = module.get_params()[0]
    assert any((after[name].asnumpy() != before[name].asnumpy()).any() for name in before)


def test_outputs_of_a_step_are_those_before_the_update():
    module, data = prepared("sgd", {"learning_rate": 100.0})
    batch = next(data)
    module.forward(batch, is_train=False)
    expected = module.get_outputs()[0].asnumpy()
    nobody(module, batch)
    np.testing.assert_allclose(module.get_outputs()[0].asnumpy(), expected, rtol=1e-5)


def test_a_gradient_of_the_step_can_be_read_after_the_update():
    one, data = prepared("sgd", {"learning_rate": 0.1})
    other, _ = prepared("sgd", {"learning_rate": 0.1})
    batch = next(data)
    nobody(one, batch)
    gradients_are_read(other, batch)
    for mine, theirs in zip(one._exec_group.grad_arrays, other._exec_group.grad_arrays, strict=True):
        np.testing.assert_allclose(mine[0].asnumpy(), theirs[0].asnumpy(), rtol=1e-5, atol=1e-7)


def test_several_contexts_are_one_program():
    one, data = prepared("sgd", OPTIMIZERS["sgd"])
    several, _ = prepared("sgd", OPTIMIZERS["sgd"], context=[mx.cpu(0), mx.cpu(1), mx.cpu(2)], work_load_list=[1, 1, 2])
    for batch in data:
        nobody(one, batch)
        nobody(several, batch)
    assert kinds(several) == {"train"}
    assert [len(part) for part in several.get_outputs(merge_multi_context=False)[0]] == [2, 2, 4]
    np.testing.assert_array_equal(
        np.concatenate([part.asnumpy() for part in several.get_outputs(False)[0]]), several.get_outputs()[0].asnumpy()
    )
    for name, array in one.get_params()[0].items():
        np.testing.assert_allclose(several.get_params()[0][name].asnumpy(), array.asnumpy(), rtol=1e-5, atol=1e-7)
    assert several._kvstore is not None
    out = mx.nd.zeros((8, 10))
    several._kvstore.pull("fc1_weight", out=out)
    np.testing.assert_array_equal(out.asnumpy(), several.get_params()[0]["fc1_weight"].asnumpy())


def test_two_forward_passes_before_an_update():
    """The gradients are those of the pass that backward followed."""
    one, data = prepared("sgd", OPTIMIZERS["sgd"])
    other, _ = prepared("sgd", OPTIMIZERS["sgd"])
    first, second = next(data), next(data)
    one.forward_backward(first)
    one.forward(second, is_train=False)
    one.update()
    nobody(other, first)
    for name, array in one.get_params()[0].items():
        np.testing.assert_allclose(array.asnumpy(), other.get_params()[0][name].asnumpy(), rtol=1e-5, atol=1e-7)


def normalized(mx):
    net = mx.sym.BatchNorm(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=4, name="fc"), name="bn")
    return mx.sym.SoftmaxOutput(net, name="softmax")


WRITES = {
    "a parameter": lambda executor: executor.arg_dict["fc_weight"].__setitem__(slice(None), 0.5),
    "a part of one": lambda executor: executor.arg_dict["fc_weight"].__setitem__(1, 0.5),
    "a gradient": lambda executor: executor.grad_dict["fc_weight"].__setitem__(slice(None), 0.0),
    "all gradients": lambda executor: [
        grad.__setitem__(slice(None), 1.0) for grad in executor.grad_arrays if grad is not None
    ],
    "a state": lambda executor: executor.aux_dict["bn_moving_mean"].__setitem__(slice(None), 7.0),
}


@pytest.mark.parametrize("write", WRITES)
def test_what_is_written_between_backward_and_update_counts(write):
    """Whether backward has been computed by then or not."""
    found = []
    for is_read in (False, True):
        module, data = mx.mod.Module(normalized(mx)), batches(mx)
        module.bind(data.provide_data, data.provide_label)
        module.init_params(mx.init.One())
        module.init_optimizer(optimizer_params={"learning_rate": 0.5, "momentum": 0.9})
        executor = module._exec_group.executor
        for batch in data:
            module.forward_backward(batch)
            if is_read:
                executor.grad_dict["fc_weight"].asnumpy()
            WRITES[write](executor)
            module.update()
        shown = {**module.get_params()[0], **module.get_params()[1], "gradient": executor.grad_dict["fc_weight"]}
        found.append({name: array.asnumpy() for name, array in shown.items()})
    for name, value in found[0].items():
        np.testing.assert_allclose(value, found[1][name], rtol=1e-5, atol=1e-6, err_msg=name)


def test_gradients_that_are_written_before_others_are_read_stay():
    module, data = prepared("sgd", OPTIMIZERS["sgd"])
    module.forward_backward(next(data))
    grads = module._exec_group.executor.grad_dict
    grads["fc1_weight"][:] = 3
    assert grads["fc2_weight"].asnumpy().any()
    np.testing.assert_array_equal(grads["fc1_weight"].asnumpy(), np.full((8, 10), 3, np.float32))


def test_modules_of_one_set_of_parameters_step_in_any_order():
    """Their gradients are in the same memory, too: an update takes those of the last backward."""
    orders = [
        ["a", "b", "update a", "update b"],
        ["a", "b", "update b", "update a"],
        ["b", "a", "update b", "update a"],
    ]
    for order in orders:
        found = []
        for is_read in (False, True):
            first, data = prepared("sgd", OPTIMIZERS["sgd"])
            second = mx.mod.Module(mlp(mx))
            second.bind(data.provide_data, data.provide_label, shared_module=first)
            modules, batch = {"a": first, "b": second}, {"a": next(data), "b": next(data)}
            for step in order * 2:
                module = modules[step[-1]]
                if step.startswith("update"):
                    module.update()
                else:
                    module.forward_backward(batch[step])
                    if is_read:
                        module._exec_group.grad_arrays[0][0].asnumpy()
            found.append(first.get_params()[0])
        for name, array in found[0].items():
            np.testing.assert_allclose(array.asnumpy(), found[1][name].asnumpy(), rtol=1e-5, atol=1e-6, err_msg=name)


def test_backward_of_an_inference_pass():
    module, data = mx.mod.Module(normalized(mx)), batches(mx)
    module.bind(data.provide_data, data.provide_label)
    module.init_params(mx.init.One())
    module.init_optimizer()
    module.forward(next(data), is_train=False)
    module.backward()
    module.update()
    assert np.isfinite(module.get_params()[0]["fc_weight"].asnumpy()).all()


def test_optax_trains_a_module_in_one_program():
    """As a loop by hand over the same gradients, with a limit on the norm of all of them together."""
    optax = pytest.importorskip("optax")
    transformation = optax.chain(optax.clip_by_global_norm(0.5), optax.adam(optax.exponential_decay(0.1, 2, 0.5)))
    module, data = prepared(transformation, (("learning_rate", 0.01),))
    by_hand, _ = prepared("sgd", {})
    executor = by_hand._exec_group.executor
    params = {name: executor.arg_dict[name].jax for name in by_hand._param_names}
    state = transformation.init(params)
    for batch in data:
        nobody(module, batch)
        by_hand.forward_backward(batch)
        grads = {name: executor.grad_dict[name].jax / 8 for name in params}
        updates, state = transformation.update(grads, state, params)
        params = optax.apply_updates(params, updates)
        for name, value in params.items():
            executor.arg_dict[name].rebind(value)
    assert kinds(module) == {"train"}
    for name, array in module.get_params()[0].items():
        np.testing.assert_allclose(array.asnumpy(), np.asarray(params[name]), rtol=1e-4, atol=1e-6)


def test_what_is_no_optimizer():
    with pytest.raises(
        mx.MXNetError, match="an optimizer is an Optimizer, as mx.optimizer.SGD.., its name, or a transf"
    ):
        prepared(3, {})
    with pytest.raises(ValueError, match="optimizer 'sdg' is not registered. Did you mean 'sgd'"):
        prepared("sdg", {})


def test_a_batch_may_be_anything_with_data():
    """As a tuple with names, which many scripts predict with."""
    module, data = prepared("sgd", OPTIMIZERS["sgd"])
    given = next(data).data
    found = []
    for batch in (collections.namedtuple("Batch", ["data"])(given), types.SimpleNamespace(data=given), [next(data)]):
        module.forward(batch, is_train=False)
        found.append(module.get_outputs()[0].asnumpy())
    np.testing.assert_array_equal(found[0], found[1])
    assert found[2].shape == found[0].shape
    with pytest.raises(mx.MXNetError, match="a batch has attributes data and label, as mx.io.DataBatch; given"):
        module.forward((given,), is_train=False)
