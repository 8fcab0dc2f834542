"""What personal links sign: links in mails that were sent stay good."""

from __future__ import annotations

from flashmeet.core.links import Links

NONCE = "nonce"


def test_a_link_that_was_sent_stays_good(links: Links) -> None:
    """As the first release signed them, for row 7."""
    assert links.join_token(7, NONCE) == "7-6d982801aeb3406cd8833eb6f9b4278fd48c6b4bbfa"
    assert links.after_token(7, NONCE) == "7-5e120784aceb88019621f0be2f5c5e37205362f328a"
    assert links.decline_token(7, NONCE) == "7-1e157a4f76b51f38e92bf658a911e3335a9c1e107bd"
    assert links.confirm_token(7, NONCE) == "7-1c3cbbf5cae690f2464f6ce2172741232f64ecdfd47"
    assert links.follow_up_token(7, NONCE, 30) == "7-30-abce1f06dbdfe498e714e05a8e1e6614d5d28cf76fe"
    assert links.ask_token(7, NONCE) == "7-d6b09bc7a114eac22fe53e0c974d983ca3e6f0807bd"
    assert links.request_token(7, 2) == "7-300d4bbd15acc5f056b5b96be9141f57ce97087db7e"
    assert links.offer_token(7, NONCE) == "7-b5a0545d1c2bfc9004f2a6f84a1bc00584bf402520b"
    assert links.inactivity_check_token(7, NONCE) == "7-c008546e3c8985b5da1adf625f8eb741f95f8736fe0"
    assert links.series_token(7, 2, NONCE) == "7-8f6e711341777f23a0354ca46f862bf188d984efaeb"
    assert links.absence_token(7, NONCE) == "7-f854f550daed386f13286a94f572766903e3fa2319c"
    assert links.calendar_question_token(7, NONCE) == "7-22fb857354fd708ab0e6a79f13be85431a96ffbd15b"
    assert links.pause_token(7, NONCE) == "7-27ef62318ba5107215f5f900ea80892d63a350bb1bc"
    assert links.year_token(7, 2) == "7-f3cab458a2fdb0c346e3573b7943f562170efd03d71"
    assert links.hours_token(7, "2026-12") == "7-98b089d0dc7ebd400857c35e1bcd48818d30837e04b"
    assert links.mail_off_token(7, "reminders") == "7-reminders-42eb342ca84089fc01bb831134697c22611450486da"
    assert links.invitation_token(7, NONCE) == "7-de76c8fc6913bbaa1058f0e54ede5a0798f01113110"
    assert links.demo(7).rpartition("/")[2] == "7-061149f97334c198e89669c932a65614e26740024f8"
    assert links.reply_token(7, NONCE) == "8ea8a598084c5a28fb1aab3205d3c27bddf0baa3077"
    assert links.push_token("c") == "1539d23b70dc8beaa85c649ca0234dfbfb0849ef16c"
