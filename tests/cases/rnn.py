"""Cases of recurrent layers. What MXNet does on GPUs only is tested in tests/test_rnn.py."""

from tests.cases.case import op

TWO = {"state_size": 2, "num_layers": 1}

CASES = [
    *(op("RNN", {"x": (3, 2, 4)}, mode=mode, **TWO) for mode in ("lstm", "gru", "rnn_tanh", "rnn_relu")),
    *(
        op(
            "RNN",
            {"x": (4, 2, 3)},
            mode=mode,
            state_size=3,
            num_layers=2,
            bidirectional=True,
            state_outputs=True,
            dtype=dtype,
            label=f"{mode},deep,bidirectional",
        )
        for mode in ("lstm", "gru", "rnn_tanh")
        for dtype in ("float32", "float64")
    ),
    op("RNN", {"x": (4, 1, 3)}, mode="rnn_relu", state_size=3, num_layers=2, bidirectional=True, state_outputs=True),
    op("RNN", {"x": (1, 3, 2)}, mode="lstm", state_outputs=True, **TWO),
    op("RNN", {"x": (1, 1, 1)}, mode="gru", state_size=1, num_layers=3, state_outputs=True, dtype="float64"),
    op("RNN", {"x": (3, 2, 4)}, mode="gru", is_train=False, grad="null", variant="inference", **TWO),
    op("RNN", {"x": (3, 2, 4)}, mode="lstm", p=0.5, state_size=2, num_layers=2, is_train=False, grad="null"),
    op("RNN", {"x": (3, 2, 4)}, mode="lstm", projection_size=3, state_outputs=True, is_train=False, grad="null", **TWO),
    op(
        "RNN",
        {"x": (3, 2, 4)},
        mode="lstm",
        projection_size=1,
        bidirectional=True,
        state_size=3,
        num_layers=2,
        state_outputs=True,
        is_train=False,
        grad="null",
    ),
    op("RNN", {"x": (3, 2, 4)}, mode="lstm", grad=("x",), variant="only_data", **TWO),
    op("RNN", {"x": (3, 2, 4)}, mode="gru", grad=("op_parameters",), variant="only_parameters", **TWO),
    op("RNN", {"x": (3, 2, 4)}, mode="lstm", grad=("op_state_cell",), variant="only_cell", **TWO),
    op("RNN", {"x": (3, 2, 4), "w": (64,), "h": (1, 2, 2), "c": (1, 2, 2)}, mode="lstm", variant="all_given", **TWO),
    op("RNN", {"x": (3, 2, 4), "w": (47,)}, mode="lstm", **TWO),
    op("RNN", {"x": (3, 2, 4), "w": (64,), "h": (1, 2, 3)}, mode="lstm", **TWO),
    op("RNN", {"x": (2, 4)}, mode="lstm", **TWO),
    op("RNN", {"x": (3, 2, 4)}, mode="lstm", dtype="int32", grad="null", **TWO),
    op("RNN", {"x": (3, 2, 4)}, mode="lstm", state_size=2, num_layers=0),
    op("RNN", {"x": (3, 2, 4)}, mode="rnn_sigmoid", **TWO),
    op("RNN", {"x": (3, 2, 4)}, mode="gru", p=1.5, **TWO),
]
