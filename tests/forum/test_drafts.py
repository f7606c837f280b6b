"""Drafts: kept on the server, by a button; never overwritten, never lost when publishing fails."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum import actions
from forum.models import Discussion, Draft
from tests.factory import make_contribution, make_discussion

DRAFTS = "/me/drafts/"


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def text_of(response):
    return response.content.decode()


def shown(client, address):
    """What the form at this address would send as it is shown: hidden fields and choices."""
    page = text_of(client.get(address))
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return fields | {"language": "en", "capacity": "personal", "body": ""}


@pytest.fixture
def address(discussion):
    return f"{discussion.get_absolute_url()}contribute/"


@pytest.fixture
def client(cast):
    return signed_in(cast.participant)


def close_by_date(discussion, minutes_ago):
    """Let the closing date have been so long ago."""
    closes_at = timezone.now() - timedelta(minutes=minutes_ago)
    Discussion.objects.filter(pk=discussion.pk).update(closes_at=closes_at)


def begin(client, discussion, address, **texts):
    """Open the form in time, and keep what is written in it."""
    client.post(address, shown(client, address) | texts | {"keep": "yes"})
    return Draft.objects.get()


def test_a_draft_comes_back_into_the_form_and_goes_with_its_publication(
    client, discussion, address
):
    texts = {"body": "Half a thought", "answer-Q2": "Two", "language": "fr", "capacity": "official"}
    draft = begin(client, discussion, address, **texts)
    assert (draft.body, draft.answers) == ("Half a thought", {"Q2": "Two"})
    page = text_of(client.get(address))
    assert "Half a thought" in page
    assert re.search(r'name="capacity" value="official"[^>]* checked', page)
    assert re.search(r'<option value="fr" selected', page)
    sent = shown(client, address) | texts | {"terms": "on"}
    assert sent["submission_key"] == str(draft.submission_key)
    client.post(address, sent)
    assert discussion.contributions.get().body == "Half a thought"
    assert not Draft.objects.exists()


def test_a_draft_may_be_what_could_not_be_published(client, discussion, address):
    draft = begin(client, discussion, address, body="x" * 40_000, **{"answer-Q1": "And more"})
    assert len(draft.body) == 40_000
    assert not discussion.contributions.exists()


@pytest.mark.parametrize("sequence", [2**31 - 1, 2**63 - 1, 10**30, "x", -1])
def test_a_number_that_no_form_has_loses_no_text(client, discussion, address, sequence):
    sent = shown(client, address) | {"body": "Half a thought", "keep": "yes", "sequence": sequence}
    assert client.post(address, sent).status_code == 302
    assert Draft.objects.get().body == "Half a thought"
    # Where another one is there, both texts are shown.
    again = client.post(address, sent | {"body": "Another thought"})
    assert again.status_code == 422
    assert "Another thought" in text_of(again)


def test_replies_have_drafts_of_their_own(client, cast, discussion, address):
    said = make_contribution(discussion, cast.moderator, "Said")
    reply = f"{said.get_absolute_url()}reply/"
    for where, words in ((address, "A contribution"), (reply, "A reply")):
        client.post(where, shown(client, where) | {"body": words, "keep": "yes"})
    assert "A reply" in text_of(client.get(reply))
    assert "A contribution" in text_of(client.get(address))
    page = text_of(client.get(DRAFTS))
    assert page.index("A reply") < page.index("A contribution")
    assert f'href="{reply}"' in page


def test_a_stale_window_overwrites_nothing_and_shows_both_texts(client, discussion, address):
    first = shown(client, address) | {"body": "From the first window", "keep": "yes"}
    second = shown(client, address) | {"body": "From the second window", "keep": "yes"}
    client.post(address, first)
    response = client.post(address, second)
    assert response.status_code == 422
    page = text_of(response)
    assert "From the first window" in page
    assert "From the second window" in page
    assert Draft.objects.get().body == "From the first window"
    renewed = re.search(r'name="sequence" value="(\d+)"', page)[1]
    assert client.post(address, second | {"sequence": renewed}).status_code == 302
    assert Draft.objects.get().body == "From the second window"


def test_publishing_from_a_stale_window_leaves_the_later_draft(client, discussion, address):
    old = shown(client, address) | {"body": "Published", "terms": "on"}
    begin(client, discussion, address, body="Later words")
    client.post(address, old)
    assert discussion.contributions.get().body == "Published"
    assert Draft.objects.get().body == "Later words"


def test_what_was_published_from_another_window_is_not_begun_again(client, discussion, address):
    draft = begin(client, discussion, address, body="Words")
    sent = shown(client, address) | {"body": "Words"}
    client.post(address, sent | {"terms": "on"})
    response = client.post(address, sent | {"keep": "yes"})
    assert response.status_code == 422
    assert not Draft.objects.filter(pk=draft.pk).exists()


def test_a_text_that_no_database_takes_is_shown_again_and_not_said_to_be_kept(
    client, discussion, address
):
    sent = shown(client, address) | {"body": "Before\0after", "keep": "yes"}
    response = client.post(address, sent)
    assert response.status_code == 422
    assert "Before" in text_of(response)
    assert not Draft.objects.exists()


# --- the closing ---


def test_what_was_begun_in_time_may_be_sent_for_half_an_hour(client, discussion, address):
    sent = shown(client, address) | {"body": "In the last minute", "terms": "on"}
    close_by_date(discussion, 0)
    assert client.post(address, sent).status_code == 302
    assert discussion.contributions.get().body == "In the last minute"


def test_what_was_begun_after_the_closing_is_not_taken(client, discussion, address):
    sent = shown(client, address) | {"body": "Too late", "terms": "on"}
    close_by_date(discussion, 5)
    response = client.post(address, sent)
    assert response.status_code == 403
    assert "Too late" in text_of(response)
    assert Draft.objects.get().body == "Too late"
    assert not discussion.contributions.exists()


@pytest.mark.parametrize("begun", ["", "forged", "2020-01-01T00:00:00+00:00"])
def test_nobody_can_say_themselves_when_they_began(client, discussion, address, begun):
    sent = shown(client, address) | {"body": "Early, honestly", "terms": "on", "begun": begun}
    close_by_date(discussion, 1)
    assert client.post(address, sent).status_code == 403
    assert not discussion.contributions.exists()


def test_a_draft_begun_in_time_opens_the_form_in_the_grace_period_and_not_after(
    client, cast, discussion, address
):
    draft = begin(client, discussion, address, body="Begun early")
    Draft.objects.filter(pk=draft.pk).update(begun_at=timezone.now() - timedelta(hours=3))
    close_by_date(discussion, 10)
    page = text_of(client.get(address))
    assert "You began before that, and may still send this until" in page
    sent = shown(client, address) | {"body": "Begun early", "terms": "on"}
    assert client.post(address, sent).status_code == 302

    begin_again = Draft.objects.create(
        discussion=discussion,
        person=cast.participant.person,
        body="Too slow",
        begun_at=timezone.now() - timedelta(hours=3),
    )
    close_by_date(discussion, 31)
    assert client.get(address).status_code == 403
    page = text_of(client.get(DRAFTS))
    assert begin_again.body in page
    assert "No more contributions are accepted." in page
    assert f'href="{address}"' not in page


def test_close_now_has_no_grace_and_its_author_gets_a_draft(client, cast, discussion, address):
    sent = shown(client, address) | {"body": "While it was closed", "terms": "on"}
    actions.close_now(discussion, user=cast.moderator)
    response = client.post(address, sent)
    assert response.status_code == 403
    assert "While it was closed" in text_of(response)
    assert f'href="{DRAFTS}"' in text_of(response)
    assert Draft.objects.get().body == "While it was closed"


# --- whose ---


def test_drafts_are_their_authors_alone(client, cast, discussion, address):
    draft = begin(client, discussion, address, body="Secret words")
    for other in (cast.organiser, cast.moderator, cast.stranger):
        someone = signed_in(other)
        assert "Secret words" not in text_of(someone.get(DRAFTS))
        assert "Secret words" not in text_of(someone.get(address))
        assert someone.post(f"{DRAFTS}{draft.pk}/discard/").status_code == 404
    assert Client().get(DRAFTS).status_code == 302
    assert "Secret words" not in text_of(Client().get(discussion.get_absolute_url()))
    client.post(f"{DRAFTS}{draft.pk}/discard/", {"sequence": draft.sequence})
    assert not Draft.objects.exists()


def test_a_draft_that_was_kept_after_the_list_was_shown_is_not_thrown_away(
    client, discussion, address
):
    draft = begin(client, discussion, address, body="One")
    shown_before = {"sequence": draft.sequence}
    client.post(address, shown(client, address) | {"body": "Two", "keep": "yes"})
    for sent in (shown_before, {}, {"sequence": "x"}):
        answer = client.post(f"{DRAFTS}{draft.pk}/discard/", sent, follow=True)
        assert "A later draft was kept meanwhile" in text_of(answer)
    assert Draft.objects.get().body == "Two"


def test_a_draft_is_bounded_whichever_way_it_comes(client, discussion, address):
    begin(client, discussion, address, body="x" * 300_000)
    answer = client.post(address, shown(client, address) | {"body": "x" * 300_001, "keep": "yes"})
    assert answer.status_code == 422
    assert "please shorten it" in text_of(answer)
    assert "x" * 300_001 in text_of(answer)
    assert len(Draft.objects.get().body) == 300_000


def test_many_drafts_have_pages_and_an_end(client, cast, monkeypatch):
    monkeypatch.setattr("forum.actions.drafts.MOST_DRAFTS", 25)
    for n in range(25):
        discussion = make_discussion(f"d{n}")
        Draft.objects.create(
            discussion=discussion, person=cast.participant.person, body=f"Text-{n}-"
        )
    page = text_of(client.get(DRAFTS))
    last = re.search(r'href="\?before=(\d+)"', page)[1]
    further = text_of(client.get(f"{DRAFTS}?before={last}"))
    for n in range(25):
        assert (f"Text-{n}-" in page) != (f"Text-{n}-" in further)
    address = f"{make_discussion('last').get_absolute_url()}contribute/"
    answer = client.post(address, shown(client, address) | {"body": "Words", "keep": "yes"})
    assert answer.status_code == 403
    assert "too many drafts" in text_of(answer)
    assert "Words" in text_of(answer)


def test_a_visitor_keeps_nothing_and_gets_the_text_back(discussion, address):
    response = Client().post(address, {"body": "Words", "keep": "yes"})
    assert response.status_code == 403
    assert "Words" in text_of(response)
    assert not Draft.objects.exists()


def test_the_list_takes_no_more_queries_when_it_holds_more(client, cast):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(DRAFTS).status_code == 200
        return len(captured)

    def fill(count):
        for n in range(count):
            Draft.objects.create(
                discussion=make_discussion(), person=cast.participant.person, body=f"Draft {n}"
            )

    fill(2)
    few = queries()
    fill(10)
    assert queries() == few
