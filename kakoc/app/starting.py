"""`init`: a new project, copied from the starter that comes with kakoc. Reads no spec."""

from __future__ import annotations

from pathlib import Path

from kakoc.errors import ProjectError, boundary
from kakoc.store.files import write_file

STARTER = Path(__file__).parent.parent / "starter"


def start_project(folder: Path) -> list[str]:
    """Lay the starter in `folder`, which is made if it is not there; returns what was written.

    Raises:
        ProjectError: the folder holds something already.
        StoreError: the disk refuses.
    """
    _require_empty(folder)
    names = _starter_names()
    for name in names:
        write_file(folder / name, (STARTER / name).read_bytes())
    return names


def _require_empty(folder: Path) -> None:
    with boundary(ProjectError, f"cannot look into {folder}"):
        found = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    if found:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        raise ProjectError(
            f"{folder} is not empty: it holds {found[0]}{more}",
            "name a folder that is empty or not there yet; nothing was changed",
        )


def _starter_names() -> list[str]:
    """Files of the starter by path; an installer may have compiled its Python, which stays."""
    paths = (path for path in STARTER.rglob("*") if path.is_file())
    names = (path.relative_to(STARTER) for path in paths)
    return sorted(name.as_posix() for name in names if "__pycache__" not in name.parts)
