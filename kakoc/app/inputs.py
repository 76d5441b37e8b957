"""What a build depends on, as hashes. Reads bytes, understands none of them."""

from __future__ import annotations

import hashlib
import platform
from importlib import metadata
from pathlib import Path

from kakoc.project import Project, source_files

SPEC_FILES = ("*.yaml", "*.yml", "*.json")
COMPILER_ROOMS = ("emit", "judging", "lang", "ir", "plan/circumstances.py")
"""Parts of kakoc whose bytes shape a build; the version alone would miss a checkout's edits."""


def inputs(project: Project) -> dict[str, str]:
    """Path -> SHA-256 of every file a build reads, and the versions it depends on."""
    files = {
        project.relative(path): path.read_bytes()
        for pattern in SPEC_FILES
        for path in sorted(project.spec.rglob(pattern))
        if path.is_file() and not _hidden(path.relative_to(project.spec))
    }
    files |= source_files(project)
    hashes = {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items())}
    return hashes | {f"version:{name}": text for name, text in tool_versions().items()}


def tool_versions() -> dict[str, str]:
    """Versions of kakoc (with a hash of the compiler's own source) and of dspy."""
    return {"kakoc": f"{metadata.version('kakoc')}+{_compiler_hash()}", "dspy": _version("dspy")}


def dependency_versions() -> dict[str, str]:
    """What DSPy writes into its state files."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python, "dspy": _version("dspy"), "cloudpickle": _minor("cloudpickle")}


def changed(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """Names whose digest differs, came or went, in order."""
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def _hidden(path: Path) -> bool:
    """Hidden files and folders are no part of a spec: `.schemas` is for editors."""
    return any(part.startswith(".") for part in path.parts)


def judging_version() -> str:
    """Of the code that fits heads: a head of other code is another head."""
    return _source_hash(("judging",))


def _compiler_hash() -> str:
    return _source_hash(COMPILER_ROOMS)


def _source_hash(rooms: tuple[str, ...]) -> str:
    package = Path(__file__).parent.parent
    found = hashlib.sha256()
    for room in rooms:
        for path in sorted((package / room).rglob("*.py")) or [package / room]:
            found.update(path.read_bytes())
    return found.hexdigest()[:8]


def _version(name: str) -> str:
    return metadata.version(name)


def _minor(name: str) -> str:
    return ".".join(_version(name).split(".")[:2])
