"""Heads: deterministic, stored as JSON, cross-validated by group, refused below the floor."""

from __future__ import annotations

import numpy as np
import pytest
from judging_kit import HashEmbedder

from kakoc.errors import JudgeError
from kakoc.ir import Ir, JudgeExample, JudgeSpec
from kakoc.judging import Head, fit_head
from kakoc.judging.reading import example_item, read
from kakoc.judging.regression import auroc, bootstrap_interval, fit_logistic, out_of_fold


def spec_named(ir: Ir, name: str) -> JudgeSpec:
    return next(spec for spec in ir.judges if spec.name == name)


def test_judges_with_examples_get_a_head(heads: dict[str, Head]) -> None:
    assert sorted(heads) == ["empathy", "presence", "stabilization"]


def test_fitting_twice_gives_the_same_json(ir: Ir, heads: dict[str, Head]) -> None:
    again = fit_head(spec_named(ir, "empathy"), HashEmbedder())
    assert again.model_dump_json() == heads["empathy"].model_dump_json()


def test_a_head_read_from_json_scores_the_same(ir: Ir, heads: dict[str, Head]) -> None:
    spec, embedder = spec_named(ir, "presence"), HashEmbedder()
    stored = Head.model_validate_json(heads["presence"].model_dump_json())
    readings = [read(spec, example_item(spec, example)) for example in spec.examples[:8]]
    scores = stored.probabilities(spec, readings, embedder)
    assert scores == heads["presence"].probabilities(spec, readings, embedder)
    assert all(0 < score < 1 for score in scores)
    assert stored.fingerprint == heads["presence"].fingerprint


def test_a_head_refuses_another_embedder(ir: Ir, heads: dict[str, Head]) -> None:
    other = HashEmbedder()
    other.name = "hash@2"
    with pytest.raises(JudgeError, match="fitted with hash@1, not with hash@2"):
        heads["empathy"].probabilities(spec_named(ir, "empathy"), [], other)


def test_a_judge_below_its_floor_is_refused_with_the_figure(ir: Ir) -> None:
    swapped = tuple(
        example.model_copy(update={"label": number % 2})
        for number, example in enumerate(spec_named(ir, "empathy").examples)
    )
    spec = spec_named(ir, "empathy").model_copy(update={"examples": swapped})
    with pytest.raises(JudgeError, match=r"AUROC of 0\.\d{3} \[.*below its floor of 0\.85"):
        fit_head(spec, HashEmbedder())


def test_a_judge_needs_both_sides_in_two_groups(ir: Ir) -> None:
    examples = tuple(
        JudgeExample(group="one", author="a", label=label, seeker="I am tired.", reply="Oh.")
        for label in (0, 1)
    )
    spec = spec_named(ir, "empathy").model_copy(update={"examples": examples})
    with pytest.raises(JudgeError, match="good examples in two groups"):
        fit_head(spec, HashEmbedder())


def test_examples_do_not_tell_by_their_length(ir: Ir) -> None:
    for spec in ir.judges:
        lengths = np.array([float(len(example.reply.split())) for example in spec.examples])
        labels = np.array([example.label for example in spec.examples])
        assert not spec.examples or 0.4 < auroc(lengths, labels) < 0.6, spec.name


def test_auroc_counts_ties_half() -> None:
    labels = np.array([1.0, 1.0, 0.0, 0.0])
    assert auroc(np.array([0.9, 0.8, 0.1, 0.2]), labels) == 1.0
    assert auroc(np.array([0.5, 0.5, 0.5, 0.5]), labels) == 0.5
    assert np.isnan(auroc(np.array([0.5, 0.5]), np.array([1.0, 1.0])))


def test_logistic_regression_finds_the_column_that_matters() -> None:
    random = np.random.default_rng(0)
    rows = random.normal(size=(200, 3))
    fitted = fit_logistic(rows, (rows[:, 1] > 0).astype(float), penalty=1.0)
    assert np.abs(fitted.weights).argmax() == 1
    assert ((fitted.probabilities(rows) > 0.5) == (rows[:, 1] > 0)).mean() > 0.95


def test_no_fold_splits_a_group() -> None:
    groups = ["a", "b", "c", "a", "b", "c", "d"]

    def shared_groups(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        known = {groups[index] for index in train}
        return np.array([float(groups[index] in known) for index in test])

    assert out_of_fold(groups, shared_groups, folds=2).tolist() == [0.0] * 7


def test_the_interval_holds_the_figure() -> None:
    random = np.random.default_rng(1)
    labels = np.tile([0.0, 1.0], 40)
    scores = labels + random.normal(size=80)
    groups = [str(number // 4) for number in range(80)]
    low, high = bootstrap_interval(scores, labels, groups)
    assert low < auroc(scores, labels) < high
    assert (low, high) == bootstrap_interval(scores, labels, groups)
