"""Finding the association that is meant, and records that turn out to be one: nothing linked by a name alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.acting import acting
from tests.board import ACT, NUMBERS, BoardAtWork, clean_facts, rules
from tests.factories import NOW, TODAY
from vetting.associations.models.associations import (
    ALIAS,
    CURRENT,
    FORMER,
    TO_CONFIRM,
    WRONG,
    Association,
    AssociationName,
    names_of_records,
)
from vetting.associations.models.name_index import NameIndex
from vetting.associations.services.associations import find_or_add, search_associations
from vetting.casework.models.cases import Case
from vetting.casework.models.documents import Document
from vetting.casework.models.meetings import Conflict
from vetting.casework.services import assessments, cases, contacts, documents, identities, merging, unmerging
from vetting.casework.services.assessments import NewAssessment
from vetting.casework.services.screenings import facts_of_case, pending_elsewhere
from vetting.casework.services.stated_contacts import NewContact
from vetting.engine.evidence import CriterionAnswer
from vetting.engine.facts import Facts
from vetting.kernel.organisation_numbers import fold_name
from vetting.kernel.problem import Obstacle, Refused
from vetting.kernel.roles import Role
from vetting.kernel.store import trail_verification
from vetting.kernel.store.session import open_reading, run_in_transaction
from vetting.kernel.store.trail import TrailNote
from vetting.workspace.services.association_files import association_file
from vetting.workspace.services.case_files import case_file


def added(board: BoardAtWork, name: str, number: str = "", *, board_id: int | None = None) -> int:
    def work(session: Any) -> int:
        found = find_or_add(acting(session, at=NOW), name, number, source=f"board {board_id or board.board_id}")
        assert found is not None
        session.add_entry(TrailNote(action="test", by=None, at=NOW, subject=found))
        return found.id

    return run_in_transaction(board.database, work)


def found(board: BoardAtWork, wanted: str, **more: Any) -> list[str]:
    with open_reading(board.database) as s:
        return [one.association.name for one in search_associations(s, wanted, **more)]


def names(board: BoardAtWork, key: int) -> dict[str, str]:
    with open_reading(board.database) as s:
        rows = s.scalars(select(AssociationName).where(AssociationName.association_id == key))
        return {row.name: row.kind for row in rows}


@pytest.mark.both_engines
def test_a_name_that_has_just_come_is_found(board: BoardAtWork) -> None:
    assert found(board, "Sjöviks byalag") == []
    added(board, "Sjöviks Byalag")
    assert found(board, "Sjövik byalag") == ["Sjöviks Byalag"]
    added(board, "Sjöviks Bollklubb")
    assert found(board, "Sjöviks BK")[0] == "Sjöviks Bollklubb"


def test_a_number_goes_before_every_name(board: BoardAtWork) -> None:
    added(board, "Sjöviks Byalag", NUMBERS[0])
    added(board, f"Föreningen {NUMBERS[0]}")
    with open_reading(board.database) as s:
        [one] = search_associations(s, f"{NUMBERS[0][:6]}-{NUMBERS[0][6:]}")
    assert (one.association.name, one.exact) == ("Sjöviks Byalag", True)


def test_names_that_are_nothing_like_it_are_not_shown(board: BoardAtWork) -> None:
    added(board, "Sjöviks Byalag")
    added(board, "Kulturföreningen Provkvarnen")
    assert found(board, "Norrbyns hundklubb") == []


def test_an_earlier_name_finds_the_association_and_says_so(board: BoardAtWork) -> None:
    key = added(board, "Sjöviks Byalag", NUMBERS[0])
    added(board, "Väståns Intresseförening", NUMBERS[0])
    with open_reading(board.database) as s:
        [name] = s.scalars(select(AssociationName).where(AssociationName.kind == TO_CONFIRM))
    board.do(identities.settle_name, name.association_id, name.id, FORMER, since=None)
    with open_reading(board.database) as s:
        [one] = search_associations(s, "Västans intresseförening")
    assert one.association.id == key
    assert one.why.sv.startswith("Tidigare namn: Väståns Intresseförening.")


def test_what_a_transaction_never_committed_is_not_found(board: BoardAtWork) -> None:
    def work(session: Any) -> None:
        find_or_add(acting(session, at=NOW), "Sjöviks Byalag", "", source="x")
        session.flush()
        assert [one.association.name for one in search_associations(session, "Sjöviks byalag")] == []
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_in_transaction(board.database, work)
    assert found(board, "Sjöviks byalag") == []
    added(board, "Ängens Ridklubb")  # may get the id that the other would have had
    assert found(board, "Ängens ridklubb") == ["Ängens Ridklubb"]
    assert found(board, "Sjöviks byalag") == []


def test_each_database_has_an_index_of_its_own(board: BoardAtWork) -> None:
    added(board, "Sjöviks Byalag")
    found(board, "Sjövik")
    index = board.database.memory[NameIndex]
    assert isinstance(index, NameIndex)
    assert len(index.names) == 1


def test_another_way_of_writing_a_name_is_known_and_an_unlike_one_waits_for_a_person(board: BoardAtWork) -> None:
    key = added(board, "Sjöviks Idrottsförening", NUMBERS[0])
    added(board, "SJÖVIK idrottsföreningen", NUMBERS[0])
    added(board, "Kulturföreningen Provkvarnen", NUMBERS[0])
    assert names(board, key) == {
        "Sjöviks Idrottsförening": CURRENT,
        "SJÖVIK idrottsföreningen": ALIAS,
        "Kulturföreningen Provkvarnen": TO_CONFIRM,
    }


def test_a_club_of_another_sport_does_not_answer_and_is_no_other_way_of_writing(board: BoardAtWork) -> None:
    key = added(board, "Mälaröarnas Alpina Skidklubb", NUMBERS[0])
    with open_reading(board.database) as s:
        assert [one.exact for one in search_associations(s, "Mälaröarnas Alpina Simklubb")] == [False]
    added(board, "Mälaröarnas Alpina Simklubb", NUMBERS[0])
    assert names(board, key)["Mälaröarnas Alpina Simklubb"] == TO_CONFIRM


def test_a_name_with_another_letter_is_another_and_one_without_rings_asks(board: BoardAtWork) -> None:
    key = added(board, "Mala Idrottsklubb", NUMBERS[0])
    other = added(board, "Tåby Hembygdsförening", NUMBERS[1])
    with open_reading(board.database) as s:
        ringed, plain, taby = (
            search_associations(s, name)[0] for name in ("Malå Idrottsklubb", "mala IK", "Taby hembygdsforening")
        )
    assert (ringed.association.id, ringed.exact, ringed.may_be) == (key, False, False)
    assert (plain.association.id, plain.exact, plain.may_be) == (key, False, True)
    assert (taby.association.id, taby.exact, taby.may_be) == (other, False, True)
    added(board, "Malå Idrottsklubb", NUMBERS[0])
    assert names(board, key)["Malå Idrottsklubb"] == TO_CONFIRM
    assert added(board, "Skånes Väl") != added(board, "Skanes Väl")


def test_a_name_typed_letter_for_letter_comes_first_and_alone(board: BoardAtWork) -> None:
    added(board, "Sjöviks Scoutkår", NUMBERS[0])
    wanted = added(board, "Sjövik Scoutkåren", NUMBERS[1])
    with open_reading(board.database) as s:
        found = search_associations(s, "sjövik  scoutkåren")
    assert found[0].association.id == wanted
    assert [one.exact for one in found] == [True, False]


def test_a_small_register_is_shown_to_its_end_best_first(board: BoardAtWork) -> None:
    for place, name in enumerate(("Sjöviks Byalag", "Sjöviks Teater", "Ladans Vänner i Sjövik")):
        added(board, name, NUMBERS[place])
    with open_reading(board.database) as s:
        close = search_associations(s, "Sjöviks Byalag")
        every = search_associations(s, "Sjöviks Byalag", whole=True)
    assert next(one.association.name for one in every) == "Sjöviks Byalag"
    assert len(every) > len(close)
    assert [one.close for one in every] == sorted((one.close for one in every), reverse=True)


def test_a_new_current_name_makes_the_old_one_an_earlier_one(board: BoardAtWork) -> None:
    key = added(board, "Sjöviks Byalag", NUMBERS[0])
    added(board, "Sjöviks Framtid", NUMBERS[0])
    with open_reading(board.database) as s:
        name = s.scalars(select(AssociationName).where(AssociationName.name == "Sjöviks Framtid")).one()
    board.do(identities.settle_name, name.association_id, name.id, CURRENT, since=TODAY)
    assert names(board, key) == {"Sjöviks Byalag": FORMER, "Sjöviks Framtid": CURRENT}
    with open_reading(board.database) as s:
        association = s.get_one(Association, key)
        assert (association.name, association.name_key) == ("Sjöviks Framtid", fold_name("Sjöviks Framtid"))


def test_a_name_that_is_not_its_own_finds_nothing_any_more(board: BoardAtWork) -> None:
    added(board, "Sjöviks Byalag", NUMBERS[0])
    added(board, "Provkvarnen", NUMBERS[0])
    with open_reading(board.database) as s:
        name = s.scalars(select(AssociationName).where(AssociationName.name == "Provkvarnen")).one()
    assert found(board, "Provkvarnen") == ["Sjöviks Byalag"]
    board.do(identities.settle_name, name.association_id, name.id, WRONG, since=None)
    assert found(board, "Provkvarnen") == []


def test_the_name_it_has_now_cannot_be_taken_away(board: BoardAtWork) -> None:
    key = added(board, "Sjöviks Byalag", NUMBERS[0])
    with open_reading(board.database) as s:
        name = s.scalars(select(AssociationName).where(AssociationName.association_id == key)).one()
    with pytest.raises(Refused) as refused:
        board.do(identities.settle_name, name.association_id, name.id, WRONG, since=None)
    assert refused.value.obstacle is Obstacle.INVALID


def two_records(board: BoardAtWork) -> tuple[int, int, str, str]:
    """One association with and one without its number, each with a case."""
    first = board.receive(clean_facts(NUMBERS[0], "Sjöviks Byalag"))
    second = board.receive(clean_facts("", "Byalaget Sjövik", members_total=77), received_on=TODAY - timedelta(days=1))
    assert first.association_id is not None
    assert second.association_id is not None
    return first.association_id, second.association_id, first.number, second.number


def shown(board: BoardAtWork, number: str) -> Any:
    with open_reading(board.database) as s:
        return case_file(acting(s, board.staff[Role.CASEWORKER]), number, on=TODAY)


def test_a_merge_brings_everything_along_and_its_undo_takes_it_back(board: BoardAtWork) -> None:
    kept, merged, number, other = two_records(board)
    paper = documents.NewDocument(
        name="stadgar.pdf",
        media_type="application/pdf",
        content=b"%PDF-1.7 x",
        type="statutes_document",
        dated=None,
        arrived_on=TODAY,
    )
    document = board.do(documents.add_document, other, paper)
    board.do(contacts.set_contact, other, NewContact(email="byalaget@forening.example", postal=""))
    board.do(assessments.record_nothing_found, other)
    before = shown(board, number)
    assert before.related == []
    row = board.do(merging.merge_records, merged, kept, {})
    assert (row.kept_id, row.merged_id) == (kept, merged)
    after = shown(board, number)
    assert [case.number for case in after.related] == [other]
    assert after.contact is not None
    assert any(f.answer is not None for f in after.screening.findings)  # what was answered for the one holds for both
    assert not any(f.answer is not None for f in before.screening.findings)
    assert found(board, "Byalaget Sjövik") == ["Sjöviks Byalag"]
    assert names(board, kept)["Byalaget Sjövik"] == ALIAS
    board.do(unmerging.undo_merge, row.id)
    again = shown(board, number)
    assert again.related == []
    assert again.contact is None
    assert not any(f.answer is not None for f in again.screening.findings)
    assert shown(board, other).association.id == merged
    with open_reading(board.database) as s:
        assert s.get_one(Document, document.id).association_id == merged
        assert trail_verification.verify_trail(s).problems == []
    assert set(found(board, "Byalaget Sjövik")) == {"Byalaget Sjövik", "Sjöviks Byalag"}


def test_the_newest_value_holds_after_a_merge_and_the_preview_says_which(board: BoardAtWork) -> None:
    kept, merged, number, _ = two_records(board)
    with open_reading(board.database) as s:
        comparison = merging.compare_records(
            acting(s, board.staff[Role.CASEWORKER]), kept, merged, catalogue=rules().folder.book.catalogue
        )
    assert comparison.facts["members_total"][:2] == (120, 77)
    assert comparison.fields == {"name": ("Sjöviks Byalag", "Byalaget Sjövik")}
    assert comparison.cases == 1
    board.do(merging.merge_records, kept, merged, {"name": "merged"})
    with open_reading(board.database) as s:
        case = s.scalars(select(Case).where(Case.number == number)).one()
        assert s.get_one(Association, kept).name == "Byalaget Sjövik"
        assert facts_of_case(s, case, rules().folder.book.catalogue).values["members_total"] == 77


def test_what_comes_after_a_merge_is_known_as_the_one_that_holds(board: BoardAtWork) -> None:
    kept, merged, _, _ = two_records(board)
    row = board.do(merging.merge_records, kept, merged, {})
    later = board.receive(clean_facts("", "Byalaget Sjövik"), doubled_because="ny verksamhet")
    assert later.association_id == kept
    board.do(unmerging.undo_merge, row.id)
    with open_reading(board.database) as s:
        assert s.get_one(Case, later.id).association_id == kept  # came since: stays with the one that was kept


def refused(board: BoardAtWork, service: Any, *arguments: Any, **more: Any) -> Refused:
    with pytest.raises(Refused) as found:
        board.do(service, *arguments, **more)
    return found.value


def test_a_name_that_came_with_a_merge_comes_again_with_the_next(board: BoardAtWork) -> None:
    kept, merged, _, _ = two_records(board)
    for _ in range(2):
        row = board.do(merging.merge_records, kept, merged, {})
        assert names(board, kept) == {"Sjöviks Byalag": CURRENT, "Byalaget Sjövik": ALIAS}
        with open_reading(board.database) as s:
            assert [name.kind for name in names_of_records(s, kept)] == [CURRENT, ALIAS]
        board.do(unmerging.undo_merge, row.id)
        assert names(board, kept)["Byalaget Sjövik"] == WRONG


def test_two_numbers_are_two_associations(board: BoardAtWork) -> None:
    one, other = added(board, "Sjöviks Byalag", NUMBERS[0]), added(board, "Sjöviks Byalag", NUMBERS[1])
    told = refused(board, merging.merge_records, one, other, {})
    assert told.obstacle is Obstacle.INVALID
    assert "två föreningar" in told.problems[0].what.sv


def test_merging_the_same_pair_twice_or_in_a_circle_is_told(board: BoardAtWork) -> None:
    one, other = added(board, "Sjöviks Byalag"), added(board, "Byalaget Sjövik", NUMBERS[0])
    row = board.do(merging.merge_records, one, other, {})
    for pair in ((one, other), (other, one), (one, one)):
        assert refused(board, merging.merge_records, *pair, {}).obstacle is Obstacle.STALE
    board.do(unmerging.undo_merge, row.id)
    assert refused(board, unmerging.undo_merge, row.id).obstacle is Obstacle.STALE


def test_a_chain_of_merges_ends_in_one_record_and_comes_apart_backwards(board: BoardAtWork) -> None:
    first, second, third = (added(board, name) for name in ("Sjöviks Byalag", "Byalaget Sjövik", "Sjövik by"))
    inner = board.do(merging.merge_records, second, third, {})
    outer = board.do(merging.merge_records, first, second, {})
    with open_reading(board.database) as s:
        assert {s.get_one(Association, key).merged_into_id for key in (second, third)} == {first}
    assert refused(board, unmerging.undo_merge, inner.id).obstacle is Obstacle.STALE
    board.do(unmerging.undo_merge, outer.id)
    board.do(unmerging.undo_merge, inner.id)
    with open_reading(board.database) as s:
        assert {s.get_one(Association, key).merged_into_id for key in (first, second, third)} == {None}


def test_a_record_that_another_board_uses_is_not_merged_by_one(board: BoardAtWork) -> None:
    neighbour = BoardAtWork(board.database, code="syd").build()
    one = added(board, "Sjöviks Byalag")
    theirs = neighbour.receive(clean_facts("", "Byalaget Sjövik")).association_id
    assert refused(board, merging.merge_records, one, theirs, {}).obstacle is Obstacle.CLOSED
    row = neighbour.do(merging.merge_records, one, theirs, {})
    assert refused(board, unmerging.undo_merge, row.id).obstacle is Obstacle.MISSING


def test_whoever_is_in_conflict_leaves_the_association_to_others(board: BoardAtWork) -> None:
    kept, merged, number, _ = two_records(board)
    with open_reading(board.database) as s:
        case_id = s.scalars(select(Case.id).where(Case.number == number)).one()
    conflict_of(board, case_id)
    assert refused(board, merging.merge_records, kept, merged, {}).obstacle is Obstacle.MISSING


def conflict_of(board: BoardAtWork, case_id: int) -> None:
    def work(session: Any) -> None:
        row = Conflict(
            board_id=board.board_id,
            case_id=case_id,
            user_id=board.staff[Role.CASEWORKER].id,
            ground="representative",
            at=NOW,
        )
        session.add(row)
        session.flush()
        session.add_entry(TrailNote(action="conflict_declared", by=None, at=NOW, subject=row, case_id=case_id))

    run_in_transaction(board.database, work)


def test_not_the_same_is_remembered_and_can_be_taken_back(board: BoardAtWork) -> None:
    one, other = added(board, "Sjöviks Byalag"), added(board, "Byalaget Sjövik", NUMBERS[0])

    def alike() -> list[int]:
        with open_reading(board.database) as s:
            return [item.association.id for item in identities.look_alikes(s, s.get_one(Association, one))]

    assert alike() == [other]
    assert refused(board, identities.not_the_same, one, other, " ").obstacle is Obstacle.INVALID
    board.do(identities.not_the_same, one, other, "Olika orter.")
    assert alike() == []
    assert refused(board, merging.merge_records, one, other, {}).obstacle is Obstacle.CLOSED
    board.do(identities.may_be_same_after_all, other, one)
    assert alike() == [other]


@pytest.mark.parametrize("role", [Role.PREMISES, Role.GROUP_MEMBER, Role.AUDITOR, Role.FINANCE, Role.ADMINISTRATOR])
def test_only_those_who_handle_applications_say_who_is_who(board: BoardAtWork, role: Role) -> None:
    one, other = added(board, "Sjöviks Byalag"), added(board, "Byalaget Sjövik")
    assert refused(board, merging.merge_records, one, other, {}, role=role).obstacle is Obstacle.FORBIDDEN
    assert refused(board, identities.not_the_same, one, other, "x", role=role).obstacle is Obstacle.FORBIDDEN


def test_an_adverse_answer_of_the_merged_record_is_not_lost(board: BoardAtWork) -> None:
    """An answer that speaks against stands after the merge, too."""
    kept, merged, number, other = two_records(board)
    criterion = next(f.criterion for f in shown(board, other).screening.findings if f.criterion.value_criterion)
    answer = NewAssessment(
        criterion=criterion.id, answer=CriterionAnswer.NOT_MET, reasons="Se protokollet.", evidence=ACT
    )
    board.do(assessments.assess, other, answer, version=None)
    board.do(merging.merge_records, kept, merged, {})
    with open_reading(board.database) as session:
        found = pending_elsewhere(session, board.case(number))
    assert [(given.row.criterion, given.row.answer) for given in found] == [(criterion.id, "not_met")]


def test_what_was_said_in_a_moved_case_goes_back_with_it(board: BoardAtWork) -> None:
    kept, merged, number, other = two_records(board)
    row = board.do(merging.merge_records, kept, merged, {})
    later = NOW + timedelta(hours=1)
    board.do(assessments.record_nothing_found, other, at=later)
    paper = documents.NewDocument(
        name="stadgar.pdf",
        media_type="application/pdf",
        content=b"%PDF-1.7 y",
        type="statutes_document",
        dated=None,
        arrived_on=TODAY,
    )
    document = board.do(documents.add_document, other, paper, at=later)
    board.do(cases.change_facts, other, Facts({"members_total": 9}), version=None, at=later)
    assert any(f.answer is not None for f in shown(board, number).screening.findings)
    board.do(unmerging.undo_merge, row.id, at=later + timedelta(hours=1))
    assert not any(f.answer is not None for f in shown(board, number).screening.findings)
    with open_reading(board.database) as s:
        assert s.get_one(Document, document.id).association_id == merged
        catalogue = rules().folder.book.catalogue
        of_kept = facts_of_case(s, s.scalars(select(Case).where(Case.number == number)).one(), catalogue)
        of_merged = facts_of_case(s, s.scalars(select(Case).where(Case.number == other)).one(), catalogue)
        assert (of_kept.values["members_total"], of_merged.values["members_total"]) == (120, 9)
        assert trail_verification.verify_trail(s).problems == []


def test_a_fact_first_said_after_the_merge_is_unknown_again_of_the_one_kept(board: BoardAtWork) -> None:
    kept, merged, number, other = two_records(board)
    row = board.do(merging.merge_records, kept, merged, {})
    later = NOW + timedelta(hours=1)
    board.do(cases.change_facts, other, Facts({"website_url": "https://x.example"}), version=None, at=later)
    board.do(unmerging.undo_merge, row.id, at=later)
    with open_reading(board.database) as s:
        case = s.scalars(select(Case).where(Case.number == number)).one()
        assert "website_url" not in facts_of_case(s, case, rules().folder.book.catalogue).values


def test_records_without_a_number_are_merged_renamed_and_known_again(board: BoardAtWork) -> None:
    first, second = added(board, "Sjöviks Byalag"), added(board, "Byalaget Sjövik")
    row = board.do(merging.merge_records, first, second, {"name": "merged"})
    assert names(board, first) == {"Sjöviks Byalag": FORMER, "Byalaget Sjövik": CURRENT}
    assert {added(board, name) for name in ("Sjöviks Byalag", "Byalaget Sjövik")} == {first}
    board.do(unmerging.undo_merge, row.id)
    assert names(board, first) == {"Sjöviks Byalag": CURRENT, "Byalaget Sjövik": WRONG}
    assert (added(board, "Sjöviks Byalag"), added(board, "Byalaget Sjövik")) == (first, second)


def test_what_was_settled_after_a_merge_stays_settled_when_it_is_undone(board: BoardAtWork) -> None:
    kept, merged = added(board, "Sjöviks Byalag", NUMBERS[0]), added(board, "Byalaget Sjövik")
    row = board.do(merging.merge_records, kept, merged, {})
    with open_reading(board.database) as s:
        name = next(row for row in names_of_records(s, kept) if row.name == "Byalaget Sjövik")
    board.do(identities.settle_name, kept, name.id, CURRENT, since=None)
    board.do(unmerging.undo_merge, row.id)
    assert names(board, kept) == {"Sjöviks Byalag": FORMER, "Byalaget Sjövik": CURRENT}


def test_a_board_that_has_nothing_to_do_with_an_association_does_not_name_it(board: BoardAtWork) -> None:
    neighbour = BoardAtWork(board.database, code="syd").build()
    theirs = neighbour.receive(clean_facts(NUMBERS[0], "Sjöviks Byalag")).association_id
    assert theirs is not None
    added(board, "Fel Namn", NUMBERS[0])
    with open_reading(board.database) as s:
        name = s.scalars(select(AssociationName).where(AssociationName.name == "Fel Namn")).one()
    told = refused(board, identities.settle_name, theirs, name.id, CURRENT, since=None)
    assert told.obstacle is Obstacle.CLOSED
    other = added(board, "Annan", NUMBERS[1])
    assert refused(board, identities.settle_name, other, name.id, FORMER, since=None).obstacle is Obstacle.MISSING


def test_a_name_that_nobody_has_confirmed_is_offered_and_never_chosen(board: BoardAtWork) -> None:
    added(board, "Sjöviks Byalag", NUMBERS[0])
    added(board, "Rinkeby Kulturhus", NUMBERS[0])
    with open_reading(board.database) as s:
        [one] = search_associations(s, "Rinkeby kulturhus")
    assert not one.exact


def test_not_the_same_is_remembered_through_other_merges(board: BoardAtWork) -> None:
    first, second, third = (added(board, name) for name in ("Sjöviks Byalag", "Byalaget Sjövik", "Sjövik by"))
    board.do(identities.not_the_same, first, second, "Olika.")
    board.do(merging.merge_records, third, second, {})
    assert refused(board, merging.merge_records, first, third, {}).obstacle is Obstacle.CLOSED


def test_another_boards_words_about_an_association_are_not_shown(board: BoardAtWork) -> None:
    neighbour = BoardAtWork(board.database, code="syd").build()
    shared = neighbour.receive().association_id
    assert shared is not None
    other = added(neighbour, "Provkvarnens Vänner", board_id=neighbour.board_id)
    neighbour.do(identities.not_the_same, shared, other, "Ordföranden sade det i BID-2026-0001.")
    board.receive()
    with open_reading(board.database) as s:
        file = association_file(acting(s, board.staff[Role.CASEWORKER]), shared, on=TODAY)
    assert file.events == []
    assert [row.board_id for row, _ in file.apart] == [neighbour.board_id]  # the page says so without the reason


def test_whoever_is_in_conflict_sees_no_facts_or_address_of_the_association(board: BoardAtWork) -> None:
    case = board.receive()
    board.do(contacts.set_contact, case.number, NewContact(email="kontakt@forening.example", postal=""))
    assert case.association_id is not None
    with open_reading(board.database) as s:
        before = association_file(acting(s, board.staff[Role.CASEWORKER]), case.association_id, on=TODAY)
        premises = association_file(acting(s, board.staff[Role.PREMISES]), case.association_id, on=TODAY)
    assert before.facts
    assert before.contacts
    assert not premises.facts  # no booking of theirs
    conflict_of(board, case.id)
    with open_reading(board.database) as s:
        file = association_file(acting(s, board.staff[Role.CASEWORKER]), case.association_id, on=TODAY)
    assert [file.facts, file.contacts, file.cases, file.papers, file.events] == [(), (), [], [], []]
    other = added(board, "Annan")
    assert refused(board, identities.not_the_same, case.association_id, other, "x").obstacle is Obstacle.MISSING


def test_an_applicant_without_a_number_that_may_be_a_known_association_is_told_in_the_case(board: BoardAtWork) -> None:
    known_one = board.receive(clean_facts(NUMBERS[0], "Sjöviks Idrottsförening")).association_id
    case = board.receive(clean_facts("", "Sjövik IF"), round_id=None)
    assert [(name, other.id) for name, other in shown(board, case.number).doubts] == [
        ("Sjöviks Idrottsförening", known_one)
    ]
    assert shown(board, board.receive(clean_facts("", "Helt annat"), round_id=None).number).doubts == []
    board.do(identities.not_the_same, case.association_id, known_one, "Olika styrelser.")
    assert shown(board, case.number).doubts == []
