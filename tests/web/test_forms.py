"""The fields that every form is made of: read as the cells of a list, kept as typed, told where they are wrong."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from werkzeug.datastructures import MultiDict

from vetting.engine.cells import read_cell
from vetting.engine.facts import FactDefinition, FactLevel, FactSupplier, FactType
from vetting.kernel.dates import HERE
from vetting.kernel.problem import Problem
from vetting.kernel.tables import Cell, CellKind
from vetting.kernel.text import _, same_in_both
from vetting.web import forms, visitor

TODAY = date(2026, 11, 22)
MISSING = (same_in_both("Namnet saknas."), same_in_both("Skriv det."))


class AllKinds(forms.PostedForm):
    name = forms.TextField(same_in_both("Namn"), needs=MISSING)
    address = forms.UnmaskedField()
    on = forms.DayField()
    at = forms.MomentField()
    amount = forms.AmountField()
    count = forms.WholeNumberField()
    version = forms.KeyField()
    colour = forms.ChoiceField(options={"red": same_in_both("röd"), "blue": same_in_both("blå")})
    sure = forms.YesNoField()
    papers = forms.SeveralField(options={"1": same_in_both("ett"), "2": same_in_both("två")})
    agreed = forms.TickField()
    file = forms.FileUploadField()


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, "today", lambda: TODAY)


def posted(key: str = "", **typed: str | list[str]) -> AllKinds:
    return AllKinds(MultiDict({"name": "Kören", **typed}), key=key)


def told(form: forms.PostedForm) -> list[tuple[str, str]]:
    form.validate()
    return [(problem.where, problem.what.sv) for problem in form.problems]


def test_every_kind_of_field_gives_its_value() -> None:
    form = posted(
        on="15 mars 2026",
        at="2026-12-01T18:30",
        amount="12 500,50 kr",
        count="34 st",
        version="7",
        colour="blue",
        sure="no",
        papers=["2", "2", "9"],
        agreed="1",
    )
    assert told(form) == []
    assert form.on.day == date(2026, 3, 15)
    assert form.at.moment == datetime(2026, 12, 1, 18, 30, tzinfo=HERE)
    assert (form.amount.data, form.count.data, form.version.data) == (1_250_050, 34, 7)
    assert (form.colour.data, form.sure.data, form.papers.data, form.agreed.data) == ("blue", False, ("2",), True)


def test_a_blank_field_has_no_value_and_is_told_only_where_it_is_needed() -> None:
    form = AllKinds(MultiDict({"name": " "}))
    assert told(form) == [("name", "Namnet saknas.")]
    assert (form.on.data, form.amount.data, form.sure.data, form.papers.data, form.file.data) == (None,) * 3 + (
        (),
        None,
    )


@pytest.mark.parametrize(
    ("field", "typed", "kind"),
    [
        ("amount", "12 500,50 kr", FactType.MONEY),
        ("amount", "tio tusen", FactType.MONEY),
        ("amount", "0,5", FactType.MONEY),
        ("amount", "-", FactType.MONEY),
        ("count", "34 st", FactType.WHOLE_NUMBER),
        ("count", "3,5", FactType.WHOLE_NUMBER),
        ("on", "15 mars 2026", FactType.DATE),
        ("on", "i vår", FactType.DATE),
        ("on", "1026-03-15", FactType.DATE),
    ],
)
def test_what_is_typed_means_what_it_means_in_a_list(field: str, typed: str, kind: FactType) -> None:
    definition = FactDefinition(
        id=field, type=kind, label=_("Belopp"), level=FactLevel.APPLICATION, supplied_by=FactSupplier.STAFF
    )
    cell = read_cell(definition, Cell(CellKind.TEXT, typed), on=TODAY)
    form = posted(**{field: typed})
    assert told(form) == ([(field, cell.told[0].sv)] if cell.told else [])
    [read] = [item for item in form.fields if item.short_name == field]
    assert (read.data, read.typed) == (cell.value, typed)


def test_a_choice_that_is_none_of_them_is_told() -> None:
    assert told(posted(colour="green")) == [("colour", "Inget är valt.")]


def test_a_choice_that_is_not_made_is_told_by_what_the_field_is_called() -> None:
    class Named(forms.PostedForm):
        which = forms.ChoiceField(_("Jämförelse"), options={"a": same_in_both("a")}, needs=forms.NOTHING_CHOSEN)

    for typed in ({}, {"which": "b"}):
        form = Named(MultiDict(typed))
        form.validate()
        assert [problem.what.sv for problem in form.problems] == ["Inget är valt för ”Jämförelse”."]


def test_a_personal_number_is_masked_where_it_is_read_and_where_it_is_shown_again() -> None:
    form = posted(name="Anna 19121212-1212", address="19121212-1212")
    assert "1212-1212" not in form.name.data + form.name.typed + form.address.typed
    assert form.address.data == "19121212-1212"  # what reads it refuses it


def test_problems_stand_at_their_fields_under_the_ids_of_the_page_and_the_rest_beside() -> None:
    form = posted(key="reply-7", on="snart")
    form.validate()
    form.tell([Problem("name", *MISSING), Problem("BID-2026-0001", same_in_both("Stängt."), same_in_both("Vänta."))])
    assert [(one.where, one.what.sv) for one in form.problems] == [
        ("reply-7-name", "Namnet saknas."),
        ("reply-7-on", "”snart” är inget datum."),
        ("BID-2026-0001", "Stängt."),
    ]
    assert (form.name.typed, form.on.typed) == ("Kören", "snart")


def test_what_is_known_stands_in_a_form_that_was_not_posted_and_nothing_is_wrong_with_it() -> None:
    form = AllKinds(known={"on": TODAY, "version": 3, "papers": ("1",), "colour": "red"})
    assert (form.on.typed, form.version.typed, form.colour.typed, form.papers.ticked) == (
        "2026-11-22",
        "3",
        "red",
        ("1",),
    )
    assert form.problems == ()


def test_a_page_shows_the_form_that_was_refused_with_the_version_of_now_and_the_others_anew() -> None:
    refused = posted(key="a", version="3")
    page = forms.FormsOfPage(refused)
    assert page.form(AllKinds, "a", {"version": 4}) is refused
    assert (refused.version.typed, refused.name.typed) == ("4", "Kören")
    assert page.form(AllKinds, "b", {"version": 4}).name.typed == ""


@pytest.mark.parametrize(
    ("typed", "keys"), [("12", (12,)), ("9" * 15, (999_999_999_999_999,)), ("9" * 16, ()), ("²", ())]
)
def test_a_key_of_several_is_one_that_a_row_can_have(typed: str, keys: tuple[int, ...]) -> None:
    several = type("Several", (forms.PostedForm,), {"rows": forms.SeveralField()})
    form = several(MultiDict([("rows", typed)]))
    assert form["rows"].keys == keys


@pytest.mark.parametrize(
    ("typed", "in_english", "in_swedish"),
    [
        ("22,000", 22_000_00, None),
        ("1,234,567.50", 1_234_567_50, None),
        ("-3,000", None, None),
        ("22,50", 22_50, 22_50),
        ("22 000", 22_000_00, 22_000_00),
        ("22,0000", None, None),
    ],
)
def test_commas_part_the_thousands_of_an_amount_in_english_only(
    monkeypatch: pytest.MonkeyPatch, typed: str, in_english: int | None, in_swedish: int | None
) -> None:
    read = {}
    for language in ("en", "sv"):
        monkeypatch.setattr(forms, "visitor_language", lambda now=language: now)
        read[language] = posted(amount=typed).amount.data
    assert read == {"en": in_english, "sv": in_swedish}
