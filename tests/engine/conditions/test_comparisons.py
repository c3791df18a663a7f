"""Every comparison: a case it holds for, one it does not, one it cannot tell, and the reason in Swedish."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from vetting.engine.conditions import (
    ConditionReading,
    Verdict,
    evaluate_condition,
    explain_condition,
    parse_condition,
    wording,
)
from vetting.engine.conditions.comparisons import COMPARISONS, OperandShape, matching_entries
from vetting.engine.facts import (
    CaseDocument,
    FactDefinition,
    FactLevel,
    Facts,
    FactSupplier,
    FactType,
    ListRow,
    Support,
)
from vetting.kernel.dates import Span
from vetting.kernel.problem import Faults
from vetting.kernel.text import Words

if TYPE_CHECKING:
    from vetting.engine.conditions import Condition
    from vetting.engine.facts import Value
    from vetting.rules.services.rule_files import RulesFolder

APPLIED = date(2026, 9, 15)


class Example(NamedTuple):
    condition: dict[str, Any]
    holds: dict[str, Any]
    fails: dict[str, Any]
    reason: str


EXAMPLES: dict[str, list[Example]] = {
    "present": [
        Example({"fact": "statutes_document", "present": True}, {"statutes_document": True}, {}, "Stadgar: saknas."),
    ],
    "equal": [
        Example(
            {"fact": "legal_form", "equal": "ideell_forening"},
            {"legal_form": "ideell_forening"},
            {"legal_form": "aktiebolag"},
            "Organisationsform: aktiebolag. Krav: ideell förening.",
        ),
        Example(
            {"fact": "seat_municipality", "equal": "Stockholm"},
            {"seat_municipality": " stockholm "},
            {"seat_municipality": "Solna"},
            "Säte (kommun): Solna. Krav: Stockholm.",
        ),
        Example(
            {"fact": "bankrupt", "equal": False},
            {"bankrupt": False},
            {"bankrupt": True},
            "Föreningen är i konkurs: ja. Det ska vara nej.",
        ),
    ],
    "at_least": [
        Example(
            {"fact": "members_total", "at_least": 5},
            {"members_total": 5},
            {"members_total": 4},
            "Antal medlemmar: 4. Krav: minst 5.",
        ),
        Example(
            {"share": "members_in_municipality", "of": "members_total", "at_least": 0.5},
            {"members_in_municipality": 5, "members_total": 10},
            {"members_in_municipality": 4, "members_total": 10},
            "Medlemmar folkbokförda i kommunen: 4 av 10 (40 %). Krav: minst hälften (50 %).",
        ),
        Example(
            {"minus": "amount_applied", "of": "sum_other_support", "at_least": 5000},
            {"amount_applied": 9_000_00, "sum_other_support": 4_000_00},
            {"amount_applied": 8_000_00, "sum_other_support": 4_000_00},
            "Sökt belopp, minus summa annat stöd: 8\u00a0000\u00a0kr − 4\u00a0000\u00a0kr = 4\u00a0000\u00a0kr. "
            "Krav: minst 5\u00a0000\u00a0kr.",
        ),
        Example(
            {"fact": "received_on", "at_least": {"each_year": "02-25"}},
            {"received_on": date(2026, 2, 25)},
            {"received_on": date(2026, 2, 24)},
            "Ansökan kom in: 24 feb 2026. Krav: tidigast 25 februari varje år.",
        ),
        Example(
            {"count": "partners", "at_least": 2},
            {"partners": ("A", "B")},
            {"partners": ("A",)},
            "Samarbetspartner: A. Krav: minst 2.",
        ),
        Example(
            {"fact": "annual_meeting_held_on", "at_least": date(2026, 1, 1)},
            {"annual_meeting_held_on": date(2026, 1, 1)},
            {"annual_meeting_held_on": date(2025, 12, 31)},
            "Årsmötet hölls: 31 dec 2025. Krav: tidigast 1 jan 2026.",
        ),
    ],
    "at_most": [
        Example(
            {"fact": "amount_applied", "at_most": 100000},
            {"amount_applied": 100_000_00},
            {"amount_applied": 100_000_01},
            "Sökt belopp: 100\u00a0000,01\u00a0kr. Krav: högst 100\u00a0000\u00a0kr.",
        ),
        Example(
            {"sum": "other_support", "at_most": 1000},
            {"other_support": (Support("A", 500_00),)},
            {"other_support": (Support("A", 5000_00),)},
            "Summa: annat stöd: 5\u00a0000\u00a0kr. Krav: högst 1\u00a0000\u00a0kr.",
        ),
        Example(
            {"fact": "received_on", "at_most": {"fact": "deadline"}},
            {"received_on": APPLIED, "deadline": APPLIED},
            {"received_on": APPLIED, "deadline": date(2026, 9, 14)},
            "Ansökan kom in: 15 sep 2026. Krav: senast 14 sep 2026 (sista ansökningsdag).",
        ),
    ],
    "between": [
        Example(
            {"fact": "board_size", "between": [3, 9]},
            {"board_size": 9},
            {"board_size": 10},
            "Antal i styrelsen: 10. Krav: mellan 3 och 9.",
        ),
    ],
    "one_of": [
        Example(
            {"fact": "legal_form", "one_of": ["ideell_forening", "stiftelse"]},
            {"legal_form": "stiftelse"},
            {"legal_form": "aktiebolag"},
            "Organisationsform: aktiebolag. Krav: ideell förening eller stiftelse.",
        ),
    ],
    "contains": [
        Example(
            {"fact": "purpose", "contains": "barn"},
            {"purpose": "Barn och unga"},
            {"purpose": "Konserter"},
            "Ändamål: Konserter. Krav: innehåller ”barn”.",
        ),
        Example(
            {"fact": "partners", "contains": "Studiegruppen"},
            {"partners": ("studiegruppen",)},
            {"partners": ("Kören",)},
            "Samarbetspartner: Kören. Krav: innehåller ”Studiegruppen”.",
        ),
    ],
    "matches_list": [
        Example(
            {"fact": "event_title", "matches_list": ["kalas", "fest*"]},
            {"event_title": "Stor FESTIVAL!"},
            {"event_title": "Infestad"},
            "Arrangemang: Infestad. Krav: nämner något av orden ”kalas” eller ”fest*”.",
        ),
    ],
    "before": [
        Example(
            {"fact": "statutes_adopted_on", "before": date(2026, 1, 1)},
            {"statutes_adopted_on": date(2025, 12, 31)},
            {"statutes_adopted_on": date(2026, 1, 1)},
            "Stadgarna antagna: 1 jan 2026. Krav: före 1 jan 2026.",
        ),
    ],
    "after": [
        Example(
            {"fact": "activity_starts_on", "after": {"fact": "decision_planned_on"}},
            {"activity_starts_on": date(2027, 1, 2), "decision_planned_on": date(2027, 1, 1)},
            {"activity_starts_on": date(2027, 1, 1), "decision_planned_on": date(2027, 1, 1)},
            "Aktiviteten börjar: 1 jan 2027. Krav: efter 1 jan 2027 (planerad beslutsdag).",
        ),
    ],
    "within": [
        Example(
            {"fact": "annual_meeting_held_on", "within": {"years": 1}},
            {"annual_meeting_held_on": date(2025, 9, 15)},
            {"annual_meeting_held_on": date(2025, 9, 14)},
            "Årsmötet hölls: 14 sep 2025. Krav: högst 1\u00a0år före ansökningsdagen 15 sep 2026.",
        ),
        Example(
            {"fact": "organiser_changed_on", "within": {"days": 7}, "of": {"fact": "event_starts_at"}},
            {"organiser_changed_on": datetime(2026, 9, 9, 10), "event_starts_at": datetime(2026, 9, 15, 18)},
            {"organiser_changed_on": datetime(2026, 9, 1, 10), "event_starts_at": datetime(2026, 9, 15, 18)},
            "Arrangören ändrad: 1 sep 2026 10.00. Krav: högst 7\u00a0dagar före 15 sep 2026 18.00 (arrangemanget börjar).",
        ),
    ],
    "same_year": [
        Example(
            {"fact": "annual_meeting_held_on", "same_year": {"fact": "received_on"}},
            {"annual_meeting_held_on": date(2026, 1, 1), "received_on": date(2026, 12, 31)},
            {"annual_meeting_held_on": date(2025, 12, 31), "received_on": date(2026, 1, 1)},
            "Årsmötet hölls: 31 dec 2025. Krav: samma år som 1 jan 2026 (ansökan kom in).",
        ),
    ],
    "older_than": [
        Example(
            {"fact": "previously_vetted_on", "older_than": {"months": 12}},
            {"previously_vetted_on": date(2025, 9, 14)},
            {"previously_vetted_on": date(2025, 9, 15)},
            "Senast kontrollerad: 15 sep 2025. Krav: mer än 12\u00a0månader före ansökningsdagen 15 sep 2026.",
        ),
    ],
    "at_least_old": [
        Example(
            {"fact": "organisation_number_since", "at_least_old": {"years": 1}},
            {"organisation_number_since": date(2025, 9, 15)},
            {"organisation_number_since": date(2025, 9, 16)},
            "Organisationsnumret registrerat: 16 sep 2025. Krav: minst 1\u00a0år före ansökningsdagen 15 sep 2026.",
        ),
    ],
}
ALL = [(name, example) for name, examples in EXAMPLES.items() for example in examples]
NAMES = [f"{name} {next(iter(example.condition.values()))}" for name, example in ALL]


def parsed(rules: RulesFolder, data: dict[str, Any]) -> Condition:
    faults = Faults()
    condition = parse_condition(data, (), faults, rules.book.catalogue)
    assert condition is not None, faults.found
    return condition


@pytest.mark.parametrize(
    ("shift", "came", "verdict"),
    [
        ({"after": {"days": 14}}, date(2026, 3, 1), Verdict.TRUE),
        ({"after": {"days": 14}}, date(2026, 1, 1), Verdict.TRUE),
        ({"after": {"days": 14}}, date(2026, 3, 2), Verdict.FALSE),
        ({"before": {"months": 1}}, date(2026, 1, 15), Verdict.TRUE),
        ({"before": {"months": 1}}, date(2026, 1, 16), Verdict.FALSE),
    ],
)
def test_a_day_is_compared_with_one_so_long_after_or_before_another(
    shift: dict[str, Any], came: date, verdict: Verdict
) -> None:
    """Whoever comes early is in time, and who comes within the days after the last one too."""
    catalogue = {
        name: FactDefinition(
            id=name,
            type=FactType.DATE,
            label=Words(name, name),
            level=FactLevel.APPLICATION,
            supplied_by=FactSupplier.STAFF,
        )
        for name in ("came", "last")
    }
    faults = Faults()
    condition = parse_condition({"fact": "came", "at_most": {"fact": "last", **shift}}, (), faults, catalogue)
    assert condition is not None, faults.found
    assert evaluate_condition(condition, {"came": came, "last": date(2026, 2, 15)}).verdict is verdict
    assert evaluate_condition(condition, {"came": came}).verdict is Verdict.UNKNOWN
    for wrong in ({"after": {"days": 0}}, {"after": {"days": 1}, "before": {"days": 1}}, {"after": "x"}):
        faults = Faults()
        assert parse_condition({"fact": "came", "at_most": {"fact": "last", **wrong}}, (), faults, catalogue) is None
        assert faults.found


VALUES: dict[FactType, Value] = {
    FactType.TEXT: "barn",
    FactType.WHOLE_NUMBER: 5,
    FactType.NUMBER: 0.5,
    FactType.MONEY: 500,
    FactType.DATE: date(2026, 3, 1),
    FactType.DATETIME: datetime(2026, 3, 1, 18),
    FactType.YES_NO: True,
    FactType.CHOICE: "a",
    FactType.CHOICES: ("a",),
    FactType.DOCUMENT: True,
    FactType.URL: "https://x.se",
    FactType.ORGANISATION_NUMBER: "8029990234",
    FactType.LIST_OF_TEXT: ("barn",),
    FactType.LIST_OF_PARTNERS: ("barn",),
    FactType.LIST_OF_SUPPORT: (Support("barn", 500),),
    FactType.LIST_OF_CASES: ("BID-2026-0001",),
    FactType.LIST_OF_DOCUMENTS: (CaseDocument("accounts"),),
    FactType.LIST_OF_ROWS: (ListRow((("what", "barn"),)),),
    FactType.YEAR: 2026,
}
SPAN = {"years": 1}


def written(name: str, kind: FactType) -> Any:
    """Something that may stand after a comparison of a fact of a type."""
    single = {
        FactType.DATE: date(2026, 1, 1),
        FactType.DATETIME: date(2026, 1, 1),
        FactType.WHOLE_NUMBER: 3,
        FactType.YEAR: 2026,
        FactType.NUMBER: 0.1,
        FactType.MONEY: 3,
        FactType.YES_NO: True,
        FactType.CHOICE: "a",
        FactType.CHOICES: "a",
    }.get(kind, "barn")
    match COMPARISONS[name].shape:
        case OperandShape.YES_NO:
            return True
        case OperandShape.SPAN:
            return SPAN
        case OperandShape.PAIR:
            return [single, single]
        case OperandShape.VALUES:
            return [single]
        case OperandShape.WORDS:
            return ["barn"]
        case OperandShape.VALUE:
            return single


@pytest.mark.parametrize("name", COMPARISONS)
@pytest.mark.parametrize("kind", FactType)
def test_a_comparison_of_every_type_is_judged_and_said_or_refused_with_those_that_fit(
    name: str, kind: FactType
) -> None:
    options = {"a": Words("A", "A")} if kind in {FactType.CHOICE, FactType.CHOICES} else {}
    definition = FactDefinition(
        id="x",
        type=kind,
        label=Words("X", "X"),
        level=FactLevel.ACTIVITY,
        supplied_by=FactSupplier.APPLICANT,
        options=options,
    )
    faults = Faults()
    condition = parse_condition({"fact": "x", name: written(name, kind)}, (), faults, {"x": definition})
    if kind not in COMPARISONS[name].types:
        assert condition is None
        assert faults.found[0].remedy.sv.startswith("Här passar: present")
        return
    assert condition is not None, faults.found
    assert evaluate_condition(condition, {"x": VALUES[kind]}, day=APPLIED).verdict is not Verdict.UNKNOWN
    assert evaluate_condition(condition, {}, day=APPLIED).verdict is Verdict.UNKNOWN
    reading = ConditionReading(Facts({"x": VALUES[kind]}), APPLIED, Words("dagen", "the day"), {"x": definition})
    assert explain_condition(condition, reading).sv.startswith("X:")


def test_every_type_can_be_asked_for_more_than_being_there() -> None:
    """All but papers and cases, which are there or are counted."""
    fitting = {kind: [name for name, item in COMPARISONS.items() if kind in item.types] for kind in FactType}
    assert {kind for kind, names in fitting.items() if names == ["present"]} == {FactType.DOCUMENT}


def test_every_comparison_has_examples() -> None:
    assert EXAMPLES.keys() == COMPARISONS.keys()


@pytest.mark.parametrize(("name", "example"), ALL, ids=NAMES)
def test_a_comparison_holds_fails_and_is_unknown(rules: RulesFolder, name: str, example: Example) -> None:
    condition = parsed(rules, example.condition)
    assert name in example.condition
    absent = frozenset({"statutes_document"}) if name == "present" else frozenset()
    assert evaluate_condition(condition, example.holds, day=APPLIED).verdict is Verdict.TRUE
    assert evaluate_condition(condition, example.fails, absent=absent, day=APPLIED).verdict is Verdict.FALSE
    assert evaluate_condition(condition, {}, day=APPLIED).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(("name", "example"), ALL, ids=NAMES)
def test_a_comparison_says_what_stands_there_and_what_is_asked(rules: RulesFolder, name: str, example: Example) -> None:
    facts = Facts(example.fails, frozenset({"statutes_document"}) if name == "present" else frozenset())
    reading = ConditionReading(facts, APPLIED, Words("ansökningsdagen", "the day of application"), rules.book.catalogue)
    assert explain_condition(parsed(rules, example.condition), reading).sv == example.reason


@pytest.mark.parametrize(("name", "example"), ALL, ids=NAMES)
def test_a_negated_comparison_asks_for_the_opposite(rules: RulesFolder, name: str, example: Example) -> None:
    del name
    reading = ConditionReading(Facts(example.holds), APPLIED, Words("dagen", "the day"), rules.book.catalogue)
    straight = explain_condition(parsed(rules, example.condition), reading)
    negated = explain_condition(parsed(rules, {"not": example.condition}), reading)
    assert straight.sv != negated.sv
    assert straight.en != negated.en


def test_a_remembered_sentence_is_never_another_case_s_and_keeps_no_text(rules: RulesFolder) -> None:
    condition = parsed(
        rules,
        {
            "all": [
                {"fact": "members_total", "present": True},
                {"fact": "giro_number", "present": True},
                {"fact": "members_total", "at_least": 5},
            ]
        },
    )

    def told(values: dict[str, Any], absent: frozenset[str] = frozenset()) -> str:
        words = Words("dagen", "the day")
        return explain_condition(
            condition, ConditionReading(Facts(values, absent), APPLIED, words, rules.book.catalogue)
        ).sv

    giro = "en-text-som-inte-far-sparas"
    for _again in range(2):
        assert "Antal medlemmar: 4." in told({"members_total": 4, "giro_number": giro})
        assert "Antal medlemmar: 3." in told({"members_total": 3, "giro_number": giro})
        assert "finns" in told({"members_total": 5, "giro_number": giro})
        assert "saknas" in told({"members_total": 5}, frozenset({"giro_number"}))
    assert wording._SENTENCES
    assert giro not in repr(wording._SENTENCES)


def test_two_moments_of_one_day_are_told_apart_and_a_moment_beside_a_day_is_its_day(rules: RulesFolder) -> None:
    starts, ends = datetime(2026, 11, 20, 18), datetime(2026, 11, 20, 21)
    later = parsed(rules, {"fact": "event_ends_at", "after": {"fact": "event_starts_at"}})
    assert evaluate_condition(later, {"event_ends_at": ends, "event_starts_at": starts}).verdict is Verdict.TRUE
    assert evaluate_condition(later, {"event_ends_at": starts, "event_starts_at": ends}).verdict is Verdict.FALSE
    for comparison, verdict in (
        ("at_most", Verdict.TRUE),
        ("at_least", Verdict.TRUE),
        ("equal", Verdict.TRUE),
        ("before", Verdict.FALSE),
    ):
        condition = parsed(rules, {"fact": "event_starts_at", comparison: date(2026, 11, 20)})
        assert evaluate_condition(condition, {"event_starts_at": starts}).verdict is verdict


@pytest.mark.parametrize("span", [Span(years=3000, days=36500), Span(days=36500 * 40), Span(months=36500)])
def test_an_absurd_span_ends_at_the_first_or_last_day_there_is(span: Span) -> None:
    assert span.before(APPLIED) >= date.min
    assert span.after(APPLIED) <= date.max


def test_a_span_counted_from_an_unknown_day_is_unknown(rules: RulesFolder) -> None:
    condition = parsed(rules, {"fact": "annual_meeting_held_on", "within": {"years": 1}})
    assert evaluate_condition(condition, {"annual_meeting_held_on": APPLIED}).verdict is Verdict.UNKNOWN


def test_a_sum_with_an_unknown_part_is_unknown(rules: RulesFolder) -> None:
    condition = parsed(rules, {"sum": "other_support", "at_most": 1000})
    assert (
        evaluate_condition(condition, {"other_support": (Support("A", 100), Support("B"))}).verdict is Verdict.UNKNOWN
    )


def test_a_share_of_nothing_is_unknown(rules: RulesFolder) -> None:
    condition = parsed(rules, {"share": "members_in_municipality", "of": "members_total", "at_least": 0.5})
    assert evaluate_condition(condition, {"members_in_municipality": 0, "members_total": 0}).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("text", "entries", "hits"),
    [
        ("Föreläsning om våld", ("våld",), ["våld"]),
        ("Våldsamt", ("våld",), []),
        ("Våldsamt", ("våld*",), ["våld*"]),
        ("Rätt till staden", ("rätt till staden",), ["rätt till staden"]),
        ("Ratt till staden", ("rätt till staden",), []),
        ("", ("våld",), []),
        ("våld" * 10_000, ("våld",), []),
    ],
)
def test_a_list_entry_is_matched_on_word_borders(text: str, entries: tuple[str, ...], hits: list[str]) -> None:
    assert list(matching_entries(text, entries)) == hits


def test_a_year_before_a_leap_day_is_the_last_of_february() -> None:
    assert Span(years=1).before(date(2028, 2, 29)) == date(2027, 2, 28)
    assert Span(months=1).before(date(2026, 3, 31)) == date(2026, 2, 28)
    assert Span(months=13).before(date(2026, 1, 15)) == date(2024, 12, 15)


@pytest.mark.parametrize(
    ("data", "day", "verdict"),
    [
        ({"at_most": {"each_year": "02-29"}}, date(2027, 2, 28), Verdict.TRUE),
        ({"at_most": {"each_year": "02-29"}}, date(2027, 3, 1), Verdict.FALSE),
        (
            {"at_most": {"each_year": "03-31", "of": "decision_planned_on", "years_after": 1}},
            date(2027, 3, 31),
            Verdict.TRUE,
        ),
        (
            {"at_most": {"each_year": "03-31", "of": "decision_planned_on", "years_after": 1}},
            date(2027, 4, 1),
            Verdict.FALSE,
        ),
    ],
)
def test_a_day_that_comes_back_each_year(rules: RulesFolder, data: dict[str, Any], day: date, verdict: Verdict) -> None:
    condition = parsed(rules, {"fact": "report_received_on", **data})
    values = {"report_received_on": day, "decision_planned_on": date(2026, 5, 4)}
    assert evaluate_condition(condition, values).verdict is verdict
    if "of" in data["at_most"]:
        assert evaluate_condition(condition, {"report_received_on": day}).verdict is Verdict.UNKNOWN


def test_within_is_not_met_by_a_day_on_the_wrong_side_of_the_one_it_is_counted_from(rules: RulesFolder) -> None:
    condition = parsed(rules, {"fact": "deadline", "within": {"days": 7}, "of": {"fact": "received_on"}})
    for came, verdict in ((date(2026, 11, 8), Verdict.TRUE), (date(2026, 10, 31), Verdict.FALSE)):
        assert evaluate_condition(condition, {"deadline": date(2026, 11, 1), "received_on": came}).verdict is verdict


@pytest.mark.parametrize(
    "data",
    [
        {"fact": "received_on", "at_most": {"each_year": "02-30"}},
        {"fact": "received_on", "at_most": {"each_year": "februari"}},
        {"fact": "members_total", "at_most": {"each_year": "02-25"}},
        {"fact": "received_on", "at_most": {"each_year": "02-25", "of": "members_total"}},
        {"fact": "received_on", "at_most": {"each_year": "02-25", "years_after": True}},
        {"fact": "received_on", "between": {"each_year": "02-25"}},
        {"plus": "members_total", "at_least": 5},
        {"plus": "members_total", "of": "amount_applied", "at_least": 5},
        {"minus": "received_on", "of": "deadline", "at_least": 5},
    ],
)
def test_what_does_not_go_together_is_a_fault(rules: RulesFolder, data: dict[str, Any]) -> None:
    faults = Faults()
    assert parse_condition(data, (), faults, rules.book.catalogue) is None
    assert faults.found
