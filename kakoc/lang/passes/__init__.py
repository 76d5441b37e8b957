"""The checks of a spec beyond its shape, in order. One pass a file; a pass is named like its file.

A pass reads what it needs from the context and is left out when a file or a pass it needs is at
fault. It only reports: it never changes anything.
"""

from __future__ import annotations

from kakoc.diagnostics import Diagnostic
from kakoc.lang.context import Context, Pass, Unclean
from kakoc.lang.passes.ages_adult import ages_adult
from kakoc.lang.passes.best_judged import best_judged
from kakoc.lang.passes.card_fields import card_fields
from kakoc.lang.passes.card_traits import card_traits
from kakoc.lang.passes.care_levels_ascend import care_levels_ascend
from kakoc.lang.passes.category_names import category_names
from kakoc.lang.passes.circumstance_tags import circumstance_tags
from kakoc.lang.passes.city_references import city_references
from kakoc.lang.passes.contexts_complete import contexts_complete
from kakoc.lang.passes.continuation_levels import continuation_levels
from kakoc.lang.passes.correlations_valid import correlations_valid
from kakoc.lang.passes.disclosure_names import disclosure_names
from kakoc.lang.passes.file_names import file_names
from kakoc.lang.passes.guidance_differs import guidance_differs
from kakoc.lang.passes.heldout_apart import heldout_apart
from kakoc.lang.passes.judges_proved import judges_proved
from kakoc.lang.passes.keys_named import keys_named
from kakoc.lang.passes.labels_named import labels_named
from kakoc.lang.passes.languages_judged import languages_judged
from kakoc.lang.passes.leanings_named import leanings_named
from kakoc.lang.passes.names_apart import names_apart
from kakoc.lang.passes.near_misses_given import near_misses_given
from kakoc.lang.passes.picks_guarded import picks_guarded
from kakoc.lang.passes.place_names import place_names
from kakoc.lang.passes.placeholders import placeholders
from kakoc.lang.passes.present_decade import present_decade
from kakoc.lang.passes.principles_differ import principles_differ
from kakoc.lang.passes.prompts_fit import prompts_fit
from kakoc.lang.passes.required_fields import required_fields
from kakoc.lang.passes.resource_names import resource_names
from kakoc.lang.passes.reward_weights import reward_weights
from kakoc.lang.passes.role_models import role_models
from kakoc.lang.passes.said_in_the_present import said_in_the_present
from kakoc.lang.passes.shares_sum import shares_sum
from kakoc.lang.passes.spans_ordered import spans_ordered
from kakoc.lang.passes.trait_names import trait_names
from kakoc.lang.passes.turns_possible import turns_possible
from kakoc.lang.passes.unique_ids import unique_ids

NAMES: tuple[Pass, ...] = (
    unique_ids,
    file_names,
    place_names,
    present_decade,
    role_models,
    disclosure_names,
    continuation_levels,
    trait_names,
    category_names,
    card_traits,
    required_fields,
    city_references,
    circumstance_tags,
    leanings_named,
    labels_named,
    resource_names,
)
"""K3xx: who is named exists."""

MEANING: tuple[Pass, ...] = (
    care_levels_ascend,
    contexts_complete,
    correlations_valid,
    shares_sum,
    spans_ordered,
    ages_adult,
    names_apart,
    said_in_the_present,
    turns_possible,
    best_judged,
    reward_weights,
    heldout_apart,
    card_fields,
    placeholders,
)
"""K4xx: what is said can be meant."""

UNWISE: tuple[Pass, ...] = (
    near_misses_given,
    principles_differ,
    prompts_fit,
    judges_proved,
    guidance_differs,
    picks_guarded,
    keys_named,
    languages_judged,
)
"""K42x: what is legal and likely to be regretted. Warnings."""

PASSES: tuple[Pass, ...] = (*NAMES, *MEANING, *UNWISE)


def run(context: Context, passes: tuple[Pass, ...] = PASSES) -> list[Diagnostic]:
    """The faults that all passes find."""
    return [fault for check in passes for fault in _run_one(context, check)]


def _run_one(context: Context, check: Pass) -> list[Diagnostic]:
    try:
        found = check(context)
    except Unclean:
        # Passes that build on this one cannot build on anything now.
        context.failed.add(check)
        return []
    if found:
        context.failed.add(check)
    return found
