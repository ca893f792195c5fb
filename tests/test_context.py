"""Contexts, their devices, and the random numbers that belong to them."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import threading

import jax
import numpy as np
import pytest

import symgraph as mx
from symgraph.runtime import context, rng
from tests.eight_devices import cpu_devices

no_gpu = pytest.mark.skipif(mx.num_gpus() > 0, reason="this machine has a GPU")


def test_text_and_fields():
    assert str(mx.cpu()) == repr(mx.cpu(0)) == "cpu(0)"
    assert str(mx.cpu_pinned()) == "cpu_pinned(0)"
    assert (mx.gpu(3).device_type, mx.gpu(3).device_id) == ("gpu", 3)
    assert [c.device_typeid for c in (mx.cpu(), mx.gpu(), mx.cpu_pinned())] == [1, 2, 3]
    assert [c.platform for c in (mx.cpu(), mx.gpu(), mx.tpu(), mx.cpu_pinned())] == ["cpu", "gpu", "tpu", "cpu"]


def test_equality_and_copies():
    assert mx.cpu(1) == mx.Context("cpu", 1) == mx.Context(mx.cpu(1))
    assert mx.cpu(1) != mx.cpu(0)
    assert mx.cpu() != mx.gpu()
    assert mx.cpu() != "cpu(0)"
    assert {mx.cpu(): 1}[mx.Context("cpu")] == 1
    assert pickle.loads(pickle.dumps(mx.gpu(2))) == copy.deepcopy(mx.gpu(2)) == mx.gpu(2)


@pytest.mark.cpu
def test_with_blocks():
    assert mx.current_context() == mx.cpu(0)
    with mx.cpu(3) as outer:
        assert mx.current_context() == mx.Context.default_ctx == outer == mx.cpu(3)
        with mx.cpu(4), outer:
            assert mx.nd.zeros((1,)).context == mx.cpu(3)
        assert mx.current_context() == mx.cpu(3)
    assert mx.current_context() == mx.cpu(0)


def test_the_current_context_belongs_to_the_thread():
    seen = []
    with mx.cpu(3):
        thread = threading.Thread(target=lambda: seen.append(mx.current_context()))
        thread.start()
        thread.join()
    assert seen == [mx.cpu(0)]


def test_the_default_can_be_changed():
    try:
        mx.Context.default_ctx = mx.cpu(2)
        assert mx.current_context() == mx.cpu(2)
    finally:
        mx.Context.default_ctx = mx.cpu(0)


def test_cpu_contexts_share_the_cpu_devices():
    devices = jax.local_devices(backend="cpu")
    assert [mx.cpu(i).jax_device for i in range(3)] == [devices[i % len(devices)] for i in range(3)]
    assert mx.cpu_pinned().jax_device == devices[0]
    assert mx.cpu().empty_cache() is None


@no_gpu
def test_devices_that_are_missing_can_be_named_but_not_used():
    place = mx.gpu(0)
    assert str(place) == "gpu(0)"
    message = (
        r"gpu\(0\) was asked for, but JAX finds no such device .* has \d+ cpu device.* Use cpu\(0\), or install JAX"
    )
    for use in (
        lambda: mx.nd.zeros((1,), ctx=place),
        lambda: mx.nd.array([1], ctx=place),
        lambda: mx.nd.arange(3, ctx=place),
        lambda: mx.nd.zeros((1,)).as_in_context(place),
        lambda: context.gpu_memory_info(0),
    ):
        with pytest.raises(mx.MXNetError, match=message):
            use()


@pytest.mark.parametrize(
    ("kind", "number", "found", "ending"),
    [
        ("gpu", -1, {"cpu": 1, "gpu": 2}, "has 1 cpu device, 2 gpu devices. Choose from gpu(0), gpu(1)."),
        ("gpu", 1, {"cpu": 2, "gpu": 1}, "has 2 cpu devices, 1 gpu device. Choose from gpu(0)."),
        ("tpu", 0, {"cpu": 1}, "has 1 cpu device. Use cpu(0), or install JAX for it (pip install 'jax[tpu]')."),
    ],
)
def test_devices_to_choose_from(kind, number, found, ending, monkeypatch):
    monkeypatch.setattr(context, "platform_devices", lambda platform: [None] * found.get(platform, 0))
    with pytest.raises(mx.MXNetError) as info:
        context._find_device.__wrapped__(kind, number)
    beginning = f"{kind}({number}) was asked for, but JAX finds no such device on this machine, which "
    assert str(info.value) == beginning + ending


@no_gpu
def test_arrays_saved_elsewhere_come_to_the_cpu():
    assert context.or_cpu(mx.gpu(5)) == mx.cpu(0)
    assert context.or_cpu(mx.cpu(5)) == mx.cpu(5)


def test_numbers_of_devices():
    assert mx.num_gpus() == len(context.platform_devices("gpu"))
    assert context.num_tpus() == len(context.platform_devices("tpu"))


@pytest.mark.cpu
def test_what_is_no_context():
    for value, text in (("npu", "'npu'"), ("cpu(0)", "'cpu(0)'"), (3, "3"), (None, "None"), ([], "[]")):
        with pytest.raises(mx.MXNetError) as info:
            mx.Context(value)
        kinds = "cpu, gpu, tpu, cpu_pinned, cpu_shared"
        assert str(info.value) == f"{text} is no kind of device; choose one of {kinds}, as in mx.Context('cpu', 0)."
    for number, text in (("1", "'1' of type str"), (None, "None"), (float("inf"), "inf of type float")):
        with pytest.raises(mx.MXNetError) as info:
            mx.gpu(number)
        assert str(info.value) == f"gpu: the number of the device must be an integer, given {text}."
    assert mx.Context("cpu", 1.5) == mx.cpu(np.int64(1))
    for value, text in (
        ("cpu(a)", "'cpu(a)'"),
        (3, "3"),
        (0, "0"),
        (mx.cpu, "function cpu"),
        ([mx.cpu()], "[cpu(0)]"),
        (mx.nd.ones((40, 40)), "NDArray of shape (40, 40)"),
    ):
        for use in (
            context.as_context,
            lambda ctx: mx.nd.zeros((1,), ctx=ctx),
            lambda ctx: mx.nd.array([1], ctx=ctx),
            lambda ctx: mx.sym.Variable("x").simple_bind(ctx, x=(1,)),
        ):
            with pytest.raises(mx.MXNetError) as info:
                use(value)
            assert str(info.value) == f"{text} is not a context; expected one such as mx.cpu(0), or its text 'cpu(0)'."
    for make, ending in (
        (lambda: mx.nd.ones(2, 3), " A shape is given as a tuple, (2, 3)."),
        (lambda: mx.nd.zeros(2, 3, 4), " A shape is given as a tuple, (2, 3, 4)."),
        (lambda: mx.nd.full(2, 1, 3), ", or its text 'cpu(0)'."),
        (lambda: mx.nd.zeros((2, 3), "float64"), " Did you mean dtype='float64'?"),
        (lambda: mx.nd.array([1], np.int8), " Did you mean dtype='int8'?"),
        (lambda: mx.nd.eye(2, 0, 0, "int32"), " Did you mean dtype='int32'?"),
    ):
        with pytest.raises(mx.MXNetError) as info:
            make()
        assert str(info.value).endswith(ending)
    with pytest.raises(mx.MXNetError, match="'cpu0' is no kind of device"):
        mx.Context.default_ctx = "cpu0"
    assert context.as_context("cpu(1)") == mx.cpu(1)
    assert context.as_context("cpu") == mx.nd.ones((1,)).as_in_context("cpu").context == mx.cpu(0)
    assert context.as_context(None) == context.as_context("") == mx.cpu(0)


def test_several_cpu_devices():
    """Arrays of contexts on different devices: operators move what they need, results stay where the first input is."""
    program = """
import symgraph as mx
from tests.eight_devices import cpu_devices
from symgraph.runtime.imperative import train_mode
a, b = mx.nd.array([1, 2], ctx=mx.cpu(0)), mx.nd.array([3, 4], ctx=mx.cpu(1))
assert a.jax.devices() != b.jax.devices()
c = b + a
assert c.context == mx.cpu(1) and c.jax.devices() == b.jax.devices() and c.asnumpy().tolist() == [4, 6]
b[0] = a[1]
assert b.jax.devices() == c.jax.devices() and b.asnumpy().tolist() == [2, 4]
a[:] = b
a += b
assert a.jax.devices() != b.jax.devices() and a.asnumpy().tolist() == [4, 8]
for made in (mx.nd.zeros((2,), ctx=mx.cpu(1)), mx.nd.arange(2, ctx=mx.cpu(1)), b[:1], b * 2, b.copy(), b.T):
    assert made.jax.devices() == b.jax.devices(), made
b.copyto(a)
assert a.jax.devices() != b.jax.devices() and a.asnumpy().tolist() == [2, 4]
states = [mx.nd.ones((2,), ctx=mx.cpu(1)), mx.nd.ones((2,), ctx=mx.cpu(1))]
with train_mode():
    mx.nd.BatchNorm(mx.nd.ones((3, 2)), *states, *states)
assert states[0].jax.devices() == b.jax.devices()
net, buffer = mx.sym.BatchNorm(mx.sym.Variable("x"), name="bn"), {}
first = net.simple_bind(mx.cpu(0), x=(2, 1), shared_buffer=buffer)
for sharing in ({"shared_buffer": buffer}, {"shared_exec": first, "shared_arg_names": ["bn_beta"]}):
    second = net.simple_bind(mx.cpu(1), x=(2, 1), **sharing)
    second.arg_dict["bn_beta"][:] = 3
    assert second.forward()[0].asnumpy().tolist() == [[3], [3]]
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | cpu_devices(2),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr


def draw(place):
    return [tuple(rng.next_key(place).tolist()) for _ in range(3)]


def test_keys_repeat_after_seeding():
    mx.random.seed(42)
    first = draw(mx.cpu(0)), draw(mx.cpu(1))
    mx.random.seed(42)
    assert (draw(mx.cpu(0)), draw(mx.cpu(1))) == first
    mx.random.seed(43)
    assert draw(mx.cpu(0)) != first[0]


def test_keys_never_repeat_otherwise():
    mx.random.seed(0)
    keys = [key for place in (mx.cpu(0), mx.cpu(1), mx.gpu(0)) for key in draw(place) + draw(place)]
    assert len(set(keys)) == len(keys)


def test_one_context_can_be_seeded_alone():
    mx.random.seed(1)
    draw(mx.cpu(0))
    rest = draw(mx.cpu(1))
    mx.random.seed(1)
    draw(mx.cpu(0))
    mx.random.seed(7, ctx=mx.cpu(0))
    assert draw(mx.cpu(1)) == rest
    alone = draw(mx.cpu(0))
    for text in ("cpu", "cpu(0)"):
        mx.random.seed(7, ctx=text)
        assert draw(mx.cpu(0)) == alone
    mx.random.seed(7)
    assert draw(mx.cpu(0)) == alone


def test_key_data_is_that_of_threefry():
    key = rng.next_key(mx.cpu())
    assert (key.dtype, key.shape) == (np.uint32, (2,))
    assert jax.random.normal(jax.random.wrap_key_data(key), (2,)).shape == (2,)


def test_seeds():
    for state in (-1, 2**40, np.int64(3), True):
        mx.random.seed(state)
        draw(mx.cpu())
    for state, text in ((1.5, "1.5 of type float"), ("a", "'a' of type str"), (mx.nd.ones((9, 9)), "NDArray of shape")):
        with pytest.raises(ValueError, match=f"seed_state must be an integer, given {text}"):
            mx.random.seed(state)
    with pytest.raises(mx.MXNetError, match="NDArray of shape .* is not a context"):
        mx.random.seed(1, ctx=mx.nd.ones((9, 9)))
    mx.random.seed(0)
