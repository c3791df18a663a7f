"""The forms of hearing an association, and of opening a decided case again."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vetting.decisions.services.communications import LongerReplyTime, NewCommunication, NewHearing, NewReply
from vetting.decisions.services.decision_makers import DecisionForm
from vetting.kernel.text import NO_WORDS, Words, _
from vetting.web.forms import DayField, KeyField, PostedForm, TextField

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from vetting.web.forms import TypedField


MINUTES, CHAIR = frozenset({"board", "committee"}), "chair"


class DecidedForm(PostedForm):
    """In whose name it is decided: the paragraph of a meeting's minutes, or why the chair could not wait."""

    paragraph = TextField(_("Paragraf i protokollet"), short=True)
    urgent_because = TextField(_("Varför beslutet inte kan vänta till nämndens möte"), rows=2)

    def how_fields(self, makers: Collection[str]) -> list[TypedField]:
        """What is asked of somebody who may decide as one of these, each saying when where it is not the only one."""
        only = len(makers) == 1 or "delegate" not in makers
        self.paragraph.hint = NO_WORDS if only else _("När nämnden eller utskottet har beslutat.")
        self.urgent_because.hint = NO_WORDS if only else _("När ordföranden beslutar.")
        asked: list[TypedField] = [self.paragraph] if MINUTES & set(makers) else []
        return [*asked, self.urgent_because] if CHAIR in makers else asked

    def how(self) -> DecisionForm:
        """How it is decided."""
        return DecisionForm(paragraph=self.paragraph.data, urgent_because=self.urgent_because.data)


class CommunicationForm(PostedForm):
    """What speaks against the association, sent to it with time to answer."""

    receipt: ClassVar[Words] = _("Det är antecknat att underlaget är skickat till föreningen.")
    what = TextField(_("Det som talar emot, och vad det bygger på"), rows=5)
    reply_by = DayField(_("Svar senast"), hint=_("Tomt betyder tre veckor. Minst en vecka, och aldrig en helgdag."))
    sent_to = TextField(_("Skickat till"), short=True)

    def command(self) -> NewCommunication:
        """What was sent."""
        return NewCommunication(what=self.what.data, reply_by=self.reply_by.data, sent_to=self.sent_to.data)


class HearingForm(PostedForm):
    """A hearing by word of mouth, when time is short."""

    receipt: ClassVar[Words] = _("Samtalet är sparat.")
    what = TextField(_("Det som lades fram"), rows=3)
    said = TextField(_("Vad föreningen svarade"), rows=2)
    met = TextField(_("Hur svaret har vägts in"), rows=2)
    because = TextField(_("Varför tiden är kort"))

    def command(self) -> NewHearing:
        """The hearing."""
        return NewHearing(what=self.what.data, said=self.said.data, met=self.met.data, because=self.because.data)


MET = "met-"


class ReplyForm(PostedForm):
    """What the association answered, and how that was weighed in: as a whole, and for each point of several."""

    receipt: ClassVar[Words] = _("Svaret är sparat.")
    communication = KeyField()
    reply = TextField(_("Vad föreningen svarade"), rows=3)
    handled = TextField(_("Hur svaret har vägts in"), rows=2)
    replied_on = DayField(_("Svaret kom"), hint=_("Tomt betyder i dag."))

    @property
    def points(self) -> list[TypedField]:
        """The fields of the points."""
        return [field for field in self.fields if field.short_name.startswith(MET)]

    def command(self) -> NewReply:
        """The reply."""
        return NewReply(
            communication=self.communication.key,
            reply=self.reply.data,
            handled=self.handled.data,
            met={field.short_name.removeprefix(MET): str(field.data) for field in self.points},
            replied_on=self.replied_on.data,
        )


def words_of_point(label: Words) -> Words:
    """What the field of one point is called."""
    return _("Bemötande: {point}", point=label)


def reply_form(points: Mapping[str, Words]) -> type[ReplyForm]:
    """The form of a reply to a communication of some criteria: each with what it is called."""
    fields = {f"{MET}{name}": TextField(words_of_point(label), rows=2) for name, label in points.items()}
    return type("ReplyForm", (ReplyForm,), fields)


class ReplyTimeForm(PostedForm):
    """More time to reply."""

    receipt: ClassVar[Words] = _("Svarstiden är förlängd.")
    communication = KeyField()
    until = DayField(_("Ny sista dag"), needs=(_("Det är inget datum."), _("Skriv datumet så här: 2026-03-15.")))
    because = TextField(_("Skäl"))

    def command(self) -> LongerReplyTime:
        """The longer time."""
        return LongerReplyTime(communication=self.communication.key, until=self.until.day, because=self.because.data)


class ReconsiderationForm(PostedForm):
    """Why a decided case is opened to be decided anew."""

    receipt: ClassVar[Words] = _("Ärendet är öppnat igen.")
    because = TextField(
        _("Vad var fel, eller vad är nytt?"),
        hint=_("Det gamla beslutet finns kvar. Det nya hänvisar till det."),
        rows=2,
    )
