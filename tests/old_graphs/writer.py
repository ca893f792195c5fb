"""Symbol files as old releases of MXNet laid them out, put together by hand. Needs neither MXNet nor symgraph."""

from __future__ import annotations

import json
from typing import Any

Entry = tuple[int, int]

INPUTS = {
    "Convolution": "weight bias",
    "Convolution_v1": "weight bias",
    "Deconvolution": "weight bias",
    "FullyConnected": "weight bias",
    "Embedding": "weight",
    "BatchNorm": "gamma beta",
    "BatchNorm_v1": "gamma beta",
    "_contrib_SyncBatchNorm": "gamma beta",
    "_contrib_DeformableConvolution": "weight bias",
    "InstanceNorm": "gamma beta",
    "LayerNorm": "gamma beta",
    "SoftmaxOutput": "label",
    "Softmax": "label",
    "SVMOutput": "label",
    "LinearRegressionOutput": "label",
    "LogisticRegressionOutput": "label",
    "MAERegressionOutput": "label",
}
"""Inputs that the front end made variables for, by operator."""

STATES = {
    "BatchNorm": "moving_mean moving_var",
    "BatchNorm_v1": "moving_mean moving_var",
    "_contrib_SyncBatchNorm": "moving_mean moving_var",
    "IdentityAttachKLSparseReg": "moving_avg",
}
"""Auxiliary states, which files of the time before MXNet 0.9 leave out."""

INITIAL = {"moving_mean": '["zero", {}]', "moving_var": '["one", {}]', "moving_avg": '["zero", {}]'}


class Writer:
    """Collects the nodes of a graph, and writes them as a release did.

    - Until 0.8 (`version` None): attributes of operators are ``param``, those of users ``attr``; every node has a
      ``backward_source_id``; there are no states, no counts of outputs, no version.
    - 0.9 to 0.12 (900 to 1200): all is ``attr``; inputs have three numbers.
    - from 1.0 (10000): all is ``attrs``.
    - From 0.9.5 to 1.2, automatic variables have the attributes of the operator that they were made for.
    """

    def __init__(self, version: int | None):
        self.version = version
        self.nodes: list[dict[str, Any]] = []
        self.updates: dict[int, int] = {}

    def text(self, value: Any) -> str:
        """An attribute, as it was written."""
        text = str(value)
        return text.replace(", ", ",") if self.version is None and isinstance(value, tuple) else text

    def _add(self, op: str, name: str, attrs: dict[str, str], own: dict[str, str], inputs: list[Entry]) -> int:
        node: dict[str, Any] = {"op": op, "name": name}
        if self.version is None:
            node["param"] = attrs
            if own:
                node["attr"] = own
            node["backward_source_id"] = -1
            node["inputs"] = [list(entry) for entry in inputs]
        else:
            if attrs or own:
                node["attr" if self.version < 10000 else "attrs"] = {**attrs, **own}
            node["inputs"] = [[i, output, self.updates.get(i, 0)] for i, output in inputs]
        self.nodes.append(node)
        return len(self.nodes) - 1

    def var(self, name: str, **attrs: str) -> Entry:
        """A variable."""
        return self._add("null", name, {}, attrs, []), 0

    def _made(self, name: str, attrs: dict[str, str], own: dict[str, str]) -> Entry:
        """A variable that the front end made for an input."""
        copied = attrs if self.version is not None and 905 <= self.version < 10300 else {}
        return self._add("null", name, {}, {**copied, **own} if self.version else own, []), 0

    def op(self, kind: str, name: str, *inputs: Entry, own: dict[str, str] | None = None, **attrs: Any) -> Entry:
        """An operator, with variables for the inputs that are not given; its first output.

        Args:
            own: attributes that the user gave to the node.
        """
        own = own or {}
        texts = {key: self.text(value) for key, value in attrs.items()}
        slots = INPUTS.get(kind, "").split()
        if str(attrs.get("no_bias", kind == "Deconvolution")) in ("True", "1"):
            slots = slots[:1]
        missing = slots[max(len(inputs) - 1, 0) :]
        entries = [*inputs, *(self._made(f"{name}_{slot}", texts, own) for slot in missing)]
        for slot in STATES.get(kind, "").split() if self.version is not None else ():
            initial = {"__init__": INITIAL[slot]} if self.version is not None and self.version >= 904 else {}
            entries.append(self._made(f"{name}_{slot}", texts, {**own, **initial}))
            self.updates[entries[-1][0]] = 1
        return self._add(kind, name, texts, own, entries), 0

    def chain(self, x: Entry, *layers: tuple) -> Entry:
        """Operators one after the other, each as ``(kind, name, attributes)``."""
        for kind, name, *attrs in layers:
            x = self.op(kind, name, x, **(attrs[0] if attrs else {}))
        return x

    def json(self, *heads: Entry) -> str:
        """The file."""
        return json.dumps(self.document(*heads), indent=2)

    def document(self, *heads: Entry) -> dict[str, Any]:
        """What the file holds."""
        is_old = self.version is None
        document: dict[str, Any] = {
            "nodes": self.nodes,
            "arg_nodes": [i for i, node in enumerate(self.nodes) if node["op"] == "null"],
        }
        if not is_old:
            document["node_row_ptr"] = list(range(len(self.nodes) + 1))
        document["heads"] = [list(head) if is_old else [*head, 0] for head in heads]
        if not is_old:
            document["attrs"] = {"mxnet_version": ["int", self.version]}
        return document
