"""Finding the association that is meant, and records that turn out to be one: nothing linked by a name alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import NOW, TODAY
from tests.town import ACT, NUMBERS, Town, clean_facts, rules
from vetting.domain.association import folded
from vetting.domain.evidence import Answer
from vetting.domain.facts import Facts
from vetting.domain.people import Role
from vetting.domain.problem import Obstacle, Refused
from vetting.services import assessments, cases, contacts, documents, identities, merging, unmerging
from vetting.services.assessments import Given
from vetting.services.association_files import association_file
from vetting.services.associations import find_or_add, search
from vetting.services.case_files import case_file
from vetting.services.screenings import known, pending_elsewhere
from vetting.store import verifying
from vetting.store.associations import (
    ALIAS,
    CURRENT,
    FORMER,
    TO_CONFIRM,
    WRONG,
    Association,
    AssociationName,
    names_of_records,
)
from vetting.store.cases import Case
from vetting.store.documents import Document
from vetting.store.meetings import Conflict
from vetting.store.names import NameIndex
from vetting.store.session import reading, write
from vetting.store.trail import Noted


def added(town: Town, name: str, number: str = "", *, board: int | None = None) -> int:
    def work(session: Any) -> int:
        found = find_or_add(session, name, number, source=f"board {board or town.board_id}", at=NOW)
        assert found is not None
        session.note(Noted(action="test", by=None, at=NOW, subject=found))
        return found.id

    return write(town.database, work)


def found(town: Town, wanted: str, **more: Any) -> list[str]:
    with reading(town.database) as s:
        return [one.association.name for one in search(s, wanted, **more)]


def names(town: Town, key: int) -> dict[str, str]:
    with reading(town.database) as s:
        rows = s.scalars(select(AssociationName).where(AssociationName.association_id == key))
        return {row.name: row.kind for row in rows}


def test_a_name_that_has_just_come_is_found(town: Town) -> None:
    assert found(town, "Sjöviks byalag") == []
    added(town, "Sjöviks Byalag")
    assert found(town, "Sjövik byalag") == ["Sjöviks Byalag"]
    added(town, "Sjöviks Bollklubb")
    assert found(town, "Sjöviks BK")[0] == "Sjöviks Bollklubb"


def test_a_number_goes_before_every_name(town: Town) -> None:
    added(town, "Sjöviks Byalag", NUMBERS[0])
    added(town, f"Föreningen {NUMBERS[0]}")
    with reading(town.database) as s:
        [one] = search(s, f"{NUMBERS[0][:6]}-{NUMBERS[0][6:]}")
    assert (one.association.name, one.exact) == ("Sjöviks Byalag", True)


def test_names_that_are_nothing_like_it_are_not_shown(town: Town) -> None:
    added(town, "Sjöviks Byalag")
    added(town, "Kulturföreningen Provkvarnen")
    assert found(town, "Norrbyns hundklubb") == []


def test_an_earlier_name_finds_the_association_and_says_so(town: Town) -> None:
    key = added(town, "Sjöviks Byalag", NUMBERS[0])
    added(town, "Väståns Intresseförening", NUMBERS[0])
    with reading(town.database) as s:
        [name] = s.scalars(select(AssociationName).where(AssociationName.kind == TO_CONFIRM))
    town.do(identities.settle_name, name.association_id, name.id, FORMER, since=None)
    with reading(town.database) as s:
        [one] = search(s, "Västans intresseförening")
    assert one.association.id == key
    assert one.why.sv.startswith("Tidigare namn: Väståns Intresseförening.")


def test_what_a_transaction_never_committed_is_not_found(town: Town) -> None:
    def work(session: Any) -> None:
        find_or_add(session, "Sjöviks Byalag", "", source="x", at=NOW)
        session.flush()
        assert [one.association.name for one in search(session, "Sjöviks byalag")] == []
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(town.database, work)
    assert found(town, "Sjöviks byalag") == []
    added(town, "Ängens Ridklubb")  # may get the id that the other would have had
    assert found(town, "Ängens ridklubb") == ["Ängens Ridklubb"]
    assert found(town, "Sjöviks byalag") == []


def test_each_database_has_an_index_of_its_own(town: Town) -> None:
    added(town, "Sjöviks Byalag")
    found(town, "Sjövik")
    index = town.database.memory[NameIndex]
    assert isinstance(index, NameIndex)
    assert len(index.names) == 1


def test_another_way_of_writing_a_name_is_known_and_an_unlike_one_waits_for_a_person(town: Town) -> None:
    key = added(town, "Sjöviks Idrottsförening", NUMBERS[0])
    added(town, "SJÖVIK idrottsföreningen", NUMBERS[0])
    added(town, "Kulturföreningen Provkvarnen", NUMBERS[0])
    assert names(town, key) == {
        "Sjöviks Idrottsförening": CURRENT,
        "SJÖVIK idrottsföreningen": ALIAS,
        "Kulturföreningen Provkvarnen": TO_CONFIRM,
    }


def test_a_club_of_another_sport_does_not_answer_and_is_no_other_way_of_writing(town: Town) -> None:
    key = added(town, "Mälaröarnas Alpina Skidklubb", NUMBERS[0])
    with reading(town.database) as s:
        assert [one.exact for one in search(s, "Mälaröarnas Alpina Simklubb")] == [False]
    added(town, "Mälaröarnas Alpina Simklubb", NUMBERS[0])
    assert names(town, key)["Mälaröarnas Alpina Simklubb"] == TO_CONFIRM


def test_a_name_typed_letter_for_letter_comes_first_and_alone(town: Town) -> None:
    added(town, "Sjöviks Scoutkår", NUMBERS[0])
    wanted = added(town, "Sjövik Scoutkåren", NUMBERS[1])
    with reading(town.database) as s:
        found = search(s, "sjövik  scoutkåren")
    assert found[0].association.id == wanted
    assert [one.exact for one in found] == [True, False]


def test_a_small_register_is_shown_to_its_end_best_first(town: Town) -> None:
    for place, name in enumerate(("Sjöviks Byalag", "Sjöviks Teater", "Ladans Vänner i Sjövik")):
        added(town, name, NUMBERS[place])
    with reading(town.database) as s:
        close = search(s, "Sjöviks Byalag")
        every = search(s, "Sjöviks Byalag", whole=True)
    assert next(one.association.name for one in every) == "Sjöviks Byalag"
    assert len(every) > len(close)
    assert [one.close for one in every] == sorted((one.close for one in every), reverse=True)


def test_a_new_current_name_makes_the_old_one_an_earlier_one(town: Town) -> None:
    key = added(town, "Sjöviks Byalag", NUMBERS[0])
    added(town, "Sjöviks Framtid", NUMBERS[0])
    with reading(town.database) as s:
        name = s.scalars(select(AssociationName).where(AssociationName.name == "Sjöviks Framtid")).one()
    town.do(identities.settle_name, name.association_id, name.id, CURRENT, since=TODAY)
    assert names(town, key) == {"Sjöviks Byalag": FORMER, "Sjöviks Framtid": CURRENT}
    with reading(town.database) as s:
        association = s.get_one(Association, key)
        assert (association.name, association.folded) == ("Sjöviks Framtid", folded("Sjöviks Framtid"))


def test_a_name_that_is_not_its_own_finds_nothing_any_more(town: Town) -> None:
    added(town, "Sjöviks Byalag", NUMBERS[0])
    added(town, "Provkvarnen", NUMBERS[0])
    with reading(town.database) as s:
        name = s.scalars(select(AssociationName).where(AssociationName.name == "Provkvarnen")).one()
    assert found(town, "Provkvarnen") == ["Sjöviks Byalag"]
    town.do(identities.settle_name, name.association_id, name.id, WRONG, since=None)
    assert found(town, "Provkvarnen") == []


def test_the_name_it_has_now_cannot_be_taken_away(town: Town) -> None:
    key = added(town, "Sjöviks Byalag", NUMBERS[0])
    with reading(town.database) as s:
        name = s.scalars(select(AssociationName).where(AssociationName.association_id == key)).one()
    with pytest.raises(Refused) as refused:
        town.do(identities.settle_name, name.association_id, name.id, WRONG, since=None)
    assert refused.value.obstacle is Obstacle.INVALID


def two_records(town: Town) -> tuple[int, int, str, str]:
    """One association with and one without its number, each with a case."""
    first = town.receive(clean_facts(NUMBERS[0], "Sjöviks Byalag"))
    second = town.receive(clean_facts("", "Byalaget Sjövik", members_total=77), received_on=TODAY - timedelta(days=1))
    assert first.association_id is not None
    assert second.association_id is not None
    return first.association_id, second.association_id, first.number, second.number


def shown(town: Town, number: str) -> Any:
    with reading(town.database) as s:
        return case_file(s, number, rules=rules(), by=town.staff[Role.CASEWORKER], on=TODAY)


def test_a_merge_brings_everything_along_and_its_undo_takes_it_back(town: Town) -> None:
    kept, merged, number, other = two_records(town)
    paper = documents.NewDocument(
        name="stadgar.pdf",
        media_type="application/pdf",
        content=b"%PDF-1.7 x",
        type="statutes_document",
        dated=None,
        arrived_on=TODAY,
    )
    document = town.do(documents.add, other, paper, rules=rules())
    town.do(contacts.set_contact, other, email="byalaget@forening.example", postal="")
    town.do(assessments.nothing_found, other, rules=rules())
    before = shown(town, number)
    assert before.related == []
    row = town.do(merging.merge, merged, kept, {}, rules=rules())
    assert (row.kept_id, row.merged_id) == (kept, merged)
    after = shown(town, number)
    assert [case.number for case in after.related] == [other]
    assert after.contact is not None
    assert any(f.answer is not None for f in after.screening.findings)  # what was answered for the one holds for both
    assert not any(f.answer is not None for f in before.screening.findings)
    assert found(town, "Byalaget Sjövik") == ["Sjöviks Byalag"]
    assert names(town, kept)["Byalaget Sjövik"] == ALIAS
    town.do(unmerging.undo_merge, row.id, rules=rules())
    again = shown(town, number)
    assert again.related == []
    assert again.contact is None
    assert not any(f.answer is not None for f in again.screening.findings)
    assert shown(town, other).association.id == merged
    with reading(town.database) as s:
        assert s.get_one(Document, document.id).association_id == merged
        assert verifying.verify(s).problems == []
    assert set(found(town, "Byalaget Sjövik")) == {"Byalaget Sjövik", "Sjöviks Byalag"}


def test_the_newest_value_holds_after_a_merge_and_the_preview_says_which(town: Town) -> None:
    kept, merged, number, _ = two_records(town)
    with reading(town.database) as s:
        comparison = merging.compare(
            s, kept, merged, catalogue=rules().folder.book.catalogue, by=town.staff[Role.CASEWORKER]
        )
    assert comparison.facts["members_total"][:2] == (120, 77)
    assert comparison.fields == {"name": ("Sjöviks Byalag", "Byalaget Sjövik")}
    assert comparison.cases == 1
    town.do(merging.merge, kept, merged, {"name": "merged"}, rules=rules())
    with reading(town.database) as s:
        case = s.scalars(select(Case).where(Case.number == number)).one()
        assert s.get_one(Association, kept).name == "Byalaget Sjövik"
        assert known(s, case, rules().folder.book.catalogue).values["members_total"] == 77


def test_what_comes_after_a_merge_is_known_as_the_one_that_holds(town: Town) -> None:
    kept, merged, _, _ = two_records(town)
    row = town.do(merging.merge, kept, merged, {}, rules=rules())
    later = town.receive(clean_facts("", "Byalaget Sjövik"), doubled_because="ny verksamhet")
    assert later.association_id == kept
    town.do(unmerging.undo_merge, row.id, rules=rules())
    with reading(town.database) as s:
        assert s.get_one(Case, later.id).association_id == kept  # came since: stays with the one that was kept


def refused(town: Town, service: Any, *arguments: Any, **more: Any) -> Refused:
    with pytest.raises(Refused) as found:
        town.do(service, *arguments, **more)
    return found.value


def test_a_name_that_came_with_a_merge_comes_again_with_the_next(town: Town) -> None:
    kept, merged, _, _ = two_records(town)
    for _ in range(2):
        row = town.do(merging.merge, kept, merged, {}, rules=rules())
        assert names(town, kept) == {"Sjöviks Byalag": CURRENT, "Byalaget Sjövik": ALIAS}
        with reading(town.database) as s:
            assert [name.kind for name in names_of_records(s, kept)] == [CURRENT, ALIAS]
        town.do(unmerging.undo_merge, row.id, rules=rules())
        assert names(town, kept)["Byalaget Sjövik"] == WRONG


def test_two_numbers_are_two_associations(town: Town) -> None:
    one, other = added(town, "Sjöviks Byalag", NUMBERS[0]), added(town, "Sjöviks Byalag", NUMBERS[1])
    told = refused(town, merging.merge, one, other, {}, rules=rules())
    assert told.obstacle is Obstacle.INVALID
    assert "två föreningar" in told.problems[0].what.sv


def test_merging_the_same_pair_twice_or_in_a_circle_is_told(town: Town) -> None:
    one, other = added(town, "Sjöviks Byalag"), added(town, "Byalaget Sjövik", NUMBERS[0])
    row = town.do(merging.merge, one, other, {}, rules=rules())
    for pair in ((one, other), (other, one), (one, one)):
        assert refused(town, merging.merge, *pair, {}, rules=rules()).obstacle is Obstacle.STALE
    town.do(unmerging.undo_merge, row.id, rules=rules())
    assert refused(town, unmerging.undo_merge, row.id, rules=rules()).obstacle is Obstacle.STALE


def test_a_chain_of_merges_ends_in_one_record_and_comes_apart_backwards(town: Town) -> None:
    first, second, third = (added(town, name) for name in ("Sjöviks Byalag", "Byalaget Sjövik", "Sjövik by"))
    inner = town.do(merging.merge, second, third, {}, rules=rules())
    outer = town.do(merging.merge, first, second, {}, rules=rules())
    with reading(town.database) as s:
        assert {s.get_one(Association, key).merged_into_id for key in (second, third)} == {first}
    assert refused(town, unmerging.undo_merge, inner.id, rules=rules()).obstacle is Obstacle.STALE
    town.do(unmerging.undo_merge, outer.id, rules=rules())
    town.do(unmerging.undo_merge, inner.id, rules=rules())
    with reading(town.database) as s:
        assert {s.get_one(Association, key).merged_into_id for key in (first, second, third)} == {None}


def test_a_record_that_another_board_uses_is_not_merged_by_one(town: Town) -> None:
    neighbour = Town(town.database, code="syd").build()
    one = added(town, "Sjöviks Byalag")
    theirs = neighbour.receive(clean_facts("", "Byalaget Sjövik")).association_id
    assert refused(town, merging.merge, one, theirs, {}, rules=rules()).obstacle is Obstacle.CLOSED
    row = neighbour.do(merging.merge, one, theirs, {}, rules=rules())
    assert refused(town, unmerging.undo_merge, row.id, rules=rules()).obstacle is Obstacle.MISSING


def test_whoever_is_in_conflict_leaves_the_association_to_others(town: Town) -> None:
    kept, merged, number, _ = two_records(town)
    with reading(town.database) as s:
        case_id = s.scalars(select(Case.id).where(Case.number == number)).one()
    conflict_of(town, case_id)
    assert refused(town, merging.merge, kept, merged, {}, rules=rules()).obstacle is Obstacle.MISSING


def conflict_of(town: Town, case_id: int) -> None:
    def work(session: Any) -> None:
        row = Conflict(
            board_id=town.board_id,
            case_id=case_id,
            user_id=town.staff[Role.CASEWORKER].id,
            ground="representative",
            at=NOW,
        )
        session.add(row)
        session.flush()
        session.note(Noted(action="conflict_declared", by=None, at=NOW, subject=row, case_id=case_id))

    write(town.database, work)


def test_not_the_same_is_remembered_and_can_be_taken_back(town: Town) -> None:
    one, other = added(town, "Sjöviks Byalag"), added(town, "Byalaget Sjövik", NUMBERS[0])

    def alike() -> list[int]:
        with reading(town.database) as s:
            return [item.association.id for item in identities.look_alikes(s, s.get_one(Association, one))]

    assert alike() == [other]
    assert refused(town, identities.not_the_same, one, other, " ").obstacle is Obstacle.INVALID
    town.do(identities.not_the_same, one, other, "Olika orter.")
    assert alike() == []
    assert refused(town, merging.merge, one, other, {}, rules=rules()).obstacle is Obstacle.CLOSED
    town.do(identities.may_be_same_after_all, other, one)
    assert alike() == [other]


@pytest.mark.parametrize("role", [Role.PREMISES, Role.GROUP_MEMBER, Role.AUDITOR, Role.FINANCE, Role.ADMINISTRATOR])
def test_only_those_who_handle_applications_say_who_is_who(town: Town, role: Role) -> None:
    one, other = added(town, "Sjöviks Byalag"), added(town, "Byalaget Sjövik")
    assert refused(town, merging.merge, one, other, {}, rules=rules(), role=role).obstacle is Obstacle.FORBIDDEN
    assert refused(town, identities.not_the_same, one, other, "x", role=role).obstacle is Obstacle.FORBIDDEN


def test_an_adverse_answer_of_the_merged_record_is_not_lost(town: Town) -> None:
    """An answer that speaks against stands after the merge, too."""
    kept, merged, number, other = two_records(town)
    criterion = next(f.criterion for f in shown(town, other).screening.findings if f.criterion.value_criterion)
    answer = Given(criterion=criterion.id, answer=Answer.NOT_MET, reasons="Se protokollet.", evidence=ACT)
    town.do(assessments.assess, other, answer, version=None, rules=rules())
    town.do(merging.merge, kept, merged, {}, rules=rules())
    with reading(town.database) as session:
        found = pending_elsewhere(session, town.case(number))
    assert [(given.row.criterion, given.row.answer) for given in found] == [(criterion.id, "not_met")]


def test_what_was_said_in_a_moved_case_goes_back_with_it(town: Town) -> None:
    kept, merged, number, other = two_records(town)
    row = town.do(merging.merge, kept, merged, {}, rules=rules())
    later = NOW + timedelta(hours=1)
    town.do(assessments.nothing_found, other, rules=rules(), at=later)
    paper = documents.NewDocument(
        name="stadgar.pdf",
        media_type="application/pdf",
        content=b"%PDF-1.7 y",
        type="statutes_document",
        dated=None,
        arrived_on=TODAY,
    )
    document = town.do(documents.add, other, paper, rules=rules(), at=later)
    town.do(cases.change_facts, other, Facts({"members_total": 9}), version=None, rules=rules(), at=later)
    assert any(f.answer is not None for f in shown(town, number).screening.findings)
    town.do(unmerging.undo_merge, row.id, rules=rules(), at=later + timedelta(hours=1))
    assert not any(f.answer is not None for f in shown(town, number).screening.findings)
    with reading(town.database) as s:
        assert s.get_one(Document, document.id).association_id == merged
        catalogue = rules().folder.book.catalogue
        of_kept = known(s, s.scalars(select(Case).where(Case.number == number)).one(), catalogue)
        of_merged = known(s, s.scalars(select(Case).where(Case.number == other)).one(), catalogue)
        assert (of_kept.values["members_total"], of_merged.values["members_total"]) == (120, 9)
        assert verifying.verify(s).problems == []


def test_a_fact_first_said_after_the_merge_is_unknown_again_of_the_one_kept(town: Town) -> None:
    kept, merged, number, other = two_records(town)
    row = town.do(merging.merge, kept, merged, {}, rules=rules())
    later = NOW + timedelta(hours=1)
    town.do(
        cases.change_facts, other, Facts({"website_url": "https://x.example"}), version=None, rules=rules(), at=later
    )
    town.do(unmerging.undo_merge, row.id, rules=rules(), at=later)
    with reading(town.database) as s:
        case = s.scalars(select(Case).where(Case.number == number)).one()
        assert "website_url" not in known(s, case, rules().folder.book.catalogue).values


def test_records_without_a_number_are_merged_renamed_and_known_again(town: Town) -> None:
    first, second = added(town, "Sjöviks Byalag"), added(town, "Byalaget Sjövik")
    row = town.do(merging.merge, first, second, {"name": "merged"}, rules=rules())
    assert names(town, first) == {"Sjöviks Byalag": FORMER, "Byalaget Sjövik": CURRENT}
    assert {added(town, name) for name in ("Sjöviks Byalag", "Byalaget Sjövik")} == {first}
    town.do(unmerging.undo_merge, row.id, rules=rules())
    assert names(town, first) == {"Sjöviks Byalag": CURRENT, "Byalaget Sjövik": WRONG}
    assert (added(town, "Sjöviks Byalag"), added(town, "Byalaget Sjövik")) == (first, second)


def test_what_was_settled_after_a_merge_stays_settled_when_it_is_undone(town: Town) -> None:
    kept, merged = added(town, "Sjöviks Byalag", NUMBERS[0]), added(town, "Byalaget Sjövik")
    row = town.do(merging.merge, kept, merged, {}, rules=rules())
    with reading(town.database) as s:
        name = next(row for row in names_of_records(s, kept) if row.name == "Byalaget Sjövik")
    town.do(identities.settle_name, kept, name.id, CURRENT, since=None)
    town.do(unmerging.undo_merge, row.id, rules=rules())
    assert names(town, kept) == {"Sjöviks Byalag": FORMER, "Byalaget Sjövik": CURRENT}


def test_a_board_that_has_nothing_to_do_with_an_association_does_not_name_it(town: Town) -> None:
    neighbour = Town(town.database, code="syd").build()
    theirs = neighbour.receive(clean_facts(NUMBERS[0], "Sjöviks Byalag")).association_id
    assert theirs is not None
    added(town, "Fel Namn", NUMBERS[0])
    with reading(town.database) as s:
        name = s.scalars(select(AssociationName).where(AssociationName.name == "Fel Namn")).one()
    told = refused(town, identities.settle_name, theirs, name.id, CURRENT, since=None)
    assert told.obstacle is Obstacle.CLOSED
    other = added(town, "Annan", NUMBERS[1])
    assert refused(town, identities.settle_name, other, name.id, FORMER, since=None).obstacle is Obstacle.MISSING


def test_a_name_that_nobody_has_confirmed_is_offered_and_never_chosen(town: Town) -> None:
    added(town, "Sjöviks Byalag", NUMBERS[0])
    added(town, "Rinkeby Kulturhus", NUMBERS[0])
    with reading(town.database) as s:
        [one] = search(s, "Rinkeby kulturhus")
    assert not one.exact


def test_not_the_same_is_remembered_through_other_merges(town: Town) -> None:
    first, second, third = (added(town, name) for name in ("Sjöviks Byalag", "Byalaget Sjövik", "Sjövik by"))
    town.do(identities.not_the_same, first, second, "Olika.")
    town.do(merging.merge, third, second, {}, rules=rules())
    assert refused(town, merging.merge, first, third, {}, rules=rules()).obstacle is Obstacle.CLOSED


def test_another_boards_words_about_an_association_are_not_shown(town: Town) -> None:
    neighbour = Town(town.database, code="syd").build()
    shared = neighbour.receive().association_id
    assert shared is not None
    other = added(neighbour, "Provkvarnens Vänner", board=neighbour.board_id)
    neighbour.do(identities.not_the_same, shared, other, "Ordföranden sade det i BID-2026-0001.")
    town.receive()
    with reading(town.database) as s:
        file = association_file(s, shared, rules=rules(), by=town.staff[Role.CASEWORKER], on=TODAY)
    assert file.events == []
    assert [row.board_id for row, _ in file.apart] == [neighbour.board_id]  # the page says so without the reason


def test_whoever_is_in_conflict_sees_no_facts_or_address_of_the_association(town: Town) -> None:
    case = town.receive()
    town.do(contacts.set_contact, case.number, email="kontakt@forening.example", postal="")
    assert case.association_id is not None
    with reading(town.database) as s:
        before = association_file(s, case.association_id, rules=rules(), by=town.staff[Role.CASEWORKER], on=TODAY)
        premises = association_file(s, case.association_id, rules=rules(), by=town.staff[Role.PREMISES], on=TODAY)
    assert before.facts
    assert before.contacts
    assert not premises.facts  # no booking of theirs
    conflict_of(town, case.id)
    with reading(town.database) as s:
        file = association_file(s, case.association_id, rules=rules(), by=town.staff[Role.CASEWORKER], on=TODAY)
    assert [file.facts, file.contacts, file.cases, file.papers, file.events] == [(), (), [], [], []]
    other = added(town, "Annan")
    assert refused(town, identities.not_the_same, case.association_id, other, "x").obstacle is Obstacle.MISSING


def test_an_applicant_without_a_number_that_may_be_a_known_association_is_told_in_the_case(town: Town) -> None:
    known_one = town.receive(clean_facts(NUMBERS[0], "Sjöviks Idrottsförening")).association_id
    case = town.receive(clean_facts("", "Sjövik IF"), round_id=None)
    assert [(name, other.id) for name, other in shown(town, case.number).doubts] == [
        ("Sjöviks Idrottsförening", known_one)
    ]
    assert shown(town, town.receive(clean_facts("", "Helt annat"), round_id=None).number).doubts == []
    town.do(identities.not_the_same, case.association_id, known_one, "Olika styrelser.")
    assert shown(town, case.number).doubts == []
