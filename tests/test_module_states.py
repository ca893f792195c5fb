"""States of a module's optimizer, from files that are damaged, of another network, or none."""

from __future__ import annotations

import itertools
import random
import re

import pytest

import symgraph as mx
from symgraph.errors import FormatError, StateError
from tests.odd_data_blocks import DATA, LABEL, batch, first, network, weights


def ready(optimizer="adam", kvstore="local", contexts=1, **settings):
    module = mx.mod.Module(network(mx), context=[mx.cpu(i) for i in range(contexts)])
    module.bind(DATA, LABEL)
    module.init_params(arg_params=first(mx))
    module.init_optimizer(kvstore, optimizer, settings)
    return module


def step(module):
    module.forward(batch(mx))
    module.backward()
    module.update()
    return weights(module)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """States of Adam after a step."""
    file = tmp_path_factory.mktemp("states") / "net-0001.states"
    module = ready()
    step(module)
    module.save_optimizer_states(str(file))
    return file.read_bytes()


@pytest.mark.parametrize("contexts", [1, 2])
def test_what_is_no_file_of_states_names_the_file(contexts, saved, tmp_path):
    module = ready(contexts=contexts)
    file = tmp_path / "x.states"
    for content in (b"", b"garbage", b"PK\x03\x04", saved[:100], saved[:-1], mx.sym.Variable("x").tojson().encode()):
        file.write_bytes(content)
        with pytest.raises(FormatError) as caught:
            module.load_optimizer_states(str(file))
        assert str(caught.value).startswith(
            f"{file}: {len(content)} bytes are no states of an optimizer, or only a part"
        )
    for path, text in (
        (tmp_path / "no.states", f"load_optimizer_states: there is no file '{tmp_path}/no.states'; check the path."),
        (tmp_path, f"load_optimizer_states: '{tmp_path}' is a folder; give the name of a file in it."),
    ):
        with pytest.raises(OSError, match=f"^{re.escape(text)}$"):
            module.load_optimizer_states(str(path))
    step(module)


def test_damaged_states_are_refused_or_used(saved, tmp_path):
    rng, file = random.Random(0), tmp_path / "x.states"
    refused = 0
    for _ in range(60):
        content = bytearray(saved)
        content[rng.randrange(len(content))] = rng.randrange(256)
        file.write_bytes(content)
        module = ready()
        try:
            module.load_optimizer_states(str(file))
        except FormatError:
            refused += 1
    assert refused > 20


def test_a_checkpoint_without_states_says_so(tmp_path):
    prefix = str(tmp_path / "net")
    ready().save_checkpoint(prefix, 1)
    module = mx.mod.Module.load(prefix, 1, load_optimizer_states=True)
    module.bind(DATA, LABEL)
    with pytest.raises(FileNotFoundError, match=r"load_optimizer_states: there is no file '.*net-0001\.states'"):
        module.init_optimizer()


WITH_STATES = {
    "sgd": {},
    "sgd with momentum": {"momentum": 0.9},
    "nag": {"momentum": 0.9},
    "signum": {},
    "adam": {},
    "rmsprop": {},
    "rmsprop, centered": {"centered": True},
    "adagrad": {},
    "dcasgd": {},
    "sgld": {},
    "ftml": {},
    "lars": {},
}


@pytest.mark.parametrize(("one", "other"), [*itertools.permutations(WITH_STATES, 2)])
def test_states_of_another_optimizer_are_used_or_refused(one, other, tmp_path):
    file = str(tmp_path / "x.states")
    module = ready(re.split(r"\W", one)[0], **WITH_STATES[one])
    step(module)
    module.save_optimizer_states(file)
    module = ready(re.split(r"\W", other)[0], **WITH_STATES[other])
    module.load_optimizer_states(file)
    refused = (
        r"the state of parameter \d consists of (.*); \w+ needs (?!\1 for)(.*) for a weight of shape \(3.*\)\. "
        r"It was saved with another optimizer or network\."
    )
    try:
        step(module)
    except StateError as error:
        if not re.fullmatch(refused, str(error)):
            raise


def test_momentum_goes_on_from_a_file(tmp_path):
    file = str(tmp_path / "x.states")
    module = ready("sgd", momentum=0.9)
    step(module)
    module.save_optimizer_states(file)
    before = {name: array.copy() for name, array in module.get_params()[0].items()}
    expected = step(module)
    again = ready("sgd", momentum=0.9)
    again.set_params(before, {})
    again.load_optimizer_states(file)
    assert step(again) == expected
    without = ready("sgd", momentum=0.9)
    without.set_params(before, {})
    assert step(without) != expected
