"""What somebody meets whose role sleeps, and how it wakes. That such a role can do nothing is in
tests/test_roles.py."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from forum.models import Discussion, LogEntry, Page
from tests.accounts.device import code_of, give_app
from tests.accounts.visiting import APP, CONFIRM, LOGIN, RECOVERY, SECURITY, last_code, prove
from tests.factory import (
    PASSWORD,
    make_contribution,
    make_discussion,
    make_factor,
    make_member,
    make_user,
)
from tests.moderation.browsing import signed_in

NOTICE = "Your role needs a second factor"
REASON = "Your role here needs a second factor: set up an authenticator app or a passkey"
STAFF = ("organiser", "facilitator", "moderator", "superuser")


@pytest.fixture(autouse=True)
def asked_for(roles_that_are_awake, settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def people(discussion, cast):
    cast.superuser = make_user("Root Admin", is_superuser=True)
    return vars(cast)


def text(response):
    return response.content.decode()


# --- Told, and led on ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", STAFF)
@pytest.mark.parametrize("address", ["/", "/discussions/open-discussion/"])
def test_pages_tell_those_whose_role_sleeps_and_lead_to_what_wakes_it(people, name, address):
    client = signed_in(people[name])
    page = text(client.get(address))
    assert NOTICE in page
    assert f'href="{SECURITY}"' in page
    give_app(people[name])
    assert NOTICE not in text(client.get(address))


@pytest.mark.parametrize("name", ["participant", "stranger"])
def test_nobody_else_is_told_anything(people, name):
    client = signed_in(people[name])
    for address in ("/", "/discussions/open-discussion/", SECURITY):
        assert NOTICE not in text(client.get(address))
    assert NOTICE not in text(Client().get("/discussions/open-discussion/"))


def test_the_staff_of_another_discussion_are_told_on_their_own(people):
    elsewhere = make_member(make_discussion("another"), "moderator")
    client = signed_in(elsewhere)
    assert NOTICE in text(client.get("/discussions/another/"))
    assert NOTICE not in text(client.get("/discussions/open-discussion/"))


@pytest.mark.parametrize("name", STAFF)
@pytest.mark.parametrize("address", ["/admin/", "/admin/forum/discussion/", "/admin/login/"])
def test_the_administration_leads_to_what_wakes_the_role(people, name, address):
    client = signed_in(people[name])
    assert ">Administration</a>" in text(client.get("/"))
    last, _status = client.get(address, follow=True).redirect_chain[-1]
    assert last == SECURITY
    assert NOTICE in text(client.get(SECURITY))
    give_app(people[name])
    assert client.get(address, follow=True).status_code == 200
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("name", ["participant", "stranger"])
def test_the_administration_refuses_others_as_ever(people, name):
    assert signed_in(people[name]).get("/admin/").status_code == 403


@pytest.mark.parametrize("name", ["moderator", "superuser"])
def test_a_refusal_says_what_would_wake_the_role_and_leads_there(discussion, people, name):
    make_contribution(discussion, people["participant"])
    refusal = signed_in(people[name]).get("/discussions/open-discussion/1/hide/")
    assert refusal.status_code == 403
    assert REASON in text(refusal)
    assert f'href="{SECURITY}"' in text(refusal)


def test_the_refusal_of_others_says_nothing_of_it(discussion, people):
    make_contribution(discussion, people["participant"])
    refusal = text(signed_in(people["participant"]).get("/discussions/open-discussion/1/hide/"))
    assert "Only moderators and organisers of this discussion can do this." in refusal
    assert SECURITY not in refusal


# --- An ordinary participant meanwhile ----------------------------------------------------------


def test_what_is_not_published_does_not_exist_for_a_role_that_sleeps(discussion, people):
    Discussion.objects.update(published=False)
    for name in STAFF:
        user = people[name]
        assert not Discussion.objects.visible_to(user).exists()
        assert not Discussion.objects.steered_by(user, ["organiser", "moderator"]).exists()
        make_factor(user)
        user = User.objects.get(pk=user.pk)
        assert Discussion.objects.visible_to(user).get() == discussion
        steers = Discussion.objects.steered_by(user, ["organiser", "moderator"]).exists()
        assert steers == (name != "facilitator")


def test_somebody_invited_as_staff_reads_and_writes_as_an_invited_participant(discussion, people):
    Discussion.objects.update(visibility="invited")
    for name in ("organiser", "facilitator", "moderator"):
        page = signed_in(people[name]).get("/discussions/open-discussion/")
        assert "Write a contribution" in text(page)


@pytest.mark.parametrize("name", STAFF)
def test_what_is_written_meanwhile_is_signed_by_a_participant(discussion, people, name):
    discussion.memberships.update(title="Programme Officer")
    written = make_contribution(discussion, people[name])
    assert (written.byline.role, written.byline.title) == ("participant", "")
    assert not LogEntry.objects.get(contribution=written).as_superuser
    make_factor(people[name])
    awake = User.objects.get(pk=people[name].pk)
    written = make_contribution(discussion, awake, "Something else.")
    role = "participant" if name == "superuser" else name
    assert written.byline.role == role


def test_recovery_codes_alone_wake_nothing(people):
    give_app(people["moderator"])
    people["moderator"].authenticator_set.filter(type="totp").delete()
    assert not User.objects.get(pk=people["moderator"].pk).is_awake
    assert not User.objects.awake().exists()


def test_whoever_takes_the_factor_away_falls_asleep_again(people):
    make_factor(people["moderator"])
    client = signed_in(people["moderator"])
    assert client.get("/admin/").status_code == 200
    people["moderator"].authenticator_set.all().delete()
    assert client.get("/admin/").url == SECURITY


# --- What it costs ------------------------------------------------------------------------------


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return captured.captured_queries


@pytest.mark.parametrize("address", ["/", "/discussions/open-discussion/", "/me/drafts/"])
def test_visitors_and_participants_are_not_asked(people, settings, discussion, address):
    for n in range(3):
        make_contribution(discussion, people["participant"], f"Number {n}")
    counts = {}
    for setting in (False, True):
        settings.STAFF_SECOND_FACTOR = setting
        clients = [signed_in(people["participant"]), signed_in(people["stranger"])]
        if "/me/" not in address:
            clients.append(Client())
        counts[setting] = [len(queries(client, address)) for client in clients]
    assert counts[True] == counts[False]


@pytest.mark.parametrize("size", [1, 8])
@pytest.mark.parametrize("name", STAFF)
def test_staff_are_asked_once_a_page(people, discussion, name, size):
    for n in range(size):
        make_contribution(discussion, people["participant"], f"Number {n}")
    make_factor(people[name])
    for address in ("/", "/discussions/open-discussion/", "/admin/"):
        asked = [
            query["sql"]
            for query in queries(signed_in(people[name]), address)
            if "mfa_authenticator" in query["sql"] and "forum_discussion" not in query["sql"]
        ]
        assert len(asked) == 1, address


# --- From the first sign-in ---------------------------------------------------------------------


def test_a_new_superuser_signs_in_sets_up_an_app_and_works(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", email="root@example.org", interactive=False, verbosity=0)
    client = Client()
    client.post(LOGIN, {"login": "root@example.org", "password": PASSWORD, "next": "/admin/"})
    client.post(CONFIRM, {"code": last_code()})
    last, _status = client.get("/admin/", follow=True).redirect_chain[-1]
    assert last == SECURITY
    prove(client)
    secret = client.get(APP).context["form"].secret
    assert client.post(APP, {"code": code_of(secret)}).url == RECOVERY
    assert client.get("/admin/").status_code == 200
    address = "/admin/forum/page/add/"
    typed = {"key": "about", "language": "fr", "title": "À propos", "body": "Nous."}
    client.post(address, typed)
    assert Page.objects.filter(key="about", language="fr", version=2).exists()


def test_nothing_sleeps_where_the_setting_is_off(people, settings):
    settings.STAFF_SECOND_FACTOR = False
    for name in STAFF:
        client = signed_in(people[name])
        assert client.get("/admin/").status_code == 200
        assert NOTICE not in text(client.get("/"))
