"""Who sends too much is told when to try again, and loses nothing; programs that fill in every
field of a form get nowhere, and people whose browser did so send once more."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import rates
from accounts.models import Sending, User
from forum.models import Contribution, Draft, LogEntry, Page
from tests.accounts.visiting import CONFIRM, NEWCOMER, SIGNUP
from tests.factory import make_contribution, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def limits(monkeypatch):
    """Small ones, of the same kinds; their numbers are a choice."""
    hour, day = rates.HOUR, rates.DAY

    def few(what, *, person=3, address=5):
        limits = (rates.Limit("person", person, hour), rates.Limit("address", address, day))
        monkeypatch.setitem(rates.LIMITS, what, limits)

    return few


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def send(client, discussion, body="", **more):
    fields = {
        "body": body or f"Words {uuid.uuid4()}",
        "language": "en",
        "capacity": "personal",
        "terms": "on",
        "rules": Page.objects.current("rules").pk,
        "submission_key": uuid.uuid4(),
    }
    headers = {name: more.pop(name) for name in ("REMOTE_ADDR",) if name in more}
    return client.post(f"{discussion.get_absolute_url()}contribute/", fields | more, **headers)


def text_of(response):
    return response.content.decode()


# --- contributions ---


def test_whoever_sends_too_many_gets_the_text_back_and_is_told_when(discussion, cast, limits):
    limits("contribution")
    client = signed_in(cast.participant)
    assert [send(client, discussion).status_code for _time in range(3)] == [302] * 3
    Sending.objects.update(at=timezone.now() - timedelta(minutes=48, seconds=30))
    refused = send(client, discussion, body="One too many")
    assert refused.status_code == 422
    assert "Please try again in 12 minutes." in text_of(refused)
    assert "One too many</textarea>" in text_of(refused)
    assert discussion.contributions.count() == 3
    # It is not counted, so the moment that was told is right.
    Sending.objects.update(at=timezone.now() - timedelta(hours=1))
    assert send(client, discussion, body="One too many").status_code == 302


def test_it_is_told_in_the_language_of_the_reader(discussion, cast, limits):
    limits("contribution", person=0)
    address = f"/fr{discussion.get_absolute_url()}contribute/"
    fields = {"body": "Mots", "language": "fr", "capacity": "personal", "terms": "on"}
    more = {"rules": Page.objects.current("rules").pk, "submission_key": uuid.uuid4()}
    page = text_of(signed_in(cast.participant).post(address, fields | more))
    assert "60 minutes" in page
    assert "Please try again" not in page


def test_what_was_refused_can_be_kept_as_a_draft(discussion, cast, limits):
    limits("contribution", person=0)
    client = signed_in(cast.participant)
    send(client, discussion, body="One too many")
    assert send(client, discussion, body="One too many", keep="yes").status_code == 302
    assert Draft.objects.get().body == "One too many"


def test_a_form_that_is_sent_twice_counts_once_and_is_answered_beyond_the_limit(
    discussion, cast, limits
):
    limits("contribution", person=1)
    client = signed_in(cast.participant)
    twice = {"body": "Sent twice", "submission_key": uuid.uuid4()}
    answers = [send(client, discussion, **twice) for _time in range(3)]
    assert [answer.url for answer in answers] == [answers[0].url] * 3
    assert Sending.objects.count() == 1


def test_many_persons_behind_one_address_have_one_limit(discussion, cast, limits):
    limits("contribution", address=2)
    people = cast.participant, cast.stranger, make_user("Third Example")
    *first, last = [send(signed_in(user), discussion) for user in people]
    assert [answer.status_code for answer in first] == [302] * 2
    assert "A lot has come from your network" in text_of(last)
    assert "in 24 hours" in text_of(last)
    elsewhere = send(signed_in(people[2]), discussion, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 302


def test_the_staff_of_a_discussion_are_not_counted(discussion, cast, limits):
    limits("contribution", person=0, address=0)
    for role in ("organiser", "facilitator", "moderator"):
        assert send(signed_in(getattr(cast, role)), discussion).status_code == 302
    assert not Sending.objects.exists()


def test_what_comes_from_no_form_is_not_counted(discussion, cast, limits):
    limits("contribution", person=0, address=0)
    assert make_contribution(discussion, cast.participant).number == 1


def test_a_limit_costs_two_queries(discussion, cast, monkeypatch):
    def queries(client):
        with CaptureQueriesContext(connection) as captured:
            assert send(client, discussion).status_code == 302
        return len(captured)

    client = signed_in(cast.participant)
    queries(client)
    counted = queries(client)
    monkeypatch.setattr(rates, "count", lambda what, sender: "")
    assert counted == queries(client) + 2


def test_the_setting_gives_more(discussion, cast, limits, settings):
    limits("contribution", person=1)
    settings.RATES_TIMES = 3
    client = signed_in(cast.participant)
    sent = [send(client, discussion).status_code for _time in range(4)]
    assert sent == [302, 302, 302, 422]


# --- who is counted ---


def sender_at(address, user=None, **headers):
    request = RequestFactory().post("/", REMOTE_ADDR=address, **headers)
    request.user = user or type("Nobody", (), {"is_authenticated": False})()
    return rates.sender(request)


def test_what_is_kept_names_nobody_and_no_address(cast, settings):
    rates.count("report", sender_at("203.0.113.9", cast.participant))
    row = Sending.objects.get()
    assert "203.0.113.9" not in str(vars(row))
    before = row.address
    settings.SECRET_KEY = "another secret of the site"
    assert sender_at("203.0.113.9").address != before


def test_a_network_of_a_household_is_one_address():
    one, same, other = (f"2001:db8:0:{network}" for network in ("1::5", "1:ffff::9", "2::5"))
    assert sender_at(one) == sender_at(same)
    assert sender_at(one) != sender_at(other)


def test_nobody_chooses_the_address_that_is_counted(settings):
    forged = {"HTTP_X_FORWARDED_FOR": "192.0.2.1, 198.51.100.2"}
    assert sender_at("203.0.113.9", **forged) == sender_at("203.0.113.9")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert sender_at("127.0.0.1", **forged) == sender_at(
        "127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.2"
    )


def test_what_was_counted_is_erased_after_a_day(discussion, cast):
    send(signed_in(cast.participant), discussion)
    call_command("erase_expired")
    assert Sending.objects.count() == 1
    Sending.objects.update(at=timezone.now() - rates.KEPT_FOR)
    call_command("erase_expired")
    assert not Sending.objects.exists()


# --- sign-ups ---


def test_sign_ups_from_one_address_have_a_limit_that_tells_when(client, limits):
    limits("sign_up", address=2)
    for n in range(2):
        assert Client().post(SIGNUP, NEWCOMER | {"email": f"n{n}@example.org"}).url == CONFIRM
    refused = client.post(SIGNUP, NEWCOMER)
    assert "Please try again in 24 hours." in text_of(refused)
    assert 'value="Wanjiru Kamau"' in text_of(refused)
    assert User.objects.count() == 2
    assert client.post(SIGNUP, NEWCOMER, REMOTE_ADDR="198.51.100.7").url == CONFIRM


def test_an_address_that_has_an_account_counts_too(client, cast, limits):
    limits("sign_up", address=1)
    known = NEWCOMER | {"email": cast.participant.email}
    assert client.post(SIGNUP, known).url == CONFIRM
    assert "Please try again in" in text_of(Client().post(SIGNUP, known))
    assert len(mail.outbox) == 1


# --- the trap ---


def write(client, discussion, cast, **more):
    moderator = discussion.memberships.get(person=cast.moderator.person)
    address = f"{discussion.get_absolute_url()}contact/{moderator.pk}/"
    return client.post(address, {"subject": "A question", "message": "May I?"} | more)


def test_a_sign_up_with_the_trap_filled_in_is_to_be_sent_once_more(client):
    refused = client.post(SIGNUP, NEWCOMER | {"remark": "Buy now"})
    assert "Please send it once more." in text_of(refused)
    assert 'value="Wanjiru Kamau"' in text_of(refused)
    assert "Buy now" not in text_of(refused)
    assert not User.objects.exists()
    assert not mail.outbox
    assert not Sending.objects.exists()
    assert client.post(SIGNUP, NEWCOMER | {"remark": ""}).url == CONFIRM


def test_so_is_a_message_and_a_first_contribution(discussion, cast):
    client = signed_in(cast.stranger)
    for answer, words in (
        (write(client, discussion, cast, remark="Buy now"), "May I?"),
        (send(client, discussion, body="My first words", remark="Buy now"), "My first words"),
    ):
        assert answer.status_code == 422
        assert "Please send it once more." in text_of(answer)
        assert words in text_of(answer)
        assert 'value="Buy now"' not in text_of(answer)
    assert not LogEntry.objects.exists()
    assert write(client, discussion, cast).status_code == 302
    assert send(client, discussion, body="My first words").status_code == 302


def test_what_a_filled_trap_refuses_can_be_kept_and_waits_for_a_visitor(discussion, cast):
    client = signed_in(cast.stranger)
    assert send(client, discussion, body="Kept", remark="Buy now", keep="yes").status_code == 302
    assert Draft.objects.get().body == "Kept"
    visitor = Client()
    send(visitor, discussion, body="Of a visitor", remark="Buy now")
    visitor.force_login(make_user("Visitor Example"))
    page = text_of(visitor.get(f"{discussion.get_absolute_url()}contribute/"))
    assert "Of a visitor" in page
    assert "Buy now" not in page


def test_those_of_whom_something_is_published_have_no_trap(discussion, cast):
    address = f"{discussion.get_absolute_url()}contribute/"
    client = signed_in(cast.participant)
    for reader in (Client(), client):
        assert 'name="remark"' in text_of(reader.get(address))
    make_contribution(discussion, cast.participant)
    assert Contribution.objects.published().count() == 1
    assert 'name="remark"' not in text_of(client.get(address))


def test_nobody_meets_the_trap_and_nothing_fills_it_in_by_itself(client, discussion, cast):
    moderator = discussion.memberships.get(person=cast.moderator.person)
    there = discussion.get_absolute_url()
    member = signed_in(cast.stranger)
    for page in (
        client.get(SIGNUP),
        member.get(f"{there}contribute/"),
        member.get(f"{there}contact/{moderator.pk}/"),
    ):
        (around,) = re.findall(r"<div hidden[^>]*>(?:(?!</div>).)*</div>", text_of(page))
        assert around.startswith('<div hidden aria-hidden="true">')
        assert "Leave this field empty" in around
        (field,) = re.findall(r"<input[^>]*>", around)
        for attribute in ('name="remark"', 'autocomplete="off"', 'tabindex="-1"', "data-1p-ignore"):
            assert attribute in field
