"""Whether the program lives and whether it can work, for whatever watches it: no sign-in, and nothing of a case."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from vetting.database.schema import is_current
from vetting.web import visitor

if TYPE_CHECKING:
    from vetting.kernel.store.engine import Database

blueprint = Blueprint("health", __name__)


@blueprint.get("/halsa")
def alive() -> Response:
    """That the process answers; it asks nobody else."""
    return _answer("ok", HTTPStatus.OK)


@blueprint.get("/redo")
def ready() -> Response:
    """That the database is there with the newest tables: what comes before may send visitors here."""
    told = _tell_state(visitor.database())
    return _answer(told, HTTPStatus.OK if told == "ok" else HTTPStatus.SERVICE_UNAVAILABLE)


def _tell_state(database: Database) -> str:
    try:
        return "ok" if is_current(database) else "tables"
    except SQLAlchemyError:
        return "database"


def _answer(told: str, status: HTTPStatus) -> Response:
    return Response(told + "\n", status, mimetype="text/plain")
