"""Cases of copies between devices and forms of storage."""

from tests.cases.case import Case, integers, op


def copied(mx):
    """MXNet infers no dtype for this copy, so that a sum must tell it."""
    return mx.sym.elemwise_add(mx.sym._internal._copyto(mx.sym.Variable("x"), name="op"), mx.sym.Variable("y"))


def moved(mx):
    return mx.sym._internal._CrossDeviceCopy(data=mx.sym.Variable("x"), name="op")


SHAPES = {"x": (2, 3), "y": (2, 3)}

CASES = [
    op("cast_storage", {"x": (2, 3)}, stype="default"),
    op("cast_storage", {"x": (2, 3)}, stype="default", dtype="float64"),
    op("cast_storage", {"x": (4,)}, stype="default", dtype="float16"),
    op("cast_storage", {"x": (4,)}, stype="default", dtype="int32", draw={"x": integers(-5, 6)}, grad=("x",)),
    op("cast_storage", {"x": (4,)}, stype="default", dtype="bool", grad="null"),
    op("cast_storage", {"x": (4,)}, stype="dense"),
    Case("_copyto/float32", copied, SHAPES, grad="null"),
    Case("_copyto/float64", copied, SHAPES, grad="null", dtype="float64"),
    Case("_copyto/int32", copied, SHAPES, grad="null", dtype="int32"),
    Case("_CrossDeviceCopy/float32", moved, {"x": (2, 3)}, grad="null"),
    Case("_CrossDeviceCopy/float64", moved, {"x": (2, 1, 3)}, grad="null", dtype="float64"),
    Case("_CrossDeviceCopy/int32", moved, {"x": (3,)}, grad="null", dtype="int32"),
]
