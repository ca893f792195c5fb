"""Settings of the iterators over files of images: what to read, and what to do to the images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from symgraph.ir.attrs import Count, Range, Shape
from symgraph.train.io.settings import BatchSettings


@dataclass(frozen=True, kw_only=True)
class RecordSettings(BatchSettings):
    """What is read, and how it becomes batches.

    Attributes:
        path_imgrec: the file of records, a folder, or several with ``;`` between them.
        path_imglist: a file of lines ``number<TAB>label ...<TAB>path``, whose labels replace those of the records.
        path_imgidx: the file of keys and positions; then parts have equally many images.
        data_shape: (channels, height, width) of an image; 1 channel is gray, 3 are red, green and blue, 4 with alpha.
        label_width: number of labels of an image.
        num_parts, part_index: read one of several parts.
        shuffle: put the images into a new order in every epoch; without `path_imgidx`, those of 8 MiB at a time.
        seed: decides about orders.
        shuffle_chunk_size: with `shuffle`, MiB of parts whose order is changed too, by `shuffle_chunk_seed`.
        preprocess_threads: how many threads decode.
        verbose: log what is read.
        device_id, aug_seq: without a meaning here.
    """

    path_imgrec: str = ""
    path_imglist: str = ""
    path_imgidx: str = ""
    data_shape: Shape
    label_width: Count = 1
    num_parts: int = 1
    part_index: int = 0
    shuffle: bool = False
    seed: int = 0
    shuffle_chunk_size: Annotated[int, Range(low=0)] = 0
    shuffle_chunk_seed: int = 0
    preprocess_threads: Count = 4
    verbose: bool = True
    device_id: int = 0
    aug_seq: str = "aug_default"


Interpolation = Annotated[int, Range(low=0, high=10)]
"""0 nearest · 1 bilinear · 2 bicubic · 3 by area · 4 Lanczos · 9 what suits the sizes · 10 by chance."""


@dataclass(frozen=True, kw_only=True)
class ImageSettings(RecordSettings):
    """What becomes of an image, in this order. Everything that is drawn is drawn anew for every image.

    Attributes:
        resize: new length of the shorter side; -1 for the one it has.
        inter_method: how to interpolate; 0 nearest, 1 bilinear, 2 bicubic, 3 by area, 4 Lanczos, 9 what suits the sizes,
            10 one of them by chance.
        max_rotate_angle, rotate: rotation in degrees, up to either direction; a fixed one.
        max_shear_ratio: how far a row is moved relative to the one before, up to either direction.
        min_random_scale, max_random_scale: factor of both sides.
        min_aspect_ratio, max_aspect_ratio: factor of the ratio of width and height; without a minimum, it is up to the maximum
            from 1.
        min_img_size, max_img_size: bounds of both sides after that.
        fill_value: what is outside of the image.
        pad: width of a border.
        random_resized_crop: cut out a part of `min_random_area` to `max_random_area` of the image with a ratio of sides from
            `min_aspect_ratio` to `max_aspect_ratio`, and resize it to `data_shape`.
        min_crop_size, max_crop_size: otherwise, cut out a square, and resize it to `data_shape`.
        rand_crop: cut out any place instead of the center; without the ones above, what is cut out has the `data_shape`.
        brightness, contrast, saturation: change of these, up to either direction of 1.
        pca_noise: deviation of noise along the principal components of colors (Krizhevsky 2012).
        random_h, random_s, random_l: change of hue, saturation and lightness, up to either direction.
        mirror, rand_mirror: exchange left and right; with a probability of one half.
        mean_img: a file of an array that is subtracted; it is made of the images if it does not exist.
        mean_r, mean_g, mean_b, mean_a, std_r, std_g, std_b, std_a: what each channel is reduced and then divided by.
        scale: factor of everything.
        max_random_contrast, max_random_illumination: change of the factor of values, and what is added to them.
        seed_aug: decides about what is drawn here; `seed` by default.
    """

    resize: int = -1
    inter_method: Interpolation = 1
    max_rotate_angle: int = 0
    rotate: int = -1
    max_shear_ratio: float = 0.0
    min_random_scale: float = 1.0
    max_random_scale: float = 1.0
    min_aspect_ratio: float | None = None
    max_aspect_ratio: float = 0.0
    min_img_size: float = 0.0
    max_img_size: float = 1e10
    fill_value: int = 255
    pad: Annotated[int, Range(low=0)] = 0
    random_resized_crop: bool = False
    min_random_area: float = 1.0
    max_random_area: float = 1.0
    min_crop_size: int = -1
    max_crop_size: int = -1
    rand_crop: bool = False
    brightness: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    pca_noise: float = 0.0
    random_h: int = 0
    random_s: int = 0
    random_l: int = 0
    mirror: bool = False
    rand_mirror: bool = False
    mean_img: str = ""
    mean_r: float = 0.0
    mean_g: float = 0.0
    mean_b: float = 0.0
    mean_a: float = 0.0
    std_r: float = 1.0
    std_g: float = 1.0
    std_b: float = 1.0
    std_a: float = 1.0
    scale: float = 1.0
    max_random_contrast: float = 0.0
    max_random_illumination: float = 0.0
    seed_aug: int | None = None


Reals = tuple[float, ...]
"""One number for every sampler of parts, or a single one for all of them."""


@dataclass(frozen=True, kw_only=True)
class DetectionSettings(RecordSettings):
    """What becomes of an image and the boxes around its objects, in this order.

    Attributes:
        label_width: number of labels of an image; -1 if images have different ones.
        label_pad_width: to how many numbers labels are filled up; by default as many as the longest one has.
        label_pad_value: what they are filled up with.
        resize: new length of the shorter side; -1 for the one it has.
        max_random_hue, max_random_saturation, max_random_illumination, max_random_contrast: change of these, up to either
            direction, each with the probability `random_hue_prob` and so on.
        rand_mirror_prob: probability of exchanging left and right.
        rand_pad_prob, max_pad_scale: probability of a frame around the image, and its greatest size relative to it.
        fill_value: the color of the frame.
        rand_crop_prob: probability of cutting out a part, by one of `num_crop_sampler` samplers.
        min_crop_scales, max_crop_scales, min_crop_aspect_ratios, max_crop_aspect_ratios: size of parts relative to the image,
            and ratio of their sides relative to its.
        min_crop_overlaps, max_crop_overlaps: intersection over union of a part and an object, which one object has to have.
        min_crop_sample_coverages, max_crop_sample_coverages: share of the part that this object takes.
        min_crop_object_coverages, max_crop_object_coverages: share of the object that is in the part.
        max_crop_trials: how many parts a sampler tries.
        crop_emit_mode: objects are forgotten if their ``center`` is not in the part, or if no more than
            `emit_overlap_thresh` of them is (``overlap``).
        resize_mode: ``force`` to `data_shape`; ``fit`` into it, with zeros beside; ``shrink`` only what is larger.
        inter_method: how to interpolate, see `ImageSettings`.
        mean_img: a file of an array that is subtracted.
        mean_r, mean_g, mean_b, mean_a, std_r, std_g, std_b, std_a: what each channel is reduced and then divided by, if
            it is not 0.
        scale: factor of everything.
    """

    label_width: int = -1
    label_pad_width: int = 0
    label_pad_value: float = -1.0
    aug_seq: str = "det_aug_default"
    resize: int = -1
    max_random_hue: int = 0
    random_hue_prob: float = 0.0
    max_random_saturation: int = 0
    random_saturation_prob: float = 0.0
    max_random_illumination: int = 0
    random_illumination_prob: float = 0.0
    max_random_contrast: float = 0.0
    random_contrast_prob: float = 0.0
    rand_mirror_prob: float = 0.0
    rand_pad_prob: float = 0.0
    max_pad_scale: float = 1.0
    fill_value: int = 127
    rand_crop_prob: float = 0.0
    num_crop_sampler: Count = 1
    min_crop_scales: Reals = (0.0,)
    max_crop_scales: Reals = (1.0,)
    min_crop_aspect_ratios: Reals = (1.0,)
    max_crop_aspect_ratios: Reals = (1.0,)
    min_crop_overlaps: Reals = (0.0,)
    max_crop_overlaps: Reals = (1.0,)
    min_crop_sample_coverages: Reals = (0.0,)
    max_crop_sample_coverages: Reals = (1.0,)
    min_crop_object_coverages: Reals = (0.0,)
    max_crop_object_coverages: Reals = (1.0,)
    max_crop_trials: Shape = (25,)
    crop_emit_mode: Literal["center", "overlap"] = "center"
    emit_overlap_thresh: float = 0.3
    resize_mode: Literal["fit", "force", "shrink"] = "force"
    inter_method: Interpolation = 1
    mean_img: str = ""
    mean_r: float = 0.0
    mean_g: float = 0.0
    mean_b: float = 0.0
    mean_a: float = 0.0
    std_r: float = 0.0
    std_g: float = 0.0
    std_b: float = 0.0
    std_a: float = 0.0
    scale: float = 1.0
