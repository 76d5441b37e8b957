"""Heads: deterministic, stored as JSON, cross-validated by group, measured on other authors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from judging_kit import HashEmbedder, few

from kakoc.errors import JudgeError
from kakoc.ir import Ir, JudgeExample, JudgeSpec
from kakoc.judging import Head, fit_head
from kakoc.judging.reading import example_item, read
from kakoc.lang import compile_spec

ROOT = Path(__file__).parents[2]
FITTED = ["empathy", "heldout_support", "presence", "safety", "stabilization"]


def spec_named(ir: Ir, name: str) -> JudgeSpec:
    return next(spec for spec in ir.judges if spec.name == name)


def test_judges_with_examples_get_a_head(heads: dict[str, Head]) -> None:
    assert sorted(heads) == FITTED


def test_fitting_twice_gives_the_same_json(ir: Ir, heads: dict[str, Head]) -> None:
    again = fit_head(spec_named(ir, "presence"), HashEmbedder())
    assert again.model_dump_json() == heads["presence"].model_dump_json()


def test_a_head_read_from_json_scores_the_same(ir: Ir, heads: dict[str, Head]) -> None:
    spec, embedder = spec_named(ir, "empathy"), HashEmbedder()
    stored = Head.model_validate_json(heads["empathy"].model_dump_json())
    readings = [read(spec, example_item(spec, example)) for example in spec.examples[:8]]
    scores = stored.probabilities(spec, readings, embedder)
    assert scores == heads["empathy"].probabilities(spec, readings, embedder)
    assert all(0 < value < 1 for row in scores for value in row.values())
    assert scores[0].keys() == {"overall", *(part.id for part in spec.parts)}
    assert stored.fingerprint == heads["empathy"].fingerprint


def test_no_reading_needs_no_embedder(ir: Ir, heads: dict[str, Head]) -> None:
    assert heads["empathy"].probabilities(spec_named(ir, "empathy"), [], HashEmbedder()) == []


def test_a_head_refuses_another_embedder(ir: Ir, heads: dict[str, Head]) -> None:
    other = HashEmbedder()
    other.name = "hash@2"
    with pytest.raises(JudgeError, match="fitted with hash@1, not with hash@2"):
        heads["empathy"].probabilities(spec_named(ir, "empathy"), [], other)


def test_the_held_out_judge_sees_words_and_no_embedding(ir: Ir, heads: dict[str, Head]) -> None:
    embedder = HashEmbedder()
    spec = spec_named(ir, "heldout_support")
    readings = [read(spec, example_item(spec, example)) for example in spec.examples[:3]]
    assert len(heads["heldout_support"].probabilities(spec, readings, embedder)) == 3
    assert embedder.embedded == []
    assert heads["heldout_support"].embedder.startswith("words@")


def test_a_judge_below_its_floor_is_refused_with_the_figure(ir: Ir) -> None:
    spec = spec_named(ir, "presence").model_copy(update={"levels": (), "floor": 0.85})
    shuffled = tuple(
        example.model_copy(update={"labels": {"overall": float(number % 2)}})
        for number, example in enumerate(spec.examples)
    )
    with pytest.raises(JudgeError, match=r"AUROC of 0\.\d{3} \[.*below its floor of 0\.85"):
        fit_head(spec.model_copy(update={"examples": shuffled}), HashEmbedder())


def test_a_part_needs_both_sides_in_two_groups(ir: Ir) -> None:
    examples = tuple(
        JudgeExample(group="one", labels={"overall": label}, seeker="I am tired.", reply="Oh.")
        for label in (0.0, 1.0)
    )
    spec = spec_named(ir, "presence").model_copy(update={"examples": examples, "levels": ()})
    with pytest.raises(JudgeError, match="good examples of `overall` in two groups"):
        fit_head(spec, HashEmbedder())


def test_test_authors_are_measured_and_never_fitted(ir: Ir, heads: dict[str, Head]) -> None:
    spec = spec_named(ir, "empathy")
    tests = {example.author for example in spec.examples if example.use == "test"}
    assert tests
    assert not tests & set(heads["empathy"].authors)
    assert heads["empathy"].tests["overall"].good > 0
    fitting = tuple(example for example in spec.examples if example.use == "fit")
    alone = fit_head(spec.model_copy(update={"examples": fitting}), HashEmbedder())
    assert alone.parts == heads["empathy"].parts
    assert alone.tests == {}


def test_a_ladder_climbs_through_the_labels(ir: Ir, heads: dict[str, Head]) -> None:
    ladder = heads["presence"].ladder
    assert ladder is not None
    assert list(ladder.values) == sorted(ladder.values)
    assert len(ladder.values) == len(spec_named(ir, "presence").levels) + 1
    assert "overall" not in heads["presence"].parts


def test_a_detector_says_yes_only_where_it_was_right(heads: dict[str, Head]) -> None:
    thresholds = [part.threshold for part in heads["safety"].parts.values()]
    assert all(threshold is None or 0 < threshold < 1 for threshold in thresholds)
    assert all(part.threshold is None for part in heads["empathy"].parts.values())


def test_examples_do_not_tell_by_their_length() -> None:
    compiled = compile_spec(ROOT, ROOT / "spec").ir
    assert compiled is not None
    for spec in compiled.judges:
        for name in {name for example in spec.examples for name in example.labels}:
            labelled = [example for example in spec.examples if name in example.labels]
            words = [float(len(example.reply.split())) for example in labelled]
            labels = [example.labels[name] for example in labelled]
            assert abs(np.corrcoef(words, labels)[0, 1]) < 0.25, (spec.name, name)


def test_a_few_examples_keep_both_kinds(ir: Ir) -> None:
    safety = few(spec_named(ir, "safety"))
    assert {value for example in safety.examples for value in example.labels.values()} == {0, 1}
