"""Eight starter themes for alumni networks and schools: few enough that each gets requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flashmeet.core.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterTheme:
    """Names, synonyms and example questions, per language."""

    names: Mapping[str, str]
    synonyms: Mapping[str, tuple[str, ...]]
    examples: Mapping[str, tuple[str, ...]]
    regulated: bool = False


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(";"))


def _theme(fr: tuple[str, str, str], en: tuple[str, str, str], *, regulated: bool = False) -> StarterTheme:
    """Makes a theme from name, synonyms and example questions (joined by `;`) in each language."""
    said = {"fr": fr, "en": en}
    return StarterTheme(
        names={locale: name for locale, (name, _, _) in said.items()},
        synonyms={locale: _words(synonyms) for locale, (_, synonyms, _) in said.items()},
        examples={locale: _words(examples) for locale, (_, _, examples) in said.items()},
        regulated=regulated,
    )


STARTER = (
    _theme(
        (
            "Premier emploi",
            "CV; lettre de motivation; entretien; entretien d’embauche; stage; alternance; apprentissage; recherche "
            "d’emploi; candidature; salaire; négocier mon salaire; premier poste; LinkedIn; recruteur; offre d’emploi",
            "Que garder dans un CV d’une page ?; Comment préparer un entretien qui me fait peur ?; "
            "Deux offres, une semaine pour répondre : comment choisir ?",
        ),
        (
            "First job",
            "resume; cover letter; interview; job interview; internship; apprenticeship; job search; application; "
            "salary; negotiate my salary; job offer; recruiter; graduate job",
            "What stays in a CV of one page?; How do I prepare an interview that frightens me?; "
            "Two offers and one week to answer: how do I choose?",
        ),
    ),
    _theme(
        (
            "Changer de voie",
            "reconversion; reconversion professionnelle; bilan de compétences; changer de métier; évolution; évoluer; "
            "mobilité interne; quitter mon emploi; retour à l’emploi; réorientation; seconde carrière",
            "Par où commencer quand on veut changer de métier à 40 ans ?; Comment parler d’un parcours atypique ?",
        ),
        (
            "Changing careers",
            "career change; career move; switching careers; second career; career break; internal move; "
            "leaving my job; going back to work; new career",
            "Where do I start if I want another job at 40?; How do I tell the story of an unusual path?",
        ),
    ),
    _theme(
        (
            "Droit",
            "juridique; avocat; juriste; statuts; statuts SAS; statuts start-up; SARL; contrat; bail; bail commercial; "
            "pacte d’associés; CGV; RGPD; propriété intellectuelle; brevet; droit du travail; litige",
            "Que vérifier dans les statuts de ma SAS avant le dépôt ?; Cette clause de mon bail est-elle courante ?",
        ),
        (
            "Law",
            "legal; lawyer; bylaws; company bylaws; articles of association; contract; lease; shareholders agreement; "
            "GDPR; intellectual property; patent; employment law; dispute",
            "What should I check in my company bylaws before filing?; Is this clause of my lease usual?",
        ),
        regulated=True,
    ),
    _theme(
        (
            "Entreprendre",
            "création d’entreprise; créer une entreprise; créer mon entreprise; créer ma boîte; micro-entreprise; "
            "auto-entrepreneur; indépendant; freelance; business plan; étude de marché; premier client; associé; "
            "cofondateur; incubateur; reprise d’entreprise",
            "Comment trouver mon premier client avant d’avoir un produit ?; Seul ou à deux : comment décider ?",
        ),
        (
            "Starting a company",
            "entrepreneurship; founder; co-founder; self-employed; freelancing; business plan; market study; "
            "first client; incubator; side project; taking over a company",
            "How do I find a first client before I have a product?; Alone or with a partner: how do I decide?",
        ),
    ),
    _theme(
        (
            "Financer un projet",
            "financement; levée de fonds; lever des fonds; investisseur; business angel; amorçage; prêt; banque; "
            "subvention; valorisation; pitch; trésorerie; comptabilité; impôt; TVA; fiscalité",
            "Notre présentation tient-elle devant un premier fonds ?; Quelle part céder au premier tour ?",
        ),
        (
            "Funding and figures",
            "fundraising; investor; seed round; venture capital; loan; bank; grant; valuation; pitch deck; cash flow; "
            "accounting; tax; VAT",
            "Is our deck clear enough for a first meeting?; How much do we give away in a first round?",
        ),
        regulated=True,
    ),
    _theme(
        (
            "Partir à l’étranger",
            "international; expatriation; expatrié; étranger; VIE; V.I.E.; visa; permis de travail; séjour d’études; "
            "échange; Erasmus; Canada; Singapour; retour en France",
            "Que régler avant mon départ à l’étranger, à Montréal ?; V.I.E. ou emploi sur place ?",
        ),
        (
            "Working abroad",
            "abroad; relocation; relocating; expat; work permit; study abroad; exchange year; moving abroad; "
            "posting; coming home",
            "What should I settle before moving abroad?; A local job or a posting?",
        ),
    ),
    _theme(
        (
            "Encadrer une équipe",
            "management; manager; équipe; première équipe; conflit; recruter; recrutement; déléguer; leadership; "
            "télétravail; feedback; réunion; chef de projet; gestion de projet",
            "Je deviens responsable de mes anciens collègues lundi : par où commencer ?; "
            "Un conflit dure dans mon équipe : que faire ?",
        ),
        (
            "Leading a team",
            "leadership; team; team lead; people management; hiring; delegate; remote team; difficult conversation; "
            "project management; one-to-one",
            "I lead my former peers from Monday: where do I start?; How do I give feedback that is heard?",
        ),
    ),
    _theme(
        (
            "Études et recherche",
            "orientation; études; master; double diplôme; école; concours; thèse; doctorat; doctorant; CIFRE; postdoc; "
            "laboratoire; mémoire; directeur de thèse; césure",
            "Une thèse, ou pas ?; Quel master pour travailler dans l’énergie ?",
        ),
        (
            "Studies and research",
            "studies; degree; double degree; school; PhD; thesis; research; lab; dissertation; supervisor; academia; "
            "gap year; choosing a course",
            "A PhD or not?; Which master’s leads to work in energy?",
        ),
    ),
)


def starter_named(term: str) -> StarterTheme | None:
    """Returns the starter theme that has this name, folded, in any language."""
    return next((theme for theme in STARTER if term in map(fold, theme.names.values())), None)
