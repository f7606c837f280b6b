"""Who one is is asked before each change of the keys; where one is logged in, and being so nowhere
else; what a superuser does for somebody who has lost everything."""

import json

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client

from accounts.browsers import described
from moderation.actions import reinstate, suspend
from tests.factory import PASSWORD, make_user
from tests.moderation.browsing import change_url, list_url, signed_in

from .device import Device, code_of, give_app, give_passkey
from .visiting import (
    APP,
    CHANGE_PASSWORD,
    CONNECTIONS,
    EMAIL,
    END_SESSIONS,
    LOGIN,
    LOGIN_AGAIN,
    LOGIN_CODE,
    LOGIN_CODE_CONFIRM,
    NEW_RECOVERY,
    NO_APP,
    PASSKEY,
    REAUTHENTICATE,
    RECOVERY,
    RECOVERY_FILE,
    SECURITY,
    SET_PASSWORD,
    STEP,
    is_signed_in,
    last_code,
    prove,
    sign_in,
    text_of,
)

pytestmark = pytest.mark.django_db

NEW = {"password1": "another long walk", "password2": "another long walk"}
LONG_AGO = 3600  # seconds


@pytest.fixture
def ana():
    return make_user("Ana Souza", email="ana@example.org")


# --- Asked once more ----------------------------------------------------------------------------

# What changes an account's keys or shows them: the address and what is sent there.
CHANGES = {
    "another address": (EMAIL, {"email": "ana.new@example.org", "action_add": ""}),
    "an app": (APP, {"code": "123456"}),
    "no app": (NO_APP, {}),
    "a passkey": (PASSKEY, {"name": "mine", "credential": "none"}),
    "a passkey renamed": ("/accounts/2fa/webauthn/keys/{key}/edit/", {"name": "mine"}),
    "a passkey removed": ("/accounts/2fa/webauthn/keys/{key}/remove/", {}),
    "new recovery codes": (NEW_RECOVERY, {}),
    "a connected account": (CONNECTIONS, {"account": "{account}"}),
    "logged out everywhere": (END_SESSIONS, {}),
}
SECRETS = {"the recovery codes": RECOVERY, "the recovery codes as a file": RECOVERY_FILE}


def keys_of(user):
    """Whatever opens the account, and where it is open."""
    user.refresh_from_db()
    return {
        "address": list(user.emailaddress_set.values_list("email", "verified")),
        "password": user.password,
        "factors": list(user.authenticator_set.order_by("pk").values_list("type", "data")),
        "accounts": list(user.socialaccount_set.values_list("provider", "uid")),
        "sessions": sorted(UserSession.objects.values_list("session_key", flat=True)),
    }


@pytest.fixture
def full(ana):
    """Ana with everything that opens an account, logged in at two places."""
    give_app(ana)
    key = give_passkey(ana)
    account = SocialAccount.objects.create(user=ana, provider="google", uid="1")
    ana.names = {"key": key.pk, "account": account.pk}
    return ana


def logged_in(user, secret=""):
    client = Client()
    sign_in(client, user)
    if secret:
        client.post(STEP, {"code": code_of(secret)})
    return client


def sent(change, user):
    address, fields = CHANGES[change]
    filled = {name: value.format(**user.names) for name, value in fields.items()}
    return address.format(**user.names), filled


@pytest.mark.parametrize("change", CHANGES)
def test_no_key_changes_before_somebody_has_said_once_more_who_they_are(full, change):
    client = signed_in(full)
    before, mails = keys_of(full), len(mail.outbox)
    address, fields = sent(change, full)
    asked = client.post(address, fields)
    assert asked.url.startswith(REAUTHENTICATE), asked
    client.post(asked.url, {"password": "wrong"})
    assert keys_of(full) == before
    assert len(mail.outbox) == mails


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_shown_before_that(full, secret):
    assert signed_in(full).get(SECRETS[secret]).url.startswith(REAUTHENTICATE)


def test_what_was_sent_is_done_once_the_question_is_answered(full):
    client = signed_in(full)
    address, fields = sent("no app", full)
    asked = client.post(address, fields)
    client.post(asked.url, {"password": PASSWORD, "next": address})
    assert not full.authenticator_set.filter(type="totp").exists()


def test_a_password_is_changed_with_the_current_one_alone(full):
    client = signed_in(full)
    before = keys_of(full)
    client.post(CHANGE_PASSWORD, NEW | {"oldpassword": "wrong"})
    client.post(SET_PASSWORD, NEW)
    assert keys_of(full) == before


@pytest.mark.parametrize("way", [f"{REAUTHENTICATE}?next={APP}", "/accounts/2fa/reauthenticate/"])
def test_the_question_can_be_answered_in_other_ways(full, way):
    page = text_of(signed_in(full).get(way))
    others = {REAUTHENTICATE, "/accounts/2fa/reauthenticate/"} - {way.partition("?")[0]}
    for other in (*others, "/accounts/2fa/webauthn/reauthenticate/"):
        assert f'href="{other}' in page


def test_a_code_of_the_app_answers_it(ana):
    secret = give_app(ana)
    client = signed_in(ana)
    ask = "/accounts/2fa/reauthenticate/"
    assert client.post(ask, {"code": "000000", "next": NO_APP}).status_code == 200
    assert client.get(NO_APP).status_code == 302
    assert client.post(ask, {"code": code_of(secret), "next": NO_APP}).url == NO_APP
    assert client.get(NO_APP).status_code == 200


def test_wrong_answers_are_counted(ana):
    client = signed_in(ana)
    codes = [prove(client, "wrong").status_code for _attempt in range(11)]
    assert codes[-1] == 429
    assert prove(client).status_code == 429


# --- Without password and factor ----------------------------------------------------------------


@pytest.fixture
def keyless(ana):
    """Somebody who logs in by codes from the mail, and has done so a while ago."""
    ana.set_unusable_password()
    ana.save()
    for uid in "12":
        account = SocialAccount.objects.create(user=ana, provider="google", uid=uid)
    ana.names = {"key": 1, "account": account.pk}
    return ana


def by_code(client, user, **fields):
    client.post(LOGIN_CODE, {"email": user.email} | fields)
    return client.post(LOGIN_CODE_CONFIRM, {"code": last_code()} | fields)


def let_time_pass(client):
    session = client.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] -= LONG_AGO
    session.save()


@pytest.mark.parametrize(
    "change", ["another address", "an app", "a passkey", "a connected account", "a password"]
)
def test_whoever_has_nothing_else_to_show_logs_in_again(client, keyless, change):
    by_code(client, keyless)
    let_time_pass(client)
    before, mails = keys_of(keyless), len(mail.outbox)
    address, fields = (SET_PASSWORD, NEW) if change == "a password" else sent(change, keyless)
    asked = client.post(address, fields)
    assert asked.url.startswith(LOGIN_AGAIN)
    assert keys_of(keyless) == before
    assert len(mail.outbox) == mails


def test_the_page_that_asks_for_a_password_leads_there_too(client, keyless):
    by_code(client, keyless)
    assert client.get(REAUTHENTICATE).url == LOGIN_AGAIN


def test_logging_in_again_leads_back_to_the_change(client, keyless):
    by_code(client, keyless)
    let_time_pass(client)
    page = client.get(client.get(SET_PASSWORD).url)
    back = f"{LOGIN}?next={SET_PASSWORD}"
    assert f'<input type="hidden" name="next" value="{back}">' in text_of(page)
    assert client.post("/accounts/logout/", {"next": back}).url == back
    assert by_code(client, keyless, next=SET_PASSWORD).url == SET_PASSWORD
    assert client.get(SET_PASSWORD).status_code == 200
    client.post(SET_PASSWORD, NEW)
    keyless.refresh_from_db()
    assert keyless.check_password(NEW["password1"])
    assert mail.outbox[-1].subject == "[Indaba] Your password was set"


def test_a_visitor_is_led_to_the_login(client):
    for address in (SECURITY, SET_PASSWORD, END_SESSIONS, LOGIN_AGAIN):
        assert client.get(address).url == f"{LOGIN}?next={address}"
    for address in (APP, PASSKEY, RECOVERY):
        assert client.get(address).url.startswith(LOGIN)


# --- Where one is logged in ---------------------------------------------------------------------

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Mobile Safari/537.36"
)
BROWSERS = {
    FIREFOX: "Firefox on Linux",
    CHROME: "Chrome on Android",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0": "Edge on Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/17.5 Mobile/15E148 Safari/604.1": "Safari on iPhone",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Safari/605.1.15": "Safari on macOS",
    "curl/8.0": "curl/8.0",
    "<script>" * 20: ("<script>" * 20)[:80],
    "": "An unknown browser",
}


@pytest.mark.parametrize("user_agent", BROWSERS)
def test_a_browser_is_named_in_words(user_agent):
    assert described(user_agent) == BROWSERS[user_agent]


@pytest.fixture
def at_two_places(ana):
    here = Client(headers={"user-agent": FIREFOX})
    there = Client(headers={"user-agent": CHROME}, REMOTE_ADDR="192.0.2.7")
    for client in (there, here):
        sign_in(client, ana)
    return here, there


def test_the_page_tells_browser_address_and_which_one_is_this(at_two_places):
    here, there = at_two_places
    for client, first in ((here, "Firefox on Linux"), (there, "Chrome on Android")):
        page = " ".join(text_of(client.get(SECURITY)).split())
        assert page.count('class="badge">here<') == 1
        assert page.index(f">{first}</bdi> <strong") < page.index(">here<")
        assert "from <bdi>192.0.2.7</bdi>, since <time" in page
        assert "from <bdi>127.0.0.1</bdi>, since <time" in page


def test_nobody_sees_the_sessions_of_others(at_two_places):
    other = logged_in(make_user("Jonas Berg"))
    assert "192.0.2.7" not in text_of(other.get(SECURITY))


def test_logging_out_everywhere_else_keeps_this_one(at_two_places, ana):
    here, there = at_two_places
    stranger = logged_in(make_user("Jonas Berg"))
    prove(here)
    assert here.post(END_SESSIONS).url == SECURITY
    assert here.get(SECURITY).status_code == 200
    assert there.get(SECURITY).url == f"{LOGIN}?next={SECURITY}"
    assert stranger.get(SECURITY).status_code == 200
    assert "Log out everywhere else" not in text_of(here.get(SECURITY))


def test_logging_out_leaves_no_trace_in_the_list(at_two_places, ana):
    here, there = at_two_places
    here.post("/accounts/logout/")
    assert UserSession.objects.filter(user=ana).count() == 1
    assert "192.0.2.7" in text_of(there.get(SECURITY))


def test_the_button_asks_who_one_is_and_then_does_it(at_two_places):
    here, there = at_two_places
    asked = here.post(END_SESSIONS)
    assert asked.url == f"{REAUTHENTICATE}?next=%2Fme%2Fsecurity%2Fend-sessions%2F"
    assert there.get(SECURITY).status_code == 200
    assert here.post(asked.url, {"password": PASSWORD, "next": END_SESSIONS}).url == SECURITY
    assert there.get(SECURITY).status_code == 302


def test_a_new_password_ends_the_others_and_the_list_knows_it(at_two_places):
    here, there = at_two_places
    here.post(CHANGE_PASSWORD, NEW | {"oldpassword": PASSWORD})
    assert there.get(SECURITY).status_code == 302
    page = text_of(here.get(SECURITY))
    assert ">here<" in page
    assert "192.0.2.7" not in page


def test_the_first_factor_ends_the_others_which_came_in_without_it(committed, at_two_places):
    here, there = at_two_places
    prove(here)
    secret = here.get(APP).context["form"].secret
    landing = here.post(APP, {"code": code_of(secret)}, follow=True)
    assert "You are logged out everywhere else." in text_of(landing)
    assert there.get(SECURITY).status_code == 302


def test_a_further_factor_leaves_them_alone(at_two_places, ana):
    here, there = at_two_places
    give_app(ana)
    prove(here)
    page = here.get(PASSKEY)
    options = json.loads(json.dumps(page.context["js_data"]["creation_options"]))
    credential = Device("https://testserver", "testserver").register(options)
    here.post(PASSKEY, {"name": "phone", "credential": credential})
    assert ana.authenticator_set.filter(type="webauthn").exists()
    assert there.get(SECURITY).status_code == 200


def test_what_is_ended_by_suspending_stays_ended(at_two_places, ana):
    here, there = at_two_places
    root = make_user("Root Admin", is_superuser=True)
    suspend(ana, user=root, reason="stolen")
    assert here.get(SECURITY).status_code == 302
    reinstate(ana, user=root)
    ana.refresh_from_db()
    assert ana.is_active
    assert [client.get(SECURITY).status_code for client in (here, there)] == [302, 302]


def test_pages_of_allauth_that_are_one_page_here_lead_to_it(ana):
    client = signed_in(ana)
    for address in ("/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/sessions/"):
        assert client.get(address).url == SECURITY
        assert client.post(address).url == SECURITY


# --- Lost everything ----------------------------------------------------------------------------


def take_factors(client, *users):
    chosen = {"action": "take_factors", "_selected_action": [user.pk for user in users]}
    return client.post(list_url(type(users[0])), chosen, follow=True)


def test_a_superuser_takes_the_factors_away_and_the_person_is_told(ana):
    give_app(ana)
    ana.person.language = "fr"
    ana.person.save()
    root = make_user("Root Admin", is_superuser=True)
    page = take_factors(signed_in(root), ana, make_user("Jonas Berg"))
    assert "Taken away; they are told by mail: ana@example.org" in text_of(page)
    assert not Authenticator.objects.exists()
    (message,) = mail.outbox
    assert message.to == ["ana@example.org"]
    assert f"http://testserver/fr{SECURITY}" in message.body
    assert "127.0.0.1" not in message.body
    entry = LogEntry.objects.get()
    assert (entry.user_id, entry.object_id) == (root.pk, str(ana.pk))
    client = Client()
    sign_in(client, ana)
    assert is_signed_in(client)


def test_one_s_own_factors_are_not_taken_away_there(ana):
    root = make_user("Root Admin", is_superuser=True)
    give_app(root)
    page = take_factors(signed_in(root), root)
    assert "Nobody of them has a second factor that you can take away." in text_of(page)
    assert root.authenticator_set.count() == 2


def test_the_page_of_an_account_tells_whether_it_has_one(ana):
    root = signed_in(make_user("Root Admin", is_superuser=True))
    page = text_of(root.get(change_url(ana)))
    # The other one is that it may log in.
    assert (page.count('alt="True"'), page.count('alt="False"')) == (1, 1)
    give_app(ana)
    assert text_of(root.get(change_url(ana))).count('alt="True"') == 2


@pytest.mark.parametrize("name", ["organiser", "facilitator", "moderator"])
def test_the_rest_of_the_staff_takes_nothing_away(cast, name):
    give_app(cast.participant)
    assert take_factors(signed_in(getattr(cast, name)), cast.participant).status_code == 403
    assert cast.participant.authenticator_set.count() == 2
