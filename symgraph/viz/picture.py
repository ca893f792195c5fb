"""A picture of a graph: DOT text that draws itself, in a notebook or into a file."""

from __future__ import annotations

import os
import webbrowser
from pathlib import Path

import pydot

from symgraph.errors import counted
from symgraph.ir.source import warn_user
from symgraph.runtime.atomic import write_atomically
from symgraph.viz.render import FORMATS, INSTALLATION, has_system_graphviz, known_format, render

DEFAULT_FORMAT = "pdf"
"""MXNet's choice; a picture that was given no other falls back to SVG where only that can be drawn."""
_SOURCE_ENDINGS = ("gv", "dot")
"""Ends of the names of files of DOT text."""


class Picture:
    """A graph that can be shown and saved, with the methods of ``graphviz.Digraph`` that scripts call on it.

    Attributes:
        pydot: the graph itself; what is changed there shows in everything else.
        name: title of the graph and stem of its files.
        format: what `render` writes unless told otherwise, such as ``"svg"``.
    """

    def __init__(self, dot: pydot.Dot, name: str, format: str = DEFAULT_FORMAT):
        self.pydot = dot
        self.name = name
        self.format = format

    @property
    def source(self) -> str:
        """The DOT text."""
        return self.pydot.to_string(indent="  ")

    @property
    def filename(self) -> str:
        """Name of the file that `save` writes unless told otherwise."""
        return f"{self.name}.gv"

    def svg(self) -> str:
        """The picture as SVG text."""
        return self.pipe("svg").decode()

    def pipe(self, format: str | None = None) -> bytes:
        """The picture in a format, `self.format` by default.

        Raises:
            RenderError: it cannot be drawn, or not in this format.
        """
        return render(self.source, known_format(self.format if format is None else format))

    def save(self, filename: str | os.PathLike | None = None, directory: str | os.PathLike | None = None) -> str:
        """Write the picture to a file whose name ends in a format, such as ``net.svg``; else the DOT text.

        Args:
            filename: ``<name>.gv`` by default, for the DOT text.
            directory: where to write, by default the current directory. It is made where there is none, as graphviz does.

        Returns:
            Path of the file.

        Raises:
            RenderError: it cannot be drawn, or not in this format; no file is written then.
            FileError: the file cannot be written.
        """
        path = Path(directory or "", filename or self.filename)
        format = _format_in(path)
        content = self.source.encode() if format is None else self.pipe(format)
        write_atomically(path, content, make_folder=True)
        return str(path)

    def render(
        self,
        filename: str | os.PathLike | None = None,
        directory: str | os.PathLike | None = None,
        view: bool = False,
        cleanup: bool = False,
        format: str | None = None,
        *,
        outfile: str | os.PathLike | None = None,
    ) -> str:
        """Write the DOT text to a file and the picture to another beside it, named ``<filename>.<format>``.

        Args:
            filename: file of the DOT text, ``<name>.gv`` by default; or, if it ends in the picture's format as ``net.svg``
                does, that of the picture.
            directory: where to write, by default the current directory. It is made where there is none, as graphviz does.
            view: open the picture in the system's viewer.
            cleanup: leave only the picture.
            format: what to write, by default `self.format`. While that is the default ``"pdf"`` and Graphviz is not
                installed on the system, SVG is written instead, with a warning.
            outfile: file of the picture, whose ending tells the format. The DOT text is then in a file of the same name
                that ends in ``.gv``, unless `filename` tells another.

        Returns:
            Path of the picture.

        Raises:
            RenderError: it cannot be drawn, or not in this format; no file is written then.
            FileError: a file cannot be written.
        """
        text = Path(directory or "", filename or self.filename)
        if outfile is None and _format_in(text) is not None and format in (None, _format_in(text)):
            outfile, filename = text, None
        if outfile is None:
            chosen = self._drawable_format() if format is None else format
            picture = text.with_name(f"{text.name}.{chosen}")
        else:
            picture = Path(outfile)
            chosen = format or picture.suffix[1:] or self._drawable_format()
            text = text if filename else picture.with_suffix(".gv")
        write_atomically(picture, self.pipe(chosen), "render", make_folder=True)
        if not cleanup:
            write_atomically(text, self.source.encode(), "render", make_folder=True)
        if view:
            webbrowser.open(picture.resolve().as_uri())
        return str(picture)

    def view(
        self,
        filename: str | os.PathLike | None = None,
        directory: str | os.PathLike | None = None,
        cleanup: bool = False,
    ) -> str:
        """`render`, and open the result in the system's viewer."""
        return self.render(filename, directory, view=True, cleanup=cleanup)

    def _drawable_format(self) -> str:
        if self.format != DEFAULT_FORMAT or has_system_graphviz():
            return self.format
        warn_user(
            f"'{self.format}' needs Graphviz on the system ({INSTALLATION}); writing svg. "
            f"Ask for that by the name of the file, as in render('{self.name}.svg'), to have no warning."
        )
        return "svg"

    def _repr_svg_(self) -> str:
        return self.svg()

    def __str__(self) -> str:
        return self.source

    def __repr__(self) -> str:
        nodes = counted(_count_nodes(self.pydot) - 1, "node")
        return f"<Picture '{self.name}': {nodes}, {counted(len(self.pydot.get_edges()), 'edge')}>"


def _format_in(path: Path) -> str | None:
    """The format that the name of a picture's file ends in, if it is one."""
    ending = path.suffix[1:].lower()
    return ending if ending in FORMATS and ending not in _SOURCE_ENDINGS else None


def _count_nodes(graph: pydot.Graph) -> int:
    """Nodes inside of frames included; one of them stands for the defaults of all."""
    return len(graph.get_nodes()) + sum(map(_count_nodes, graph.get_subgraphs()))
