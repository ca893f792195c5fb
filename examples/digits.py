"""Handwritten digits, from nothing to a saved model: the demo of symgraph.

    python examples/digits.py [--output demo-output]

Two networks learn scikit-learn's bundled digits (1,797 images of 8 x 8 pixels): the two-layer perceptron of MXNet's
Symbol tutorial, and a LeNet. Each is declared as a Symbol, bound to arrays, trained, drawn, saved, loaded back and
checked. Read `main` first, then `study`, then `train`.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from tqdm import tqdm

import symgraph as mx

BATCH = 64
SEED = 7


# -- the networks -----------------------------------------------------------------------------------------------------


def mlp() -> mx.Symbol:
    """The tutorial's network: two dense layers with a ReLU between them."""
    net = mx.sym.Variable("data")
    net = mx.sym.FullyConnected(data=net, name="fc1", num_hidden=128)
    net = mx.sym.Activation(data=net, name="relu1", act_type="relu")
    net = mx.sym.FullyConnected(data=net, name="fc2", num_hidden=10)
    return mx.sym.SoftmaxOutput(data=net, name="out")


def lenet() -> mx.Symbol:
    """LeNet (LeCun et al., 1998), padded so that images of 8 x 8 pixels survive two poolings."""
    net = mx.sym.Variable("data")
    for i, filters in enumerate((20, 50), start=1):
        net = mx.sym.Convolution(data=net, name=f"conv{i}", kernel=(5, 5), pad=(2, 2), num_filter=filters)
        net = mx.sym.Activation(data=net, name=f"tanh{i}", act_type="tanh")
        net = mx.sym.Pooling(data=net, name=f"pool{i}", kernel=(2, 2), stride=(2, 2), pool_type="max")
    net = mx.sym.FullyConnected(data=net, name="fc1", num_hidden=128)
    net = mx.sym.Activation(data=net, name="tanh3", act_type="tanh")
    net = mx.sym.FullyConnected(data=net, name="fc2", num_hidden=10)
    return mx.sym.SoftmaxOutput(data=net, name="out")


# -- the data ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Digits:
    """Images (n, 1, 8, 8) with pixels in [0, 1], and labels (n,) from 0 to 9."""

    images: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, rows: np.ndarray | slice) -> Digits:
        return Digits(self.images[rows], self.labels[rows])


def split_digits(held_out: int = 360) -> tuple[Digits, Digits]:
    """Digits to learn from, and digits held out to judge by; the same ones in every run."""
    bundle = load_digits()
    digits = Digits(
        images=bundle.images[:, np.newaxis].astype(np.float32) / 16,
        labels=bundle.target.astype(np.float32),
    )
    digits = digits[np.random.default_rng(SEED).permutation(len(digits))]
    return digits[held_out:], digits[:held_out]


# -- learning ---------------------------------------------------------------------------------------------------------


def bind(net: mx.Symbol, batch: int) -> mx.Executor:
    """The network with arrays for everything it needs, and for the gradient of everything it learns."""
    wanted = {name: "null" if name in ("data", "out_label") else "write" for name in net.list_arguments()}
    return net.simple_bind(mx.cpu(), grad_req=wanted, data=(batch, 1, 8, 8))


def initialize(executor: mx.Executor, rng: np.random.Generator) -> None:
    """Xavier's uniform initialization of the weights (Glorot and Bengio, 2010); biases stay zero."""
    for name, array in executor.arg_dict.items():
        if name.endswith("_weight"):
            receptive = int(np.prod(array.shape[2:]))
            bound = np.sqrt(6 / (receptive * (array.shape[0] + array.shape[1])))
            array[:] = rng.uniform(-bound, bound, array.shape)


class SGD:
    """Stochastic gradient descent with momentum, on every array that has a gradient."""

    def __init__(self, executor: mx.Executor, rate: float, momentum: float = 0.9):
        self.rate, self.momentum = rate, momentum
        self.steps = [
            (executor.arg_dict[name], grad, mx.nd.zeros(grad.shape))
            for name, grad in executor.grad_dict.items()
            if grad is not None
        ]

    def update(self, batch: int) -> None:
        """One step; SoftmaxOutput sums gradients over the batch, so that the rate is divided by its size."""
        for weight, grad, velocity in self.steps:
            velocity *= self.momentum
            velocity -= self.rate / batch * grad
            weight += velocity


def train(executor: mx.Executor, digits: Digits, epochs: int, rate: float, title: str) -> None:
    """Show all digits to the network `epochs` times, in a new order each time."""
    rng = np.random.default_rng(SEED)
    initialize(executor, rng)
    optimizer = SGD(executor, rate)
    with tqdm(range(epochs), desc=f"  training {title}", unit="epoch", ncols=100, disable=None) as progress:
        for _ in progress:
            order = rng.permutation(len(digits))
            hits = 0
            for start in range(0, len(digits) - BATCH + 1, BATCH):
                batch = digits[order[start : start + BATCH]]
                (probabilities,) = executor.forward(is_train=True, data=batch.images, out_label=batch.labels)
                executor.backward()
                optimizer.update(BATCH)
                hits += count_hits(probabilities, batch)
            progress.set_postfix_str(f"training accuracy {hits / (len(digits) // BATCH * BATCH):.1%}")


def count_hits(probabilities: mx.nd.NDArray, digits: Digits) -> int:
    """How many digits got the highest probability for their own label."""
    return int((probabilities.asnumpy().argmax(axis=1) == digits.labels).sum())


def accuracy(executor: mx.Executor, digits: Digits) -> float:
    """Share of digits the network recognizes; its parameters are shared with an executor of the right batch size."""
    judge = executor.reshape(allow_up_sizing=True, data=digits.images.shape, out_label=digits.labels.shape)
    (probabilities,) = judge.forward(is_train=False, data=digits.images)
    return count_hits(probabilities, digits) / len(digits)


# -- files ------------------------------------------------------------------------------------------------------------


def draw(net: mx.Symbol, folder: Path) -> None:
    """Write the picture ``network.svg`` and the table ``summary.txt``."""
    shape = {"data": (BATCH, 1, 8, 8)}
    picture = mx.viz.plot_network(net, title="network", shape=shape, save_format="svg")
    (folder / "network.svg").write_text(picture.svg())
    (folder / "summary.txt").write_text(mx.viz.summary_table(net, shape) + "\n")


def save(net: mx.Symbol, executor: mx.Executor, folder: Path) -> None:
    """Write an MXNet checkpoint: the network as JSON, its arrays in MXNet's binary format."""
    learnt = {f"arg:{name}": executor.arg_dict[name] for name, grad in executor.grad_dict.items() if grad is not None}
    states = {f"aux:{name}": array for name, array in executor.aux_dict.items()}
    net.save(str(folder / "model-symbol.json"))
    mx.nd.save(str(folder / "model-0000.params"), {**learnt, **states})


def load(folder: Path) -> mx.Executor:
    """The saved network with its saved arrays, ready to run."""
    executor = bind(mx.sym.load(str(folder / "model-symbol.json")), BATCH)
    arrays = mx.nd.load(str(folder / "model-0000.params"))
    if not isinstance(arrays, dict):
        raise ValueError(f"{folder}/model-0000.params holds a list of arrays; a checkpoint names each of them.")
    groups: dict[str, dict[str, mx.nd.NDArray]] = {"arg": {}, "aux": {}}
    for key, array in arrays.items():
        group, name = key.split(":", 1)
        groups[group][name] = array
    executor.copy_params_from(groups["arg"], groups["aux"])
    return executor


# -- the demo ---------------------------------------------------------------------------------------------------------


def study(title: str, net: mx.Symbol, epochs: int, rate: float, folder: Path) -> float:
    """Draw, train, save and load back one network; returns its accuracy on held-out digits."""
    folder.mkdir(parents=True, exist_ok=True)
    draw(net, folder)
    known, unseen = split_digits()
    executor = bind(net, BATCH)
    start = time.perf_counter()
    train(executor, known, epochs, rate, title)
    seconds = time.perf_counter() - start
    save(net, executor, folder)
    before, after = accuracy(executor, unseen), accuracy(load(folder), unseen)
    print(f"  {title}: {before:.2%} of {len(unseen)} held-out digits after {seconds:.1f} s; loaded back: {after:.2%}\n")
    if before != after:
        raise RuntimeError(f"{title} was loaded back from {folder} and answers differently.")
    return before


def main() -> None:
    """Study both networks and say what was written where."""
    parser = argparse.ArgumentParser(description="Train two networks on handwritten digits with symgraph.")
    parser.add_argument("--output", type=Path, default=Path("demo-output"), help="folder to write to")
    output: Path = parser.parse_args().output

    print(f"symgraph {mx.__version__}: two networks learn to read 1,797 handwritten digits of 8 x 8 pixels.\n")
    study("MLP", mlp(), epochs=40, rate=0.2, folder=output / "mlp")
    study("LeNet", lenet(), epochs=12, rate=0.1, folder=output / "lenet")

    print(f"Written, for each network, to {output}/mlp and {output}/lenet:")
    print("  network.svg         the picture: open it in a browser")
    print("  summary.txt         the layers, their shapes and numbers of parameters")
    print("  model-symbol.json   the network, as MXNet 1.x reads and writes it")
    print("  model-0000.params   what it learnt, in MXNet's binary format")
    print("\nTry next:")
    print("  change a layer in examples/digits.py and run `make demo` again")
    print("  open notebooks/01-tutorial.ipynb in Jupyter: the Symbol API step by step")
    print("  read docs/architecture.md: how a Symbol becomes one XLA program")


if __name__ == "__main__":
    main()
