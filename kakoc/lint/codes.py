"""The table of lint codes. A code never changes meaning; `kakoc explain L101` shows its row.

L1xx cards, L2xx all personas together, L3xx conversations, L4xx all conversations together.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LintCode:
    """One kind of finding."""

    code: str
    title: str
    why: str
    hint: str
    """What to do about it."""


_CARDS = (
    LintCode(
        "L101",
        "a card does not fit its schema",
        "A card is read by field name; one that lacks a field or holds another kind of value says"
        " something else than was meant. Imported cards are held against the prototype's fields.",
        "mend or drop the card",
    ),
    LintCode(
        "L102",
        "an age contradicts birth and present",
        "Age is present year minus year of birth. A card that disagrees with itself teaches a model"
        " that ages mean nothing.",
        "let the age follow from the two years",
    ),
    LintCode(
        "L103",
        "a present year that cannot be",
        "Nobody speaks from a year that has not come; the present is a constant of the spec.",
        "set the present to a year of spec/project.yaml",
    ),
    LintCode(
        "L104",
        "a life stage outside of the life, or at another age",
        "A stage lies between birth and the present, and its decade says how old the person was.",
        "let decade and age group follow from the year of birth",
    ),
    LintCode(
        "L105",
        "a place that was not called so then",
        "Cities and countries change their names; a card that uses today's for every decade has no"
        " history in it.",
        "write the name of that year, as `formerly` in spec/cities.yaml tells it",
    ),
    LintCode(
        "L106",
        "a city that the spec does not know",
        "What everyday life was like there stands nowhere, so the model made it up.",
        "add the city to spec/cities.yaml, or drop the card",
    ),
    LintCode(
        "L107",
        "a risk outside of its levels",
        "Risk steers safety. A value that no reader knows is a risk that nobody sees.",
        "use a level of the card's schema",
    ),
    LintCode(
        "L108",
        "a problem that the spec does not know",
        "Without its entry nobody can say what symptoms, triggers and ages go with it.",
        "name a problem of spec/problems.yaml",
    ),
    LintCode(
        "L109",
        "symptoms, triggers or summary of another problem",
        "Where only the name of the problem was replaced, the rest of the card tells of another"
        " one, and so will the conversation.",
        "draw symptoms and triggers from the problem's own entry",
    ),
    LintCode(
        "L110",
        "a problem at an age or in a year at which nobody has it",
        "Each problem has a span of ages, and some a first year.",
        "draw the problem among those that are open at that age",
    ),
    LintCode(
        "L111",
        "circumstances that contradict each other",
        "Options give, need and bar circumstances, and a problem presupposes some: nobody who has"
        " no partner lives with one.",
        "draw the options of a life together",
    ),
    LintCode(
        "L112",
        "prose that contradicts the card",
        "A model that was told the facts still invents ages, numbers, places and relatives.",
        "draw the prose again",
    ),
    LintCode(
        "L113",
        "somebody under age",
        "Every Seeker is an adult. A minor in crisis may be in no table, prompt or export.",
        "drop the card and its conversations",
    ),
    LintCode(
        "L114",
        "a summary that says there is no such problem",
        "A model that was asked for a problem the person cannot have answers that there is none,"
        " and the answer became the data.",
        "draw a problem that this life can hold",
    ),
    LintCode(
        "L115",
        "two personas with one id",
        "Conversations name their persona by its id.",
        "give each persona an id of its own",
    ),
)
_PEOPLE = (
    LintCode(
        "L201",
        "genders far from the spec's shares",
        "A model asked to invent people repeats one kind of person.",
        "sample the category with the spec's shares",
    ),
    LintCode(
        "L202",
        "birth decades far from the spec's shares",
        "A corpus of one generation knows one way of speaking.",
        "sample ages with the spec's shares",
    ),
    LintCode(
        "L203",
        "regions far from the spec's shares",
        "A corpus is read as speaking for the places that it names.",
        "take the cities in turn",
    ),
    LintCode(
        "L204",
        "problems far from even",
        "What is never met in training is met first by somebody in need.",
        "take the problems in turn",
    ),
    LintCode(
        "L205",
        "a trait that hardly varies",
        "Where everybody has the same score, the score says nothing and personas sound alike.",
        "sample the scores instead of asking a model for them",
    ),
    LintCode(
        "L206",
        "a trait in a narrow range",
        "The ends of a scale are the people who are hardest to support.",
        "sample the scores instead of asking a model for them",
    ),
    LintCode(
        "L207",
        "scores copied from one card",
        "A model that is shown an example card copies its numbers.",
        "sample the scores; show no example with numbers",
    ),
    LintCode(
        "L208",
        "place texts from one template",
        "A text that fits every city once the name is taken out tells of no city.",
        "write what was true of that place in that decade",
    ),
)
_TALKS = (
    LintCode(
        "L301",
        "other care levels than the spec's",
        "Pairs and rewards compare levels by their value.",
        "generate with the levels of spec/care_levels.yaml",
    ),
    LintCode(
        "L302",
        "a turn without all its variants",
        "Each turn has one reply a care level, or a row that says why there is none.",
        "generate the turn again",
    ),
    LintCode(
        "L303",
        "a conversation that is too short",
        "What is to be learned is how a conversation is held over time.",
        "generate it again, or drop it",
    ),
    LintCode(
        "L304",
        "a conversation without its persona",
        "Nobody can say whether the Seeker spoke as it should.",
        "add the persona, or drop the conversation",
    ),
    LintCode(
        "L305",
        "a conversation about somebody else",
        "The facts that a conversation was held with are not those of its card.",
        "hold the conversation with the card's own facts",
    ),
    LintCode(
        "L306",
        "a Seeker that contradicts its card",
        "It says another age than the card's, or speaks of relatives that it cannot have.",
        "keep the card in the prompt of every turn",
    ),
    LintCode(
        "L307",
        "a Seeker that speaks as the helper",
        "Small models lose the role; the phrases are `never` in spec/roles/seeker.yaml.",
        "draw the message again",
    ),
    LintCode(
        "L308",
        "a Supporter out of its role",
        "The phrases are `never` in spec/roles/supporter.yaml.",
        "draw the reply again",
    ),
    LintCode(
        "L309",
        "an empty text",
        "A failed reply is a row with its reason, never an empty text.",
        "drop the turn",
    ),
    LintCode(
        "L310",
        "markup or raw JSON in a text",
        "After a reply that could not be parsed the raw text was kept as if somebody had said it.",
        "draw the text again",
    ),
    LintCode(
        "L311",
        "the same text twice in one conversation",
        "A thought that is the message, a turn that comes back, two care levels with one reply.",
        "draw the text again",
    ),
    LintCode(
        "L312",
        "a hard line crossed",
        "The rules of spec/safety.yaml hold for every text. An excluded text is never shown here."
        " What a Supporter crosses of contacts, directives and diagnoses is L315 to L317 instead.",
        "drop the text; `lose` may be a rejected side",
    ),
    LintCode(
        "L313",
        "a prompt in a text",
        "A model that repeats its instructions says nothing of the person.",
        "draw the text again",
    ),
    LintCode(
        "L314",
        "a Supporter that knows what was never said",
        "A Supporter that was given the card answers the card, not the person, and is of no use to"
        " somebody who has none.",
        "show the Supporter only what was said",
    ),
    LintCode(
        "L315",
        "a Supporter that names a contact nobody checked",
        "A number, short code or address that is no contact of spec/resources.yaml for the place of"
        " the conversation. A model makes them up or recalls old ones, and somebody may dial it.",
        "drop the reply, or check the contact yourself and add an entry for that place",
    ),
    LintCode(
        "L316",
        "a Supporter that directs in medicine or law",
        "The rules `medical_directive` and `legal_directive` of spec/safety.yaml. Whether to take,"
        " stop, sign or sue is for the person, with somebody who may advise.",
        "drop the reply, or let it only be a rejected side",
    ),
    LintCode(
        "L317",
        "a Supporter that gives a diagnosis",
        "The rule `diagnosis` of spec/safety.yaml. Only a clinician who knows the person can name a"
        " disorder; a name that sticks may be the wrong one.",
        "drop the reply, or let it only be a rejected side",
    ),
)
_CORPUS = (
    LintCode(
        "L401",
        "length alone tells the care level",
        "Pairs between levels then teach to write long or short. The rule is tried on conversations"
        " that it was not made from.",
        "length-match the pairs: `kakoc pairs --length-matched`",
    ),
    LintCode(
        "L402",
        "the same care level always goes on",
        "What the Seeker says next is then only known for one style.",
        "let the continuation be sampled or judged",
    ),
    LintCode(
        "L403",
        "one text in several conversations",
        "A canned text, word for word, where a model failed to give one.",
        "drop the turns",
    ),
    LintCode(
        "L404",
        "nearly the same text in several turns",
        "Texts that share most of their runs of eight words are one text.",
        "keep one of them",
    ),
    LintCode(
        "L405",
        "an opening that comes again and again",
        "A phrase that opens every reply is a tic, and a reward model learns to like or hate it.",
        "raise the temperature, or ban the phrase in the role's `never`",
    ),
    LintCode(
        "L406",
        "few different words",
        "Few different pairs of words for the length: the corpus repeats itself.",
        "raise the temperature, or vary what is asked",
    ),
    LintCode(
        "L407",
        "personas without a conversation",
        "What was planned and did not come to be is a failure with its reason, no missing row.",
        "hold the conversations, or drop the personas",
    ),
    LintCode(
        "L408",
        "judges that say nothing",
        "Without scores, or with one score for all, no pair can be made.",
        "score the run: `kakoc judge --run RUN`",
    ),
)

LINT_CODES = {entry.code: entry for entry in (*_CARDS, *_PEOPLE, *_TALKS, *_CORPUS)}
