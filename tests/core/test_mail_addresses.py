"""What is accepted as an address can be written to; what people copy around it is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashmeet.core.errors import AccentedEmail
from flashmeet.core.mail_addresses import AccentedName, comparable, is_domain, read_address
from flashmeet.messages.rendering.mail import mailbox
from flashmeet.people.rules.facts import read_email

READ = {
    "nina@example.org\u200b": "nina@example.org",
    "\u200bkarim@example.org": "karim@example.org",
    "ka\u00adrim@\u2060example.org": "karim@example.org",
    "\ufeffkarim@example.org\u200e": "karim@example.org",
    " Karim@Example.ORG ": "karim@example.org",
    "Marie Dupont <Marie@Example.org>": "marie@example.org",
    '"Dupont, Marie" <marie@example.org>': "marie@example.org",
    "<marie@example.org>;": "marie@example.org",
    "mailto:marie@example.org": "marie@example.org",
    "marie@example.org,": "marie@example.org",
    "marie@example.org.": "marie@example.org",
    "marie@école.fr": "marie@xn--cole-9oa.fr",
    "marie@e\u0301COLE.fr": "marie@xn--cole-9oa.fr",
    "marie@xn--cole-9oa.fr": "marie@xn--cole-9oa.fr",
    "ｍａｒｉｅ＠ｅｘａｍｐｌｅ．ｏｒｇ": "marie@example.org",
    "o'brien+mentor@example.org": "o'brien+mentor@example.org",
    "o’brien@example.org": "o'brien@example.org",
}
REFUSED = (
    "",
    "marie",
    "marie@",
    "@example.org",
    "marie@example",
    "marie@192.0.2.1",
    "marie..dupont@example.org",
    ".marie@example.org",
    "marie.@example.org",
    "marie dupont@example.org",
    "marie\n@example.org",
    "marie@example.org\nbcc:all@example.org",
    "a@example.org, b@example.org",
    "a@b@example.org",
    "é@example.org",
    '"a b"@example.org',
    "marie@-example.org",
    "marie@exa_mple.org",
    "marie@example..org",
    "marie@xn--zzzzzzzz9999.org",
    f"{'a' * 65}@example.org",
    f"marie@{'a' * 64}.org",
    f"marie@{'a.' * 125}org",
    "a" * 100_000 + "@example.org",
)


@pytest.mark.parametrize("text", ["josé.garcía@example.org", "josé@école.fr", "анна@example.org", "用户@example.org"])
def test_an_address_that_few_servers_deliver_to_is_told_from_one_that_is_none(text: str) -> None:
    with pytest.raises(AccentedName):
        read_address(text)
    with pytest.raises(AccentedEmail):
        read_email("email", text)


@pytest.mark.parametrize("text", ["é è@example.org", "é@", "é@example", "é..a@example.org", "“é”@example.org"])
def test_letters_alone_make_no_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"mail|few") as refused:
        read_address(text)
    assert not isinstance(refused.value, AccentedName)


@pytest.mark.parametrize(("text", "address"), READ.items())
def test_an_address_is_read_from_what_people_copy(text: str, address: str) -> None:
    assert read_address(text) == comparable(text) == address


@pytest.mark.parametrize("text", REFUSED, ids=range(len(REFUSED)))
def test_what_no_mail_server_takes_is_refused_at_the_door(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_address(text)


pieces = st.one_of(
    st.sampled_from(("a", "b.c", "@", "@", ".org", ".", "é", "\u200b", "<", ">", '"', " ", "xn--", "-")),
    st.text(max_size=2),
)


@given(st.lists(pieces, max_size=8).map("".join))
def test_every_accepted_address_can_be_written_to_and_is_read_as_itself(text: str) -> None:
    try:
        address = read_address(f"a{text}@b.org" if "@" not in text else text)
    except ValueError:
        return
    assert mailbox("To", "Marie", address).endswith(f"<{address}>")
    assert read_address(address) == address
    assert is_domain(address.rpartition("@")[2])
