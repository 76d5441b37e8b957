"""How different texts are: measures of unit vectors and of words. Knows no kind of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kakoc.judging.text import words
from kakoc.run.near import Vectors

DRAWS = 50
"""Subsamples of a Vendi score; its mean then wavers by less than 0.01."""
WORDS = 20_000
"""Words that are read for variety: it falls with length, so only equal lengths compare."""
GRAM = 4
SHUFFLES = 2_000
SEED = 11


def vendi(vectors: Vectors, size: int) -> float | None:
    """Mean Vendi score of subsamples, over their size; None: there are fewer texts than that.

    The Vendi score is the exponential of the entropy of the eigenvalues of the matrix of cosines,
    over its size (Friedman and Dieng, TMLR 2023): how many wholly different texts there are.
    """
    if len(vectors) < size:
        return None
    chance = np.random.default_rng(SEED)
    draws = 1 if len(vectors) == size else DRAWS
    scores = [
        _vendi(vectors[chance.choice(len(vectors), size, replace=False)]) for _ in range(draws)
    ]
    return round(float(np.mean(scores)) / size, 4)


def _vendi(vectors: Vectors) -> float:
    values = np.linalg.eigvalsh(vectors.astype(np.float64) @ vectors.T / len(vectors))
    values = values[values > 1e-12]
    return float(np.exp(-(values * np.log(values)).sum()))


def mean_similarity(vectors: Vectors) -> float | None:
    """Mean cosine over all pairs; it follows from the sum of all vectors."""
    count = len(vectors)
    if count < 2:
        return None
    total = vectors.sum(axis=0, dtype=np.float64)
    return round(float((total @ total - count) / (count * (count - 1))), 4)


def distinct(texts: Sequence[str], size: int) -> float | None:
    """Share of different runs of `size` words among the first words of all texts (Li et al. 2016).

    Texts are read to the end and no run goes over the edge of one.
    """
    seen, read = set[tuple[str, ...]](), 0
    for text in texts:
        runs = _runs(words(text), size)
        seen.update(runs)
        read += len(runs)
        if read >= WORDS:
            break
    return round(len(seen) / read, 4) if read else None


def self_repetition(texts: Sequence[str]) -> float | None:
    """Share of texts with a run of four words that stands in another text too (Salkar et al. 2022).

    The first texts stand for all, because the share grows with their number.
    """
    runs, read = list[set[tuple[str, ...]]](), 0
    for text in texts:
        told = words(text)
        runs.append(set(_runs(told, GRAM)))
        read += len(told)
        if read >= WORDS:
            break
    counts = Counter(run for own in runs for run in own)
    long_enough = [own for own in runs if own]
    if not long_enough:
        return None
    again = sum(any(counts[run] > 1 for run in own) for own in long_enough)
    return round(again / len(long_enough), 4)


def drift(one: Vectors, other: Vectors) -> dict[str, float]:
    """Distance of the means of two sets of conversations, and how often chance gives as much.

    Args:
        one: a vector for each conversation: what is exchanged between the sets is a conversation,
            because its texts are not independent.
    """
    both = np.concatenate([one, other]).astype(np.float64)
    inside = np.zeros(len(both), dtype=bool)
    inside[: len(one)] = True
    chance = np.random.default_rng(SEED)
    found = _distance(both, inside[None, :])[0]
    shuffled = np.stack([chance.permutation(inside) for _ in range(SHUFFLES)])
    as_far = int((_distance(both, shuffled) >= found - 1e-12).sum())
    return {"distance": round(float(found), 4), "p": round((as_far + 1) / (SHUFFLES + 1), 4)}


def _distance(vectors: NDArray[np.float64], inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """For each row of `inside` the distance between the means of the two sets."""
    count = inside.sum(axis=1, keepdims=True)
    first = inside @ vectors
    rest = vectors.sum(axis=0) - first
    gaps = first / count - rest / (len(vectors) - count)
    return np.asarray(np.linalg.norm(gaps, axis=1))


def _runs(told: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(told[start : start + size]) for start in range(len(told) - size + 1)]
