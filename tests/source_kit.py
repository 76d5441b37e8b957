"""The repository's Python as data: which files there are, and what each of them imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
STARTER = ROOT / "kakoc" / "starter"
STARTER = ROOT / "kakoc" / "starter"
"""What `kakoc init` copies: files of a project, and data as far as kakoc is concerned."""


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module: where it is written, and its whole name."""

    path: str
    line: int
    module: str
    names: tuple[str, ...] = ()
    """What is taken from it; empty for a module itself."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.module}"

    @property
    def package(self) -> str:
        return self.module.split(".")[0]


def python_files(*folders: str) -> list[Path]:
    """All Python files below folders of the repository; the starter's are data."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if not path.is_relative_to(STARTER))


def text_files(*folders: str) -> list[Path]:
    """All files below folders of the repository."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*"))]
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def dotted(path: Path) -> str:
    """`kakoc/lm/__init__.py` -> `kakoc.lm`."""
    parts = Path(relative(path)).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def unit(name: str) -> str:
    """The file or folder of `kakoc/` that a module or path lies in; `__init__` for kakoc itself."""
    parts = name.removesuffix(".py").replace("/", ".").split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imports(path: Path) -> list[Import]:
    """Everything that a file of the repository imports, wherever in it the import stands."""
    package = dotted(path) if path.name == "__init__.py" else dotted(path).rpartition(".")[0]
    return read_imports(path.read_text(encoding="utf-8"), relative(path), package)


def read_imports(source: str, path: str, package: str) -> list[Import]:
    """As `imports`, of a text. A function's and a type checker's imports count like any other."""
    found = (
        Import(path, node.lineno, *target)
        for node in ast.walk(ast.parse(source))
        for target in _targets(node, package)
    )
    return sorted(found, key=lambda each: each.line)


def _targets(node: ast.AST, package: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    match node:
        case ast.Import(names=names):
            yield from ((alias.name, ()) for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            yield from _taken(_absolute(module or "", level, package), names)
        case ast.Call(
            func=ast.Name(id="import_module") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(module)), *_],
        ):
            name = module.lstrip(".")
            yield _absolute(name, len(module) - len(name), package), ()


def _taken(module: str, names: list[ast.alias]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """`from kakoc.lm import cache, Journal` takes the module `cache`, and a name of `kakoc.lm`."""
    inner = [alias.name for alias in names if _is_module(f"{module}.{alias.name}")]
    yield from ((f"{module}.{name}", ()) for name in inner)
    taken = tuple(alias.name for alias in names if alias.name not in inner)
    if taken:
        yield module, taken


def _absolute(module: str, level: int, package: str) -> str:
    if not level:
        return module
    base = package.split(".")[: len(package.split(".")) - level + 1]
    return ".".join([*base, *([module] if module else [])])


def _is_module(name: str) -> bool:
    place = ROOT.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()
