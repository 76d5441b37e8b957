"""Text to plain data and places: YAML 1.2 scalars, spans of keys and values, hostile text."""

from __future__ import annotations

import gc

import pytest

from kakoc.lang.document import Document
from kakoc.lang.source import gc_paused, read


def document(text: str) -> Document:
    found, faults = read("spec/a.yaml", text.encode())
    assert found is not None, faults
    return found


def codes(content: bytes) -> list[str]:
    found, faults = read("spec/a.yaml", content)
    assert found is None
    return [fault.code for fault in faults]


@pytest.mark.parametrize("word", ["no", "yes", "on", "Off", "1:30", "0x1F", ".inf", "2024-01-01"])
def test_words_stay_text(word: str) -> None:
    assert document(f"a: {word}").data == {"a": word}


def test_only_json_values_are_special() -> None:
    text = "{a: true, b: null, c: -7, d: 1.5, e: 2e3, f: '5', g: !!str 5, h: , i: .5}"
    values = list(document(text).data.values())
    assert values == [True, None, -7, 1.5, 2000.0, "5", "5", None, 0.5]
    assert [type(value) for value in values[2:5]] == [int, float, float]


def test_keys_are_always_text() -> None:
    assert document("1: a\nno: b\nnull: c").data == {"1": "a", "no": "b", "null": "c"}


def test_json_is_read_too() -> None:
    assert document('{"a": [1, "\\u00e9\\/"],\n\t"b": {}}').data == {"a": [1, "é/"], "b": {}}


def test_places_of_keys_and_values() -> None:
    found = document("# c\nlist:\n  - name: one\n  - name: zwölf\n    text: |\n      long\n")
    assert str(found.value_span("list", 1, "name")) == "spec/a.yaml:4:11"
    assert found.value_span("list", 1, "name").end_column == 16
    assert str(found.key_span("list", 1, "text")) == "spec/a.yaml:5:5"
    assert str(found.value_span("list", 1)) == "spec/a.yaml:4:5"
    assert found.value_span("list", 7, "name") == found.value_span("list")


def test_spot_is_the_words_inside_a_text() -> None:
    found = document('a: >-\n  one two\n  three four\nb: "x\\u0041y"\n')
    span = found.spot("four", "a")
    assert (span.line, span.column, span.end_column) == (3, 9, 13)
    assert found.spot("xAy", "b") == found.value_span("b")


def test_line_breaks_of_windows_and_a_byte_order_mark() -> None:
    found = document("\ufeffa: 1\r\nb: 2\r\n")
    assert str(found.key_span("b")) == "spec/a.yaml:2:1"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"[" * 100_000, "K105"),
        (b"- " * 100_000, "K105"),
        (b"{a: " * 100_000, "K105"),
        (b"? " * 50_000, "K105"),
        (b"a: &a [*a, *a]", "K104"),
        (b"a: &a '" + b"x" * 1_000_000 + b"'\nb: [" + b"*a," * 100 + b"]", "K104"),
        (b"a: !!python/object/apply:os.system [ls]", "K103"),
        (b"a: *nobody", "K101"),
        (b"a: 1\n---\nb: 2", "K101"),
        (b"a:\n\t- 1", "K101"),
        (b"a: 'cut", "K101"),
        (b"%YAML 3.0\n---\na: 1", "K101"),
        (b"a: \x1b[31m", "K107"),
        (b"a: 1\xe2\x80\xa82", "K107"),
        (b'a: "\\0"', "K107"),
        (b"\xff\xfea\x00", "K108"),
        (b"", "K109"),
        (b"[a]: 1", "K113"),
        (b"a: 1e999", "K114"),
        (b"a: " + b"9" * 5000, "K114"),
    ],
)
def test_hostile_text_is_one_fault(content: bytes, code: str) -> None:
    assert codes(content) == [code]


def test_several_faults_of_one_file_are_reported_together() -> None:
    assert sorted(codes(b"a: !x 1\na: 2\n<<: {}\n")) == ["K102", "K103", "K113"]


def test_aliases_are_read_when_they_are_small() -> None:
    assert document("a: &x [1]\nb: *x\n").data == {"a": [1], "b": [1]}


def test_the_collector_is_on_again_after_a_failure() -> None:
    with pytest.raises(RuntimeError), gc_paused():
        assert not gc.isenabled()
        raise RuntimeError
    assert gc.isenabled()
