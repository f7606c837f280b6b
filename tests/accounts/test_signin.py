"""Signing in by password and by code, its limits, and what an account does to its keys."""

import re

import pytest
from django.conf import settings as configured
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.models import User
from tests.factory import PASSWORD, make_user

from .visiting import (
    CHANGE_PASSWORD,
    CONFIRM,
    EMAIL,
    LOGIN,
    LOGIN_CODE,
    LOGIN_CODE_CONFIRM,
    NEWCOMER,
    REAUTHENTICATE,
    RESET,
    RESET_COMPLETE,
    RESET_CONFIRM,
    is_signed_in,
    last_code,
    sign_in,
    sign_up,
    text_of,
    wrong_code,
)

pytestmark = pytest.mark.django_db

PROFILE = "/me/profile/"
NEW = "another long walk"


@pytest.fixture
def ana():
    return make_user("Ana Souza", email="ana@example.org")


@pytest.fixture
def signed_in(client, ana):
    sign_in(client, ana)
    return client


# --- Password -----------------------------------------------------------------------------------


def test_a_password_leads_to_where_one_was_going(client, ana):
    assert sign_in(client, ana, next=PROFILE).url == PROFILE
    assert "You are logged in as Ana Souza." in text_of(client.get(PROFILE))


def test_the_address_may_be_written_in_capitals(client, ana):
    client.post(LOGIN, {"login": "ANA@Example.ORG", "password": PASSWORD})
    assert is_signed_in(client)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_signing_in_leads_to_pages_of_this_site_only(client, ana, target):
    assert sign_in(client, ana, next=target).url == "/"


def test_a_wrong_password_and_an_unknown_address_are_told_apart_by_nobody(client, ana):
    def page_after(**fields):
        page = text_of(client.post(LOGIN, {"password": "wrong", **fields}))
        return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page).replace(fields["login"], "")

    known, unknown = page_after(login=ana.email), page_after(login="nobody@example.org")
    assert known == unknown
    assert "are not correct" in known


def test_signing_in_changes_the_session_id(client, ana):
    client.get(LOGIN)
    session = client.session
    session["something"] = "kept from before"
    session.save()
    before = session.session_key
    client.cookies[configured.SESSION_COOKIE_NAME] = before
    sign_in(client, ana)
    assert client.session.session_key != before


def test_signing_out_needs_the_button_and_ends_the_session(signed_in):
    page = signed_in.get("/accounts/logout/")
    assert page.status_code == 200
    assert is_signed_in(signed_in)
    signed_in.post("/accounts/logout/")
    assert not is_signed_in(signed_in)


# --- Limits -------------------------------------------------------------------------------------


def test_the_sixth_wrong_password_is_refused_and_so_is_the_right_one_after_it(client, ana):
    for _attempt in range(5):
        assert sign_in(client, ana, "wrong").status_code == 200
    refusal = sign_in(client, ana, "wrong")
    assert refusal.status_code == 429
    page = text_of(refusal)
    assert "<h1>Too many attempts</h1>" in page
    assert 'class="skip"' in page
    assert f'href="{LOGIN_CODE}"' in page
    assert sign_in(client, ana).status_code == 429
    assert not is_signed_in(client)


def test_the_limit_of_one_account_does_not_hinder_another(client, ana):
    for _attempt in range(6):
        sign_in(client, ana, "wrong")
    sign_in(client, make_user("Jonas Berg"))
    assert is_signed_in(client)


def test_whoever_is_locked_out_signs_in_with_a_code(client, ana):
    for _attempt in range(6):
        sign_in(client, ana, "wrong")
    client.post(LOGIN_CODE, {"email": ana.email})
    client.post(LOGIN_CODE_CONFIRM, {"code": last_code()})
    assert is_signed_in(client)


def test_one_place_has_ten_wrong_passwords_a_minute_whatever_the_account_and_whatever_it_says(
    client,
):
    codes = [
        client.post(
            LOGIN,
            {"login": f"person{n}@example.org", "password": "wrong"},
            headers={"x-forwarded-for": f"203.0.113.{n}"},
        ).status_code
        for n in range(11)
    ]
    assert codes == [200] * 10 + [429]


@pytest.mark.skipif(bool(configured.REDIS_URL), reason="limits are kept in Redis")
def test_limits_are_rows_that_every_process_sees(client, ana):
    def rows():
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM cache WHERE cache_key LIKE '%login_failed%'")
            return cursor.fetchone()[0]

    assert rows() == 0
    sign_in(client, ana, "wrong")
    assert rows() == 2


@pytest.mark.skipif(bool(configured.REDIS_URL), reason="limits are kept in Redis")
def test_nobody_can_push_the_limits_out_of_the_cache(client, ana):
    for _attempt in range(5):
        sign_in(client, ana, "wrong")
    # Three hundred is where the database cache would begin to forget by default.
    cache.set_many({f"something-{n}": n for n in range(400)})
    assert sign_in(client, ana, "wrong").status_code == 429


def test_codes_cannot_be_asked_for_without_end(client, ana):
    for _attempt in range(3):
        assert Client().post(LOGIN_CODE, {"email": ana.email}).status_code == 302
    page = Client().post(LOGIN_CODE, {"email": ana.email})
    assert "Too many" in page.context["form"].errors["email"][0]
    for _attempt in range(3):
        assert Client().post(RESET, {"email": ana.email}).status_code == 302
    assert Client().post(RESET, {"email": ana.email}).status_code == 429
    assert len(mail.outbox) == 6


# --- Code ---------------------------------------------------------------------------------------


def test_a_code_signs_in_and_leads_to_where_one_was_going(client, ana):
    page = client.get(LOGIN, {"next": PROFILE})
    assert f'href="{LOGIN_CODE}?next=%2Fme%2Fprofile%2F"' in text_of(page)
    response = client.post(LOGIN_CODE, {"email": ana.email, "next": PROFILE})
    page = client.get(response.url)
    assert f'name="next" value="{PROFILE}"' in text_of(page)
    assert client.post(LOGIN_CODE_CONFIRM, {"code": last_code(), "next": PROFILE}).url == PROFILE


def test_a_new_sign_in_code_can_be_had(client, ana):
    client.post(LOGIN_CODE, {"email": ana.email})
    client.post(LOGIN_CODE_CONFIRM, {"action": "resend"})
    assert len(mail.outbox) == 2
    client.post(LOGIN_CODE_CONFIRM, {"code": last_code()})
    assert is_signed_in(client)


def test_three_wrong_sign_in_codes_end_it(client, ana):
    client.post(LOGIN_CODE, {"email": ana.email})
    for _attempt in range(3):
        client.post(LOGIN_CODE_CONFIRM, {"code": wrong_code()})
    client.post(LOGIN_CODE_CONFIRM, {"code": last_code()})
    assert not is_signed_in(client)


def test_a_code_is_worth_nothing_in_another_browser(client, ana):
    client.post(LOGIN_CODE, {"email": ana.email})
    other = Client()
    other.post(LOGIN_CODE, {"email": "nobody@example.org"})
    mail.outbox.pop()
    other.post(LOGIN_CODE_CONFIRM, {"code": last_code()})
    assert not is_signed_in(other)


def test_an_unknown_address_gets_the_same_page_and_a_mail_without_a_code(client, ana):
    def page_after(email):
        visitor = Client()
        visitor.post(LOGIN_CODE, {"email": email})
        page = text_of(visitor.get(LOGIN_CODE_CONFIRM)).replace(email, "ADDRESS")
        return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page)

    assert page_after(ana.email) == page_after("nobody@example.org")
    assert "No account can be used with it" in mail.outbox[-1].body
    assert not re.search(r"\d{4}-\d{4}", mail.outbox[-1].body)


def test_a_stranger_who_signed_up_with_somebodys_address_keeps_no_key(client):
    sign_up(Client())
    owner = User.objects.get()
    client.post(LOGIN_CODE, {"email": owner.email})
    landing = client.post(LOGIN_CODE_CONFIRM, {"code": last_code()}, follow=True)
    assert is_signed_in(client)
    assert "no longer valid" in text_of(landing)
    stranger = Client()
    sign_in(stranger, owner, NEWCOMER["password1"])
    assert not is_signed_in(stranger)


def test_a_code_leaves_a_password_alone_that_was_used_before(client, ana):
    sign_in(Client(), ana)
    client.post(LOGIN_CODE, {"email": ana.email})
    client.post(LOGIN_CODE_CONFIRM, {"code": last_code()})
    other = Client()
    sign_in(other, ana)
    assert is_signed_in(other)


# --- Suspended ----------------------------------------------------------------------------------


def suspend(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def test_somebody_suspended_is_told_so_once_they_gave_their_password(client, ana):
    suspend(ana)
    page = client.post(LOGIN, {"login": ana.email, "password": PASSWORD}, follow=True)
    assert "This account is suspended" in text_of(page)
    assert not is_signed_in(client)
    assert "are not correct" in text_of(sign_in(client, ana, "wrong"))


def test_somebody_suspended_gets_no_code_and_a_mail_that_says_it(client, ana):
    suspend(ana)
    client.post(LOGIN_CODE, {"email": ana.email})
    assert "or it is suspended" in mail.outbox[-1].body


def test_suspending_ends_the_sessions(signed_in, ana):
    assert signed_in.get(PROFILE).status_code == 200
    suspend(ana)
    assert signed_in.get(PROFILE).url == f"{LOGIN}?next={PROFILE}"


# --- Reset --------------------------------------------------------------------------------------


def test_a_reset_leads_by_a_code_to_a_new_password_and_to_where_one_was_going(client, ana):
    elsewhere = Client()
    sign_in(elsewhere, ana)

    login = text_of(client.get(LOGIN, {"next": PROFILE}))
    assert f'href="{RESET}?next=/me/profile/"' in login
    response = client.post(RESET, {"email": ana.email, "next": PROFILE})
    assert response.url == f"{RESET_CONFIRM}?next=%2Fme%2Fprofile%2F"
    response = client.post(response.url, {"code": last_code(), "next": PROFILE})
    assert response.url == f"{RESET_COMPLETE}?next=%2Fme%2Fprofile%2F"
    passwords = {"password1": NEW, "password2": NEW, "next": PROFILE}
    assert client.post(RESET_COMPLETE, passwords).url == PROFILE

    assert is_signed_in(client)
    assert elsewhere.get(PROFILE).status_code == 302
    assert mail.outbox[-1].to == [ana.email]
    assert "has been reset" in mail.outbox[-1].body
    ana.refresh_from_db()
    assert ana.check_password(NEW)


def test_without_the_code_no_password_is_set(client, ana):
    client.post(RESET, {"email": ana.email})
    for _attempt in range(3):
        client.post(RESET_CONFIRM, {"code": wrong_code()})
        client.post(RESET_COMPLETE, {"password1": NEW, "password2": NEW})
    client.post(RESET_CONFIRM, {"code": last_code()})
    client.post(RESET_COMPLETE, {"password1": NEW, "password2": NEW})
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_a_reset_for_an_unknown_address_shows_the_same(client, ana):
    def page_after(email):
        visitor = Client()
        page = text_of(visitor.post(RESET, {"email": email}, follow=True)).replace(email, "")
        return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page)

    assert page_after(ana.email) == page_after("nobody@example.org")


# --- Password and address -----------------------------------------------------------------------


def test_a_new_password_needs_the_current_one(signed_in, ana):
    new = {"password1": NEW, "password2": NEW}
    page = signed_in.post(CHANGE_PASSWORD, {"oldpassword": "wrong", **new})
    assert list(page.context["form"].errors) == ["oldpassword"]
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(signed_in, ana):
    elsewhere = Client()
    sign_in(elsewhere, ana)
    new = {"password1": NEW, "password2": NEW}
    assert signed_in.post(CHANGE_PASSWORD, {"oldpassword": PASSWORD, **new}).url == PROFILE
    assert signed_in.get(PROFILE).status_code == 200
    assert elsewhere.get(PROFILE).status_code == 302
    assert "password has been changed" in mail.outbox[-1].body


def ask_for_address(client, email):
    """Ask for another address; the password is asked in between."""
    response = client.post(EMAIL, {"email": email, "action_add": ""})
    assert response.url == f"{REAUTHENTICATE}?next=%2Faccounts%2Femail%2F"
    return client.post(response.url, {"password": PASSWORD, "next": EMAIL})


def test_another_address_counts_once_its_code_is_entered_and_the_old_one_is_told(signed_in, ana):
    assert ask_for_address(signed_in, "ana.new@example.org").url == CONFIRM
    assert mail.outbox[-1].to == ["ana.new@example.org"]
    assert "ana@example.org" not in mail.outbox[-1].body
    ana.refresh_from_db()
    assert ana.email == "ana@example.org"
    sign_in(Client(), ana)

    assert signed_in.post(CONFIRM, {"code": last_code()}).url == PROFILE
    ana.refresh_from_db()
    assert ana.email == "ana.new@example.org"
    assert [a.email for a in ana.emailaddress_set.all()] == ["ana.new@example.org"]
    assert mail.outbox[-1].to == ["ana@example.org"]


def test_another_address_needs_the_password(signed_in, ana):
    signed_in.post(EMAIL, {"email": "ana.new@example.org", "action_add": ""})
    signed_in.post(REAUTHENTICATE, {"password": "wrong", "next": EMAIL})
    assert mail.outbox == []


def test_three_wrong_codes_leave_the_address_as_it_was(signed_in, ana):
    ask_for_address(signed_in, "ana.new@example.org")
    for _attempt in range(3):
        signed_in.post(CONFIRM, {"code": wrong_code()})
    signed_in.post(CONFIRM, {"code": last_code()})
    ana.refresh_from_db()
    assert ana.email == "ana@example.org"
    assert signed_in.get(PROFILE).status_code == 200


def test_the_address_of_somebody_else_is_not_taken_over_and_not_betrayed(signed_in, ana):
    other = make_user("Jonas Berg", email="jonas@example.org")
    assert ask_for_address(signed_in, other.email).url == CONFIRM
    assert mail.outbox[-1].to == ["jonas@example.org"]
    signed_in.post(CONFIRM, {"code": wrong_code()})
    ana.refresh_from_db()
    assert ana.email == "ana@example.org"
    signed_in.post(CONFIRM, {"code": last_code()})
    ana.refresh_from_db()
    assert ana.email == "ana@example.org"
