"""An export on object storage: made whole on this machine, then sent, its manifest last.

S3 has no rename, so while files are sent the manifest says that the export is `incomplete`; what
an older export had and this one has not is removed in the end.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kakoc.errors import StoreError, boundary
from kakoc.store.export.folder import KIND, MANIFEST
from kakoc.store.lance import REMOTE


def require_free_there(address: str) -> None:
    """Refuse a place that holds anything but an export of ours.

    Raises:
        StoreError: it does, or it cannot be reached.
    """
    with boundary(StoreError, f"cannot read {address}", REMOTE):
        store, folder = _open(address)
        held = _names(store, folder)
        strange = sorted(held - _known(store, folder, held))
    if strange:
        raise StoreError(
            f"{address} holds {strange[0]}, which no export wrote", "give another -o URI"
        )


def send(folder: Path, address: str) -> None:
    """Copy the export in `folder` to `address`.

    Raises:
        StoreError: it cannot be written; what is there stays `incomplete`, and may be sent again.
    """
    require_free_there(address)
    with boundary(StoreError, f"cannot write {address}", REMOTE):
        store, there = _open(address)
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        names = {path.relative_to(folder).as_posix() for path in files} - {MANIFEST}
        gone = _names(store, there) - names - {MANIFEST}
        _put(store, f"{there}/{MANIFEST}", _incomplete(names | gone))
        for name in sorted(names):
            _put(store, f"{there}/{name}", (folder / name).read_bytes())
        for name in sorted(gone):
            store.delete_file(f"{there}/{name}")
        _put(store, f"{there}/{MANIFEST}", (folder / MANIFEST).read_bytes())


def _incomplete(names: set[str]) -> bytes:
    """A manifest for the meantime; it owns what may be there, so that the export can go on."""
    files = {name: "" for name in sorted(names)}
    return json.dumps({"kind": KIND, "incomplete": True, "files": files}).encode()


def _put(store: Any, path: str, data: bytes) -> None:
    with store.open_output_stream(path) as stream:
        stream.write(data)


def _open(address: str) -> tuple[Any, str]:
    from pyarrow import fs

    store, path = fs.FileSystem.from_uri(address)
    return store, path.rstrip("/")


def _names(store: Any, folder: str) -> set[str]:
    from pyarrow import fs

    found = store.get_file_info(fs.FileSelector(folder, recursive=True, allow_not_found=True))
    return {each.path.removeprefix(f"{folder}/") for each in found if each.is_file}


def _known(store: Any, folder: str, held: set[str]) -> set[str]:
    """What the export that is there says it wrote."""
    if MANIFEST not in held:
        return set()
    with store.open_input_stream(f"{folder}/{MANIFEST}") as stream:
        manifest = json.loads(stream.read())
    if not isinstance(manifest, dict) or manifest.get("kind") != KIND:
        return set()
    return {MANIFEST, *manifest.get("files", {})}
