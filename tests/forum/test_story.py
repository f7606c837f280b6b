"""The main job from end to end, through the pages: written, replied to, edited, withdrawn, hidden,
closed, and taken away as a table."""

import csv
import io
import re

import pytest
from django.test import Client

from forum.models import LogEntry
from tests.factory import make_contribution

pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def form(client, address, **fields):
    page = client.get(address).content.decode()
    key = re.search(r'name="submission_key" value="([^"]+)"', page)
    given = {"language": "en", "capacity": "personal", "body": ""} | fields
    rules = re.search(r'name="rules" value="([^"]+)"', page)
    return given | {
        name: found[1] for name, found in (("submission_key", key), ("rules", rules)) if found
    }


def test_a_visitor_is_asked_to_log_in_or_sign_up(discussion, client):
    page = re.sub(r"<[^>]+>|\s+", " ", client.get(discussion.get_absolute_url()).content.decode())
    assert "Please log in or sign up to comment." in re.sub(r" +", " ", page).replace(" .", ".")


def test_three_answers_are_published_once_however_often_the_form_is_sent(discussion, cast):
    client = signed_in(cast.stranger)
    address = f"{discussion.get_absolute_url()}contribute/"
    answers = {f"answer-Q{n}": f"Answer {n}" for n in (1, 2, 3)}
    given = form(client, address, terms="on", **answers)
    first, second = client.post(address, given), client.post(address, given)
    assert first["Location"] == second["Location"] == f"{discussion.get_absolute_url()}1/"
    contribution = discussion.contributions.get()
    assert [answer.body for answer in contribution.answers.all()] == list(answers.values())
    membership = discussion.memberships.get(person=cast.stranger.person)
    assert membership.terms.key == "rules"
    assert membership.licence
    discussion.refresh_from_db()
    assert (discussion.contribution_count, discussion.author_count) == (1, 1)


def test_a_form_that_was_changed_after_it_was_sent_is_not_swallowed(discussion, cast):
    client = signed_in(cast.participant)
    address = f"{discussion.get_absolute_url()}contribute/"
    given = form(client, address, terms="on", body="One")
    client.post(address, given)
    again = client.post(address, given | {"body": "Another text"})
    assert again.status_code == 422
    assert "Another text" in again.content.decode()
    assert discussion.contributions.count() == 1


@pytest.mark.parametrize("length", [0, 30_001])
def test_what_is_refused_comes_back_with_its_text(discussion, cast, length):
    client = signed_in(cast.participant)
    address = f"{discussion.get_absolute_url()}contribute/"
    given = form(client, address, terms="on", body="x" * length, **{"answer-Q2": " "})
    response = client.post(address, given)
    assert response.status_code == 422
    assert "x" * length in response.content.decode()
    assert not discussion.contributions.exists()


def test_a_text_for_a_discussion_that_closed_meanwhile_is_given_back(discussion, cast):
    client = signed_in(cast.participant)
    address = f"{discussion.get_absolute_url()}contribute/"
    given = form(client, address, terms="on", body="Too late")
    discussion.touch(
        closes_at=discussion.opens_at + (discussion.closes_at - discussion.opens_at) / 9
    )
    response = client.post(address, given)
    assert response.status_code == 403
    assert "Too late" in response.content.decode()
    assert "This discussion is closed." in response.content.decode()


def test_an_edit_keeps_the_earlier_version_and_a_stale_one_is_refused(discussion, cast):
    contribution = make_contribution(discussion, cast.participant, "First")
    client = signed_in(cast.participant)
    address = f"{contribution.get_absolute_url()}edit/"
    given = form(client, address, body="Second", version=1)
    assert client.post(address, given).status_code == 302
    assert client.post(address, given | {"body": "Third"}).status_code == 422
    contribution.refresh_from_db()
    assert (contribution.body, contribution.version) == ("Second", 2)
    history = Client().get(f"{contribution.get_absolute_url()}history/").content.decode()
    assert "First" in history


def test_a_withdrawn_text_is_gone_and_its_number_and_replies_stay(discussion, cast):
    contribution = make_contribution(discussion, cast.participant, "Regretted words")
    make_contribution(discussion, cast.moderator, "A reply", parent=contribution)
    signed_in(cast.participant).post(f"{contribution.get_absolute_url()}withdraw/", {"version": 1})
    for address in ("", "1/", "contributions.csv"):
        text = Client().get(f"{discussion.get_absolute_url()}{address}").getvalue()
        assert b"Regretted" not in text
        assert b"A reply" in text


def test_only_staff_read_a_hidden_text_and_everybody_reads_the_reason(discussion, cast):
    contribution = make_contribution(discussion, cast.participant, "Buy this")
    moderator = signed_in(cast.moderator)
    moderator.post(f"{contribution.get_absolute_url()}hide/", {"version": 1, "reason": "spam"})
    public = Client().get(discussion.get_absolute_url()).content.decode()
    assert "Buy this" not in public
    assert "It advertises something." in public
    assert "Buy this" in moderator.get(discussion.get_absolute_url()).content.decode()
    moderator.post(f"{contribution.get_absolute_url()}restore/", {"version": 2})
    assert "Buy this" in Client().get(discussion.get_absolute_url()).content.decode()
    acts = list(LogEntry.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["contribution.publish", "contribution.hide", "contribution.restore"]


def test_the_facilitators_table_equals_the_database_and_holds_no_formula(discussion, cast):
    make_contribution(discussion, cast.participant, "=1+1", answers={"Q1": "One", "Q3": "Three"})
    make_contribution(discussion, cast.moderator, "Thanks")
    response = signed_in(cast.facilitator).get(
        f"{discussion.get_absolute_url()}manage/contributions.csv"
    )
    text = response.getvalue().decode()
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    expected = [
        (str(one.number), question, body)
        for one in discussion.contributions.order_by("number")
        for question, body in [("", one.body)]
        + [(answer.question.key, answer.body) for answer in one.answers.all()]
    ]
    assert [(row["number"], row["question"], row["text"].removeprefix("'")) for row in rows] == (
        expected
    )
    assert rows[0]["text"] == "'=1+1"
    assert signed_in(cast.moderator).get(response.request["PATH_INFO"]).status_code == 403


@pytest.mark.parametrize("verb", ["edit", "withdraw", "hide", "restore"])
def test_a_stranger_changes_nothing_of_others(discussion, cast, verb):
    contribution = make_contribution(discussion, cast.participant, "Mine")
    response = signed_in(cast.stranger).post(f"{contribution.get_absolute_url()}{verb}/")
    assert response.status_code == 403
    contribution.refresh_from_db()
    assert (contribution.body, contribution.state) == ("Mine", "published")


def test_a_page_takes_no_more_queries_when_it_holds_more(
    discussion, cast, django_assert_num_queries
):
    def queries():
        # A page with a word in its address that is no choice is not kept: it is drawn each time.
        with django_assert_num_queries(7):
            Client().get(f"{discussion.get_absolute_url()}?utm_source=mail")

    make_contribution(discussion, cast.participant, "One", answers={"Q1": "a"})
    queries()
    for number in range(12):
        parent = discussion.contributions.first() if number % 2 else None
        make_contribution(discussion, cast.moderator, "More", parent=parent, answers={"Q2": "b"})
    queries()
