"""The card: a head that machines read, and everything a reader must know before using the data."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml
from export_kit import ABOUT, crossed, export, make_run, talk, turn, variant
from huggingface_hub import DatasetCard

from kakoc.store.export import canary
from kakoc.store.runs import RunFolder

FIGURE = {"value": 0.91, "low": 0.85, "high": 0.96, "good": 40, "bad": 38}
LINT = {
    "counts": {"error": 0, "warning": 2},
    "checked": {"personas": 3, "turns": 6},
    "by_code": [["L301", "Texts repeat", 2]],
}


def card(run: RunFolder, out: Path, form: str = "hf", **about: Any) -> str:
    export(run, form, out, **about)
    return " ".join((out / "README.md").read_text(encoding="utf-8").split())


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return make_run(tmp_path)


def test_the_head_names_configs_and_their_files(run: RunFolder, tmp_path: Path) -> None:
    export(run, "hf", tmp_path / "out")
    head = DatasetCard.load(tmp_path / "out" / "README.md").data.to_dict()
    assert (head["license"], head["language"]) == ("apache-2.0", ["en"])
    assert [config["config_name"] for config in head["configs"]] == [
        "preference",
        "sft",
        "kto",
        "conversations",
    ]
    for config in head["configs"]:
        for files in config["data_files"]:
            assert len(list((tmp_path / "out").glob(files["path"]))) == 1
    assert [info["config_name"] for info in head["dataset_info"]] == [
        config["config_name"] for config in head["configs"]
    ]


@pytest.mark.parametrize("form", ["trl", "sft", "kto", "jsonl", "parquet"])
def test_every_format_has_a_card(run: RunFolder, tmp_path: Path, form: str) -> None:
    told = card(run, tmp_path / "out", form)
    assert "## Intended use" in told and ABOUT.canary in told
    assert "One file holds all splits" in told


def test_it_says_what_made_the_data(run: RunFolder, tmp_path: Path) -> None:
    told = card(run, tmp_path / "out")
    for fact in (
        "| spec | `5bec` |",
        "| build | `b01d` |",
        "`run-1`, finished 2026-01-31",
        "| seed of the model calls | 7 |",
        "| model of the seeker | `embedded/tiny@1234` |",
        "| empathy | reward 0.6 |",
    ):
        assert fact in told


def test_it_counts(run: RunFolder, tmp_path: Path) -> None:
    told = card(run, tmp_path / "out")
    for fact in (
        "| turns | 6 |",
        "| variants | 18 | 18 ok |",
        "| planned | 18 |",
        "| ties | 6 |",
        "| dropped: both sides are unsafe | 3 |",
        "| 0.5 | 4 (n=6) | 15 (n=6) | 0.5 (n=6) | 0.5 (n=6) |",
        "| length only | 0.5 | 0.4 to 0.6 |",
        "| `kto` | won one head-to-head and lost another | 6 |",
    ):
        assert fact in told


def test_it_gives_the_judges_figures(run: RunFolder, tmp_path: Path) -> None:
    judge = {
        "name": "warm",
        "use_for": "reward",
        "weight": 1,
        "figures": {"a": FIGURE},
        "tests": {},
    }
    told = card(run, tmp_path / "out", judges=(judge,))
    assert "| warm | reward 1 | a | 0.91 [0.85, 0.96] n=40+38 | - |" in told


def test_figures_of_an_older_shape_are_no_fault(run: RunFolder, tmp_path: Path) -> None:
    old = {"name": "warm", "use_for": "reward", "weight": 1, "auroc": 0.9, "examples": 80}
    assert "| warm | reward 1 | - | not fitted | - |" in card(run, tmp_path / "out", judges=(old,))


def test_it_says_what_it_is_for_and_what_not(run: RunFolder, tmp_path: Path) -> None:
    told = card(run, tmp_path / "out")
    assert "## Intended use - Research. Not intended: - Not for use with people in crisis." in told


def test_confounded_pairs_say_so(run: RunFolder, tmp_path: Path) -> None:
    told = card(run, tmp_path / "out", pairs={"confounded": ["length_only"]})
    assert "**Confounded:** length only predicts more" in told
    assert "Confounded" not in card(run, tmp_path / "out")


def test_lint_is_in_it_where_it_ran(run: RunFolder, tmp_path: Path) -> None:
    told = card(run, tmp_path / "out", lint=LINT)
    assert "read 3 personas, 6 turns: 0 error, 2 warning" in told
    assert "| L301 | Texts repeat | 2 |" in told
    assert "## Lint" not in card(run, tmp_path / "out")


def test_hard_lines_are_counted(tmp_path: Path) -> None:
    bad = variant(0.2, "", status="rejected", violations=crossed("exclude"))
    run = make_run(tmp_path, [talk("cairo", [turn(1, [bad, variant(0.8)])])])
    assert "| exclude_rule | 1 |" in card(run, tmp_path / "out")


@pytest.mark.parametrize(
    ("license_", "head"),
    [
        ("Apache-2.0", {"license": "apache-2.0"}),
        ("Ours only", {"license": "other", "license_name": "Ours only"}),
    ],
)
def test_a_license_the_hub_does_not_know_has_a_name(
    run: RunFolder, tmp_path: Path, license_: str, head: dict[str, str]
) -> None:
    export(run, "hf", tmp_path / "out", license=license_)
    text = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    found = yaml.safe_load(text.split("---\n")[1])
    assert {name: found.get(name) for name in head} == head


def test_imported_data_are_not_called_ours(run: RunFolder, tmp_path: Path) -> None:
    told = card(run, tmp_path / "out", imported="prototype", build="", models={})
    assert "Others made these data" in told and "Every person is sampled" not in told
    assert "| build | none |" in told
    assert "| model of the supporter | `embedded/tiny@1234` |" in told


def test_the_canary_follows_from_the_project_alone() -> None:
    assert canary("demo") == canary("demo") == str(uuid.UUID(canary("demo")))
    assert canary("demo") != canary("other")
    assert canary("kakoverse") == "8513d3aa-7fe0-58ec-9601-0e06242a050a"


def test_it_can_be_cited(run: RunFolder, tmp_path: Path) -> None:
    told = card(run, tmp_path / "out", url="hub/datasets/o/n")
    assert re.search(r"@misc\{demo_run_1, title = \{A demo of talks\}", told)
    assert "url = {hub/datasets/o/n}" in told
    assert 'load_dataset("o/n", "preference", split="train")' in told
