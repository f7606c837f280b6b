"""The log in the admin: one's own discussions', to read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum import actions as forum_actions
from forum.models import LogEntry, Membership
from moderation import actions
from tests.factory import make_contribution, make_discussion, make_member, make_user

from .browsing import change_url, list_url, signed_in

LIST = "/admin/forum/logentry/"


@pytest.fixture
def history(cast, discussion):
    """What somebody hid, closed and reopened."""
    contribution = make_contribution(discussion, cast.participant)
    actions.hide(contribution, user=cast.moderator, version=contribution.version, reason="spam")
    forum_actions.close_now(discussion, user=cast.organiser)
    return contribution


def acts(client, **query):
    return [entry.act for entry in client.get(LIST, query).context["cl"].result_list]


def history_of(client, thing):
    return client.get(change_url(thing).replace("change", "history"))


@pytest.mark.parametrize("name", ["organiser", "moderator", "facilitator"])
def test_staff_read_the_log_of_their_discussion(cast, history, name):
    client = signed_in(getattr(cast, name))
    assert acts(client) == ["discussion.close", "contribution.hide", "contribution.publish"]
    page = client.get(LIST).content.decode()
    assert "hid a contribution" in page
    assert "It advertises something." in page
    assert "Lucía Fernández" in page


def test_it_is_filtered_by_act_and_by_discussion(cast, discussion, history):
    other = make_discussion("other")
    make_member(other, "moderator", cast.moderator)
    forum_actions.close_now(other, user=cast.moderator)
    client = signed_in(cast.moderator)
    assert acts(client, act="contribution.hide") == ["contribution.hide"]
    assert acts(client, discussion=other.pk) == ["discussion.close"]
    assert acts(client, act="nonsense") == []


def test_the_history_of_a_discussion_is_its_log(cast, discussion, history):
    page = history_of(signed_in(cast.moderator), discussion)
    assert [entry.act for entry in page.context["entries"]] == [
        "discussion.close",
        "contribution.hide",
        "contribution.publish",
    ]
    assert "closed it before its date" in page.content.decode()


def test_the_history_of_a_contribution_is_its_part_of_the_log(cast, history):
    page = history_of(signed_in(cast.moderator), history)
    assert [entry.act for entry in page.context["entries"]] == [
        "contribution.hide",
        "contribution.publish",
    ]


def test_a_long_history_has_pages(cast, discussion):
    for _ in range(101):
        LogEntry.objects.record("discussion.edit", actor=cast.organiser, discussion=discussion)
    client = signed_in(cast.moderator)
    first = history_of(client, discussion)
    assert len(first.context["entries"]) == 100
    assert 'href="?p=2"' in first.content.decode()


def test_the_log_says_that_a_superuser_acted_as_such(cast, discussion):
    forum_actions.close_now(discussion, user=make_user("Root", is_superuser=True))
    page = history_of(signed_in(cast.moderator), discussion).content.decode()
    assert "as superuser" in page


def test_what_concerns_no_discussion_is_for_superusers(cast, discussion, history):
    root = make_user("Root", is_superuser=True)
    forum_actions.write_page(user=root, key="about", language="en", title="About", body="Us.")
    entry = LogEntry.objects.get(act="page.edit")
    assert acts(signed_in(root))[0] == "page.edit"
    client = signed_in(cast.moderator)
    assert "page.edit" not in acts(client)
    assert client.get(change_url(entry)).status_code == 404


def test_nobody_writes_or_removes_an_entry(cast, history):
    entry = LogEntry.objects.first()
    for user in (cast.organiser, make_user("Root", is_superuser=True)):
        client = signed_in(user)
        assert client.get(LIST + "add/").status_code == 403
        assert client.post(change_url(entry), {"act": "x"}).status_code == 403
        assert client.post(change_url(entry).replace("change", "delete")).status_code == 403


def test_the_list_needs_as_many_queries_for_fifty_as_for_three(cast, discussion, history):
    client = signed_in(cast.moderator)
    client.get(LIST)
    with CaptureQueriesContext(connection) as three:
        client.get(LIST)
    for _ in range(47):
        LogEntry.objects.record(
            "membership.give",
            actor=cast.organiser,
            discussion=discussion,
            person=cast.stranger.person,
            role="moderator",
        )
    with CaptureQueriesContext(connection) as fifty:
        client.get(LIST)
    assert len(fifty) == len(three)


# --- members ---


def test_members_are_listed_for_staff_and_roles_taken_away_by_organisers(cast, discussion):
    membership = Membership.objects.get(person=cast.participant.person)
    client = signed_in(cast.organiser)
    page = client.get(list_url(Membership)).content.decode()
    assert "Ana Souza" in page
    address = f"{list_url(Membership)}act/take/"
    assert address in client.get(change_url(membership)).content.decode()
    client.post(address, {"chosen": f"{membership.pk}:0"})
    assert not Membership.objects.filter(pk=membership.pk).exists()
    assert discussion.log.get().act == "membership.take"


def test_members_are_to_read_for_moderators(cast, discussion):
    membership = Membership.objects.get(person=cast.participant.person)
    client = signed_in(cast.moderator)
    assert "/act/" not in client.get(change_url(membership)).content.decode()
    address = f"{list_url(Membership)}act/take/"
    assert client.post(address, {"chosen": f"{membership.pk}:0"}).status_code == 403
    assert Membership.objects.filter(pk=membership.pk).exists()


def test_the_last_organiser_and_whoever_contributed_stay_members(cast, discussion):
    make_contribution(discussion, cast.participant)
    before = set(discussion.memberships.values_list("pk", flat=True))
    kept = discussion.memberships.filter(role__in=["organiser", "participant"])
    client = signed_in(cast.organiser)
    chosen = [f"{membership.pk}:0" for membership in kept]
    page = client.post(f"{list_url(Membership)}act/take/", {"chosen": chosen}, follow=True)
    words = page.content.decode()
    assert "A discussion never loses its last organiser." in words
    assert "Somebody who has contributed stays a participant." in words
    assert set(discussion.memberships.values_list("pk", flat=True)) == before
