"""Sharing out a round: the table of proposals, the item to the board, its decision and what becomes of it."""

from vetting.rounds.services.board_items import item_rows
from vetting.rounds.services.item_appeals import statements_due
from vetting.rounds.services.round_changes import CHANGED, RoundChange, change_round
from vetting.rounds.services.round_letters import items_without_letters

__all__ = ["CHANGED", "RoundChange", "change_round", "item_rows", "items_without_letters", "statements_due"]
