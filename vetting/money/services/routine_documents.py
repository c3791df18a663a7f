"""The written routine for grants as a document: made from the rules and gates in force, the rounds and the choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vetting.engine.criteria import CriterionKind, CriterionOrigin
from vetting.engine.written_rules import CRITERION_KINDS
from vetting.grants.domain.round_days import days_in_order
from vetting.grants.models.rounds import rounds
from vetting.grants.models.schemes import schemes
from vetting.kernel.case_kinds import CaseKind
from vetting.kernel.money import kronor
from vetting.kernel.problem import Obstacle, Problem, Refused
from vetting.kernel.text import OFFICIAL, Words, _, day_in_words, join_words, same_in_both
from vetting.kernel.written_documents import DocumentSection, DocumentTable, WrittenDocument
from vetting.money.domain.samples import RISK_WORDS, RiskFact
from vetting.money.models.grant_routines import GrantRoutine, grant_routines
from vetting.people.domain.gate_order import gates_by_step
from vetting.people.domain.separations import SEPARATED_ACTS
from vetting.people.models.people import Board
from vetting.rules import rules_in_force, settings_of_board

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from vetting.engine.criteria import Criterion
    from vetting.engine.ruleset import RuleSet
    from vetting.grants.models.rounds import Round
    from vetting.kernel.store.session import Session
    from vetting.kernel.text import Language
    from vetting.rules import BoardSettings

MOST_ROUNDS: Final = 2
"""Rounds whose days are printed: those that are under way or come next."""
MOST_TOLD: Final = 10
NEVER: Final = _("Inte godkänd än.")


def rules_of_grants(session: Session, *, on: date) -> list[tuple[Words, RuleSet]]:
    """What it is for, and the rules in force that day: those that all grants share, then each grant scheme's own."""
    shared = rules_in_force(session, session.person.board_id, CaseKind.GRANT, on=on)
    found = [(_("Alla bidrag"), shared)] if shared is not None else []
    for scheme in schemes(session, session.person.board_id):
        if scheme.ruleset and scheme.ended_at is None:
            own = rules_in_force(session, session.person.board_id, CaseKind.GRANT, on=on, own=scheme.ruleset)
            if own is not None:
                found.append((same_in_both(scheme.name), own))
    return found


def names_of_rules(found: Sequence[tuple[Words, RuleSet]]) -> list[str]:
    """What they are called, as a version of the routine keeps them."""
    return [f"{of.to(OFFICIAL)}: {ruleset.title.to(OFFICIAL)}, {ruleset.fingerprint[:12]}" for of, ruleset in found]


def routine_document(session: Session, *, on: date, language: Language) -> WrittenDocument:
    """The routine as it is that day, its tables in one language."""
    versions = grant_routines(session, session.person.board_id)
    held = versions[0] if versions else None
    order = settings_of_board(session, session.person.board_id, on=on)
    found = rules_of_grants(session, on=on)
    return WrittenDocument(
        _("Rutin för bidrag"),
        (same_in_both(session.person.board), *_about(held), *_coordinator(session)),
        (
            *_requirements(found, _adoption(session), session.person.board, language),
            *_steps(order, language),
            DocumentSection(_("Uppgifter som inte får göras av samma person"), tuple(_kept_apart(order)), listed=True),
            *_days_of_rounds(session, on, language),
            DocumentSection(_("Redovisning, uppföljning och stickprov"), tuple(_follow_up(session, held)), listed=True),
            _change_log(versions),
        ),
        (),
    )


def _about(held: GrantRoutine | None) -> Iterator[Words]:
    if held is None:
        yield NEVER
        return
    yield _("Version {version}. Ansvarar: {owner}.", version=held.version, owner=held.owner)
    yield _("Godkänd {day} av {who}.", day=day_in_words(held.approved_on), who=held.approved_by)
    if held.anchored:
        yield _("Förankrad: {where}.", where=held.anchored)
    yield _("Ses över {day}.", day=day_in_words(held.review_on))


def _coordinator(session: Session) -> Iterator[Words]:
    """How the municipality's coordinator is reached, as the board has written it."""
    contact = session.get_one(Board, session.person.board_id).coordinator
    if contact:
        yield _("Kommunens samordnare: ") + same_in_both(contact)


def names_to_approve(session: Session, *, on: date) -> list[str]:
    """What the rules are called that a new version of the routine is approved with.

    Raises:
        Refused: a requirement has another municipality's source, or an example's, and the board's own adoption of the
            rules is not noted.
    """
    found = rules_of_grants(session, on=on)
    adopted = _adoption(session)
    lacking = {
        item.id: Problem(
            item.label.sv,
            _("Källan är inte nämndens: {source}.", source=_source(item, ruleset, adopted, session.person.board)),
            _("Anteckna under Så arbetar nämnden när nämnden antog reglerna, eller skriv nämndens källa på kriteriet."),
        )
        for _of, ruleset in found
        for item in _requirements_of(ruleset)
        if _is_borrowed(item, session.person.board) and not _own_source(ruleset, adopted)
    }
    if lacking:
        raise Refused(Obstacle.INVALID, *list(lacking.values())[:MOST_TOLD])
    return names_of_rules(found)


def _adoption(session: Session) -> str:
    """The board's decision to adopt its rules, as it is noted; empty where it is not."""
    kept = session.get_one(Board, session.person.board_id).rules
    if not (kept.get("adopted_on") and kept.get("adopted_as")):
        return ""
    return f"{session.person.board}, {kept['adopted_on']}, {kept['adopted_as']}"


def _own_source(ruleset: RuleSet, adopted: str) -> str:
    """What says that the board has made the rules its own."""
    own = ruleset.adopted
    return f"{own.body}, {own.on}, {own.reference}" if own.body and own.on and own.reference else adopted


def _is_borrowed(item: Criterion, board: str) -> bool:
    """Whether what a requirement rests on is what others have written: an example, or another board's plan."""
    of_plan = item.status is CriterionOrigin.SEED
    own = any(source.document.startswith(board) for source in item.sources)
    return item.status is CriterionOrigin.GUIDELINE or (of_plan and not own)


def _requirements_of(ruleset: RuleSet) -> list[Criterion]:
    return [item for item in ruleset.for_kind(CaseKind.GRANT) if item.kind is not CriterionKind.SIGNAL]


def _requirements(
    found: Sequence[tuple[Words, RuleSet]], adopted: str, board: str, language: Language
) -> Iterator[DocumentSection]:
    """What is tried, by which evidence, on whose word."""
    for of, ruleset in found:
        yield DocumentSection(
            _("Det som prövas: ") + of,
            (_("Enligt ") + ruleset.title + same_in_both("."),),
            table=DocumentTable(
                (_("Krav"), _("Så besvaras det"), _("Källa")),
                [
                    [
                        item.label.to(language),
                        CRITERION_KINDS[item.kind].to(language),
                        _source(item, ruleset, adopted, board),
                    ]
                    for item in _requirements_of(ruleset)
                ],
            ),
        )


def _source(item: Criterion, ruleset: RuleSet, adopted: str, board: str) -> str:
    """Where a requirement stands: what others have written, in the board's own decision once there is one."""
    if _is_borrowed(item, board) and (own := _own_source(ruleset, adopted)):
        return own
    return "; ".join(dict.fromkeys(f"{source.document}, {source.place}".strip(", ") for source in item.sources))


def _steps(order: BoardSettings, language: Language) -> Iterator[DocumentSection]:
    for words, gates in gates_by_step(order.gates):
        rows = [
            [state.gate.label.to(language), state.legal]
            for _name, state in gates
            if state.on and CaseKind.GRANT in state.gate.kinds
        ]
        if rows:
            yield DocumentSection(words, (), table=DocumentTable((_("Steg"), _("Rättslig grund")), rows))


def _kept_apart(order: BoardSettings) -> Iterator[Words]:
    for pair in SEPARATED_ACTS:
        if pair.is_kept_apart(order.habits):
            yield pair.first + same_in_both(" – ") + pair.second


def _days_of_rounds(session: Session, on: date, language: Language) -> Iterator[DocumentSection]:
    """The days of the rounds that are under way or come next."""
    open_rounds: list[Round] = sorted(
        (item for item in rounds(session) if item.closed_at is None), key=lambda item: (item.closes_on, item.id)
    )
    near = [item for item in open_rounds if (item.report_on or item.closes_on) >= on][:MOST_ROUNDS]
    for item in near:
        rows = [
            [day.isoformat(), words.to(language)]
            for _name, words, day in days_in_order(item, with_group=session.person.with_group)
        ]
        yield DocumentSection(
            _("Dagar: ") + same_in_both(item.name), (), table=DocumentTable((_("Dag"), _("Steg")), rows)
        )


def _follow_up(session: Session, held: GrantRoutine | None) -> Iterator[Words]:
    for scheme in schemes(session, session.person.board_id):
        if scheme.ended_at is None and scheme.report_below is not None:
            yield _(
                "{scheme}: under {amount} redovisas förenklat; av dem lottas {percent} procent ut "
                "att redovisa fullständigt.",
                scheme=scheme.name,
                amount=kronor(scheme.report_below),
                percent=scheme.report_sample or 0,
            )
    yield _(
        "Varje förening som har beviljats bidrag följs upp under året: genom redovisning, "
        "besök, samtal eller handlingar."
    )
    facts = held.risk_facts if held is not None else ()
    if not facts:
        yield _("Stickprov dras slumpvis.")
        return
    yield (
        _("Stickprov dras slumpvis, eller efter: ")
        + join_words([_fact(fact, held) for fact in facts], ", ")
        + _(". Inget annat får väljas.")
    )


def _fact(fact: RiskFact, held: GrantRoutine | None) -> Words:
    words = RISK_WORDS[fact]
    if held is not None and fact is RiskFact.AMOUNT and held.amount is not None:
        return words + _(" (från {amount})", amount=kronor(held.amount))
    if held is not None and fact is RiskFact.CHANGE and held.percent is not None:
        return words + _(" (från {percent} procent)", percent=held.percent)
    return words


def _change_log(versions: Sequence[GrantRoutine]) -> DocumentSection:
    rows = [[str(row.version), row.approved_on.isoformat(), row.approved_by, row.change] for row in versions]
    headings = (_("Version"), _("Godkänd"), _("Av"), _("Vad som är nytt"))
    if not rows:
        return DocumentSection(_("Ändringar"), (NEVER,))
    return DocumentSection(_("Ändringar"), (), table=DocumentTable(headings, rows))
