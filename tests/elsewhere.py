"""Operators without rows in the table of cases: where they are tested, or why not there."""

ELSEWHERE = {
    "Custom": "tests/test_custom.py",
    "_cond": "tests/test_control.py",
    "_contrib_boolean_mask": "tests/test_boolean_mask.py",
    "_contrib_count_sketch": "tests/test_contrib.py: MXNet's CPU has none",
    "_contrib_fft": "tests/test_contrib.py: MXNet's CPU has none",
    "_contrib_ifft": "tests/test_contrib.py: MXNet's CPU has none",
    "_foreach": "tests/test_control.py",
    "_from_jax": "tests/test_from_jax.py",
    "_gradient": "tests/test_gradient.py",
    "_onehot_encode": "MXNet's symbol form of it crashes",
    "_scatter_set_nd": "MXNet's symbol form of it only runs in place",
    "_square_sum": "tests/test_contrib.py: MXNet takes sparse arrays only",
    "_while_loop": "tests/test_control.py",
    "fill_element_0index": "MXNet cannot compose it",
    "reset_arrays": "tests/test_contrib.py: it works on arrays only",
}
