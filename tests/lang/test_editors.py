"""The JSON Schemas beside the spec are those of the models, and the spec fits them.

`pytest --update-golden` rewrites the schemas and the first lines that name them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from kakoc.app.inputs import inputs
from kakoc.diagnostics import Diagnostic, Span
from kakoc.lang import compile_spec
from kakoc.lang.editors import FOLDER, MODELINE, modeline, schema_files, schema_path
from kakoc.lang.files import matches
from kakoc.lang.render import render
from kakoc.lang.schema import FILES
from kakoc.project import find_project

SPEC = Path(__file__).parents[2] / "spec"
KINDS = {
    path.relative_to(SPEC).as_posix(): next(
        kind.glob for kind in FILES if matches(path.relative_to(SPEC).as_posix(), kind.glob)
    )
    for path in sorted(SPEC.rglob("*"))
    if path.is_file() and path.suffix in (".yaml", ".json") and path.parent.name != FOLDER
}
"""Every file of the spec, and the pattern of its kind."""


SCHEMAS = schema_files()


def schema(name: str) -> Any:
    return json.loads(SCHEMAS[f"{FOLDER}/{name}.schema.json"])


def validator(file: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(SCHEMAS[schema_path(KINDS[file])]))


def content(file: str) -> Any:
    """What the file holds, read as YAML 1.2 by its JSON values; the spec needs nothing else."""
    text = (SPEC / file).read_text(encoding="utf-8")
    return json.loads(text) if file.endswith(".json") else yaml.load(text, yaml.CSafeLoader)


def test_the_schemas_beside_the_spec_are_those_of_the_models(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--update-golden"):
        (SPEC / FOLDER).mkdir(exist_ok=True)
        for name, text in SCHEMAS.items():
            (SPEC / name).write_text(text, encoding="utf-8")
    beside = {
        path.relative_to(SPEC).as_posix(): path.read_text(encoding="utf-8")
        for path in (SPEC / FOLDER).iterdir()
    }
    assert beside == SCHEMAS


@pytest.mark.parametrize("file", [file for file in KINDS if file.endswith(".yaml")])
def test_the_first_line_names_a_schema_that_is_there(
    file: str, pytestconfig: pytest.Config
) -> None:
    path, line = SPEC / file, modeline(KINDS[file])
    if pytestconfig.getoption("--update-golden"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        old = lines[1:] if lines[0].startswith(MODELINE) else lines
        path.write_text("".join([line + "\n", *old]), encoding="utf-8")
    assert path.read_text(encoding="utf-8").splitlines()[0] == line
    assert (path.parent / line.removeprefix(MODELINE)).is_file()


@pytest.mark.parametrize("file", KINDS)
def test_the_spec_fits_its_schema(file: str) -> None:
    jsonschema.Draft202012Validator.check_schema(validator(file).schema)
    validator(file).validate(content(file))


@pytest.mark.parametrize("file", KINDS)
def test_an_unknown_field_does_not_fit(file: str) -> None:
    with pytest.raises(jsonschema.ValidationError, match="populaton"):
        validator(file).validate(content(file) | {"populaton": 4})


def test_a_prompt_line_is_text() -> None:
    role = content("roles/seeker.yaml")
    role["prompt"]["turn"] = [{"text": "{message}"}]
    with pytest.raises(jsonschema.ValidationError):
        validator("roles/seeker.yaml").validate(role)


def test_fields_say_what_they_mean() -> None:
    city = schema("cities")["$defs"]["City"]["properties"]
    assert city["languages"]["description"] == "Others commonly spoken there."
    decade = schema("decades")["$defs"]["Decade"]["properties"]
    assert decade["register"]["description"] == "How people spoke."
    inherited = schema("personas")["properties"]["x-visible-to"]
    assert inherited["description"].startswith("Who may see the field")


def test_the_documented_pattern_finds_what_check_prints() -> None:
    text = (SPEC.parent / "docs" / "editors.md").read_text(encoding="utf-8")
    (task,) = re.findall(r"^```json\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    matcher = json.loads(task)["tasks"][0]["problemMatcher"]["pattern"]
    fault = Diagnostic("K201", "unknown field `a`", Span("spec/a.yaml", 7, 5), "warning")
    found = re.match(matcher["regexp"], render([fault], {}, "text"))
    assert found
    names = ("file", "line", "column", "severity", "code", "message")
    assert [found[matcher[name]] for name in names] == [
        *("spec/a.yaml", "7", "5", "warning", "K201", "unknown field `a`")
    ]


def test_the_documented_first_lines_are_those_of_the_spec() -> None:
    text = (SPEC.parent / "docs" / "editors.md").read_text(encoding="utf-8")
    shown = [line for line in text.splitlines() if line.startswith(MODELINE)]
    assert shown == [modeline("cities.yaml"), modeline("places/*.yaml")]


def test_schemas_are_no_part_of_the_spec() -> None:
    root = SPEC.parent
    assert not [path for path in inputs(find_project(root)) if FOLDER in path]
    assert not [path for path in compile_spec(root, SPEC).sources if FOLDER in path]
