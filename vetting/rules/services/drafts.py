"""Rules that a board writes: begun, changed, sent to a second person, published, withdrawn."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.engine.ruleset_resolution import resolve_rule_set
from vetting.engine.worked_cases import run_worked_case
from vetting.formats.yaml_editing import part_of, write_yaml
from vetting.formats.yaml_reading import read_text
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.problem import Faults, Obstacle, Problem, Refused, UnreadableError
from vetting.kernel.roles import Action
from vetting.kernel.text import Words, _
from vetting.people import require_permission
from vetting.people.models.people import Board
from vetting.rules import models as store
from vetting.rules.domain.differences import RuleDifference, removed_safeguards, rule_differences_of
from vetting.rules.domain.warnings import RuleWarning, rule_warnings_of
from vetting.rules.models import DISCARDED, DRAFT, IN_REVIEW, OPEN, RuleDraft
from vetting.rules.services import versions
from vetting.rules.services.filled_cases import lacking_cases
from vetting.rules.services.own_rules import kind_of_own, own_rulesets
from vetting.rules.services.rule_files import RuleSetReading, parse_set, read_set
from vetting.rules.services.rulebook import rulebook_of
from vetting.rules.services.typed_parts import swedish_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence
    from datetime import date, datetime

    from vetting.engine.criteria import Criterion
    from vetting.engine.ruleset import RuleSet, RuleSetDraft
    from vetting.engine.ruleset_resolution import Rulebook
    from vetting.engine.screening import Screening
    from vetting.engine.worked_cases import WorkedCase
    from vetting.kernel.roles import Person
    from vetting.kernel.store.session import Session, WritingSession
    from vetting.rules.services.rulebook import Rules

NAME: Final = re.compile(r"[a-zåäö0-9](?:[a-zåäö0-9-]{0,58}[a-zåäö0-9])?")
WHAT_IF: Final = "what_if"
"""The kind of job that tries a draft on stored cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRuleDraft:
    """A rule set that is to be written. `builds_on` names a set to start from, `version` a published one to go on with.

    Both empty: from nothing. `adopted` is what the board says of its decision.
    """

    ruleset: str = ""
    title: str = ""
    kinds: tuple[str, ...] = ("grant",)
    builds_on: str = ""
    version: int | None = None
    adopted: NewAdoption | None = None
    only: CaseKind | None = None
    """For one grant scheme, or one kind of letting: of what it builds on nothing about other cases is taken over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAdoption:
    """Which body adopted rules, when, under which number."""

    body: str
    on: date
    reference: str


@dataclass(frozen=True, slots=True)
class RuleDraftReport:
    """A draft as it stands: what was read, what is wrong, what to think over, what differs from what is in force."""

    draft: RuleDraft
    read: RuleSetReading
    ran: tuple[tuple[WorkedCase, Screening, tuple[Problem, ...]], ...]
    """Each worked case, what it comes to, and what of that is not as it says."""
    misnamed: tuple[Problem, ...]
    removed_safeguards: tuple[Words, ...]
    """What protects and would be gone from the cases that it is for."""
    warned: tuple[RuleWarning, ...]
    before: RuleSet | None
    changed: tuple[RuleDifference, ...]
    bases: Mapping[str, RuleSetDraft]
    """The sets that it may build on."""
    inherited: tuple[Criterion, ...] = ()
    """What it asks without a word of its own: from the common rules and the sets that it builds on."""
    common: RuleSet | None = None
    """The board's common rules, that it is put together with where it is a grant scheme's own."""

    @property
    def ruleset(self) -> RuleSet | None:
        """The rules, when they could be read."""
        return self.read.ruleset

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that must be put right before a second person can publish."""
        return (
            *self.read.problems,
            *self.misnamed,
            *(problem for _case, _screening, wrong in self.ran for problem in wrong),
        )


def obstacle_error(where: str, what: Words, remedy: Words, obstacle: Obstacle = Obstacle.INVALID) -> Refused:
    return Refused(obstacle, Problem(where, what, remedy))


def begin_draft(session: WritingSession, new: NewRuleDraft) -> RuleDraft:
    """A draft: from nothing, on top of a set that ships or is the board's own, or going on with what is published.

    Raises:
        Refused: the name is taken or not a name, or what it starts from is not there.
    """
    require_permission(session.person, Action.WRITE_RULES)
    if new.version is not None:
        return _go_on(session, new.version)
    name = new.ruleset.strip()
    if not NAME.fullmatch(name):
        raise obstacle_error(
            "ruleset",
            _("Namnet får bara innehålla små bokstäver, siffror och bindestreck."),
            _("Skriv till exempel kulturstod-2027."),
        )
    taken = name in rulebook_of(session).folder.book.drafts or store.numbers_of(session, session.person.board_id, name)
    if taken or store.open_draft_of(session, session.person.board_id, name) is not None:
        raise obstacle_error(
            "ruleset",
            _("Det finns redan regler som heter {name}.", name=name),
            _("Välj ett annat namn, eller gå vidare med dem."),
        )
    base = _base_of(session, new.builds_on) if new.builds_on else None
    text, cases = _first_text(name, new, base, session.get_one(Board, session.person.board_id))
    return _add_draft(session, name, text, cases, new.builds_on)


class _DraftBase(NamedTuple):
    """What a draft builds on: a set that comes with the program, or one that the board has published."""

    title: str
    kinds: list[str]
    cases: str


def _base_of(session: Session, name: str) -> _DraftBase:
    shipped = rulebook_of(session).folder.sets.get(name)
    if shipped is not None:
        kinds = sorted(kind.value for kind in shipped.kinds)
        return _DraftBase(shipped.title.sv, kinds, rulebook_of(session).folder.texts_of_cases.get(name, ""))
    own = store.own_sets(session, session.person.board_id).get(name)
    if own is None:
        raise Refused(Obstacle.MISSING)
    return _DraftBase(own.title, sorted(own.kinds), own.cases)


def _first_text(name: str, new: NewRuleDraft, base: _DraftBase | None, board: Board) -> tuple[str, str]:
    adopted = new.adopted
    title = new.title.strip() or (f"{base.title} – {board.name}" if base else name)
    data = {
        "id": name,
        "board": board.code,
        "kinds": [new.only.value] if new.only is not None else base.kinds if base else list(new.kinds),
        "title": title,
        "source": {"document": title},
        "adopted": {"body": adopted.body, "on": adopted.on, "reference": adopted.reference} if adopted else None,
        "valid": None,
        "builds_on": [new.builds_on] if base else [],
        "criteria": [],
    }
    cases = base.cases if base else ""
    if new.only is not None and base is not None and base.kinds != [new.only.value]:
        entries = read_text(cases.encode(), name).data or []
        cases = write_yaml([entry for entry in entries if entry.get("kind") == new.only])
    return write_yaml(data), cases


def _go_on(session: WritingSession, version: int) -> RuleDraft:
    found = store.publication_of(session, session.person.board_id, version)
    if found is None:
        raise Refused(Obstacle.MISSING)
    before = found.publication
    begun = store.open_draft_of(session, session.person.board_id, before.ruleset)
    if begun is not None:
        return begun
    origin = f"version {before.number}"
    return _add_draft(session, before.ruleset, before.text, before.cases, origin)


def take_in(session: WritingSession, text: bytes, cases: bytes) -> RuleDraft:
    """A draft from files, kept byte for byte; what is wrong in them is shown with the draft.

    Raises:
        Refused: the text cannot be kept, or names no set of the board.
        UnreadableError: the file is not YAML that can be read.
    """
    require_permission(session.person, Action.WRITE_RULES)
    data = read_text(text, "regler.yaml").data
    name = data.get("id") if isinstance(data, dict) else None
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise obstacle_error(
            "id",
            _("Filen har inget 'id' för en regeluppsättning."),
            _("Skriv till exempel 'id: kulturstod-2027' överst."),
        )
    if store.open_draft_of(session, session.person.board_id, name) is not None:
        raise obstacle_error(
            "id",
            _("Det finns redan ett utkast som heter {name}.", name=name),
            _("Ta bort det först, eller ändra i det."),
        )
    read_text(cases, "regler.cases.yaml")
    return _add_draft(session, name, text.decode(), cases.decode(), "")


def _add_draft(session: WritingSession, name: str, text: str, cases: str, origin: str) -> RuleDraft:
    draft = RuleDraft(
        board_id=session.person.board_id,
        ruleset=name,
        state=DRAFT,
        text=text,
        cases=cases,
        version=1,
        started_from=origin,
        authors=[str(session.person.id)],
        changed_at=session.now,
        changed_by_user_id=session.person.id,
        changed_by_name=session.person.name,
    )
    session.add(draft)
    session.flush()
    session.note("rules_begun", draft, detail={"ruleset": name})
    return draft


def board_book(session: Session, board_id: int, ruleset: str, *, on: date) -> Rulebook:
    """The folder's rulebook and the sets that the board has published: what a draft may build on.

    ruleset: what is written. Where it is for one grant scheme or kind of letting, what it is put together with is the
    board's common rules of that day.
    """
    book = rulebook_of(session).folder.book
    drafts = dict(book.drafts)
    for publication, withdrawal in reversed(store.publications(session, board_id)):
        if withdrawal is None:
            found = parse_set(read_text(publication.text.encode(), publication.ruleset).data, Faults(), book, drafts)
            if found is not None:
                drafts[found.id] = found
    kind = kind_of_own(session, board_id, ruleset)
    common = versions.rules_in_force(session, board_id, kind, on=on) if kind is not None else None
    return replace(book, drafts=drafts, resolved={}, common=common)


def read_draft(session: Session, key: int, *, on: date) -> RuleDraftReport:
    """A draft, read and checked: nothing is kept.

    Raises:
        Refused: there is no such draft in the board.
    """
    require_permission(session.person, Action.READ_RULES)
    draft = store.draft_of(session, session.person.board_id, key)
    if draft is None:
        raise Refused(Obstacle.MISSING)
    return report_on_draft(session, draft, on=on)


def report_on_draft(session: Session, draft: RuleDraft, *, on: date) -> RuleDraftReport:
    """What a draft's text says, whether it is kept or only tried.

    Read once in each process while neither it nor anything that it is read by changes.
    """
    board = session.get_one(Board, draft.board_id)
    read_by = (
        id(rulebook_of(session).folder),
        (board.id, board.code, tuple(sorted(board.rules.items())), on),
        (draft.ruleset, draft.text, draft.cases),
        tuple((row.id, gone is None) for row, gone in store.publications(session, board.id)),
        tuple(own_rulesets(session, board.id, kind) for kind in CaseKind),
    )
    kept = _REPORTS.get(read_by)
    if kept is None:
        kept = _REPORTS[read_by] = (_report_anew(session, draft, board, on=on), rulebook_of(session))
        while len(_REPORTS) > MOST_REPORTS:
            _REPORTS.pop(next(iter(_REPORTS)), None)
    return replace(kept[0], draft=draft)


MOST_REPORTS: Final = 8
_REPORTS: dict[Hashable, tuple[RuleDraftReport, Rules]] = {}
"""What drafts say by all that it depends on, with the rules that its id stands for; the oldest goes first."""


def _report_anew(session: Session, draft: RuleDraft, board: Board, *, on: date) -> RuleDraftReport:
    book = board_book(session, board.id, draft.ruleset, on=on)
    read = read_set(draft.text.encode(), draft.cases.encode(), draft.ruleset, book)
    before = _before(session, draft, read, on)
    return RuleDraftReport(
        draft=draft,
        read=read,
        ran=tuple((case, *run_worked_case(case, read.ruleset)) for case in read.cases) if read.ruleset else (),
        misnamed=tuple(_names_wrong(read, draft, board)),
        removed_safeguards=_taken_away(session, draft, read.ruleset, on) if read.ruleset else (),
        warned=rule_warnings_of(read.ruleset, on, book.library.values()) if read.ruleset else (),
        before=before,
        changed=rule_differences_of(before, read.ruleset) if read.ruleset else (),
        bases=book.drafts,
        inherited=_inherited_criteria(read.draft, book) if read.draft is not None else (),
        common=book.common,
    )


def _inherited_criteria(draft: RuleSetDraft, book: Rulebook) -> tuple[Criterion, ...]:
    """The criteria that a draft takes over, before it changes or leaves out any; none where two bases disagree."""
    bare = replace(draft, uses=(), leaves_out=())
    found = resolve_rule_set(bare, replace(book, drafts={**book.drafts, draft.id: bare}, resolved={}), Faults())
    return found.criteria if found is not None else ()


def _names_wrong(read: RuleSetReading, draft: RuleDraft, board: Board) -> list[Problem]:
    if read.draft is None or read.document is None:
        return []
    faults = Faults()
    if read.draft.id != draft.ruleset:
        faults.add(
            ("id",),
            _("Utkastet heter '{ruleset}'.", ruleset=draft.ruleset),
            _("Skriv 'id: {ruleset}'.", ruleset=draft.ruleset),
        )
    if read.draft.board != board.code:
        faults.add(
            ("board",), _("Nämndens kod är '{code}'.", code=board.code), _("Skriv 'board: {code}'.", code=board.code)
        )
    return [read.document.problem(fault) for fault in faults.found]


def title_in(text: str, otherwise: str) -> str:
    """What rules are called, by the beginning of their file alone; otherwise their short name."""
    try:
        return swedish_of(part_of(text, "title")).strip() or otherwise
    except UnreadableError:
        return otherwise


def is_own(session: Session, draft: RuleDraft) -> bool:
    """Whether a draft is for one grant scheme or kind of letting only, not for all that have no rules of their own."""
    return kind_of_own(session, draft.board_id, draft.ruleset) is not None


def _taken_away(session: Session, draft: RuleDraft, ruleset: RuleSet, on: date) -> tuple[Words, ...]:
    """What the cases that the draft is for would lose, against what judges them today."""
    found: dict[Words, None] = {}
    of_own = kind_of_own(session, draft.board_id, draft.ruleset)
    for kind in CaseKind:
        own = draft.ruleset if kind is of_own else ""
        now = versions.rules_in_force(session, draft.board_id, kind, on=on, own=own)
        if now is None and own:  # not published yet: whoever applied for it met the shared rules
            now = versions.rules_in_force(session, draft.board_id, kind, on=on)
        if now is not None and kind in ruleset.kinds:
            found |= dict.fromkeys(removed_safeguards(now, ruleset, kind))
    return tuple(found)


def _before(session: Session, draft: RuleDraft, read: RuleSetReading, on: date) -> RuleSet | None:
    """What the draft takes the place of: the set's version on its first day, else what is in force for its kind."""
    own = [
        row for row, gone in store.publications(session, draft.board_id) if row.ruleset == draft.ruleset and not gone
    ]
    first = max((read.ruleset.valid.first if read.ruleset else None) or on, on)
    holding = next((row for row in own if row.valid_from <= first), own[0] if own else None)
    if holding is not None:
        return versions.read_version(session, holding.id)
    for kind in CaseKind:
        if read.ruleset and kind in read.ruleset.kinds:
            return versions.rules_in_force(session, draft.board_id, kind, on=on)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDraftChange:
    """What somebody wrote, and the version that was read before."""

    key: int
    version: int
    text: str | None = None
    cases: str | None = None


class StaleDraftError(Refused):
    """Somebody else changed the draft meanwhile: carries what stands there now."""

    def __init__(self, draft: RuleDraft) -> None:
        super().__init__(
            Obstacle.STALE,
            Problem(
                draft.ruleset,
                _("{changed_by_name} har ändrat i utkastet medan du skrev.", changed_by_name=draft.changed_by_name),
                _("Jämför nedan, och spara sedan det som ska gälla."),
            ),
        )
        self.text, self.cases, self.version = draft.text, draft.cases, draft.version


def save_draft_text(session: WritingSession, given: RuleDraftChange) -> RuleDraft:
    """Keeps what was written, also when it has faults: they are shown, nothing is lost.

    Raises:
        Refused: there is no such open draft, or it lies with a second person.
        StaleDraftError: another person saved in between.
    """
    require_permission(session.person, Action.WRITE_RULES)
    draft = open_draft(session, given.key, given.version)
    if draft.state == IN_REVIEW:
        raise obstacle_error(
            draft.ruleset,
            _("Utkastet är lämnat för publicering."),
            _("Lämna tillbaka utkastet först."),
            Obstacle.CLOSED,
        )
    text = draft.text if given.text is None else given.text
    cases = draft.cases if given.cases is None else given.cases
    if (text, cases) == (draft.text, draft.cases):
        return draft
    draft.text, draft.cases = text, cases
    _touch_draft(draft, session.person, session.now)
    session.note("rules_changed", draft, detail={"ruleset": draft.ruleset})
    return draft


def _touch_draft(draft: RuleDraft, by: Person, at: datetime) -> None:
    draft.version += 1
    draft.authors = sorted({*draft.authors, str(by.id)})
    draft.changed_at, draft.changed_by_user_id, draft.changed_by_name = at, by.id, by.name


def open_draft(session: WritingSession, key: int, version: int | None = None) -> RuleDraft:
    """A draft that is still written on or handed over.

    Raises:
        Refused: there is none in the board.
        StaleDraftError: somebody has changed it since the version given.
    """
    draft = store.draft_of(session, session.person.board_id, key)
    if draft is None or draft.state not in OPEN:
        raise Refused(Obstacle.MISSING)
    if version is not None and draft.version != version:
        raise StaleDraftError(draft)
    return draft


def hand_over(session: WritingSession, key: int, version: int | None = None) -> RuleDraft:
    """The draft goes to a second person.

    Raises:
        Refused: something in it is wrong, a worked case comes out otherwise than it says, or one is lacking or unread.
    """
    require_permission(session.person, Action.WRITE_RULES)
    draft = open_draft(session, key, version)
    found = report_on_draft(session, draft, on=session.today)
    problems: Sequence[Problem] = found.problems or (() if found.read.cases else (_no_cases(draft),))
    problems = problems or lacking_cases(found)
    if problems:
        raise Refused(Obstacle.INVALID, *problems)
    draft.state, draft.returned_because = IN_REVIEW, ""
    draft.version += 1
    session.note("rules_handed_over", draft, detail={"ruleset": draft.ruleset})
    return draft


def _no_cases(draft: RuleDraft) -> Problem:
    return Problem(
        f"{draft.ruleset}.cases.yaml:1", _("Det finns inga typfall."), _("Skriv minst ett typfall med väntat utfall.")
    )


def give_back(session: WritingSession, key: int, because: str, version: int | None = None) -> RuleDraft:
    """The second person, or the author, takes the draft back to be written on.

    Raises:
        Refused: there is no such open draft, somebody has changed it since this version, or a second person does not
            say why.
    """
    if not (session.person.may(Action.WRITE_RULES) or session.person.may(Action.PUBLISH_RULES)):
        require_permission(session.person, Action.PUBLISH_RULES)
    draft = open_draft(session, key, version)
    if not because.strip() and str(session.person.id) not in draft.authors:
        what = _("Det står inte vad som behöver ändras.")
        raise obstacle_error("because", what, _("Skriv det kort: den som har skrivit reglerna läser det."))
    draft.state, draft.returned_because = DRAFT, because.strip()[:2000]
    draft.version += 1
    session.note("rules_given_back", draft, reason=because[:200])
    return draft


def discard_rule_draft(session: WritingSession, key: int, version: int | None = None) -> RuleDraft:
    """The draft is thrown away; its row stays.

    Raises:
        Refused: there is no such open draft, or somebody has changed it since this version.
    """
    require_permission(session.person, Action.WRITE_RULES)
    draft = open_draft(session, key, version)
    draft.state = DISCARDED
    draft.version += 1
    session.note("rules_discarded", draft)
    return draft
