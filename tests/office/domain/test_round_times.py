"""The rounds on one axis: parts follow each other, the day lies where it is, and what has ended is left out."""

from __future__ import annotations

from datetime import date, timedelta

from vetting.office.domain.round_times import MOST, PartTone, RoundDays, round_times, round_year

TODAY = date(2026, 11, 24)


def of(key: int, opens: date, closes: date, decision: date | None = None, report: date | None = None) -> RoundDays:
    return RoundDays(key, f"Omgång {key}", opens, closes, decision, report)


def test_parts_follow_each_other_and_the_one_that_is_now_leads() -> None:
    found = round_times([of(1, date(2026, 11, 1), date(2026, 12, 1), date(2026, 12, 16), date(2027, 2, 1))], TODAY)
    [band] = found.bands
    assert [part.tone for part in band.parts] == [PartTone.NOW, PartTone.NEXT, PartTone.OTHER]
    for before, after in zip(band.parts, band.parts[1:], strict=False):
        assert abs(before.place + before.width - after.place) < 0.1
    assert all(part.place >= 0 and part.place + part.width <= 100.01 for part in band.parts)
    assert found.today is not None
    assert band.parts[0].place < found.today < band.parts[1].place
    assert [day for day, _place in found.months] == [
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 2, 1),
    ]
    assert found.closes_next == date(2026, 12, 1)


def test_what_has_ended_is_left_out_and_the_axis_does_not_grow_with_a_distant_day() -> None:
    ended = of(1, date(2026, 1, 1), date(2026, 2, 1))
    distant = of(2, date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), date(2031, 1, 1))
    many = [of(key, TODAY, TODAY + timedelta(days=key)) for key in range(3, 12)]
    found = round_times([ended, distant, *many], TODAY)
    assert len(found.bands) == MOST
    assert 1 not in {band.key for band in found.bands}
    assert (
        round_times([distant], TODAY).bands[0].parts[-1].place + round_times([distant], TODAY).bands[0].parts[-1].width
        <= 100.01
    )


def test_a_round_without_days_of_decision_and_none_at_all() -> None:
    found = round_times([of(1, TODAY, TODAY)], TODAY)
    assert [part.tone for part in found.bands[0].parts] == [PartTone.NOW]
    assert round_times([], TODAY).bands == []
    assert round_times([of(1, date(2026, 12, 10), date(2026, 12, 20))], TODAY).bands[0].parts[0].tone is PartTone.NEXT


def test_a_year_has_its_twelve_months_and_the_day_only_where_it_lies_in_it() -> None:
    over_new_year = of(1, date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 16), date(2027, 12, 1))
    before = round_year([over_new_year, of(2, date(2024, 1, 1), date(2024, 2, 1))], 2026, TODAY)
    assert [band.key for band in before.bands] == [1]
    assert len(before.months) == 12
    assert before.today is not None
    assert before.bands[0].parts[-1].place + before.bands[0].parts[-1].width == 100
    after = round_year([over_new_year], 2027, TODAY)
    assert after.today is None
    assert after.bands[0].parts[0].place == 0
