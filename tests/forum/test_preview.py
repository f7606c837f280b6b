"""The preview: what was sent, as it will look, and nothing is written."""

import pytest
from django.test import Client

from forum import markup
from forum.models import Draft
from tests.factory import make_contribution

from .test_parking import body_in, fields_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast):
    client = Client()
    client.force_login(cast.participant)
    return client


@pytest.fixture
def address(discussion):
    return f"{discussion.get_absolute_url()}contribute/"


def test_the_form_comes_back_with_its_preview(client, discussion, address):
    sent = fields_in(text_of(client.get(address)))
    del sent["terms"]
    sent |= {"body": "A **bold** word", "answer-Q2": "- one\n- two", "preview": "yes"}
    response = client.post(address, sent)
    assert response.status_code == 200
    page = text_of(response)
    assert "<strong>bold</strong>" in page
    assert page.index("Question 2?") < page.index("<li>one</li>")
    assert "Words: 5 · characters: 26 of 30,000" in page
    assert body_in(page) == "A **bold** word"
    assert "Please look at this again" not in page
    assert fields_in(page)["submission_key"] == sent["submission_key"]
    assert not discussion.contributions.exists()
    assert not Draft.objects.exists()


def test_a_window_gets_that_part_alone(client, address):
    sent = {"body": "A <script>word</script>", "language": "ar", "preview": "part"}
    page = text_of(client.post(address, sent))
    assert "<html" not in page
    assert "&lt;script&gt;" in page
    assert 'lang="ar" dir="rtl"' in page


@pytest.mark.parametrize("texts", [{"body": ""}, {"body": "  \n"}, {"body": "a\0b"}])
def test_nothing_is_previewed_as_nothing(client, address, texts):
    response = client.post(address, texts | {"preview": "part"})
    assert response.status_code == 200
    assert "There is nothing in it yet" in text_of(response)


def test_too_much_is_previewed_too(client, address):
    page = text_of(client.post(address, {"body": "word " * 7_000, "preview": "part"}))
    assert "Words: 7,000 · characters: 35,000 of 30,000" in page


def test_an_edit_is_previewed(client, cast, discussion):
    said = make_contribution(discussion, cast.participant, "Before")
    edit = f"{said.get_absolute_url()}edit/"
    sent = fields_in(text_of(client.get(edit))) | {"body": "*After*", "preview": "yes"}
    page = text_of(client.post(edit, sent))
    assert "<em>After</em>" in page
    assert fields_in(page)["version"] == "1"
    said.refresh_from_db()
    assert said.body == "Before"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("One two", 2),
        ("**One** – two.", 2),
        ("L’eau d’ici", 2),
        ("كان الصيانةُ الدوريّة", 3),
        ("农村网络", 4),
        ("在 3 个村", 4),
        ("Что работает?", 2),
    ],
)
def test_words_are_counted_in_every_script(text, words):
    assert markup.words(text) == words
