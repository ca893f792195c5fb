"""What is wrong with what `mx.image` is given is said in so many words."""

from __future__ import annotations

import numpy as np
import pytest

import symgraph as mx
from tests import image_cases
from tests.folders import folder_with
from tests.pictures import picture, png

files, folder = folder_with(image_cases.write_files)


def _iter(**given):
    return mx.image.ImageIter(**{"batch_size": 1, "data_shape": (3, 6, 5), **given})


def _junk(path):
    with open(path, "wb") as file:
        file.write(b"junk")
    return path


IMAGE = mx.nd.array(picture(8, 9), dtype="uint8")


@pytest.mark.parametrize(
    ("call", "builtin", "text"),
    [
        (lambda: mx.image.imdecode(b""), ValueError, "imdecode: the content is empty, and no picture."),
        (
            lambda: mx.image.imdecode(b"junk"),
            ValueError,
            "imdecode: the content cannot be decoded as a picture: it is of another",
        ),
        (
            lambda: mx.image.imdecode("junk"),
            ValueError,
            "imdecode: expected bytes, or an array of unsigned bytes, given 'junk' of",
        ),
        (
            lambda: mx.image.imdecode(png(picture(4, 4)), flag=2),
            ValueError,
            "imdecode: flag is 1 for a colored picture or 0 for",
        ),
        (lambda: mx.image.imread("no.png"), OSError, "imread: there is no file 'no.png'; check the path."),
        (
            lambda: mx.image.imread(_junk("j.png")),
            ValueError,
            "imread: 'j.png' cannot be decoded as a picture: it is of another ",
        ),
        (
            lambda: mx.image.imresize(IMAGE, 0, 4),
            ValueError,
            "imresize: the size is a width and a height of at least 1, given (0,",
        ),
        (
            lambda: mx.image.imresize(IMAGE, 4, 4, 7),
            ValueError,
            "interp=7 is no interpolation: 0 nearest, 1 bilinear, 2 bicubic,",
        ),
        (
            lambda: mx.image.imresize(mx.nd.ones((4, 4)), 2, 2),
            ValueError,
            "imresize: a picture is an array (height, width, channe",
        ),
        (
            lambda: mx.image.center_crop(mx.nd.ones((4, 4)), (2, 2)),
            ValueError,
            "center_crop: a picture is an array (height, width",
        ),
        (
            lambda: mx.image.resize_short("a.jpg", 3),
            TypeError,
            "resize_short: a picture is an array (height, width, channels), gi",
        ),
        (
            lambda: mx.image.fixed_crop(IMAGE, 10, 0, 2, 2),
            ValueError,
            "the part at (10, 0) of width 2 and height 2 is not in a pi",
        ),
        (
            lambda: mx.image.copyMakeBorder(IMAGE, -1, 0, 0, 0),
            ValueError,
            "copyMakeBorder: widths are at least 0 and type is one of",
        ),
        (
            lambda: mx.image.copyMakeBorder(IMAGE, 1, 0, 0, 0, 5),
            ValueError,
            "copyMakeBorder: widths are at least 0 and type is one",
        ),
        (
            lambda: mx.image.random_size_crop(IMAGE, (2, 2), 1, (1, 1), foo=1),
            ValueError,
            "random_size_crop: keyword 'foo' is unkn",
        ),
        (
            lambda: mx.image.imrotate(mx.nd.ones((4, 4)), 0),
            ValueError,
            "imrotate: expected pictures (channels, height, width) or ",
        ),
        (
            lambda: mx.image.imrotate(mx.nd.ones((3, 4, 4), dtype="uint8"), 0),
            TypeError,
            "imrotate: expected pictures (channels, ",
        ),
        (
            lambda: mx.image.imrotate(mx.nd.ones((3, 4, 4)), mx.nd.ones((1,))),
            TypeError,
            "imrotate: a picture is rotated by a num",
        ),
        (
            lambda: mx.image.imrotate(mx.nd.ones((2, 3, 4, 4)), mx.nd.ones((1,))),
            ValueError,
            "imrotate: a picture is rotated by a ",
        ),
        (
            lambda: mx.image.imrotate(mx.nd.ones((3, 4, 4)), 0, True, True),
            ValueError,
            "imrotate: zoom_in and zoom_out exclude each",
        ),
        (
            lambda: mx.image.color_normalize(IMAGE, mx.nd.ones((2,))),
            ValueError,
            "color_normalize: mean and std have a number",
        ),
        (
            lambda: mx.image.color_normalize(IMAGE, "x"),
            TypeError,
            "color_normalize: mean and std have a number for each",
        ),
        (
            lambda: mx.image.random_size_crop(IMAGE, (2, 2), 0, (1, 1)),
            ValueError,
            "random_size_crop: area is two numbers",
        ),
        (
            lambda: mx.image.random_size_crop(IMAGE, (2, 2), 1, 1),
            TypeError,
            "random_size_crop: ratio is two numbers above",
        ),
        (
            lambda: mx.image.center_crop(IMAGE, 3),
            ValueError,
            "scale_down: the size is a width and a height of at least 1",
        ),
        (
            lambda: mx.image.resize_short(IMAGE, "3"),
            ValueError,
            "resize_short: the length must be an integer or a tuple",
        ),
        (
            lambda: mx.image.imrotate(mx.nd.ones((3, 4, 4)), float("nan")),
            ValueError,
            "imrotate: angles are finite, given",
        ),
        (
            lambda: _iter(path_imgrec="five.rec", aug_list=[5]),
            TypeError,
            "ImageIter: aug_list is a list of augmenters, ",
        ),
        (
            lambda: _iter(path_imgrec="five.rec", label_width=0),
            ValueError,
            "ImageIter: label_width is a whole number from",
        ),
        (
            lambda: mx.image.CreateAugmenter((3, 4, 4), brightness="a"),
            TypeError,
            "CreateAugmenter: resize, brightness, ",
        ),
        (
            lambda: mx.image.CreateAugmenter((4, 4)),
            ValueError,
            "CreateAugmenter: data_shape is (channels, height, width)",
        ),
        (
            lambda: mx.image.HueJitterAug(0.1)(mx.nd.ones((4, 4, 1))),
            ValueError,
            "HueJitterAug: a picture with colors has 3 channe",
        ),
        (
            lambda: mx.image.CreateAugmenter((3, 4, 4), rand_resize=True),
            AssertionError,
            "CreateAugmenter: rand_resize is about what",
        ),
        (
            lambda: mx.image.CreateAugmenter((3, 4, 4), mean=[1, 2, 3]),
            AssertionError,
            "CreateAugmenter: mean is True, or an array of",
        ),
        (
            lambda: mx.image.CreateAugmenter((3, 4, 4), std=np.ones(2)),
            AssertionError,
            "CreateAugmenter: std is True, or an array of ",
        ),
        (lambda: mx.image.image._get_interp_method(7), ValueError, "interp=7 is no interpolation: "),
        (
            lambda: _iter(),
            AssertionError,
            "ImageIter: give path_imgrec, path_imglist or imglist, or there are no pictures.",
        ),
        (lambda: _iter(path_imgrec="no.rec"), OSError, "MXRecordIO: there is no file 'no.rec'; check the path."),
        (
            lambda: _iter(path_imglist="no.lst"),
            OSError,
            "ImageIter: path_imglist: there is no file 'no.lst'; check the path.",
        ),
        (
            lambda: _iter(path_imgrec="five.rec", data_shape=(1, 6, 5)),
            ValueError,
            "ImageIter: data_shape should have length 3, with",
        ),
        (
            lambda: _iter(path_imgrec="five.rec", batch_size=0),
            ValueError,
            "batch_size is a number of examples, at least 1 and ",
        ),
        (
            lambda: _iter(path_imgrec="five.rec", shuffle=True),
            AssertionError,
            "ImageIter: shuffle and num_parts need path_imgidx, ",
        ),
        (
            lambda: _iter(path_imgrec="five.rec", path_imgidx="five.idx", part_index=1),
            AssertionError,
            "ImageIter: part_index=1 is no",
        ),
        (
            lambda: _iter(path_imgrec="five.rec", dtype="float16"),
            AssertionError,
            "ImageIter: dtype is that of labels, one of int32, ",
        ),
        (
            lambda: _iter(path_imgrec="five.rec", last_batch_handle="x"),
            ValueError,
            "ImageIter: last_batch_handle is one of pad, disc",
        ),
        (
            lambda: _iter(path_imgrec="five.rec", foo=1),
            TypeError,
            "CreateAugmenter() got an unexpected keyword argument 'foo'",
        ),
        (
            lambda: _iter(imglist=[[1, "no.png"]]).next(),
            OSError,
            "ImageIter: there is no file 'no.png'; check the path.",
        ),
        (
            lambda: _iter(imglist=[[1, _junk("j.png")]]).next(),
            ValueError,
            "ImageIter: 'j.png': imdecode: the content cannot be decode",
        ),
        (
            lambda: _iter(imglist=["p0.png"]),
            ValueError,
            "ImageIter: an entry of imglist has a label, or several, and a path, as in",
        ),
        (
            lambda: _iter(imglist=[[[1, 2], "p0.png"]]).next(),
            ValueError,
            "ImageIter: a picture has the labels [1.0, 2.0], and label",
        ),
        (
            lambda: _iter(imglist=[[1, "p0.png"]], aug_list=[]).next(),
            ValueError,
            "ImageIter: the augmenters made a picture of shape ",
        ),
    ],
)
def test_messages(folder, call, builtin, text):
    with pytest.raises(builtin) as info:
        call()
    assert str(info.value).startswith(text)
    assert isinstance(info.value, mx.MXNetError) or "unexpected keyword" in text
