"""The card of the KAKOverse prototype as a JSON Schema: what an imported card is held against.

The importer adds fields of its own and keeps what it does not know, so more fields are no fault.
The risk level has a finding of its own.
"""

from __future__ import annotations

from typing import Any

from kakoc.ir import Ir

DECADE = {"type": "string", "pattern": r"^(19|20)\d0s$"}
TEXT = {"type": "string", "minLength": 1}
TEXTS = {"type": "array", "items": TEXT}
SCORE = {"type": "number", "minimum": 0, "maximum": 100}
AGE_GROUPS = ["newborn", "early_childhood", "pre-teen", "teen", "adult", "senior"]
STANDINGS = [
    *("citizen", "permanent_resident", "temporary_worker", "student_visa", "refugee_asylee"),
    *("undocumented", "child_of_immigrant"),
]
PLACE = {"decade": DECADE, "city": TEXT, "country": TEXT, "metadata": TEXT}


def card_schema(ir: Ir) -> dict[str, Any]:
    """The prototype's fields; the names of the scores are the spec's, which kept them."""
    stage = PLACE | {
        "age_group_at_time": {"enum": AGE_GROUPS},
        "citizenship_status": {"enum": STANDINGS},
    }
    return _object(
        id=TEXT,
        gender_at_birth={"enum": ["male", "female", "unknown"]},
        birth_context=_object(**PLACE),
        formative_context={"type": "array", "items": _object(**stage)},
        natural_tendencies={**TEXTS, "maxItems": 10},
        **{f.id: _object(**{trait.id: SCORE for trait in f.traits}) for f in ir.families},
        current_socio_demographics=_object(
            year={"type": "integer"},
            age={"type": "integer", "minimum": 0, "maximum": 120},
            current_location=_object(city=TEXT, country=TEXT),
            household=TEXT,
            employment=TEXT,
            financial_status=TEXT,
            social_network=TEXT,
            societal_perceptions=TEXT,
        ),
        presenting_problem=_object(
            summary=TEXT,
            symptoms=TEXTS,
            duration_months={"type": "number", "minimum": 0},
            triggers=TEXTS,
            risk=_object(self_harm_ideation=TEXT, substance_use=TEXT, violence=TEXT),
        ),
        meta={"type": "object"},
    )


def _object(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "required": sorted(fields), "properties": fields}
