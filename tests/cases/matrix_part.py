"""Cases of diagonals and triangles of matrices."""

from tests.cases.case import op, uniform

POSITIVE = {"A": uniform(0.5, 3)}
OFFSETS = (-2, -1, 0, 1, 2)

CASES = [
    *[op("linalg.extractdiag", {"A": (4, 4)}, offset=offset) for offset in OFFSETS],
    op("linalg.extractdiag", {"A": (2, 3, 3)}),
    op("linalg.extractdiag", {"A": (2, 1, 3, 3)}, offset=-2, dtype="float64"),
    op("linalg.extractdiag", {"A": (1, 1)}),
    op("linalg.extractdiag", {"A": (3, 3)}, offset=3),
    op("linalg.extractdiag", {"A": (2, 3)}),
    op("linalg.extractdiag", {"A": (3,)}),
    op("linalg.extractdiag", {"A": (3, 3)}, dtype="int32"),
    *[op("linalg.makediag", {"A": (3,)}, offset=offset) for offset in OFFSETS],
    op("linalg.makediag", {"A": (2, 3)}),
    op("linalg.makediag", {"A": (2, 1, 1)}, offset=4, dtype="float64"),
    op("linalg.makediag", {"A": (3,)}, dtype="float16"),
    *[op("linalg.extracttrian", {"A": (4, 4)}, offset=offset) for offset in OFFSETS],
    op("linalg.extracttrian", {"A": (2, 3, 3)}, lower=False),
    op("linalg.extracttrian", {"A": (2, 2, 3, 3)}, offset=-1, lower=False, dtype="float64"),
    op("linalg.extracttrian", {"A": (2, 3, 3)}, offset=1, lower=True),
    op("linalg.extracttrian", {"A": (1, 1)}),
    op("linalg.extracttrian", {"A": (3, 3)}, offset=-4),
    op("linalg.extracttrian", {"A": (3, 2)}),
    *[op("linalg.maketrian", {"A": (6,)}, offset=offset) for offset in OFFSETS],
    op("linalg.maketrian", {"A": (2, 6)}, lower=False),
    op("linalg.maketrian", {"A": (2, 2, 3)}, offset=-1, lower=False, dtype="float64"),
    op("linalg.maketrian", {"A": (2, 10)}, offset=1, lower=True),
    op("linalg.maketrian", {"A": (1,)}),
    op("linalg.maketrian", {"A": (5,)}),
    op("linalg.sumlogdiag", {"A": (3, 3)}, draw=POSITIVE),
    op("linalg.sumlogdiag", {"A": (2, 3, 3)}, draw=POSITIVE, dtype="float64"),
    op("linalg.sumlogdiag", {"A": (2, 1, 1, 1)}, draw=POSITIVE),
    op("linalg.sumlogdiag", {"A": (3, 3)}, draw={"A": uniform(-3, -0.5)}, variant="negative", numeric=False),
    op("linalg.sumlogdiag", {"A": (3, 3)}, draw={"A": uniform(0, 0)}, variant="zero", numeric=False),
    op("linalg.sumlogdiag", {"A": (2, 3)}),
    op("linalg.sumlogdiag", {"A": (3,)}),
]
