"""Which language a text is in, as far as a judge has to know."""

from __future__ import annotations

import pytest

from kakoc.judging.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I am so tired of all this and nobody asks.", "en"),
        ("i dont know what to do anymore honestly", "en"),
        ("ok", "en"),
        ("", "en"),
        ("No puedo más, todo se me viene encima y nadie pregunta cómo estoy.", "und"),
        ("Ich weiß nicht mehr weiter, und niemand fragt mich jemals danach.", "und"),
        ("Я больше не могу, никто не спрашивает.", "ru"),
        ("もう疲れました。誰にも言えません。", "ja"),
        ("我真的很累，没有人问我。", "zh"),
        ("너무 힘들어요. 아무도 묻지 않아요.", "ko"),
        ("أنا متعب جدا ولا أحد يسأل", "ar"),
    ],
)
def test_the_language_is_told(text: str, language: str) -> None:
    assert language_of(text) == language
