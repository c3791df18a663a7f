"""Texts in both languages: what is remembered is put together once, and says the same."""

from __future__ import annotations

from vetting.kernel.text import changed_words, remember_text, same_in_both


def test_a_remembered_text_is_put_together_once_in_each_language() -> None:
    asked: list[str] = []

    def noted(text: str) -> str:
        asked.append(text)
        return text.upper()

    words = remember_text(changed_words(same_in_both("krav"), noted))
    assert asked == []
    assert [words.sv, words.en, words.sv, words.en] == ["KRAV"] * 4
    assert asked == ["krav", "krav"]
    assert words == same_in_both("KRAV")
