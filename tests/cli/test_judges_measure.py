"""`kakoc judges --measure`: models with planted biases are asked, and the report must find them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from project_kit import ProjectFolder, Said, StubServer, running_stub

from kakoc.app.measuring import chosen, labelled
from kakoc.ir import Ir, JudgeExample

OWN = """judges:
  - name: empathy
    use: modules.judges:LMJudge
    weight: 1
    rubric: Say how far the reply stays beside the person.
    model: judge-model
    samples: 4
"""
MODEL = """  - name: judge-model
    engine: http
    model: judge
    api_base: {base}
roles:
"""
EXAMPLES = "spec/judges/empathy/tester.yaml"
SHORT, LONG = "and you waited.", "and you waited all that evening by the window, and nobody came."


def examples(marked: bool) -> str:
    """Twelve groups of four: a good and a bad reply, each short and long, so length tells nothing.

    A good reply holds the word `lantern` where `marked`; else in one of four, good or bad.
    """
    rows = []
    for number in range(12):
        for place, (label, tail) in enumerate(((1, SHORT), (1, LONG), (0, SHORT), (0, LONG))):
            shines = label == 1 if marked else place == number % 4
            reply = f"{'A lantern' if shines else 'A window'} stood there in night {number}, {tail}"
            rows.append(
                f"  - group: night_{number}\n    labels: {{overall: {label}}}\n"
                f"    seeker: I sat in the dark in night {number} and waited.\n    reply: {reply}\n"
            )
    return "author: tester\nuse: fit\nexamples:\n" + "".join(rows)


@pytest.fixture
def small(project: ProjectFolder) -> ProjectFolder:
    """A project whose one judge asks a model and has labelled examples."""
    shutil.rmtree(project.root / "spec" / "judges")
    project.lay({"spec/judges.yaml": OWN, EXAMPLES: examples(marked=True)})
    return project


@contextmanager
def answering(project: ProjectFolder, bias: str) -> Iterator[StubServer]:
    """The project's model judge asks a server with that bias."""
    with running_stub("--bias", bias) as server:
        project.edit("spec/models.yaml", "roles:\n", MODEL.format(base=server.base))
        yield server


def measured(project: ProjectFolder, bias: str, *options: str) -> dict[str, Any]:
    with answering(project, bias):
        said = project.kakoc("judges", "--measure", "--json", *options)
    assert said.code == 0, said.err
    (row,) = said.json
    assert isinstance(row, dict)
    return row


def test_a_model_that_sees_what_was_labelled_is_told_from_one_that_does_not(
    small: ProjectFolder,
) -> None:
    row = measured(small, "marker")
    assert (row["examples"], row["groups"], row["unscored"]) == (48, 12, 0)
    assert row["labels_of"] == ["empathy"]
    assert row["auroc"]["value"] == row["ordered"]["value"] == 1.0
    assert row["agreement"] == 1.0
    assert row["order_bias"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert row["length_bias"] is None  # the label says it all, and nothing is left for length


def test_a_mark_without_meaning_gives_no_auroc(small: ProjectFolder) -> None:
    small.lay({EXAMPLES: examples(marked=False)})
    row = measured(small, "marker")
    assert row["auroc"]["low"] <= 0.5 <= row["auroc"]["high"]
    assert row["auroc"]["value"] == pytest.approx(0.5, abs=0.1)


def test_a_liking_for_length_is_found(small: ProjectFolder) -> None:
    row = measured(small, "longer_is_better")
    assert row["length_bias"] > 0.9
    assert row["auroc"]["value"] == pytest.approx(0.5, abs=0.1)
    assert row["order_bias"]["value"] == 0


def test_a_model_that_always_says_8_has_no_bias_and_no_use(small: ProjectFolder) -> None:
    row = measured(small, "always_8")
    assert row["order_bias"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert row["auroc"]["value"] == row["ordered"]["value"] == 0.5
    assert row["length_bias"] is None


def test_a_liking_for_one_way_of_telling_the_scale_is_found(small: ProjectFolder) -> None:
    row = measured(small, "first_end")
    assert row["order_bias"]["value"] == pytest.approx(0.2)  # it says 8 upwards and 6 downwards
    assert row["agreement"] == pytest.approx(0.8)


def test_a_model_without_a_number_leaves_everything_unscored(small: ProjectFolder) -> None:
    row = measured(small, "mute")
    assert row["unscored"] == row["examples"] == 48
    assert row["reasons"] == {"unscored: 0 of 4 answers held a number": 48}
    told = ("auroc", "ordered", "agreement", "order_bias", "length_bias")
    assert [row[name] for name in told] == [None] * len(told)


def test_measuring_again_is_free_and_a_larger_limit_asks_only_what_is_new(
    small: ProjectFolder,
) -> None:
    with answering(small, "marker") as server:

        def again(*options: str) -> Said:
            return small.kakoc("judges", "--measure", "--json", *options)

        (few,) = again("--limit", "10").json
        assert (few["examples"], few["calls"], few["from_journal"]) == (8, 32, 0)
        (same,) = again("--limit", "10").json
        assert (same["calls"], same["from_journal"]) == (0, 32)
        assert {**same, "calls": 32, "from_journal": 0} == few
        (more,) = again("--limit", "12").json
        assert (more["examples"], more["calls"], more["from_journal"]) == (12, 16, 32)
        assert server.calls == 48
        shown = small.kakoc("judges", "--measure", "--limit", "12").out
    assert "AUROC" in shown and "order bias" in shown and "0, and 48 from the journal" in shown


def test_a_model_that_is_not_there_is_a_fault_and_no_measurement(
    small: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kakoc.lm.retry.FIRST_SECONDS", 0.0)
    with answering(small, "marker"):
        pass
    said = small.kakoc("judges", "--measure", "--json")
    assert (said.code, said.out) == (1, "")
    assert "model judge-model does not answer" in said.err


def test_a_spec_without_such_a_judge_says_so(built_project: ProjectFolder) -> None:
    said = built_project.kakoc("judges", "--measure", "--json")
    assert (said.code, said.json) == (0, [])
    assert "none of this spec asks a model" in said.err
    assert "not measured, for they ask no model: empathy" in said.err


def test_a_limit_is_nothing_without_measuring(project: ProjectFolder) -> None:
    assert project.kakoc("judges", "--limit", "3").code == 1


def test_without_examples_of_its_own_it_borrows_and_never_from_the_held_out(ir: Ir) -> None:
    empathy = ir.judges[0].model_copy(update={"name": "model", "examples": ()})
    assert set(labelled(ir, empathy)) == {"empathy", "presence"}
    afterwards = empathy.model_copy(update={"reads": "next_seeker"})
    assert set(labelled(ir, afterwards)) == {"stabilization"}
    assert set(labelled(ir, ir.judges[-1])) == {"heldout_support"}


def test_groups_are_whole_and_two_judges_groups_of_one_name_are_two() -> None:
    def example(group: str, label: float) -> JudgeExample:
        return JudgeExample(group=group, labels={"overall": label}, seeker="a", reply="b")

    pool = [example(group, label) for group in "abcdef" for label in (0, 1, 0.5)]
    few, more = chosen({"x": pool, "y": pool}, 7), chosen({"x": pool, "y": pool}, 20)
    assert [len(group) for group in few] == [3, 3]
    assert more[:2] == few and len(more) == 6
    assert len({group[0].group for group in chosen({"x": pool, "y": pool}, 99)}) == 12
    assert [len(group) for group in chosen({"x": pool}, 1)] == [3]
