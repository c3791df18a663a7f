"""Every command: where it lies and what it is for, known without loading any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import click

from vetting.operations.cli.language import translate

if TYPE_CHECKING:
    from collections.abc import Mapping


class CommandPlace(NamedTuple):
    """The module in this folder, the command's name there, and its help in the command line's language."""

    module: str
    name: str
    help: str


BOARD: Final = click.option("--board", "code", required=True, metavar="CODE", help=translate("Nämndens kod."))
COMMANDS: Final[Mapping[str, CommandPlace]] = {
    "audit": CommandPlace("database", "audit", translate("Spåret: kontrollera det, radera personligt innehåll.")),
    "backup": CommandPlace("database", "backup", translate("Säkerhetskopiera hela databasen.")),
    "backup-key": CommandPlace("database", "backup_key", translate("Gör nyckeln som säkerhetskopior krypteras för.")),
    "board": CommandPlace("people", "board", translate("Nämnder.")),
    "check": CommandPlace(
        "quick_checks", "check_command", translate("Snabbkoll av en förening, på nummer eller namn.")
    ),
    "db": CommandPlace("database", "db", translate("Databasen: uppgradera, kontrollera.")),
    "demo": CommandPlace("demonstration", "demo", translate("Prova programmet på den egna datorn.")),
    "doctor": CommandPlace(
        "doctor", "doctor", translate("Kontrollera installationen punkt för punkt, med vad som ska göras.")
    ),
    "export": CommandPlace("registers", "export", translate("Spara ett register som Excel-fil.")),
    "report": CommandPlace(
        "reports", "report", translate("Spara en periods siffror och meningar som Word-dokument eller Excel-fil.")
    ),
    "export-all": CommandPlace(
        "leaving", "export_all", translate("Skriv ut allt: alla tabeller som CSV och alla handlingar som filer.")
    ),
    "import": CommandPlace(
        "imports", "import_", translate("Läs in en lista till en nämnd, eller ångra: import undo BATCH.")
    ),
    "remind": CommandPlace(
        "completions",
        "remind",
        translate("Vilka som inte har svarat på en begäran om komplettering, och påminnelsebreven."),
    ),
    "restore": CommandPlace("database", "restore", translate("Lägg tillbaka en säkerhetskopia.")),
    "rules": CommandPlace("rules", "rules", translate("Läs och pröva regeluppsättningar.")),
    "screen": CommandPlace(
        "screened_lists", "screen_command", translate("Granska en lista (xlsx eller csv) mot en regeluppsättning.")
    ),
    "server-files": CommandPlace(
        "server_files", "server_files", translate("Skriv filerna för systemd, nginx och behållare till en mapp.")
    ),
    "serve": CommandPlace("serving", "serve", translate("Starta webbsidorna.")),
    "setup": CommandPlace("setup", "setup", translate("Kom igång: ställ in en nämnd i sex steg.")),
    "user": CommandPlace("people", "user", translate("Konton.")),
    "work": CommandPlace(
        "working",
        "work",
        translate("Kör långa jobb: listor, prov av regler, stora register. serve startar det själv."),
    ),
}
