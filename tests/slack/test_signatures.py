"""Only Slack is listened to: signature, time stamp, and bodies of the right shape."""

from __future__ import annotations

import json
import time

import pytest

from bot.slack.http import Refused, verify
from tests.slack.conftest import Server
from tests.slack.standin import SECRET, Slack, sign

STALE = str(int(time.time()) - 310)
FORGED = {
    "wrong secret": {"secret": "another"},
    "no signature": {"headers": {"X-Slack-Signature": None}},
    "empty signature": {"signature": ""},
    "no time stamp": {"headers": {"X-Slack-Request-Timestamp": None}},
    "time stamp is no number": {"timestamp": "yesterday"},
    "time stamp is a float": {"timestamp": "1700000000.5"},
    "time stamp is negative": {"timestamp": "-1"},
    "time stamp is huge": {"timestamp": "9" * 400},
    "replayed after five minutes": {"timestamp": STALE},
    "from the future": {"timestamp": str(int(time.time()) + 9_000)},
    "signature is not ASCII": {"signature": "v0=é" + "0" * 62},
    "signature of another version": {"signature": "v1=" + "0" * 64},
    "signature is short": {"signature": "v0=abc"},
    "signature is long": {"signature": "v0=" + "0" * 640},
}


@pytest.mark.parametrize("how", FORGED.values(), ids=FORGED.keys())
def test_what_slack_did_not_sign_is_refused_and_nothing_is_done(slack: Slack, server: Server, how: dict):
    done = server.deliver(slack.mention("C1", "Who won?"), **how)
    assert (done.status, done.body) == (401, "")
    assert server.jobs() == {}
    assert server.double.asked == []


@pytest.mark.parametrize("digits", ["１７００００００００", "٠١٢٣٤٥٦٧٨٩"])
def test_digits_of_other_scripts_are_no_time_stamp(digits: str):
    with pytest.raises(Refused, match="no number"):
        verify(SECRET, {"x-slack-request-timestamp": digits, "x-slack-signature": "v0=" + "0" * 64}, b"{}")


def test_a_body_that_was_changed_is_refused(slack: Slack, server: Server):
    body = json.dumps(slack.mention("C1", "Who won?"))
    now = str(int(time.time()))
    signature = sign(SECRET, now, body)
    assert slack.deliver(server.url, body.replace("won", "lost"), timestamp=now, signature=signature).status == 401
    assert slack.deliver(server.url, body, timestamp=now, signature=signature).status == 200


def test_the_address_is_verified_by_its_challenge(slack: Slack, server: Server):
    done = server.deliver({"type": "url_verification", "token": "x", "challenge": "3eZbrw1aB"})
    assert done.status == 200
    assert json.loads(done.body)["challenge"] == "3eZbrw1aB"


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '"x"', "null", '{"type":"event_callback","event":"x"}', '{"event":{"type":5}}', "payload={"]
)
def test_a_signed_body_of_another_shape_is_no_crash(slack: Slack, server: Server, body: str):
    assert server.deliver(body).status in {200, 400}
    assert server.jobs() == {}


NAMELESS = [{"type": "message"}, {"type": "message", "channel": 5, "ts": []}, {"type": "app_mention"}]


@pytest.mark.parametrize("event", NAMELESS)
def test_events_without_their_fields_are_left_alone(slack: Slack, server: Server, event: dict):
    assert server.deliver(slack.event(event)).status in {200, 400}
    server.settled()
    assert server.double.asked == []


def test_other_methods_are_refused(slack: Slack, server: Server):
    import urllib.error
    import urllib.request

    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(server.url, timeout=5)
    assert caught.value.code == 405
    caught.value.close()
