"""Bulletins: what facilitators tell everybody, wherever it is read."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from facilitation import actions, news
from forum import archive, memory
from forum.actions import Refused, Stale, follow
from forum.models import Bulletin, LogEntry
from moderation.actions import hide
from tests.factory import make_bulletin, make_contribution, make_discussion, make_member, make_user
from tests.forum.test_archive import as_json, copy_of, load
from tests.forum.test_threads import plant
from tests.moderation.browsing import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion():
    return make_discussion("told")


@pytest.fixture
def facilitator(discussion):
    return make_member(discussion, "facilitator")


@pytest.fixture
def browser(facilitator):
    client = Client()
    client.force_login(facilitator)
    return client


def shown(address):
    response = Client().get(address)
    assert response.status_code == 200
    return b"".join(response).decode()


def message(bulletin, **changed):
    said = ("kind", "title", "body", "language", "first", "last", "pinned")
    return actions.Message(**{name: getattr(bulletin, name) for name in said} | changed)


def test_the_form_proposes_what_happened_since_the_last_one(discussion, facilitator, browser):
    ana, jonas = make_user("Ana Souza"), make_user("Jonas Berg")
    make_contribution(discussion, ana, answers={"Q1": "Yes"})
    make_bulletin(discussion, facilitator, first=1, last=1)
    jonas.person.country = "NO"
    jonas.person.save()
    for words in ("One", "Two", "Three"):
        make_contribution(discussion, jonas, words, language="fr", answers={"Q1": words})
    form = browser.get(reverse("facilitation:new_bulletin", args=["told"])).context["form"]
    assert (form["first"].value(), form["last"].value()) == (2, 4)
    assert form["body"].value().split("\n") == [
        "- 3 contributions since the last bulletin: #2–#4",
        "- 1 person has written for the first time",
        "- For the first time from: Norway",
        "- Contributions by country: Norway 3",
        f"- Contributions by language: {news.isolated('fr')} 3",
        "- Q2 has 0 answers so far: Question 2?",
        "- Q3 has 0 answers so far: Question 3?",
    ]


def test_what_is_hidden_or_anonymous_is_in_no_fact(discussion, facilitator):
    organiser = make_member(discussion, "organiser")
    someone = make_user("Secret Example")
    someone.person.country = "IS"
    someone.person.save()
    discussion.anonymous_allowed = True
    discussion.save()
    make_contribution(discussion, someone, "Unnamed", anonymous=True)
    hidden = make_contribution(discussion, someone, "Hidden")
    hide(hidden, user=organiser, version=1, reason="spam")
    found = news.since(discussion)
    assert (found.count, found.new_people, found.countries, found.new_countries) == (1, 0, {}, [])
    assert "Iceland" not in news.proposal(discussion, "weekly", "en", found)


def test_the_facts_cost_the_same_whatever_the_size(discussion):
    def cost():
        discussion.__dict__.pop("questions_by_id", None)
        discussion.refresh_from_db()
        with CaptureQueriesContext(connection) as queries:
            news.since(discussion)
        return len(queries)

    make_contribution(discussion, make_user())
    few = cost()
    plant(discussion, [0] * 300)
    assert cost() == few <= 5


def test_it_stands_at_the_top_and_in_its_place_in_time(discussion, facilitator):
    author = make_user()
    first = make_contribution(discussion, author, "Before it")
    make_bulletin(discussion, facilitator, "Unpinned news", body="Old words", pinned=False)
    make_contribution(discussion, author, "A late reply", parent=first)
    make_contribution(discussion, author, "After it")
    make_bulletin(discussion, facilitator, "Pinned news", body="New words")
    page = shown("/discussions/told/")
    parts = ['class="pinned"', "Pinned news", "New words", "Before it", "A late reply"]
    parts += ['id="b1"', "Old words", "After it", 'id="b2"']
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    assert page.count("New words") == 1, "at the top in full, in its place by name alone"
    for address in ("all/", "all.txt"):
        whole = shown(f"/discussions/told/{address}")
        parts = ["Before it", "A late reply", "Old words", "After it", "New words"]
        places = [whole.index(part) for part in parts]
        assert places == sorted(places)
    feed = shown("/discussions/told/feed.atom")
    places = [feed.index(part) for part in ("New words", "After it", "Old words", "Before it")]
    assert places == sorted(places)


def test_each_stands_on_one_page_once_whichever_way_one_turns(discussion, facilitator):
    """Threads of several pages, with bulletins in front of, between and behind them."""
    make_bulletin(discussion, facilitator, "b", pinned=False)
    for count in (15, 20, 21, 40, 55):
        plant(discussion, [0] * count)
        discussion.last_number = count
        discussion.save()
        make_bulletin(discussion, facilitator, "b", pinned=False)
    # A long thread that continues on the next page, and the bulletin behind it.
    plant(discussion, [0] * 55 + [0] + [56] * 130)
    discussion.last_number = 186
    discussion.save()
    make_bulletin(discussion, facilitator, "b", pinned=False)
    for begin, mark in (("", "next"), ("?at=end", "prev")):
        found, address = [], f"/discussions/told/{begin}"
        while address:
            page = Client().get(address)
            html = page.content.decode()
            here = [n for n in range(1, 8) if f'id="b{n}"' in html]
            found += here if mark == "next" else here[::-1]
            after = page.context["page"].after if mark == "next" else page.context["page"].before
            name = "after" if mark == "next" else "before"
            address = f"/discussions/told/?{name}={after}" if after else ""
        assert found == (list(range(1, 8)) if mark == "next" else list(range(7, 0, -1)))


@pytest.mark.parametrize("bulletins", [0, 1, 5])
def test_the_page_of_the_discussion_takes_one_query_more_at_most(
    discussion, facilitator, bulletins
):
    def cost():
        memory.forget()
        discussion.touch()
        with CaptureQueriesContext(connection) as queries:
            shown("/discussions/told/")
        return len(queries)

    make_contribution(discussion, make_user())
    without = cost()
    for _n in range(bulletins):
        make_bulletin(discussion, facilitator)
    few = cost()
    plant(discussion, [0] * 300)
    discussion.last_number = 300
    discussion.save()
    assert few == cost() == without + bool(bulletins)


def test_whoever_follows_is_told_once_with_its_words(discussion, facilitator, send_all):
    follower = make_user("Follower Example")
    for user in (follower, facilitator):
        follow(discussion, user=user, follows=True)
    bulletin = make_bulletin(discussion, facilitator, "A week of it", body="It was *lively*.")
    edited = message(bulletin, body="It was *very* lively.")
    actions.edit_bulletin(bulletin, user=facilitator, message=edited, version=1)
    send_all()
    [letter] = mail.outbox
    assert letter.to == [follower.email]
    assert "A week of it" in letter.subject
    assert "It was *very* lively." in letter.body
    assert "It was <em>very</em> lively." in letter.alternatives[0][0]
    client = Client()
    client.force_login(follower)
    page = client.get("/me/notifications/").content.decode()
    assert "A week of it" in page
    assert "/discussions/told/bulletins/1/" in page


def test_nobody_is_told_of_one_that_was_withdrawn(discussion, facilitator, send_all):
    follower = make_user("Follower Example")
    follow(discussion, user=follower, follows=True)
    bulletin = make_bulletin(discussion, facilitator, "A slip", body="Wrong words")
    actions.withdraw_bulletin(bulletin, user=facilitator, version=1)
    send_all()
    assert mail.outbox == []
    addresses = ["", "all/", "all.txt", "feed.atom", "bulletins/", "bulletins/1/"]
    for address in addresses:
        page = shown(f"/discussions/told/{address}")
        assert "Wrong words" not in page
        assert "A slip" not in page
    assert "withdrawn" in shown("/discussions/told/bulletins/1/")


def test_one_is_pinned_at_most_and_pinning_is_no_edit(discussion, facilitator):
    first, second = (make_bulletin(discussion, facilitator, name) for name in ("One", "Two"))
    first.refresh_from_db()
    assert (first.pinned, second.pinned) == (False, True)
    unpinned = message(second, pinned=False)
    second = actions.edit_bulletin(second, user=facilitator, message=unpinned, version=1)
    assert (second.pinned, second.edited_at, second.earlier) == (False, None, [])
    assert 'class="pinned"' not in shown("/discussions/told/")


def test_an_edit_keeps_what_stood_there_and_a_stale_page_changes_nothing(discussion, facilitator):
    bulletin = make_bulletin(discussion, facilitator, body="First words")
    new = message(bulletin, body="Second words")
    actions.edit_bulletin(bulletin, user=facilitator, message=new, version=1)
    with pytest.raises(Stale):
        actions.edit_bulletin(bulletin, user=facilitator, message=new, version=1)
    bulletin.refresh_from_db()
    assert [one["body"] for one in bulletin.earlier] == ["First words"]
    assert "Second words" in shown("/discussions/told/bulletins/1/")
    acts = LogEntry.objects.filter(discussion=discussion).order_by("pk")
    assert list(acts.values_list("act", "details")) == [
        ("bulletin.post", {"bulletin": 1}),
        ("bulletin.edit", {"bulletin": 1, "fields": ["body"]}),
    ]


def test_the_same_form_sent_twice_gives_one(discussion, browser):
    form = {"kind": "weekly", "title": "Once", "body": "Words", "language": "en"}
    form |= {"submission_key": uuid.uuid4()}
    for _n in range(2):
        assert browser.post("/discussions/told/bulletins/new/", form).status_code == 302
    assert Bulletin.objects.get().title == "Once"


def test_the_same_form_with_another_text_is_given_back(discussion, browser):
    form = {"kind": "weekly", "title": "Once", "body": "Words", "language": "en"}
    form |= {"submission_key": uuid.uuid4()}
    browser.post("/discussions/told/bulletins/new/", form)
    answer = browser.post("/discussions/told/bulletins/new/", form | {"body": "Other words"})
    assert answer.status_code == 422
    assert "You have published bulletin 1 with this form already." in answer.content.decode()
    again = fields_of(answer)
    assert [text.strip() for text in again["body"]] == ["Other words"]
    assert browser.post("/discussions/told/bulletins/new/", again).status_code == 302
    assert [one.body for one in Bulletin.objects.order_by("number")] == ["Words", "Other words"]


def test_a_page_from_before_another_was_pinned_pins_nothing(discussion, facilitator):
    first = make_bulletin(discussion, facilitator)
    make_bulletin(discussion, facilitator)
    with pytest.raises(Stale):
        actions.edit_bulletin(first, user=facilitator, message=message(first), version=1)


def test_a_moderator_writes_none(discussion):
    moderator = make_member(discussion, "moderator")
    with pytest.raises(Refused):
        make_bulletin(discussion, moderator)
    client = Client()
    client.force_login(moderator)
    assert client.get("/discussions/told/bulletins/new/").status_code == 403


def test_whoever_extends_a_discussion_is_led_to_a_bulletin_with_both_dates(discussion):
    organiser = Client()
    organiser.force_login(make_member(discussion, "organiser"))
    act = reverse("moderation:act", args=["told", "extend"])
    later = timezone.now() + timedelta(days=30)
    form = {"closes_at_0": f"{later:%Y-%m-%d}", "closes_at_1": "12:00", "reason": "Many asked."}
    page = organiser.post(act, form | {"seen": 0}, follow=True).content.decode()
    address = "/discussions/told/bulletins/new/?kind=extension"
    assert f'href="{address}"' in page
    body = organiser.get(address).context["form"]["body"].value()
    discussion.refresh_from_db()
    assert "Many asked." in body
    assert f"{discussion.closes_at:%Y}" in body
    assert body.startswith("This discussion was to close on ")


@pytest.mark.parametrize("full", [False, True])
def test_the_archive_file_has_them_and_brings_them_back(discussion, facilitator, full):
    make_contribution(discussion, make_user())
    bulletin = make_bulletin(discussion, facilitator, first=1, last=1)
    new = message(bulletin, body="Second words")
    actions.edit_bulletin(bulletin, user=facilitator, message=new, version=1)
    make_contribution(discussion, make_user())
    make_bulletin(discussion, facilitator, "Another", kind="closing")
    file = archive.dump(discussion, full=full)
    assert [one["number"] for one in file["bulletins"]] == [1, 2]
    assert "behind" not in file["bulletins"][0]
    copied = load(as_json(copy_of(file)))
    assert archive.dump(copied, full=full) == copy_of(file)
    assert [one.behind for one in copied.bulletins.all()] == [1, 2]
    assert copied.last_bulletin == 2


def test_a_file_without_bulletins_says_nothing_of_them(discussion):
    assert "bulletins" not in archive.dump(discussion)
