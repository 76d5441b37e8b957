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
LAYERS = (4, 6)
"""Of six; the last alone forgets tone (probing: Tenney, Das and Pavlick, ACL 2019)."""


class MiniLm:
    """A `kakoc.ports.Embedder`: unit vectors of 384 numbers, on the CPU, never from the network."""

    def __init__(self, progress: Progress = silent, alone: bool = False) -> None:
        self.name = MINILM.identity
        self._progress = progress
        self._batch = 1 if alone else BATCH
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

    def embed_parts(self, texts: Sequence[str], parts: Sequence[Sequence[str]]) -> list[np.ndarray]:
        """Vectors of each text and of its parts, from one pass: a part is the mean of its tokens.

        768 numbers each: the layer made to compare texts, and one before it, which still knows
        how a thing was said. A part beyond the model's 256 tokens has the vector of its text.
        """
        import numpy as np

        with self._lock:
            model = self._loaded()
            found: list[np.ndarray] = [np.empty(0)] * len(texts)
            # Texts of one length waste no padding.
            order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
            for start in range(0, len(order), self._batch):
                rows = order[start : start + self._batch]
                batch = _token_means(model, [texts[r] for r in rows], [parts[r] for r in rows])
                for row, vectors in zip(rows, batch, strict=True):
                    found[row] = vectors
        return found

    def _loaded(self) -> Any:
        if self._model is None:
            folder = ensure(MINILM.name, self._progress)
            with boundary(ModelError, f"cannot load {self.name}"):
                self._model = _load(str(folder))
        return self._model


def open_embedder(name: str, progress: Progress = silent, alone: bool = False) -> MiniLm:
    """The embedder that a spec calls `name`; loads nothing yet.

    Args:
        alone: `embed_parts` reads one text a pass. Half as fast, and the same bytes whatever else
            is asked: in a batch a vector depends on its company, by about 1e-7.
    """
    if name != MINILM.name:
        raise ModelError(f"no embedder is called {name}", f"there is: {MINILM.name}")
    return MiniLm(progress, alone)


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


def _token_means(
    model: Any, texts: Sequence[str], parts: Sequence[Sequence[str]]
) -> list[np.ndarray]:
    import numpy as np
    import torch

    told = model.tokenizer(
        list(texts),
        padding=True,
        truncation=True,
        max_length=model.max_seq_length,
        return_offsets_mapping=True,
        return_tensors="pt",
    )
    offsets = told.pop("offset_mapping")
    with torch.inference_mode():
        hidden = model[0].auto_model(**told, output_hidden_states=True).hidden_states
    real = told["attention_mask"].bool()
    found = []
    for row in range(len(texts)):
        where = spans(texts[row], parts[row])
        layers = [_means(hidden[layer][row], real[row], offsets[row], where) for layer in LAYERS]
        found.append(np.hstack(layers) / np.sqrt(len(LAYERS)))
    return found


def _means(tokens: Any, real: Any, offsets: Any, where: Sequence[tuple[int, int]]) -> np.ndarray:
    import torch

    starts, ends = offsets[:, 0], offsets[:, 1]
    whole = real.float()
    inside = [
        ((starts >= first) & (ends <= last) & (ends > starts) & real).float()
        for first, last in where
    ]
    masks = torch.stack([whole, *(mask if mask.any() else whole for mask in inside)])
    means = masks @ tokens / masks.sum(dim=1, keepdim=True)
    normal: np.ndarray = torch.nn.functional.normalize(means, dim=1).numpy()
    return normal


def spans(text: str, parts: Sequence[str]) -> list[tuple[int, int]]:
    """Where each part stands in the text, one after another; an absent one is empty."""
    found, begin = [], 0
    for part in parts:
        first = text.find(part, begin)
        if first < 0:
            found.append((begin, begin))
            continue
        begin = first + len(part)
        found.append((first, begin))
    return found
