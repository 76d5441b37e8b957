"""`resources.yaml`: what becomes of it, and what its age does, seen from one day or another."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kakoc.ir import City, Ir, Resources, fingerprint
from kakoc.lang import Compilation
from kakoc.lang.verified import verified

TODAY = date(2026, 11, 24)
KINDS = "kinds:\n  - {id: crisis_line, name: a crisis line, fits: Somebody wants to be heard.}\n"
ENTRY = """\
entries:
  - kind: crisis_line
    name: A made up line
    where: [berlin]
    contact: ["000", "https://example.org/help"]
    verified_on: %s
    source: Nobody looked; it is an example.
"""


def resources(day: str = "2026-11-02") -> dict[str, str]:
    return {"resources.yaml": KINDS + ENTRY % day}


def city(ir: Ir, **fields: str) -> City:
    return ir.cities[0].model_copy(update=fields)


def seen(compile_with: Any, day: str, today: date = TODAY) -> Compilation:
    found: Compilation = compile_with(resources(day), (verified(today),))
    return found


def test_a_spec_without_the_file_has_none(compile_with: Any) -> None:
    assert compile_with({}).ir.resources == Resources()
    assert compile_with({}).ir.resources.contacts == ()


def test_the_file_is_part_of_the_ir_and_of_its_fingerprint(compile_with: Any) -> None:
    without = compile_with({}).ir
    kinds = compile_with({"resources.yaml": KINDS}).ir
    entries = compile_with(resources()).ir
    assert [kind.id for kind in entries.resources.kinds] == ["crisis_line"]
    assert entries.resources.contacts == ("000", "https://example.org/help")
    assert len({fingerprint(ir) for ir in (without, kinds, entries)}) == 3
    assert fingerprint(entries) != fingerprint(compile_with(resources("2026-11-03")).ir)


def test_the_ir_comes_back_from_json(compile_with: Any) -> None:
    ir = compile_with(resources()).ir
    assert Ir.model_validate_json(ir.model_dump_json(by_alias=True)) == ir


def test_a_single_place_and_a_single_contact_need_no_list(compile_with: Any) -> None:
    text = resources()["resources.yaml"]
    text = text.replace("[berlin]", "anywhere")
    text = text.replace('["000", "https://example.org/help"]', "help@example.org")
    (entry,) = compile_with({"resources.yaml": text}).ir.resources.entries
    assert (entry.where, entry.contact) == (("anywhere",), ("help@example.org",))


@pytest.mark.parametrize(
    ("where", "id_", "country", "holds"),
    [
        ("[berlin]", "berlin", "Germany", True),
        ("[berlin]", "hamburg", "Germany", False),
        ("Germany", "hamburg", "Germany", True),
        ("[Germany]", "lagos", "Nigeria", False),
        ("anywhere", "lagos", "Nigeria", True),
    ],
)
def test_an_entry_holds_where_it_says(
    compile_with: Any, where: str, id_: str, country: str, holds: bool
) -> None:
    text = resources()["resources.yaml"].replace("[berlin]", where)
    ir = compile_with({"resources.yaml": text}).ir
    assert bool(ir.resources.at(city(ir, id=id_, country=country)).contacts) == holds


@pytest.mark.parametrize("field", ["kind", "name", "where", "contact", "verified_on", "source"])
def test_an_entry_lacks_nothing(compile_with: Any, field: str) -> None:
    lines = resources()["resources.yaml"].replace("  - kind", "  -\n    kind").splitlines()
    text = "\n".join(line for line in lines if not line.startswith(f"    {field}:"))
    (fault,) = compile_with({"resources.yaml": text}).diagnostics
    assert (fault.code, fault.message) == ("K202", f"missing field `{field}`")


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        ("2026-11-25", ["K441"]),
        ("2026-11-24", []),
        ("2025-11-24", []),
        ("2025-11-23", ["K442"]),
    ],
)
def test_a_day_is_seen_from_the_day_that_is_handed_in(
    compile_with: Any, day: str, codes: list[str]
) -> None:
    assert [fault.code for fault in seen(compile_with, day).diagnostics] == codes


def test_a_leap_day_has_a_year_before(compile_with: Any) -> None:
    leap = date(2028, 2, 29)
    assert not seen(compile_with, "2027-02-28", leap).diagnostics
    assert [f.code for f in seen(compile_with, "2027-02-27", leap).diagnostics] == ["K442"]


def test_an_old_entry_is_a_warning_at_its_day_and_changes_no_fingerprint(compile_with: Any) -> None:
    fresh, old = (seen(compile_with, "2025-01-31", date(year, 2, 1)) for year in (2025, 2027))
    (fault,) = old.diagnostics
    assert (fault.severity, str(fault.span)) == ("warning", "spec/resources.yaml:8:18")
    assert "more than 12 months ago" in fault.message and fault.help
    assert fresh.ir is not None and old.ir is not None
    assert fingerprint(fresh.ir) == fingerprint(old.ir)


def test_a_day_that_has_not_come_is_an_error(compile_with: Any) -> None:
    found = seen(compile_with, "2999-01-01")
    (fault,) = found.diagnostics
    assert (fault.severity, str(fault.span)) == ("error", "spec/resources.yaml:8:18")
    assert fault.help
    assert found.ir is None


def test_without_a_day_no_age_is_seen(compile_with: Any) -> None:
    for day in ("1999-01-01", "2999-01-01"):
        assert compile_with(resources(day)).diagnostics == ()
