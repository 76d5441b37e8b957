"""How fast close vectors are found, beside numpy in blocks and faiss (`pip install faiss-cpu`).

    python benchmarks/diversity.py [--rows 100000] [--threshold 0.95]

New row: the nearest of all rows to one more, as it is asked while a run is made. All rows: every
pair at or above the threshold, planted near-duplicates among them. All methods are exact, and use
the same cores.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import faiss
import numpy as np

from kakoc.run.near import Rows, Vectors, near_pairs

WIDTH = 384
PLANTED = 500
ASKED = 400
TURN = 50
BLOCK = 4096
Pairs = set[tuple[int, int]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--threshold", type=float, default=0.95)
    asked = parser.parse_args()
    vectors, planted = world(asked.rows)
    print(f"{len(vectors)} rows of {WIDTH}, {PLANTED} of them planted near another")
    print_new_row(vectors)
    print_all_rows(vectors, planted, asked.threshold)


def unit(vectors: np.ndarray) -> Vectors:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def world(count: int) -> tuple[Vectors, Pairs]:
    """Rows around a common direction, as texts of one subject are, in random order."""
    chance = np.random.default_rng(5)
    made = chance.standard_normal((count - PLANTED, WIDTH)) + 0.6
    near = made[:PLANTED] + 0.2 * chance.standard_normal((PLANTED, WIDTH))
    place = chance.permutation(count)
    vectors = np.empty((count, WIDTH), dtype=np.float32)
    vectors[place] = unit(np.concatenate([made, near]))
    ends = zip(place[:PLANTED].tolist(), place[count - PLANTED :].tolist(), strict=True)
    return vectors, {(min(pair), max(pair)) for pair in ends}


def print_new_row(vectors: Vectors) -> None:
    rows = Rows()
    for vector in vectors:
        rows.add(vector)
    index = faiss.IndexFlatIP(WIDTH)
    index.add(vectors)
    new = unit(vectors[:ASKED] + 0.02)
    methods: dict[str, Callable[[Vectors], object]] = {
        "kakoc": rows.nearest,
        "numpy": lambda one: (vectors @ one).argmax(),
        "faiss": lambda one: index.search(one[None, :], 1),
    }
    told: dict[str, list[float]] = {name: [] for name in methods}
    for start in range(0, ASKED, TURN):  # in turn, so that other work here hits all alike
        for name, method in methods.items():
            time.sleep(0.3)  # until the threads of the one before no longer spin
            method(new[0])
            for one in new[start : start + TURN]:
                begun = time.perf_counter()
                method(one)
                told[name].append((time.perf_counter() - begun) * 1000)
    for name, times in told.items():
        middle, late = np.quantile(times, [0.5, 0.99])
        print(f"new row    {name:<6} p50 {middle:7.2f} ms   p99 {late:7.2f} ms")


def print_all_rows(vectors: Vectors, planted: Pairs, threshold: float) -> None:
    for name, method in (("kakoc", ours), ("numpy", in_blocks), ("faiss", by_faiss)):
        begun = time.perf_counter()
        found = method(vectors, threshold)
        seconds = time.perf_counter() - begun
        share = f"{len(planted & found)} of {len(planted)} planted"
        print(f"all rows   {name:<6} {seconds:7.2f} s   {len(found)} pairs, {share}", flush=True)


def ours(vectors: Vectors, threshold: float) -> Pairs:
    return {(a, b) for pairs in near_pairs(vectors, threshold) for a, b in pairs.tolist()}


def in_blocks(vectors: Vectors, threshold: float) -> Pairs:
    """Half of the matrix of cosines, block by block."""
    found: Pairs = set()
    for first in range(0, len(vectors), BLOCK):
        for second in range(first, len(vectors), BLOCK):
            cosines = vectors[first : first + BLOCK] @ vectors[second : second + BLOCK].T
            rows, others = np.nonzero(cosines >= threshold)
            pairs = zip((rows + first).tolist(), (others + second).tolist(), strict=True)
            found |= {(a, b) for a, b in pairs if a < b}
    return found


def by_faiss(vectors: Vectors, threshold: float) -> Pairs:
    index = faiss.IndexFlatIP(WIDTH)
    index.add(vectors)
    found: Pairs = set()
    for first in range(0, len(vectors), BLOCK):
        ends, _, others = index.range_search(vectors[first : first + BLOCK], threshold)
        rows = np.repeat(np.arange(len(ends) - 1), np.diff(ends).astype(np.int64)) + first
        found |= {(a, b) for a, b in zip(rows.tolist(), others.tolist(), strict=True) if a < b}
    return found


if __name__ == "__main__":
    main()
