"""What a spec folder may look like: links, loops, names, sizes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from kakoc.lang import compile_spec


def found(root: Path) -> list[tuple[str, str, str]]:
    faults = compile_spec(root, root / "spec").diagnostics
    return [(fault.code, fault.span.file, fault.help) for fault in faults]


def test_no_spec_folder(tmp_path: Path) -> None:
    assert found(tmp_path) == [("K110", "spec", "")]


def test_a_spec_outside_the_project(root: Path, tmp_path: Path) -> None:
    compilation = compile_spec(tmp_path / "elsewhere", root / "spec")
    assert [fault.code for fault in compilation.diagnostics] == ["K110"]
    assert compilation.sources == {}


def test_a_loop_of_folders_ends(root: Path) -> None:
    (root / "spec" / "places" / "loop").symlink_to(root / "spec")
    assert found(root) == [("K111", "spec/places/loop", "")]


def test_a_file_that_links_to_itself(root: Path) -> None:
    (root / "spec" / "cities.yaml").unlink()
    (root / "spec" / "cities.yaml").symlink_to("cities.yaml")
    assert [code for code, _, _ in found(root)] in (["K111"], ["K112"])


def test_a_link_inside_the_project_is_followed(root: Path) -> None:
    (root / "spec" / "cities.yaml").rename(root / "towns")
    (root / "spec" / "cities.yaml").symlink_to("../towns")
    assert found(root) == []


def test_a_pipe_is_not_read(root: Path) -> None:
    (root / "spec" / "cities.yaml").unlink()
    os.mkfifo(root / "spec" / "cities.yaml")
    assert found(root) == [("K112", "spec/cities.yaml", "")]


def test_a_renamed_file_is_one_fault(root: Path) -> None:
    (root / "spec" / "cities.yaml").rename(root / "spec" / "cities.yml")
    assert found(root) == [("K110", "spec/cities.yaml", "rename cities.yml")]


def test_an_unknown_file_is_a_warning(compile_with: Any) -> None:
    compilation = compile_with({"place.yaml": "a: 1", ".hidden/x.yaml": "[", "README.md": "x"})
    assert [fault.severity for fault in compilation.diagnostics] == ["warning"]
    assert compilation.ir is not None


def test_sources_are_the_bytes_that_were_read(root: Path) -> None:
    sources = compile_spec(root, root / "spec").sources
    files = {path for path in (root / "spec").rglob("*") if path.is_file()}
    assert sources == {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
