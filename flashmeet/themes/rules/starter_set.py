"""Eight starter themes for alumni networks and schools: few enough that each gets requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flashmeet.core.text import fold
from flashmeet.themes.rules.questions_english import ENGLISH
from flashmeet.themes.rules.questions_french import FRENCH


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterTheme:
    """Names, synonyms and example questions, per language."""

    names: Mapping[str, str]
    synonyms: Mapping[str, tuple[str, ...]]
    examples: Mapping[str, tuple[str, ...]]
    regulated: bool = False

    @property
    def sentences(self) -> tuple[str, ...]:
        """Returns everything that is said of it."""
        some = (self.names.values(), *self.synonyms.values(), *self.examples.values())
        return tuple(text for texts in some for text in texts)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(";"))


def _theme(fr: tuple[str, str], en: tuple[str, str], *, regulated: bool = False) -> StarterTheme:
    """Makes a theme from its name and synonyms (joined by `;`) in each language."""
    said = {"fr": fr, "en": en}
    return StarterTheme(
        names={locale: name for locale, (name, _) in said.items()},
        synonyms={locale: _words(synonyms) for locale, (_, synonyms) in said.items()},
        examples={"fr": FRENCH[en[0]], "en": ENGLISH[en[0]]},
        regulated=regulated,
    )


STARTER = (
    _theme(
        (
            "Premier emploi",
            "CV; lettre de motivation; entretien; entretien d’embauche; stage; alternance; apprentissage; recherche "
            "d’emploi; candidature; salaire; négocier mon salaire; premier poste; LinkedIn; recruteur; offre d’emploi; "
            "boulot; taf; job; embauche; débutant; jeune diplômé; diplôme; postuler; oral blanc; période d’essai; "
            "CDI; CDD; rémunération; job dating; RH",
        ),
        (
            "First job",
            "resume; cover letter; interview; job interview; internship; apprenticeship; job search; application; "
            "salary; negotiate my salary; job offer; recruiter; graduate job; "
            "CV; job; hired; apply; graduate; entry level; hiring manager; intern; mock interview; pay; referral",
        ),
    ),
    _theme(
        (
            "Changer de voie",
            "reconversion; reconversion professionnelle; bilan de compétences; changer de métier; évolution; évoluer; "
            "mobilité interne; quitter mon emploi; retour à l’emploi; réorientation; seconde carrière; "
            "reconvertir; changer de travail; démissionner; licencié; chômage; burn-out; épuisement; autre "
            "métier; tout plaquer; CPF; plan de départ; trou dans le parcours",
        ),
        (
            "Changing careers",
            "career change; career move; switching careers; second career; career break; internal move; "
            "leaving my job; going back to work; new career; "
            "quit; resign; laid off; unemployed; burnout; retrain; another profession; career gap; new field; "
            "redundancy",
        ),
    ),
    _theme(
        (
            "Droit",
            "juridique; avocat; juriste; statuts; statuts SAS; statuts start-up; SARL; contrat; bail; bail commercial; "
            "pacte d’associés; CGV; RGPD; propriété intellectuelle; brevet; droit du travail; litige; "
            "légal; loi; clause; prud’hommes; marque; logo; copyright; licence; confidentialité; NDA; recours; "
            "plainte; mise en demeure; propriétaire; notaire; héritage; assurance; responsabilité; licenciement; "
            "CNIL",
        ),
        (
            "Law",
            "legal; lawyer; bylaws; company bylaws; articles of association; contract; lease; shareholders agreement; "
            "GDPR; intellectual property; patent; employment law; dispute; "
            "law; clause; sue; trademark; copyright; licence; confidentiality; NDA; court; landlord; tenant; "
            "notary; inheritance; insurance; liability; dismissal; privacy",
        ),
        regulated=True,
    ),
    _theme(
        (
            "Entreprendre",
            "création d’entreprise; créer une entreprise; créer mon entreprise; créer ma boîte; micro-entreprise; "
            "auto-entrepreneur; indépendant; freelance; business plan; étude de marché; premier client; associé; "
            "cofondateur; incubateur; reprise d’entreprise; "
            "startup; boîte; se lancer; fondateur; fondatrice; vendre; boutique; commerce; restaurant; tarif "
            "journalier; mission; à son compte; artisan; prototype; MVP; marketplace; food truck",
        ),
        (
            "Starting a company",
            "entrepreneurship; founder; co-founder; self-employed; freelancing; business plan; market study; "
            "first client; incubator; side project; taking over a company; "
            "startup; business; launch; customers; sell; shop; restaurant; day rate; freelancer; solo; prototype; "
            "MVP; online shop; accelerator",
        ),
    ),
    _theme(
        (
            "Financer un projet",
            "financement; levée de fonds; lever des fonds; investisseur; business angel; amorçage; prêt; banque; "
            "subvention; valorisation; pitch; trésorerie; comptabilité; impôt; TVA; fiscalité; "
            "argent; thune; fonds; capital; crédit; emprunt; banquier; Bpifrance; dons; crowdfunding; table de "
            "capitalisation; term sheet; budget; bilan; rentabilité; compta",
        ),
        (
            "Funding and figures",
            "fundraising; investor; seed round; venture capital; loan; bank; grant; valuation; pitch deck; cash flow; "
            "accounting; tax; VAT; "
            "money; funding; cash; equity; cap table; term sheet; angel; crowdfunding; donations; budget; balance "
            "sheet; break-even; bookkeeping; forecast",
        ),
        regulated=True,
    ),
    _theme(
        (
            "Partir à l’étranger",
            "international; expatriation; expatrié; étranger; VIE; V.I.E.; visa; permis de travail; séjour d’études; "
            "échange; Erasmus; Canada; Singapour; retour en France; "
            "départ; outre-mer; Londres; Berlin; New York; Suisse; Allemagne; Japon; Chine; États-Unis; "
            "Australie; Brésil; Afrique; Maroc; Dubaï; green card; muté; frontalier; impatrié",
        ),
        (
            "Working abroad",
            "abroad; relocation; relocating; expat; work permit; study abroad; exchange year; moving abroad; "
            "posting; coming home; "
            "overseas; visa; London; Berlin; New York; Switzerland; Germany; Japan; China; United States; "
            "Australia; Brazil; Africa; Dubai; green card; Erasmus; foreigner",
        ),
    ),
    _theme(
        (
            "Encadrer une équipe",
            "management; manager; équipe; première équipe; conflit; recruter; recrutement; déléguer; leadership; "
            "télétravail; feedback; réunion; chef de projet; gestion de projet; "
            "chef; cheffe; encadrer; diriger; collaborateur; salarié; subordonné; recadrer; motiver; motivation; "
            "entretien annuel; one-to-one; recrue; délégation; ambiance; autorité",
        ),
        (
            "Leading a team",
            "leadership; team; team lead; people management; hiring; delegate; remote team; difficult conversation; "
            "project management; one-to-one; "
            "manager; boss; staff; employee; coworker; manage; motivate; feedback; performance review; meeting; "
            "new hire; conflict; authority",
        ),
    ),
    _theme(
        (
            "Études et recherche",
            "orientation; études; master; double diplôme; école; concours; thèse; doctorat; doctorant; CIFRE; postdoc; "
            "laboratoire; mémoire; directeur de thèse; césure; "
            "université; fac; prépa; licence; bac; lycée; Parcoursup; examen; partiels; soutenance; grandes "
            "écoles; MBA; chercheur; article; revue; publication; filière; bourse d’études; dirthèse",
        ),
        (
            "Studies and research",
            "studies; degree; double degree; school; PhD; thesis; research; lab; dissertation; supervisor; academia; "
            "gap year; choosing a course; "
            "university; college; master; MBA; bachelor; exam; grades; defence; paper; journal; publication; "
            "researcher; scholarship; postdoc; admission",
        ),
    ),
)


def starter_named(term: str) -> StarterTheme | None:
    """Returns the starter theme that has this name, folded, in any language."""
    return next((theme for theme in STARTER if term in map(fold, theme.names.values())), None)
