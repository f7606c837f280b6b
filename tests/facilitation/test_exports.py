"""Exports: what stands in them, in each format; what is left out, and for whom."""

import csv
import io
import json
from datetime import timedelta

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from facilitation.exports import columns
from facilitation.exports.left_out import LEFT_OUT, NOT_SAID
from facilitation.exports.people import pseudonym
from facilitation.models import Document
from facilitation.views import exports as views
from forum import actions, memory, models
from forum.models import Contribution
from moderation.actions import hide
from tests.facilitation.expected_exports import expected
from tests.factory import make_contribution, make_held, make_user

pytestmark = pytest.mark.django_db

FORMATS = pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
FORMULA = '=SUM(A1:A9)&"x"'


def address(discussion, kind):
    return reverse("facilitation:export", args=[discussion.slug, kind])


def taken(discussion, user, kind="csv", **options):
    client = Client()
    client.force_login(user)
    return client.get(address(discussion, kind), options)


def read(kind, body):
    """The rows as dicts of texts, whatever the format; of a workbook those of its first sheet."""
    if kind == "csv":
        lines = io.StringIO(body.decode("utf-8-sig"), newline="")
        return list(csv.DictReader(lines, strict=True))
    found = json.loads(body)["rows"] if kind == "json" else sheets(body)[0][1]
    return [{name: as_text(value) for name, value in row.items()} for row in found]


def sheets(body):
    """(name, rows) of each sheet."""
    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True)
    return [(sheet.title, rows_of(sheet)) for sheet in book.worksheets]


def rows_of(sheet):
    head, *rows = sheet.iter_rows(values_only=True)
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert not any(row.pop(f"{name}_continued") for row in found for name in ("text", "plain"))
    return found


def as_text(value):
    return "" if value is None else str(value)


def rows(discussion, user, kind="csv", **options):
    response = taken(discussion, user, kind, **options)
    assert response.status_code == 200
    return read(kind, response.getvalue())


@pytest.fixture
def said(discussion, cast):
    """Something of everything."""
    discussion.anonymous_allowed = True
    discussion.save()
    first = make_contribution(
        discussion,
        cast.participant,
        "**Bold** words\n\n- one\n- two",
        answers={"Q1": "Yes; and “no”", "Q3": "A line\nand another"},
    )
    make_contribution(discussion, cast.moderator, "Bienvenue", parent=first, language="fr")
    make_contribution(
        discussion, cast.stranger, "", answers={"Q2": "العربية و English"}, language="ar"
    )
    table = "Nobody knows\n\n| a | b |\n|---|---|\n| 1 | 2 < 3 |"
    make_contribution(discussion, cast.participant, table, anonymous=True)
    one = make_contribution(discussion, cast.participant, "Spam", answers={"Q1": "More spam"})
    hide(one, user=cast.moderator, version=one.version, reason="spam")
    one = make_contribution(discussion, cast.participant, "Gone", answers={"Q1": "Gone, too"})
    actions.withdraw(one, user=cast.participant, version=one.version)
    make_held(discussion, cast.participant, "Waits", answers={"Q2": "Waits, too"})
    discussion.refresh_from_db()
    return discussion


# --- what stands in them ---


@FORMATS
@pytest.mark.parametrize("kind_of_rows", ["contributions", "answers"])
def test_each_row_equals_the_database(said, cast, kind, kind_of_rows):
    found = rows(said, cast.facilitator, kind, rows=kind_of_rows)
    wanted = expected(said, kind_of_rows, "http://testserver")
    assert len(wanted) == {"contributions": 6, "answers": 9}[kind_of_rows]
    assert found == wanted


def test_csv_is_what_spreadsheets_and_rfc_4180_expect(said, cast):
    response = taken(said, cast.facilitator)
    body = response.getvalue()
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert body.startswith(b"\xef\xbb\xbfdiscussion,number,parent,depth,question_key,")
    outside = "".join(body.decode().split('"')[::2])
    assert outside.count("\r\n") == outside.count("\n") == 7
    assert response["Cache-Control"] == "private, no-store"


def test_plain_text_has_no_marks(said, cast):
    [first, *_others] = rows(said, cast.facilitator, rows="answers")
    assert first["plain"] == "Bold words\none\ntwo"
    assert first["words"] == "4"
    [table] = rows(said, cast.facilitator, rows="answers", states="published")[-1:]
    assert table["plain"] == "Nobody knows\na\tb\n1\t2 < 3"


def test_a_workbook_has_a_sheet_for_each_question(said, cast):
    body = taken(said, cast.facilitator, "xlsx", rows="questions").getvalue()
    found = {name: [row["text"] for row in rows] for name, rows in sheets(body)}
    assert list(found) == ["General texts", "Q1", "Q2", "Q3"]
    assert found["Q1"] == ["Yes; and “no”", "More spam"]
    assert found["Q2"] == ["العربية و English"]
    assert len(found["General texts"]) == 5


@FORMATS
def test_nothing_becomes_a_formula(discussion, cast, kind):
    person = cast.participant.person
    person.name, person.organisation = "=1+1", "@SUM(A1)"
    person.save()
    make_contribution(discussion, cast.participant, FORMULA, answers={"Q1": "+1"})
    [row] = rows(discussion, cast.facilitator, kind)
    mark = "'" if kind == "csv" else ""
    assert row["name"] == f"{mark}=1+1"
    assert row["text"].startswith(mark + FORMULA)
    if kind == "xlsx":
        body = taken(discussion, cast.facilitator, kind).getvalue()
        sheet = openpyxl.load_workbook(io.BytesIO(body)).active
        assert {cell.data_type for line in sheet.iter_rows(min_row=2) for cell in line} <= {
            "s",
            "n",
        }


def test_a_text_too_long_for_a_cell_goes_on_in_another(discussion, cast):
    one = make_contribution(discussion, cast.participant, "Short")
    whole = "x" * 40_000
    Contribution.objects.filter(pk=one.pk).update(body=whole)
    body = taken(discussion, cast.facilitator, "xlsx").getvalue()
    sheet = openpyxl.load_workbook(io.BytesIO(body)).active
    head, line = sheet.iter_rows(values_only=True)
    row = dict(zip(head, line, strict=True))
    assert row["text"] + row["text_continued"] == whole


# --- what is chosen ---


def test_each_choice_restricts(said, cast):
    def numbers(**options):
        return [row["number"] for row in rows(said, cast.facilitator, **options)]

    assert numbers() == ["1", "2", "3", "4", "5", "6"]
    assert numbers(language="fr") == ["2"]
    assert numbers(role="moderator") == ["2"]
    # Neither who is anonymous nor what is withdrawn is found by what is not shown.
    assert numbers(country="BR") == ["1", "2", "3", "5"]
    assert numbers(question="Q1") == ["1", "5"]
    assert numbers(states="hidden") == ["5"]
    assert numbers(states=["published", "withdrawn"]) == ["1", "2", "3", "4", "6"]
    today = timezone.localdate(timezone=said.zone)
    said.contributions.filter(number=1).update(published_at=timezone.now() - timedelta(days=3))
    assert numbers(until=today - timedelta(days=1)) == ["1"]
    assert numbers(since=today) == ["2", "3", "4", "5", "6"]
    assert numbers(since=today - timedelta(days=3), until=today - timedelta(days=3)) == ["1"]


def test_the_answers_to_a_question_come_without_the_rest(said, cast):
    found = rows(said, cast.facilitator, rows="answers", question="Q1")
    assert [(row["question_key"], row["text"]) for row in found] == [
        ("Q1", "Yes; and “no”"),
        ("Q1", "More spam"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": "Q9"},
        {"since": "soon"},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"rows": "questions"},
        {"states": "unknown"},
        # Whoever misspells it must not get the names.
        {"anonymized": "on"},
        {"country": ["BR", "PE"]},
    ],
)
def test_what_cannot_be_chosen_is_not_there(said, cast, wrong):
    assert taken(said, cast.facilitator, **wrong).status_code == 404


# --- who is shown what ---


@FORMATS
def test_what_is_withdrawn_or_anonymous_stays_so(said, cast, kind):
    found = rows(said, cast.facilitator, kind)
    by_number = {row["number"]: row for row in found}
    assert by_number["4"]["name"] == "Anonymous"
    assert by_number["4"]["organisation"] == by_number["4"]["country"] == ""
    gone = by_number["6"]
    assert (gone["text"], gone["plain"], gone["name"], gone["words"]) == ("", "", "", "0")
    assert by_number["5"]["text"].startswith("Spam")


def test_what_waits_is_for_those_who_steer_and_facilitate(said, cast):
    assert taken(said, cast.facilitator, states="held").status_code == 404
    assert taken(said, cast.moderator, states="held").status_code == 403
    [row] = rows(said, cast.organiser, states="held")
    assert (row["number"], row["state"], row["published_at"]) == ("", "held", "")
    assert row["text"].startswith("Waits")
    assert row["address"] == ""


@pytest.mark.parametrize("who", ["moderator", "participant", "stranger"])
def test_nobody_else_takes_one(said, cast, who):
    assert taken(said, getattr(cast, who)).status_code == 403


@FORMATS
def test_pseudonyms_are_the_same_for_a_person_and_tell_nothing_else(said, cast, kind):
    found = rows(said, cast.facilitator, kind, anonymised="on")
    by_number = {row["number"]: row for row in found}
    assert by_number["1"]["name"] == by_number["5"]["name"]
    assert by_number["1"]["name"].startswith("Person ")
    assert by_number["1"]["name"] != by_number["2"]["name"]
    # No pseudonym tells what else somebody has written who did not want to be named.
    assert by_number["4"]["name"] == "Anonymous"
    assert {row["organisation"] for row in found} == {row["title"] for row in found} == {""}
    assert {row["address"] for row in found} == {""}
    with translation.override("fr"):
        code = by_number["1"]["name"].removeprefix("Person ")
        assert pseudonym(said.pk, cast.participant.person.pk) == f"Personne {code}"
    assert by_number["1"]["country"] == "BR"
    names = {cast.participant.person.name, cast.moderator.person.name}
    assert not any(name in " ".join(row.values()) for row in found for name in names)
    again = rows(said, cast.organiser, kind, anonymised="on", organisations="on")
    assert again[0]["name"] == by_number["1"]["name"]
    assert again[0]["organisation"] == "Example Institute"


# --- how they come ---


def form(client, discussion, **fields):
    return client.post(
        reverse("facilitation:exports", args=[discussion.slug]),
        {"kind": "csv", "rows": "contributions"} | fields,
    )


def test_the_form_leads_to_what_comes_at_once(said, cast, client):
    client.force_login(cast.facilitator)
    answer = form(client, said, language="fr", anonymised="on")
    assert answer.url.startswith(address(said, "csv"))
    [row] = read("csv", client.get(answer.url).getvalue())
    assert row["language"] == "fr"
    assert form(client, said, kind="xlsx").url.startswith(address(said, "xlsx"))
    assert not Document.objects.exists()


def test_a_long_spreadsheet_is_made_by_the_worker(said, cast, client, monkeypatch):
    monkeypatch.setattr(views, "SMALL", 3)
    client.force_login(cast.facilitator)
    page = reverse("facilitation:exports", args=[said.slug])
    assert form(client, said, kind="xlsx", language="fr").url != page
    assert form(client, said, kind="xlsx").url == page
    assert client.get(address(said, "xlsx")).url == page
    document = Document.objects.get()
    assert (document.kind, document.options) == ("xlsx", {"rows": "contributions"})
    assert form(client, said, kind="csv").url != page


def test_a_form_that_cannot_be_taken_says_why(said, cast, client):
    client.force_login(cast.facilitator)
    answer = form(client, said, rows="questions", since="2030-02-01", until="2030-01-01")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Only a spreadsheet (XLSX) has several sheets." in page
    assert "This is before the first day." in page


def test_the_same_queries_for_one_as_for_many(discussion, cast):
    def queries(kind):
        memory.forget()
        with CaptureQueriesContext(connection) as captured:
            taken(discussion, cast.facilitator, kind, rows="answers").getvalue()
        return len(captured)

    make_contribution(discussion, cast.participant, "One", answers={"Q1": "Yes"})
    before = {kind: queries(kind) for kind in ("csv", "json", "xlsx")}
    for number in range(120):
        make_contribution(discussion, make_user(f"Writer {number}"), "More", answers={"Q2": "No"})
    assert {kind: queries(kind) for kind in before} == before


def test_the_command_writes_the_same(said, cast, tmp_path, settings):
    settings.SITE_URL = "http://testserver"
    printed = io.StringIO()
    call_command("export", said.slug, rows="answers", stdout=printed)
    body = taken(said, cast.facilitator, rows="answers").getvalue()
    assert printed.getvalue().encode() == body
    for kind in ("csv", "json", "xlsx"):
        output = tmp_path / f"export.{kind}"
        call_command("export", said.slug, format=kind, output=output)
        assert read(kind, output.read_bytes()) == rows(said, cast.facilitator, kind)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"format": "xlsx"}, "--output"),
        ({"rows": "questions"}, "--format xlsx"),
        ({"question": "Q9"}, "no question “Q9”"),
    ],
)
def test_the_command_says_what_it_cannot_do(said, options, why):
    with pytest.raises(CommandError, match=why):
        call_command("export", said.slug, **options)


# --- nothing is forgotten ---


def test_every_field_of_the_record_is_exported_or_left_out_for_a_reason():
    """A new field fails here until somebody has thought about it."""
    fields = {
        f"{model.__name__}.{field.name}"
        for model in vars(models).values()
        if isinstance(model, type) and issubclass(model, Model)
        for field in model._meta.concrete_fields
        if not field.primary_key and model.__name__ not in NOT_SAID
    }
    shown = {name for column in columns.COLUMNS.values() for name in column.shows}
    assert shown & set(LEFT_OUT) == set()
    assert shown | set(LEFT_OUT) == fields
    assert all(LEFT_OUT.values())
    assert all(NOT_SAID.values())
