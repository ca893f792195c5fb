"""Cases of attention whose projections lie interleaved."""

from tests.cases.case import integers, op

CASES = [
    op("contrib.div_sqrt_dim", {"x": (2, 3)}),
    op("contrib.div_sqrt_dim", {"x": (4,)}, dtype="float64"),
    op("contrib.div_sqrt_dim", {"x": (2, 1, 5)}),
    op("contrib.div_sqrt_dim", {"x": (2, 3)}, dtype="float16"),
    op("contrib.div_sqrt_dim", {"x": (2, 7)}, dtype="int32", draw={"x": integers(-9, 10)}, grad=("x",)),
    op("contrib.div_sqrt_dim", {"x": (4, 3)}, dtype="int8", draw={"x": integers(-9, 10)}, grad=("x",)),
    op("contrib.div_sqrt_dim", {"x": (2, 7)}, dtype="uint8", draw={"x": integers(0, 10)}),
    op("contrib.div_sqrt_dim", {"x": (2, 3)}, dtype="bool"),
    op("contrib.interleaved_matmul_selfatt_qk", {"x": (4, 2, 12)}, heads=2),
    op("contrib.interleaved_matmul_selfatt_qk", {"x": (3, 1, 15)}, heads=1),
    op("contrib.interleaved_matmul_selfatt_qk", {"x": (1, 2, 9)}, heads=3),
    op("contrib.interleaved_matmul_selfatt_qk", {"x": (4, 12)}, heads=2),
    op("contrib.interleaved_matmul_selfatt_valatt", {"x": (4, 2, 12), "y": (4, 4, 4)}, heads=2),
    op("contrib.interleaved_matmul_selfatt_valatt", {"x": (3, 1, 15), "y": (1, 3, 3)}, heads=1),
    op("contrib.interleaved_matmul_selfatt_valatt", {"x": (2, 2, 9), "y": (6, 2, 2)}, heads=3),
    op("contrib.interleaved_matmul_selfatt_valatt", {"x": (4, 2, 12), "y": (4, 4, 3)}, heads=2),
    op("contrib.interleaved_matmul_selfatt_valatt", {"x": (4, 2, 12), "y": (4, 3, 4)}, heads=2),
    op("contrib.interleaved_matmul_encdec_qk", {"x": (5, 2, 6), "y": (3, 2, 12)}, heads=2),
    op("contrib.interleaved_matmul_encdec_qk", {"x": (1, 3, 4), "y": (2, 3, 8)}, heads=1),
    op("contrib.interleaved_matmul_encdec_qk", {"x": (2, 1, 6), "y": (2, 1, 12)}, heads=3),
    op("contrib.interleaved_matmul_encdec_qk", {"x": (5, 2, 6), "y": (3, 2, 8)}, heads=2),
    op("contrib.interleaved_matmul_encdec_qk", {"x": (5, 2, 6), "y": (3, 1, 12)}, heads=2),
    op("contrib.interleaved_matmul_encdec_valatt", {"x": (3, 2, 12), "y": (4, 5, 3)}, heads=2),
    op("contrib.interleaved_matmul_encdec_valatt", {"x": (2, 3, 8), "y": (3, 1, 2)}, heads=1),
    op("contrib.interleaved_matmul_encdec_valatt", {"x": (2, 1, 12), "y": (3, 2, 2)}, heads=3),
    op("contrib.interleaved_matmul_encdec_valatt", {"x": (3, 2, 12), "y": (4, 5, 4)}, heads=2),
    op("contrib.interleaved_matmul_encdec_valatt", {"x": (3, 2, 12), "y": (2, 5, 3)}, heads=2),
]
