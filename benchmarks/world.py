"""How alike the contexts of the world are: word 4-grams over all of it, embeddings inside a decade.

    python benchmarks/world.py [--show 10]

The prototype of this data had 126 distinct texts for 759 contexts. Here names of cities, countries
and decades are taken out first; then no two contexts may share more than half of their word
4-grams, and pairs of one decade whose MiniLM embeddings are unusually near are listed, to be read
and rewritten. Cosines of short texts on one decade lie around 0.3; a retold text lies above 0.8.
"""

from __future__ import annotations

import argparse
import re
from itertools import combinations
from pathlib import Path

import numpy as np

from kakoc.ir import Ir
from kakoc.lang import compile_spec
from kakoc.lint.facts import place_names
from kakoc.lm import open_embedder

ROOT = Path(__file__).parent.parent
DECADE = re.compile(r"\b(?:19|20)\d\d(?:s\b)?")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", type=int, default=10)
    asked = parser.parse_args()
    ir = compile_spec(ROOT, ROOT / "spec").ir
    assert ir, "the spec has errors: run `kakoc check`"
    texts = nameless(ir)
    print(f"{len(texts)} contexts, {len(set(texts.values()))} distinct without names")
    print_shared(texts)
    print_near(texts, asked.show)


def nameless(ir: Ir) -> dict[tuple[str, str], str]:
    """(city, decade) -> context without names of places and years."""
    names = sorted(place_names(ir), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, names)))
    return {
        (city, decade): " ".join(DECADE.sub(" ", pattern.sub(" ", text)).split())
        for city, decades in ir.places.items()
        for decade, text in decades.items()
    }


def print_shared(texts: dict[tuple[str, str], str]) -> None:
    """The largest share of 4-grams that two contexts have in common."""
    grams = {key: _grams(text) for key, text in texts.items()}
    share, pair = max(
        (len(grams[one] & grams[other]) / min(len(grams[one]), len(grams[other])), (one, other))
        for one, other in combinations(grams, 2)
    )
    print(f"most shared 4-grams of two contexts: {share:.3f} {pair}; allowed: 0.5")


def print_near(texts: dict[tuple[str, str], str], show: int) -> None:
    """Mean, 99th percentile and the nearest pairs inside each decade."""
    keys = list(texts)
    vectors = open_embedder("minilm", lambda *_: None).embed([texts[key] for key in keys])
    found = []
    for decade in sorted({decade for _, decade in keys}):
        rows = [row for row, key in enumerate(keys) if key[1] == decade]
        cosines = vectors[rows] @ vectors[rows].T
        pairs = np.triu_indices(len(rows), 1)
        inside = cosines[pairs]
        print(
            f"{decade}: mean {inside.mean():.3f}, 99 % below {np.quantile(inside, 0.99):.3f},"
            f" nearest {inside.max():.3f}"
        )
        found += [
            (float(cosines[one, other]), keys[rows[one]][0], keys[rows[other]][0], decade)
            for one, other in zip(*pairs, strict=True)
        ]
    for cosine, one, other, decade in sorted(found, reverse=True)[:show]:
        print(f"{cosine:.3f} {decade} {one} / {other}")


def _grams(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return set(zip(words, words[1:], words[2:], words[3:], strict=False))


if __name__ == "__main__":
    main()
