"""What a directory's claims say: who it is, which groups, how many factors; and what is not known is not guessed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vetting.kernel.problem import Faults, Refused
from vetting.kernel.roles import Role
from vetting.people.domain.directory import (
    LONGEST_LOGIN,
    NAMELESS,
    GroupGap,
    GroupRoles,
    groups_of,
    has_two_factors,
    parse_group_roles,
    read_claims,
    roles_given,
)

CLAIMS = Path(__file__).parent / "claims"


def claims(name: str, /, **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((CLAIMS / f"{name}.json").read_text(encoding="utf-8"))
    return told | more


def test_the_claims_that_entra_documents_are_read() -> None:
    who = read_claims(claims("entra"))
    assert who.subject == "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ"
    assert (who.name, who.login) == ("Kim Ek", "kim.ek")
    assert who.groups == frozenset(claims("entra")["groups"])
    assert who.second_factor
    assert who.signed_in_at is None


def test_the_claims_that_keycloak_documents_are_read() -> None:
    who = read_claims(claims("keycloak"))
    assert who.groups == frozenset({"/vetting/norr-handlaggare", "/alla"})
    assert who.second_factor
    assert who.signed_in_at == 1795599990


def test_more_groups_than_entra_gives_out_are_unknown_and_not_none() -> None:
    assert read_claims(claims("entra-too-many-groups")).groups is GroupGap.TOO_MANY
    assert groups_of({"hasgroups": True}) is GroupGap.TOO_MANY
    assert groups_of({}) is GroupGap.MISSING
    assert groups_of({"groups": None}) is GroupGap.MISSING
    assert groups_of({"groups": []}) == frozenset()
    assert groups_of({"groups": "ensam"}) == frozenset({"ensam"})
    assert groups_of({"groups": ["a", 3, None, ""]}) == frozenset({"a"})


@pytest.mark.parametrize(
    ("amr", "two"),
    [
        (["pwd"], False),
        (["pwd", "pin"], False),
        (["pwd", "otp"], True),
        (["hwk", "pin"], True),
        (["hwk", "fpt"], True),
        (["mfa"], True),
        (["otp", "sms"], False),
        ("mfa", False),
        (None, False),
        ([{"mfa": 1}], False),
    ],
)
def test_two_methods_of_different_kinds_are_two_factors(amr: object, *, two: bool) -> None:
    assert has_two_factors({"amr": amr}) is two


def test_an_acr_counts_only_where_it_is_trusted() -> None:
    assert not has_two_factors({"acr": "2"})
    assert has_two_factors({"acr": "2"}, ["2"])
    assert not has_two_factors({"acr": ""}, [""])


@pytest.mark.parametrize("more", [{"sub": ""}, {"sub": None}, {"sub": 7}, {"sub": "x" * 256}, {"iss": ""}])
def test_claims_that_name_nobody_are_refused(more: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        read_claims(claims("keycloak", **more))


def test_an_address_is_no_login_and_odd_names_are_none() -> None:
    assert read_claims(claims("keycloak", preferred_username="Å.Ö@x.example")).login == "å.ö"
    assert read_claims(claims("keycloak", preferred_username="@", email="")).login == NAMELESS
    assert len(read_claims(claims("keycloak", preferred_username="k" * 300)).login) == LONGEST_LOGIN
    assert read_claims(claims("keycloak", name="Kim\n\x00 Ek")).name == "Kim Ek"


def test_groups_give_the_roles_of_each_board_and_no_other() -> None:
    rules = (
        GroupRoles(group="a", board="norr", roles=(Role.CASEWORKER,)),
        GroupRoles(group="b", board="norr", roles=(Role.REGISTRAR, Role.CASEWORKER)),
        GroupRoles(group="b", board="syd", roles=(Role.AUDITOR,)),
    )
    assert roles_given({"a"}, rules) == {"norr": (Role.CASEWORKER,)}
    assert roles_given({"b", "x"}, rules) == {"norr": (Role.CASEWORKER, Role.REGISTRAR), "syd": (Role.AUDITOR,)}
    assert roles_given({"A", "a "}, rules) == {}


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (None, ()),
        ([], ()),
        ({"groups": []}, ()),
        ({"groups": [{"group": "a"}]}, ("groups", 0)),
        ({"groups": [{"group": "a", "board": "n", "roles": ["boss"]}]}, ("groups", 0, "roles", 0)),
        ({"groups": [{"group": "a", "board": "n", "roles": []}]}, ("groups", 0, "roles")),
        ({"groups": [{"group": "", "board": "n", "roles": ["auditor"]}]}, ("groups", 0, "group")),
        ({"groups": [{"group": "a", "board": "n", "roles": ["auditor"], "x": 1}]}, ("groups", 0)),
    ],
)
def test_a_file_of_groups_that_is_wrong_is_told_by_its_place(data: object, path: tuple[str | int, ...]) -> None:
    faults = Faults()
    parse_group_roles(data, faults)
    assert [fault.path for fault in faults.found] == [path]
