"""Which vectors are close: the pass over all pairs against brute force, on hostile shapes too."""

from __future__ import annotations

import numpy as np
import pytest

from kakoc.run.near import Rows, Vectors, groups, near_pairs

ROUNDING = 1e-6


def unit(vectors: np.ndarray) -> Vectors:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def cloud(count: int, kind: str, seed: int = 3) -> Vectors:
    """`even` knows no direction, `narrow` lies around one, `flat` in few dimensions."""
    chance = np.random.default_rng(seed)
    made = chance.standard_normal((count, 384))
    match kind:
        case "narrow":
            made = made * 0.3 + 1.0
        case "flat":
            made[:, 8:] = 0.0
    return unit(made)


def brute(vectors: Vectors, threshold: float) -> set[tuple[int, int]]:
    rows, others = np.nonzero(np.triu(vectors @ vectors.T >= threshold, 1))
    return set(zip(rows.tolist(), others.tolist(), strict=True))


def found(vectors: Vectors, threshold: float) -> set[tuple[int, int]]:
    return {(int(a), int(b)) for pairs in near_pairs(vectors, threshold) for a, b in pairs}


@pytest.mark.parametrize("kind", ["even", "narrow", "flat"])
@pytest.mark.parametrize("threshold", [0.5, 0.9, 0.97])
def test_all_pairs_are_found_and_no_others(kind: str, threshold: float) -> None:
    vectors = cloud(2500, kind)
    planted = unit(vectors[:50] + 0.01 * cloud(50, "even", 9))
    vectors = np.concatenate([vectors, planted])
    expected = brute(vectors, threshold + ROUNDING)
    assert {(row, 2500 + row) for row in range(50)} <= expected
    # float32 tells no more about a cosine that is the threshold.
    assert expected <= found(vectors, threshold) <= brute(vectors, threshold - ROUNDING)


def test_groups_hang_together_over_steps() -> None:
    angles = np.radians([0, 10, 20, 30, 120, 125, 240])
    circle = unit(np.stack([np.cos(angles), np.sin(angles)], axis=1))
    assert groups(circle, np.cos(np.radians(11))) == [[0, 1, 2, 3], [4, 5]]
    assert groups(circle, 0.99999) == []


def test_a_corpus_of_one_text_is_one_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kakoc.run.near.MOST_PAIRS", 10_000)
    vectors = np.repeat(cloud(1, "even"), 3000, axis=0)
    assert groups(vectors, 0.95) == [list(range(3000))]


def test_the_nearest_row_is_the_first_of_equals() -> None:
    rows, vectors = Rows(), cloud(200, "even")
    for vector in (*vectors, vectors[7]):
        rows.add(vector)
    row, cosine = rows.nearest(vectors[7])
    assert (row, len(rows)) == (7, 201)
    assert cosine == pytest.approx(1)
