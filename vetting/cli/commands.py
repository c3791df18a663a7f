"""Every command: where it lies and what it is for, known without loading any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.cli.language import translate

if TYPE_CHECKING:
    from collections.abc import Mapping


class CommandPlace(NamedTuple):
    """The module in this folder, the command's name there, and its help in the command line's language."""

    module: str
    name: str
    help: str


COMMANDS: Final[Mapping[str, CommandPlace]] = {
    "audit": CommandPlace(
        "database", "audit", translate("Spåret av allt som gjorts.", "The trail of everything done.")
    ),
    "backup": CommandPlace(
        "database", "backup", translate("Säkerhetskopiera hela databasen.", "Back up the whole database.")
    ),
    "board": CommandPlace("people", "board", translate("Nämnder.", "Boards.")),
    "check": CommandPlace(
        "quick_checks",
        "check_command",
        translate("Snabbkoll av en förening, på nummer eller namn.", "Quick check of one association."),
    ),
    "db": CommandPlace(
        "database", "db", translate("Databasen: uppgradera, kontrollera.", "The database: upgrade, check.")
    ),
    "delegation": CommandPlace("people", "delegation", translate("Vem som får besluta vad.", "Who may decide what.")),
    "demo": CommandPlace(
        "serving", "demo", translate("Prova programmet på den egna datorn.", "Try the program on this machine.")
    ),
    "export": CommandPlace(
        "registers", "export", translate("Skriv ett register som Excel.", "Write a register as Excel.")
    ),
    "import": CommandPlace(
        "imports",
        "import_",
        translate(
            "Läs in en lista i en nämnd, eller ångra: import undo BATCH.",
            "Take a list into a board, or undo: import undo BATCH.",
        ),
    ),
    "remind": CommandPlace(
        "completions",
        "remind",
        translate(
            "Vem som inte har svarat på en komplettering, och breven som påminner.",
            "Who has not answered a request for completion, and the letters that remind them.",
        ),
    ),
    "restore": CommandPlace("database", "restore", translate("Lägg tillbaka en säkerhetskopia.", "Put a backup back.")),
    "rules": CommandPlace(
        "rule_versions", "rules", translate("Läs och pröva regeluppsättningar.", "Read and try rule sets.")
    ),
    "screen": CommandPlace(
        "screened_lists",
        "screen_command",
        translate(
            "Granska en lista (xlsx eller csv) med en regeluppsättning.", "Check a list (xlsx or csv) with a rule set."
        ),
    ),
    "serve": CommandPlace("serving", "serve", translate("Starta sidorna.", "Serve the pages.")),
    "setup": CommandPlace(
        "setup",
        "setup",
        translate("Kom igång: ställ in en nämnd i sex steg.", "Get started: set a board up in six steps."),
    ),
    "user": CommandPlace("people", "user", translate("Konton.", "Accounts.")),
}
