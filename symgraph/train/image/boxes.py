"""Boxes around objects: rows (class, left, top, right, bottom, ...), with places as shares of width and height."""

from __future__ import annotations

import numpy as np


def areas(boxes: np.ndarray) -> np.ndarray:
    """(n, 4+) left, top, right, bottom -> (n,)"""
    return np.maximum(0, boxes[:, 2] - boxes[:, 0]) * np.maximum(0, boxes[:, 3] - boxes[:, 1])


def common_areas(boxes: np.ndarray, part: tuple[float, float, float, float]) -> np.ndarray:
    """How much of each box (n, 4+) lies in a part (left, top, right, bottom) -> (n,)"""
    low, high = np.maximum(boxes[:, :2], part[:2]), np.minimum(boxes[:, 2:4], part[2:])
    return np.prod(np.maximum(0, high - low), axis=1)


def mirrored(label: np.ndarray) -> np.ndarray:
    """The rows (n, 5+) with left and right exchanged."""
    found = label.copy()
    found[:, 1], found[:, 3] = 1 - label[:, 3], 1 - label[:, 1]
    return found


def in_part(label: np.ndarray, part: tuple[float, float, float, float], least: float) -> np.ndarray:
    """The rows (n, 5+) as seen in a part (left, top, width, height): cut off at its edges.

    Args:
        least: rows of which no larger share is in the part are left out.
    """
    left, top, width, height = part
    found = label.copy()
    found[:, (1, 3)] = np.clip((label[:, (1, 3)] - left) / width, 0, 1)
    found[:, (2, 4)] = np.clip((label[:, (2, 4)] - top) / height, 0, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = areas(found[:, 1:]) * width * height / areas(label[:, 1:])
    return found[(found[:, 3] > found[:, 1]) & (found[:, 4] > found[:, 2]) & (share > least)]


def in_frame(label: np.ndarray, old: tuple[int, int], frame: tuple[int, int, int, int]) -> np.ndarray:
    """The rows (n, 5+) of a picture of a width and height that was put into a frame at (left, top), of (width, height)."""
    left, top, width, height = frame
    found = label.copy()
    found[:, (1, 3)] = (label[:, (1, 3)] * old[0] + left) / width
    found[:, (2, 4)] = (label[:, (2, 4)] * old[1] + top) / height
    return found
