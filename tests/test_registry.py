"""Classes by name (``mx.registry``), as MXNet finds them."""

from __future__ import annotations

import pytest

import symgraph as mx


class Shape:
    def __init__(self, size=1):
        self.size = size


register = mx.registry.get_register_func(Shape, "shape")
alias = mx.registry.get_alias_func(Shape, "shape")
create = mx.registry.get_create_func(Shape, "shape")


@register
class Circle(Shape):
    pass


@alias("box", "Square")
class Box(Shape):
    pass


@pytest.mark.parametrize(
    ("args", "kwargs", "kind", "size"),
    [
        (("circle",), {}, Circle, 1),
        (("CIRCLE",), {"size": 3}, Circle, 3),
        (("circle", 5), {}, Circle, 5),
        ((), {"shape": "square", "size": 4}, Box, 4),
        (('["circle", {"size": 5}]',), {}, Circle, 5),
        (('{"shape": "box", "size": 7}',), {}, Box, 7),
        (({"shape": "box", "size": 2},), {}, Box, 2),
        ((Box(9),), {}, Box, 9),
    ],
)
def test_ways_to_create(args, kwargs, kind, size):
    made = create(*args, **kwargs)
    assert type(made) is kind
    assert made.size == size


@pytest.mark.parametrize(
    ("args", "kwargs", "text"),
    [
        (("circel",), {}, "shape 'circel' is not registered. Did you mean 'circle'? Known: box, circle, square."),
        ((), {}, "which shape? Give its name; known: circle, box, square."),
        ((3,), {}, "shape must be a name, or an instance of Shape, given 3 of type int."),
        (
            (Circle,),
            {},
            "shape must be a name, or an instance of Shape, given <class 'tests.test_registry.Circle'> of type type.",
        ),
        (('["circle"]',), {}, None),
        (("[bad",), {}, None),
    ],
)
def test_messages(args, kwargs, text):
    with pytest.raises((ValueError, AssertionError)) as info:
        create(*args, **kwargs)
    assert isinstance(info.value, mx.MXNetError)
    if text is None:
        assert str(info.value).startswith(
            f"shape: {args[0]!r} of type str is neither JSON of a list [name, arguments] nor"
        )
    else:
        assert str(info.value) == text


def test_an_instance_takes_no_arguments():
    with pytest.raises(
        AssertionError, match="a shape that is made already takes no further arguments, given .*Circle.* size"
    ):
        create(Circle(), size=3)


def test_only_subclasses():
    with pytest.raises(
        AssertionError, match="only a subclass of Shape can be registered as shape, given <class 'int'>"
    ):
        register(int)


def test_another_class_under_a_name_is_said():
    class Triangle(Shape):
        pass

    class Wedge(Shape):
        pass

    register(Triangle)
    with pytest.warns(UserWarning, match=r"shape 'triangle' was .*Triangle and is now .*Wedge\."):
        register(Wedge, "triangle")
    assert type(create("triangle")) is Wedge
