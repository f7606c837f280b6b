"""Guiding questions in several languages: what a reader finds, and what is refused."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from forum import actions, memory
from forum.models import GuidingQuestion
from tests.factory import make_contribution

pytestmark = pytest.mark.django_db

FRENCH = "Qu’est-ce qui a marché\u202f?"
ARABIC = "ما الذي نجح؟"
CHINESE = "什么有效？"


@pytest.fixture
def translated(discussion):
    translations = {"fr": FRENCH, "ar": ARABIC, "zh": CHINESE}
    discussion.questions.filter(key="Q1").update(translations=translations)
    return discussion


def question(discussion, **fields):
    found = discussion.questions.get(key="Q1")
    for name, value in fields.items():
        setattr(found, name, value)
    return found


def page(thing, language, place="", user=None):
    """The page of a discussion or a contribution, or one below it, in a language."""
    client = Client()
    if user:
        client.force_login(user)
    with translation.override(language):
        return client.get(f"{thing.get_absolute_url()}{place}").content.decode()


# --- the model ---


@pytest.mark.parametrize(
    ("code", "text", "language", "direction"),
    [
        ("fr", FRENCH, "fr", "ltr"),
        ("FR", FRENCH, "fr", "ltr"),
        ("ar", ARABIC, "ar", "rtl"),
        ("zh-hans", CHINESE, "zh", "ltr"),
        ("en", "Question 1?", "en", "ltr"),
        ("es", "Question 1?", "en", "ltr"),
    ],
)
def test_a_question_is_found_in_the_readers_language_else_in_its_own(
    translated, code, text, language, direction
):
    wording = question(translated).in_language(code)
    assert (wording.text, wording.language, wording.direction) == (text, language, direction)


def test_its_own_words_come_before_a_translation_into_its_own_language(translated):
    translated.touch(language="fr")
    assert question(translated).in_language("fr") == ("Question 1?", "fr")


def test_the_wordings_are_its_words_in_every_language(translated):
    assert sorted(question(translated).wordings) == sorted(["Question 1?", FRENCH, ARABIC, CHINESE])
    assert translated.questions.get(key="Q2").wordings == ["Question 2?"]


@pytest.mark.parametrize(
    "translations",
    [
        *([], "fr: Où ?", {"fr": ""}, {"fr": " \n"}, {"fr": None}, {"fr": ["Où ?"]}, {"": "Où ?"}),
        *({"französisch": "Wo?"}, {"fr" + 10 * "-abc": "Où ?"}, {"en": "Where?"}, {"EN": "Where?"}),
        {"zh": "哪里？", "zh-CN": "哪里？"},
    ],
)
def test_translations_that_cannot_be_are_refused(discussion, translations):
    with pytest.raises(ValidationError) as refused:
        question(discussion, translations=translations).full_clean()
    assert list(refused.value.error_dict) == ["translations"]


def test_translations_that_can_be_are_taken(discussion):
    fields = {"fr": FRENCH, "pt-BR": "O quê?", "sw": "Nini?\n\nKwa nini?"}
    question(discussion, translations=fields).full_clean()


def test_a_translation_is_stored_by_the_action(discussion, cast):
    changed = question(discussion, translations={"fr": FRENCH})
    actions.save_question(changed, user=cast.organiser)
    assert GuidingQuestion.objects.get(pk=changed.pk).translations == {"fr": FRENCH}


# --- what a reader finds ---


def test_the_page_of_a_discussion_asks_in_the_readers_language(translated):
    french, arabic, spanish = (page(translated, code) for code in ("fr", "ar", "es"))
    assert f'<bdi lang="fr" dir="ltr">{FRENCH}</bdi>' in french
    assert "Question 1?" not in french
    assert f'<bdi lang="ar" dir="rtl">{ARABIC}</bdi>' in arabic
    # What nobody translated stays as it is, in the language that it is in.
    assert '<bdi lang="en" dir="ltr">Question 2?</bdi>' in arabic
    assert '<bdi lang="en" dir="ltr">Question 1?</bdi>' in spanish


def test_answers_stand_under_the_question_in_the_readers_language(translated, cast):
    said = make_contribution(translated, cast.participant, answers={"Q1": "Yes", "Q2": "No"})
    heading = re.compile(
        r'<h4 class="question" lang="(\w+)" dir="(\w+)">.*?<span>([^<]*)</span></h4>'
    )
    for code, expected in [
        ("ar", [("ar", "rtl", ARABIC), ("en", "ltr", "Question 2?")]),
        ("es", [("en", "ltr", "Question 1?"), ("en", "ltr", "Question 2?")]),
    ]:
        assert heading.findall(page(said, code)) == expected
        assert heading.findall(page(translated, code)) == expected


def test_the_history_asks_in_the_readers_language_too(translated, cast):
    said = make_contribution(translated, cast.participant, answers={"Q1": "Yes"})
    text = actions.Text(body="Nothing of it", language="en")
    actions.edit(said, user=cast.participant, text=text, version=1)
    history = page(said, "ar", "history/")
    heading = '<h3 class="question" lang="ar" dir="rtl"><span class="key">Q1</span> <span>'
    assert heading + ARABIC in history


def test_the_sections_of_the_form_are_called_so_too(translated, cast):
    arabic, english = (
        page(translated, code, "contribute/", cast.participant) for code in ("ar", "en")
    )
    assert f'<bdi lang="ar" dir="rtl">Q1. {ARABIC}</bdi>' in arabic
    assert '<bdi lang="en" dir="ltr">Q1. Question 1?</bdi>' in english


@pytest.mark.parametrize("place", ["", "1/", "1/history/", "contribute/"])
def test_translations_take_no_more_queries(discussion, cast, place):
    said = make_contribution(discussion, cast.participant, answers={"Q1": "a", "Q2": "b"})
    text = actions.Text(body="Nothing of it", language="en")
    said = actions.edit(said, user=cast.participant, text=text, version=1)
    make_contribution(discussion, cast.participant, parent=said, answers={"Q2": "b", "Q3": "c"})
    page(discussion, "fr", place, cast.participant)
    numbers = []
    for translations in ({}, {"fr": FRENCH, "ar": ARABIC}):
        discussion.questions.update(translations=translations)
        memory.forget()
        with CaptureQueriesContext(connection) as captured:
            shown = page(discussion, "fr", place, cast.participant)
        assert (FRENCH in shown) == bool(translations)
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]
