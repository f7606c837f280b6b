"""Second factors: an authenticator app and its recovery codes, from setting up to losing them."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests.factory import PASSWORD, make_user

from .device import code_of, give_app, recovery_codes
from .visiting import (
    APP,
    LOGIN,
    LOGIN_CODE,
    LOGIN_CODE_CONFIRM,
    NEW_RECOVERY,
    NO_APP,
    RECOVERY,
    RECOVERY_FILE,
    RESET,
    RESET_COMPLETE,
    RESET_CONFIRM,
    SECURITY,
    STEP,
    is_signed_in,
    last_code,
    prove,
    sign_in,
    text_of,
)

pytestmark = pytest.mark.django_db

PLACE = "/discussions/maize/contribute/"


@pytest.fixture
def ana():
    return make_user("Ana Souza", email="ana@example.org")


@pytest.fixture
def proved(client, ana):
    """A browser in which Ana is logged in and has said once more who she is."""
    sign_in(client, ana)
    prove(client)
    return client


def another(code):
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


def shown_secret(page):
    return page.context["form"].secret


# --- Setting up ---------------------------------------------------------------------------------


def test_an_app_is_set_up_with_its_code_and_brings_recovery_codes(proved, ana):
    page = proved.get(APP)
    secret = shown_secret(page)
    assert " ".join(secret[n : n + 4] for n in range(0, 32, 4)) in text_of(page)
    assert 'src="data:image/svg+xml;base64,' in text_of(page)
    assert f"secret={secret}&amp;issuer=Indaba" in text_of(page)

    wrong = proved.post(APP, {"code": another(code_of(secret))})
    assert shown_secret(wrong) == secret
    assert list(wrong.context["form"].errors) == ["code"]
    assert not Authenticator.objects.exists()

    assert proved.post(APP, {"code": code_of(secret)}).url == RECOVERY
    codes = recovery_codes(ana)
    assert len(codes) == 10
    page = text_of(proved.get(RECOVERY))
    assert all(code in page for code in codes)
    assert text_of(proved.get(RECOVERY_FILE)).split() == codes
    assert "10 of 10 are left." in text_of(proved.get(SECURITY))


def test_the_mail_about_it_says_what_was_done_when_and_from_where(committed, proved):
    code = code_of(shown_secret(proved.get(APP)))
    phone = {"user-agent": "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Firefox/130.0"}
    proved.post(APP, {"code": code}, headers=phone)
    (message,) = mail.outbox
    assert message.to == ["ana@example.org"]
    assert message.subject == "[Indaba] An authenticator app was added"
    assert "has an authenticator app now" in message.body
    assert "(UTC), from the address 127.0.0.1. Browser: Firefox on Android" in message.body
    assert f"http://testserver{SECURITY}" in message.body


def test_digits_of_other_scripts_and_spaces_between_them_are_taken(proved):
    code = code_of(shown_secret(proved.get(APP)))
    arabic = "".join("٠١٢٣٤٥٦٧٨٩"[int(digit)] for digit in code)
    assert proved.post(APP, {"code": f"{arabic[:3]} {arabic[3:]}"}).url == RECOVERY


def test_pages_with_secrets_are_kept_by_no_browser(proved, ana):
    assert "no-store" in proved.get(APP)["Cache-Control"]
    give_app(ana)
    for address in (RECOVERY, RECOVERY_FILE):
        assert "no-store" in proved.get(address)["Cache-Control"]


# --- Logging in ---------------------------------------------------------------------------------


def by_password(client, user):
    return sign_in(client, user, next=PLACE)


def by_code(client, user):
    client.post(LOGIN_CODE, {"email": user.email, "next": PLACE})
    return client.post(LOGIN_CODE_CONFIRM, {"code": last_code(), "next": PLACE})


def by_reset(client, user):
    client.post(RESET, {"email": user.email, "next": PLACE})
    client.post(RESET_CONFIRM, {"code": last_code(), "next": PLACE})
    new = {"password1": "another long walk", "password2": "another long walk"}
    return client.post(RESET_COMPLETE, new | {"next": PLACE})


@pytest.mark.parametrize("way", [by_password, by_code, by_reset])
def test_every_way_in_asks_for_the_code_and_leads_to_where_one_was_going(client, ana, way):
    secret = give_app(ana)
    assert way(client, ana).url == STEP
    assert not is_signed_in(client)
    assert client.get(SECURITY).url == f"{LOGIN}?next={SECURITY}"
    assert client.post(STEP, {"code": another(code_of(secret))}).status_code == 200
    assert not is_signed_in(client)
    assert client.post(STEP, {"code": code_of(secret)}).url == PLACE
    assert is_signed_in(client)


def test_whoever_stops_at_the_code_and_starts_again_still_goes_there(client, ana):
    give_app(ana)
    by_password(client, ana)
    page = text_of(client.get(STEP))
    back = f"{LOGIN}?next=/discussions/maize/contribute/"
    assert f'<input type="hidden" name="next" value="{back}">' in page
    assert client.post("/accounts/logout/", {"next": back}).url == back
    assert client.get(back).status_code == 200


@pytest.mark.parametrize("steps", [-1, 1])
def test_a_clock_may_be_half_a_minute_wrong(client, ana, steps):
    secret = give_app(ana)
    sign_in(client, ana)
    client.post(STEP, {"code": code_of(secret, steps)})
    assert is_signed_in(client)


@pytest.mark.parametrize("steps", [-3, 3])
def test_older_and_later_codes_are_not_taken(client, ana, steps):
    secret = give_app(ana)
    sign_in(client, ana)
    client.post(STEP, {"code": code_of(secret, steps)})
    assert not is_signed_in(client)


@pytest.mark.parametrize("again", ["{0}", "{1} {2}"])
def test_a_code_opens_once_for_as_long_as_it_is_taken(client, ana, again):
    secret = give_app(ana)
    code = code_of(secret)
    sign_in(client, ana)
    client.post(STEP, {"code": code})
    # allauth itself forgets after half a minute.
    assert cache.delete(f"allauth.mfa.totp.used?user={ana.pk}&code={code}")
    onlooker = Client()
    sign_in(onlooker, ana)
    onlooker.post(STEP, {"code": again.format(code, code[:3], code[3:])})
    assert not is_signed_in(onlooker)


def test_five_wrong_codes_close_it_for_the_right_one_too(client, ana):
    secret = give_app(ana)
    sign_in(client, ana)
    for _attempt in range(5):
        client.post(STEP, {"code": another(code_of(secret))})
    refusal = client.post(STEP, {"code": code_of(secret)})
    assert "Too many failed login attempts" in text_of(refusal)
    assert not is_signed_in(client)
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    sign_in(elsewhere, ana)
    elsewhere.post(STEP, {"code": code_of(secret)})
    assert not is_signed_in(elsewhere)


def test_somebody_who_knows_the_password_alone_cannot_take_the_factor_away(client, ana):
    give_app(ana)
    sign_in(client, ana)
    for address in (NO_APP, SECURITY, RECOVERY, NEW_RECOVERY):
        client.post(address, {})
    assert Authenticator.objects.filter(user=ana).count() == 2


# --- Recovery codes -----------------------------------------------------------------------------


def test_a_recovery_code_opens_once(client, ana):
    give_app(ana)
    first, *others = recovery_codes(ana)
    sign_in(client, ana, next=PLACE)
    assert client.post(STEP, {"code": first}).url == PLACE
    assert recovery_codes(ana) == others
    assert "9 of 10 are left." in text_of(client.get(SECURITY))
    finder = Client()
    sign_in(finder, ana)
    finder.post(STEP, {"code": first})
    assert not is_signed_in(finder)


def test_new_recovery_codes_replace_the_old_ones_and_are_told_by_mail(committed, proved, ana):
    give_app(ana)
    before = recovery_codes(ana)
    assert proved.get(NEW_RECOVERY).status_code == 200
    assert recovery_codes(ana) == before
    assert proved.post(NEW_RECOVERY).url == RECOVERY
    assert not set(before) & set(recovery_codes(ana))
    assert mail.outbox[-1].subject == "[Indaba] You have new recovery codes"
    assert "no longer valid" in mail.outbox[-1].body


def test_without_a_factor_there_is_nothing_to_recover(proved, ana):
    assert proved.get(RECOVERY).status_code == 404
    proved.post(NEW_RECOVERY)
    assert not Authenticator.objects.exists()
    assert RECOVERY not in text_of(proved.get(SECURITY))


# --- Taking it away -----------------------------------------------------------------------------


def test_removing_the_app_takes_the_recovery_codes_along_and_is_told_by_mail(proved, ana):
    give_app(ana)
    proved.get(NO_APP)
    assert Authenticator.objects.count() == 2
    proved.post(NO_APP)
    assert not Authenticator.objects.exists()
    assert mail.outbox[-1].subject == "[Indaba] The authenticator app was removed"
    assert "no longer asks for the code" in mail.outbox[-1].body
    other = Client()
    sign_in(other, ana)
    assert is_signed_in(other)


def test_the_password_of_the_account_proves_nothing_with_a_wrong_one(client, ana):
    sign_in(client, ana)
    prove(client, "wrong")
    assert client.get(APP).url.startswith("/accounts/reauthenticate/")
    prove(client, PASSWORD)
    assert client.get(APP).status_code == 200
