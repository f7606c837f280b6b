"""Who gets into the admin, and how one signs in and out there."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factory import make_user

from .browsing import signed_in

INDEX = "/admin/"
REFUSAL = "Only moderators, facilitators and organisers of a discussion work here."


@pytest.mark.parametrize("name", ["organiser", "facilitator", "moderator"])
def test_staff_of_a_discussion_get_in(cast, name):
    assert signed_in(getattr(cast, name)).get(INDEX).status_code == 200


@pytest.mark.parametrize("name", ["participant", "stranger"])
@pytest.mark.parametrize("address", [INDEX, "/admin/login/", "/admin/forum/discussion/"])
def test_others_who_are_signed_in_are_told_why_they_do_not(cast, name, address):
    response = signed_in(getattr(cast, name)).get(address)
    assert response.status_code == 403
    assert REFUSAL in response.content.decode()


def test_a_superuser_gets_in_without_a_role(db):
    assert signed_in(make_user("Root", is_superuser=True)).get(INDEX).status_code == 200


def test_a_suspended_moderator_does_not_get_in(cast):
    client = signed_in(cast.moderator)
    cast.moderator.is_active = False
    cast.moderator.save()
    assert client.get(INDEX, follow=True).redirect_chain[-1][0].startswith("/accounts/login/")


def test_a_visitor_signs_in_on_the_page_of_the_site_and_comes_back(db):
    response = Client().get("/admin/forum/discussion/?status=open", follow=True)
    address, _status = response.redirect_chain[-1]
    assert address == "/accounts/login/?next=/admin/forum/discussion/%3Fstatus%3Dopen"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_signing_in_leads_to_pages_of_this_site_only(cast, target):
    assert Client().get("/admin/login/", {"next": target}).url == "/accounts/login/?next=/admin/"
    assert signed_in(cast.moderator).get("/admin/login/", {"next": target}).url == INDEX


def test_somebody_of_the_staff_who_is_signed_in_goes_straight_on(cast):
    response = signed_in(cast.moderator).get("/admin/login/", {"next": "/admin/forum/logentry/"})
    assert response.url == "/admin/forum/logentry/"


def test_there_is_no_second_way_to_sign_in(cast):
    client = Client()
    client.post("/admin/login/", {"username": cast.moderator.email, "password": "x"})
    assert "_auth_user_id" not in client.session


def test_logging_out_and_passwords_belong_to_the_pages_of_the_site(cast):
    client = signed_in(cast.moderator)
    page = client.get(INDEX).content.decode()
    assert f'method="post" action="{reverse("account_logout")}"' in page
    assert f'href="{reverse("account_change_password")}"' in page
    assert client.post("/admin/logout/").url == reverse("account_logout")
    assert client.get("/admin/password_change/").url == reverse("account_change_password")


def test_logging_out_in_the_admin_ends_the_session(cast):
    client = signed_in(cast.moderator)
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_the_site_is_named_and_djangos_own_log_is_not_shown(cast, settings):
    page = signed_in(cast.moderator).get(INDEX).content.decode()
    assert settings.SITE_NAME in page
    assert "Staff" in page
    assert "Recent actions" not in page


def test_memberships_are_asked_for_once_in_a_request(cast, rf):
    request = rf.get(INDEX)
    request.user = cast.moderator
    with CaptureQueriesContext(connection) as queries:
        assert admin.site.has_permission(request)
        assert admin.site.has_permission(request)
    assert len(queries) == 1


def test_nothing_that_other_packages_bring_along_is_here():
    registered = {model._meta.label for model in admin.site._registry}
    assert registered == {
        "accounts.Person",
        "accounts.User",
        "forum.Contribution",
        "forum.Discussion",
        "forum.LogEntry",
        "forum.Membership",
        "forum.Page",
    }
