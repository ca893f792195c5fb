"""What ``dir`` of a module shows, and with it completion at a prompt: what the module is for, not what it imports."""

from __future__ import annotations

from types import ModuleType

from symgraph.errors import public_members


def list_public(module: ModuleType) -> None:
    """Let ``dir`` of a module show its ``__all__``; of one that has none, the functions and classes that it defines."""

    def __dir__() -> list[str]:  # noqa: N807
        content = vars(module)
        names = content.get("__all__", public_members(module))
        return sorted({*names, *(name for name in content if name.startswith("__"))})

    vars(module)["__dir__"] = __dir__
