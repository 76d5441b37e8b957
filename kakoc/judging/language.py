"""Which language a text is in, as far as a judge has to know: mine, another, or too short to say.

By script first, by the commonest words of English second. Not a language identifier: of a text in
Latin letters it says only whether it is English.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

SCRIPTS = {
    "ARABIC": "ar",
    "CYRILLIC": "ru",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "GREEK": "el",
    "HANGUL": "ko",
    "HEBREW": "he",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "THAI": "th",
}
"""First word of a letter's Unicode name -> a language that is written so."""
_COMMON = (
    "the be to of and a in that have i it for not on with he as you do at this but his by from they"
    " we say her she or an will my one all would there their what so up out if about who get which"
    " go me when make can like time no just him know take into your some could them see other than"
    " then now only come its over think also back after use how our work first well way even want"
    " because any these give day most us am is are was were been im dont cant u ur your i'm don't"
    " can't it's you're that's i've"
)
COMMON = frozenset(_COMMON.split())
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
ENOUGH = 6
"""Words below which Latin letters are taken for English."""
ENGLISH_SHARE = 0.18
"""English prose has 40 to 60 % of these words; other languages in Latin letters below 10 %."""
UNKNOWN = "und"
"""BCP 47: undetermined."""


def language_of(text: str) -> str:
    """A BCP 47 tag: `en`, the language of another script, or `und`."""
    letters = [letter for letter in text[:2000] if letter.isalpha()]
    scripts = Counter(unicodedata.name(letter, "?").split()[0].split("-")[0] for letter in letters)
    if scripts and (script := scripts.most_common(1)[0][0]) in SCRIPTS:
        # Japanese mixes in Chinese characters, seldom the other way round.
        kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
        return "ja" if script == "CJK" and kana else SCRIPTS[script]
    words = [word.lower().replace("’", "'") for word in WORD.findall(text[:2000])]
    if len(words) < ENOUGH:
        return "en"
    return "en" if sum(word in COMMON for word in words) >= ENGLISH_SHARE * len(words) else UNKNOWN
