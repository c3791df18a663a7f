"""Forms of tips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.casework.domain.tips import TIP_OUTCOME_WORDS
from vetting.casework.services.tips import NewTip
from vetting.kernel.text import Words, _
from vetting.web.forms import (
    NOTHING_CHOSEN,
    DayField,
    FormsOfPage,
    PostedForm,
    SeveralField,
    ShownChoiceField,
    TextField,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class NewTipForm(PostedForm):
    """A tip, as it stands in the diary."""

    receipt: Words = _("Tipset är antecknat. Frågan ska bedömas på nytt i föreningens öppna ärenden.")
    number = TextField(_("Nummer i diariet"), short=True)
    came_on = DayField(_("Kom in"))
    criteria = SeveralField(_("Krav som frågan rör"))
    question = TextField(
        _("Frågan"), rows=2, hint=_("Bara frågan, utan namn. Vad tipset säger, och från vem, står i diariet.")
    )

    def command(self) -> NewTip:
        """The tip."""
        return NewTip(
            number=self.number.data,
            came_on=self.came_on.data,
            question=self.question.data,
            criteria=self.criteria.data,
        )


class TipOutcomeForm(PostedForm):
    """What came of a tip."""

    receipt: Words = _("Tipset är avslutat.")
    outcome = ShownChoiceField(_("Vad kom ut av det?"), options=TIP_OUTCOME_WORDS, needs=NOTHING_CHOSEN)


class FormsOfTips(FormsOfPage):
    """The forms of the page of tips."""

    def __init__(self, refused: PostedForm | None, criteria: Mapping[str, Words]) -> None:
        super().__init__(refused)
        self.criteria = criteria

    @property
    def new(self) -> NewTipForm:
        form = self.form(NewTipForm, "new")
        form.criteria.options = self.criteria
        return form

    def close(self, tip_id: int) -> TipOutcomeForm:
        return self.form(TipOutcomeForm, f"close-{tip_id}")
