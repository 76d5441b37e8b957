"""Scores of one trait family, and how they sound. Knows distributions, no person.

Every trait is normal with the mean and spread of the spec, covered evenly block by block, and the
traits of a family keep their correlations; then clipped to 0-100 and rounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np

from kakoc.errors import KakocError
from kakoc.ir import Bands, Trait, TraitFamily
from kakoc.plan.design import BLOCK, Design, Floats, Ints

Scores = Mapping[str, Mapping[str, int]]
"""By family and trait."""
LOW, HIGH = 35, 65
"""Below, a trait sounds low; above, high."""
MIDDLE = 50
MOST_SENTENCES = 5
HAIR = 1e-9
"""Added to each variance, so that traits that determine each other have a factor too."""

_normal_quantile = NormalDist().inv_cdf


def scores(family: TraitFamily, design: Design) -> list[dict[str, int]]:
    """The scores of every row, by trait."""
    columns = zip(family.traits, _dependent(family, design), strict=True)
    names = [trait.id for trait in family.traits]
    table = [_column(trait, family, score, design).tolist() for trait, score in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*table, strict=True)]


def speech(families: Sequence[TraitFamily], scores: Scores) -> list[str]:
    """How the most marked traits sound, the most marked first."""
    heard = [
        (scores[family.id][trait.id], trait.speech)
        for family in families
        for trait in family.traits
        if trait.speech
    ]
    heard.sort(key=lambda item: -abs(item[0] - MIDDLE))
    sentences = [_sentence(bands, score) for score, bands in heard]
    return [sentence for sentence in sentences if sentence][:MOST_SENTENCES]


def _column(trait: Trait, family: TraitFamily, score: Floats, design: Design) -> Ints:
    quantiles = _normals(design.stratified(f"{family.id} {trait.id}", score))
    clipped: Floats = (trait.mean + trait.sd * quantiles).clip(0, 100)
    return np.rint(clipped).astype(np.int64)


def _dependent(family: TraitFamily, design: Design) -> Floats:
    """Correlated standard normals of whole blocks, one line a trait."""
    whole = design.whole(BLOCK)
    independent = [_normals(whole.noise(f"{family.id} {trait.id}")) for trait in family.traits]
    return _factor(family) @ np.stack(independent)


def _factor(family: TraitFamily) -> Floats:
    """The Cholesky factor of the family's correlations."""
    place = {trait.id: number for number, trait in enumerate(family.traits)}
    matrix = np.eye(len(place)) * (1 + HAIR)
    for correlation in family.correlations:
        one, other = (place[name] for name in correlation.between)
        matrix[one, other] = matrix[other, one] = correlation.r
    try:
        return np.linalg.cholesky(matrix).astype(np.float64)
    except np.linalg.LinAlgError:
        raise KakocError(
            f"the correlations of `{family.id}` cannot hold together",
            "bring them nearer to 0: their matrix must be positive semi-definite",
        ) from None


def _normals(uniform: Floats) -> Floats:
    return np.fromiter(map(_normal_quantile, uniform.tolist()), np.float64, len(uniform))


def _sentence(bands: Bands, score: int) -> str:
    if score < LOW:
        return bands.low
    return bands.high if score > HIGH else bands.middle
