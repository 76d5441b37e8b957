"""A minimal project, with some of its files replaced."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kakoc.lang import Compilation, ExtraPass, compile_spec
from kakoc.lang.codes import Content, Link, Repeated

MINIMAL = Path(__file__).parent / "minimal"
Compile = Callable[..., Compilation]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the minimal project, two folders deep so that links can lead out of it."""
    return shutil.copytree(MINIMAL, tmp_path / "outer" / "project")


@pytest.fixture
def compile_with(root: Path) -> Compile:
    """Compile the minimal project with files replaced, given relative to its spec folder."""

    def run(files: Mapping[str, Content], extra: tuple[ExtraPass, ...] = ()) -> Compilation:
        for name, content in files.items():
            write(root / "spec" / name, content)
        return compile_spec(root, root / "spec", extra)

    return run


def write(path: Path, content: Content) -> None:
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    if isinstance(content, Link):
        path.symlink_to(content.target)
    elif isinstance(content, Repeated):
        path.write_text(content.line * content.times, encoding="utf-8")
    elif content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
