"""Signing in by the municipality's own directory: what its claims say, and the roles that its groups give."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vetting.kernel.problem import Faults, Obstacle, Problem, Refused
from vetting.kernel.roles import Role
from vetting.kernel.text import Words, _

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

LONGEST_NAME: Final = 120
LONGEST_LOGIN: Final = 60
LONGEST_SUBJECT: Final = 255
"""As long as the subject of OpenID Connect can be."""
NAMELESS: Final = "konto"
"""The login of an account whose directory gives it no name that can be one."""
_KNOWN: Final = frozenset({"pwd", "pin", "kba"})
_HELD: Final = frozenset({"otp", "hwk", "swk", "sc", "sms", "tel", "fido", "pop"})
_BEING: Final = frozenset({"fpt", "face", "iris", "retina", "vbm"})
"""Methods of RFC 8176 by kind: what one knows, has and is; two kinds are two factors."""
MANY: Final = "mfa"
ASKED_NOW: Final = 300
"""Seconds since the directory asked for a proof that still counts as one asked for anew; by it providers say when."""


class GroupGap(StrEnum):
    """Why it is not known which groups somebody is in: unknown is not none."""

    MISSING = "missing"
    TOO_MANY = "too_many"


GAP_PROBLEMS: Final[Mapping[GroupGap, Problem]] = {
    GroupGap.MISSING: Problem(
        "groups",
        _("Kommunens katalog sade inte vilka grupper du är med i."),
        _("Be it-avdelningen lämna ut grupperna till det här systemet (anspråket groups)."),
    ),
    GroupGap.TOO_MANY: Problem(
        "groups",
        _("Du är med i fler grupper än vad kommunens katalog lämnar ut."),
        _("Be it-avdelningen lämna ut bara de grupper som hör till det här systemet."),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRoles:
    """What one group of the directory gives: roles in one board."""

    group: str
    board: str
    """The board's code."""
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryVisitor:
    """Somebody whom the directory has signed in."""

    issuer: str
    subject: str
    """Who it is, for ever; names and addresses change hands."""
    name: str
    login: str
    """What an account made now may be called; whose that name is says nothing of who this is."""
    groups: frozenset[str] | GroupGap
    second_factor: bool
    signed_in_at: int | None
    """When the directory last asked for a proof, in seconds since 1970; None where it does not say."""


def read_claims(claims: Mapping[str, object], *, trusted_acr: Collection[str] = ()) -> DirectoryVisitor:
    """Who the claims of an identity token speak of. The token's signature and times are looked at before.

    trusted_acr: values of `acr` by which this provider says that a second factor was given.
    Source: OpenID Connect Core 1.0, sections 2 and 5; RFC 8176; Entra ID's and Keycloak's documents on group claims.

    Raises:
        Refused: they name nobody.
    """
    issuer, subject = _text(claims, "iss"), _text(claims, "sub")
    if not issuer or not subject or len(subject) > LONGEST_SUBJECT:
        raise Refused(
            Obstacle.INVALID,
            Problem("sub", _("Kommunens inloggning sade inte vem du är."), _("Be it-avdelningen om hjälp.")),
        )
    login = _text(claims, "preferred_username") or _text(claims, "upn") or _text(claims, "email")
    since = claims.get("auth_time")
    return DirectoryVisitor(
        issuer=issuer,
        subject=subject,
        name=_name(claims) or login.partition("@")[0] or NAMELESS,
        login=_login(login),
        groups=groups_of(claims),
        second_factor=has_two_factors(claims, trusted_acr),
        signed_in_at=int(since) if isinstance(since, int | float) and not isinstance(since, bool) else None,
    )


def groups_of(claims: Mapping[str, object]) -> frozenset[str] | GroupGap:
    """The groups that the claims name, or why they are not known.

    Entra ID leaves them out above a limit (200 in a token) and says so by `_claim_names` or `hasgroups`.
    """
    elsewhere = claims.get("_claim_names")
    if (isinstance(elsewhere, dict) and "groups" in elsewhere) or claims.get("hasgroups"):
        return GroupGap.TOO_MANY
    told = claims.get("groups")
    if isinstance(told, str):
        return frozenset({told})
    if isinstance(told, list | tuple):
        return frozenset(str(group) for group in told if isinstance(group, str) and group)
    return GroupGap.MISSING


def has_two_factors(claims: Mapping[str, object], trusted_acr: Collection[str] = ()) -> bool:
    """Whether the provider says that a second factor was given: by name, by methods of two kinds, or by its `acr`."""
    if _text(claims, "acr") in set(trusted_acr) - {""}:
        return True
    told = claims.get("amr")
    methods = {method for method in told if isinstance(method, str)} if isinstance(told, list | tuple) else set[str]()
    return MANY in methods or sum(bool(methods & kind) for kind in (_KNOWN, _HELD, _BEING)) > 1


def roles_given(groups: Collection[str], rules: Sequence[GroupRoles]) -> dict[str, tuple[Role, ...]]:
    """Board -> the roles that the groups give there, in the order of the roles; boards without any are left out."""
    found: dict[str, set[Role]] = {}
    for rule in rules:
        if rule.group in groups:
            found.setdefault(rule.board, set()).update(rule.roles)
    return {board: tuple(role for role in Role if role in roles) for board, roles in found.items()}


def parse_group_roles(data: object, faults: Faults) -> tuple[GroupRoles, ...]:
    """The groups and their roles from plain data; what is wrong is noted with its path."""
    rows = data.get("groups") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not rows or set(data if isinstance(data, dict) else ()) != {"groups"}:
        faults.add(
            (),
            _("Filen ska ha en enda lista, groups, med minst en grupp."),
            _("Skriv så som i exemplet i docs/operate/configure.md."),
        )
        return ()
    found = []
    for place, row in enumerate(rows):
        rule = _parse_row(row, ("groups", place), faults)
        if rule is not None:
            found.append(rule)
    return tuple(found)


def _parse_row(row: object, path: tuple[str | int, ...], faults: Faults) -> GroupRoles | None:
    if not isinstance(row, dict) or set(row) != {"group", "board", "roles"}:
        faults.add(path, _("En grupp har group, board och roles, och inget annat."), _("Rätta raden."))
        return None
    before = len(faults)
    for name in ("group", "board"):
        if not isinstance(row[name], str) or not row[name].strip():
            faults.add((*path, name), _("Texten saknas."), _("Skriv den inom citattecken."))
    roles = row["roles"] if isinstance(row["roles"], list) else []
    if not roles:
        faults.add((*path, "roles"), _("Rollerna saknas."), _("Skriv minst en, i en lista."))
    for place, role in enumerate(roles):
        if role not in set(Role):
            faults.add(
                (*path, "roles", place),
                _("Det finns ingen sådan roll."),
                _("Skriv en av: {roles}.", roles=", ".join(Role)),
            )
    if len(faults) > before:
        return None
    return GroupRoles(group=row["group"], board=row["board"], roles=tuple(Role(role) for role in roles))


def _text(claims: Mapping[str, object], name: str) -> str:
    told = claims.get(name)
    return told.strip() if isinstance(told, str) else ""


def _name(claims: Mapping[str, object]) -> str:
    whole = _text(claims, "name") or f"{_text(claims, 'given_name')} {_text(claims, 'family_name')}".strip()
    return "".join(sign for sign in whole if sign.isprintable())[:LONGEST_NAME]


def _login(told: str) -> str:
    """What stands before the @: an address is no name of an account, since the trail keeps names."""
    return re.sub(r"[^\w.-]", "", told.partition("@")[0]).casefold()[:LONGEST_LOGIN] or NAMELESS


NO_ROLE: Final[tuple[Words, Words]] = (
    _("Ingen av dina grupper i kommunens katalog ger en roll här."),
    _("Be systemförvaltaren om rätt grupp, eller it-avdelningen att jämföra gruppernas namn med filen över roller."),
)
