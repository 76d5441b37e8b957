"""Measures of spread on vectors and texts whose spread is known."""

from __future__ import annotations

import numpy as np
import pytest

from kakoc.run.near import Vectors
from kakoc.run.spread import distinct, drift, mean_similarity, self_repetition, vendi


def axes(count: int) -> Vectors:
    return np.eye(384, dtype=np.float32)[:count]


def around(count: int, seed: int, shift: float = 0.0) -> Vectors:
    made = np.random.default_rng(seed).standard_normal((count, 64))
    made[:, 0] += shift
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def test_vendi_counts_what_is_wholly_different() -> None:
    assert vendi(axes(10), 10) == pytest.approx(1)
    assert vendi(np.repeat(axes(1), 10, axis=0), 10) == pytest.approx(0.1)
    assert vendi(np.repeat(axes(2), 5, axis=0), 10) == pytest.approx(0.2)


def test_vendi_of_more_texts_is_that_of_subsamples() -> None:
    few, many = around(40, 1), around(400, 2)
    assert vendi(few, 10) == pytest.approx(vendi(many, 10), abs=0.02)
    assert vendi(many, 100) < vendi(many, 10)  # type: ignore[operator]
    assert vendi(few, 41) is None


def test_mean_similarity_is_that_of_all_pairs() -> None:
    vectors = around(50, 4, shift=5)
    pairs = (vectors @ vectors.T)[np.triu_indices(50, 1)]
    assert mean_similarity(vectors) == pytest.approx(pairs.mean(), abs=1e-4)
    assert mean_similarity(vectors[:1]) is None


def test_words_that_come_again() -> None:
    assert distinct(["one two three", "one two four"], 2) == 0.75
    assert distinct(["one"], 2) is None
    told = ["we sat near the old lamp", "they sat near the old mill", "nobody came home on monday"]
    assert self_repetition(told) == pytest.approx(2 / 3, abs=1e-3)
    assert self_repetition(["too short"]) is None


def test_drift_is_found_where_it_is_and_nowhere_else() -> None:
    assert drift(around(40, 5), around(40, 6, shift=4))["p"] < 0.01
    chances = [drift(around(12, 2 * n), around(12, 2 * n + 1))["p"] for n in range(40)]
    assert sum(p < 0.05 for p in chances) <= 6
    assert np.mean(chances) == pytest.approx(0.5, abs=0.15)
