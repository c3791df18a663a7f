"""No batch of payments leaves with one that is stopped, paid or not attested: held by the database itself.

A step of the tables that rebuilds `payments`, `basis_rows` or `payment_attests` on SQLite drops the trigger first, and
makes it again.
"""

from __future__ import annotations

from typing import Final

NOT_TO_LEAVE: Final = "payment_bases_ready"
_UNREADY: Final = """
    SELECT 1 FROM basis_rows r JOIN payments p ON p.id = r.payment_id
    WHERE r.basis_id = NEW.id AND r.out_at IS NULL AND (
        p.stopped_on IS NOT NULL OR p.paid_on IS NOT NULL OR p.amount < r.amount OR (
            r.attested_here AND
            (SELECT count(*) FROM payment_attests a WHERE a.payment_id = p.id AND a.amount = p.amount) < 2))
"""
_BEFORE_LEAVING: Final = f"CREATE TRIGGER {NOT_TO_LEAVE} BEFORE UPDATE OF left_at ON payment_bases"


def payment_batch_triggers(dialect: str) -> list[str]:
    """What holds a batch in the database itself: none leaves with a payment that is stopped, paid or not attested."""
    leaves = "NEW.left_at IS NOT NULL AND OLD.left_at IS NULL"
    if dialect == "sqlite":
        refused = f"BEGIN SELECT RAISE(ABORT, '{NOT_TO_LEAVE}'); END"
        return [f"{_BEFORE_LEAVING} WHEN {leaves} AND EXISTS ({_UNREADY}) {refused}"]
    refused = f"IF {leaves} AND EXISTS ({_UNREADY}) THEN RAISE EXCEPTION '{NOT_TO_LEAVE}'; END IF; RETURN NEW;"
    named = f"vetting_{NOT_TO_LEAVE}()"
    return [
        f"CREATE OR REPLACE FUNCTION {named} RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refused} END $$",
        f"{_BEFORE_LEAVING} FOR EACH ROW EXECUTE FUNCTION {named}",
    ]
