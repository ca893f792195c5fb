"""`mx.io.ImageRecordIter`: what is done to images by chance."""

from __future__ import annotations

import numpy as np
import pytest

from tests.folders import folder_with
from tests.golden import record_images
from tests.image_iterators import flat, images, various

files, folder = folder_with(record_images.write_files)


CHANCE = {
    "rand_crop": {"rand_crop": True},
    "rand_mirror": {"rand_mirror": True},
    "rotation": {"max_rotate_angle": 30},
    "shear": {"max_shear_ratio": 0.3},
    "size": {"min_random_scale": 0.7, "max_random_scale": 1.5},
    "ratio": {"max_aspect_ratio": 0.3},
    "ratio between": {"min_aspect_ratio": 0.5, "max_aspect_ratio": 2},
    "square": {"min_crop_size": 5, "max_crop_size": 8, "rand_crop": True},
    "part": {"random_resized_crop": True, "min_random_area": 0.2, "max_aspect_ratio": 0.5},
    "brightness": {"brightness": 0.4},
    "contrast": {"contrast": 0.4},
    "saturation": {"saturation": 0.4},
    "pca": {"pca_noise": 0.5},
    "hue": {"random_h": 40},
    "saturation of hls": {"random_s": 40},
    "lightness": {"random_l": 40},
    "contrast of values": {"max_random_contrast": 0.3},
    "illumination": {"max_random_illumination": 20},
    "method": {"inter_method": 10, "resize": 9},
}


@pytest.mark.parametrize("name", CHANCE)
def test_chance_follows_from_the_seed(folder, name):
    """The same for any number of threads, another one in another epoch, and by another seed."""
    given = CHANCE[name]
    batches = various(preprocess_threads=1, **given)
    plain, first = images(various(**({"resize": 9} if name == "method" else {}))), images(batches)
    batches.reset()
    second = images(batches)
    assert np.array_equal(first, images(various(preprocess_threads=3, batch_size=6, **given)))
    assert not np.array_equal(first, plain)
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, images(various(seed_aug=5, **given)))
    assert np.isfinite(first).all()
    if name not in ("contrast of values", "illumination"):
        assert first.min() >= 0
        assert first.max() <= 255


def test_colors_keep_what_they_should(folder):
    """A hue does not change gray; brightness is a factor."""
    gray = images(flat(random_h=90))
    assert np.array_equal(gray, images(flat()))
    for before, after in zip(images(various()), images(various(brightness=0.3)), strict=True):
        inside = (before > 0) & (after < 255)
        factor = after[inside].sum() / before[inside].sum()
        assert 0.69 <= factor <= 1.31
        np.testing.assert_allclose(after[inside], before[inside] * factor, atol=1)


def test_half_of_the_images_are_mirrored(folder):
    plain, mirrored = images(various()), images(various(mirror=True))
    batches = various(rand_mirror=True)
    count = 0
    for _ in range(20):
        found = images(batches)
        is_mirrored = [np.array_equal(a, b) for a, b in zip(found, mirrored, strict=True)]
        assert all(m or np.array_equal(a, b) for a, b, m in zip(found, plain, is_mirrored, strict=True))
        count += sum(is_mirrored)
        batches.reset()
    assert 35 <= count <= 85
