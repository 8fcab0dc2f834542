"""An empty list of people to fill in, in either language; an import reads it as it is."""

from __future__ import annotations

from collections.abc import Mapping

_EXAMPLE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "fr": (
        ("Adresse e-mail", "camille.roussel@example.org"),
        ("Prénom", "Camille"),
        ("Nom", "Roussel"),
        ("Rôle", "mentor"),
        ("Approuvé", "oui"),
        ("Téléphone", "06 12 34 56 78"),
        ("Promotion", "2012"),
        ("Thèmes", "Droit; Création d’entreprise"),
        ("Preuve", "Quinze ans de contrats; Deux sociétés créées"),
        ("Langues parlées", "français; anglais"),
        ("Entreprise", "Grand Large"),
        ("Secteur", "Conseil"),
        ("Poste", "Avocate"),
        ("Diplôme", "Master de droit"),
        ("Je propose", "Relire vos statuts"),
        ("Je cherche", ""),
        ("Fuseau horaire", "Europe/Paris"),
        ("Langue des pages", "français"),
        ("Identifiant", ""),
    ),
    "en": (
        ("Email address", "camille.roussel@example.org"),
        ("First name", "Camille"),
        ("Last name", "Roussel"),
        ("Role", "mentor"),
        ("Approved", "yes"),
        ("Phone", "+33 6 12 34 56 78"),
        ("Graduation year", "2012"),
        ("Themes", "Law; Starting a business"),
        ("Proof", "Fifteen years of contracts; Two companies founded"),
        ("Languages", "French; English"),
        ("Company", "Grand Large"),
        ("Sector", "Consulting"),
        ("Job title", "Lawyer"),
        ("Degree", "Master of law"),
        ("What I offer", "Reading your bylaws"),
        ("Looking for", ""),
        ("Time zone", "Europe/Paris"),
        ("Preferred language", "English"),
        ("Member ID", ""),
    ),
}


def template_rows(locale: str) -> list[list[str]]:
    """Returns the headings and one invented person."""
    columns = _EXAMPLE.get(locale, _EXAMPLE["en"])
    return [[heading for heading, _ in columns], [text for _, text in columns]]
