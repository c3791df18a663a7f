"""A board's order: way of working, gates with their legal basis, habits, rules; and what is left to set up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from vetting import people
from vetting.engine.facts import FactType
from vetting.engine.gate_definitions import GateObligation
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.organisation_numbers import mask_personal_numbers
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.roles import SEPARATION_WORDS, Action, Role, SeparationOfDuties
from vetting.kernel.text import Words, _, same_in_both
from vetting.people import DONE, SKIPPED, SetupStep, habits_of, mark_step_done, require_permission
from vetting.people.domain.reads import LARGEST_SHARE
from vetting.people.domain.separations import KEPT_APART_BY_CHOICE
from vetting.people.domain.ways_of_working import (
    GATE_BECAUSE,
    LIMIT_WORDS,
    LONGEST,
    NEEDS_REASON,
    SHORTEST,
    WAITS,
    WAY_WORDS,
    BoardLimit,
    BoardOption,
    WayOfWorking,
    gate_states,
    is_waiting,
    mark_of,
)
from vetting.people.models.delegation import Delegation
from vetting.people.models.people import Board, RoleAssignment, Unit
from vetting.rules.services import versions
from vetting.rules.services.rulebook import rulebook_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.people.domain.ways_of_working import GateState

GROUP_GATE: Final = "referensgrupp-har-granskat"
LONGEST_LEGAL: Final = 300
LONGEST_NAME: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardSettings:
    """How a board works."""

    board: Board
    way: WayOfWorking
    gates: Mapping[str, GateState]
    habits: frozenset[BoardOption]
    rules: Mapping[CaseKind, tuple[str, Words] | None]
    """The rules in force for each kind of case: id and title."""
    shows_group: bool
    demanded: Mapping[str, list[Words]]
    """Gate -> the titles of grant schemes' own rules that demand it, beside the rules that all cases share."""


def settings_of_board(session: Session, board_id: int, *, on: date) -> BoardSettings:
    """The order of a board that day."""
    board = session.get_one(Board, board_id)
    chosen = {kind: versions.rules_in_force(session, board_id, kind, on=on) for kind in CaseKind}
    required = _required_gates(session, board_id, on=on)
    states = gate_states(rulebook_of(session).folder.book.gates, board.way_of_working, board.gates, required)
    demanded: dict[str, list[Words]] = {}
    for ruleset in versions.all_in_force(session, board_id, [CaseKind.GRANT], on=on):
        for gate in ruleset.gates:
            if gate.id not in required:
                demanded.setdefault(gate.id, []).append(ruleset.title)
    return BoardSettings(
        board=board,
        way=board.way_of_working,
        gates=states,
        habits=habits_of(board),
        rules={kind: (ruleset.id, ruleset.title) if ruleset else None for kind, ruleset in chosen.items()},
        shows_group=GROUP_GATE in demanded or (GROUP_GATE in states and states[GROUP_GATE].on),
        demanded=demanded,
    )


def _required_gates(session: Session, board_id: int, *, on: date) -> frozenset[str]:
    """Gates that the rules in force demand of every case of a kind; what a grant scheme's own demand is its cases'."""
    found = (versions.rules_in_force(session, board_id, kind, on=on) for kind in CaseKind)
    return frozenset(gate.id for ruleset in found if ruleset is not None for gate in ruleset.gates)


def set_way(session: WritingSession, way: WayOfWorking) -> BoardSettings:
    """Chooses a way of working; what the board has chosen beside it stays.

    Gates that the other way is without stay on until a second person has agreed, if there is somebody who can; acts
    that it does not keep apart are kept apart until then, too.

    Raises:
        Refused: not this person's to set.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    before = settings_of_board(session, session.person.board_id, on=session.today)
    board = before.board
    board.way_of_working = way
    board.gates = {  # what an earlier change of way asked for is asked anew, or not at all
        name: _basis_of(own) if is_waiting(own) and own.get("by_way") else own for name, own in board.gates.items()
    }
    waits = {name: own for name, own in board.habits.get(WAITS, {}).items() if not own.get("by_way")}
    board.habits = {**board.habits, WAITS: waits}
    after = settings_of_board(session, session.person.board_id, on=session.today)
    joined = KEPT_APART_BY_CHOICE & (before.habits - after.habits)
    lost = [name for name, state in after.gates.items() if before.gates[name].on and not state.on]
    if (lost or joined) and people.second_persons(session, session.person.board_id, but={session.person.id}):
        because = _("Byte av arbetssätt till {way}.", way=WAY_WORDS[way]).sv
        asks = {"on": False, "because": because, "asked_by": session.person.id, "by_way": True}
        board.gates = {**board.gates, **{name: _basis_of(board.gates.get(name, {})) | asks for name in lost}}
        _ask_to_join(session, board, joined, by_way=True)
    return _note_change(session, board, SetupStep.WAY, f"way: {way.value}")


def _basis_of(own: Mapping[str, Any]) -> dict[str, object]:
    """What a board has said of a gate's legal basis, and nothing else."""
    return {"legal": own["legal"]} if "legal" in own else {}


def set_gate(session: WritingSession, gate_id: str, legal: str, *, on: bool | None, because: str = "") -> BoardSettings:
    """Switches a gate on or off, or None for as the way of working has it, and says its legal basis in the board.

    Whatever is switched off is so for a reason that stands there, and when a second person has agreed, if there is
    somebody who can; hearing an association never without one. An emptied basis is the one that ships.

    Raises:
        Refused: there is no such gate, it cannot be switched off, or basis, reason or the second person is missing.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    found = settings_of_board(session, session.person.board_id, on=session.today)
    state = found.gates.get(gate_id)
    if state is None:
        raise Refused(Obstacle.MISSING)
    if state.locked and on is False:
        raise Refused(
            Obstacle.CLOSED,
            Problem(
                gate_id,
                _("Spärren kan inte stängas av."),
                _("Den gäller alltid, eller så krävs den av reglerna som gäller."),
            ),
        )
    own: dict[str, object] = {"legal": legal.strip()[:LONGEST_LEGAL]} if legal.strip() else {}
    if on is not None and not state.locked:
        own["on"] = on
    off_by_way = on is None and not state.locked and not _on_by_way(session, found, gate_id)
    if (on is False or off_by_way) and state.on:
        two = state.gate.must is GateObligation.TWO_PERSONS or bool(
            people.second_persons(session, session.person.board_id, but={session.person.id})
        )
        if two or on is False:
            own |= _switched_off(found.board.gates.get(gate_id, {}), state, legal, because, session.person, two=two)
            own["on"] = False
    elif on is False:
        own |= _stays_off(found.board.gates.get(gate_id, {}), state, legal, because, session.person)
    found.board.gates = {**found.board.gates, gate_id: own}
    asked = is_waiting(own)
    what = f"gate: {gate_id}, on: {'asked' if asked else on}, {because.strip()}"[:400]
    return _note_change(session, found.board, None, what)


def _on_by_way(session: Session, found: BoardSettings, gate_id: str) -> bool:
    """Whether a gate is on where the board chooses nothing itself."""
    board = found.board
    chosen = {name: own for name, own in board.gates.items() if name != gate_id}
    required = _required_gates(session, board.id, on=session.today)
    return gate_states(rulebook_of(session).folder.book.gates, board.way_of_working, chosen, required)[gate_id].on


def _stays_off(before: Mapping[str, Any], state: GateState, legal: str, because: str, by: Person) -> dict[str, object]:
    """What is kept of a gate that is off already.

    Another basis or reason needs nobody's yes, and is nothing that anybody has agreed to; where it takes two persons it
    is on until a second one agrees to that, too.

    Raises:
        Refused: the reason is missing, or the basis where it takes two persons.
    """
    reason = because.strip()[:1000] or str(before.get("because", ""))
    problems = _wrong_reasons(state, legal, reason)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    if reason == before.get("because") and legal.strip()[:LONGEST_LEGAL] == before.get("legal", ""):
        return {"because": reason} | {name: before[name] for name in ("asked_by", "agreed_by") if name in before}
    two = state.gate.must is GateObligation.TWO_PERSONS
    return {"because": reason} | ({"asked_by": by.id} if two else {})


def _wrong_reasons(state: GateState, legal: str, reason: str) -> list[Problem]:
    problems = []
    if not reason:
        problems.append(Problem("because", _("Skälet saknas."), _("Skriv varför nämnden kan vara utan spärren.")))
    if state.gate.must is GateObligation.TWO_PERSONS and not legal.strip():
        problems.append(
            Problem(
                "legal",
                _("Det rättsliga stödet saknas."),
                _("Skriv det beslut eller den regel som nämnden stöder sig på."),
            )
        )
    return problems


def answer_gate(session: WritingSession, gate_id: str, *, yes: bool, seen: str) -> BoardSettings:
    """The second person's answer about a gate that somebody wants switched off; whoever asked may take it back.

    seen: the mark of the wish that was read.

    Raises:
        Refused: none waits, it is not this person's to answer, or it is another than was read.
    """
    require_permission(session.person, Action.AGREE_PEOPLE)
    board = session.get_one(Board, session.person.board_id)
    own = board.gates.get(gate_id, {})
    _check_answer(own, gate_id, yes=yes, seen=seen, by=session.person)
    kept = own | {"agreed_by": session.person.id} if yes else _basis_of(own) | {"on": True}
    board.gates = {**board.gates, gate_id: kept}
    what = f"gate: {gate_id}, on: {False if yes else 'kept'}, {own.get('because', '')}"[:400]
    return _note_change(session, board, None, what)


def _check_answer(own: Mapping[str, Any], name: str, *, yes: bool, seen: str, by: Person) -> None:
    """Refuses an answer to what nobody has asked for, a yes of whoever asked, and a yes to what was not read."""
    if not is_waiting(own):
        raise Refused(Obstacle.MISSING)
    if by.id == int(own["asked_by"]) and yes:
        raise Refused(Obstacle.CLOSED, Problem(name, SEPARATION_WORDS[SeparationOfDuties.AGREE_OWN], same_in_both("")))
    if yes and seen != mark_of(own):
        raise Refused(
            Obstacle.CLOSED,
            Problem(name, _("Begäran har ändrats sedan sidan visades."), _("Läs den på nytt och svara sedan.")),
        )


def _switched_off(
    before: Mapping[str, Any], state: GateState, legal: str, because: str, by: Person, *, two: bool
) -> dict[str, object]:
    """What is kept of a gate that is switched off: why, and by whom where it takes two.

    Raises:
        Refused: the reason is missing, or the basis where it takes two persons.
    """
    second = two and is_waiting(before) and before["asked_by"] != by.id
    reason = because.strip()[:1000] or (str(before.get("because", "")) if second else "")
    problems = _wrong_reasons(state, legal, reason)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    kept: dict[str, object] = {"because": reason}
    if not two:
        return kept
    if second:
        return kept | {"asked_by": before["asked_by"], "agreed_by": by.id}
    return kept | {"asked_by": by.id}


def set_habits(session: WritingSession, chosen: frozenset[BoardOption], *, because: str = "") -> BoardSettings:
    """Chooses all habits; acts that it keeps apart no longer are so until a second person has agreed, if one can.

    Raises:
        Refused: not this person's to set, or one is chosen that needs a reason.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    board = session.get_one(Board, session.person.board_id)
    because = because.strip()[:1000] or str(board.habits.get(GATE_BECAUSE, ""))
    if chosen & NEEDS_REASON and not because:
        raise Refused(
            Obstacle.INVALID,
            Problem(
                GATE_BECAUSE,
                _("Skälet saknas."),
                _("Skriv varför ett svar i det ena slaget av ärenden räcker i det andra."),
            ),
        )
    before = habits_of(board)
    waits: dict[str, Any] = board.habits.get(WAITS, {})
    joined = (KEPT_APART_BY_CHOICE & (before - chosen)) - waits.keys()
    if not people.second_persons(session, board.id, but={session.person.id}):
        joined = frozenset()
    kept = chosen | joined | {BoardOption(name) for name in waits}
    board.habits = {habit.value: habit in kept for habit in BoardOption} | {WAITS: waits}
    if chosen & NEEDS_REASON:
        board.habits = {**board.habits, GATE_BECAUSE: because}
    _ask_to_join(session, board, joined)
    changed = ", ".join(
        f"{habit} {'on' if habit in kept else 'off'}" for habit in BoardOption if habit in before ^ kept
    )
    return _note_change(session, board, None, f"habits: {changed}")


def _ask_to_join(
    session: WritingSession, board: Board, habits: Collection[BoardOption], *, by_way: bool = False
) -> None:
    """Somebody wants one person to be able to do both of a pair: kept apart until a second person has agreed."""
    asked = {habit.value: {"asked_by": session.person.id, "by_way": by_way} for habit in BoardOption if habit in habits}
    board.habits = {**board.habits, WAITS: {**board.habits.get(WAITS, {}), **asked}}
    for name in asked:
        _note_order(session, board, f"habit: {name}, on: asked, ")


def answer_habit(session: WritingSession, name: str, *, yes: bool) -> BoardSettings:
    """The second person's answer about acts that somebody wants kept apart no longer; whoever asked may take it back.

    Raises:
        Refused: none waits, or it is not this person's to answer.
    """
    require_permission(session.person, Action.AGREE_PEOPLE)
    board = session.get_one(Board, session.person.board_id)
    waits: dict[str, Any] = board.habits.get(WAITS, {})
    asked = waits.get(name, {})
    _check_answer(asked, name, yes=yes, seen=mark_of(asked), by=session.person)
    board.habits = {**board.habits, name: not yes, WAITS: _without(waits, name)}
    return _note_change(session, board, None, f"habit: {name}, on: {False if yes else 'kept'}, ")


def _without(chosen: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in chosen.items() if key != name}


def set_limits(session: WritingSession, days: Mapping[BoardLimit, int | None]) -> BoardSettings:
    """Sets the board's times.

    Raises:
        Refused: a time that is too short, too long or no number.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    wrong = [limit for limit in BoardLimit if not SHORTEST <= (days.get(limit) or 0) <= LONGEST]
    if wrong:
        remedy = _("Skriv {SHORTEST}–{LONGEST} dagar.", SHORTEST=SHORTEST, LONGEST=LONGEST)
        raise Refused(Obstacle.INVALID, *(Problem(limit.value, LIMIT_WORDS[limit], remedy) for limit in wrong))
    board = session.get_one(Board, session.person.board_id)
    board.limits = {limit.value: days[limit] for limit in BoardLimit}
    return _note_change(session, board, None, "limits")


def set_papers(session: WritingSession, always: Collection[str], one_in: int | None) -> BoardSettings:
    """Which papers are opened in every case, by type, and in one case of how many all of them are.

    Raises:
        Refused: a share that is none.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    if one_in is None or not 0 <= one_in <= LARGEST_SHARE:
        remedy = _("Skriv ett tal från 0 till {LARGEST_SHARE}.", LARGEST_SHARE=LARGEST_SHARE)
        raise Refused(Obstacle.INVALID, Problem("one_in", _("Stickprovets andel går inte att använda."), remedy))
    board = session.get_one(Board, session.person.board_id)
    known = {fact.id for fact in rulebook_of(session).folder.book.catalogue.values() if fact.type is FactType.DOCUMENT}
    board.papers = {"always": sorted(set(always) & known), "one_in": one_in}
    return _note_change(session, board, None, f"papers: {board.papers}"[:400])


def set_court(session: WritingSession, court: str) -> BoardSettings:
    """Which administrative court decisions from now on say that they are appealed to; none named where it is empty."""
    require_permission(session.person, Action.MANAGE_BOARD)
    board = session.get_one(Board, session.person.board_id)
    board.court = " ".join(court.split())[:LONGEST_NAME]
    return _note_change(session, board, None, f"court: {board.court}")


def set_coordinator(session: WritingSession, who: str, telephone: str, email: str) -> BoardSettings:
    """How the coordinator against violent extremism is reached: a function and a shared address before a person's.

    Raises:
        Refused: a way to reach nobody, or somebody whom nothing reaches.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    # A telephone number may read as a day of birth: only what is written in words is masked.
    said = (mask_personal_numbers(who), telephone, email)
    lines = [" ".join(text.split())[:LONGEST_NAME] for text in said]
    if any(lines) and not lines[0]:
        remedy = _("Skriv samordnarens funktion, till exempel ”Kommunens samordnare mot våldsbejakande extremism”.")
        raise Refused(Obstacle.INVALID, Problem("who", _("Samordnarens funktion saknas."), remedy))
    if lines[0] and not any(lines[1:]):
        remedy = _("Skriv ett telefonnummer eller en funktionsbrevlåda.")
        raise Refused(Obstacle.INVALID, Problem("telephone", _("Samordnarens kontaktuppgifter saknas."), remedy))
    board = session.get_one(Board, session.person.board_id)
    board.contact = "\n".join(lines).strip()
    return _note_change(session, board, None, "coordinator")


def set_pay_to(session: WritingSession, account: str) -> BoardSettings:
    """Where money that is asked back is paid: what letters about it say; nothing where it is empty.

    Another account than before holds when a second person has agreed, if there is somebody who can.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    board = session.get_one(Board, session.person.board_id)
    account = " ".join(account.split())[:LONGEST_NAME]
    if account != board.pay_to and people.second_persons(session, board.id, but={session.person.id}):
        board.pay_to_asked = {"account": account, "asked_by": session.person.id}
        return _note_change(session, board, None, f"pay_to_asked: {account}")
    board.pay_to, board.pay_to_asked = account, {}
    return _note_change(session, board, None, f"pay_to: {account}")


def answer_pay_to(session: WritingSession, *, yes: bool, seen: str) -> BoardSettings:
    """The second person's answer about another account; whoever asked may take it back.

    seen: the mark of the wish that was read.

    Raises:
        Refused: none waits, it is not this person's to answer, or it is another than was read.
    """
    require_permission(session.person, Action.AGREE_PEOPLE)
    board = session.get_one(Board, session.person.board_id)
    asked = board.pay_to_asked
    _check_answer(asked, "pay_to", yes=yes, seen=seen, by=session.person)
    if yes:
        board.pay_to = str(asked["account"])
    board.pay_to_asked = {}
    what = f"{'pay_to' if yes else 'pay_to_kept'}: {board.pay_to}"
    return _note_change(session, board, None, what)


def name_board(session: WritingSession, name: str, unit: str) -> BoardSettings:
    """The board's name and that of the unit that handles its cases.

    Raises:
        Refused: the board has no name.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    if not name.strip():
        raise Refused(
            Obstacle.INVALID, Problem("name", _("Nämndens namn saknas."), _("Skriv namnet så som det ska stå i brev."))
        )
    board = session.get_one(Board, session.person.board_id)
    board.name = name.strip()[:LONGEST_NAME]
    if unit.strip():
        known = session.scalar(select(Unit).where(Unit.board_id == board.id).order_by(Unit.id).limit(1))
        if known is None:
            session.add(Unit(board_id=board.id, name=unit.strip()[:LONGEST_NAME]))
        else:
            known.name = unit.strip()[:LONGEST_NAME]
    return _note_change(session, board, SetupStep.BOARD, "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenRules:
    """The sets for each kind of case, and the board's own decision to adopt them."""

    grant: str
    booking: str
    adopted_on: date | None
    adopted_as: str


def choose_rules(session: WritingSession, given: ChosenRules) -> BoardSettings:
    """Puts shipped sets in force; cases that are in keep theirs.

    For a board that has none yet. Instead of rules that hold, others are published by two persons, or chosen by whoever
    keeps the server.

    Raises:
        Refused: there is no such set for the kind, the day of adoption lies ahead, or the board has others already.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    problems = []
    for kind, name in ((CaseKind.GRANT, given.grant), (CaseKind.BOOKING, given.booking)):
        known = rulebook_of(session).folder.sets.get(name)
        if name and (known is None or kind not in known.kinds):
            problems.append(Problem(kind.value, _("Det finns inga sådana regler."), _("Välj ur listan.")))
    if not given.grant and not given.booking:
        problems.append(Problem("grant", _("Inga regler är valda."), _("Välj regler, eller hoppa över steget.")))
    if given.adopted_on is not None and given.adopted_on > session.today:
        problems.append(Problem("adopted_on", _("Datumet ligger i framtiden."), _("Rätta datumet.")))
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    board = session.get_one(Board, session.person.board_id)
    chosen = {"grant": given.grant, "booking": given.booking}
    held = {kind: str(board.rules.get(kind, "")) for kind in chosen}
    others = [kind for kind, name in held.items() if name and name != chosen[kind]]
    adopted = (
        {"adopted_on": given.adopted_on.isoformat(), "adopted_as": given.adopted_as.strip()} if given.adopted_on else {}
    )
    before = {name: board.rules[name] for name in ("adopted_on", "adopted_as") if name in board.rules}
    if any(held.values()) and adopted != before:
        others.append("adopted_on")
    if others and session.person.id and people.second_persons(session, board.id, but={session.person.id}):
        what = _("Nämnden har redan regler, eller uppgifter om när de antogs, som skiljer sig från dem du anger.")
        raise Refused(
            Obstacle.CLOSED, Problem(others[0], what, _("Nya regler publiceras av två personer, under Regler."))
        )
    board.rules = {kind: name for kind, name in chosen.items() if name} | adopted
    return _note_change(session, board, SetupStep.RULES, "rules")


def skip_step(session: WritingSession, step: SetupStep) -> BoardSettings:
    """Leaves a step for now.

    Raises:
        Refused: not this person's to set.
    """
    require_permission(session.person, Action.MANAGE_BOARD)
    board = session.get_one(Board, session.person.board_id)
    board.setup = {**board.setup, step.value: SKIPPED}
    session.note("setup_skipped", board, board_id=board.id, reason=step.value)
    return settings_of_board(session, board.id, on=session.today)


def setup_steps(session: Session, board: Board) -> dict[SetupStep, str]:
    """Step -> done, skipped or empty: what is there counts, however it came to be."""
    there = {
        SetupStep.BOARD: session.scalar(select(func.count(Unit.id)).where(Unit.board_id == board.id)),
        SetupStep.RULES: len(board.rules),
        SetupStep.DELEGATION: session.scalar(select(func.count(Delegation.id)).where(Delegation.board_id == board.id)),
        SetupStep.PEOPLE: session.scalar(
            select(func.count(RoleAssignment.id)).where(
                RoleAssignment.board_id == board.id, RoleAssignment.role != Role.ADMINISTRATOR.value
            )
        ),
        SetupStep.LETTERHEAD: len(board.letterhead),
    }
    return {step: DONE if there.get(step) else str(board.setup.get(step.value, "")) for step in SetupStep}


def notice_group(session: WritingSession, board_id: int, *, on: date) -> None:
    """Shows the reference group from the moment that rules require it."""
    board = session.get_one(Board, board_id)
    board.with_group = board.with_group or settings_of_board(session, board_id, on=on).shows_group


def _note_change(session: WritingSession, board: Board, step: SetupStep | None, what: str) -> BoardSettings:
    if step is not None:
        mark_step_done(board, step)
    session.flush()
    found = settings_of_board(session, board.id, on=session.today)
    board.with_group = found.shows_group
    _note_order(session, board, what)
    return found


def _note_order(session: WritingSession, board: Board, what: str) -> None:
    session.note("order_changed", board, board_id=board.id, reason=what)
