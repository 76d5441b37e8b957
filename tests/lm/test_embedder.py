"""The MiniLM embedder: lazy, normalized, independent of how texts are batched."""

from __future__ import annotations

import random
import sys

import numpy as np
import pytest

from kakoc.errors import ModelError
from kakoc.lm import MiniLm, open_embedder

TEXTS = ["I cannot sleep.", "Sleep does not come to me at night.", "The train leaves at nine."]
MORE = (
    "I hear how heavy tonight feels and you have carried it alone for weeks what would help right "
    "now maybe we could slow down breathe with me stay here"
)


def test_its_name_carries_the_hash_and_loads_nothing() -> None:
    before = set(sys.modules)
    assert open_embedder("minilm").name == "minilm@53aa5117"
    assert "sentence_transformers" not in set(sys.modules) - before


def test_no_texts_need_no_model() -> None:
    assert MiniLm().embed([]).shape == (0, 384)


def test_an_unknown_embedder_is_refused() -> None:
    with pytest.raises(ModelError, match="no embedder is called ada"):
        open_embedder("ada")


@pytest.mark.slow
@pytest.mark.real_model
def test_vectors_have_meaning_and_do_not_depend_on_the_batch() -> None:
    embedder = MiniLm()
    together = embedder.embed(TEXTS)
    assert (together.dtype, together.shape) == (np.float32, (3, 384))
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    same_meaning, other_meaning = together[0] @ together[1], together[0] @ together[2]
    assert same_meaning > other_meaning + 0.3
    long = [text * 20 for text in TEXTS] * 30
    alone, crowded = embedder.embed(TEXTS[:1]), embedder.embed([*long, *TEXTS])
    assert np.abs(alone - together[:1]).max() < 1e-6
    assert np.abs(crowded[-3:] - together).max() < 1e-6


@pytest.mark.real_model
def test_alone_a_text_has_the_same_bytes_in_any_company() -> None:
    # Texts of many lengths: in batches of them, bytes differ with the company they are in.
    chance = random.Random(3)
    texts = [" ".join(chance.choices(MORE.split(), k=chance.randint(3, 60))) for _ in range(64)]
    embedder, parts = open_embedder("minilm", alone=True), [["It is hard."]] * 64
    together = embedder.embed_parts(texts, parts)
    few = embedder.embed_parts(texts[::3], parts[::3])
    assert [one.tobytes() for one in few] == [one.tobytes() for one in together[::3]]
