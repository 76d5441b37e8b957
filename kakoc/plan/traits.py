"""Scores of one trait family, and how they sound. Knows distributions, no person.

Every trait is normal with the mean and spread of the spec, covered evenly block by block, and the
traits of a family keep their correlations; then clipped to 0-100 and rounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np

from kakoc.errors import KakocError
from kakoc.ir import Bands, Problem, Trait, TraitFamily
from kakoc.plan.design import Design, Floats, Ints

Scores = Mapping[str, Mapping[str, int]]
"""By family and trait."""
LOW, HIGH = 35, 65
"""Below, a trait sounds low; above, high."""
MIDDLE = 50
MOST_SENTENCES = 5
SHRINKAGE = 0.025
HAIR = 1e-9
"""Added to each variance, so that traits that determine each other have a factor too."""

_normal_quantile = NormalDist().inv_cdf


class Leanings:
    """What else moves scores: the place in the distribution of ages, and the problem.

    Both move people within a trait's distribution and leave the distribution as it is: who has a
    problem that leans towards worry is found higher up in it, somebody else lower.
    """

    def __init__(self, problems: Sequence[Problem], of_rows: Sequence[int], ages: Floats) -> None:
        self._problems = problems
        self._of_rows = of_rows
        self._ages = _normals(ages)

    def pull(self, family: TraitFamily) -> tuple[Floats, Floats]:
        """What age and problem add to the score of each trait in each row, and their covariance.

        Shapes (traits, rows) and (traits, traits), in standard deviations.
        """
        with_age = np.array([trait.with_age for trait in family.traits])
        names = [f"{family.id}.{trait.id}" for trait in family.traits]
        leans = np.array([[p.leans.get(name, 0.0) for p in self._problems] for name in names])
        leans -= leans.mean(axis=1, keepdims=True)
        added = np.outer(with_age, self._ages) + leans[:, list(self._of_rows)]
        return added, np.outer(with_age, with_age) + leans @ leans.T / leans.shape[1]


def scores(family: TraitFamily, design: Design, leanings: Leanings) -> list[dict[str, int]]:
    """The scores of every row of whole blocks, by trait."""
    columns = zip(family.traits, _dependent(family, design, leanings), strict=True)
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


def _dependent(family: TraitFamily, design: Design, leanings: Leanings) -> Floats:
    """Correlated standard normals, one line a trait, moved by age and problem."""
    added, explained = leanings.pull(family)
    independent = [_normals(design.noise(f"{family.id} {trait.id}")) for trait in family.traits]
    return added + _factor(family, explained) @ np.stack(independent)


def _factor(family: TraitFamily, explained: Floats) -> Floats:
    """The Cholesky factor of what the correlations leave when age and problem are explained.

    Ranking in blocks and clipping shrink a correlation by 2 to 3 %; it is raised by as much, where
    a valid matrix allows that.
    """
    place = {trait.id: number for number, trait in enumerate(family.traits)}
    matrix = np.zeros((len(place), len(place)))
    for correlation in family.correlations:
        one, other = (place[name] for name in correlation.between)
        matrix[one, other] = matrix[other, one] = correlation.r
    for raised in (1 + SHRINKAGE, 1.0):
        try:
            whole = matrix * raised + np.eye(len(place)) * (1 + HAIR) - explained
            return np.linalg.cholesky(whole).astype(np.float64)
        except np.linalg.LinAlgError:
            continue
    raise KakocError(
        f"the correlations of `{family.id}` cannot hold together",
        "bring them, `with_age` and the problems' `leans` nearer to 0: what is left of their matrix"
        " must be positive semi-definite",
    )


def _normals(uniform: Floats) -> Floats:
    return np.fromiter(map(_normal_quantile, uniform.tolist()), np.float64, len(uniform))


def _sentence(bands: Bands, score: int) -> str:
    if score < LOW:
        return bands.low
    return bands.high if score > HIGH else bands.middle
