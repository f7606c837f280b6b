"""Passkeys as a browser brings them. A real one does it in tests/browser/test_passkeys.py."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.factory import make_user

from .device import Device, recovery_codes
from .visiting import (
    LOGIN,
    PASSKEY,
    PASSKEY_LOGIN,
    RECOVERY,
    SECURITY,
    STEP,
    is_signed_in,
    prove,
    sign_in,
    text_of,
)

pytestmark = pytest.mark.django_db

PLACE = "/discussions/maize/contribute/"


@pytest.fixture
def ana():
    return make_user("Ana Souza", email="ana@example.org")


def browser():
    return Client(SERVER_NAME="localhost")


@pytest.fixture
def proved(ana):
    client = browser()
    sign_in(client, ana)
    prove(client)
    return client


def options_on(page, name):
    return json.loads(json.dumps(page.context["js_data"][name]))


def add(client, device, **fields):
    options = options_on(client.get(PASSKEY), "creation_options")
    form = {"name": "phone", "passwordless": "on"} | fields
    return client.post(PASSKEY, form | {"credential": device.register(options)})


@pytest.fixture
def device(proved):
    device = Device()
    add(proved, device)
    return device


def log_in(client, device, **fields):
    """As the button on the log-in page does."""
    options = client.get(PASSKEY_LOGIN, headers={"accept": "application/json"}).json()
    signed = device.sign(options["request_options"])
    return client.post(PASSKEY_LOGIN, {"credential": signed} | fields)


# --- Adding -------------------------------------------------------------------------------------


def test_the_first_passkey_brings_recovery_codes_and_a_mail(proved, ana):
    assert add(proved, Device()).url == RECOVERY
    assert len(recovery_codes(ana)) == 10
    (message,) = mail.outbox
    assert message.subject == "[Indaba] A passkey was added"
    assert "has a new passkey" in message.body
    assert message.body.endswith("-- \nIndaba\nhttp://localhost/")
    assert add(proved, Device(), name="grey key").url == "/accounts/2fa/"
    page = text_of(proved.get(SECURITY))
    assert ">phone</bdi>" in page
    assert ">grey key</bdi>" in page


@pytest.mark.parametrize(
    ("given", "kept"), [("", "Passkey 1"), ("two\nlines", "two lines"), ("x" * 90, "x" * 60)]
)
def test_no_name_is_a_reason_to_refuse_a_passkey(proved, given, kept):
    add(proved, Device(), name=given)
    assert Authenticator.objects.get(type="webauthn").wrap().name == kept


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://localhost.evil.example", "http://127.0.0.1"]
)
def test_a_passkey_made_for_another_page_is_not_taken(proved, origin):
    add(proved, Device(origin))
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("sent", ["", "{}", "[]", "null", '{"type": "public-key"}', "no JSON"])
def test_what_is_no_passkey_is_refused(proved, sent):
    proved.get(PASSKEY)
    answer = proved.post(PASSKEY, {"name": "phone", "credential": sent})
    assert 'role="alert"' in text_of(answer)
    assert not Authenticator.objects.exists()


def test_a_passkey_is_renamed_and_removed_with_a_mail(proved, device):
    key = Authenticator.objects.get(type="webauthn")
    proved.post(f"/accounts/2fa/webauthn/keys/{key.pk}/edit/", {"name": "my phone"})
    assert ">my phone</bdi>" in text_of(proved.get(SECURITY))
    proved.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/")
    assert not Authenticator.objects.exists()
    assert mail.outbox[-1].subject == "[Indaba] A passkey was removed"


@pytest.mark.parametrize("act", ["edit", "remove"])
def test_the_passkeys_of_others_do_not_exist(device, act):
    key = Authenticator.objects.get(type="webauthn")
    other = browser()
    sign_in(other, make_user("Jonas Berg"))
    prove(other)
    address = f"/accounts/2fa/webauthn/keys/{key.pk}/{act}/"
    assert other.get(address).status_code == 404
    assert other.post(address, {"name": "mine"}).status_code == 404
    assert Authenticator.objects.get(pk=key.pk).wrap().name == "phone"


# --- Logging in ---------------------------------------------------------------------------------


def test_a_passkey_alone_logs_in_and_leads_to_where_one_was_going(device, ana):
    client = browser()
    page = text_of(client.get(LOGIN, {"next": PLACE}))
    assert page.count(f'<input type="hidden" name="next" value="{PLACE}">') == 2
    assert log_in(client, device, next=PLACE).url == PLACE
    assert client.session["_auth_user_id"] == str(ana.pk)


def test_after_the_password_a_passkey_is_the_second_step(device, ana):
    client = browser()
    assert sign_in(client, ana, next=PLACE).url == STEP
    signed = device.sign(options_on(client.get(STEP), "request_options"))
    assert client.post(STEP, {"credential": signed}).url == PLACE
    assert is_signed_in(client)


def test_a_passkey_answers_one_question_once(device):
    """Whoever copies the answer of a device has nothing in hand."""
    client = browser()
    options = client.get(PASSKEY_LOGIN, headers={"accept": "application/json"}).json()
    signed = device.sign(options["request_options"])
    thief = browser()
    thief.get(PASSKEY_LOGIN, headers={"accept": "application/json"})
    thief.post(PASSKEY_LOGIN, {"credential": signed})
    assert not is_signed_in(thief)
    client.post(PASSKEY_LOGIN, {"credential": signed})
    assert is_signed_in(client)


def test_a_false_page_gets_nothing_that_opens(device):
    device.origin = "https://localhost.evil.example"
    client = browser()
    log_in(client, device)
    assert not is_signed_in(client)


def test_another_device_does_not_open(device):
    stranger = Device()
    stranger.user, stranger.credential_id = device.user, device.credential_id
    client = browser()
    answer = log_in(client, stranger, next=PLACE)
    assert answer.url == f"{LOGIN}?next=%2Fdiscussions%2Fmaize%2Fcontribute%2F"
    assert "This code or passkey is not right" in text_of(client.get(answer.url))
    assert not is_signed_in(client)


@pytest.mark.parametrize("sent", ["", "{}", "[]", "null", '{"type": "public-key"}', "no JSON"])
def test_what_is_no_passkey_does_not_open(device, sent):
    client = browser()
    client.get(PASSKEY_LOGIN, headers={"accept": "application/json"})
    assert client.post(PASSKEY_LOGIN, {"credential": sent}).url == LOGIN


def test_a_removed_passkey_opens_nothing(device):
    Authenticator.objects.filter(type="webauthn").delete()
    client = browser()
    log_in(client, device)
    assert not is_signed_in(client)


def test_somebody_suspended_is_told_so(device, ana):
    User.objects.filter(pk=ana.pk).update(is_active=False)
    client = browser()
    assert log_in(client, device).url == "/accounts/inactive/"
    assert not is_signed_in(client)


def test_a_passkey_says_who_one_is_before_a_change(device, ana):
    ana.set_unusable_password()
    ana.save()
    client = browser()
    log_in(client, device)
    asked = client.get(PASSKEY)
    assert asked.url.startswith("/accounts/2fa/reauthenticate/")
    again = "/accounts/2fa/webauthn/reauthenticate/"
    assert again in text_of(client.get(asked.url))
    refused = client.post(again, {"credential": "{}", "next": PASSKEY})
    assert refused.url == f"{again}?next=%2Faccounts%2F2fa%2Fwebauthn%2Fadd%2F"
    signed = device.sign(options_on(client.get(again), "request_options"))
    assert client.post(again, {"credential": signed, "next": PASSKEY}).url == PASSKEY
    assert client.get(PASSKEY).status_code == 200


def test_one_place_tries_passkeys_thirty_times_a_minute_and_no_more():
    client = browser()
    codes = [client.post(PASSKEY_LOGIN, {"credential": "{}"}).status_code for _attempt in range(31)]
    assert codes == [302] * 30 + [429]
