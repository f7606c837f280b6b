"""What is drawn once for all, and what is put in for one reader."""

import re
from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from forum import actions, memory, permissions, sheets
from forum.drawing import Drawing
from forum.memory import Memory
from forum.models import Contribution, Discussion, Reading
from forum.templatetags.forum import moment
from moderation.actions import hide
from tests.factory import make_contribution, make_discussion, make_member, make_user

WHO = ["participant", "moderator", "facilitator", "organiser", "stranger"]


@pytest.fixture
def said(discussion, cast):
    """The discussion with contributions of every kind."""
    one = make_contribution(discussion, cast.participant, "One", answers={"Q1": "Yes"})
    make_contribution(discussion, cast.moderator, "Two", parent=one)
    # Without a general text there is nothing to assign.
    make_contribution(discussion, cast.participant, "", answers={"Q1": "Three"})
    hidden = make_contribution(discussion, cast.participant, "Four is hidden")
    hide(hidden, user=cast.moderator, version=hidden.version, reason="spam")
    gone = make_contribution(discussion, cast.participant, "Five is withdrawn")
    actions.withdraw(gone, user=cast.participant, version=gone.version)
    make_contribution(discussion, cast.moderator, "Six")
    return Discussion.objects.get(pk=discussion.pk)


def page_of(discussion, user, place=""):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(f"{discussion.get_absolute_url()}{place}").content.decode()


@pytest.mark.parametrize("who", WHO)
def test_each_contribution_offers_what_its_reader_may_do_and_nothing_else(said, cast, who):
    """Permissions are asked for one of those that are alike; the links are right for all."""
    user = getattr(cast, who)
    page = page_of(said, user)
    for contribution in said.contributions.all():
        article = page[page.index(f'<article id="c{contribution.number}"') :].split("</article>")[0]
        offered = set(re.findall(rf'/{contribution.number}/([a-z]+)/">', article)) - {"history"}
        allowed = {
            verb
            for verb in sheets.Reader.VERBS
            if getattr(permissions, f"can_{verb}")(user, contribution)
        }
        assert offered == allowed


@pytest.mark.parametrize("first", WHO)
def test_who_came_before_changes_nothing(said, cast, first):
    """What is remembered of one reader's page shows in nobody else's."""
    Reading.objects.all().delete()
    alone = {}
    for who in [*WHO, None]:
        memory.forget()
        page_of(said, who and getattr(cast, who))
        memory.forget()
        alone[who] = without_tokens(page_of(said, who and getattr(cast, who)))
    memory.forget()
    page_of(said, getattr(cast, first))
    for who in [*WHO, None]:
        assert without_tokens(page_of(said, who and getattr(cast, who))) == alone[who]
    assert "Four is hidden" in alone["moderator"]
    assert "Four is hidden" not in alone["participant"]
    assert "Four is hidden" not in alone[None]


def test_of_two_authors_each_is_offered_to_edit_their_own(discussion, cast):
    writers = [cast.participant, make_user("Jonas Berg")]
    for writer in writers:
        make_contribution(discussion, writer, f"By {writer.person.name}")
    for writer in writers:
        last_visit(discussion, writer, new_after=2)
    for number, writer in enumerate(writers, 1):
        assert re.findall(r"/(\d+)/edit/", page_of(discussion, writer)) == [str(number)]


def test_news_is_marked_after_the_same_page_without_news_was_remembered(said, cast):
    last = said.last_number
    for new_after in (last, 1, last):
        last_visit(said, cast.stranger, new_after=new_after)
        page = page_of(said, cast.stranger)
        assert ('<span class="badge new">' in page) == (new_after < last)


def last_visit(discussion, user, *, new_after):
    """Somebody has just looked, and what has a higher number is still marked as new to them."""
    Reading.objects.update_or_create(
        discussion=discussion,
        person=user.person,
        defaults={"seen": 100, "new_after": new_after, "looked_at": timezone.now()},
    )


def without_tokens(page):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_what_is_new_is_marked_for_one_and_not_for_the_other(said, cast):
    last = said.last_number
    for user, new_after in ((cast.participant, 1), (cast.stranger, last)):
        last_visit(said, user, new_after=new_after)
    assert page_of(said, cast.participant).count("badge new") == 2
    assert page_of(said, cast.stranger).count("badge new") == 0
    assert page_of(said, cast.participant).count("badge new") == 2


@pytest.mark.parametrize("who", ["participant", "facilitator"])
@pytest.mark.parametrize(
    ("place", "most"), [("", 8), ("?question=Q1", 12), ("?order=newest", 12), ("1/", 13)]
)
def test_a_page_that_is_remembered_takes_few_queries(said, cast, who, place, most):
    user, numbers = getattr(cast, who), []
    page_of(said, user, place)
    for _again in range(2):
        client = Client()
        client.force_login(user)
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{said.get_absolute_url()}{place}")
        numbers.append(len(captured))
    assert numbers[0] == numbers[1] <= most


def test_every_change_is_seen_at_once(said, cast):
    assert "Seven" not in page_of(said, cast.stranger)
    make_contribution(said, cast.participant, "Seven")
    assert "Seven" in page_of(said, cast.stranger)
    said.refresh_from_db()
    six = said.contributions.get(number=6)
    hide(six, user=cast.organiser, version=six.version, reason="spam")
    assert "<p>Six</p>" not in page_of(said, cast.stranger)


def test_whoever_becomes_staff_reads_what_is_hidden(said, cast):
    newcomer = make_user("New Moderator")
    assert "Four is hidden" not in page_of(said, newcomer)
    make_member(said, "moderator", newcomer)
    assert "Four is hidden" in page_of(said, newcomer)


@pytest.mark.parametrize("visibility", ["public", "accounts", "invited"])
@pytest.mark.parametrize("published", [True, False])
def test_what_is_visible_is_the_same_for_one_as_in_a_list(discussion, cast, visibility, published):
    """permissions.is_visible() and DiscussionQuerySet.visible_to() are the same rule twice."""
    other = make_discussion(title="Another one")
    Discussion.objects.update(visibility=visibility, published=published)
    for one in Discussion.objects.filter(pk__in=[discussion.pk, other.pk]):
        for user in [*(getattr(cast, who) for who in WHO), AnonymousUser()]:
            listed = Discussion.objects.visible_to(user).filter(pk=one.pk).exists()
            assert permissions.is_visible(user, one) == listed


# --- the memory ---


def version_of(pk, version):
    return SimpleNamespace(pk=pk, version=version)


ONE = version_of(1, 1)


def test_what_was_not_asked_for_the_longest_goes_first():
    remembered = Memory(10 + 2 * memory.ENTRY)
    for name in "abc":
        remembered.set(name, name.upper(), 4, ONE)
        remembered.get("a")
    assert [remembered.get(name) for name in "abc"] == ["A", None, "C"]
    assert remembered.used == 8 + 2 * memory.ENTRY
    remembered.set("a", "A again", 2, ONE)
    assert (remembered.get("a"), remembered.used) == ("A again", 6 + 2 * memory.ENTRY)


def test_what_is_too_large_is_not_remembered_and_leaves_no_debt():
    remembered = Memory(10 + memory.ENTRY)
    remembered.set("large", "…", 11, ONE)
    assert remembered.get("large") is None
    assert remembered.used == 0
    remembered.set("small", "…", 10, ONE)
    assert remembered.get("small")


def test_of_a_discussion_one_version_is_remembered():
    remembered = Memory(100 * memory.ENTRY)
    for key, discussion in (("a", ONE), ("b", ONE), ("other", version_of(2, 7))):
        remembered.set(key, key, 1, discussion)
    assert [remembered.get(key) for key in ("a", "b", "other")] == ["a", "b", "other"]
    remembered.set("new", "new", 1, version_of(1, 2))
    assert [remembered.get(key) for key in ("a", "b", "other")] == [None, None, "other"]
    assert remembered.used == 2 * (1 + memory.ENTRY)


def test_whatever_comes_and_goes_the_room_is_reckoned_right():
    remembered, dice = Memory(20 * memory.ENTRY), Random(1)  # noqa: S311
    for _time in range(2_000):
        discussion = version_of(dice.randrange(3), dice.randrange(2))
        remembered.set(dice.randrange(30), "…", dice.randrange(5_000), discussion)
    there = remembered.values.items()
    assert remembered.used == sum(size for _key, (_value, size, _of) in there) <= remembered.room
    assert {key: of for key, (_value, _size, of) in there} == {
        key: of for of, (_version, keys) in remembered.versions.items() for key in keys
    }


def test_words_that_are_found_nowhere_do_not_fill_the_process(said, cast, monkeypatch):
    monkeypatch.setattr(sheets, "MEMORY", Memory(5 * memory.ENTRY))
    client = Client()
    for number in range(20):
        client.get(f"{said.get_absolute_url()}?q=nowhere{number}")
    assert 0 < len(sheets.MEMORY.values) <= 5


# --- times ---


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_a_time_is_written_as_everywhere_else(said, language):
    at = datetime(2026, 3, 9, 7, 5, tzinfo=UTC)
    with translation.override(language):
        assert Drawing(said).moment(at) == moment(at, said)


def test_no_time_is_finer_than_html_knows(said, cast):
    Contribution.objects.update(published_at=timezone.now().replace(microsecond=123_456))
    times = re.findall(r'<time datetime="([^"]*)"', page_of(said, cast.stranger))
    assert times
    assert not any("." in time for time in times)
