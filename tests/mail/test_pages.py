"""How often one gets news by mail: chosen on a page, or ended by the address in each mail."""

import re

import pytest
from django.test import Client

from accounts.models import Person
from forum.models import Discussion
from mail.messages import token_of
from tests.factory import make_user

PAGE = "/me/preferences/"


@pytest.fixture
def ana(db):
    return make_user("Ana Souza")


def frequency(user):
    return Person.objects.get(pk=user.person_id).mail_frequency


def unsubscribe(user, prefix=""):
    return f"{prefix}/mail/unsubscribe/{token_of(user.person)}/"


def test_the_choice_is_kept(client, ana):
    client.force_login(ana)
    at_once = r'value="at_once"[^>]* checked'
    assert re.search(at_once, client.get(PAGE).content.decode())
    for chosen in ("weekly", "daily", "never", "at_once"):
        assert client.post(PAGE, {"frequency": chosen}).status_code == 302
        assert frequency(ana) == chosen
    assert client.post(PAGE, {"frequency": "hourly"}).status_code == 422
    assert frequency(ana) == "at_once"


def test_a_choice_changes_no_page_of_a_discussion(client, cast, discussion):
    before = Discussion.objects.get().version
    client.force_login(cast.organiser)
    client.post(PAGE, {"frequency": "never"})
    assert Discussion.objects.get().version == before


def test_a_visitor_has_no_preferences(client, db):
    assert client.get(PAGE).url.startswith("/accounts/login/")
    assert client.post(PAGE, {"frequency": "never"}).url.startswith("/accounts/login/")


def test_looking_at_the_address_asks_and_changes_nothing(client, ana):
    page = client.get(unsubscribe(ana))
    assert page.status_code == 200
    assert "Send me no more news" in page.content.decode()
    assert frequency(ana) == "at_once"


def test_one_click_of_a_mail_program_ends_them_without_a_login(ana):
    mail_program = Client(enforce_csrf_checks=True)
    answer = mail_program.post(unsubscribe(ana), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert frequency(ana) == "never"
    assert not answer.cookies


def test_it_is_said_in_the_language_of_the_mail(client, ana):
    page = client.get(unsubscribe(ana, "/fr")).content.decode()
    assert '<html lang="fr"' in page
    assert "Send me no more news" not in page


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: "x" + token, str.upper])
def test_an_address_that_was_not_signed_is_none(client, ana, change):
    path = f"/mail/unsubscribe/{change(token_of(ana.person))}/"
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404
    assert frequency(ana) == "at_once"
