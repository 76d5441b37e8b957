"""Which files a spec has, and their bytes. Knows the file system, not what files hold.

Never leaves the project: a link out of it is a fault, and linked folders are not followed, so a
loop of links ends.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kakoc.diagnostics import Diagnostic, Span
from kakoc.lang.wording import Hints

MAX_BYTES = 5_000_000
MAX_SPEC_BYTES = 20_000_000
_SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(slots=True)
class Found:
    """Files of a spec by their path relative to the spec folder."""

    contents: dict[str, bytes] = field(default_factory=dict)
    faults: list[Diagnostic] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    """Files that are there and cannot be read."""


def find(root: Path, spec: Path, globs: dict[str, bool], hints: Hints) -> Found:
    """Read every known file of the spec folder.

    Args:
        root: the project's root; nothing outside it is read.
        spec: the spec folder, inside `root`.
        globs: pattern relative to `spec` -> whether the file must exist.
        hints: finds near names for unknown files.
    """
    found = Found()
    shown = spec_name(root, spec)
    if not _inside(root, spec) or not spec.is_dir():
        message = "there is no spec folder here" if _inside(root, spec) else _OUTSIDE
        found.faults.append(Diagnostic("K110", message, Span(shown)))
        return found
    unknown = []
    for name in _names(root, spec, shown, found):
        if any(matches(name, glob) for glob in globs):
            _read(root, spec, shown, name, found)
        else:
            unknown.append(name)
    missing = [glob for glob, required in globs.items() if required and not _is_there(glob, found)]
    found.faults += _name_faults(shown, missing, unknown, globs, hints)
    return found


def spec_name(root: Path, spec: Path) -> str:
    """The spec folder's path relative to the project's root, with forward slashes."""
    return Path(os.path.relpath(spec, root)).as_posix()


def matches(name: str, glob: str) -> bool:
    """Whether a file name fits a pattern; `*` does not reach into folders."""
    return name.count("/") == glob.count("/") and fnmatch.fnmatchcase(name, glob)


_OUTSIDE = "this lies outside the project"


def _inside(root: Path, path: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a loop of links
        return False


def _names(root: Path, spec: Path, shown: str, found: Found) -> Iterable[str]:
    """YAML and JSON files below `spec`, sorted; hidden ones are left out."""
    names = []
    for folder, folders, files in os.walk(spec):
        for name in folders:
            if (Path(folder) / name).is_symlink():
                place = (Path(folder) / name).relative_to(spec).as_posix()
                message = "a link to a folder is not followed"
                found.faults.append(Diagnostic("K111", message, Span(f"{shown}/{_text(place)}")))
        folders[:] = [name for name in folders if not name.startswith(".")]
        names += [
            (Path(folder) / name).relative_to(spec).as_posix()
            for name in files
            if name.endswith(_SUFFIXES) and not name.startswith(".")
        ]
    return sorted(names)


def _read(root: Path, spec: Path, shown: str, name: str, found: Found) -> None:
    path, place = spec / name, Span(f"{shown}/{_text(name)}")
    try:
        fault = _unreadable(root, path, place) or _too_large(path, place, found)
        if fault is None:
            found.contents[name] = path.read_bytes()
            return
    except OSError as error:
        reason = error.strerror or type(error).__name__
        fault = Diagnostic("K112", f"cannot be read: {reason}", place)
    found.faults.append(fault)
    found.broken.add(name)


def _unreadable(root: Path, path: Path, place: Span) -> Diagnostic | None:
    if not _inside(root, path):
        return Diagnostic("K111", _OUTSIDE, place, help="replace the link by the file")
    if not path.is_file():
        return Diagnostic("K112", "cannot be read: not a regular file", place)
    return None


def _too_large(path: Path, place: Span, found: Found) -> Diagnostic | None:
    size = path.stat().st_size
    if size > MAX_BYTES:
        message = f"the file has {size:,} bytes; {MAX_BYTES:,} are allowed"
        return Diagnostic("K106", message, place, help="split it into smaller ones")
    if size + sum(map(len, found.contents.values())) > MAX_SPEC_BYTES:
        message = f"with this file the spec has more than {MAX_SPEC_BYTES:,} bytes"
        return Diagnostic("K106", message, place, help="leave out what is not needed")
    return None


def _is_there(glob: str, found: Found) -> bool:
    return any(matches(name, glob) for name in (*found.contents, *found.broken))


def _name_faults(
    shown: str, missing: list[str], unknown: list[str], globs: Iterable[str], hints: Hints
) -> Iterable[Diagnostic]:
    for name in missing:
        near = hints.near(name, unknown)
        unknown = [other for other in unknown if other not in near[:1]]
        help_ = f"rename {near[0]}" if near else "add the file"
        yield Diagnostic("K110", "the file is missing", Span(f"{shown}/{name}"), help=help_)
    for name in unknown:
        help_ = hints.did_you_mean(name, globs) or "remove it, or give it a name that kakoc knows"
        place = Span(f"{shown}/{_text(name)}")
        yield Diagnostic("K115", "no part of a spec has this name", place, "warning", help_)


def _text(name: str) -> str:
    """A file name that can be printed, whatever bytes it has."""
    return name.encode("utf-8", "replace").decode()
