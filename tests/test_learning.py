"""Networks learn: trained by modules from random parameters, they reach a stated accuracy on examples held out.

Perceptron and LeNet are in `tests.test_demo`, recurrent networks in `tests.test_rnn_training`; that single steps are
MXNet's is in `tests.test_training`.
"""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx

CLASSES = 5


def pictures(count, seed):
    """Coloured patterns, one for each class, that lie somewhere in a noisy picture of 3 × 16 × 16."""
    patterns = np.random.RandomState(0).normal(size=(CLASSES, 3, 8, 8)).astype(np.float32)
    rng = np.random.RandomState(seed)
    labels = rng.randint(0, CLASSES, count)
    images = rng.normal(scale=0.5, size=(count, 3, 16, 16)).astype(np.float32)
    for image, label, (x, y) in zip(images, labels, rng.randint(0, 9, (count, 2)), strict=True):
        image[:, y : y + 8, x : x + 8] += patterns[label]
    return images, labels.astype(np.float32)


def unit(data, filters, stride, name):
    """Layers with a way around them, normalized before they are activated (He et al. 2016)."""
    net = mx.sym.Activation(mx.sym.BatchNorm(data, fix_gamma=False, name=f"{name}_bn1"), act_type="relu")
    around = mx.sym.Convolution(
        net, num_filter=filters, kernel=(1, 1), stride=(stride, stride), no_bias=True, name=f"{name}_around"
    )
    net = mx.sym.Convolution(
        net, num_filter=filters, kernel=(3, 3), stride=(stride, stride), pad=(1, 1), no_bias=True, name=f"{name}_conv1"
    )
    net = mx.sym.Activation(mx.sym.BatchNorm(net, fix_gamma=False, name=f"{name}_bn2"), act_type="relu")
    return (
        mx.sym.Convolution(net, num_filter=filters, kernel=(3, 3), pad=(1, 1), no_bias=True, name=f"{name}_conv2")
        + around
    )


def resnet():
    net = mx.sym.Convolution(
        mx.sym.Variable("data"), num_filter=8, kernel=(3, 3), pad=(1, 1), no_bias=True, name="conv0"
    )
    for i, (filters, stride) in enumerate(((8, 1), (16, 2), (32, 2))):
        net = unit(net, filters, stride, f"unit{i}")
    net = mx.sym.Activation(mx.sym.BatchNorm(net, fix_gamma=False, name="bn"), act_type="relu")
    return classifier(net)


def inception():
    def conv(data, filters, kernel, name):
        net = mx.sym.Convolution(
            data, num_filter=filters, kernel=(kernel, kernel), pad=(kernel // 2, kernel // 2), name=f"{name}_conv"
        )
        return mx.sym.Activation(mx.sym.BatchNorm(net, name=f"{name}_bn"), act_type="relu", name=f"{name}_relu")

    net = conv(mx.sym.Variable("data"), 8, 3, "stem")
    for i in range(2):
        towers = [conv(net, 6, 1, f"in{i}a"), conv(conv(net, 6, 1, f"in{i}b"), 8, 3, f"in{i}c")]
        towers.append(conv(conv(net, 4, 1, f"in{i}d"), 6, 5, f"in{i}e"))
        net = mx.sym.Pooling(mx.sym.Concat(*towers), kernel=(2, 2), stride=(2, 2), pool_type="max", name=f"pool{i}")
    return classifier(net)


def classifier(net):
    net = mx.sym.Pooling(net, global_pool=True, kernel=(1, 1), pool_type="max", name="global")
    return mx.sym.SoftmaxOutput(
        mx.sym.FullyConnected(mx.sym.Flatten(net), num_hidden=CLASSES, name="fc"), name="softmax"
    )


@pytest.mark.parametrize("network", [resnet, inception])
def test_small_networks_tell_pictures_apart(network):
    np.random.seed(1)  # of the order of examples
    mx.random.seed(1)
    module = mx.mod.Module(network())
    module.fit(
        mx.io.NDArrayIter(*pictures(640, seed=1), batch_size=32, shuffle=True),
        num_epoch=5,
        optimizer="adam",
        optimizer_params={"learning_rate": 0.01},
        initializer=mx.init.Xavier(factor_type="in", magnitude=2),
    )
    ((_, accuracy),) = module.score(mx.io.NDArrayIter(*pictures(200, seed=2), batch_size=50), "acc")
    assert accuracy >= 0.97


def test_ratings_are_factorized():
    """Ratings of movies by users, of which each has a few hidden traits."""
    rng = np.random.RandomState(4)
    traits = rng.normal(size=(30, 3)), rng.normal(size=(40, 3))
    user, movie = (grid.ravel() for grid in np.meshgrid(np.arange(30), np.arange(40), indexing="ij"))
    score = (traits[0][user] * traits[1][movie]).sum(axis=1)
    known = rng.permutation(len(score)) < 900
    users = mx.sym.Embedding(mx.sym.Variable("user"), input_dim=30, output_dim=4, name="users")
    movies = mx.sym.Embedding(mx.sym.Variable("movie"), input_dim=40, output_dim=4, name="movies")
    net = mx.sym.LinearRegressionOutput(mx.sym.sum(users * movies, axis=1), mx.sym.Variable("score"), name="rating")

    def batches(rows, size):
        return mx.io.NDArrayIter({"user": user[rows], "movie": movie[rows]}, {"score": score[rows]}, size, shuffle=True)

    np.random.seed(2)
    mx.random.seed(2)
    module = mx.mod.Module(net, data_names=["user", "movie"], label_names=["score"])
    module.fit(
        batches(known, 50),
        num_epoch=60,
        eval_metric="rmse",
        optimizer="adam",
        optimizer_params={"learning_rate": 0.03},
        initializer=mx.init.Normal(0.3),
    )
    ((_, error),) = module.score(batches(~known, 300), "rmse")
    assert error < 0.4 * score[~known].std()
