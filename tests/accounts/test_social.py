"""Signing in with an account elsewhere: switched on by settings alone, never into another's."""

import json
import os
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as configured
from django.core import mail

from accounts.models import Person, User
from tests.factory import PASSWORD, make_user

from .provider import CLIENT_ID, CLIENT_SECRET, running_provider
from .visiting import (
    CONFIRM,
    LOGIN,
    LOGIN_CODE,
    REAUTHENTICATE,
    SIGNUP,
    is_signed_in,
    last_code,
    sign_in,
    text_of,
)

pytestmark = pytest.mark.django_db

GOOGLE = "/accounts/google/login/"
OIDC = "/accounts/oidc/oidc/login/"
CONNECTIONS = "/accounts/3rdparty/"
SOCIAL_SIGNUP = "/accounts/3rdparty/signup/"
PROFILE = "/me/profile/"

TELL = """
import json
from django.conf import settings
print(json.dumps({
    "SOCIALACCOUNT_PROVIDERS": settings.SOCIALACCOUNT_PROVIDERS,
    "form-action": settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"],
}))
"""


def settings_with(tmp_path, **variables):
    """What the settings become in a process of its own with these variables."""
    names = ("GOOGLE_", "OIDC_")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(names)}
    environment = inherited | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": str(tmp_path),
        **variables,
    }
    told = subprocess.run(
        [sys.executable, "-c", TELL],
        env=environment,
        cwd=configured.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(told.stdout)


@pytest.fixture
def google(settings, tmp_path):
    told = settings_with(tmp_path, GOOGLE_CLIENT_ID=CLIENT_ID, GOOGLE_CLIENT_SECRET=CLIENT_SECRET)
    settings.SOCIALACCOUNT_PROVIDERS = told["SOCIALACCOUNT_PROVIDERS"]
    return told


@pytest.fixture
def oidc(settings, tmp_path):
    with running_provider() as provider:
        told = settings_with(
            tmp_path,
            OIDC_NAME="The agency",
            OIDC_SERVER_URL=provider.url,
            OIDC_CLIENT_ID=CLIENT_ID,
            OIDC_CLIENT_SECRET=CLIENT_SECRET,
        )
        settings.SOCIALACCOUNT_PROVIDERS = told["SOCIALACCOUNT_PROVIDERS"]
        provider.form_action = told["form-action"]
        provider.claims = {
            "sub": "4711",
            "name": "Wanjiru Kamau",
            "email": "wanjiru@example.org",
            "email_verified": True,
        }
        yield provider


def come_from(provider, client, address=OIDC, **fields):
    """Press the button, agree on the other site, and come back."""
    there = urlsplit(client.post(address, fields).url)
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{provider.url}/authorize"
    query = parse_qs(there.query)
    back = query["redirect_uri"][0].removeprefix("http://testserver")
    return client.get(back, {"code": provider.consent(query), "state": query["state"][0]})


# --- Switched off and on ------------------------------------------------------------------------


@pytest.mark.parametrize("address", [LOGIN, SIGNUP])
def test_without_settings_no_other_site_is_offered(client, settings, address):
    settings.SOCIALACCOUNT_PROVIDERS = {}
    page = text_of(client.get(address))
    assert "Continue with" not in page
    assert "another account" not in page


@pytest.mark.parametrize("address", [GOOGLE, GOOGLE + "callback/", OIDC, OIDC + "callback/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_settings_the_pages_of_a_provider_are_not_there(client, settings, address, method):
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert getattr(client, method)(address).status_code == 404


@pytest.mark.parametrize("address", [LOGIN, SIGNUP])
def test_with_settings_the_pages_offer_it(client, google, address):
    page = text_of(client.get(address, {"next": PROFILE}))
    assert "Continue with Google" in page
    assert (
        f'<form method="post" action="{GOOGLE}?process=login&amp;next=%2Fme%2Fprofile%2F">' in page
    )
    assert "https://accounts.google.com" in google["form-action"]


def test_the_way_to_google_starts_with_a_button_a_state_and_a_challenge(client, google):
    page = client.get(GOOGLE)
    assert page.status_code == 200
    assert "Continue" in text_of(page)

    there = urlsplit(client.post(GOOGLE).url)
    query = parse_qs(there.query)
    assert there.netloc == "accounts.google.com"
    assert query["client_id"] == [CLIENT_ID]
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["state"][0]) >= 16


def test_forms_may_lead_to_the_provider_and_nowhere_else(oidc):
    assert oidc.form_action == ["'self'", oidc.url]


@pytest.mark.parametrize("address", ["http://id.example.org", "ftp://id.example.org", "https://"])
def test_a_provider_is_reached_by_a_safe_way_only(tmp_path, address):
    with pytest.raises(subprocess.CalledProcessError) as refusal:
        settings_with(
            tmp_path,
            OIDC_NAME="The agency",
            OIDC_SERVER_URL=address,
            OIDC_CLIENT_ID=CLIENT_ID,
            OIDC_CLIENT_SECRET=CLIENT_SECRET,
        )
    assert refusal.value.stderr.startswith("OIDC_SERVER_URL: expected https://")


# --- Somebody new -------------------------------------------------------------------------------


def test_somebody_new_gets_an_account_under_the_name_told_and_comes_back(client, oidc):
    response = come_from(oidc, client, f"{OIDC}?process=login&next={PROFILE}")
    assert response.url == PROFILE
    assert is_signed_in(client)
    user = User.objects.get()
    assert (user.email, user.person.name) == ("wanjiru@example.org", "Wanjiru Kamau")
    assert user.emailaddress_set.get().verified
    assert not user.has_usable_password()
    assert Person.objects.count() == 1


def test_whoever_came_once_comes_again(client, oidc):
    come_from(oidc, client)
    oidc.claims |= {"name": "W. Kamau", "email": "other@example.org"}
    other = type(client)()
    come_from(oidc, other)
    assert is_signed_in(other)
    assert User.objects.get().email == "wanjiru@example.org"
    assert Person.objects.get().name == "Wanjiru Kamau"


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"name": "Ana\r\nSouza\u202e"}, "Ana Souza"),
        ({"name": None, "given_name": "Ana", "family_name": "Souza"}, "Ana Souza"),
        ({"name": "a" * 300}, "a" * 150),
        ({"name": None}, "wanjiru"),
    ],
)
def test_the_name_told_is_made_fit_for_a_byline(client, oidc, told, name):
    oidc.claims |= told
    come_from(oidc, client)
    assert Person.objects.get().name == name


@pytest.mark.parametrize("verified", [False, "false", None])
def test_an_address_that_the_provider_did_not_check_needs_a_code(client, oidc, verified):
    oidc.claims["email_verified"] = verified
    assert come_from(oidc, client).url == CONFIRM
    assert not is_signed_in(client)
    client.post(CONFIRM, {"code": last_code()})
    assert is_signed_in(client)


def test_a_provider_that_tells_the_truth_as_text_is_understood(client, oidc):
    oidc.claims["email_verified"] = "true"
    come_from(oidc, client)
    assert is_signed_in(client)


def test_without_an_address_a_form_asks_for_what_is_missing(client, oidc):
    del oidc.claims["email"]
    assert come_from(oidc, client, f"{OIDC}?process=login&next={PROFILE}").url == SOCIAL_SIGNUP
    page = text_of(client.get(SOCIAL_SIGNUP))
    assert "You come from The agency." in page
    assert 'value="Wanjiru Kamau"' in page
    assert "password" not in page

    told = {"name": "Wanjiru K.", "email": "w@example.org", "organisation": "Union"}
    assert client.post(SOCIAL_SIGNUP, told | {"name": ""}).context["form"].errors
    assert client.post(SOCIAL_SIGNUP, told).url == CONFIRM
    assert client.post(CONFIRM, {"code": last_code()}).url == PROFILE
    assert is_signed_in(client)
    person = Person.objects.get()
    assert (person.name, person.organisation) == ("Wanjiru K.", "Union")


# --- Somebody known -----------------------------------------------------------------------------


@pytest.mark.parametrize("verified", [True, False])
@pytest.mark.parametrize("known", [True, False])
def test_an_account_is_not_entered_because_an_address_is_the_same(client, oidc, verified, known):
    owner = make_user("Wanjiru Kamau", email="wanjiru@example.org")
    owner.emailaddress_set.update(verified=known)
    oidc.claims["email_verified"] = verified
    assert come_from(oidc, client).url == CONFIRM
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert list(User.objects.all()) == [owner]
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)
    assert mail.outbox[-1].to == ["wanjiru@example.org"]
    assert "has an account already" in mail.outbox[-1].body
    assert f"http://testserver{LOGIN_CODE}" in mail.outbox[-1].body


def test_whoever_is_signed_in_connects_the_other_account_and_disconnects_it(client, oidc):
    owner = make_user("Ana Souza")
    sign_in(client, owner)
    page = text_of(client.get(CONNECTIONS))
    assert f'<form method="post" action="{OIDC}?process=connect">' in page

    response = come_from(oidc, client, f"{OIDC}?process=connect")
    assert response.url == REAUTHENTICATE
    assert client.post(REAUTHENTICATE, {"password": PASSWORD}).url == CONNECTIONS
    assert SocialAccount.objects.get().user == owner
    assert mail.outbox[-1].subject == "[Indaba] Another account was connected"
    assert "An account of The agency opens your account" in mail.outbox[-1].body

    other = type(client)()
    come_from(oidc, other)
    assert is_signed_in(other)
    assert User.objects.count() == 1

    account = SocialAccount.objects.get()
    page = text_of(client.get(CONNECTIONS))
    assert f'value="{account.pk}" id="id_account"' in page
    assert "The agency" in page
    client.post(CONNECTIONS, {"account": account.pk})
    assert not SocialAccount.objects.exists()
    assert mail.outbox[-1].subject == "[Indaba] An account was disconnected"


def test_the_last_way_in_is_not_taken_away(client, oidc):
    come_from(oidc, client)
    page = client.post(CONNECTIONS, {"account": SocialAccount.objects.get().pk})
    assert "no password set up" in text_of(page)
    assert SocialAccount.objects.exists()


def test_somebody_suspended_does_not_come_in_by_the_other_site(client, oidc):
    come_from(oidc, client)
    User.objects.update(is_active=False)
    other = type(client)()
    assert come_from(oidc, other).url == "/accounts/inactive/"
    assert not is_signed_in(other)


def test_the_page_of_connections_stands_when_a_provider_is_switched_off(client, oidc, settings):
    come_from(oidc, client)
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert client.get(CONNECTIONS).status_code == 200


# --- When it goes wrong -------------------------------------------------------------------------


def test_an_answer_that_nobody_asked_for_is_refused(client, oidc):
    oidc.challenges["code-x"] = "anything"
    page = client.get(f"{OIDC}callback/", {"code": "code-x", "state": "made up"})
    assert page.status_code == 401
    assert "Logging in did not work" in text_of(page)


def test_a_code_that_was_given_to_somebody_else_is_refused(client, oidc):
    stolen = oidc.consent(parse_qs(urlsplit(type(client)().post(OIDC).url).query))
    query = parse_qs(urlsplit(client.post(OIDC).url).query)
    page = client.get(f"{OIDC}callback/", {"code": stolen, "state": query["state"][0]})
    assert page.status_code == 401
    assert not User.objects.exists()


def test_a_token_for_another_site_is_refused(client, oidc):
    oidc.claims["aud"] = "another site"
    assert come_from(oidc, client).status_code == 401
    assert not User.objects.exists()


def test_stopping_on_the_other_site_is_no_error(client, oidc):
    query = parse_qs(urlsplit(client.post(OIDC).url).query)
    refusal = {"error": "access_denied", "state": query["state"][0]}
    page = client.get(f"{OIDC}callback/", refusal, follow=True)
    assert page.status_code == 200
    assert "Log-in cancelled" in text_of(page)


def test_a_provider_that_does_not_work_gets_a_page_that_says_so(client, oidc, caplog):
    oidc.works = False
    page = client.post(OIDC)
    assert page.status_code == 502
    assert "Logging in did not work" in text_of(page)


def test_a_provider_that_is_not_there_gets_a_page_that_says_so(client, oidc, settings, caplog):
    gone = settings.SOCIALACCOUNT_PROVIDERS
    gone["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    assert client.post(OIDC).status_code == 502
