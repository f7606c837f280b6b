"""Signing up: a code by mail, and back to the page one came from."""

import re
from datetime import timedelta

import pytest
from allauth.account import app_settings
from allauth.core.context import request_context
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core import mail
from django.utils import timezone

from accounts.forms import SignupForm
from accounts.models import Person, User
from tests.factory import make_user

from .visiting import (
    CONFIRM,
    LOGIN,
    NEWCOMER,
    SIGNUP,
    is_signed_in,
    last_code,
    sign_in,
    sign_up,
    text_of,
    wrong_code,
)

pytestmark = pytest.mark.django_db


def test_somebody_who_signs_up_comes_back_to_where_they_wanted_to_write(client, discussion):
    place = f"/discussions/{discussion.slug}/contribute/"
    login = client.get(LOGIN, {"next": place})
    assert f'href="{SIGNUP}?next=%2Fdiscussions%2F{discussion.slug}%2Fcontribute%2F"' in text_of(
        login
    )

    form = client.get(SIGNUP, {"next": place})
    assert f'<input type="hidden" name="next" value="{place}">' in text_of(form)
    assert sign_up(client, next=place).url == CONFIRM
    assert not is_signed_in(client)

    landing = client.post(CONFIRM, {"code": last_code()}, follow=True)
    assert landing.redirect_chain == [(place, 302)]
    assert landing.status_code == 200
    assert is_signed_in(client)


def test_an_account_gets_a_person_with_what_was_told(client):
    sign_up(client)
    person = User.objects.get(email="wanjiru@example.org").person
    told = (person.name, person.organisation, person.country, person.language)
    assert told == ("Wanjiru Kamau", "Farmers' Union", "KE", "en")
    assert Person.objects.count() == 1


def test_name_address_and_password_are_enough(client):
    assert sign_up(client, organisation="", country="").url == CONFIRM


def test_the_mail_names_the_site_and_holds_the_code_and_no_other_address(client):
    sign_up(client)
    (message,) = mail.outbox
    assert message.to == ["wanjiru@example.org"]
    assert message.subject.startswith("[Indaba] ")
    assert "on Indaba" in message.body
    assert "http://testserver/" in message.body
    assert "@" not in message.body
    assert last_code()


def test_mail_comes_in_the_language_of_the_page(client):
    client.post("/fr" + SIGNUP, NEWCOMER)
    assert "Le code pour votre adresse" in mail.outbox[0].subject


def test_an_address_that_has_an_account_gets_the_same_page_and_another_mail(client):
    owner = make_user("Ana Souza", email="ana@example.org")

    def page_after(email, visitor):
        assert visitor.post(SIGNUP, NEWCOMER | {"email": email}).url == CONFIRM
        page = text_of(visitor.get(CONFIRM)).replace(email, "ADDRESS")
        return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page)

    assert page_after("ana@example.org", type(client)()) == page_after(
        "new@example.org", type(client)()
    )
    to_owner, _to_new = mail.outbox
    assert to_owner.to == ["ana@example.org"]
    assert "has an account already" in to_owner.body
    assert not re.search(r"\d{4}-\d{4}", to_owner.body)
    owner.refresh_from_db()
    assert owner.person.name == "Ana Souza"


def test_nothing_typed_confirms_an_address_that_has_an_account(client):
    make_user("Ana Souza", email="ana@example.org")
    sign_up(client, email="ana@example.org")
    for code in ("", "0000-0000", "None"):
        client.post(CONFIRM, {"code": code})
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "write",
    [
        lambda code: code.replace("-", ""),
        lambda code: f" {code.replace('-', ' ')} ",
        lambda code: code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        lambda code: code.translate(str.maketrans("0123456789-", "０１２３４５６７８９－")),
    ],
)
def test_the_code_may_be_written_as_one_likes(client, write):
    sign_up(client)
    client.post(CONFIRM, {"code": write(last_code())})
    assert is_signed_in(client)


def test_a_wrong_code_is_told_and_may_be_corrected(client):
    sign_up(client)
    page = client.post(CONFIRM, {"code": wrong_code()})
    assert page.context["verify_form"].errors == {"code": ["Incorrect code."]}
    assert '<a href="#id_code">Code from the mail</a>: Incorrect code.' in text_of(page)
    client.post(CONFIRM, {"code": last_code()})
    assert is_signed_in(client)


def test_after_three_wrong_codes_the_right_one_is_worth_nothing(client):
    sign_up(client)
    for _attempt in range(3):
        response = client.post(CONFIRM, {"code": wrong_code()})
    assert response.url == LOGIN
    client.post(CONFIRM, {"code": last_code()})
    assert not is_signed_in(client)


def age_of(client, minutes):
    """Make the code in this visitor's session so many minutes old."""
    session = client.session
    state = session["account_email_verification_code"]
    session["account_email_verification_code"] = state | {"at": state["at"] - 60 * minutes}
    session.save()


@pytest.mark.parametrize(("minutes", "holds"), [(9, True), (11, False)])
def test_a_code_holds_for_ten_minutes(client, minutes, holds):
    sign_up(client)
    age_of(client, minutes)
    client.post(CONFIRM, {"code": last_code()})
    assert is_signed_in(client) is holds


def test_a_code_counts_once(client):
    sign_up(client)
    code = last_code()
    client.post(CONFIRM, {"code": code})
    client.post("/accounts/logout/")
    client.post(CONFIRM, {"code": code})
    assert not is_signed_in(client)


def test_somebody_whose_code_expired_signs_in_and_gets_another(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": None}
    sign_up(client)
    age_of(client, 11)
    assert client.get(CONFIRM).url == LOGIN
    user = User.objects.get()
    assert sign_in(client, user, NEWCOMER["password1"], next="/me/profile/").url == CONFIRM
    assert client.post(CONFIRM, {"code": last_code()}).url == "/me/profile/"


def test_a_new_code_can_be_had_and_replaces_the_first(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": None}
    sign_up(client)
    first = last_code()
    client.post(CONFIRM, {"action": "resend"})
    assert len(mail.outbox) == 2
    if last_code() != first:
        client.post(CONFIRM, {"code": first})
        assert not is_signed_in(client)
    client.post(CONFIRM, {"code": last_code()})
    assert is_signed_in(client)


def test_an_hour_brings_no_more_than_twenty_mails_to_one_address(client, settings):
    assert "20/h/key" in app_settings.RATE_LIMITS["confirm_email"]
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": "2/h/key"}
    for _attempt in range(2):
        assert sign_up(type(client)()).status_code == 302
    assert sign_up(type(client)()).status_code == 429
    assert len(mail.outbox) == 2


def test_whoever_mistyped_the_address_starts_again_and_keeps_the_way_back(client):
    sign_up(client, next="/me/profile/")
    assert f'value="{SIGNUP}?next=/me/profile/"' in text_of(client.get(CONFIRM))
    response = client.post("/accounts/logout/", {"next": f"{SIGNUP}?next=/me/profile/"})
    assert client.get(response.url).status_code == 200


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Wanjiru   Kamau ", "Wanjiru Kamau"),
        ("Wanjiru\r\nBcc: all@example.org", "Wanjiru Bcc: all@example.org"),
        ("Wanjiru\x07\x1b[31m Kamau", "Wanjiru [31m Kamau"),
        ("\u202eWanjiru\u202c", "Wanjiru"),
        ("ශ්\u200dරී ලංකා", "ශ්\u200dරී ලංකා"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Nguyễn Thị Minh Khai", "Nguyễn Thị Minh Khai"),
        ("李" * 150, "李" * 150),
    ],
)
def test_a_name_stands_on_one_line_as_it_is_spelt(client, typed, kept):
    sign_up(client, name=typed)
    assert Person.objects.get().name == kept


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "This field is required."),
        ("\n\x01", "Please give a name."),
        ("\u200d\u200c", "Please give a name."),
        ("???", "Please give a name."),
        ("Ana\x00Souza", "Null characters are not allowed."),
        ("a" * 151, "Ensure this value has at most 150 characters (it has 151)."),
    ],
)
def test_a_name_that_cannot_be_taken_is_told_and_nothing_is_lost(client, name, error):
    page = sign_up(client, name=name)
    assert page.context["form"].errors == {"name": [error]}
    text = text_of(page)
    assert '<a href="#id_name">Your name</a>' in text
    assert 'aria-invalid="true"' in text
    for kept in ('value="wanjiru@example.org"', 'value="Farmers&#x27; Union"', "selected>Kenya"):
        assert kept in text
    assert NEWCOMER["password1"] not in text
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("password", "error"),
    [
        ("short", "at least 10 characters"),
        ("password123", "too common"),
        ("wanjiru@example.org", "too similar"),
    ],
)
def test_a_weak_password_is_told(client, password, error):
    page = sign_up(client, password1=password)
    assert error in page.context["form"].errors["password1"][0]


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_signing_up_leads_to_pages_of_this_site_only(client, target):
    sign_up(client, next=target)
    assert client.post(CONFIRM, {"code": last_code()}).url == "/"


def test_of_two_forms_with_one_address_at_once_one_makes_the_account(rf):
    request = rf.post(SIGNUP)
    request.user = AnonymousUser()
    SessionMiddleware(lambda request: None).process_request(request)
    MessageMiddleware(lambda request: None).process_request(request)
    with request_context(request):
        form = SignupForm(NEWCOMER)
        assert form.is_valid()
        make_user("The Faster One", email="wanjiru@example.org")
        user, response = form.try_save(request)
    assert (user, response.url) == (None, CONFIRM)
    assert [person.name for person in Person.objects.all()] == ["The Faster One"]


def test_when_the_mail_server_is_down_the_reader_is_told_and_can_come_back(
    client, settings, caplog
):
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    page = sign_up(client)
    assert page.status_code == 503
    assert "The mail could not be sent" in text_of(page)

    settings.EMAIL_BACKEND = working
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": None}
    visitor = type(client)()
    sign_in(visitor, User.objects.get(), NEWCOMER["password1"])
    visitor.post(CONFIRM, {"code": last_code()})
    assert is_signed_in(visitor)


def test_an_address_counts_as_verified_only_after_the_code(client):
    sign_up(client)
    address = User.objects.get().emailaddress_set.get()
    assert not address.verified
    client.post(CONFIRM, {"code": last_code()})
    address.refresh_from_db()
    assert address.verified
    assert User.objects.get().last_login > timezone.now() - timedelta(minutes=1)
