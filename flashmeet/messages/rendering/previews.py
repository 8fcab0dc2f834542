"""Previews of mails for the person about to send them."""

from __future__ import annotations

from flashmeet.core.links import Links
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.messages.rendering.renderer import Renderer
from flashmeet.messages.rules.channels import Outgoing, Preview, PreviewsMail


def mail_preview(links: Links, mail_from: str) -> PreviewsMail:
    """Returns a preview function that uses the worker's renderer."""

    def preview(message: Outgoing, settings: NetworkSettings) -> Preview:
        mail = Renderer(links, mail_from, settings.name, lambda: settings).mail(message)
        return Preview(mail.subject, mail.text)

    return preview
