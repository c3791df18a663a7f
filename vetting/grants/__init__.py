"""Rounds of grants."""

from vetting.grants.services.budget_lines import LineWriting, add_line, change_line, end_line, open_line
from vetting.grants.services.own_rounds import own_round
from vetting.grants.services.rounds import (
    NewRound,
    add_round,
    close_round,
    name_a_year_later,
    open_round,
    register_round,
    round_options,
    scheme_to_apply_for,
    tidy_name,
    wrong_name,
    wrong_with_days,
)
from vetting.grants.services.schemes import (
    SchemeWriting,
    add_scheme,
    change_scheme,
    end_scheme,
    open_scheme,
    wrong_rules,
)

__all__ = [
    "LineWriting",
    "NewRound",
    "SchemeWriting",
    "add_line",
    "add_round",
    "add_scheme",
    "change_line",
    "change_scheme",
    "close_round",
    "end_line",
    "end_scheme",
    "name_a_year_later",
    "open_line",
    "open_round",
    "open_scheme",
    "own_round",
    "register_round",
    "round_options",
    "scheme_to_apply_for",
    "tidy_name",
    "wrong_name",
    "wrong_rules",
    "wrong_with_days",
]
