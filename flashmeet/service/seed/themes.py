"""The twelve themes of a made-up network."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from flashmeet.domain.errors import UnknownTheme
from flashmeet.service.themes import create_theme, find_theme


@dataclass(frozen=True, slots=True)
class ThemeSeed:
    """`key` is how `stories` call it; synonyms in both languages, joined by `;`; `sector` is where its mentors work."""

    key: str
    fr: str
    en: str
    sector: str
    synonyms: str
    regulated: bool = False


THEMES = (
    ThemeSeed(
        "law",
        "Droit",
        "Law",
        "Droit",
        "juridique; avocat; statuts; statuts sas; sarl; contrat; bail; bylaws; company bylaws; lawyer; "
        "legal; contract; pacte d'associés; shareholders agreement; cgv; rgpd; gdpr",
        True,
    ),
    ThemeSeed(
        "health",
        "Santé",
        "Health",
        "Santé",
        "hôpital; médecin; patient; e-santé; médical; clinique; hospital; doctor; medical; healthcare; "
        "dispositif médical; medical device; essai clinique; clinical trial",
        True,
    ),
    ThemeSeed(
        "tax",
        "Fiscalité",
        "Tax",
        "Conseil",
        "impôt; impôts; tva; déclaration d'impôts; fiscal; vat; tax return; taxes; expert-comptable; "
        "comptabilité; accounting; crédit d'impôt",
        True,
    ),
    ThemeSeed(
        "fundraising",
        "Levée de fonds",
        "Fundraising",
        "Finance",
        "financement; investisseur; investisseurs; business angel; pitch deck; pitch; amorçage; seed round; "
        "investors; venture capital; bpi; valorisation; valuation; lever des fonds",
    ),
    ThemeSeed(
        "company",
        "Création d'entreprise",
        "Starting a company",
        "Conseil",
        "entreprendre; créer ma boîte; business plan; micro-entreprise; freelance; indépendant; "
        "étude de marché; premier client; founder; cofondateur; co-founder; market study; self-employed",
    ),
    ThemeSeed(
        "marketing",
        "Marketing",
        "Marketing",
        "Communication",
        "communication; marque; réseaux sociaux; positionnement; brand; social media; seo; référencement; "
        "newsletter; relations presse; press; lancement; launch",
    ),
    ThemeSeed(
        "data",
        "Data et IA",
        "Data and AI",
        "Numérique",
        "données; data; ia; ai; intelligence artificielle; artificial intelligence; machine learning; "
        "python; statistiques; statistics; data scientist; tableau de bord; dashboard",
    ),
    ThemeSeed(
        "product",
        "Produit et design",
        "Product and design",
        "Numérique",
        "produit; design; ux; ui; product manager; portfolio; maquette; prototype; feuille de route; "
        "roadmap; tests utilisateurs; user research",
    ),
    ThemeSeed(
        "career",
        "Carrière",
        "Career",
        "Ressources humaines",
        "cv; resume; entretien; entretien d'embauche; interview; job interview; lettre de motivation; "
        "cover letter; reconversion; salaire; négocier mon salaire; salary; stage; internship; "
        "premier emploi",
    ),
    ThemeSeed(
        "abroad",
        "International",
        "Working abroad",
        "International",
        "étranger; partir à l'étranger; expatriation; visa; vie; v.i.e; permis de travail; work permit; "
        "abroad; relocating; moving abroad; canada; singapour",
    ),
    ThemeSeed(
        "management",
        "Management",
        "Management",
        "Industrie",
        "manager; équipe; première équipe; conflit; recruter; recrutement; leadership; team; hiring; "
        "feedback; déléguer; delegate; télétravail; remote team",
    ),
    ThemeSeed(
        "research",
        "Recherche et thèse",
        "Research and PhD",
        "Recherche",
        "thèse; doctorat; doctorant; cifre; postdoc; publication; laboratoire; phd; thesis; research; "
        "academia; soutenance; directeur de thèse; supervisor",
    ),
)


def seed_themes(session: Session) -> dict[str, int]:
    """Creates those that are missing; returns their ids by key."""
    return {seed.key: _theme_id(session, seed) for seed in THEMES}


def _theme_id(session: Session, seed: ThemeSeed) -> int:
    try:
        return find_theme(session, seed.fr).id
    except UnknownTheme:
        names = {"fr": seed.fr, "en": seed.en}
        return create_theme(session, names=names, synonyms=seed.synonyms.split("; "), regulated=seed.regulated).id
