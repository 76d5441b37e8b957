"""MiniLM as the embedder of kakoc. Sole home of sentence_transformers, loaded by the first text.

Does not know what is embedded, and stores nothing.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kakoc.errors import ModelError, boundary
from kakoc.lm.local_models import MODELS, ensure
from kakoc.lm.wheels import Progress, silent

if TYPE_CHECKING:
    import numpy as np

BATCH = 32
MINILM = MODELS["minilm"]
DIMENSIONS = 384


class MiniLm:
    """A `kakoc.ports.Embedder`: unit vectors of 384 numbers, on the CPU, never from the network."""

    def __init__(self, progress: Progress = silent) -> None:
        self.name = MINILM.identity
        self._progress = progress
        self._model: Any = None
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        import numpy as np

        if not texts:
            return np.empty((0, DIMENSIONS), dtype=np.float32)
        # One at a time: torch already uses every core for a batch.
        with self._lock:
            vectors = self._loaded().encode(
                list(texts),
                batch_size=BATCH,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, dtype=np.float32)

    def _loaded(self) -> Any:
        if self._model is None:
            folder = ensure(MINILM.name, self._progress)
            with boundary(ModelError, f"cannot load {self.name}"):
                self._model = _load(str(folder))
        return self._model


def open_embedder(name: str, progress: Progress = silent) -> MiniLm:
    """The embedder that a spec calls `name`; loads nothing yet."""
    if name != MINILM.name:
        raise ModelError(f"no embedder is called {name}", f"there is: {MINILM.name}")
    return MiniLm(progress)


def _load(folder: str) -> Any:
    # Read at import: the model is a folder on this disk, nothing is to be looked up anywhere.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    # The weights load in a blink, and stderr is where our own progress goes.
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]

    return SentenceTransformer(folder, device="cpu", local_files_only=True, trust_remote_code=False)
