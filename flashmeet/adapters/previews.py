"""Mails as they will be read, for whoever is about to send them."""

from __future__ import annotations

from flashmeet.adapters.rendering import Renderer
from flashmeet.domain.links import Links
from flashmeet.domain.ports import Outgoing
from flashmeet.domain.ports_papers import Preview, PreviewsMail
from flashmeet.domain.settings import NetworkSettings


def mail_preview(links: Links, mail_from: str) -> PreviewsMail:
    """By the renderer that the worker uses."""

    def preview(message: Outgoing, settings: NetworkSettings) -> Preview:
        mail = Renderer(links, mail_from, settings.name, lambda: settings).mail(message)
        return Preview(mail.subject, mail.text)

    return preview
