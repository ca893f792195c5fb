"""What MkDocs does not do by itself for the documentation site; it calls the functions named ``on_...``.

Operators and notebooks become pages. Fences that say more than a language, and links that lead out of ``docs``, are put
into the form that MkDocs has for them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from tools.notebook_pages import notebook_page
from tools.operator_pages import operator_pages

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
OPERATORS = "reference/operators"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ELSEWHERE = {
    ROOT / "README.md": "index.md",
    ROOT / "CONTRIBUTING.md": "contributing.md",
    ROOT / "CHANGELOG.md": "changelog.md",
    **{path: f"notebooks/{path.stem}.md" for path in NOTEBOOKS},
}
"""Documents outside of ``docs``, and where they stand in the site."""

_FENCE = re.compile(r"^```(\w+) (?:not run: .*|(\S+))$", re.MULTILINE)
_LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add pages of operators and notebooks, documents that lie elsewhere, and whatever else of the sources is linked to."""
    pages = operator_pages()
    for name, text in pages.items():
        files.append(File.generated(config, f"{OPERATORS}/{name}.md", content=text))
    for path in NOTEBOOKS:
        text, pictures = notebook_page(path)
        files.append(File.generated(config, ELSEWHERE[path], content=_relinked(text, path, "notebooks")))
        for name, picture in pictures.items():
            files.append(File.generated(config, f"notebooks/{name}", content=picture))
    (section,) = [entry["Notebooks"] for entry in config.nav or [] if "Notebooks" in entry]
    section[:] = [ELSEWHERE[path] for path in NOTEBOOKS]
    for name in ("CONTRIBUTING.md", "CHANGELOG.md"):
        files.append(File.generated(config, ELSEWHERE[ROOT / name], abs_src_path=str(ROOT / name)))
    for source in {source for path in [*DOCS.glob("**/*.md"), *ELSEWHERE] for source in _sources(path)}:
        files.append(File.generated(config, _uri(source), abs_src_path=str(source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The text of a page as MkDocs reads it."""
    if page.file.abs_src_path is None:  # made above
        return markdown
    folder = os.path.dirname(page.file.src_uri)
    markdown = _FENCE.sub(
        lambda m: f"```{m[1]}" + (f' title="{m[2]}"' if m[2] and m[2] != "README.md" else ""),
        _relinked(markdown, Path(page.file.abs_src_path), folder),
    )
    if page.file.src_uri == "operators.md":

        def linked(match: re.Match[str]) -> str:
            uri = f"{OPERATORS}/{match[1]}.md"
            return match[0] if files.get_file_from_path(uri) is None else f"| [`{match[1]}`]({uri}) |"

        markdown = re.sub(r"^\| `(\w+)` \|", linked, markdown, flags=re.MULTILINE)
    return markdown


def _relinked(text: str, document: Path, folder: str) -> str:
    """Links of a document to other files as they are from a folder of the site."""

    def there(match: re.Match[str]) -> str:
        target = (document.parent / match[1]).resolve()
        return f"]({os.path.relpath(_uri(target), folder or '.')}" if target.exists() else match[0]

    return _LINK.sub(there, text)


def _sources(document: Path) -> Iterator[Path]:
    """Files that are no documents, and to which a document has links."""
    for link in _LINK.findall(document.read_text()):
        target = (document.parent / link).resolve()
        if target.is_file() and not target.is_relative_to(DOCS) and target not in ELSEWHERE:
            yield target


def _uri(path: Path) -> str:
    """Where a file stands in the site."""
    if path.is_relative_to(DOCS):
        return path.relative_to(DOCS).as_posix()
    return (
        ELSEWHERE.get(path) or f"source/{path.relative_to(ROOT).as_posix().lstrip('.')}"
    )  # what is hidden is left out
