"""Archive files: what goes in comes out again, and what is wrong is said in one line."""

import copy
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Person, User
from forum import actions, archive
from forum.archive.document import DOCUMENT
from forum.models import Contribution, Discussion, LogEntry, Membership, Revision
from moderation import actions as moderation

from ..factory import make_contribution, make_user

FOREIGN = Path(__file__).parent / "foreign.json"
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.json"))


def small(**discussion):
    """The smallest document that has something of everything."""
    return {
        "format": "indaba-discussion",
        "version": 1,
        "discussion": {
            "slug": "wells",
            "title": "Wells",
            "language": "en",
            "hosts": [{"name": "Water Office", "url": "https://example.org/"}],
            "time_zone": "America/New_York",
            "opens_at": "2022-11-07T00:00:00-05:00",
            "closes_at": "2022-12-12T23:59:59-05:00",
            "extensions": [
                {
                    "old_closes_at": "2022-12-05T23:59:59-05:00",
                    "new_closes_at": "2022-12-12T23:59:59-05:00",
                    "reason": "One more week.",
                    "at": "2022-12-01T09:00:00-05:00",
                }
            ],
            "question_groups": [
                {
                    "title": "Broad questions",
                    "questions": [
                        {"key": "Q1", "text": "Where?"},
                        {"key": "Q2", "text": "How deep?"},
                    ],
                }
            ],
            **discussion,
        },
        "people": [
            {"id": "p1", "name": "Ana Souza", "email": "ana@example.org", "country": "BR"},
            {"id": "p2", "name": "Jonas Berg", "organisation": "Institute"},
        ],
        "memberships": [{"person": "p1", "role": "moderator", "title": "Officer"}],
        "contributions": [
            {
                "number": 1,
                "parent": None,
                "author": "p1",
                "published_at": "2022-11-08T10:00:00-05:00",
                "language": "en",
                "body": "Here.",
                "answers": [{"question": "Q1", "body": "There."}],
            },
            {
                "number": 3,
                "parent": 1,
                "author": "p2",
                "published_at": "2022-11-09T10:00:00-05:00",
                "language": "fr",
                "body": "Non.",
            },
        ],
    }


def load(document, **options):
    return archive.load(archive.read(document), **options)


def as_json(document):
    """What comes out, as a reader of the file has it."""
    return archive.parse(json.dumps(document, ensure_ascii=False).encode())


def written(path, document):
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def everything():
    """How many rows every table has."""
    return {model.__name__: model.objects.count() for model in apps.get_models()}


def texts_of(document):
    """(Number, question or nothing) -> the text, as the file has it."""
    return {
        (contribution["number"], question): body
        for contribution in document["contributions"]
        for question, body in [
            ("", contribution.get("body", "")),
            *((answer["question"], answer["body"]) for answer in contribution.get("answers", [])),
        ]
    }


# --- there and back ---


@pytest.mark.django_db
@pytest.mark.parametrize("path", [FOREIGN, *EXAMPLES], ids=lambda path: path.name)
def test_a_file_comes_out_as_it_went_in(path):
    document = archive.parse(path.read_bytes())
    discussion = load(document)
    exported = as_json(archive.dump(discussion))
    assert archive.normalised(exported) == archive.normalised(document)
    assert texts_of(exported) == texts_of(document)


@pytest.mark.django_db
def test_texts_from_elsewhere_are_kept_character_for_character_and_rendered():
    document = json.loads(FOREIGN.read_bytes())
    discussion = load(document)
    contributions = list(discussion.contributions.order_by("number"))
    assert [one.body for one in contributions] == [
        entry.get("body", "") for entry in document["contributions"]
    ]
    assert all(one.body_html for one in contributions if one.body)
    answers = [answer for one in contributions for answer in one.answers.all()]
    assert len(answers) == 4
    assert all(answer.body_html for answer in answers)
    assert discussion.welcome == document["discussion"]["welcome"]
    assert "<!--" not in "".join(one.body_html for one in contributions)


@pytest.mark.django_db
def test_translated_questions_come_out_by_language_and_others_say_nothing_of_it():
    document = small()
    first, second = document["discussion"]["question_groups"][0]["questions"]
    first["translations"] = {"sw": "Wapi?", "fr": "Où\u202f?\n\nPourquoi\u202f?", "ar": "أين؟"}
    second["translations"] = {}
    discussion = load(document)
    assert discussion.questions.get(key="Q1").translations == first["translations"]
    [group] = archive.dump(discussion)["discussion"]["question_groups"]
    assert group["questions"][0]["translations"] == first["translations"]
    assert list(group["questions"][0]["translations"]) == ["ar", "fr", "sw"]
    assert group["questions"][1] == {"key": "Q2", "text": "How deep?"}


@pytest.mark.django_db
def test_people_keep_their_ids_and_their_order_also_when_they_said_nothing():
    document = json.loads(FOREIGN.read_bytes())
    exported = archive.dump(load(document))
    ids = [person["id"] for person in document["people"]]
    assert [person["id"] for person in exported["people"]] == ids


@pytest.mark.django_db
def test_keys_at_their_default_are_left_out_and_times_are_in_the_zone_of_the_discussion():
    document = small()
    document["contributions"][0]["state"] = "published"
    document["contributions"][0]["published_at"] = "2022-11-08T15:00:00Z"
    assert archive.dump(load(document)) == small()


@pytest.mark.django_db
def test_everything_is_counted_as_the_actions_count():
    document = small(last_number=7)
    document["contributions"] += [
        dict(document["contributions"][0], number=4, state="hidden", author="p2"),
        dict(document["contributions"][0], number=5, anonymous=True, author="p2"),
        dict(document["contributions"][0], number=6, parent=3, state="withdrawn"),
    ]
    document["contributions"][1]["anonymous"] = True
    discussion = load(document)
    assert discussion.contribution_count == 3
    assert discussion.author_count == 1
    assert discussion.last_number == 7
    counts = discussion.questions.order_by("number").values_list("key", "answer_count")
    assert dict(counts) == {"Q1": 2, "Q2": 0}
    hidden = discussion.contributions.get(number=4)
    assert hidden.reason == Contribution.Reason.OTHER
    paths = discussion.contributions.order_by("number").values_list("path", "depth")
    assert list(paths)[1] == ("000001000003", 2)
    assert list(paths)[4] == ("000001000003000006", 3)


@pytest.mark.django_db
def test_no_accounts_and_no_roles_are_made_and_one_line_is_logged():
    discussion = load(small())
    assert not User.objects.exists()
    assert Membership.objects.values_list("person__name", "role").get() == (
        "Ana Souza",
        "moderator",
    )
    entry = LogEntry.objects.get()
    assert (entry.act, entry.actor, entry.discussion) == ("discussion.import", None, discussion)


@pytest.mark.django_db
def test_a_discussion_that_was_not_published_stays_unpublished():
    discussion = load(small(published=False))
    assert not discussion.published
    assert archive.dump(discussion)["discussion"]["published"] is False


@pytest.mark.django_db
def test_what_people_say_of_themselves_is_taken_as_it_is():
    document = small()
    document["people"][0] |= {
        "email": "lucía@example.org",
        "organisation": "Institute\nof Water",
        "stakeholder_group": "whoever drinks",
    }
    document["people"][1]["email"] = '"j.berg"@example.org'
    assert archive.dump(load(document)) == document


@pytest.mark.django_db
def test_bylines_follow_from_entry_and_roles_unless_the_file_says_otherwise():
    document = small()
    document["contributions"][1]["byline"] = {"organisation": "University", "title": "Dean"}
    discussion = load(document)
    first, second = discussion.contributions.order_by("number").select_related("byline")
    assert (first.byline.role, first.byline.title) == ("moderator", "Officer")
    assert (second.byline.name, second.byline.organisation, second.byline.title) == (
        "Jonas Berg",
        "University",
        "Dean",
    )
    assert archive.dump(discussion) == document


# --- what was written on the site ---


@pytest.fixture
def lively(discussion, cast):
    """A discussion with an edit, a hidden, a withdrawn and an anonymous contribution, an author who
    moved, and a thread that is deeper than a page shows."""
    Discussion.objects.filter(pk=discussion.pk).update(anonymous_allowed=True)
    discussion.refresh_from_db()
    ana = cast.participant
    first = make_contribution(discussion, ana, "First.", answers={"Q1": "Yes.", "Q3": "No."})
    actions.edit(
        first,
        user=ana,
        text=actions.Text(
            body="First, better.",
            language="fr",
            answers={discussion.questions.get(key="Q2"): "Perhaps."},
        ),
        version=1,
    )
    make_contribution(discussion, cast.moderator, "Welcome.", capacity="official")
    hidden = make_contribution(discussion, ana, "Buy this.")
    moderation.hide(hidden, user=cast.moderator, version=hidden.version, reason="spam")
    withdrawn = make_contribution(discussion, cast.facilitator, "Never mind.", parent=first)
    actions.withdraw(withdrawn, user=cast.facilitator, version=withdrawn.version)
    make_contribution(discussion, make_user("Old Hand"), "Who I am is secret.", anonymous=True)
    Person.objects.filter(pk=ana.person_id).update(organisation="Another Institute", function="MD")
    ana.person.refresh_from_db()
    parent = None
    for level in range(1, 15):
        parent = make_contribution(discussion, ana, f"Level {level}.", parent=parent)
    return discussion


def copy_of(exported, slug="a-copy"):
    copied = copy.deepcopy(exported)
    copied["discussion"]["slug"] = slug
    return copied


@pytest.mark.django_db
@pytest.mark.parametrize("full", [False, True])
def test_what_was_written_here_can_be_loaded_again(lively, full):
    exported = archive.dump(lively, full=full)
    copied = load(as_json(copy_of(exported)))
    assert archive.dump(copied, full=full) == copy_of(exported)
    lively.refresh_from_db()
    for name in ("contribution_count", "author_count", "last_number"):
        assert getattr(copied, name) == getattr(lively, name), name
    counts = [
        list(one.questions.order_by("number").values_list("key", "answer_count"))
        for one in (lively, copied)
    ]
    assert counts[0] == counts[1]
    places = [
        list(one.contributions.order_by("number").values_list("number", "path", "depth"))
        for one in (lively, copied)
    ]
    assert places[0] == places[1]
    assert max(depth for _number, _path, depth in places[0]) == 12


@pytest.mark.django_db
def test_only_a_full_file_has_addresses_of_accounts_versions_rules_and_log(lively):
    exported = archive.dump(lively)
    assert set(exported) == {
        "format",
        "version",
        "discussion",
        "people",
        "memberships",
        "contributions",
    }
    addresses = set(User.objects.values_list("email", flat=True))
    assert not [address for address in addresses if address in json.dumps(exported)]
    assert "terms_accepted_at" not in json.dumps(exported)
    assert "First." not in json.dumps(exported)

    full = archive.dump(lively, full=True)
    named = {person["email"] for person in full["people"]}
    assert named <= addresses
    assert len(named) == 5
    assert full["contributions"][0]["revisions"][0]["body"] == "First."
    assert [terms["id"] for terms in full["terms"]] == ["en/1"]
    assert full["log"][-1]["act"] == "contribution.publish"


@pytest.mark.django_db
def test_a_full_file_restores_versions_what_waits_and_the_log(lively):
    full = archive.dump(lively, full=True)
    waiting = {
        "created_at": full["contributions"][0]["published_at"],
        "parent": 1,
        "author": full["people"][0]["id"],
        "language": "en",
        "state": "held",
        "body": "Is anybody there?",
    }
    full["waiting"] = [waiting]
    full["log"].append({"at": waiting["created_at"], "act": "contribution.hold", "waiting": 0})
    copied = load(as_json(copy_of(full)))
    assert archive.dump(copied, full=True) == copy_of(full)
    revision = Revision.objects.get(contribution__discussion=copied)
    assert revision.answers[0]["body_html"]
    assert revision.replaced_by.name == "Ana Souza"
    assert copied.contributions.get(number=None).parent.number == 1
    assert copied.log.count() == len(full["log"]) + 1


@pytest.mark.django_db
def test_nobody_agreed_to_rules_that_this_site_does_not_have(lively):
    full = copy_of(archive.dump(lively, full=True))
    full["terms"][0]["body"] += "\n\nAnd you owe us a goat."
    copied = load(as_json(full))
    assert not copied.memberships.exclude(terms=None).exists()
    assert copied.memberships.count() == lively.memberships.count()


@pytest.mark.django_db
def test_who_writes_after_the_import_gets_an_id_that_is_free():
    document = small()
    document["people"][1]["id"] = "p4"
    document["contributions"][1]["author"] = "p4"
    discussion = load(document)
    for name in ("Late One", "Later One", "Latest One"):
        make_contribution(discussion, make_user(name))
    before = everything()
    people = archive.dump(discussion)["people"]
    assert [(person["id"], person["name"]) for person in people] == [
        ("p1", "Ana Souza"),
        ("p4", "Jonas Berg"),
        ("p2", "Late One"),
        ("p3", "Later One"),
        ("p5", "Latest One"),
    ]
    assert everything() == before


@pytest.mark.django_db
def test_the_number_of_queries_does_not_depend_on_the_size():
    def queries(size):
        document = small(slug=f"wells-{size}")
        document["contributions"] += [
            dict(document["contributions"][1], number=number, parent=1 + 2 * (number % 2))
            for number in range(4, 4 + size)
        ]
        with CaptureQueriesContext(
            connection,
        ) as loading:
            discussion = load(document)
        with CaptureQueriesContext(connection) as dumping:
            archive.dump(discussion)
        return len(loading), len(dumping)

    assert queries(2) == queries(20)


# --- people who have an account ---


@pytest.mark.django_db
def test_an_address_in_a_file_never_reaches_an_account_by_itself():
    user = make_user("Ana Souza", "ana@example.org")
    discussion = load(small())
    assert not user.person.contributions.exists()
    assert discussion.contributions.get(number=1).author.email == "ana@example.org"


@pytest.mark.django_db
def test_people_are_linked_by_their_verified_address_when_that_is_wanted():
    user = make_user("Ana S.", "ANA@example.org")
    document = small()
    discussion = load(document, link_people=True)
    contribution = user.person.contributions.get()
    assert contribution.byline.name == "Ana Souza"
    assert contribution.byline.organisation == ""
    user.person.refresh_from_db()
    assert (user.person.name, user.person.organisation) == ("Ana S.", "Example Institute")
    assert set(discussion.roles_of(user)) == {"moderator"}

    exported = archive.dump(discussion)
    assert exported["people"][0] == {
        "id": "p1",
        "name": "Ana S.",
        "organisation": "Example Institute",
        "country": "BR",
    }
    assert exported["contributions"][0]["byline"] == {"name": "Ana Souza", "organisation": ""}

    again = load(small(slug="wells-again"), link_people=True)
    assert again.contributions.get(number=1).byline == contribution.byline


@pytest.mark.django_db
def test_an_address_that_is_not_verified_links_nobody():
    user = make_user("Ana S.", "ana@example.org")
    user.emailaddress_set.update(verified=False)
    load(small(), link_people=True)
    assert not user.person.contributions.exists()


@pytest.mark.django_db
def test_two_people_of_a_file_are_not_linked_to_one_account():
    user = make_user("Ana S.", "ana@example.org")
    user.emailaddress_set.create(email="jonas@example.org", verified=True)
    document = small()
    document["people"][1]["email"] = "jonas@example.org"
    with pytest.raises(archive.ArchiveError) as caught:
        load(document, link_people=True)
    assert str(caught.value) == "people[1].email: this is the account of people[0] already"
    assert not Discussion.objects.exists()


# --- what is refused ---


def change(*path, to):
    """A change of the small document: the value at this path becomes another one."""

    def changed(document):
        target = document
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = to

    return changed


def drop(*path):
    def changed(document):
        target = document
        for step in path[:-1]:
            target = target[step]
        del target[path[-1]]

    return changed


def add(*path, item):
    def changed(document):
        target = document
        for step in path:
            target = target[step]
        target.append(item)

    return changed


FIRST, SECOND = ("contributions", 0), ("contributions", 1)
GROUP = ("discussion", "question_groups", 0)
TRANSLATIONS = "discussion.question_groups[0].questions[0].translations"
EXTENSION = ("discussion", "extensions", 0)
LATER_EXTENSION = {
    "old_closes_at": "2022-12-12T23:59:59-05:00",
    "new_closes_at": "2022-12-20T23:59:59-05:00",
    "reason": "Again.",
    "at": "2022-12-02T09:00:00-05:00",
}
REVISION = {
    "version": 1,
    "written_at": "2022-11-08T10:00:00-05:00",
    "replaced_at": "2022-11-08T10:05:00-05:00",
    "language": "en",
    "body": "Her.",
}
EXAMPLE = "2022-11-07T09:30:00+01:00"

BROKEN = {
    "another format": (
        change("format", to="a-book"),
        "format: “indaba-discussion” is expected here, not “a-book”",
    ),
    "no format": (drop("format"), "format: “indaba-discussion” is expected here, not null"),
    "a later version": (change("version", to=2), "version: only version 1 can be loaded"),
    "a version that is true": (change("version", to=True), "version: only version 1 can be loaded"),
    "an unknown key at the top": (
        change("comment", to=""),
        f"comment: unknown key; known here: {', '.join(DOCUMENT.keys)}",
    ),
    "an unknown key below": (
        change(*FIRST, "answers", 0, "text", to=""),
        "contributions[0].answers[0].text: unknown key; known here: question, body",
    ),
    "no discussion": (drop("discussion"), "“discussion” is missing"),
    "no title": (drop("discussion", "title"), "discussion: “title” is missing"),
    "an empty title": (change("discussion", "title", to=" "), "discussion.title: it is empty"),
    "a title that is too long": (
        change("discussion", "title", to="x" * 201),
        "discussion.title: it has 201 characters; at most 200 fit",
    ),
    "a title of two lines": (
        change("discussion", "title", to="a\nb"),
        "discussion.title: it must be one line",
    ),
    "a title that is a number": (
        change("discussion", "title", to=7),
        "discussion.title: a text is expected here, not a number",
    ),
    "a title with NUL": (
        change("discussion", "title", to="a\x00b"),
        "discussion.title: it contains the character U+0000",
    ),
    "half a character": (
        change(*FIRST, "body", to="a\ud83d"),
        "contributions[0].body: it contains the character U+D83D",
    ),
    "an address with spaces": (
        change("discussion", "slug", to="two words"),
        "discussion.slug: Enter a valid “slug” consisting of letters, numbers, underscores or "
        "hyphens.",
    ),
    "an unknown time zone": (
        change("discussion", "time_zone", to="Mars/Olympus"),
        "discussion.time_zone: “Mars/Olympus” is not a time zone.",
    ),
    "an unknown language": (
        change("discussion", "languages", to=["en", "English!"]),
        "discussion.languages[1]: “English!” is not the code of a language.",
    ),
    "languages that are a text": (
        change("discussion", "languages", to="en"),
        "discussion.languages: a list is expected here, not a text",
    ),
    "a script as an address": (
        change("discussion", "hosts", 0, "url", to="javascript:alert(1)"),
        "discussion.hosts[0].url: Enter a valid URL.",
    ),
    "a date that is none": (
        change("discussion", "opens_at", to="7 November"),
        f"discussion.opens_at: “7 November” is not a date and time like {EXAMPLE}",
    ),
    "a date without an offset": (
        change("discussion", "opens_at", to="2022-11-07T00:00:00"),
        "discussion.opens_at: “2022-11-07T00:00:00” has no offset: end it with Z, +01:00 or the "
        "like",
    ),
    "a date that is a number": (
        change("discussion", "opens_at", to=1667797200),
        "discussion.opens_at: a date and time is expected here, not a number",
    ),
    "a date outside of all times": (
        change(*FIRST, "published_at", to="0001-01-01T00:00:00+14:00"),
        "contributions[0].published_at: the year 1 is not between 1900 and 2199",
    ),
    "a date that the record has no room for": (
        change("discussion", "closes_at", to="2200-06-01T00:00:00Z"),
        "discussion.closes_at: the year 2200 is not between 1900 and 2199",
    ),
    "more minutes than a year has": (
        change("discussion", "edit_minutes", to=525_601),
        "discussion.edit_minutes: the number must be from 0 to 525600",
    ),
    "an end before the beginning": (
        change("discussion", "opens_at", to="2023-01-01T00:00:00Z"),
        "discussion.closes_at: the discussion closes before it opens",
    ),
    "closed early after its end": (
        change("discussion", "closed_early_at", to="2023-01-01T00:00:00Z"),
        "discussion.closed_early_at: this is not between opens_at and closes_at",
    ),
    "an extension that takes time away": (
        change(*EXTENSION, "old_closes_at", to="2022-12-24T00:00:00Z"),
        "discussion.extensions[0].new_closes_at: this is not later than old_closes_at",
    ),
    "an extension that leads elsewhere": (
        add("discussion", "extensions", item=LATER_EXTENSION),
        "discussion.extensions[1].new_closes_at: the last one must be the discussion's closes_at",
    ),
    "an extension of nothing": (
        add(
            "discussion",
            "extensions",
            item=LATER_EXTENSION | {"old_closes_at": "2022-12-13T23:59:59-05:00"},
        ),
        "discussion.extensions[1].old_closes_at: this is not the new_closes_at of the extension "
        "before it",
    ),
    "extensions in another order": (
        add("discussion", "extensions", item=LATER_EXTENSION | {"at": "2022-11-30T09:00:00Z"}),
        "discussion.extensions[1].at: this is earlier than the extension before it",
    ),
    "an extension without a reason": (
        change(*EXTENSION, "reason", to=""),
        "discussion.extensions[0].reason: it is empty",
    ),
    "a visibility that is unknown": (
        change("discussion", "visibility", to="secret"),
        "discussion.visibility: “secret” is not one of public, accounts, invited",
    ),
    "minutes below zero": (
        change("discussion", "edit_minutes", to=-1),
        "discussion.edit_minutes: the number must be from 0 to 525600",
    ),
    "minutes that are a fraction": (
        change("discussion", "edit_minutes", to=1.5),
        "discussion.edit_minutes: a whole number is expected here, not this one",
    ),
    "a tick that is a text": (
        change("discussion", "anonymous_allowed", to="yes"),
        "discussion.anonymous_allowed: true or false is expected here, not a text",
    ),
    "a last number that is too low": (
        change("discussion", "last_number", to=2),
        "discussion.last_number: there is a contribution 3",
    ),
    "a question key with a space": (
        change(*GROUP, "questions", 0, "key", to="Q 1"),
        "discussion.question_groups[0].questions[0].key: A letter, then letters and digits.",
    ),
    "a question key twice": (
        change(*GROUP, "questions", 1, "key", to="Q1"),
        "discussion.question_groups[0].questions[1].key: “Q1” stands here twice",
    ),
    "a question key in two groups": (
        add(
            "discussion",
            "question_groups",
            item={"title": "More", "questions": [{"key": "Q2", "text": "What?"}]},
        ),
        "discussion.question_groups[1].questions[0].key: “Q2” stands in another group too",
    ),
    "a question without words": (
        change(*GROUP, "questions", 0, "text", to=""),
        "discussion.question_groups[0].questions[0].text: it is empty",
    ),
    "translations that are a text": (
        change(*GROUP, "questions", 0, "translations", to="Où ?"),
        f"{TRANSLATIONS}: an object is expected here, not a text",
    ),
    "a translation into no language": (
        change(*GROUP, "questions", 0, "translations", to={"français": "Où ?"}),
        f"{TRANSLATIONS}.français: “français” is not the code of a language.",
    ),
    "a translation that is a list": (
        change(*GROUP, "questions", 0, "translations", to={"fr": ["Où ?"]}),
        f"{TRANSLATIONS}.fr: a text is expected here, not a list",
    ),
    "an empty translation": (
        change(*GROUP, "questions", 0, "translations", to={"fr": " "}),
        f"{TRANSLATIONS}.fr: it is empty",
    ),
    "a translation into its own language": (
        change(*GROUP, "questions", 0, "translations", to={"EN": "Where?"}),
        f"{TRANSLATIONS}.EN: this is the discussion's own language",
    ),
    "two translations into one language": (
        change(*GROUP, "questions", 0, "translations", to={"zh": "哪里？", "zh-hans": "何处？"}),
        f"{TRANSLATIONS}.zh-hans: this language stands here twice",
    ),
    "a group that ends before it begins": (
        change(
            *GROUP,
            to={
                "title": "Week 1",
                "opens_at": "2022-11-08T00:00:00Z",
                "closes_at": "2022-11-07T00:00:00Z",
            },
        ),
        "discussion.question_groups[0].closes_at: the group closes before it opens",
    ),
    "an id twice": (change("people", 1, "id", to="p1"), "people[1].id: “p1” stands here twice"),
    "a person without a name": (drop("people", 0, "name"), "people[0]: “name” is missing"),
    "a name that is null": (
        change("people", 0, "name", to=None),
        "people[0].name: a text is expected here, not null",
    ),
    "a person that is a text": (
        change("people", 0, to="Ana"),
        "people[0]: an object is expected here, not a text",
    ),
    "a country by its name": (
        change("people", 0, "country", to="Brazil"),
        "people[0].country: it has 6 characters; at most 2 fit",
    ),
    "a country that is none": (
        change("people", 0, "country", to="QQ"),
        "people[0].country: “QQ” is not the two-letter code of a country.",
    ),
    "a country in small letters": (
        change("people", 0, "country", to="br"),
        "people[0].country: “br” must be written in capital letters",
    ),
    "an address that is none": (
        change("people", 0, "email", to="ana at example.org"),
        "people[0].email: “ana at example.org” is not an e-mail address",
    ),
    "a role that is unknown": (
        change("memberships", 0, "role", to="boss"),
        "memberships[0].role: “boss” is not one of organiser, facilitator, moderator, participant",
    ),
    "a membership of nobody": (
        change("memberships", 0, "person", to="p9"),
        "memberships[0].person: there is nobody “p9” among the people",
    ),
    "a role twice": (
        add("memberships", item={"person": "p1", "role": "moderator"}),
        "memberships[1].role: “p1” has this role already",
    ),
    "a licence without rules": (
        change("memberships", 0, "licence", to="CC0"),
        "memberships[0]: terms, terms_accepted_at and licence come together",
    ),
    "an author who is missing": (
        change(*FIRST, "author", to="p9"),
        "contributions[0].author: there is nobody “p9” among the people",
    ),
    "entered by nobody": (
        change(*FIRST, "entered_by", to="p9"),
        "contributions[0].entered_by: there is nobody “p9” among the people",
    ),
    "a reply to nothing": (
        change(*SECOND, "parent", to=99),
        "contributions[1].parent: there is no contribution 99",
    ),
    "a reply to itself": (
        change(*SECOND, "parent", to=3),
        "contributions[1].parent: 3 must be higher than what it replies to",
    ),
    "a reply to what comes later": (
        change(*FIRST, "parent", to=3),
        "contributions[0].parent: 1 must be higher than what it replies to",
    ),
    "a number twice": (
        change(*SECOND, "number", to=1),
        "contributions[1].number: 1 comes after 1; numbers must rise",
    ),
    "a number that is true": (
        change(*FIRST, "number", to=True),
        "contributions[0].number: a whole number is expected here, not true or false",
    ),
    "a number that is too high": (
        change(*SECOND, "number", to=1_000_000),
        "contributions[1].number: the number must be from 1 to 999999",
    ),
    "a state that has no number": (
        change(*FIRST, "state", to="held"),
        "contributions[0].state: “held” is not one of published, hidden, withdrawn",
    ),
    "a capacity that is unknown": (
        change(*FIRST, "capacity", to="drunk"),
        "contributions[0].capacity: “drunk” is not one of personal, official",
    ),
    "a reason that is unknown": (
        change(*FIRST, "reason", to="boring"),
        "contributions[0].reason: “boring” is not one of off_topic, offensive, personal_data, "
        "spam, duplicate, copyright, other, reported",
    ),
    "a reason for nothing": (
        change(*FIRST, "reason", to="spam"),
        "contributions[0].reason: what is published has no reason",
    ),
    "a byline with an unknown role": (
        change(*FIRST, "byline", to={"role": "guest"}),
        "contributions[0].byline.role: “guest” is not one of organiser, facilitator, moderator, "
        "participant",
    ),
    "no language": (drop(*FIRST, "language"), "contributions[0]: “language” is missing"),
    "nothing said": (
        change(*SECOND, "body", to=" \n"),
        "contributions[1]: it is empty: it has neither a body nor answers",
    ),
    "a text that is too long": (
        change(*FIRST, "body", to="x" * 30_000),
        "contributions[0]: it has 30006 characters; at most 30000 fit",
    ),
    "an answer to no question": (
        change(*FIRST, "answers", 0, "question", to="Q7"),
        "contributions[0].answers[0].question: there is no question “Q7”",
    ),
    "a question answered twice": (
        add(*FIRST, "answers", item={"question": "Q1", "body": "And there."}),
        "contributions[0].answers[1].question: “Q1” is answered twice",
    ),
    "an empty answer": (
        change(*FIRST, "answers", 0, "body", to=""),
        "contributions[0].answers[0].body: it is empty",
    ),
    "a revision of what was never edited": (
        change(*FIRST, "revisions", to=[REVISION]),
        "contributions[0].revisions[0].version: it must be lower than the contribution's own",
    ),
    "a log entry about nothing": (
        change(
            "log", to=[{"at": "2022-11-08T10:00:00Z", "act": "question.add", "contribution": 2}]
        ),
        "log[0].contribution: there is no contribution 2",
    ),
    "log details without bounds": (
        change(
            "log",
            to=[{"at": "2022-11-08T10:00:00Z", "act": "question.add", "details": {"x": 10**30}}],
        ),
        "log[0].details.x: the number is too large",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_the_place_and_nothing_is_written(name, tmp_path, capsys):
    changed, expected = BROKEN[name]
    document = small()
    changed(document)
    path = tmp_path / "file.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    before = everything()
    with pytest.raises(CommandError) as caught:
        call_command("import_discussion", path)
    assert str(caught.value) == f"{path}: {expected}"
    assert caught.value.returncode == 1
    assert everything() == before
    assert capsys.readouterr() == ("", "")


CONTENTS = {
    "nothing": (b"", "line 1, column 1: this is not JSON: Expecting value"),
    "not JSON": (b'{"a":\n  1,}', "line 2, column 5: this is not JSON: "),
    "Latin-1": ('{"a": "é"}'.encode("latin-1"), "this is not UTF-8 (byte 7)"),
    "a list": (b"[]", "the file must hold one object, not a list"),
    "NaN": (b'{"a": NaN}', "NaN is not JSON"),
    "many brackets": (b"[" * 100_000, "it is nested too deeply"),
    "many digits": (b"1" * 5000, "it contains a number with too many digits"),
    "a key twice": (b'{"format": "a", "format": "b"}', "format: the key stands here twice"),
    "a key of escapes": (
        b'{"format": "indaba-discussion", "version": 1, "\\u001b[2J\\n\\ud800": 1}',
        "�[2J �: unknown key; known here: ",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", CONTENTS)
def test_a_file_that_is_no_document_is_refused(name, tmp_path):
    content, expected = CONTENTS[name]
    path = tmp_path / "file.json"
    path.write_bytes(content)
    with pytest.raises(CommandError) as caught:
        call_command("import_discussion", path)
    assert str(caught.value).startswith(f"{path}: {expected}")
    assert "\n" not in str(caught.value)


@pytest.mark.django_db
def test_a_key_that_stands_twice_deep_inside_is_found(tmp_path):
    text = json.dumps(small()).replace('"body": "Here."', '"body": "Here.", "body": "Hidden."')
    path = tmp_path / "file.json"
    path.write_text(text)
    with pytest.raises(CommandError, match=r"contributions\[0\]\.body: the key stands here twice"):
        call_command("import_discussion", path)


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"none\.json: No such file or directory"):
        call_command("import_discussion", tmp_path / "none.json")
    with pytest.raises(CommandError, match="Is a directory"):
        call_command("import_discussion", tmp_path)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.sampled_from(["p1", "Q1", "2022-11-08T10:00:00Z", "hidden", "en", 1, 3]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def places(value, path=()):
    """The paths of all values inside of a document."""
    yield path
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(part, (*path, key))


@pytest.mark.django_db
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_a_file_it_is_loaded_or_refused_in_one_line(data):
    document = archive.parse(FOREIGN.read_bytes()) if data.draw(st.booleans()) else small()
    for _times in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([path for path in places(document) if path]))
        change(*path, to=data.draw(JSON))(document)
    with transaction.atomic():
        refusal, exported = "", None
        try:
            exported = archive.dump(load(document))
        except archive.ArchiveError as error:
            refusal = str(error)
        assert refusal.isprintable()
        assert "the database refused it" not in refusal
        if exported:
            assert archive.normalised(exported) == archive.normalised(document)
        transaction.set_rollback(True)


# --- the commands ---


@pytest.mark.django_db
def test_the_commands_take_a_file_in_and_give_it_out(tmp_path, capsys):
    path = written(tmp_path / "in.json", small())
    call_command("import_discussion", path)
    out, err = capsys.readouterr()
    assert out == f"{path}: “wells” is loaded; contributions: 2, people: 2.\n"
    assert err == ""

    call_command("export_discussion", "wells")
    out, err = capsys.readouterr()
    assert json.loads(out) == small()
    assert out.endswith("}\n")
    assert err == ""

    call_command("export_discussion", "wells", output=tmp_path / "out.json")
    assert (tmp_path / "out.json").read_text(encoding="utf-8") == out
    assert capsys.readouterr() == ("", "")


@pytest.mark.django_db
def test_a_bar_shows_the_progress_on_a_terminal_alone(tmp_path, capsys, monkeypatch):
    path = written(tmp_path / "in.json", small())
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    call_command("import_discussion", path)
    out, err = capsys.readouterr()
    assert "wells: 100%" in err
    assert "%" not in out
    call_command("export_discussion", "wells")
    out, err = capsys.readouterr()
    assert "wells: 100%" in err
    assert json.loads(out) == small()


@pytest.mark.django_db
def test_an_export_that_cannot_be_written_is_said_in_one_line(tmp_path):
    with pytest.raises(CommandError, match="There is no discussion “wells”"):
        call_command("export_discussion", "wells")
    load(small())
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("export_discussion", "wells", output=tmp_path / "no" / "out.json")


@pytest.mark.django_db
def test_a_discussion_that_is_there_is_refused_or_skipped(tmp_path, capsys):
    path = written(tmp_path / "in.json", small())
    call_command("import_discussion", path)
    before = everything()
    capsys.readouterr()
    with pytest.raises(CommandError) as caught:
        call_command("import_discussion", path)
    assert str(caught.value) == f"{path}: discussion.slug: there is a discussion “wells” already"
    call_command("import_discussion", path, if_missing=True)
    assert capsys.readouterr().out == f"{path}: “wells” is there already; skipped.\n"
    assert everything() == before


@pytest.mark.django_db
def test_each_file_is_loaded_whole_or_not_at_all(tmp_path):
    broken = small(slug="broken")
    broken["contributions"][1]["parent"] = 2
    first = written(tmp_path / "1.json", small())
    second = written(tmp_path / "2.json", broken)
    with pytest.raises(CommandError, match=r"2\.json: contributions\[1\]\.parent"):
        call_command("import_discussion", first, second)
    assert Discussion.objects.get().slug == "wells"


@pytest.mark.django_db
def test_now_moves_all_dates_by_whole_days_and_keeps_the_hours_of_the_place(tmp_path):
    path = written(tmp_path / "in.json", small())
    call_command("import_discussion", path, now="2022-11-09T20:00-05:00")
    discussion = Discussion.objects.get()
    days = datetime.now(UTC).date() - datetime(2022, 11, 10, tzinfo=UTC).date()
    opens_at = discussion.opens_at.astimezone(discussion.zone)
    closes_at = discussion.closes_at.astimezone(discussion.zone)
    assert opens_at.replace(tzinfo=None) == datetime(2022, 11, 7) + days  # noqa: DTZ001
    assert closes_at.time().isoformat() == "23:59:59"
    published = discussion.contributions.get(number=1).published_at
    assert published - discussion.opens_at in {
        timedelta(days=1, hours=10),
        timedelta(days=1, hours=9),
        timedelta(days=1, hours=11),
    }
    extension = discussion.extensions.get()
    assert extension.new_closes_at == discussion.closes_at
    assert discussion.contributions.get(number=1).body == "Here."


@pytest.mark.django_db
@pytest.mark.parametrize("now", ["yesterday", "2022-11-09T20:00", "0001-01-01T00:00+14:00"])
def test_a_now_that_is_no_time_is_refused(now, tmp_path):
    path = written(tmp_path / "in.json", small())
    with pytest.raises(CommandError, match=r"^--now: "):
        call_command("import_discussion", path, now=now)


@pytest.mark.django_db
def test_dates_are_not_moved_out_of_all_times(tmp_path):
    document = small(opens_at="2199-01-01T00:00Z", closes_at="2199-01-02T00:00Z", extensions=[])
    path = written(tmp_path / "in.json", document)
    with pytest.raises(CommandError, match=r"discussion\.opens_at: the year 23"):
        call_command("import_discussion", path, now="1900-01-01T00:00Z")
