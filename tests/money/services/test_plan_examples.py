"""The five plans' own lists: every one can be begun with, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.board import board
from vetting.money.domain.activities import wrong_with_activity
from vetting.money.services.activities import add_activities
from vetting.money.services.plan_examples import example_plans

if TYPE_CHECKING:
    from tests.board import BoardAtWork

__all__ = ["board"]


def test_every_plan_has_its_list_and_a_board_can_begin_with_it(board: BoardAtWork) -> None:
    plans = example_plans()
    assert list(plans) == [
        "farsta-2021",
        "socialnamnden-2019",
        "alvsjo-2018",
        "hasselby-vallingby-2018",
        "hasselby-vallingby-2017",
    ]
    for place, plan in enumerate(plans.values()):
        assert [wrong_with_activity(one) for one in plan.activities] == [[]] * len(plan.activities)
        rows = board.do(add_activities, 2030 + place, plan.activities)
        assert [row.text for row in rows] == [one.text for one in plan.activities]


def test_the_plans_say_themselves_that_granted_associations_are_followed_up() -> None:
    texts = {one.text: one for plan in example_plans().values() for one in plan.activities}
    assert "Granska nya föreningar som söker bidrag" in " ".join(texts)
    assert "Återkräva föreningsbidrag vid konstaterande om våldsbejakande extremism" in texts
    followed = next(one for text, one in texts.items() if text.startswith("Följa upp föreningar som beviljats bidrag"))
    assert followed.time.lower() == "löpande"
