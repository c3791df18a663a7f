"""Notes of each page or file that may hold what is sealed that somebody has it before them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import request

from vetting.people.domain.sealed_reads import ReadKind
from vetting.records.services.trail_pages import note_read
from vetting.web import visitor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask, Response

BY_PART: Final[Mapping[str, ReadKind]] = {
    "document_id": ReadKind.PAPER,
    "review_number": ReadKind.REVIEW,
    "reclaim_number": ReadKind.ACCOUNT,
    "basis_number": ReadKind.ACCOUNT,
    "number": ReadKind.CASE,
}
"""Part of an address -> what every page under it shows, the first that is there."""
BY_ENDPOINT: Final[Mapping[str, tuple[ReadKind, str]]] = {
    "payments.index": (ReadKind.ACCOUNT, ""),
    "special_reviews.package": (ReadKind.EXPORT, "number"),
    "registers.excel": (ReadKind.EXPORT, "register_name"),
    "registers.comma_separated": (ReadKind.EXPORT, "register_name"),
    "registers.fetch": (ReadKind.EXPORT, "workbook_id"),
    "payment_bases.fetch": (ReadKind.EXPORT, "basis_number"),
    "records.excel": (ReadKind.EXPORT, "association_id"),
    "records.bundle": (ReadKind.EXPORT, "association_id"),
    "registry.bundle": (ReadKind.EXPORT, "registry_list_id"),
    "cases.download": (ReadKind.EXPORT, ""),
    "bookings.download": (ReadKind.EXPORT, ""),
}
"""Endpoint -> what it shows, and the part of its address that says which, where one does."""


def read_at(endpoint: str, parts: Mapping[str, object]) -> tuple[ReadKind, str] | None:
    """What a page shows that may hold what is sealed, and which; None of other pages."""
    if endpoint in BY_ENDPOINT:
        kind, part = BY_ENDPOINT[endpoint]
        which = str(parts[part]) if part else ""
        return kind, f"{endpoint} {which}".strip() if kind is ReadKind.EXPORT else which
    part = next((name for name in BY_PART if name in parts), "")
    return (BY_PART[part], str(parts[part])) if part else None


def note_readings(app: Flask) -> None:
    """After each answer that was given."""

    @app.after_request
    def _note(response: Response) -> Response:
        if response.status_code != HTTPStatus.OK or request.method != "GET":
            return response
        found = read_at(request.endpoint or "", request.view_args or {})
        person = visitor.visitor() if found is not None else None
        if found is not None and person is not None:
            note_read(visitor.database(), *found, by=person, at=visitor.now())
        return response
