"""Folders of builds: `artifacts/build/<fingerprint>/`, and `current`, which names the newest.

The manifest is written last: a build without one does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kakoc.errors import StoreError
from kakoc.store.files import read_json, write_file, write_json


@dataclass(frozen=True, slots=True)
class Builds:
    """All builds below one artifacts folder."""

    artifacts: Path

    @property
    def root(self) -> Path:
        return self.artifacts / "build"

    def folder(self, fingerprint: str) -> Path:
        return self.root / fingerprint

    def manifest(self, fingerprint: str) -> dict[str, Any] | None:
        """The manifest of a build, or None if it is not (completely) there."""
        folder = self.folder(fingerprint)
        if not (folder / "manifest.json").exists():
            return None
        manifest = dict(read_json(folder / "manifest.json"))
        return manifest if all((folder / path).is_file() for path in manifest["files"]) else None

    def current(self) -> dict[str, Any] | None:
        """The manifest of the newest build."""
        pointer = self.root / "current"
        return self.manifest(pointer.read_text().strip()) if pointer.exists() else None

    def files(self, manifest: dict[str, Any] | None) -> dict[str, bytes]:
        """The files of a build by path, without its manifest; none for no build."""
        if manifest is None:
            return {}
        folder = self.folder(str(manifest["fingerprint"]))
        paths = [path for path in manifest["files"] if (folder / path).is_file()]
        return {path: (folder / path).read_bytes() for path in paths}

    def write(self, files: dict[str, bytes], manifest: dict[str, Any]) -> None:
        """Write what differs from what is there, the manifest last."""
        fingerprint = str(manifest["fingerprint"])
        folder = self.folder(fingerprint)
        for path, data in files.items():
            target = folder / path
            if not target.exists() or target.read_bytes() != data:
                write_file(target, data)
        write_json(folder / "manifest.json", manifest)
        write_file(self.root / "current", f"{fingerprint}\n".encode())

    def require(self, fingerprint: str) -> Path:
        """The folder of a complete build.

        Raises:
            StoreError: it is not there.
        """
        if self.manifest(fingerprint) is None:
            raise StoreError(f"build {fingerprint} is not in {self.root}", "run `kakoc build`")
        return self.folder(fingerprint)
