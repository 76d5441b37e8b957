"""A folder that is whole or not there. Knows that an export's manifest is its last file.

It is made beside its place under another name and renamed when it is whole. Only an older export
is ever replaced, and only if nobody put anything of their own into it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kakoc.errors import StoreError
from kakoc.store.files import read_json

MANIFEST = "manifest.json"
KIND = "kakoc export"


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """An empty folder to write into; it becomes `out` if all goes well, else it goes.

    Raises:
        StoreError: `out` is somebody's, another process writes it, or the disk refuses.
    """
    out = out.resolve()
    require_free(out)
    part = out.with_name(f".{out.name}.kakoc-part")
    try:
        part.mkdir(parents=True, exist_ok=True)
        with _locked(part):
            try:
                _empty(part)
                yield part
                _replace(part, out)
            except BaseException:
                shutil.rmtree(part, ignore_errors=True)
                raise
    except OSError as error:
        hint = "is the disk full or read-only?"
        raise StoreError(f"cannot write {out}: {error.strerror or error}", hint) from error


def require_free(out: Path) -> None:
    """Refuse a place that holds anything but an export of ours.

    Raises:
        StoreError: it does.
    """
    if out.is_file():
        raise StoreError(f"{out} is a file", "give -o a folder that is new or an older export")
    if not out.is_dir() or not any(out.iterdir()):
        return
    manifest = read_json(out / MANIFEST) if (out / MANIFEST).is_file() else {}
    if not isinstance(manifest, dict) or manifest.get("kind") != KIND:
        raise StoreError(
            f"{out} is not an export of kakoc", "give -o a folder that is new or an older export"
        )
    known = {MANIFEST, *manifest.get("files", {})}
    held = (path for path in out.rglob("*") if not path.is_dir())
    strange = sorted(path.relative_to(out).as_posix() for path in held)
    strange = [name for name in strange if name not in known]
    if strange:
        raise StoreError(
            f"{out} holds {strange[0]}, which no export wrote", "move it, or give another -o DIR"
        )


@contextmanager
def _locked(part: Path) -> Iterator[None]:
    """Refuse a second process; the lock goes with the folder, whatever it is called."""
    handle = os.open(part, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            free = part.exists() and os.fstat(handle).st_ino == part.stat().st_ino
        except BlockingIOError:
            free = False
        if not free:
            raise StoreError("another process is writing this export", "wait for it")
        yield
    finally:
        os.close(handle)


def _empty(part: Path) -> None:
    """Remove what a process that was cut off left there."""
    for path in part.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _replace(part: Path, out: Path) -> None:
    old = out.with_name(f".{out.name}.kakoc-old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        require_free(out)  # somebody may have put something there in the meantime
        out.rename(old)
    part.rename(out)
    shutil.rmtree(old, ignore_errors=True)
