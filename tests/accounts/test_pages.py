"""Every account page: in the frame of the site, labelled, without inline script or style."""

import re
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.test import Client

from tests.factory import make_user

from . import visiting
from .device import give_app
from .visiting import prove, sign_in, sign_up, text_of

pytestmark = pytest.mark.django_db


class Page(HTMLParser):
    VOID = {"input", "meta", "link", "br", "hr", "img"}

    def __init__(self, text):
        super().__init__()
        self.tags, self.labels, self.fields, self.ids, self.open = [], set(), [], [], []
        self.title, self.h1 = "", []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        self.ids += [attributes["id"]] if "id" in attributes else []
        if tag == "label":
            self.labels.add(attributes.get("for"))
        if tag in {"input", "select", "textarea"} and attributes.get("type") != "hidden":
            self.fields.append(attributes)
        if tag == "h1":
            self.h1.append("")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"{tag} is closed where it is not open"

    def handle_data(self, data):
        if "title" in self.open:
            self.title += data
        if "h1" in self.open:
            self.h1[-1] += data


def visitor():
    return Client()


def signed_in():
    client = Client()
    sign_in(client, make_user("Ana Souza"))
    return client


def signing_up():
    client = Client()
    sign_up(client)
    return client


def asked(address):
    def client_that_asked():
        client = Client()
        client.post(address, {"email": make_user("Ana Souza").email})
        return client

    return client_that_asked


def resetting():
    client = asked(visiting.RESET)()
    client.post(visiting.RESET_CONFIRM, {"code": visiting.last_code()})
    return client


def without_password():
    client, user = Client(), make_user("Ana Souza")
    user.set_unusable_password()
    user.save()
    client.post(visiting.LOGIN_CODE, {"email": user.email})
    client.post(visiting.LOGIN_CODE_CONFIRM, {"code": visiting.last_code()})
    return client


def proved():
    client = signed_in()
    prove(client)
    return client


def with_app():
    """The app is given first: setting it up would ask for its code."""
    client, user = Client(), make_user("Ana Souza")
    sign_in(client, user)
    prove(client)
    give_app(user)
    return client


def at_the_second_step():
    client, user = Client(), make_user("Ana Souza")
    give_app(user)
    sign_in(client, user)
    return client


PAGES = [
    (visiting.LOGIN, visitor, {"login": "username", "password": "current-password"}),
    (
        visiting.SIGNUP,
        visitor,
        {
            "name": "name",
            "email": "email",
            "password1": "new-password",
            "organisation": "organization",
            "country": "country",
            # The trap, which no browser fills in.
            "remark": "off",
        },
    ),
    (visiting.LOGIN_CODE, visitor, {"email": "email"}),
    (visiting.LOGIN_CODE_CONFIRM, asked(visiting.LOGIN_CODE), {"code": "one-time-code"}),
    (visiting.CONFIRM, signing_up, {"code": "one-time-code"}),
    (visiting.RESET, visitor, {"email": "email"}),
    (visiting.RESET_CONFIRM, asked(visiting.RESET), {"code": "one-time-code"}),
    (
        visiting.RESET_COMPLETE,
        resetting,
        {"password1": "new-password", "password2": "new-password"},
    ),
    (
        visiting.CHANGE_PASSWORD,
        signed_in,
        {
            "oldpassword": "current-password",
            "password1": "new-password",
            "password2": "new-password",
        },
    ),
    (
        "/accounts/password/set/",
        without_password,
        {"password1": "new-password", "password2": "new-password"},
    ),
    (visiting.EMAIL, signed_in, {"email": "email"}),
    (visiting.REAUTHENTICATE, signed_in, {"password": "current-password"}),
    ("/accounts/logout/", signed_in, {}),
    (visiting.SECURITY, with_app, {}),
    (visiting.LOGIN_AGAIN, signed_in, {}),
    (visiting.STEP, at_the_second_step, {"code": "one-time-code"}),
    ("/accounts/2fa/reauthenticate/", with_app, {"code": "one-time-code"}),
    (visiting.APP, proved, {"code": "one-time-code"}),
    (visiting.NO_APP, with_app, {}),
    (visiting.PASSKEY, proved, {"name": "off", "passwordless": None}),
    (visiting.RECOVERY, with_app, {}),
    (visiting.NEW_RECOVERY, with_app, {}),
    ("/accounts/inactive/", visitor, {}),
    ("/accounts/3rdparty/", signed_in, {}),
    ("/accounts/3rdparty/login/cancelled/", visitor, {}),
    ("/accounts/3rdparty/login/error/", visitor, {}),
]


OPTIONAL = {"organisation", "country", "remark"}

# Where a device is asked for a passkey; an app and codes by mail do the same without scripts.
WITH_SCRIPTS = {visiting.LOGIN, visiting.PASSKEY, "/accounts/logout/"}


@pytest.mark.parametrize(("address", "whose", "fields"), PAGES, ids=[page[0] for page in PAGES])
def test_the_page_is_one_of_the_site(address, whose, fields):
    response = whose().get(address)
    assert response.status_code == (401 if "error" in address else 200)
    text = text_of(response)
    page = Page(text)
    assert re.fullmatch(r"\w.+ – Indaba", " ".join(page.title.split()))
    assert len(page.h1) == 1
    assert 'class="skip"' in text
    assert 'class="page narrow"' in text
    scripts = [attributes for tag, attributes in page.tags if tag == "script"]
    assert bool(scripts) == (address in WITH_SCRIPTS)
    for script in scripts:
        # Data is not run; whatever is run comes from the site's own files.
        assert script.get("type") == "application/json" or script["src"].startswith("/static/")
    for tag, attributes in page.tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
        assert "placeholder" not in attributes, tag
    assert len(page.ids) == len(set(page.ids))
    assert {field["name"]: field.get("autocomplete") for field in page.fields} == fields
    assert {field["id"] for field in page.fields} <= page.labels


def test_codes_are_typed_on_the_number_keys():
    page = Page(text_of(signing_up().get(visiting.CONFIRM)))
    (code,) = page.fields
    assert code["inputmode"] == "numeric"


@pytest.mark.parametrize(("address", "whose", "fields"), PAGES, ids=[page[0] for page in PAGES])
def test_an_empty_form_comes_back_with_errors_tied_to_its_fields(address, whose, fields):
    if not fields or address == visiting.PASSKEY:
        pytest.skip("a page without fields that must be filled in")
    # Two pages do two things; the button or the field says which.
    response = whose().post(address, {"action_add": "", "code": ""})
    page = Page(text_of(response))
    assert 'role="alert"' in text_of(response)
    required = [name for name in fields if name not in OPTIONAL]
    links = [attributes.get("href") for tag, attributes in page.tags if tag == "a"]
    for field in page.fields:
        if field["name"] in required:
            assert f"#{field['id']}" in links
            assert field["aria-invalid"] == "true"


def test_pages_for_a_visitor_keep_the_way_back():
    place = "/discussions/maize/contribute/"
    quoted = "next=%2Fdiscussions%2Fmaize%2Fcontribute%2F"
    plain = "next=/discussions/maize/contribute/"
    login = text_of(Client().get(visiting.LOGIN, {"next": place}))
    assert f"{visiting.SIGNUP}?{quoted}" in login
    assert f"{visiting.LOGIN_CODE}?{quoted}" in login
    assert f"{visiting.RESET}?{plain}" in login
    for address in (visiting.SIGNUP, visiting.LOGIN_CODE, visiting.RESET):
        page = text_of(Client().get(address, {"next": place}))
        assert f"{visiting.LOGIN}?{quoted}" in page, address
        assert f'<input type="hidden" name="next" value="{place}">' in page, address


def test_mails_are_plain_text_from_the_site():
    signing_up()
    asked(visiting.LOGIN_CODE)()
    asked(visiting.RESET)()
    for message in mail.outbox:
        assert message.alternatives == []
        assert message.subject.startswith("[Indaba] ")
        assert message.body.endswith("-- \nIndaba\nhttp://testserver/")
        assert "&" not in message.body
