"""Passkeys with a real browser at http://localhost and a device of its own; an authenticator app
without scripts; and what every page owes a reader, for the pages around them."""

import re

import pytest
from playwright.sync_api import expect

from tests.accounts.device import code_of, give_app, give_passkey
from tests.factory import PASSWORD, make_discussion, make_user

from .test_pages import SMALL, sign_in, violations

# A phone that its owner unlocks at once.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
NEXT = "/accounts/login/?next=/discussions/villages/contribute/"
PLACE = re.compile(r"^http://localhost:\d+/discussions/villages/contribute/$")
FAILED = "That did not work"


@pytest.fixture
def ana(committed):
    make_discussion("villages")
    return make_user("Ana Souza")


def with_device(page, **options):
    """Gives the browser a device; returns the session in which it is steered."""
    steer = page.context.new_cdp_session(page)
    steer.send("WebAuthn.enable")
    added = steer.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | options})
    steer.device = added["authenticatorId"]
    return steer


def held_by(steer):
    """The passkeys in the device."""
    answer = steer.send("WebAuthn.getCredentials", {"authenticatorId": steer.device})
    return answer["credentials"]


def prove(page):
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def log_out(page):
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    page.get_by_role("link", name="Log in").first.wait_for()


def give_password(page, user):
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def add_passkey(page, name):
    page.get_by_role("link", name="Add a passkey").click()
    prove(page)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Name").press("Enter")
    page.get_by_text("The passkey is added.").wait_for()


def test_a_passkey_is_added_and_opens_without_a_password(ana, visit):
    page = visit()
    steer = with_device(page)
    sign_in(page, ana)
    page.goto("/me/profile/")
    page.get_by_role("link", name="Security").click()
    add_passkey(page, "My phone")
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="Back to Security").click()
    expect(page.get_by_role("main")).to_contain_text("My phone")
    expect(page.get_by_role("main")).to_contain_text("opens without a password")
    expect(page.get_by_role("main")).to_contain_text("10 of 10 are left.")
    (held,) = steer.send("WebAuthn.getCredentials", {"authenticatorId": steer.device})[
        "credentials"
    ]
    assert held["isResidentCredential"]
    assert held["rpId"] == "localhost"

    log_out(page)
    page.goto(NEXT)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(PLACE)
    page.goto("/me/security/")
    expect(page.get_by_role("main")).to_contain_text("last used on")


def test_after_the_password_the_passkey_is_asked_for_and_the_way_goes_on(ana, visit):
    page = visit()
    steer = with_device(page)
    sign_in(page, ana)
    page.goto("/me/security/")
    add_passkey(page, "My phone")
    log_out(page)
    page.goto(NEXT)
    give_password(page, ana)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(PLACE)

    # A lost phone: nothing happens in silence.
    steer.send("WebAuthn.clearCredentials", {"authenticatorId": steer.device})
    log_out(page)
    page.goto(NEXT)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text(FAILED)
    give_password(page, ana)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text(FAILED)


def test_a_passkey_answers_who_one_is(ana, visit):
    page = visit()
    with_device(page)
    sign_in(page, ana)
    page.goto("/me/security/")
    add_passkey(page, "My phone")
    log_out(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("link", name="Log out").wait_for()
    page.goto("/me/security/")
    page.get_by_role("link", name="Show them").click()
    page.get_by_role("link", name="With a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".codes li")).to_have_count(10)


def test_a_key_that_only_stands_beside_the_password(ana, visit):
    page = visit()
    steer = with_device(page)
    sign_in(page, ana)
    page.goto("/me/security/")
    page.get_by_role("link", name="Add a passkey").click()
    prove(page)
    page.get_by_label("Log in with it alone").uncheck()
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("The passkey is added.").wait_for()
    page.goto("/me/security/")
    expect(page.get_by_role("main")).not_to_contain_text("opens without a password")
    (held,) = steer.send("WebAuthn.getCredentials", {"authenticatorId": steer.device})[
        "credentials"
    ]
    assert not held["isResidentCredential"]


def test_without_scripts_an_app_does_it_and_pages_say_what_a_passkey_needs(ana, visit):
    page = visit(scripts=False)
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
    sign_in(page, ana)
    page.goto("/me/security/")
    page.get_by_role("link", name="Add a passkey").click()
    prove(page)
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.locator("noscript p")).to_contain_text("Passkeys need JavaScript")
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()
    page.get_by_role("link", name="Set up an authenticator app instead").click()
    picture = page.get_by_role("img", name="The key as a picture for the app")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows").fill(code_of(secret))
    page.get_by_role("button", name="Switch it on").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10

    log_out(page)
    page.goto(NEXT)
    give_password(page, ana)
    page.get_by_label("Code").fill(code_of(secret, 1))
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(PLACE)
    log_out(page)
    page.goto(NEXT)
    give_password(page, ana)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(PLACE)


# --- What every page owes a reader --------------------------------------------------------------


@pytest.fixture
def look(ana, visit):
    """Goes through every page of keys and asks something of each: address -> answer."""

    def look(question, prefix="/", **options):
        answers = {}
        page = visit(**options)
        with_device(page, isUserVerified=False)
        sign_in(page, ana)
        page.goto("/accounts/reauthenticate/")
        prove(page)
        for address in ("accounts/2fa/totp/activate/", "accounts/2fa/webauthn/add/"):
            page.goto(prefix + address)
            answers[address] = question(page)
        page.locator("#add-passkey").click()
        page.get_by_role("alert").wait_for()
        answers["a device that refuses"] = question(page)
        give_app(ana)
        key = give_passkey(ana)
        for address in (
            "me/security/",
            "accounts/2fa/totp/deactivate/",
            "accounts/2fa/recovery-codes/",
            "accounts/2fa/recovery-codes/generate/",
            "accounts/2fa/reauthenticate/",
            "accounts/2fa/webauthn/reauthenticate/",
            f"accounts/2fa/webauthn/keys/{key.pk}/edit/",
            f"accounts/2fa/webauthn/keys/{key.pk}/remove/",
        ):
            assert page.goto(prefix + address).status == 200
            answers[address] = question(page)
        log_out(page)
        page.goto("/accounts/login/")
        give_password(page, ana)
        page.goto(prefix + "accounts/2fa/authenticate/")
        answers["accounts/2fa/authenticate/"] = question(page)
        page.locator("#id_code").fill("000000")
        page.locator("#id_code").press("Enter")
        page.get_by_role("alert").wait_for()
        answers["a wrong code"] = question(page)
        return answers

    return look


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_on_pages_of_keys(look, colours):
    findings = look(violations, color_scheme=colours)
    assert {address: found for address, found in findings.items() if found} == {}


@pytest.mark.parametrize("prefix", ["/", "/ar/"])
def test_pages_of_keys_fit_a_small_screen(look, prefix):
    widths = look(
        lambda page: page.evaluate("document.documentElement.scrollWidth"), prefix, width=SMALL
    )
    assert {address: width for address, width in widths.items() if width > SMALL} == {}
