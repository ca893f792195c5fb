"""Handwritten digits, from nothing to a saved model: the demo of symgraph.

    python examples/digits.py [--output demo-output]

Two networks learn scikit-learn's bundled digits (1,797 images of 8 x 8 pixels): the two-layer perceptron of MXNet's
Symbol tutorial, and a LeNet. Each is declared as a Symbol, drawn, trained by a Module, saved, loaded back and checked.
Read `main` first, then `study`, then `train`.
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


def train(net: mx.Symbol, digits: Digits, epochs: int, rate: float, title: str) -> mx.mod.Module:
    """Show all digits to the network `epochs` times."""
    np.random.seed(SEED)  # of the order of digits
    mx.random.seed(SEED)  # of the initial weights
    data = mx.io.NDArrayIter(digits.images, digits.labels, BATCH, True, "discard", label_name="out_label")
    module = mx.mod.Module(net, label_names=["out_label"])
    with tqdm(total=epochs, desc=f"  training {title}", unit="epoch", ncols=100, disable=None) as progress:

        def show(param: mx.model.BatchEndParam) -> None:
            """Move on with the epochs; their training accuracy is known after the last batch."""
            if param.nbatch + 1 == len(digits) // BATCH:
                progress.set_postfix_str(f"training accuracy {param.eval_metric.get()[1]:.1%}")
                progress.update()

        module.fit(
            data,
            num_epoch=epochs,
            optimizer="sgd",
            optimizer_params={"learning_rate": rate, "momentum": 0.9},
            initializer=mx.init.Xavier(),
            batch_end_callback=show,
        )
    return module


def accuracy(module: mx.mod.Module, digits: Digits) -> float:
    """Share of digits the network recognizes, seen as one large batch."""
    data = mx.io.NDArrayIter(digits.images, digits.labels, len(digits), label_name="out_label")
    ((_, share),) = module.score(data, "acc")
    return share


# -- files ------------------------------------------------------------------------------------------------------------


def draw(net: mx.Symbol, folder: Path) -> None:
    """Write the picture ``network.svg`` and the table ``summary.txt``."""
    shape = {"data": (BATCH, 1, 8, 8)}
    picture = mx.viz.plot_network(net, title="network", shape=shape, save_format="svg")
    (folder / "network.svg").write_text(picture.svg())
    (folder / "summary.txt").write_text(mx.viz.summary_table(net, shape) + "\n")


def load(prefix: str) -> mx.mod.Module:
    """The saved network with its saved parameters, ready to run."""
    module = mx.mod.Module.load(prefix, 0, label_names=["out_label"])
    module.bind([("data", (BATCH, 1, 8, 8))], [("out_label", (BATCH,))], for_training=False)
    return module


# -- the demo ---------------------------------------------------------------------------------------------------------


def study(title: str, net: mx.Symbol, epochs: int, rate: float, folder: Path) -> float:
    """Draw, train, save and load back one network; returns its accuracy on held-out digits."""
    folder.mkdir(parents=True, exist_ok=True)
    draw(net, folder)
    known, unseen = split_digits()
    start = time.perf_counter()
    module = train(net, known, epochs, rate, title)
    seconds = time.perf_counter() - start
    prefix = str(folder / "model")
    module.save_checkpoint(prefix, 0)
    before, after = accuracy(module, unseen), accuracy(load(prefix), unseen)
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
