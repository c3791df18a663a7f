"""The catalogue of facts from data (rules/facts.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from vetting.engine.facts import NUMBERS, OF_A_ROW, Catalogue, FactDefinition, FactLevel, FactSupplier, FactType
from vetting.engine.rule_file_fields import FieldReader, mapping_at
from vetting.kernel.privacy import Privacy
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from vetting.kernel.problem import Faults, Path

FACT_KEYS: Final = (
    "type",
    "label",
    "help",
    "ask_for",
    "level",
    "supplied_by",
    "range",
    "unit",
    "privacy",
    "options",
    "fields",
    "past",
    "known_as",
)


def parse_catalogue(data: object, faults: Faults, path: Path = ()) -> Catalogue:
    """All facts by id; what is wrong is noted and left out."""
    catalogue: Catalogue = {}
    for fact_id, entry in (mapping_at(data, path, faults) or {}).items():
        definition = _fact(fact_id, entry, (*path, fact_id), faults)
        if definition is not None:
            catalogue[fact_id] = definition
    return catalogue


def _fact(fact_id: str, data: object, path: Path, faults: Faults) -> FactDefinition | None:
    found = mapping_at(data, path, faults)
    if found is None:
        return None
    before = len(faults)
    fields = FieldReader(found, path, faults)
    fields.refuse_unknown(FACT_KEYS)
    fact_type = fields.one_of("type", FactType)
    smallest, largest = _range(fields, fact_type)
    definition = FactDefinition(
        id=fact_id,
        type=fact_type,
        label=fields.words("label"),
        level=fields.one_of("level", FactLevel),
        supplied_by=fields.one_of("supplied_by", FactSupplier),
        help=fields.words("help", required=False),
        ask_for=fields.words("ask_for", required=False),
        smallest=smallest,
        largest=largest,
        unit=fields.words("unit", required=False),
        privacy=fields.one_of("privacy", Privacy, Privacy.PUBLIC),
        options=_options(fields, fact_type),
        fields=_fields_of_row(fields, fact_type),
        past=fields.yes_no("past"),
        known_as=fields.texts("known_as"),
    )
    return definition if len(faults) == before else None


def _fields_of_row(fields: FieldReader, fact_type: FactType) -> Catalogue:
    """The fields of one row, of a list of rows: id -> {type, label, options}."""
    data = fields.data.get("fields")
    if fact_type is not FactType.LIST_OF_ROWS:
        if data is not None:
            fields.faults.add(
                fields.at("fields"), _("Bara en lista med rader har 'fields'."), _("Skriv type: list_of_rows.")
            )
        return {}
    if not isinstance(data, Mapping) or not 0 < len(data) <= MOST_FIELDS:
        fields.faults.add(
            fields.at("fields"),
            _("En lista med rader har mellan 1 och {most} fält under 'fields'.", most=MOST_FIELDS),
            _("Skriv till exempel fields: {amount: {type: money, label: Belopp}}."),
        )
        return {}
    found: Catalogue = {}
    for name, entry in data.items():
        path = (*fields.at("fields"), name)
        inner = FieldReader(mapping_at(entry, path, fields.faults) or {}, path, fields.faults)
        inner.refuse_unknown(("type", "label", "options"))
        kind = inner.one_of("type", FactType)
        if kind not in OF_A_ROW:
            inner.faults.add(
                path,
                _("Ett fält i en rad kan inte vara av typen {type}.", type=kind),
                _("Välj bland: {types}.", types=", ".join(sorted(OF_A_ROW))),
            )
        found[str(name)] = FactDefinition(
            id=str(name),
            type=kind,
            label=inner.words("label"),
            level=FactLevel.APPLICATION,
            supplied_by=FactSupplier.APPLICANT,
            options=_options(inner, kind),
        )
    return found


MOST_FIELDS: Final = 8


def _range(fields: FieldReader, fact_type: FactType) -> tuple[float | None, float | None]:
    data = fields.data.get("range")
    if data is None:
        return None, None
    fits = isinstance(data, list) and len(data) == 2 and all(isinstance(n, int | float) for n in data)  # noqa: PLR2004 - two ends
    if fact_type not in NUMBERS or not fits or not isinstance(data, list) or data[0] > data[1]:
        fields.faults.add(
            fields.at("range"),
            _("'range' ska vara två tal, det minsta först, på en uppgift som är ett tal."),
            _("Skriv till exempel range: [0, 100000]."),
        )
        return None, None
    return data[0], data[1]


def _options(fields: FieldReader, fact_type: FactType) -> dict[str, Words]:
    data = fields.data.get("options")
    if fact_type not in {FactType.CHOICE, FactType.CHOICES}:
        if data is not None:
            fields.faults.add(
                fields.at("options"), _("Bara val har 'options'."), _("Välj type: choice, eller ta bort fältet.")
            )
        return {}
    if not isinstance(data, Mapping) or not data:
        fields.missing("options")
        return {}
    inner = FieldReader(data, fields.at("options"), fields.faults)
    return {option: inner.words(option) for option in data}
