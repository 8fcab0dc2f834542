"""What the sending domain says in DNS, as far as DNS answers."""

from __future__ import annotations

import pytest
from dns.resolver import Resolver

from flashmeet.messages.channels import mail_records as records
from flashmeet.messages.channels.mail_records import MailRecords, mail_records
from tests.fakes.names import names
from tests.served import free_port

SPF, DMARC, KEY = "v=spf1 include:mail.example.net -all", "v=DMARC1; p=reject", "v=DKIM1; k=rsa; p=" + "A" * 200


def test_spf_dkim_and_dmarc_are_found_dmarc_at_the_organization_too() -> None:
    texts = {"meet.example.org": SPF, "_dmarc.example.org": DMARC, "s1._domainkey.meet.example.org": KEY}
    with names(texts) as resolver:
        assert mail_records("meet.example.org", resolver) == MailRecords(SPF, DMARC, "s1")


def test_what_is_missing_is_missing_and_a_revoked_key_is_none() -> None:
    texts = {"example.org": "google-site-verification=x", "mail._domainkey.example.org": "v=DKIM1; p=;"}
    with names(texts) as resolver:
        assert mail_records("example.org", resolver) == MailRecords("", "", "")


def test_where_dns_does_not_answer_or_knows_no_such_domain_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with names({"example.net": SPF}) as resolver:
        assert mail_records("example.org", resolver) is None
    monkeypatch.setattr(records, "SECONDS", 0.2)
    nobody = Resolver(configure=False)
    nobody.nameservers, nobody.port = ["127.0.0.1"], free_port()
    assert mail_records("example.org", nobody) is None
