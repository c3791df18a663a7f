"""Help: one short page for each task, and the words of the field; the same words as on the pages they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from vetting.engine.conditions.folding import folded_text
from vetting.kernel.text import NO_WORDS, Words, _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vetting.kernel.text import Language


class HelpPage(NamedTuple):
    """How a task is done: its name, whose it is, and the steps."""

    key: str
    title: Words
    whose: Words
    steps: Sequence[Words]
    also: Words = NO_WORDS
    """Words that it is looked for by, and that no step happens to say."""


class FieldTerm(NamedTuple):
    """A word of the field, and what it means here."""

    term: Words
    means: Words


HELP_PAGES: Final = (
    HelpPage(
        "ansokan",
        _("En ansökan utan frågor"),
        _("Handläggare"),
        (
            _("Öppna ärendet från I dag eller Ansökningar. Ansökan står först: vad som söks, och till vad."),
            _("Öppna de handlingar som Nästa steg nämner. Nämnden bestämmer vilka som läses i varje ärende."),
            _("Tryck på Granskat: inget hinder. Signaturen säger själv vad den omfattar."),
            _("Tryck på Föreslå bevilja. Det sökta beloppet är ifyllt."),
            _("Flera på en gång: kryssa i dem du har läst i kön och signera. De som inte går nämns med skäl."),
        ),
    ),
    HelpPage(
        "bedoma",
        _("Bedöma en punkt"),
        _("Handläggare"),
        (
            _("Det som en person ska se över står först bland punkterna. Öppna punkten."),
            _("Regeln står ordagrant bredvid det som underlaget säger."),
            _("Värdekriterier besvaras tillsammans med Inget har framkommit, om inget talar emot."),
            _("Ej uppfyllt på ett värdekriterium kräver ett agerande eller uttalande, med källa."),
            _("Streckad ram är systemets förslag. Fylld ram är bedömt av en person, med namn och dag."),
        ),
    ),
    HelpPage(
        "komplettering",
        _("Begära det som saknas"),
        _("Handläggare"),
        (
            _("Kompletteringar visar vad varje ärende saknar enligt sina egna regler."),
            _("Det som inte finns i listan står en gång, för alla: begär det, eller godta att det saknas."),
            _("Kryssa i ärendena, välj svarsdag och begär. Breven hämtas som utkast i e-posten eller som utskrift."),
            _("När svarsdagen har passerat står ärendet under Svarsdagen har passerat. Påminn därifrån."),
        ),
    ),
    HelpPage(
        "yttrande",
        _("Låta föreningen yttra sig"),
        _("Handläggare"),
        (
            _("Innan ett avslag får föreningen del av underlaget och kan svara."),
            _("Skriv brevet till föreningen från Nästa steg. Det räknas som skickat när brevet har gått iväg."),
            _("Ärendet väntar till svarsdagen. Kommer svaret, anteckna det och hur det har vägts."),
            _("Först därefter kan ett avslag föreslås."),
        ),
    ),
    HelpPage(
        "referensgruppen",
        _("Referensgruppens möte"),
        _("Referensgruppen"),
        (
            _("Svara om jäv i alla ärenden på en gång. Först då öppnas handlingarna."),
            _("Dagordningen står till vänster. Sekreteraren antecknar närvaron och går till nästa punkt."),
            _("Ärenden utan frågor får ett gemensamt råd. Var och en kan lyfta ut ett."),
            _("I varje ärende står regeln bredvid underlaget. Välj gruppens råd, skriv skälen och spara."),
            _("Sist sparas anteckningarna. De hämtas som Word eller PDF och låses när de är godkända."),
        ),
    ),
    HelpPage(
        "beslut",
        _("Besluta"),
        _("Beslutsfattare"),
        (
            _("Att besluta visar det som är klart, med förslag och belopp."),
            _("Öppna ett ärende: motiveringen som den skickas, det som talar emot, gruppens råd och lika fall."),
            _("Svara om jäv. Ett svar gäller hela omgången, om nämnden inte har valt annat."),
            _("Fatta beslut på samma sida. Ett avslag bekräftas på en egen sida."),
            _("Räcker inte din delegation säger sidan det, och någon annan beslutar."),
        ),
    ),
    HelpPage(
        "snabbkoll",
        _("Svara vid disken eller i telefon"),
        _("Lokalpersonal och handläggare"),
        (
            _("Skriv organisationsnumret eller namnet och tryck på Retur."),
            _("Svaret är ett av tre: Kan boka, Behöver titta närmare, eller Uppgifter saknas, fråga."),
            _("Arrangemanget står bredvid, med det som ska frågas."),
            _("Är en siffra fel visas de nummer som finns och skiljer sig på en siffra."),
            _("Inget sparas förrän du väljer att gå vidare."),
        ),
    ),
    HelpPage(
        "vecka",
        _("Veckans bokningar"),
        _("Lokalpersonal"),
        (
            _("Läs in veckans lista, eller en lista med fasta tider: då gäller svaret hela terminen."),
            _("Ange en gång vad var och en är, som en egen enhet. Red ut namn och nummer som inte hör ihop."),
            _("Frågor om arrangemanget besvaras vid varje bokning. Värdefrågan ställs en gång för varje bokare."),
            _("Läs listan med dem som bara har värdefrågan kvar och svara för alla i den på en gång."),
            _("Hämta svaren som fil till bokningssystemet."),
        ),
        _("stickprov säsong termin neka kundnummer dörrlista lokal bokare samordnare"),
    ),
    HelpPage(
        "import",
        _("Läsa in en lista"),
        _("Handläggare och lokalpersonal"),
        (
            _("Välj filen under Importera lista. Inget sparas förrän du har sett vad som kommer in."),
            _("Celler att rätta står rad för rad. Filen kan hämtas tillbaka med märken i cellerna."),
            _("Okända rubriker: säg vad kolumnerna är. Det blir ihågkommet till nästa gång."),
            _("Läs in. Samma fil en gång till ändrar inget."),
            _("Ångra går så länge inget har byggts på det som lästes in."),
        ),
        _("import Excel kolumn rubrik säsong fasta tider"),
    ),
    HelpPage(
        "prova",
        _("Prova en lista"),
        _("Alla"),
        (
            _("Välj regler och ladda upp listan. Inget sparas: filen läses och glöms."),
            _("Rubriken säger vad som är att göra: papper, celler att rätta, bedömningar."),
            _("Kolumner som inte läses står överst. Välj vad de är, om reglerna frågar efter det."),
            _("Ladda ner arbetsboken: dina egna celler, och bredvid dem vad reglerna säger om varje rad."),
        ),
    ),
    HelpPage(
        "utbetalning",
        _("Utbetalning och återkrav"),
        _("Ekonomi"),
        (
            _("Utbetalningar visar det som är beslutat, med planerad dag, och varför en utbetalning väntar."),
            _("Den som har beslutat kan inte lämna eller markera sin egen utbetalning."),
            _("Är kontot ändrat efter beslutet kontrolleras det först."),
            _("Ett återkrav öppnas i ärendet. Föreningen får yttra sig innan någon beslutar."),
            _("Anteckna det som kommer in. Sidan visar vad som är kvar och när det förfaller."),
        ),
    ),
    HelpPage(
        "underlag",
        _("Underlag till ekonomi"),
        _("Ekonomi"),
        (
            _("Gör ett utkast av det som är klart, och lås det. Då får det nummer, kontrollsumma och filer."),
            _("Det som stoppas eller ändras före låsningen tas ut först. Ett låst underlag ändras inte."),
            _("Tills ekonomi har läst in det kan det tas tillbaka. Sedan rättas det med ett nytt."),
            _("Listan ur leverantörsreskontran lämnas in under Import. En rad med minus är en retur."),
        ),
    ),
    HelpPage(
        "redovisning",
        _("Redovisning och uppföljning"),
        _("Handläggare"),
        (
            _("Uppföljning visar redovisningar att gå igenom, de som inte har kommit och de som väntas."),
            _("Anteckna redovisningen när den kommer. Då är den inkommen, också innan någon har gått igenom den."),
            _("Godkänn den, godta den med avvikelse, eller begär komplettering till en dag."),
            _("Det föreningen uppger att den inte har använt begärs tillbaka med brev, utan beslut."),
            _("Bestrider föreningen öppnas ett återkrav, och den får yttra sig."),
        ),
    ),
    HelpPage(
        "uppfoljning",
        _("Följa upp föreningar och planen"),
        _("Handläggare och chef"),
        (
            _("Beviljade visar hur många föreningar som är uppföljda i år, och vilka som är kvar."),
            _("Anteckna ett besök, ett samtal eller genomgångna handlingar på raden. Dagen räknas."),
            _("Stickprov dras ur hela nämndens ärenden. Vem som helst kan dra om dem och få samma."),
            _("Aktiviteter är planens lista för året. Klistra in den, säg hur det går, och börja nästa år ur den."),
            _("Rutinen under Regler säger vem som svarar för den och efter vilka riskfakta stickprov får dras."),
        ),
        _("stickprov besök plan aktivitet internkontroll rutin uppföljd"),
    ),
    HelpPage(
        "rapport",
        _("Rapport och översikt"),
        _("Chef, handläggare och revisor"),
        (
            _("Rapporter har en sida för varje period. Meningarna är färdiga att klistra in."),
            _("Hämta den i Word eller Excel. Varje tal öppnar sina ärenden för den som får se dem."),
            _("Spara som skickad när den har gått iväg. Ändras talen sedan säger sidan det."),
            _("Översikt visar året som fem bilder. Titeln säger vad bilden visar, tabellen bredvid säger samma sak."),
        ),
        _("tertial VB verksamhetsberättelse statistik siffror diagram period"),
    ),
    HelpPage(
        "omgang",
        _("En omgång"),
        _("Handläggare"),
        (
            _("Kopiera förra årets omgång. Dagarna föreslås ur sammanträdet. Ändra dem på omgångens sida."),
            _("Läs in listan med ansökningar i omgången. Sista ansökningsdag tas därifrån och frågas aldrig efter."),
            _("Omgångens sida visar hur många ärenden som finns i varje läge, och nästa steg."),
            _("Fördelningen delar pengarna: skriv förslag och skäl i tabellen, och se vad som är kvar."),
            _("Avsluta omgången när sista dagen har passerat. Då tas inga fler emot i den."),
        ),
    ),
    HelpPage(
        "regler",
        _("Skriva och publicera regler"),
        _("Regelansvarig"),
        (
            _("Skriv nya regler. Sök i biblioteket hittar färdiga kriterier till era rader; resten skrivs i formulär."),
            _("Ansökningsformuläret följer av kriterierna. Ge det rubriker, ordning och hjälp, och se det som sida."),
            _("Fyll i typfall gör fall av reglerna. Läs vart och ett, och godta det som ni menade."),
            _("Pröva utkastet. Du ser vilka ärenden som skulle få ett annat utfall, och varför."),
            _("Lämna för publicering. En person som inte har skrivit läser skillnaden och publicerar."),
        ),
    ),
    HelpPage(
        "diarium",
        _("Diarieföra och lämna ut"),
        _("Registrator"),
        (
            _("Diarieföring visar det som ska föras i diariet och som är nytt sedan den senaste listan. Gör listan."),
            _("Hämta den som Excel, eller med filerna i ordning. Fyll i Dnr och Nr i diariet och läs in den igen."),
            _("Alla handlingar i ett ärende eller om en förening står på en sida, med status och nummer."),
            _("Det som ska ses över före ett utlämnande är märkt med skälet. Sekretessen prövar en person."),
            _("Arbetsmaterial i avslutade ärenden rensas av någon som ser vad som försvinner."),
        ),
        _("diarieföringslista sekretess utlämnande rensa arbetsmaterial registrator"),
    ),
    HelpPage(
        "avskriva",
        _("Avskriva utan prövning"),
        _("Handläggare och beslutsfattare"),
        (
            _("Kryssa i ärendena i kön och tryck på Avskriv, eller öppna Mer i ett ärende."),
            _("Välj varför: återkallad, inte längre aktuell, dubblett, eller föreningen finns inte."),
            _("Den som har delegation att avskriva beslutar om alla på en gång under Avskrivningar."),
            _("Ett kort brev skrivs till varje förening. Brev att skicka hämtar dem tillsammans."),
            _("Hör ärendet till en annan nämnd lämnas det över från Mer, med kvittens och brev."),
        ),
        _("återkallad förfallen dubblett upplöst överlämna retur adress"),
    ),
    HelpPage(
        "ordning",
        _("Ställa in nämnden"),
        _("Systemförvaltare"),
        (
            _("Kom igång har sex steg. Vart och ett kan hoppas över."),
            _("Så arbetar nämnden säger vilka spärrar ett ärende möter, och varför."),
            _("Delegation: vem som får besluta vad, med belopp. En annan person säger ja innan raden gäller."),
            _("Mallar: nämndens egna i Word, en för brev och en för handlingar till nämnden."),
        ),
    ),
    HelpPage(
        "personer",
        _("Personer och roller"),
        _("Systemförvaltare och chef"),
        (
            _("Personer: lägg till en kollega med namn, användarnamn och roller, och första och sista dag."),
            _("Den som säger ja får länken för lösenord, att lämna till kollegan. Den fungerar en gång."),
            _("En ny roll väntar på en annan persons ja, om någon annan i nämnden kan säga det."),
            _("Ta tillbaka en roll när någon slutar. En roll som inte används på ett år upphör av sig själv."),
            _("Registret Behörigheter säger vem som haft vilken roll, när, och vem som gav den."),
        ),
        _("behörighet behörigheter kollega inbjudan konto slutar användare sista dag"),
    ),
    HelpPage(
        "inloggning",
        _("Din inloggning"),
        _("Alla"),
        (
            _("Ditt namn högst upp, eller Din inloggning längst ner, leder till lösenord, två steg och inloggningar."),
            _("Två steg: läs in bilden i en app i telefonen. Spara reservkoderna."),
            _("Är telefonen borta: skriv en reservkod. Utan koder hjälper den som sköter kontona eller servern."),
            _("Känsliga filer och beslut frågar efter kod eller lösenord igen när det har gått en kvart."),
        ),
        _("lösenord tvåsteg två steg app kod reservkod glömt logga ut telefon"),
    ),
    HelpPage(
        "system",
        _("E-tjänster och bokningssystem"),
        _("Den som sköter kontona, chef"),
        (
            _("På sidan Andra system görs en nyckel för varje system: vad det får, hur ofta och till vilken dag."),
            _("Nyckeln visas en gång. Kopiera den till systemet; här sparas den inte i klartext."),
            _("Ett system som hämtar register väntar tills en andra person har godkänt nyckeln, också en ny."),
            _("Ny nyckel i ett år ersätter den gamla genast. Avsluta nyckeln när systemet inte används längre."),
            _("Leverantören bygger efter beskrivningen (OpenAPI). Frågorna är nämndens egna formulär."),
        ),
        _("api nyckel token e-tjänst bokningssystem leverantör integration openapi"),
    ),
    HelpPage(
        "register",
        _("Register och Excel"),
        _("Chef och revisor"),
        (
            _("Register visar beviljade bidrag, återkrav och föreningar på skärmen, och som Excel med samma kolumner."),
            _("Filen säger i vilken funktion den hämtades, när, och vilket urval den har."),
            _("Spåret visar allt som gjorts i nämnden. Vem som öppnat vad står på en egen sida."),
            _("Hur något gick till står i ärendets händelser. De kan inte ändras utan att det syns."),
        ),
    ),
)
HELP_OF: Final[Mapping[str, str]] = {
    "cases": "ansokan",
    "assessments": "bedoma",
    "explanations": "bedoma",
    "completions": "komplettering",
    "communications": "yttrande",
    "letters": "avskriva",
    "endings": "avskriva",
    "records": "diarium",
    "registry": "diarium",
    "meetings": "referensgruppen",
    "deciding": "beslut",
    "people": "personer",
    "people.password": "inloggning",
    "second_factor": "inloggning",
    "trail": "register",
    "personal_data": "ordning",
    "rooms": "vecka",
    "letting_kinds": "regler",
    "quick_checks": "snabbkoll",
    "weeks": "vecka",
    "bookers": "vecka",
    "bookings": "vecka",
    "imports": "import",
    "incoming": "import",
    "trial": "prova",
    "payments": "utbetalning",
    "payment_bases": "underlag",
    "support": "utbetalning",
    "reports": "redovisning",
    "followed_associations": "uppfoljning",
    "samples": "uppfoljning",
    "activities": "uppfoljning",
    "grant_routines": "uppfoljning",
    "period_reports": "rapport",
    "overviews": "rapport",
    "rounds": "omgang",
    "allocations": "omgang",
    "board_items": "omgang",
    "board_decisions": "omgang",
    "item_appeals": "omgang",
    "outside_decisions": "omgang",
    "budget_lines": "omgang",
    "versions": "regler",
    "drafts": "regler",
    "draft_trials": "regler",
    "draft_cases": "regler",
    "draft_forms": "regler",
    "draft_parts": "regler",
    "library_search": "regler",
    "ways_of_working": "ordning",
    "setup": "ordning",
    "own_templates": "ordning",
    "systems": "system",
    "delegation": "ordning",
    "registers": "register",
}
"""Module of a page, or one of its pages -> the help that is about it."""

FIELD_TERMS: Final = (
    FieldTerm(_("Agerande"), _("Något som en förening eller dess företrädare har gjort i sin verksamhet.")),
    FieldTerm(
        _("Avdrag"), _("Det som dras från beloppet enligt reglerna, till exempel för sen ansökan. Nämnden beslutar.")
    ),
    FieldTerm(_("Avslag"), _("Beslut att inte bevilja, efter att ansökan har prövats.")),
    FieldTerm(
        _("Avskrivning"), _("Beslut att avsluta ett ärende utan prövning, till exempel när ansökan är återkallad.")
    ),
    FieldTerm(
        _("Allmän handling"), _("Något som har kommit in, är upprättat eller skickat. Arbetsmaterial är det inte.")
    ),
    FieldTerm(_("Avvisning"), _("Beslut att inte pröva en ansökan, till exempel för att den kom in för sent.")),
    FieldTerm(_("Bidragsform"), _("Ett slags bidrag med eget ändamål, egna villkor och egen budget.")),
    FieldTerm(_("Delegation"), _("Rätt att besluta i nämndens namn, för en sorts ärenden och upp till ett belopp.")),
    FieldTerm(_("Diarienummer"), _("Ärendets nummer i nämndens diarium. En omgång kan ha ett gemensamt.")),
    FieldTerm(_("Grundkontroll"), _("Handläggarens signatur på att uppgifter och handlingar är gångna igenom.")),
    FieldTerm(_("Handling"), _("Ett dokument i ärendet. Det som någon har gjort kallas agerande.")),
    FieldTerm(_("Jäv"), _("Något som rubbar förtroendet för att någon är opartisk. Den personen deltar inte.")),
    FieldTerm(_("Kommunicering"), _("Föreningen får del av det som talar emot den, och kan yttra sig före beslutet.")),
    FieldTerm(_("Komplettering"), _("Det som saknas begärs av föreningen, med en dag att svara.")),
    FieldTerm(_("Kontrollpunkt"), _("En fråga som reglerna ställer till ett ärende.")),
    FieldTerm(_("Laga kraft"), _("Beslutet kan inte längre överklagas.")),
    FieldTerm(_("Omgång"), _("De ansökningar som kommer in mellan två dagar, med en gemensam budget.")),
    FieldTerm(_("Referensgrupp"), _("Gruppen ger råd. Nämnden eller delegaten beslutar.")),
    FieldTerm(_("Signal"), _("En uppgift som väcker en fråga till en person. Den är aldrig ett skäl i sig.")),
    FieldTerm(_("Typfall"), _("Ett påhittat fall med det utfall som reglerna ska ge. Körs innan regler publiceras.")),
    FieldTerm(_("Uttalande"), _("Något som en förening eller dess företrädare har sagt eller skrivit.")),
    FieldTerm(_("Återkrav"), _("Utbetalt bidrag begärs tillbaka, helt eller delvis, genom ett beslut.")),
    FieldTerm(
        _("VBE-samordnare"),
        _("Samordnaren mot våldsbejakande extremism. Oro för personer lämnas dit, inte hit."),
    ),
    FieldTerm(
        _("Värdekriterium"),
        _("Ett krav om demokrati, mänskliga rättigheter eller jämställdhet. Bara en person svarar på det."),
    ),
)
_ALPHABET: Final = str.maketrans("åäö", "{|}")
"""Å, ä and ö come after z."""


def help_page(key: str) -> HelpPage | None:
    return next((page for page in HELP_PAGES if page.key == key), None)


def help_about(endpoint: str | None) -> str:
    """The key of the help about a page; empty where none is."""
    named = endpoint or ""
    return HELP_OF.get(named) or HELP_OF.get(named.partition(".")[0], "")


def _bare(text: str) -> str:
    """As one types in a hurry, without rings and dots."""
    return folded_text(text).translate(str.maketrans("åäöé", "aaoe"))


def find_help(wanted: str, language: Language) -> tuple[list[HelpPage], list[FieldTerm]]:
    """Pages and words in which every word that is looked for stands; all of them where nothing is."""
    words = _bare(wanted).split()

    def holds(*texts: Words) -> bool:
        told = _bare(" ".join(text.to(language) for text in texts))
        return all(word in told for word in words)

    pages = [page for page in HELP_PAGES if holds(page.title, page.whose, *page.steps, page.also)]
    terms = [term for term in FIELD_TERMS if holds(term.term, term.means)]
    return pages, sorted(terms, key=lambda term: folded_text(term.term.to(language)).translate(_ALPHABET))
