"""The world of the first project is complete, varied and harmless. Reads the YAML itself.

Knows no compiler: `kakoc check` proves shape and names, these tests what a schema cannot say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

SPEC = Path(__file__).parents[2] / "spec"
WORLD = ("cities.yaml", "decades.yaml", "problems.yaml", "traits.yaml")
PLACES = tuple(sorted(path.relative_to(SPEC).as_posix() for path in SPEC.glob("places/*.yaml")))
DECADES = [f"{year}s" for year in range(1920, 2030, 10)]
PHONE = re.compile(r"\d(?:[ ().+-]{0,2}\d){5,}")
ADDRESS = re.compile(r"https?:|www\.|@|\b\w+\.(?:com|org|net|gov|info)\b", re.IGNORECASE)
DIAGNOSIS = re.compile(
    r"depress|anxiety|disorder|diagnos|bipolar|ptsd|trauma|schizo|psychos|\bocd\b|insomnia|addict",
    re.IGNORECASE,
)


def load(name: str) -> Any:
    return yaml.safe_load((SPEC / name).read_text(encoding="utf-8"))


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.values() for text in texts(item))
    elif isinstance(value, list):
        yield from (text for item in value for text in texts(item))


def contexts() -> dict[tuple[str, str], str]:
    return {
        (city, decade): text
        for name in PLACES
        for city, decades in load(name)["places"].items()
        for decade, text in decades.items()
    }


def place_names() -> re.Pattern[str]:
    cities = load("cities.yaml")["cities"]
    called = {
        entry[key]
        for city in cities
        for entry in (city, *city.get("formerly", ()))
        for key in ("name", "country")
    }
    return re.compile("|".join(map(re.escape, sorted(called, key=len, reverse=True))), re.I)


def four_grams(text: str) -> set[tuple[str, ...]]:
    words = [word for word in re.findall(r"\w+", text.lower()) if not re.match(r"\d{4}", word)]
    return set(zip(words, words[1:], words[2:], words[3:], strict=False))


def test_every_city_has_a_context_for_every_decade() -> None:
    cities = [city["id"] for city in load("cities.yaml")["cities"]]
    assert [decade["id"] for decade in load("decades.yaml")["decades"]] == DECADES
    assert set(contexts()) == {(city, decade) for city in cities for decade in DECADES}


def test_a_context_stands_in_the_file_of_its_region() -> None:
    regions = {city["id"]: city["region"] for city in load("cities.yaml")["cities"]}
    for name in PLACES:
        document = load(name)
        assert name == f"places/{document['region']}.yaml"
        assert {regions[city] for city in document["places"]} == {document["region"]}


def test_no_two_contexts_share_half_of_their_four_grams() -> None:
    names = place_names()
    grams = {key: four_grams(names.sub(" ", text)) for key, text in contexts().items()}
    shared = {
        (one, other): len(grams[one] & grams[other]) / min(len(grams[one]), len(grams[other]))
        for one, other in combinations(grams, 2)
    }
    assert [pair for pair, share in shared.items() if share > 0.5] == []


def test_a_context_is_two_or_three_sentences_of_a_few_dozen_words() -> None:
    for key, text in contexts().items():
        assert 35 <= len(text.split()) <= 60, key
        assert 2 <= len(re.findall(r"[.!?](?=\s|$)", text)) <= 3, key


def test_former_names_of_a_city_do_not_overlap() -> None:
    for city in load("cities.yaml")["cities"]:
        spans = [(entry["start"], entry["end"]) for entry in city.get("formerly", ())]
        assert all(start <= end for start, end in spans)
        assert all(one[1] < other[0] for one, other in pairwise(spans))


def test_shares_of_a_category_sum_to_one() -> None:
    for category in load("traits.yaml")["categories"]:
        assert sum(option["share"] for option in category["options"]) == pytest.approx(1)


def test_every_category_has_an_option_for_every_adult_age() -> None:
    for category in load("traits.yaml")["categories"]:
        spans = [option.get("ages", [0, 120]) for option in category["options"]]
        assert all(any(low <= age <= high for low, high in spans) for age in range(18, 101))


@pytest.mark.parametrize("family", load("traits.yaml")["families"], ids=lambda family: family["id"])
def test_correlations_of_a_family_form_a_valid_matrix(family: dict[str, Any]) -> None:
    ids = [trait["id"] for trait in family["traits"]]
    matrix = np.eye(len(ids))
    for entry in family["correlations"]:
        one, other = map(ids.index, entry["between"])
        assert one != other
        assert matrix[one, other] == 0, f"{entry['between']} is given twice"
        matrix[one, other] = matrix[other, one] = entry["r"]
    assert np.linalg.eigvalsh(matrix).min() > 0


def test_problems_are_for_adults_and_can_have_begun_in_a_lifetime() -> None:
    for problem in load("problems.yaml")["problems"]:
        assert 18 <= problem["ages"][0] < problem["ages"][1] <= 100
        assert problem["duration_months"][1] <= 12 * problem["ages"][0]


def test_nobody_names_a_diagnosis_in_their_own_words() -> None:
    problems = load("problems.yaml")["problems"]
    said = [words for problem in problems for words in problem["words"]]
    assert [words for words in said if DIAGNOSIS.search(words)] == []


@pytest.mark.parametrize("name", WORLD + PLACES)
def test_no_text_holds_a_phone_number_or_an_address(name: str) -> None:
    found = [text for text in texts(load(name)) if PHONE.search(text) or ADDRESS.search(text)]
    assert found == []
