"""Letters from what is decided and communicated: what each says, kept as it was, sent once, told when it is not taken."""

from __future__ import annotations

import email
import email.policy
import io
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import docx
import pypdfium2
import pytest

from tests.acting import acting
from tests.board import ACT, NUMBERS, BoardAtWork, booking_facts, clean_facts
from tests.factories import NOW, TODAY
from tests.mailbox import Box, mail_server
from vetting.casework.domain.legal_force import DecisionEventKind, DecisionForce
from vetting.casework.domain.letters import LetterKind
from vetting.casework.models.decisions import events_of, of_case
from vetting.casework.models.letters import Letter, letters_of_requests
from vetting.casework.services import (
    after_decision,
    assessments,
    communications,
    completions,
    contacts,
    decisions,
    drafted_reasons,
    letters,
    officer_reports,
)
from vetting.casework.services.assessments import NewAssessment
from vetting.casework.services.stated_contacts import NewContact
from vetting.config import Config, ConfigError, from_environment
from vetting.engine.evidence import CriterionAnswer
from vetting.formats import mail_sending
from vetting.formats.mail_sending import MailServer, server_of
from vetting.formats.written_documents import document_docx
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.decision_outcomes import DecisionGround, DecisionOutcome
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.people.domain.ways_of_working import BoardOption
from vetting.rules.services import ways_of_working
from vetting.workspace.services.case_files import case_file

if TYPE_CHECKING:
    from collections.abc import Iterator


VALUE = "demokratisk-rattsstat"


def refused(board: BoardAtWork, service: Any, *arguments: Any, **more: Any) -> Obstacle:
    with pytest.raises(Refused) as found:
        board.do(service, *arguments, **more)
    return found.value.obstacle


def written(board: BoardAtWork, number: str, kind: LetterKind, language: str = "sv") -> Letter:
    with open_reading(board.database) as s:
        key = next(item.key for item in letters.writable_letters(s, board.case(number), on=TODAY) if item.kind is kind)
    if language != "sv":
        board.do(contacts.set_contact, number, NewContact(email="", postal="", language=language))
    found: Letter = board.do(letters.write_letter, number, kind, key)
    assert found.language == language
    return found


def refusal(board: BoardAtWork) -> str:
    """A case refused on a value criterion, after the association was heard."""
    number = board.receive().number
    given = NewAssessment(
        criterion=VALUE, answer=CriterionAnswer.NOT_MET, reasons="Rösträtten begränsades.", evidence=ACT
    )
    board.do(assessments.assess, number, given, version=None)
    board.make_ready(number)
    sent = board.do(
        communications.communicate,
        number,
        communications.NewCommunication(what="Protokollet, § 4.", reply_by=date(2026, 12, 4), sent_to="styrelsen"),
    )
    board.do(
        communications.note_reply,
        number,
        communications.NewReply(communication=sent.id, reply="Vi beklagar.", handled="Vägt.", replied_on=TODAY),
    )
    board.propose(
        number,
        outcome=DecisionOutcome.REFUSED,
        amount=None,
        grounds=(DecisionGround.CRITERION,),
        reasons="Två medlemmar nekades rösträtt.",
    )
    board.do(decisions.make_ready, number)
    board.do(decisions.declare_no_conflict, number, role=Role.DECISION_MAKER)
    board.decide(number)
    return number


@pytest.mark.both_engines
def test_an_approval_says_amount_reasons_reservations_and_how_to_appeal(board: BoardAtWork) -> None:
    number = board.approve().number
    text = "\n".join(written(board, number, LetterKind.APPROVAL).lines)
    for words in (
        "Er ansökan har beviljats.",
        "20 november 2026 av Person decision_maker på delegation från Exempelnämnden norr (punkt 4.2)",
        "Beviljat belopp: 40 000 kr",
        "Föreningen uppfyller kraven.",
        "Utbetalning kan stoppas",
        "Redovisa hur bidraget har använts senast den 31 december 2027",
        "överklaga",
        number,
        "Person decision_maker",
    ):
        assert words in text.replace("\u00a0", " ").replace("\u202f", " "), words
    english = "\n".join(written(board, number, LetterKind.APPROVAL, "en").lines)
    assert "The legality of the decision can be reviewed." in english
    assert english.endswith("Person decision_maker\nExempelnämnden norr")
    assert (
        "made on 20 November 2026 by Person decision_maker, by delegation from Exempelnämnden norr (point 4.2)."
        in english
    )


def test_a_letter_of_refusal_and_its_comment_letter_say_what_it_rests_on(board: BoardAtWork) -> None:
    number = refusal(board)
    comment, no = written(board, number, LetterKind.COMMENT), written(board, number, LetterKind.REFUSAL)
    assert "Svara senast den 4 december 2026." in comment.lines
    assert "Protokollet, § 4." in comment.lines
    assert "Två medlemmar nekades rösträtt." in no.lines
    assert "Er ansökan har avslagits." in no.lines
    assert "Sökt belopp: 40 000 kr." in [line.replace("\u00a0", " ") for line in no.lines]
    assert "systemet" not in " ".join((*comment.lines, *no.lines)).lower()


def test_a_refusal_on_values_has_no_name_and_cites_law_where_chosen(board: BoardAtWork) -> None:
    number = refusal(board)
    plain = " ".join(written(board, number, LetterKind.REFUSAL).lines)
    name = board.staff[Role.DECISION_MAKER].name
    assert name not in plain
    assert "Lagrum" not in plain
    chosen = frozenset({BoardOption.SIGNED_BY_NAME, BoardOption.CITES_LAW})
    board.do(ways_of_working.set_habits, chosen, role=Role.ADMINISTRATOR)
    board.do(ways_of_working.set_gate, "motivering-finns", "Egen regel 4 §", on=None, role=Role.ADMINISTRATOR)
    cited = " ".join(written(board, number, LetterKind.REFUSAL).lines)
    assert name not in cited
    assert cited.endswith("delegat Exempelnämnden norr")
    granted = board.approve(clean_facts(NUMBERS[1], "Kören Provspelet", amount_applied=40_000_00)).number
    assert name in written(board, granted, LetterKind.APPROVAL).lines
    assert "Lagrum: Egen regel 4 §" in cited


def test_a_letter_is_kept_as_it_was_and_a_kind_that_is_not_there_is_refused(board: BoardAtWork) -> None:
    number = board.approve().number
    row = written(board, number, LetterKind.APPROVAL)
    assert refused(board, letters.write_letter, number, LetterKind.REFUSAL, row.decision_id) is Obstacle.MISSING
    other = BoardAtWork(board.database, code="syd").build()
    with open_reading(board.database) as s, pytest.raises(Refused):
        letters.find_letter(acting(s, other.staff[Role.CASEWORKER]), row.id)


def test_pdf_and_word_say_the_same(board: BoardAtWork) -> None:
    row = written(board, board.approve().number, LetterKind.APPROVAL)
    with open_reading(board.database) as s:
        pdf, word = letters.as_pdf(s, row), letters.as_docx(s, row)
    pages = "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(io.BytesIO(pdf)))
    paragraphs = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(word)).paragraphs)
    for words in ("Föreningen uppfyller kraven.", row.subject):
        assert words in pages
        assert words in paragraphs
    assert b"pdfuaid" in pdf


# sending


@pytest.fixture
def box() -> Iterator[tuple[Box, MailServer]]:
    with mail_server() as made:
        yield made


def mailed(board: BoardAtWork, row: Letter, server: MailServer, at: Any = NOW) -> Letter:
    return letters.send_mail(board.database, row.id, server, by=board.staff[Role.CASEWORKER], at=at)


def mail_refused(board: BoardAtWork, row: Letter, server: MailServer, at: Any = NOW) -> Obstacle:
    with pytest.raises(Refused) as found:
        mailed(board, row, server, at)
    return found.value.obstacle


@pytest.mark.parametrize("address", ["styrelsen@", "a b@c@d", "<x@y.example>, <z@y.example>", "@", "å", '"@x'])
def test_an_odd_address_is_told_and_nothing_is_sent(
    board: BoardAtWork, box: tuple[Box, MailServer], address: str
) -> None:
    kept, server = box
    row = written(board, board.approve().number, LetterKind.APPROVAL)

    def typed(session: Any) -> None:
        session.get_one(Letter, row.id).email = address
        session.add_entry(TrailNote(action="letter_written", by=None, at=NOW))

    run_in_transaction(board.database, typed)
    assert mail_refused(board, row, server) is Obstacle.CLOSED
    with open_reading(board.database) as s, pytest.raises(Refused):
        letters.as_draft(s, s.get_one(Letter, row.id))
    assert kept.mails == []


def test_two_who_send_the_same_letter_send_it_once_and_an_interrupted_one_is_told(
    board: BoardAtWork, box: tuple[Box, MailServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, server = box
    number = board.approve().number
    board.do(contacts.set_contact, number, NewContact(email="styrelsen@provkvarnen.example", postal=""))
    row = written(board, number, LetterKind.APPROVAL)
    really = mail_sending.hand_over_mail_by_page

    def meanwhile(*given: Any) -> None:
        assert mail_refused(board, row, server) is Obstacle.STALE  # the other one
        assert refused(board, letters.mark_sent, row.id, "post") is Obstacle.STALE
        really(*given)
        raise KeyboardInterrupt  # the program ends before it is noted

    monkeypatch.setattr("vetting.casework.services.letters.hand_over_mail_by_page", meanwhile)
    with pytest.raises(KeyboardInterrupt):
        mailed(board, row, server)
    assert len(kept.mails) == 1
    with open_reading(board.database) as s:
        assert s.get_one(Letter, row.id).sending_at == NOW
    board.do(letters.mark_sent, row.id, "mail", at=NOW + timedelta(minutes=11))
    with open_reading(board.database) as s:
        assert (s.get_one(Letter, row.id).sent_by, s.get_one(Letter, row.id).sending_at) == ("mail", None)


def test_a_letter_is_sent_once_with_its_pdf_and_the_decision_knows_it(
    board: BoardAtWork, box: tuple[Box, MailServer]
) -> None:
    kept, server = box
    number = board.approve(sent=False).number
    row = written(board, number, LetterKind.APPROVAL)
    assert mail_refused(board, row, server) is Obstacle.CLOSED  # nobody to write to
    board.do(contacts.set_contact, number, NewContact(email="styrelsen@provkvarnen.example", postal=""))
    row = written(board, number, LetterKind.APPROVAL)
    mailed(board, row, server)
    [mail] = kept.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == (
        "styrelsen@provkvarnen.example",
        "bidrag@norr.example",
        row.subject,
    )
    [attached] = mail.iter_attachments()
    assert attached.get_content().startswith(b"%PDF")
    assert mail_refused(board, row, server) is Obstacle.STALE
    with open_reading(board.database) as s:
        [decision] = of_case(s, board.case(number).id)
        assert [event.what for event in events_of(s, [decision.id])[decision.id]] == [DecisionEventKind.SENT]
        assert after_decision.standing_of(s, decision, TODAY).force is DecisionForce.NOT_REPORTED


def test_a_server_that_refuses_or_is_not_there_leaves_the_letter_unsent_and_says_so(
    board: BoardAtWork, box: tuple[Box, MailServer]
) -> None:
    kept, server = box
    number = board.approve().number
    board.do(contacts.set_contact, number, NewContact(email="styrelsen@provkvarnen.example", postal=""))
    row = written(board, number, LetterKind.APPROVAL)
    kept.refuses = True
    nowhere = MailServer(host="127.0.0.1", port=1, sender="bidrag@norr.example", encrypted=False)
    locked = MailServer(host=server.host, port=server.port, sender=server.sender)
    for one in (server, nowhere, locked):
        found = mailed(board, row, one)
        assert (found.sent_at, bool(found.failed)) == (None, True)
    assert kept.mails == []
    board.do(letters.mark_sent, row.id, "post")
    with open_reading(board.database) as s:
        assert s.get_one(Letter, row.id).sent_by == "post"


def test_a_draft_opens_in_a_mail_program_with_the_pdf(board: BoardAtWork) -> None:
    number = board.approve().number
    board.do(contacts.set_contact, number, NewContact(email="styrelsen@provkvarnen.example", postal=""))
    row = written(board, number, LetterKind.APPROVAL)
    with open_reading(board.database) as s:
        mail: Any = email.message_from_bytes(letters.as_draft(s, row), policy=email.policy.default)
    assert (mail["X-Unsent"], mail["From"], mail["To"]) == ("1", None, "styrelsen@provkvarnen.example")


@pytest.mark.parametrize(
    "wrong", [{}, {"VETTING_SMTP_FROM": "x"}, {"VETTING_SMTP_FROM": "a@b", "VETTING_SMTP_PORT": "x"}]
)
def test_a_mail_server_without_what_it_needs_is_told_at_start(wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        from_environment({"VETTING_SMTP_HOST": "mail.example"} | wrong)
    assert server_of(Config()) is None


# reasons and the officer's report


def test_a_refusal_is_drafted_from_the_requirement_the_act_and_what_was_weighed(board: BoardAtWork) -> None:
    number = board.receive().number
    given = NewAssessment(
        criterion=VALUE, answer=CriterionAnswer.NOT_MET, reasons="Rösträtten begränsades.", evidence=ACT
    )
    board.do(assessments.assess, number, given, version=None)
    with open_reading(board.database) as s:
        file = case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY)
        said = drafted_reasons.of_refusal(file)
        label = next(f.criterion.label.sv for f in file.screening.findings if f.criterion.id == VALUE)  # type: ignore[union-attr]
        assert drafted_reasons.of_approval(file.case, file.screening) == ""
    assert said.startswith(f"Kravet ”{label}” är inte uppfyllt. Rösträtten begränsades. Det här har hänt: ")
    assert "Nämnden har vägt in: " in said
    assert "\n" not in said  # one paragraph: the only requirement that is not met
    for words in (board.staff[Role.CASEWORKER].name, "Krav:", "uppfyllda"):
        assert words not in said


def test_an_approval_without_reasons_gets_them_from_the_points_and_a_refusal_never(board: BoardAtWork) -> None:
    number = board.receive().number
    board.make_ready(number)
    draft = board.propose(number, reasons="")
    assert draft.reasons.replace("\u00a0", " ") == (
        "Föreningen söker 40 000 kr för kurser på kvällar. Granskningen mot Socialnämnden 2019 med grundkrav, version 1, "
        "visar inget som talar emot att ansökan beviljas."
    )
    own = {"outcome": DecisionOutcome.REFUSED, "amount": None, "grounds": (DecisionGround.BUDGET,)}
    with pytest.raises(Refused) as found:
        board.propose(number, reasons=draft.reasons, **own)
    assert [problem.where for problem in found.value.problems] == ["reasons"]
    assert board.propose(number, reasons="Pengarna räcker inte.", **own).reasons == "Pengarna räcker inte."


def test_the_officers_report_holds_what_speaks_for_and_against_and_the_reply(board: BoardAtWork) -> None:
    number = refusal(board)
    with open_reading(board.database) as s:
        file = case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY + timedelta(days=1))
        made = officer_reports.officer_report(acting(s, board.staff[Role.CASEWORKER]), file, on=TODAY)
    text = "\n".join(line.sv for part in made.sections for line in (part.heading, *part.lines))
    for words in (
        "Avslå",
        ACT.act,
        ACT.speaks_for,
        ACT.special_reasons,
        ACT.proportionality,
        "Vi beklagar.",
        "Vägt.",
        "Två medlemmar nekades rösträtt.",
    ):
        assert words in text
    document = docx.Document(io.BytesIO(document_docx(made, "sv")))
    headings = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 2"]
    assert headings[:2] == ["Förslag till beslut", "Ärendet"]


def test_a_letter_follows_its_receiver_and_is_swedish_where_nobody_has_said(board: BoardAtWork) -> None:
    number = board.approve().number

    def language() -> str:
        with open_reading(board.database) as s:
            key = letters.writable_letters(s, board.case(number), on=TODAY)[0].key
            by = board.staff[Role.CASEWORKER]
            return letters.preview_letter(acting(s, by, NOW), number, LetterKind.APPROVAL, key).language

    assert language() == "sv"
    board.do(contacts.set_contact, number, NewContact(email="a@example.org", postal=""))
    assert language() == "sv"
    booking = board.receive(booking_facts(), CaseKind.BOOKING).number
    board.do(contacts.set_contact, booking, NewContact(email="", postal="", language="en"), role=Role.PREMISES)
    assert language() == "en"  # what it has said about bookings, as long as nothing is said about grants
    board.do(contacts.set_contact, number, NewContact(email="a@example.org", postal="", language="sv"))
    assert language() == "sv"
    board.do(contacts.set_contact, number, NewContact(email="a@example.org", postal="", language="de"))
    assert language() == "en"


def test_letters_of_one_act_are_each_in_their_receivers_language(board: BoardAtWork) -> None:
    numbers = [
        board.receive(clean_facts(NUMBERS[place], f"Föreningen {place}", accounts=None)).number for place in range(2)
    ]
    board.do(contacts.set_contact, numbers[1], NewContact(email="a@example.org", postal="", language="en"))
    batch = board.do(completions.request_of_many, numbers, completions.NewCompletionRequest())
    with open_reading(board.database) as s:
        sent = letters_of_requests(s, batch)
    assert [letter.language for letter in sent] == ["sv", "en"]
    assert "Med vänlig hälsning" in sent[0].lines
    assert "Yours sincerely" in sent[1].lines
