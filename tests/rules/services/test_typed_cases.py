"""A worked case that is opened by form and saved unchanged says what it said."""

from __future__ import annotations

from tests.board import rules
from vetting.formats.yaml_reading import read_text
from vetting.rules.services.typed_cases import case_data, typed_worked_case


def test_every_shipped_worked_case_comes_back_from_the_form_as_it_was_written() -> None:
    folder = rules().folder
    assert folder.texts_of_cases
    for name, text in folder.texts_of_cases.items():
        catalogue = folder.sets[name].catalogue
        for entry in read_text(text.encode(), name).data:
            typed = typed_worked_case(entry, catalogue)
            assert case_data(typed, entry, catalogue) == (entry, []), (name, entry["name"])
