"""Suspending an account: an act of a superuser, with a reason, that can be taken back."""

import pytest
from django.test import Client

from accounts.models import User
from forum.models import LogEntry
from tests.factory import make_contribution, make_factor, make_user
from tests.moderation.browsing import act, act_url, change_url, list_url, signed_in, told

from .visiting import SECURITY, is_signed_in, sign_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    return make_user("Root Admin", is_superuser=True)


@pytest.fixture
def suspended(root, cast):
    here = Client()
    sign_in(here, cast.participant)
    assert here.get(SECURITY).status_code == 200
    act(signed_in(root), "suspend", cast.participant, reason="advertising")
    return here


def test_sessions_end_at_once(suspended, cast):
    assert suspended.get(SECURITY).status_code == 302
    assert User.objects.get(pk=cast.participant.pk).is_active is False


def test_the_log_says_who_and_why(suspended, root, cast):
    entry = LogEntry.objects.get(act="account.suspend")
    assert (entry.actor, entry.person) == (root.person, cast.participant.person)
    assert (entry.reason, entry.as_superuser, entry.details) == ("advertising", True, {})
    page = text_of(signed_in(root).get(list_url(LogEntry)))
    assert "It was used to advertise." in page
    assert "advertise" not in text_of(signed_in(cast.organiser).get(list_url(LogEntry)))


def test_logging_in_is_refused_with_a_sentence_and_a_way_to_write(suspended, cast, settings):
    settings.CONTACT_EMAIL = "desk@example.org"
    client = Client()
    answer = sign_in(client, cast.participant)
    page = text_of(client.get(answer.url))
    assert "This account is suspended" in page
    assert 'href="mailto:desk@example.org"' in page
    assert not is_signed_in(client)
    settings.CONTACT_EMAIL = ""
    assert "mailto:" not in text_of(client.get(answer.url))


def test_what_was_published_stays(root, discussion, cast):
    make_contribution(discussion, cast.participant, "It stays")
    act(signed_in(root), "suspend", cast.participant, reason="attacks")
    page = text_of(Client().get(discussion.get_absolute_url()))
    assert "It stays" in page
    assert "Ana Souza" in page


def test_it_can_be_taken_back(suspended, root, cast):
    act(signed_in(root), "reinstate", cast.participant)
    client = Client()
    sign_in(client, cast.participant)
    assert is_signed_in(client)
    acts = LogEntry.objects.filter(person=cast.participant.person).order_by("pk")
    assert [entry.act for entry in acts] == ["account.suspend", "account.reinstate"]


def test_it_needs_a_reason(root, cast):
    answer = act(signed_in(root), "suspend", cast.participant)
    assert answer.status_code == 200
    assert User.objects.get(pk=cast.participant.pk).is_active
    assert not LogEntry.objects.exists()


def test_superusers_do_not_suspend_themselves(root):
    client = signed_in(root)
    url = act_url(User, "suspend")
    client.post(url, {"chosen": f"{root.pk}:0", "reason": "asked"})
    assert "You cannot suspend yourself." in " ".join(told(client))
    assert User.objects.get(pk=root.pk).is_active


def test_nothing_else_takes_it_away(root, cast):
    """Not the form of the account: that would leave no reason."""
    signed_in(root).post(change_url(cast.participant), {})
    assert User.objects.get(pk=cast.participant.pk).is_active


@pytest.mark.parametrize("who", ["organiser", "facilitator", "moderator", "participant"])
def test_nobody_else_suspends(cast, who):
    url = act_url(User, "suspend")
    fields = {"chosen": f"{cast.stranger.pk}:0", "reason": "asked"}
    assert signed_in(getattr(cast, who)).post(url, fields).status_code in {302, 403}
    assert User.objects.get(pk=cast.stranger.pk).is_active


def test_the_right_sleeps_without_a_second_factor(root, cast, settings):
    settings.STAFF_SECOND_FACTOR = True
    url = act_url(User, "suspend")
    fields = {"chosen": f"{cast.stranger.pk}:0", "reason": "asked"}
    signed_in(root).post(url, fields)
    assert User.objects.get(pk=cast.stranger.pk).is_active
    make_factor(root)
    signed_in(root).post(url, fields)
    assert not User.objects.get(pk=cast.stranger.pk).is_active


def test_the_list_offers_it_beside_what_it_offered_before(root):
    page = text_of(signed_in(root).get(list_url(User)))
    for name in ("suspend", "reinstate", "take_factors"):
        assert f'<option value="{name}">' in page
