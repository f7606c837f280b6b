"""The tables of contributions: what stands in them, what spreadsheets make of it, who gets them."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from facilitation import tables
from forum import actions, cells
from forum.models import Answer, Byline, Contribution, Discussion, Membership
from moderation.actions import hide
from tests.facilitation.expected import full_table
from tests.factory import make_contribution, make_discussion, make_member, make_user

pytestmark = pytest.mark.django_db

BOTH = pytest.mark.parametrize("table", [tables.PUBLIC, tables.FULL], ids=["public", "full"])
FOR_ALL, FOR_FACILITATORS = "contributions.csv", "manage/contributions.csv"


def fetch(discussion, address=FOR_ALL, user=None):
    client = Client()
    if user:
        client.force_login(user)
    return client.get(f"{discussion.get_absolute_url()}{address}")


def text_of(discussion, table):
    return "".join(tables.as_csv(discussion, table, lambda path: f"https://example.org{path}"))


def rows_of(text):
    """What a reader of CSV that keeps to the letter finds in it."""
    lines = io.StringIO(text.removeprefix("\ufeff"), newline="")
    return list(csv.DictReader(lines, strict=True))


# --- the format ---


@pytest.mark.parametrize(("address", "user"), [(FOR_ALL, ""), (FOR_FACILITATORS, "facilitator")])
def test_it_is_a_file_of_utf8_that_spreadsheets_recognise(discussion, cast, address, user):
    make_contribution(discussion, cast.participant, "Élan")
    response = fetch(discussion, address, getattr(cast, user, None))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="open-discussion-')
    body = response.getvalue()
    assert body.startswith(b"\xef\xbb\xbfnumber,parent,question,")
    assert body.count(b"\xef\xbb\xbf") == 1
    assert "Élan".encode() in body


@BOTH
def test_every_line_ends_in_crlf_and_only_what_needs_them_has_quotes(discussion, cast, table):
    make_contribution(discussion, cast.participant, 'She said "yes", twice\nand left')
    make_contribution(discussion, cast.participant, "Plain; with a semicolon")
    text = text_of(discussion, table)
    assert ',"She said ""yes"", twice\nand left",' in text
    assert ",Plain; with a semicolon," in text
    assert text.count('"') == 6
    assert text.count("\r\n") == text.count("\r") == 3
    assert text.endswith("\r\n")


@BOTH
@pytest.mark.parametrize(
    "words",
    [
        "a, b, and c",
        'a "quoted" word, "" and "',
        "one\ntwo\r\nthree\rfour",
        "لا أوافق، لأنّ «الشبكة» بطيئة",
        "  spaces around  ",
        "ends with a backslash \\",
        "𝒜 👩🏽‍💻 \u200f",
        "1e5",
        "'already quoted",
    ],
)
def test_what_was_written_comes_out_as_it_was(discussion, cast, table, words):
    make_contribution(discussion, cast.participant, words, answers={"Q2": words})
    make_contribution(discussion, make_user(words), "From somebody of this name")
    rows = rows_of(text_of(discussion, table))
    assert [row["text"] for row in rows[:2]] == [words, words]
    assert rows[2]["name"] == words


def test_an_empty_discussion_has_a_header_alone(discussion):
    assert rows_of(text_of(discussion, tables.PUBLIC)) == []


# --- formulas ---

SIGNS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
BEFORE = ["", " ", "   ", "\u00a0", " \u00a0 ", "\u202f", "\u3000", "\ufeff", "\u200b"]


@BOTH
@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", BEFORE)
def test_no_column_holds_a_formula(discussion, table, sign, before):
    formula = f"{before}{sign}1+1"
    user = make_user("Plain")
    person = user.person
    person.name = person.organisation = person.stakeholder_group = formula
    person.save()
    make_member(discussion, "moderator", user, title=formula)
    make_contribution(discussion, user, formula, answers={"Q1": formula})
    general, answer = rows_of(text_of(discussion, table))
    for column in ("name", "organisation", "stakeholder_group", "title", "text"):
        assert general[column] == answer[column] == f"'{formula}"
    for row in (general, answer):
        assert not [
            text for text in row.values() if text.lstrip(" \u00a0").startswith(tuple(SIGNS))
        ]


@pytest.mark.parametrize("words", ["1+1", "a=b", "me@example.org", "–5", "(-1)", "#1", ""])
def test_a_text_that_is_no_formula_is_left_alone(words):
    assert cells.harmless(words) == words


# --- what stands in it ---


@pytest.fixture
def said(discussion, cast):
    """Something of every kind, by its number."""
    discussion.touch(anonymous_allowed=True)
    participant, moderator = cast.participant, cast.moderator
    first = make_contribution(discussion, participant, "General", answers={"Q3": "C", "Q1": "A"})
    make_contribution(discussion, participant, "", answers={"Q2": "Only an answer"}, parent=first)
    hidden = make_contribution(
        discussion, cast.stranger, "Hidden words", answers={"Q1": "Hidden answer"}
    )
    hide(hidden, user=moderator, version=hidden.version, reason="spam")
    withdrawn = make_contribution(
        discussion, participant, "Withdrawn words", answers={"Q1": "Withdrawn answer"}
    )
    actions.withdraw(withdrawn, user=participant, version=withdrawn.version)
    secret = make_user("Xiomara Quispe")
    make_contribution(discussion, secret, "Unsigned words", anonymous=True, language="fr")
    edited = make_contribution(discussion, moderator, "Before", capacity="official")
    text = actions.Text(body="After", language="en", capacity="official")
    actions.edit(edited, user=moderator, text=text, version=1)
    discussion.contributions.filter(number=1).update(received_via="letter")
    discussion.contributions.filter(number=3).update(language="es")


def test_the_full_table_is_the_database_row_by_row(discussion, said):
    expected = full_table(discussion, "https://example.org")
    assert rows_of(text_of(discussion, tables.FULL)) == expected
    assert [(row["number"], row["question"]) for row in expected] == [
        *(("1", ""), ("1", "Q1"), ("1", "Q3"), ("2", "Q2"), ("3", ""), ("3", "Q1")),
        *(("4", ""), ("5", ""), ("6", "")),
    ]


def test_the_public_table_is_the_full_one_without_what_readers_do_not_see(discussion, said):
    public = rows_of(text_of(discussion, tables.PUBLIC))
    full = {
        (row["number"], row["question"]): row for row in rows_of(text_of(discussion, tables.FULL))
    }
    for row in public:
        original = full[row["number"], row["question"]]
        if row["state"] == "published" and not original["anonymous"]:
            assert row == {name: original[name] for name in row}
    assert [row["number"] for row in public] == ["1", "1", "1", "2", "3", "4", "5", "6"]


def test_the_public_table_shows_no_hidden_or_withdrawn_text_and_no_anonymous_name(discussion, said):
    text = fetch(discussion).getvalue().decode()
    for words in ("Hidden", "Withdrawn", "Xiomara", "Jonas Berg"):
        assert words not in text
    rows = {row["number"]: row for row in rows_of(text)}
    assert (rows["3"]["state"], rows["3"]["reason"]) == ("hidden", "spam")
    assert rows["4"]["state"] == "withdrawn"
    assert (rows["5"]["name"], rows["5"]["text"]) == ("Anonymous", "Unsigned words")
    named = ("organisation", "country", "stakeholder_group", "title")
    for number in "345":
        assert not any(rows[number][column] for column in named)
    assert rows["3"]["name"] == rows["4"]["name"] == ""


@pytest.mark.parametrize("name", ["facilitator", "organiser"])
def test_the_full_table_shows_what_was_hidden_and_who_is_anonymous(discussion, cast, said, name):
    text = fetch(discussion, FOR_FACILITATORS, getattr(cast, name)).getvalue().decode()
    for words in ("Hidden words", "Hidden answer", "Xiomara Quispe", "Jonas Berg"):
        assert words in text
    assert "Withdrawn" not in text


def test_nobody_reads_a_withdrawn_text_not_even_a_superuser(discussion, said):
    root = make_user("Root", is_superuser=True)
    for address in (FOR_ALL, FOR_FACILITATORS):
        assert b"Withdrawn" not in fetch(discussion, address, root).getvalue()


def test_no_address_of_anyone_stands_in_a_table(discussion, cast, said):
    text = fetch(discussion, FOR_FACILITATORS, cast.organiser).getvalue().decode()
    assert "@" not in text


def test_the_address_in_a_row_leads_to_the_contribution(discussion, said, client):
    for row in rows_of(fetch(discussion).getvalue().decode()):
        response = client.get(row["address"])
        assert f"<title>#{row['number']} – " in response.content.decode()


def test_a_table_holds_nothing_of_another_discussion(discussion, said):
    other = make_discussion()
    make_contribution(other, make_user(), "Elsewhere")
    assert len(rows_of(text_of(other, tables.FULL))) == 1
    assert "Elsewhere" not in text_of(discussion, tables.FULL)


# --- who gets it ---


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("visitor", 302),
        ("stranger", 403),
        ("participant", 403),
        ("moderator", 403),
        ("facilitator", 200),
        ("organiser", 200),
    ],
)
def test_the_full_table_is_for_facilitators_and_organisers(discussion, cast, said, name, status):
    response = fetch(discussion, FOR_FACILITATORS, getattr(cast, name, None))
    assert response.status_code == status
    assert (b"Hidden words" in response.getvalue()) == (status == 200)


@pytest.mark.parametrize("role", ["facilitator", "organiser"])
def test_a_role_in_another_discussion_does_not_count(discussion, said, role):
    user = make_member(make_discussion(), role)
    assert fetch(discussion, FOR_FACILITATORS, user).status_code == 403
    Discussion.objects.filter(pk=discussion.pk).update(visibility="invited")
    for address in (FOR_ALL, FOR_FACILITATORS):
        assert fetch(discussion, address, user).status_code == 404


def test_whose_role_was_taken_gets_the_full_table_no_more(discussion, cast):
    Membership.objects.filter(person=cast.facilitator.person).delete()
    assert fetch(discussion, FOR_FACILITATORS, cast.facilitator).status_code == 403


@pytest.mark.parametrize("address", [FOR_ALL, FOR_FACILITATORS])
@pytest.mark.parametrize("fields", [{"published": False}, {"visibility": "invited"}])
def test_the_table_of_an_invisible_discussion_does_not_exist(discussion, cast, address, fields):
    Discussion.objects.filter(pk=discussion.pk).update(**fields)
    assert fetch(discussion, address).status_code == 404
    assert fetch(discussion, address, cast.stranger).status_code == 404
    assert fetch(discussion, address, cast.facilitator).status_code == 200


@pytest.mark.parametrize("address", [FOR_ALL, FOR_FACILITATORS])
def test_a_table_is_only_read(discussion, cast, address):
    client = Client()
    client.force_login(cast.organiser)
    assert client.post(f"{discussion.get_absolute_url()}{address}").status_code == 405


# --- caches ---


def test_no_cache_keeps_the_full_table(discussion, cast):
    header = fetch(discussion, FOR_FACILITATORS, cast.facilitator)["Cache-Control"]
    assert header == "private, no-store"


def test_no_cache_gives_the_public_table_without_asking(discussion):
    assert "no-cache" in fetch(discussion)["Cache-Control"]


def test_no_shared_cache_keeps_the_table_of_an_invited_discussion(discussion, cast):
    Discussion.objects.filter(pk=discussion.pk).update(visibility="invited")
    assert "private" in fetch(discussion, user=cast.participant)["Cache-Control"]


# --- what it costs ---


def queries(discussion, table):
    with CaptureQueriesContext(connection) as captured:
        rows = rows_of(text_of(discussion, table))
    return len(rows), len(captured)


@BOTH
def test_a_table_of_600_costs_no_more_queries_than_one_of_20(discussion, cast, table):
    person, question = cast.participant.person, discussion.questions.first()
    byline = Byline.objects.create(person=person, name=person.name)

    def grow(numbers):
        rows = [
            Contribution(
                discussion=discussion,
                number=number,
                author=person,
                byline=byline,
                state="published",
                body=f"Text {number}",
                language="en",
                published_at=timezone.now(),
            )
            for number in numbers
        ]
        for row in rows:
            row.place_below(None)
        rows = Contribution.objects.bulk_create(rows)
        Answer.objects.bulk_create(
            Answer(contribution=row, question=question, body="Yes") for row in rows
        )

    grow(range(1, 21))
    rows, few = queries(discussion, table)
    assert rows == 40
    grow(range(21, 601))
    rows, many = queries(Discussion.objects.get(pk=discussion.pk), table)
    assert rows == 1200
    assert many == few
