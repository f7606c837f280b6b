"""Guiding questions that were pasted into the general text: offered split; the author decides."""

import html

import pytest
from django.test import Client

from forum.models import Draft
from tests.factory import make_contribution

from .test_parking import body_in, fields_in, text_of

pytestmark = pytest.mark.django_db

# The seed of this site: all questions pasted, answered one after the other, one of them in two.
PASTED = """Dear colleagues,

Question 1 : What kept the network running?
Two technicians of the village.

Q3. What does it cost to keep one site alive
About 600.
And who should pay for it?
The municipality.
"""


@pytest.fixture
def client(cast, discussion):
    for key, text, translations in (
        ("Q1", "What kept the network running?", {}),
        ("Q2", "Who should own the mast?", {"fr": "À qui devrait appartenir le mât ?"}),
        ("Q3", "What does it cost to keep one site alive, and who should pay for it?", {}),
    ):
        discussion.questions.filter(key=key).update(text=text, translations=translations)
    client = Client()
    client.force_login(cast.participant)
    return client


@pytest.fixture
def address(discussion):
    return f"{discussion.get_absolute_url()}contribute/"


def answer_in(page, key):
    start = page.index(f'<textarea name="answer-{key}"')
    return html.unescape(
        page[page.index(">", start) + 1 : page.index("</textarea>", start)]
    ).strip()


def filled(client, address, **texts):
    return fields_in(text_of(client.get(address))) | texts


def test_a_text_with_pasted_questions_is_asked_about_before_it_is_published(
    client, discussion, address
):
    response = client.post(address, filled(client, address, body=PASTED))
    assert response.status_code == 422
    page = text_of(response)
    assert "contains guiding questions: Q1, Q3" in page
    assert html.unescape(body_in(page)).strip() == PASTED.strip()
    assert not discussion.contributions.exists()


def test_put_into_the_sections_it_is_shown_and_published_by_its_author(client, discussion, address):
    sent = filled(client, address, body=PASTED, **{"answer-Q1": "Written before."})
    response = client.post(address, sent | {"divide": "yes"})
    assert response.status_code == 200
    page = text_of(response)
    assert html.unescape(body_in(page)).strip() == "Dear colleagues,"
    assert answer_in(page, "Q1") == "Written before.\n\nTwo technicians of the village."
    assert answer_in(page, "Q2") == ""
    assert answer_in(page, "Q3") == "About 600.\n\nThe municipality."
    assert "Nothing is published yet" in page
    assert not discussion.contributions.exists()
    answers = {f"answer-{key}": answer_in(page, key) for key in ("Q1", "Q3")}
    again = fields_in(page) | {"body": "Dear colleagues,"} | answers
    assert client.post(address, again).status_code == 302
    said = discussion.contributions.get()
    assert said.body == "Dear colleagues,"
    assert dict(said.answers.values_list("question__key", "body")) == {
        "Q1": "Written before.\n\nTwo technicians of the village.",
        "Q3": "About 600.\n\nThe municipality.",
    }


def test_it_is_published_as_it_is_if_its_author_says_so(client, discussion, address):
    sent = filled(client, address, body=PASTED, undivided="yes")
    assert client.post(address, sent).status_code == 302
    assert discussion.contributions.get().body == PASTED


def test_that_answer_stays_when_something_else_is_wrong(client, address):
    sent = filled(client, address, body=PASTED, undivided="yes")
    del sent["terms"]
    del sent["rules"]
    response = client.post(address, sent | {"language": "xx"})
    assert response.status_code == 422
    assert fields_in(text_of(response))["undivided"] == "yes"


def test_a_question_in_another_language_is_recognised(client, address):
    text = "A qui devrait appartenir le mat?\nÀ la commune."
    page = text_of(client.post(address, filled(client, address, body=text, divide="yes")))
    assert answer_in(page, "Q2") == "À la commune."


def test_a_draft_and_a_preview_offer_it(client, cast, discussion, address):
    Draft.objects.create(discussion=discussion, person=cast.participant.person, body=PASTED)
    assert "Put it into the sections" in text_of(client.get(address))
    sent = filled(client, address, body=PASTED, preview="part")
    assert "Put it into the sections" in text_of(client.post(address, sent))


def test_an_edit_is_asked_about_too(client, cast, discussion):
    said = make_contribution(discussion, cast.participant, "Before")
    edit = f"{said.get_absolute_url()}edit/"
    sent = filled(client, edit, body=PASTED)
    assert client.post(edit, sent).status_code == 422
    page = text_of(client.post(edit, sent | {"divide": "yes"}))
    assert answer_in(page, "Q1") == "Two technicians of the village."
    assert client.post(edit, sent | {"undivided": "yes"}).status_code == 302
    said.refresh_from_db()
    assert said.body == PASTED


def test_a_text_without_questions_is_asked_nothing(client, discussion, address):
    text = "What kept our network running was luck. Who should own the mast? I do not know."
    assert client.post(address, filled(client, address, body=text)).status_code == 302
    assert discussion.contributions.get().body == text
