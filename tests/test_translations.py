"""The interface is there in every language that the site offers."""

import re
import shutil
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import to_locale

from tests.factory import make_discussion

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w*\}|</?[a-z]+[^>]*>")
SOURCES = ("accounts", "config", "facilitation", "forum", "mail", "moderation", "worker")
SOURCES += ("templates", "locale")


def catalogue(language, root=settings.BASE_DIR):
    path = root / "locale" / to_locale(language) / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale=to_locale(language))


def forms(text):
    """A text, or its singular and plurals, as a list."""
    return [text] if isinstance(text, str) else list(text)


def untranslated(messages):
    return [m.id for m in messages if m.id and (not all(forms(m.string)) or m.fuzzy)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language):
    messages = catalogue(language)
    assert len(messages) > 500
    assert untranslated(messages) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_and_marks_survive_the_translation(language):
    wrong = {}
    for message in catalogue(language):
        known = set(PLACEHOLDER.findall(" ".join(forms(message.id))))
        # The form for one or two may do without the number.
        used = set(PLACEHOLDER.findall(forms(message.string)[-1]))
        if message.id and used != set(PLACEHOLDER.findall(forms(message.id)[-1])):
            wrong[message.id] = message.string
        if any(not known.issuperset(PLACEHOLDER.findall(text)) for text in forms(message.string)):
            wrong[message.id] = message.string
    assert wrong == {}


def test_numbers_of_contributions_stand_apart_in_arabic():
    """Behind Arabic letters "#12" would be read as 12#, unless it is isolated."""
    strings = [text for message in catalogue("ar") for text in forms(message.string)]
    numbered = [text for text in strings if "#%(" in text]
    assert len(numbered) >= 5
    isolated = re.compile("\u2066#%\\(\\w+\\)s\u2069")
    assert [text for text in numbered if "#%(" in isolated.sub("", text)] == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Questions directrices"),
        ("es", "Preguntas orientadoras"),
        ("pt", "Perguntas orientadoras"),
        ("ru", "Направляющие вопросы"),
        ("ar", "الأسئلة التوجيهية"),
        ("zh-hans", "引导性问题"),
    ],
)
def test_a_page_is_read_in_its_language(client, db, language, words):
    make_discussion("translated")
    page = client.get(f"/{language}/discussions/translated/").content.decode()
    assert f'<html lang="{language}"' in page
    assert words in page
    assert "Guiding questions" not in page


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed")
def test_the_catalogues_hold_what_the_sources_say(tmp_path):
    """`make messages` was run after the last change of a text."""
    for name in SOURCES:
        shutil.copytree(settings.BASE_DIR / name, tmp_path / name)
    shutil.copy(settings.BASE_DIR / "manage.py", tmp_path)
    command = [sys.executable, "manage.py", "makemessages", "--locale", "fr", "--no-location"]
    command += ["--extension", "html,txt,py,svg"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    now = {(m.context, str(m.id)) for m in catalogue("fr", tmp_path)}
    then = {(m.context, str(m.id)) for m in catalogue("fr")}
    assert now == then
