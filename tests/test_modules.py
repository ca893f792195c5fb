"""MXNet's modules by their paths: `from symgraph.symbol import Symbol` and what scripts import from ``mx.base``."""

from __future__ import annotations

import importlib
import subprocess
import sys

import numpy as np
import pytest

import symgraph as mx

NAMES = {
    "attribute": "AttrScope",
    "base": "MXNetError NotImplementedForSymbol _as_list integer_types mx_real_t numeric_types py_str string_types",
    "callback": "ProgressBar Speedometer do_checkpoint log_train_metric module_checkpoint save_checkpoint",
    "contrib": "nd ndarray sym symbol text",
    "contrib.ndarray": "MultiBoxPrior box_nms",
    "contrib.symbol": "MultiBoxPrior box_nms foreach",
    "contrib.text": "embedding utils vocab",
    "contrib.text.embedding": "CompositeEmbedding CustomEmbedding FastText GloVe _TokenEmbedding create register",
    "contrib.text.utils": "count_tokens_from_str",
    "contrib.text.vocab": "Vocabulary",
    "context": "Context cpu cpu_pinned current_context gpu gpu_memory_info num_gpus",
    "engine": "bulk set_bulk_size",
    "executor": "Executor",
    "executor_manager": "_split_input_slice",
    "lr_scheduler": "CosineScheduler FactorScheduler LRScheduler MultiFactorScheduler PolyScheduler",
    "image": "Augmenter CreateAugmenter ImageIter image imdecode imread imresize resize_short",
    "image.image": "CenterCropAug ImageIter",
    "io": "io DataBatch DataDesc DataIter NDArrayIter",
    "io.io": "DataDesc",
    "initializer": "InitDesc Initializer Uniform Xavier create register",
    "kvstore": "KVStore create",
    "libinfo": "find_include_path find_lib_path",
    "log": "DEBUG INFO getLogger get_logger",
    "model": "BatchEndParam FeedForward _create_kvstore _initialize_kvstore _multiple_callbacks _update_params "
    "_update_params_on_kvstore load_checkpoint save_checkpoint",
    "module": "BaseModule BucketingModule Module PythonLossModule PythonModule SequentialModule",
    "module.base_module": "BaseModule _as_list _check_input_names _parse_data_desc",
    "module.bucketing_module": "BucketingModule",
    "module.executor_group": "DataParallelExecutorGroup",
    "module.module": "Module",
    "module.python_module": "PythonModule",
    "module.sequential_module": "SequentialModule",
    "metric": "Accuracy CompositeEvalMetric EvalMetric create np register",
    "monitor": "Monitor",
    "name": "NameManager Prefix",
    "ndarray": "NDArray array concatenate contrib linalg load op save zeros",
    "ndarray._internal": "_plus_scalar",
    "ndarray.contrib": "box_iou",
    "ndarray.ndarray": "NDArray array waitall",
    "ndarray.utils": "array load save zeros",
    "operator": "CustomOp CustomOpProp NDArrayOp PythonOp register",
    "optimizer": "Optimizer SGD Updater create get_updater register",
    "optimizer.contrib": "GroupAdaGrad",
    "optimizer.optimizer": "Optimizer SGD",
    "random": "seed",
    "recordio": "IRHeader MXIndexedRecordIO MXRecordIO pack pack_img unpack unpack_img",
    "registry": "get_alias_func get_create_func get_register_func get_registry",
    "rnn": "BidirectionalCell FusedRNNCell LSTMCell RNNParams SequentialRNNCell encode_sentences io rnn rnn_cell",
    "rnn.io": "BucketSentenceIter encode_sentences",
    "rnn.rnn": "do_rnn_checkpoint load_rnn_checkpoint rnn_unroll save_rnn_checkpoint",
    "rnn.rnn_cell": "BaseRNNCell ConvLSTMCell GRUCell ZoneoutCell _normalize_sequence",
    "runtime": "Feature Features feature_list",
    "symbol": "Group Symbol Variable contrib linalg load op zeros",
    "symbol._internal": "_plus_scalar",
    "symbol.linalg": "gemm2",
    "symbol.op": "FullyConnected",
    "symbol.symbol": "Symbol var",
    "util": "get_gpu_count getenv is_np_array is_np_shape setenv",
    "test_utils": "assert_almost_equal check_numeric_gradient default_context",
    "visualization": "plot_network print_summary",
}
"""What scripts import from the modules of MXNet 1.9.1 that are here."""


@pytest.mark.parametrize("path", NAMES)
def test_a_module_is_imported_by_its_path(path):
    module = importlib.import_module(f"symgraph.{path}")
    missing = [name for name in NAMES[path].split() if not hasattr(module, name)]
    assert not missing
    if "." not in path:
        assert module is getattr(mx, path), "one module, whichever way it is reached"


def test_all_of_a_namespace_is_imported_by_a_star():
    for path in ("symbol", "ndarray"):
        space: dict = {}
        exec(f"from symgraph.{path} import *", space)
        module = getattr(mx, path)
        for name in ("FullyConnected", "SoftmaxOutput", "broadcast_add", "contrib", "linalg", "zeros"):
            assert space[name] is getattr(module, name)
        assert not [name for name in space if name.startswith("_") and name != "__builtins__"]


def test_one_module_has_several_names():
    assert [mx.rnd, mx.kv, mx.mod] == [mx.random, mx.kvstore, mx.module]


def test_a_path_needs_no_import_of_the_package_before():
    code = (
        "from symgraph.symbol import Symbol, Variable\n"
        "from symgraph.ndarray.ndarray import NDArray\n"
        "import symgraph.visualization, symgraph as mx\n"
        "assert Symbol is mx.sym.Symbol and NDArray is mx.nd.NDArray and symgraph.visualization is mx.viz"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_base_has_what_scripts_ask_of_it():
    from symgraph import base

    assert base.MXNetError is mx.MXNetError
    assert all(isinstance(number, base.integer_types) for number in (2, np.int32(2), np.int64(2)))
    assert all(isinstance(number, base.numeric_types) for number in (2, 2.0, np.float16(2)))
    assert isinstance("x", base.string_types)
    assert base.py_str(b"fc1_output") == base.py_str("fc1_output") == "fc1_output"
    assert base._as_list("x") == ["x"]
    assert base._as_list(("x",)) == ("x",)
    assert mx.nd.zeros((1,)).dtype is base.mx_real_t
    with pytest.raises(base.NotImplementedForSymbol):
        bool(mx.sym.Variable("x"))
