"""Many asked in one act with each its letter and one day; promises, papers inside papers, reminders, late answers."""

from __future__ import annotations

import email
import email.policy
import io
import zipfile
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from tests.factories import NOW, TODAY
from tests.files import mails
from tests.files.mails import PDF
from tests.town import NUMBERS, Town, booking_facts, clean_facts, judged_again, rules
from vetting.domain.cases import Marked
from vetting.domain.completions import GapState, Group
from vetting.domain.criteria import CaseKind
from vetting.domain.facts import Facts
from vetting.domain.people import Role
from vetting.domain.problem import Obstacle, Refused
from vetting.domain.reviews import ConflictGround
from vetting.services import cases, completions, contacts, documents, gates, incoming, incoming_proposals, meetings
from vetting.services import completion_letters as letters
from vetting.services.case_files import case_file
from vetting.services.completions import NewNote, NewRequest
from vetting.services.screenings import of_case
from vetting.store import verifying
from vetting.store.completions import Completion, CompletionBatch, Contact
from vetting.store.incoming import IncomingPost
from vetting.store.session import reading, write

if TYPE_CHECKING:
    from vetting.services.case_files import CaseFile
    from vetting.services.completions import Overview

DUE = TODAY + timedelta(days=14)


def lacking(town: Town, place: int = 0, *facts: str) -> str:
    given = dict.fromkeys(facts or ("accounts",))
    return town.receive(clean_facts(NUMBERS[place], f"Föreningen {place}", **given)).number


def ask(town: Town, *numbers: str, at: Any = NOW, **more: Any) -> CompletionBatch:
    found: CompletionBatch = town.do(completions.request_of_many, numbers, NewRequest(**more), rules=rules(), at=at)
    return found


def seen(town: Town, at: Any = NOW, **more: Any) -> Overview:
    with reading(town.database) as s:
        return completions.overview(s, CaseKind.GRANT, rules(), by=town.staff[Role.CASEWORKER], on=at.date(), **more)


def groups(town: Town, at: Any = NOW, **more: Any) -> dict[str, list[str]]:
    found = seen(town, at, **more)
    return {group.value: [row.case.number for row in rows] for group, rows in found.groups.items() if group}


def opened(town: Town, number: str, on: date = TODAY) -> CaseFile:
    with reading(town.database) as s:
        return case_file(s, number, rules=rules(), by=town.staff[Role.CASEWORKER], on=on)


def add_paper(town: Town, number: str, type_: str, at: Any = NOW) -> int:
    new = documents.NewDocument(
        name=f"{type_}.pdf",
        media_type="application/pdf",
        content=PDF + f"{number}{type_}".encode(),
        type=type_,
        dated=None,
        arrived_on=at.date(),
    )
    key: int = town.do(documents.add, number, new, rules=rules(), at=at).id
    return key


def reach(town: Town, number: str, address: str = "", postal: str = "") -> None:
    town.do(contacts.set_contact, number, email=address, postal=postal)


def test_many_are_asked_in_one_act_each_with_its_own_letter_and_the_same_day(town: Town) -> None:
    one, other, clean = (
        lacking(town),
        lacking(town, 1, "annual_minutes", "statutes_document"),
        lacking(town, 2, "purpose"),
    )
    assert groups(town)["ask"] == [one, other]
    batch = ask(town, one, other, due_on=DUE, text="Ring oss.")
    assert groups(town) == {"ask": [], "remind": [], "waits": [one, other], "answered": []}
    with reading(town.database) as s:
        rows = s.scalars(select(Completion).order_by(Completion.id)).all()
        assert [set(row.facts) for row in rows] == [{"accounts"}, {"annual_minutes", "statutes_document"}]
        assert {row.due_on for row in rows} == {DUE}
        assert {row.batch_id for row in rows} == {batch.id}
        first, second = ("\n".join(row.letter["lines"]) for row in rows)
        assert one in first
        assert other in second
        assert "Ring oss." in first
        assert first != second.replace(other, one)
        assert verifying.verify(s).problems == []
    assert town.case(one).state == "completion"
    assert town.case(clean).state == "received"
    assert [entry.action for entry, _ in opened(town, one).events if entry.action == "completion_requested"]


def test_what_was_never_asked_for_is_asked_for_now(town: Town) -> None:
    values = {name: value for name, value in clean_facts().values.items() if name != "activity_report"}
    number = town.receive(Facts(values, frozenset(), frozenset({"activity_report"}))).number
    assert groups(town)["ask"] == [number]
    ask(town, number)
    assert town.case(number).not_asked == []
    assert town.case(number).proposal == "complete"


def test_letters_go_by_mail_where_there_is_an_address_and_the_rest_are_one_pdf(town: Town) -> None:
    by_mail, by_post, nowhere = (lacking(town, place) for place in range(3))
    reach(town, by_mail, "kassor@forening.example")
    reach(town, by_post, postal="c/o Ek\n\nStorgatan 4\n123 45 Provby")
    batch = ask(town, by_mail, by_post, nowhere)
    by = town.staff[Role.CASEWORKER]
    with reading(town.database) as s:
        archive = zipfile.ZipFile(io.BytesIO(letters.drafts(s, batch, by)))
        [name] = archive.namelist()
        assert by_mail in name
        draft = email.message_from_bytes(archive.read(name), policy=email.policy.default)
        assert (draft["To"], draft["X-Unsent"], draft["From"]) == ("kassor@forening.example", "1", None)
        assert by_mail in draft["Subject"]
        body = draft.get_body()
        assert body is not None
        assert "balansräkning" in body.get_content()
        printed = letters.printed(s, batch, by)
        assert printed.startswith(b"%PDF-")
        assert b"/Type/Pages/Count 2/" in printed
        assert b"/Type/Pages/Count 3/" in letters.printed(s, batch, by, everything=True)
        rows = {item.letter.to: item.letter.postal for item in letters.letters_of(s, batch, by)}
    assert rows["Föreningen 1"] == ("c/o Ek", "Storgatan 4", "123 45 Provby")


def test_an_act_without_mails_has_no_drafts_and_one_without_post_prints_them_all(town: Town) -> None:
    number, other = lacking(town), lacking(town, 1)
    by = town.staff[Role.CASEWORKER]
    batch = ask(town, number)
    with pytest.raises(Refused), reading(town.database) as s:
        letters.drafts(s, batch, by)
    reach(town, other, "a@b.example")
    batch = ask(town, other)
    with reading(town.database) as s:
        assert b"/Type/Pages/Count 1/" in letters.printed(s, batch, by)


def test_a_letter_answered_by_mail_finds_its_case_and_a_known_sender_gets_the_next(town: Town) -> None:
    number = lacking(town)
    ask(town, number)
    by = town.staff[Role.CASEWORKER]
    data = mails.eml(f"SV: Komplettering av ärende {number}", files=[("Bokslut.pdf", PDF)], sender="Kim <k@x.example>")
    [key] = incoming.hand_in(
        town.database, [incoming.HandedIn(name="svar.eml", content=data)], kind=CaseKind.GRANT, case="", by=by, at=NOW
    )
    with reading(town.database) as s:
        found = incoming_proposals.proposed(s, s.get_one(IncomingPost, key), rules(), by=by, on=TODAY)
    assert (found.case, list(found.types.values())) == (number, ["accounts"])
    choice = incoming.Choice(case=number, received_on=TODAY, types=found.types)
    town.do(incoming.put_in, key, choice, rules=rules())
    assert groups(town)["answered"] == [number]
    with reading(town.database) as s:
        [row] = completions.lacking(s, [town.case(number)], {}, on=TODAY)
    assert (row.email, row.by_sender) == ("k@x.example", True)


def test_what_is_promised_is_not_asked_for_until_its_day_has_been(town: Town) -> None:
    number = lacking(town, 0, "accounts", "annual_minutes")
    note = NewNote(fact="accounts", state=GapState.PROMISED, promised_on=TODAY + timedelta(days=7))
    town.do(completions.note_gap, number, note, rules=rules())
    ask(town, number)
    with reading(town.database) as s:
        assert s.scalars(select(Completion.facts)).all() == [["annual_minutes"]]
    add_paper(town, number, "annual_minutes")
    assert groups(town)["waits"] == [number]
    after = NOW + timedelta(days=8)
    assert groups(town, after)["ask"] == [number]
    [gap] = seen(town, after).groups[Group.ASK][0].gaps
    assert gap.broken(after.date())


def test_a_paper_inside_another_is_in(town: Town) -> None:
    number = lacking(town, 0, "accounts")
    paper = add_paper(town, number, "activity_report")
    ask(town, number)
    town.do(
        completions.note_gap,
        number,
        NewNote(fact="accounts", state=GapState.ELSEWHERE, document_id=paper),
        rules=rules(),
    )
    found = opened(town, number)
    assert found.gaps == ()
    [gap] = found.asked[found.completions[0].id]
    assert (gap.state, gap.where) == (GapState.ELSEWHERE, "activity_report.pdf")
    assert groups(town)["answered"] == [number]


@pytest.mark.parametrize(
    ("note", "words"),
    [
        (NewNote(fact="accounts", state=GapState.PROMISED), "by which day"),
        (NewNote(fact="accounts", state=GapState.PROMISED, promised_on=TODAY - timedelta(days=1)), "already been"),
        (NewNote(fact="accounts", state=GapState.ELSEWHERE), "No paper is chosen"),
        (NewNote(fact="accounts", state=GapState.ELSEWHERE, document_id=99999), "No paper is chosen"),
        (NewNote(fact="giro_number", state=GapState.ELSEWHERE, document_id=1), "is no paper"),
        (NewNote(fact="statutes_document", state=GapState.PROMISED, promised_on=DUE), "not missing in the case"),
    ],
)
def test_a_note_that_cannot_be_true_is_refused(town: Town, note: NewNote, words: str) -> None:
    number = lacking(town, 0, "accounts", "giro_number")
    add_paper(town, number, "activity_report")
    with pytest.raises(Refused, match=words):
        town.do(completions.note_gap, number, note, rules=rules())


def test_a_late_answer_before_the_decision_counts_and_says_so(town: Town) -> None:
    number = lacking(town)
    ask(town, number, due_on=TODAY + timedelta(days=3))
    late = NOW + timedelta(days=5)
    assert groups(town, late)["remind"] == [number]
    add_paper(town, number, "accounts", at=late)
    found = opened(town, number, late.date())
    [gap] = found.asked[found.completions[0].id]
    assert (gap.state, gap.came_on, gap.late) == (GapState.RECEIVED, late.date(), True)
    assert town.case(number).proposal != "complete"
    assert groups(town, late)["answered"] == [number]


def test_a_reminder_asks_for_what_is_still_missing_and_gives_a_new_day(town: Town) -> None:
    number = lacking(town, 0, "accounts", "annual_minutes")
    ask(town, number, due_on=TODAY + timedelta(days=3))
    add_paper(town, number, "annual_minutes")
    later = NOW + timedelta(days=4)
    ask(town, number, at=later, reminder=True)
    with reading(town.database) as s:
        _, reminder = s.scalars(select(Completion).order_by(Completion.id)).all()
    assert (reminder.facts, reminder.reminder, reminder.due_on) == (
        ["accounts"],
        True,
        later.date() + timedelta(days=14),
    )
    assert "Vi bad er att komplettera ärendet senast den 23 november 2026." in "\n".join(reminder.letter["lines"])
    assert groups(town, later)["waits"] == [number]
    assert "reminded" in [entry.action for entry, _ in opened(town, number).events]


def test_nobody_is_reminded_before_the_day(town: Town) -> None:
    number = lacking(town)
    ask(town, number)
    with pytest.raises(Refused, match="has not passed"):
        ask(town, number, reminder=True)


def test_cases_that_changed_meanwhile_are_left_and_told(town: Town) -> None:
    one, mended, decided = lacking(town), lacking(town, 1), lacking(town, 2)
    add_paper(town, mended, "accounts")
    town.do(cases.withdraw, decided)
    batch = ask(town, one, mended, decided, one)
    assert {number for number, _, _ in batch.left} == {mended, decided}
    with reading(town.database) as s:
        assert len(s.scalars(select(Completion)).all()) == 1
    with pytest.raises(Refused, match="Nothing is missing"):
        ask(town, mended)


def test_a_gap_that_was_accepted_is_not_asked_for(town: Town) -> None:
    number = lacking(town)
    town.do(cases.mark, number, Marked.GAP_ACCEPTED, text="Behövs inte.", rules=rules())
    assert groups(town)["ask"] == []


@pytest.mark.parametrize(
    ("more", "words"),
    [({"due_on": TODAY}, "must lie ahead"), ({"text": "Ring 19850229-1234"}, "personal number")],
)
def test_an_act_that_cannot_be_is_refused_whole(town: Town, more: dict[str, Any], words: str) -> None:
    number = lacking(town)
    with pytest.raises(Refused, match=words):
        ask(town, number, **more)
    with pytest.raises(Refused, match="No case"):
        ask(town)
    with reading(town.database) as s:
        assert s.scalars(select(CompletionBatch)).all() == []
    assert town.case(number).state == "received"


def test_nobody_asks_for_a_case_that_is_not_theirs(town: Town) -> None:
    number = lacking(town)
    with pytest.raises(Refused) as premises:
        town.do(completions.request_of_many, [number], NewRequest(), rules=rules(), role=Role.PREMISES)
    assert premises.value.obstacle is Obstacle.MISSING
    other = Town(town.database, code="syd").build()
    with pytest.raises(Refused) as foreign:
        other.do(completions.request_of_many, [number], NewRequest(), rules=rules())
    assert foreign.value.obstacle is Obstacle.MISSING
    batch = ask(town, number)
    with pytest.raises(Refused), reading(town.database) as s:
        letters.of_person(s, batch.id, other.staff[Role.CASEWORKER])
    recused = town.somebody(Role.CASEWORKER, "jäv")
    write(town.database, lambda s: meetings.step_aside(s, number, ConflictGround.OTHER, by=recused, at=NOW))
    with reading(town.database) as s:
        assert letters.letters_of(s, batch, recused) == []


def test_the_list_goes_on_where_it_stopped(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [lacking(town, place) for place in range(3)]
    monkeypatch.setattr(completions, "PAGE", 2)
    first = seen(town)
    assert [row.case.number for row in first.groups[Group.ASK]] == numbers[:2]
    rest = seen(town, after=first.more)
    assert ([row.case.number for row in rest.groups[Group.ASK]], rest.more) == (numbers[2:], 0)


def asked_in_vain(town: Town, number: str, at: Any) -> bool:
    with reading(town.database) as s:
        case = town.case(number)
        return gates.situation(
            s, case, of_case(s, case, rules(), on=at.date()), rules(), on=at.date()
        ).asked_to_complete


def test_nobody_is_refused_for_what_was_not_asked_is_promised_or_has_its_day_ahead(town: Town) -> None:
    later = NOW + timedelta(days=20)
    never = lacking(town, 0, "accounts", "annual_minutes")
    town.do(completions.request, never, ("accounts",), "", due_on=None, rules=rules())
    add_paper(town, never, "accounts")
    assert not asked_in_vain(town, never, later)
    promised = lacking(town, 1, "accounts")
    ask(town, promised)
    note = NewNote(fact="accounts", state=GapState.PROMISED, promised_on=later.date() + timedelta(days=5))
    town.do(completions.note_gap, promised, note, rules=rules())
    assert not asked_in_vain(town, promised, later)
    reminded = lacking(town, 2, "accounts")
    ask(town, reminded)
    assert asked_in_vain(town, reminded, later)
    ask(town, reminded, at=later, reminder=True)
    assert not asked_in_vain(town, reminded, later)
    in_words = lacking(town, 3, "accounts")
    town.do(completions.request, in_words, (), "Skicka mer.", due_on=None, rules=rules())
    assert not asked_in_vain(town, in_words, later)


def test_the_same_is_asked_once(town: Town) -> None:
    number = lacking(town)
    ask(town, number)
    with pytest.raises(Refused, match="asked for already"):
        ask(town, number)
    other = lacking(town, 1)
    town.do(completions.request, other, ("accounts",), "", due_on=None, rules=rules())
    with pytest.raises(Refused, match="asked for already"):
        town.do(completions.request, other, ("accounts",), "", due_on=None, rules=rules())
    town.do(completions.request, other, ("accounts",), "Och ett kvitto.", due_on=None, rules=rules())


def test_a_case_that_lies_with_the_group_is_left_to_the_group(town: Town) -> None:
    here, away = lacking(town), lacking(town, 1)
    town.do(meetings.refer, away, "Fråga?", rules=rules())
    batch = ask(town, here, away)
    assert [entry[0] for entry in batch.left] == [away]
    assert town.case(away).state == "referred"
    asked = lacking(town, 2)
    ask(town, asked, due_on=TODAY + timedelta(days=2))
    town.do(meetings.refer, asked, "Fråga?", rules=rules())
    assert asked in groups(town, NOW + timedelta(days=5))["waits"]


def test_only_what_an_association_can_give_is_asked_of_it(town: Town) -> None:
    number = lacking(town)
    with pytest.raises(Refused, match="what to send in"):
        town.do(completions.request, number, ("bankrupt", "board_area"), "", due_on=None, rules=rules())


def test_an_accepted_gap_has_not_come(town: Town) -> None:
    number = lacking(town)
    ask(town, number)
    town.do(cases.mark, number, Marked.GAP_ACCEPTED, text="Behövs inte.", rules=rules())
    found = opened(town, number)
    [gap] = found.asked[found.completions[0].id]
    assert (gap.state, gap.came_on) == (GapState.ACCEPTED, None)


def test_what_comes_after_the_case_was_taken_back_counts_for_nothing(town: Town) -> None:
    number = lacking(town)
    ask(town, number, due_on=TODAY + timedelta(days=1))
    town.do(cases.withdraw, number)
    add_paper(town, number, "accounts", at=NOW + timedelta(days=3))
    found = opened(town, number, TODAY + timedelta(days=3))
    [gap] = found.asked[found.completions[0].id]
    assert (gap.state, gap.late) == (GapState.RECEIVED, False)


def test_an_address_that_the_office_keeps_goes_before_whoever_wrote_last(town: Town) -> None:
    number = lacking(town)
    by = town.staff[Role.CASEWORKER]
    data = mails.eml("Klagomål", f"Gäller {number}.", sender="Granne <granne@x.example>")
    [key] = incoming.hand_in(
        town.database, [incoming.HandedIn(name="a.eml", content=data)], kind=CaseKind.GRANT, case="", by=by, at=NOW
    )
    town.do(incoming.put_in, key, incoming.Choice(case=number, received_on=TODAY, types={}), rules=rules())
    reach(town, number, postal="c/o Ek\n123 45 Provby")
    batch = ask(town, number)
    with reading(town.database) as s:
        [item] = letters.letters_of(s, batch, by)
    assert (item.letter.way.value, item.letter.email) == ("post", "")


def test_premises_staff_do_not_say_where_letters_about_grants_go(town: Town) -> None:
    grant = lacking(town)
    booking = town.receive(booking_facts(NUMBERS[0], "Föreningen 0"), kind=CaseKind.BOOKING).number
    reach(town, grant, "kassor@forening.example")
    town.do(contacts.set_contact, booking, email="annan@x.example", postal="", role=Role.PREMISES)
    batch = ask(town, grant)
    with reading(town.database) as s:
        [item] = letters.letters_of(s, batch, town.staff[Role.CASEWORKER])
    assert item.letter.email == "kassor@forening.example"


@pytest.mark.parametrize(
    ("email_", "postal"), [("a@b.se\nBcc: x@y.se", ""), ("198502281234@x.se", ""), ("", "c/o 19850228-1234")]
)
def test_an_address_that_is_none_is_refused_and_not_kept(town: Town, email_: str, postal: str) -> None:
    number = lacking(town)
    with pytest.raises(Refused):
        reach(town, number, email_, postal)
    with reading(town.database) as s:
        assert s.scalars(select(Contact)).all() == []


def test_what_a_page_of_cases_lacks_is_asked_of_the_database_once(town: Town) -> None:
    counted: list[str] = []

    def count() -> int:
        counted.clear()
        with reading(town.database) as s:
            event.listen(s.get_bind(), "before_cursor_execute", heard)
            completions.overview(s, CaseKind.GRANT, rules(), by=town.staff[Role.CASEWORKER], on=TODAY)
            event.remove(s.get_bind(), "before_cursor_execute", heard)
        return len(counted)

    def heard(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        counted.append(statement)

    lacking(town)
    judged_again(town)
    one = count()
    for place in range(1, 6):
        lacking(town, place)
    judged_again(town)
    assert count() == one <= 12
