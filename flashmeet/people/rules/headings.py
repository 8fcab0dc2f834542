"""What the columns of a people's file are called, in French and English, and which of our columns each one means."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flashmeet.core.text import fold

FULL_NAME, CITY, IGNORED = "full_name", "city", ""
ROLE, THEME = "role:", "theme:"
"""A column for one role, or for one theme: its name follows."""

_NAMES: dict[str, str] = {
    "email": "email; e mail; mail; courriel; mel; adresse mail; adresse e mail; adresse email; adresse electronique; "
    "adresse courriel; email address; e mail address; mail address; courrier electronique; adresse de messagerie; "
    "messagerie; primary email; adresse",
    "first_name": "first name; firstname; prenom; prenoms; given name; forename; nom prenom usuel",
    "last_name": "last name; lastname; nom; nom de famille; surname; family name; nom d usage; nom usuel; patronyme",
    FULL_NAME: "full name; nom complet; name; nom et prenom; nom prenom; prenom nom; prenom et nom; identite; "
    "display name; nom affiche; noms; personne; person",
    "roles": "roles; role; profil; type; statut; status; qualite; mentor ou mentore; mentor mentore; mentor or mentee; "
    "vous etes; etes vous mentor ou mentore; je suis; je m inscris comme; inscription comme; categorie; category; "
    "type membre; type profil; i am; i am a; you are; you are a; are you a; are you a mentor or a mentee; "
    "i want to be; i join as; join as; sign up as",
    "approved": "approved; approuve; approuvee; valide; validee; validation; verifie; bookable; reservable; accepte",
    "tzid": "tzid; time zone; timezone; fuseau; fuseau horaire; zone",
    CITY: "city; ville; ville residence; ville habitation; commune; localite; location; lieu; town; lieu residence",
    "locale": "locale; langue pages; langue mails; langue contact; langue correspondance; langue preferee; "
    "preferred language; language preference; interface language; langue interface",
    "phone": "phone; telephone; tel; mobile; portable; gsm; cell; cell phone; cellulaire; mobile phone; phone number; "
    "mobile number; numero telephone; telephone portable; telephone mobile; tel portable; tel mobile; n telephone; "
    "no telephone; numero portable; numero mobile; natel; whatsapp; num telephone; num tel; no tel; n tel",
    "graduation_year": "graduation year; year graduation; promotion; promo; annee; annee diplome; annee obtention; "
    "annee obtention diplome; annee promo; annee promotion; annee sortie; class; class year; graduation; grad year; "
    "year; cohort; cohorte; millesime; diplome en; annee fin etudes; date diplome; date obtention; date obtention "
    "diplome; graduated; graduation date; date graduation",
    "themes": "themes; theme; thematiques; thematique; sujets; sujet; topics; topic; domaines expertise; expertise; "
    "expertises; competences; skills; domaines; themes mentorat; areas expertise; areas help",
    "languages": "languages; language; langues; langue; langues parlees; langue parlee; spoken languages; "
    "langues parlez; languages speak",
    "company": "company; entreprise; societe; employeur; employer; organisation; organization; organization name; "
    "structure; etablissement; nom entreprise; company name; raison sociale; entreprise travaillez; company work for",
    "sector": "sector; secteur; secteur activite; industry; domaine; domaine activite; branche",
    "headline": "headline; poste; fonction; position; job title; title; titre; intitule poste; metier; profession; "
    "job; occupation; organization title; emploi; poste occupe; intitule",
    "degree": "degree; diplome; formation; cursus; etudes; field study; filiere; programme; program; specialite; "
    "major; diplome obtenu; ecole; parcours",
    "offering": "offering; je propose; ce que je propose; propose; offre; what i offer; offers; ce que vous proposez; "
    "aide proposee",
    "seeking": "seeking; je cherche; ce que je cherche; cherche; recherche; looking for; besoin; besoins; attentes; "
    "what i look for; ce que vous cherchez",
    "external_id": "external id; id; identifiant; matricule; numero; numero etudiant; n etudiant; no etudiant; "
    "num etudiant; student number; student id; id etudiant; ine; member id; id membre; id externe; reference; ref; "
    "numero adherent; numero membre; code etudiant; uid",
    "proof": "proof; preuve; preuves; pourquoi moi; pourquoi vous; why me; why you; legitimite",
    f"{ROLE}mentor": "mentor; mentors; devenir mentor; souhaite etre mentor; veut etre mentor; etre mentor; be mentor; "
    "become mentor",
    f"{ROLE}mentee": "mentee; mentore; mentoree; mentore e; etre mentore; souhaite etre mentore; be mentee",
    f"{ROLE}administrator": "administrator; admin; administrateur; administratrice",
}
_FILLERS = frozenset(
    (
        *("votre", "vos", "le", "la", "les", "de", "du", "des", "d", "l", "your", "the", "of", "a", "s", "un", "une"),
        *("1", "2", "3", "i", "principal", "principale", "personnel", "personnelle", "perso", "personal", "work"),
        *("home", "pro", "professionnel", "professionnelle", "obligatoire", "required", "facultatif", "facultative"),
        *("optional", "actuel", "actuelle", "current", "value", "participant", "participante", "payeur", "acheteur"),
        *("contact", "membre", "quel", "quelle", "quels", "quelles", "est", "sont", "what", "is", "are", "indiquez"),
        *("merci", "saisissez", "please", "enter", "adherent", "adherente", "inscrit", "inscrite", "alumni"),
        *("sur", "dans", "on", "in", "which", "vous", "pouvez", "aider", "you", "can", "help", "do"),
    )
)
_THEMED = re.compile(r"(?:proof|preuve|themes?|thematiques?|sujets?|topics?|expertises?) (?!\d+$)(.+)")
_WRITTEN_IN = re.compile(r"\b(?:langue (?:de )?contact|contact language)\b")
"""The language to write to somebody in; "contact" alone says nothing, as in `Téléphone contact`."""
_REMARK = re.compile(r"\([^)]*\)|\*")


def heading_key(heading: str) -> str:
    """Returns what two headings share that mean the same: without case, accents, line breaks, remarks and fillers."""
    words = _WRITTEN_IN.sub("langue mails", fold(_REMARK.sub(" ", heading)) or fold(heading)).split()
    return " ".join(word for word in words if word not in _FILLERS) or " ".join(words)


KNOWN = {heading_key(name): column for column, names in _NAMES.items() for name in (*names.split("; "), column)}
"""Column by key of the heading."""


def themed(heading: str) -> str:
    """Returns the theme that a heading such as `Thèmes [Droit]` or `Preuve : Droit` speaks of; "" if of none."""
    found = _THEMED.fullmatch(fold(heading))
    if found is None:
        return ""
    parts = re.split(r"[:\[\]–—-]", heading.strip().rstrip("]"), maxsplit=1)
    return (parts[1] if len(parts) > 1 and parts[1].strip() else found[1]).strip()


def columns_named(headings: Iterable[str]) -> int:
    """Says how many different columns of ours a row names: what tells the headings from titles and people."""
    return len({KNOWN[key] for each in headings if (key := heading_key(each)) in KNOWN})
