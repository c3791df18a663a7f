"""The forms of conflicts of interest, of what goes to the reference group and to experts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.casework import NewExpertQuestion, NewStatement, NewVisit, Opinion
from vetting.casework.domain.advice import ADVICE_WORDS, CONFLICT_WORDS, Advice, ConflictGround
from vetting.casework.domain.special_reviews import ANNOUNCED_WORDS, REVIEW_GROUND_WORDS, REVIEW_OUTCOME_WORDS
from vetting.kernel.text import Words, _, same_in_both, upper_first
from vetting.web.forms import (
    NOTHING_CHOSEN,
    CarriedField,
    ChoiceField,
    DayField,
    FormsOfPage,
    KeyChoiceField,
    KeyField,
    MomentField,
    PostedForm,
    SeveralField,
    ShownChoiceField,
    TextField,
    TickField,
    is_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vetting.casework.models.meetings import Meeting
    from vetting.casework.models.tips import Tip

ADVICE_OPTIONS = {advice: upper_first(words) for advice, words in ADVICE_WORDS.items()}


class NoConflictForm(PostedForm):
    """Not in conflict: with where one goes on after the answer."""

    answer = CarriedField()
    back = CarriedField()


class ConflictForm(PostedForm):
    """Why one is in conflict and leaves the case."""

    answer = CarriedField()
    ground = ChoiceField(
        _("Skäl"), options=CONFLICT_WORDS, needs=(_("Inget skäl är valt."), _("Välj varför du är jävig."))
    )

    def command(self) -> ConflictGround:
        """The ground."""
        return ConflictGround(self.ground.data)


class ReferralForm(PostedForm):
    """A case to the reference group."""

    receipt: Words = _("Ärendet är lämnat till referensgruppen.")
    question = TextField(
        _("Fråga till gruppen"), hint=_("Utan fråga kommer ärendet bland Ärenden utan frågor."), rows=2
    )


class ExpertForm(PostedForm):
    """What somebody outside is asked."""

    receipt: Words = _("Frågan till den sakkunniga är antecknad.")
    asked_of = TextField(_("Vem som frågas"), hint=_("Till exempel Center mot våldsbejakande extremism."))
    question = TextField(_("Frågan"), rows=2)
    secrecy = TextField(_("Vad i underlaget som omfattas av sekretess"))
    due_on = DayField(_("Svar senast"), hint=_("Lämna tomt för den tid som nämnden har bestämt."))
    documents = SeveralField(_("Handlingar i underlaget"))

    def command(self) -> NewExpertQuestion:
        """The question."""
        return NewExpertQuestion(
            asked_of=self.asked_of.data,
            question=self.question.data,
            secrecy=self.secrecy.data,
            documents=self.documents.keys,
            due_on=self.due_on.data,
        )


class ExpertAnswerForm(PostedForm):
    """What an expert answered."""

    receipt: Words = _("Svaret är antecknat.")
    text = TextField(_("Vad den sakkunniga svarade"), rows=2)


class NewReviewForm(PostedForm):
    """Why an association is looked at more closely."""

    receipt: Words = _("Kontrollen är öppnad.")
    ground = ShownChoiceField(_("Anledning till kontrollen"), options=REVIEW_GROUND_WORDS, needs=NOTHING_CHOSEN)
    tip = KeyChoiceField(_("Tipset"), blank=_("Inget antecknat tips"))
    about = TextField(
        _("Vad det gäller"),
        rows=3,
        hint=_("Ageranden eller uttalanden i föreningens verksamhet. Inga namn: oro för personer hör inte hit."),
    )

    def offer(self, tips: Iterable[Tip]) -> NewReviewForm:
        """The open tips that it may be opened from."""
        self.tip.options = {tip.id: same_in_both(tip.number) for tip in tips if tip.closed_at is None}
        return self


class ReviewQuestionForm(PostedForm):
    """A question to the association."""

    receipt: Words = _("Frågan är antecknad.")
    question = TextField(_("Ny fråga till föreningen"), rows=2)
    reply_by = DayField(_("Svar senast"), hint=_("Lämna tomt för nämndens svarstid. Minst en vecka."))


class ReviewVisitForm(PostedForm):
    """A visit, planned or made."""

    receipt: Words = _("Besöket är antecknat.")
    on = DayField(_("Besökets dag"))
    place = TextField(_("Plats och verksamhet"), short=True)
    announced = ShownChoiceField(_("Föranmält?"), options=ANNOUNCED_WORDS, needs=NOTHING_CHOSEN)
    seen = TextField(
        _("Vad ni såg"), rows=3, hint=_("Lämna tomt om besöket inte är gjort än. Beskriv verksamheten, inte personer.")
    )

    def command(self) -> NewVisit:
        """The visit."""
        return NewVisit(
            on=self.on.data, place=self.place.data, announced=self.announced.data == "yes", seen=self.seen.data
        )


class VisitSeenForm(PostedForm):
    """What was seen at a visit that was planned."""

    receipt: Words = _("Besöket är antecknat.")
    seen = TextField(_("Vad ni såg, eller att besöket inte blev av"), rows=3)


class ReviewAnswerForm(PostedForm):
    """What it answered."""

    receipt: Words = _("Svaret är sparat.")
    answer = TextField(_("Svar, eller att inget kom"), rows=2)


class ReviewOutcomeForm(PostedForm):
    """What came of a special review."""

    receipt: Words = _("Kontrollen är avslutad.")
    outcome = ShownChoiceField(_("Vad kom ut av det?"), options=REVIEW_OUTCOME_WORDS, needs=NOTHING_CHOSEN)
    conclusion = TextField(_("Slutsats"), rows=3)


class FormsOfReview(FormsOfPage):
    """The forms of a special review's page."""

    @property
    def question(self) -> ReviewQuestionForm:
        return self.form(ReviewQuestionForm, "question")

    def answer(self, question_id: int) -> ReviewAnswerForm:
        """The answer to one."""
        return self.form(ReviewAnswerForm, f"answer-{question_id}")

    @property
    def visit(self) -> ReviewVisitForm:
        return self.form(ReviewVisitForm, "visit")

    def seen(self, visit_id: int) -> VisitSeenForm:
        return self.form(VisitSeenForm, f"seen-{visit_id}")

    @property
    def outcome(self) -> ReviewOutcomeForm:
        return self.form(ReviewOutcomeForm, "close")


class MeetingMoveForm(PostedForm):
    """Another time or place for a meeting."""

    receipt: Words = _("Mötets tid och plats är ändrade.")
    starts_at = MomentField(_("Tid"), needs=(_("Tiden saknas."), _("Välj dag och tid.")))
    place = TextField(_("Plats"))


class MeetingCallForm(MeetingMoveForm):
    """A meeting that is called, or a round in writing."""

    creates = True
    receipt: Words = _("Mötet är inlagt.")
    closes_on = DayField(_("Sista svarsdag, om det är en skriftlig runda"))


class SeatForm(PostedForm):
    """A deputy, or a member without an account."""

    receipt: Words = _("Gruppen är ändrad.")
    seat_user = KeyChoiceField(_("Konto"), blank=_("Har inget konto"))
    seat_name = TextField(_("Namn, utan konto"))
    seat_email = TextField(_("E-post"))
    deputy = TickField(_("Ersättare"))


class FormsOfGroup(FormsOfPage):
    """The forms of the group's page. accounts: key -> name of whoever may be a deputy."""

    def __init__(self, accounts: Mapping[int, str], refused: PostedForm | None) -> None:
        super().__init__(refused)
        self._accounts = {key: same_in_both(name) for key, name in accounts.items()}

    @property
    def call(self) -> MeetingCallForm:
        """A meeting."""
        return self.form(MeetingCallForm, "call")

    @property
    def seat(self) -> SeatForm:
        """A seat."""
        form = self.form(SeatForm, "seat")
        form.seat_user.options = self._accounts
        return form


class AdviceForm(PostedForm):
    """What the group advises in one case."""

    receipt: Words = _("Yttrandet är sparat.")
    version = KeyField()
    advice = ShownChoiceField(_("Gruppens råd"), options=ADVICE_OPTIONS, needs=NOTHING_CHOSEN)
    text = TextField(_("Skäl, till minnesanteckningarna"), rows=3)
    conditions = TextField(_("Villkor, ett på varje rad"), rows=2)
    dissent = TextField(_("Avvikande mening, namn och skäl"), rows=3)

    def command(self) -> Opinion:
        """The opinion."""
        return Opinion(
            advice=Advice(self.advice.data),
            text=self.text.data,
            conditions=tuple(self.conditions.data.splitlines()),
            dissent=self.dissent.data,
        )


class StatementForm(PostedForm):
    """What a single member says of a case."""

    receipt: Words = _("Yttrandet är lämnat.")
    seat_id = KeyChoiceField(_("Vems yttrande"), blank=_("Mitt eget"))
    own_advice = ChoiceField(_("Råd"), options=ADVICE_WORDS, blank=same_in_both("–"))
    own_text = TextField(_("Yttrande"), rows=2)

    def command(self) -> NewStatement:
        """The statement."""
        advice = self.own_advice.data
        return NewStatement(
            advice=Advice(advice) if advice else None, text=self.own_text.data, seat_id=self.seat_id.data
        )


class LikeCasesForm(PostedForm):
    """Which the like cases of a point were."""

    criterion = CarriedField()


class SeatConflictForm(PostedForm):
    """A conflict of interest of somebody without an account."""

    receipt: Words = _("Jävet är antecknat.")
    seat_id = KeyChoiceField(_("Vem"))
    ground = ChoiceField(_("Skäl"), options=CONFLICT_WORDS, needs=NOTHING_CHOSEN)


class GuestForm(PostedForm):
    """Somebody else at a meeting, or at one of its items."""

    receipt: Words = _("Det är antecknat.")
    seat_id = KeyChoiceField(_("Ledamot utan konto"), blank=same_in_both("–"))
    guest = TextField(_("Gäst"))
    guest_function = TextField(_("Funktion"))
    review_id = KeyChoiceField(_("Bara vid punkten"), blank=_("Hela mötet"))


class HeldForm(PostedForm):
    """The notes of a meeting that has been held."""

    receipt: Words = _("Mötet är avslutat.")
    notes = TextField(_("Minnesanteckningar"), rows=4)


class FormsOfMeeting(FormsOfPage):
    """The forms of a meeting's page: of each item, and of the meeting. seats: of whom nobody signs in."""

    def __init__(
        self, seats: Mapping[int, str], items: Mapping[int, str], meeting: Meeting, refused: PostedForm | None
    ) -> None:
        super().__init__(refused)
        self._seats = {key: same_in_both(name) for key, name in seats.items()}
        self._items = {key: same_in_both(name) for key, name in items.items()}
        self._meeting = meeting

    def advice(self, review_id: int, version: int) -> AdviceForm:
        return self.form(AdviceForm, f"advice-{review_id}", {"version": version})

    def statement(self, review_id: int) -> StatementForm:
        form = self.form(StatementForm, f"statement-{review_id}")
        form.seat_id.options = self._seats
        return form

    def conflict(self, review_id: int) -> SeatConflictForm:
        """A conflict of interest of one without an account."""
        form = self.form(SeatConflictForm, f"conflict-{review_id}")
        form.seat_id.options = self._seats
        return form

    @property
    def guest(self) -> GuestForm:
        form = self.form(GuestForm, "guest")
        form.seat_id.options, form.review_id.options = self._seats, self._items
        return form

    @property
    def held(self) -> HeldForm:
        """The notes."""
        return self.form(HeldForm, "held", {"notes": self._meeting.notes})

    @property
    def move(self) -> MeetingMoveForm:
        """Its time and place."""
        return self.form(MeetingMoveForm, "move", {"starts_at": self._meeting.starts_at, "place": self._meeting.place})


CASE: Final = "case-"


class ConflictsForm(PostedForm):
    """Every case of a meeting's list answered at once. case-<key>: why one is in conflict in it, or nothing."""

    others = TickField(
        _("Jag är inte jävig i de ärenden där jag inte har angett något."),
        needs=(
            _("Du har inte svarat om jäv i de andra ärendena."),
            _("Ange jäv, eller kryssa i att du inte är jävig."),
        ),
    )

    def ground(self, case_id: int) -> str:
        name = f"{CASE}{case_id}"
        return self[name].data or "" if name in self else ""

    def command(self) -> dict[int, ConflictGround]:
        """Case -> why one is in conflict in it."""
        return {int(key): ConflictGround(field.data) for key, field in self.named(CASE).items() if field.data}


def conflicts_form(keys: Iterable[str]) -> type[ConflictsForm]:
    """The form of a list of cases, by their keys."""
    asked = {CASE + key: ChoiceField(options=CONFLICT_WORDS) for key in keys if is_key(key)}
    return type(ConflictsForm.__name__, (ConflictsForm,), asked)


class AttendanceForm(PostedForm):
    """Who is there."""

    receipt: Words = _("Närvaron är antecknad.")
    present = SeveralField(_("Närvarande"))
