"""How fast people are sampled, and how evenly: against the spec and against plain random sampling.

    python benchmarks/plan.py [--personas 100000] [--seeds 20]

Speed: personas a second of the whole plan, cards included. Margins: the largest difference of any
share from the spec's, in standard errors, and the largest error of any correlation. Coverage: the
centred L2 discrepancy (Hickernell, Mathematics of Computation, 1998) of 69 rows over age, traits
and categories, of this plan and of independent draws from the same margins; lower is more even.
"""

from __future__ import annotations

import argparse
import math
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import NormalDist, fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from kakoc.ir import Ir
from kakoc.lang import compile_spec
from kakoc.plan import sample
from kakoc.types import PersonaRow

ROOT = Path(__file__).parent.parent
CIRCUMSTANCES = ("partnership", "children", "household", "employment", "financial_status")
CIRCUMSTANCES += ("social_network",)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--personas", type=int, default=100_000)
    parser.add_argument("--seeds", type=int, default=20)
    asked = parser.parse_args()
    ir = compile_spec(ROOT, ROOT / "spec").ir
    assert ir, "the spec has errors: run `kakoc check`"
    begun = time.perf_counter()
    rows = sample(ir, asked.personas)
    seconds = time.perf_counter() - begun
    print(f"{asked.personas} personas in {seconds:.1f} s: {asked.personas / seconds:,.0f} a second")
    for name, off, where in (_worst_share(ir, rows), _worst_correlation(ir, rows)):
        print(f"{name}: {off:.4f} at {where}")
    _print_coverage(ir, asked.seeds)


def shares(ir: Ir, rows: list[PersonaRow]) -> Iterator[tuple[str, float, float]]:
    """(name, share of the spec, share of the rows) of every option, age band and problem."""
    count = len(rows)
    now = [row.card["current_socio_demographics"] for row in rows]
    found = {name: Counter(each[name] for each in now) for name in CIRCUMSTANCES}
    found["gender"] = Counter(row.card["gender_at_birth"] for row in rows)
    found["risk"] = Counter(
        row.card["presenting_problem"]["risk"]["self_harm_ideation"] for row in rows
    )
    for category in ir.categories:
        for option in category.options if category.id in found else ():
            seen = found[category.id][option.text if category.id in CIRCUMSTANCES else option.id]
            yield f"{category.id}.{option.id}", option.share, seen / count
    ages = np.array([each["age"] for each in now])
    for band in ir.ages:
        inside = float(((ages >= band.ages[0]) & (ages <= band.ages[1])).mean())
        yield f"ages.{band.ages[0]}-{band.ages[1]}", band.share, inside
    problems = Counter(row.problem for row in rows)
    for problem in ir.problems:
        yield f"problems.{problem.id}", 1 / len(ir.problems), problems[problem.id] / count


def traits(ir: Ir, rows: list[PersonaRow]) -> dict[str, NDArray[np.float64]]:
    """Family -> scores, one line a trait."""
    return {
        family.id: np.array(
            [[row.card[family.id][trait.id] for row in rows] for trait in family.traits], float
        )
        for family in ir.families
    }


def _worst_share(ir: Ir, rows: list[PersonaRow]) -> tuple[str, float, str]:
    worst = max(
        (
            abs(seen - told) / math.sqrt(told * (1 - told) / len(rows)),
            f"{name} {seen:.4f}/{told:.4f}",
        )
        for name, told, seen in shares(ir, rows)
    )
    return "largest difference of a share, in standard errors", *worst


def _worst_correlation(ir: Ir, rows: list[PersonaRow]) -> tuple[str, float, str]:
    found = []
    for family in ir.families:
        seen = np.corrcoef(traits(ir, rows)[family.id])
        place = {trait.id: number for number, trait in enumerate(family.traits)}
        told = np.eye(len(place))
        for correlation in family.correlations:
            one, other = (place[name] for name in correlation.between)
            told[one, other] = told[other, one] = correlation.r
        at = np.unravel_index(np.abs(seen - told).argmax(), told.shape)
        names = [family.traits[number].id for number in at]
        found.append((float(abs(seen - told)[at]), " x ".join(names)))
    return "largest error of a correlation", *max(found)


def _print_coverage(ir: Ir, seeds: int) -> None:
    """Mean discrepancy over plan seeds; the random rows have the same margins, independent."""
    ours, random = [], []
    for seed in range(seeds):
        seeded = ir.model_copy(
            update={"project": ir.project.model_copy(update={"plan_seed": seed})}
        )
        points = _unit_points(ir, sample(seeded, 69))
        ours.append(qmc.discrepancy(points))
        random.append(qmc.discrepancy(np.random.default_rng(seed).random(points.shape)))
    ratio = fmean(ours) / fmean(random)
    print(
        f"discrepancy of 69 rows: {fmean(ours):.3f}, random {fmean(random):.3f}, ratio {ratio:.3f}"
    )


def _unit_points(ir: Ir, rows: list[PersonaRow]) -> NDArray[np.float64]:
    """Each row's age and style scores as quantiles of their distributions."""
    now: list[dict[str, Any]] = [row.card["current_socio_demographics"] for row in rows]
    edges = np.cumsum(_age_weights(ir))
    ages = [float(edges[each["age"]] - _age_weights(ir)[each["age"]] / 2) for each in now]
    style = next(family for family in ir.families if family.id == "csi")
    columns = [
        [NormalDist(t.mean, t.sd).cdf(row.card[style.id][t.id]) for row in rows]
        for t in style.traits
    ]
    return np.clip(np.array([ages, *columns]).T, 0, 1)


def _age_weights(ir: Ir) -> NDArray[np.float64]:
    weights = np.zeros(121)
    for band in ir.ages:
        first, last = band.ages
        weights[first : last + 1] += band.share / (last - first + 1)
    return weights


if __name__ == "__main__":
    main()
