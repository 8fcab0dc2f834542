"""The twelve themes of an invented network."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from flashmeet.core.errors import UnknownTheme
from flashmeet.seed.stories import STORIES
from flashmeet.themes.rules.starter_set import STARTER
from flashmeet.themes.service import create_theme, find_theme


@dataclass(frozen=True, slots=True)
class ThemeSeed:
    """`key` is the theme's name in `stories`; synonyms are joined by `;`; `sector` is its mentors' sector. `starters`
    are those of the starter set, by French name, whose questions are asked about it, too."""

    key: str
    fr: str
    en: str
    sector: str
    synonyms_fr: str
    synonyms_en: str
    regulated: bool = False
    starters: tuple[str, ...] = ()


THEMES = (
    ThemeSeed(
        "law",
        "Droit",
        "Law",
        "Droit",
        "juridique; avocat; statuts; statuts sas; sarl; contrat; bail; pacte d’associés; cgv; rgpd",
        "bylaws; company bylaws; lawyer; legal; contract; shareholders agreement; gdpr",
        True,
        ("Droit",),
    ),
    ThemeSeed(
        "health",
        "Santé",
        "Health",
        "Santé",
        "hôpital; médecin; patient; e-santé; médical; clinique; dispositif médical; essai clinique",
        "hospital; doctor; medical; healthcare; medical device; clinical trial",
        True,
    ),
    ThemeSeed(
        "tax",
        "Fiscalité",
        "Tax",
        "Conseil",
        "impôt; tva; déclaration d’impôts; fiscal; expert-comptable; comptabilité; crédit d’impôt",
        "vat; tax return; taxes; accounting",
        True,
    ),
    ThemeSeed(
        "fundraising",
        "Levée de fonds",
        "Fundraising",
        "Finance",
        "financement; investisseur; business angel; amorçage; bpi; valorisation; lever des fonds",
        "pitch deck; pitch; seed round; investors; venture capital; valuation",
        starters=("Financer un projet",),
    ),
    ThemeSeed(
        "company",
        "Création d’entreprise",
        "Starting a company",
        "Conseil",
        "entreprendre; créer ma boîte; micro-entreprise; freelance; indépendant; étude de marché"
        "; premier client; cofondateur",
        "business plan; founder; co-founder; market study; self-employed",
        starters=("Entreprendre",),
    ),
    ThemeSeed(
        "marketing",
        "Marketing",
        "Marketing",
        "Communication",
        "communication; marque; réseaux sociaux; positionnement; référencement; relations presse; lancement",
        "brand; social media; seo; newsletter; press; launch",
    ),
    ThemeSeed(
        "data",
        "Data et IA",
        "Data and AI",
        "Numérique",
        "données; ia; intelligence artificielle; statistiques; tableau de bord",
        "data; ai; artificial intelligence; machine learning; python; statistics; data scientist; dashboard",
    ),
    ThemeSeed(
        "product",
        "Produit et design",
        "Product and design",
        "Numérique",
        "produit; maquette; prototype; feuille de route; tests utilisateurs",
        "design; ux; ui; product manager; portfolio; roadmap; user research",
    ),
    ThemeSeed(
        "career",
        "Carrière",
        "Career",
        "Ressources humaines",
        "cv; entretien; entretien d’embauche; lettre de motivation; reconversion; salaire"
        "; négocier mon salaire; stage; premier emploi",
        "resume; interview; job interview; cover letter; salary; internship",
        starters=("Premier emploi", "Changer de voie"),
    ),
    ThemeSeed(
        "abroad",
        "International",
        "Working abroad",
        "International",
        "étranger; partir à l’étranger; expatriation; visa; vie; v.i.e; permis de travail; canada; singapour",
        "work permit; abroad; relocating; moving abroad",
        starters=("Partir à l’étranger",),
    ),
    ThemeSeed(
        "management",
        "Management",
        "Management",
        "Industrie",
        "équipe; première équipe; conflit; recruter; recrutement; déléguer; télétravail",
        "manager; leadership; team; hiring; feedback; delegate; remote team",
        starters=("Encadrer une équipe",),
    ),
    ThemeSeed(
        "research",
        "Recherche et thèse",
        "Research and PhD",
        "Recherche",
        "thèse; doctorat; doctorant; cifre; publication; laboratoire; soutenance; directeur de thèse",
        "postdoc; phd; thesis; research; academia; supervisor",
        starters=("Études et recherche",),
    ),
)


def seed_themes(db: Session) -> dict[str, int]:
    """Creates missing themes; returns all ids by key."""
    return {seed.key: _theme_id(db, seed) for seed in THEMES}


def _theme_id(db: Session, seed: ThemeSeed) -> int:
    try:
        return find_theme(db, seed.fr).id
    except UnknownTheme:
        names = {"fr": seed.fr, "en": seed.en}
        synonyms = {"fr": seed.synonyms_fr.split("; "), "en": seed.synonyms_en.split("; ")}
        theme = create_theme(db, names=names, synonyms=synonyms, examples=_questions(seed), regulated=seed.regulated)
        return theme.id


def _questions(seed: ThemeSeed) -> dict[str, tuple[str, ...]]:
    """Returns example questions by language: what its mentees need, then those of its starters."""
    starters = [theme for theme in STARTER if theme.names["fr"] in seed.starters]
    return {
        locale: tuple(
            dict.fromkeys(
                (
                    *STORIES[seed.key, locale].needs,
                    *(question for theme in starters for question in theme.examples[locale]),
                )
            )
        )
        for locale in ("fr", "en")
    }
