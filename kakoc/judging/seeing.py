"""Readings as arrays, for heads: vectors of the text, of its sentences, of its change, and counts.

Two families of features. `meaning`: sentence embeddings of the text, of what was said before it, of
their difference and product, and of each sentence alone, with the counts of `structure`. `wording`:
words and word pairs, hashed (Weinberger et al., ICML 2009), in place of the embedding, and no
counts. `both`: meaning, and the words of each sentence beside it. Knows no judge and no label.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kakoc.ir import JudgeSpec
from kakoc.judging.reading import Reading, sentence_structure, structure
from kakoc.judging.regression import Array, Rows
from kakoc.judging.text import fold, ngrams, sentences
from kakoc.ports import Embedder, PartEmbedder

BUCKETS = 512
SENTENCES = 40
"""Of a text that are looked at one by one; longer texts are read as a whole beyond them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Some readings, one row each."""

    vectors: Array
    """(rows, 3 x dimensions): the text, the text minus what was said, their product."""
    counts: Array
    """(rows, features): the named numbers of `structure`."""
    sentences: tuple[Array, ...]
    """Of each row (sentences, dimensions + features): vector and counts of each, at least one."""
    names: tuple[str, ...]
    """Of the counts."""

    @property
    def dimensions(self) -> int:
        """Of one vector; what follows in a sentence's line are counts."""
        return int(self.vectors.shape[1]) // 3

    def rows(self, chosen: Rows) -> Seen:
        sentences = tuple(self.sentences[row] for row in chosen)
        return Seen(self.vectors[chosen], self.counts[chosen], sentences, self.names)


def see(spec: JudgeSpec, readings: Sequence[Reading], embedder: Embedder) -> Seen:
    """What a head of this judge sees; `embedder` is one of `sees_with`."""
    split = [reading.sentences[:SENTENCES] for reading in readings]
    texts = [fold(reading.text) for reading in readings]
    said = [fold(reading.said) for reading in readings]
    found = embed_parts(embedder, texts, split)
    # In parts too: what is answered now was judged as the next message a turn ago.
    heard = embed_parts(embedder, said, [sentences(text)[:SENTENCES] for text in said])
    text, before = (
        np.array([vectors[0] for vectors in rows], dtype=np.float64) for rows in (found, heard)
    )
    # A text without a sentence of its own is its only sentence.
    split = [own or [whole] for own, whole in zip(split, texts, strict=True)]
    vectors = np.vstack([rows[1:] if len(rows) > 1 else rows for rows in found])
    single = np.asarray(vectors, dtype=np.float64)
    alone = [sentence for own in split for sentence in own]
    counted = [structure(spec, reading) for reading in readings]
    names = tuple(counted[0]) if counted else ()
    # A negation or an offer counts in its own sentence, not anywhere in the text.
    told = [sentence_structure(spec, sentence) for sentence in alone]
    single = np.column_stack([single, np.array(told, dtype=np.float64).reshape(len(alone), -1)])
    if spec.features == "both":
        single = np.column_stack([single, np.array([_hashed(sentence) for sentence in alone])])
    return Seen(
        np.column_stack([text, text - before, text * before * np.sqrt(text.shape[1])]),
        np.array([list(numbers.values()) for numbers in counted], dtype=np.float64),
        tuple(np.split(single, np.cumsum([len(own) for own in split])[:-1])),
        names,
    )


def embed_parts(
    embedder: Embedder, texts: Sequence[str], parts: Sequence[Sequence[str]]
) -> list[np.ndarray]:
    """For each text its vector and those of its parts, in one pass where the embedder can."""
    if isinstance(embedder, PartEmbedder):
        return embedder.embed_parts(texts, parts)
    alone = [piece for text, own in zip(texts, parts, strict=True) for piece in (text, *own)]
    vectors = embedder.embed(alone)
    ends = np.cumsum([1 + len(own) for own in parts])
    return list(np.split(vectors, ends[:-1]))


def sees_with(spec: JudgeSpec, embedder: Embedder) -> Embedder:
    """What turns a judge's texts into vectors: the embedder, or words alone."""
    return Words() if spec.features == "wording" else embedder


class Words:
    """Hashed words and word pairs as unit vectors; an embedder that understands nothing."""

    name = f"words@1-{BUCKETS}"

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([_hashed(text) for text in texts]).astype(np.float32)


@lru_cache(maxsize=50_000)
def _bucket(gram: tuple[str, ...]) -> tuple[int, float]:
    number = int.from_bytes(hashlib.blake2b(" ".join(gram).encode(), digest_size=4).digest(), "big")
    return number // 2 % BUCKETS, 1.0 if number % 2 else -1.0


def _hashed(text: str) -> Array:
    row = np.zeros(BUCKETS)
    for size, weight in ((1, 1.0), (2, 0.7)):
        for gram in ngrams(text, size):
            place, sign = _bucket(gram)
            row[place] += sign * weight
    length = float(np.linalg.norm(row))
    return row / length if length else row
