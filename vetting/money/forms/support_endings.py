"""Forms of ending an association's support."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.money.forms.payments import chosen_ground, stop_grounds
from vetting.web.forms import DecidedForm, KeyField

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from vetting.engine.criteria import Criterion
from vetting.kernel.text import Words, _
from vetting.web.forms import (
    NOTHING_CHOSEN,
    ChoiceField,
    DayField,
    FormsOfPage,
    PostedForm,
    SeveralField,
    TextField,
    is_key,
)


class EndSupportForm(PostedForm):
    """What of an association's support is proposed to end, and on what it rests."""

    receipt: Words = _(
        "Ett förslag är skrivet för varje utbetalning och bokning som du valde. Föreningen ska höras om förslagen."
    )
    payment = SeveralField(_("Utbetalningar"))
    booking = SeveralField(_("Bokningar"))
    criterion = ChoiceField(_("Kravet det gäller"), blank=_("Välj"), needs=NOTHING_CHOSEN)
    reasons = TextField(
        _("Vad förslaget grundas på"),
        rows=4,
        hint=_("Agerandet eller uttalandet, med datum och källa. Texten tas med i besluten."),
    )

    @property
    def payments(self) -> list[int]:
        """The keys of the payments that are ticked."""
        return [int(key) for key in self.payment.data if is_key(key)]

    def about(self, criteria: Container[str]) -> str:
        """The criterion that it is about, by id; empty of a condition of the decision. criteria: those there are.

        Raises:
            Refused: it is about another.
        """
        ground = chosen_ground(self.criterion.data, criteria)
        if ground is None:
            raise Refused(Obstacle.INVALID, Problem("criterion", *NOTHING_CHOSEN))
        return ground


class EndingCommunicationForm(PostedForm):
    """The association has got the material, or why it is heard afterwards."""

    receipt: Words = _("Det är antecknat.")
    reply_by = DayField(_("Svar senast"), hint=_("Lämna tomt för nämndens svarstid. Minst en vecka."))
    heard_after = TextField(
        _("Varför föreningen hörs först i efterhand"), rows=2, hint=_("Bara om det inte kan vänta.")
    )


class ReplyOnEndingForm(PostedForm):
    """What the association answered to a proposal to end its support."""

    receipt: Words = _("Svaret är sparat.")
    reply = TextField(_("Vad föreningen svarade"), rows=3)


class EndingWithdrawnForm(PostedForm):
    """A proposal to end some support is taken back."""

    receipt: Words = _("Förslaget är återtaget.")


class EndingDecidedForm(DecidedForm):
    """The decision on one proposed stop."""

    receipt: Words = _("Utbetalningen är stoppad. Skriv brevet till föreningen.")
    version = KeyField()


class FormsOfEndings(FormsOfPage):
    """The forms of the page of an association's support: one to propose, and some for each proposal."""

    def __init__(self, refused: PostedForm | None, criteria: Mapping[str, Criterion]) -> None:
        super().__init__(refused)
        self.criteria = criteria

    @property
    def end(self) -> EndSupportForm:
        form = self.form(EndSupportForm, "end")
        form.criterion.options = stop_grounds(self.criteria)
        return form

    def told(self, key: int) -> EndingCommunicationForm:
        """The association has got the material."""
        return self.form(EndingCommunicationForm, f"told-{key}")

    def reply(self, key: int) -> ReplyOnEndingForm:
        return self.form(ReplyOnEndingForm, f"reply-{key}")

    def decided(self, key: int, version: int) -> EndingDecidedForm:
        """The decision."""
        return self.form(EndingDecidedForm, f"decided-{key}", {"version": version})
