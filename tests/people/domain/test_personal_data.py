"""What a board may tell of personal data to begin with: nothing of a group that there is not."""

from __future__ import annotations

from vetting.people.domain.personal_data import proposed_information


def test_a_board_without_a_group_shares_nothing_with_one() -> None:
    alone, beside = (proposed_information("Nämnden", with_group=group) for group in (False, True))
    assert "och delas med ekonomisystemet. De sparas" in alone
    assert "och delas med referensgruppen och ekonomisystemet. De sparas" in beside
    assert alone.startswith("Nämnden är personuppgiftsansvarig.")
