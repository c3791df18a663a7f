"""What several reasons share is said once in an annex."""

from __future__ import annotations

from vetting.office.services.board_items import split_reasons


def test_what_all_reasons_begin_with_is_said_once() -> None:
    shared, own = split_reasons(["Pengarna räcker inte. Lägst poäng.", "Pengarna räcker inte. Få medlemmar. Sen."])
    assert shared == "Pengarna räcker inte."
    assert own == ["Lägst poäng.", "Få medlemmar. Sen."]


def test_the_last_sentence_of_each_stays_with_it_also_where_they_are_alike() -> None:
    assert split_reasons(["A. B.", "A. B."]) == ("A.", ["B.", "B."])
    assert split_reasons(["Ett skäl."]) == ("", ["Ett skäl."])
    assert split_reasons(["X.", "Y. Z."]) == ("", ["X.", "Y. Z."])
