"""The building itself: templates, texts, tables in the documents, commands and variables, the wheel."""

from __future__ import annotations

import ast
import re
import subprocess
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from jinja2 import meta

from tests.house import guards, packages
from tests.house.rules_language import (
    COMPARED_WITH,
    CRITERION_FIELDS,
    FACT_FIELDS,
    GROUP_HELP,
    MEASURE_HELP,
    SET_FIELDS,
)
from tests.house.rules_readme import DOCUMENT, whole
from vetting import __version__
from vetting.app.application import create_app
from vetting.config import SETTINGS, Config, from_environment
from vetting.engine.conditions.comparisons import COMPARISONS, FactMeasure
from vetting.engine.conditions.parsing import parse_condition
from vetting.engine.criteria import CRITERION_KEYS
from vetting.engine.fact_catalogue import FACT_KEYS
from vetting.engine.ruleset import SET_KEYS
from vetting.formats.yaml_reading import read_text
from vetting.kernel.problem import Faults
from vetting.kernel.register_tables import REGISTER_WORDS, RegisterName
from vetting.kernel.store.engine import connect_database
from vetting.operations.cli import vetting as command
from vetting.rules.domain.language_reference import COMPARISON_HELP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from tests.databases import Databases
    from vetting.engine.facts import Catalogue
    from vetting.rules.domain.language_reference import LanguageExample
    from vetting.rules.services.rule_files import RulesFolder

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
OWN_FOLDERS = ("macros",)
CHANGE_KINDS = ("Added", "Changed", "Fixed", "Removed")
LONGEST_CHANGE = 140
TRANSLATIONS = ("README.sv.md", "drift.md", "sakerhetsfragor.md")
MODULES = {
    "pyyaml": "yaml",
    "argon2_cffi": "argon2",
    "python_docx": "docx",
    "python_oxmsg": "oxmsg",
    "pillow": "PIL",
    "markdown_it_py": "markdown_it",
}


@pytest.fixture(scope="module")
def app(databases: Databases) -> Flask:
    return create_app(Config(), connect_database(databases.sqlite()))


def templates() -> list[str]:
    return sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))


def python_files(*folders: str) -> list[Path]:
    """Every Python file of the folders at the root."""
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", templates())
def test_a_template_parses(app: Flask, name: str) -> None:
    app.jinja_env.parse(source(name))


@pytest.mark.guards("6.3.2")
def test_no_command_and_no_page_makes_an_account_with_a_password() -> None:
    """That is for boards that are invented: whoever takes somebody in waits for a yes, and the owner sets the password."""
    files = [
        file
        for file in python_files("vetting")
        if {"cli", "web", "pages"} & set(file.relative_to(ROOT).parts) or file.name == "pages.py"
    ]
    assert len(files) > 50
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert "add_user(" not in text, file
        assert "NewUser(" not in text, file


def test_the_rows_of_guards_name_the_tests_that_are_marked() -> None:
    """Written anew by python -m tests.house.guards."""
    assert guards.DOCUMENT.read_text(encoding="utf-8") == guards.written_anew()


def test_every_guard_has_a_test_or_a_reason_and_every_mark_a_guard() -> None:
    rows, marks = guards.rows(), guards.marks()
    assert len(rows) > 90
    assert not marks.keys() - rows.keys()
    for key, shown in rows.items():
        assert (key in marks) != shown.startswith(guards.NO_TEST), key


def test_every_template_is_used_by_its_view_or_another_template(app: Flask) -> None:
    used = {
        found for name in templates() for found in meta.find_referenced_templates(app.jinja_env.parse(source(name)))
    }
    rendered = set()
    for path in python_files("vetting"):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r'render_template\(\s*"([^"]+)"', text):
            functions = {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}
            assert Path(name).parent == folder_of(path), path
            assert path.stem == "errors" or Path(name).stem in functions
            rendered.add(name)
    assert set(templates()) == used | rendered


def folder_of(page: Path) -> Path:
    """Where the templates of a page module lie: a field with several page modules has a folder for each."""
    return Path(*(part for part in page.relative_to(ROOT / "vetting").with_suffix("").parts if part != "pages"))


def test_titles_are_unique() -> None:
    titles = [
        re.search(r"{% block title %}(.*?){% endblock", source(name), re.DOTALL)
        for name in templates()
        if "extends" in source(name)
    ]
    assert all(titles)
    told = [title[1] for title in titles if title]
    assert len(told) == len(set(told))


def table_rows(document: str, heading: str) -> list[list[str]]:
    text = (ROOT / document).read_text(encoding="utf-8")
    part = text[text.index(heading) :].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in part.splitlines()[2:]]


def test_the_reference_of_the_rule_language_is_made_from_the_code() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == whole()


@pytest.mark.parametrize(
    ("words", "helps"),
    [
        (set(COMPARISONS), COMPARISON_HELP),
        (set(FactMeasure), MEASURE_HELP),
        ({"all", "any", "not"}, GROUP_HELP),
        (set(COMPARED_WITH), COMPARED_WITH),
    ],
)
def test_every_word_of_the_rule_language_has_an_example_that_can_be_read(
    rules: RulesFolder, words: set[str], helps: Mapping[str, LanguageExample]
) -> None:
    assert words == set(helps)
    for word, (example, _) in helps.items():
        data = read_text(example.encode(), "example").data
        assert word in data or helps is COMPARED_WITH
        faults = Faults()
        assert parse_condition(data, (), faults, rules.book.catalogue), faults.found


def test_every_field_of_the_rule_language_is_explained() -> None:
    assert list(CRITERION_FIELDS) == list(CRITERION_KEYS)
    assert set(SET_FIELDS) == set(SET_KEYS)
    assert set(FACT_FIELDS) == set(FACT_KEYS)


def test_the_example_set_of_the_document_on_rules_can_be_read(rules: RulesFolder) -> None:
    from vetting.engine.ruleset import parse_ruleset
    from vetting.engine.ruleset_resolution import resolve_rule_set

    text = DOCUMENT.read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    faults = Faults()
    draft = parse_ruleset(read_text(example.encode(), "example").data, faults, _catalogue(rules))
    assert draft is not None, faults.found
    assert resolve_rule_set(draft, rules.book, faults) is not None, faults.found


def _catalogue(rules: RulesFolder) -> Catalogue:
    return rules.book.catalogue


def test_every_place_in_contributing_exists() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    places = {place for place in re.findall(r"`([\w/.]+)`", text) if "/" in place.strip("/") or place.endswith(".py")}
    assert len(places) > 40
    for place in places:
        assert (ROOT / place).exists() or (ROOT / "vetting" / place).exists(), place


def test_every_package_stands_in_contributing_in_its_order() -> None:
    listed = [row[0].strip("`").removeprefix("vetting/") for row in table_rows("CONTRIBUTING.md", "| package |")]
    assert listed == list(reversed(packages.order()))


def test_drawing_of_the_packages_is_todays() -> None:
    """`python -m tests.house.packages` draws it anew."""
    assert packages.DRAWING.read_text(encoding="utf-8") == packages.draw()


def test_links_of_documents_lead_somewhere() -> None:
    links = [
        (page, target)
        for page in documents()
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:")
    ]
    assert len(links) > 80
    assert [
        f"{page.relative_to(ROOT)}: {target}" for page, target in links if not (page.parent / target).exists()
    ] == []


def test_every_command_of_the_readme_exists() -> None:
    pages = ("README.md", "README.sv.md", "docs/user/try.md", "docs/operate/commands.md", "docs/operate/configure.md")
    text = "".join((ROOT / page).read_text(encoding="utf-8") for page in pages)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"\bmake ([a-z]+)\b", text)) - {"sure"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for words in re.findall(r"bin/vetting ([a-z]+ [a-z]+|[a-z]+)", text):
        group: click.Command = command
        for word in words.split():
            if isinstance(group, click.Group):
                found = group.get_command(click.Context(group), word)
                assert found is not None, words
                group = found


def commands() -> dict[str, click.Command]:
    """Name of each command, as it is typed -> the command."""
    found: dict[str, click.Command] = {}

    def walk(name: str, at: click.Command) -> None:
        if isinstance(at, click.Group):
            for part in at.list_commands(click.Context(at)):
                inner = at.get_command(click.Context(at), part)
                assert inner is not None
                walk(f"{name} {part}", inner)
        if not isinstance(at, click.Group) or at.invoke_without_command:
            found[name] = at

    walk("vetting", command)
    return found


def test_the_commands_of_the_document_are_those_of_the_code() -> None:
    rows = {row[0].strip("`"): row[1] for row in table_rows("docs/operate/commands.md", "| command |")}
    there = commands()
    assert set(rows) == set(there)
    for name, does in rows.items():
        options = {option for parameter in there[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", does)) <= options, name


def test_every_option_says_what_it_does() -> None:
    options = [
        (name, option) for name, at in commands().items() for option in at.params if isinstance(option, click.Option)
    ]
    assert len(options) > 50
    assert [f"{name} {option.opts[0]}" for name, option in options if not option.hidden and not option.help] == []


def test_the_registers_of_the_document_are_those_of_the_code() -> None:
    told = {row[0].strip("`"): row[1].strip("*") for row in table_rows("docs/operate/commands.md", "| register |")}
    register = next(parameter for parameter in commands()["vetting export"].params if parameter.name == "register")
    assert isinstance(register.type, click.Choice)
    assert list(told) == list(register.type.choices)
    assert [told[name.value] for name in RegisterName] == [words.sv for words in REGISTER_WORDS.values()]


def test_the_layouts_of_the_document_are_those_of_the_folder() -> None:
    told = [name for row in table_rows("imports/README.md", "| layout |") for name in re.findall(r"`([^`]+)`", row[0])]
    files = [path.stem for path in (ROOT / "imports").glob("*.yaml") if not path.stem.endswith(".cases")]
    assert sorted(told) == sorted(files)


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "imports" / "README.md"]


def test_no_table_of_names_of_the_code_stands_in_two_documents() -> None:
    """Three rows that begin with the same names are the same table; a document and its translation count as one."""
    names = {
        page.name: set(re.findall(r"^\| (`[^|]+?`) +\|", page.read_text(encoding="utf-8"), re.MULTILINE))
        for page in documents()
        if page.name not in TRANSLATIONS
    }
    assert sum(len(found) for found in names.values()) > 200
    alike = [(one, other) for one, other in combinations(names, 2) if len(names[one] & names[other]) > 2]
    assert alike == []


def test_the_changelog_is_by_version_a_line_each_and_the_newest_is_this_one() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    versions = [
        re.fullmatch(r"## (\d+)\.(\d+)\.(\d+) – (\d{4}-\d\d-\d\d)", line) for line in lines if line.startswith("## ")
    ]
    assert all(versions)
    keys = [(tuple(int(found[part]) for part in (1, 2, 3)), found[4]) for found in versions if found]
    assert keys == sorted(keys, reverse=True)
    assert ".".join(str(part) for part in keys[0][0]) == __version__
    assert {line for line in lines if line.startswith("### ")} <= {f"### {kind}" for kind in CHANGE_KINDS}
    assert [line for line in lines if line.startswith(" ") or len(line) > LONGEST_CHANGE] == []


def test_every_variable_of_the_readme_is_a_setting_and_the_other_way_round() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in python_files("vetting"))
    told = {
        name
        for row in table_rows("docs/operate/configure.md", "| variable |")
        for name in re.findall(r"VETTING_[A-Z]+(?:_[A-Z]+)*", row[0])
    }
    assert told == set(SETTINGS)
    assert set(re.findall(r'"(VETTING_[A-Z_]+)"', code)) == told  # what is read anywhere is a setting


def test_the_settings_are_read() -> None:
    key = "abcdefghijklmnopqrstuvwxyz0123456789"
    config = from_environment(
        {
            "VETTING_SECRET_KEY": key,
            "VETTING_LANGUAGE": "en",
            "VETTING_HTTPS": "1",
            "VETTING_TRUSTED_HOSTS": "a.example, b.example",
        }
    )
    assert (config.secret_key, config.language, config.https) == (key, "en", True)
    assert config.trusted_hosts == ("a.example", "b.example")


def test_the_requirements_are_pinned_hashed_and_name_no_index() -> None:
    for name in ("run", "test"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        assert "://" not in text
        entries = re.split(r"\n(?=[a-z])", "\n" + text)[1:]
        assert all("==" in entry and "--hash=sha256:" in entry for entry in entries if not entry.startswith("#"))


def test_the_repository_says_nothing_of_machines_and_has_nothing_left_to_do() -> None:
    """No paths of one machine, no marks of work not done; vendored files and the list of words here apart."""
    words = (
        "/wo" + "rk/",
        "TO" + "DO",
        "FIX" + "ME",
        "XX" + "X",
        "raise Not" + "Implemented",
        "pytest.mark." + "skip",
        "x" + "fail",
    )
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    files = [
        name
        for name in tracked
        if "vendor/" not in name and name.endswith((".py", ".md", ".yaml", ".html", ".toml", "Makefile", "run"))
    ]
    for name in files:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert [word for word in words if word in text] == [], name


def test_the_domain_may_import_none_of_what_is_installed() -> None:
    """The contract names packages; a new requirement must be among them."""
    import tomllib

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(
        c for c in settings["tool"]["importlinter"]["contracts"] if c["name"] == "The engine and every domain are pure"
    )
    wanted = (ROOT / "requirements" / "run.in").read_text(encoding="utf-8").splitlines()
    names = {re.split(r"[=\[;]", line)[0].replace("-", "_") for line in wanted if line and not line.startswith("#")}
    modules = {MODULES.get(name, name) for name in names} - {"editables", "hatchling"}
    assert modules <= set(contract["forbidden_modules"])


def test_the_formatter_rules_everywhere() -> None:
    """No line is kept from it."""
    mark = "# fmt" + ":"
    for file in python_files("vetting", "tests"):
        assert mark not in file.read_text(encoding="utf-8"), file


def test_contracts_of_imports_have_no_exceptions() -> None:
    import tomllib

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    assert len(contracts) > 5
    assert [contract["name"] for contract in contracts if "ignore_imports" in contract] == []


READS_BY_HAND = re.compile(
    r"\b(posted_(text|texts|text_unmasked|day|amount|whole_number|yes_no|version|moment|decision_form)|choice_of)\("
    r"|request\.form\b"
)


@pytest.mark.guards("2.1.1", "15.3.1")
def test_no_page_reads_a_posted_form_by_hand() -> None:
    pages = [*(ROOT / "vetting").glob("*/pages/*.py"), *(ROOT / "vetting").glob("*/pages.py")]
    assert len(pages) > 40
    found = {path.relative_to(ROOT / "vetting").as_posix() for path in pages if READS_BY_HAND.search(path.read_text())}
    assert found == set()


NO_MIRROR = ("bench", "browser", "golden", "house", "roads", "soak", "rules/municipal")
"""Tests of the whole program, of whole roads through it, and of the building."""


def test_a_red_test_names_its_module() -> None:
    """The tests of vetting/<package>/<layer>/<module>.py are tests/<package>/<layer>/test_<module>.py."""
    found = [path.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")]
    mirrored = [path for path in found if not str(path).startswith(NO_MIRROR)]
    assert len(mirrored) > 70
    for path in mirrored:
        assert (ROOT / "vetting" / path.with_name(path.name.removeprefix("test_"))).is_file(), path


def test_each_exception_from_a_check_has_its_reason() -> None:
    mark = "# noq" + "a"
    for file in python_files("vetting", "tests"):
        if "versions" in file.parts:
            continue  # written by Alembic
        for line in file.read_text(encoding="utf-8").splitlines():
            if mark in line:
                assert re.search(mark + r": [A-Z0-9, ]+ - \w", line), (file, line)
