"""Pages that are kept for visitors: never a member's, never stale, never with what was hidden."""

import gzip
import re
from datetime import timedelta

import pytest
import requests
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from forum import actions, memory
from forum.models import Discussion
from forum.views.visitors import glance
from moderation.actions import hide, restore
from tests.factory import PASSWORD, make_contribution, make_discussion, make_member, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_page_is_kept_yet(db):
    caches["pages"].clear()


def visit(path, **headers):
    return Client().get(path, headers=headers)


def text_of(response):
    body = b"".join(response)
    return (gzip.decompress(body) if response.get("Content-Encoding") else body).decode()


def kept():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pages")
        return cursor.fetchone()[0]


@pytest.fixture
def page(discussion, cast):
    make_contribution(discussion, cast.participant, "The first words", answers={"Q1": "Yes"})
    return discussion.get_absolute_url()


def test_a_second_visit_takes_two_queries_at_most_and_gives_the_same(
    page, django_assert_num_queries
):
    first = visit(page)
    # In this process, then as it is in another one.
    with django_assert_num_queries(1):
        assert text_of(visit(page)) == text_of(first)
    memory.forget()
    with django_assert_num_queries(2):
        second = visit(page)
    assert text_of(first) == text_of(second)
    compressed = visit(page, accept_encoding="gzip")
    assert compressed["Content-Encoding"] == "gzip"
    assert text_of(compressed) == text_of(first)
    assert {one["ETag"] for one in (first, second, compressed)} == {first["ETag"]}
    for one in (first, second, compressed):
        assert one["Cache-Control"] == "public, no-cache"
        assert set(one["Vary"].split(", ")) == {"Accept-Encoding", "Cookie"}
        assert not one.cookies


@pytest.mark.parametrize("path", ["", "1/", "all/", "all.txt", "participants/", "feed.atom"])
def test_whoever_has_it_is_told_that_it_is_the_same_in_one_query(
    page, cast, discussion, path, django_assert_num_queries
):
    first = visit(page + path)
    with django_assert_num_queries(1):
        again = visit(page + path, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    make_contribution(discussion, cast.moderator, "Something new")
    assert visit(page + path, if_none_match=first["ETag"]).status_code == 200


@pytest.mark.parametrize(
    "path", ["", "?after=1", "?order=newest", "?question=Q1", "1/", "all/", "participants/"]
)
def test_no_address_and_no_language_gets_the_page_of_another(page, path):
    seen = {}
    for prefix in ("", "/fr", "/ar"):
        for query in ("", "?language=en", "?by=staff"):
            address = f"{prefix}{page}{path}{query}" if "?" not in path else f"{prefix}{page}{path}"
            seen[address] = text_of(visit(address))
            assert f'lang="{prefix[1:] or "en"}"' in seen[address]
            assert text_of(visit(address)) == seen[address]
    assert len(set(seen.values())) == len(seen)


def test_another_host_gets_its_own_addresses(page, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    for host in ("one.example", "two.example", "one.example"):
        assert f'href="http://{host}{page}"' in text_of(Client().get(page, HTTP_HOST=host))


# --- nobody gets what is another's ---


def test_no_visitor_gets_a_members_page_and_no_member_a_visitors(page, cast):
    for user in (cast.participant, cast.moderator, cast.organiser, cast.stranger):
        member = Client()
        member.force_login(user)
        own = member.get(page)
        assert "Log out" in text_of(own)
        assert "private" in own["Cache-Control"]
        assert kept() == 0
    visitors = text_of(visit(page))
    assert "Log out" not in visitors
    assert "/reply/" not in visitors
    assert "csrfmiddlewaretoken" not in visitors
    for user in (cast.participant, cast.moderator):
        member = Client()
        member.force_login(user)
        assert "Log out" in text_of(member.get(page))


def test_a_session_that_has_ended_or_a_message_that_waits_takes_no_page_and_leaves_none(page):
    visitor = Client()
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "gone"
    visitor.get(page)
    visitor = Client()
    visitor.cookies["messages"] = "something"
    visitor.get(page)
    assert kept() == 0


def test_whoever_has_opened_a_form_gets_the_page_and_leaves_none(page, django_assert_num_queries):
    visitor = Client()
    visitor.get("/accounts/login/")
    assert settings.CSRF_COOKIE_NAME in visitor.cookies
    visitor.get(page)
    assert kept() == 0
    visit(page)
    assert kept() == 1
    with django_assert_num_queries(1):
        visitor.get(page)


def test_words_that_strangers_write_into_an_address_are_not_kept(page):
    for query in ("?q=words", "?utm_source=mail", "?since=2020-01-01", "?choose=yes", "?person=1"):
        visit(page + query)
    visit("/discussions/nowhere/")
    visit(f"{page}99/")
    visit(f"{page}?question=Q9")
    assert kept() == 0


@pytest.mark.parametrize(
    "query",
    [
        "at=junk",
        "at=2",
        "after=5001",
        "order=" + "z" * 21,
        "order=zzz",
        "at=1&at=1",
        "language=x y",
        "q=words",
        "since=2026-11-01",
        "drawn=anew",
    ],
)
def test_what_names_nothing_fills_no_store(page, query):
    visit(f"{page}?{query}")
    visit(f"{page}1/?{query}")
    assert kept() == 0


def test_what_a_form_sends_is_kept_as_the_short_address(page, django_assert_num_queries):
    form = "?q=&question=Q1&language=&country=&group=&by=&since=&order="
    first = visit(f"{page}{form}")
    assert "Public" in first["Cache-Control"].title()
    assert (kept(), first["ETag"]) == (1, visit(f"{page}?question=Q1")["ETag"])
    with django_assert_num_queries(1):
        assert text_of(visit(f"{page}{form}")) == text_of(first)
    # All of it empty: the form, and not the page without one.
    assert visit(f"{page}?q=&order=")["ETag"] != visit(page)["ETag"]


@pytest.mark.parametrize("visibility", ["accounts", "invited"])
def test_what_visitors_may_not_see_is_not_there_also_when_it_was_a_moment_ago(
    page, discussion, visibility
):
    etag = visit(page)["ETag"]
    Discussion.objects.filter(pk=discussion.pk).update(visibility=visibility)
    assert visit(page).status_code == 404
    assert visit(page, if_none_match=etag).status_code == 404


# --- nothing is stale ---


def test_what_is_hidden_is_gone_at_once_and_restored_at_once(page, discussion, cast):
    paths = [page, f"{page}1/", f"{page}all/", f"{page}all.txt", f"{page}feed.atom"]
    paths += [f"{page}?question=Q1", f"{page}?order=newest", f"/fr{page}"]
    for path in paths:
        assert "The first words" in text_of(visit(path)) or "Yes" in text_of(visit(path))
    one = discussion.contributions.get()
    one = hide(one, user=cast.moderator, version=one.version, reason="spam")
    for path in paths:
        assert "The first words" not in text_of(visit(path)), path
        assert "Yes" not in re.sub("<[^>]*>", "", text_of(visit(path))), path
    restore(one, user=cast.moderator, version=one.version)
    assert "The first words" in text_of(visit(page))


def test_every_act_shows_at_once(page, discussion, cast):
    """Whatever is done changes the page; the version says so."""
    said = discussion.contributions.get()

    def edit():
        text = actions.Text(body="Other words", language="en")
        actions.edit(said, user=cast.participant, text=text, version=said.version)

    def rename():
        cast.moderator.person.name = "Lucía Renamed"
        cast.moderator.person.save()

    acts = {
        "Other words": edit,
        "Lucía Renamed": rename,
        "A reply of now": lambda: make_contribution(
            discussion, cast.moderator, "A reply of now", parent=said
        ),
        "it was extended": lambda: actions.extend(
            discussion,
            user=cast.moderator,
            closes_at=discussion.closes_at + timedelta(days=9),
            reason="More time",
        ),
        "The moderators closed it": lambda: actions.close_now(discussion, user=cast.moderator),
    }
    for words, act in acts.items():
        assert words not in text_of(visit(page))
        act()
        discussion.refresh_from_db()
        assert words in text_of(visit(page)), words


def test_opening_and_closing_by_the_clock_show_at_once(page, discussion, monkeypatch):
    def status():
        return re.search(r'class="status status-(\w+)', text_of(visit(page)))[1]

    etags = set()
    for at, expected in (
        (discussion.opens_at - timedelta(seconds=1), "upcoming"),
        (discussion.opens_at, "open"),
        (discussion.closes_at - timedelta(seconds=1), "open"),
        (discussion.closes_at, "closed"),
    ):
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        assert status() == expected
        assert status() == expected
        etags.add(visit(page)["ETag"])
    assert len(etags) == 3


def test_two_processes_and_one_cache(site, committed):
    """What one process keeps the other gives, and neither ever what is not so any more."""
    call_command("createcachetable", verbosity=0)
    caches["pages"].clear()
    discussion = make_discussion("shared")
    moderator = make_member(discussion, "moderator", make_user("Lucía Fernández"))
    address = f"{site.address}{discussion.get_absolute_url()}"
    member = requests.Session()
    member.trust_env = False
    login = f"{site.address}/accounts/login/"
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', member.get(login).text)[1]
    form = {"login": moderator.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert "Log out" in member.post(login, form).text

    def visits():
        """As many as it takes for both processes to have answered, most probably."""
        pages = []
        for _time in range(12):
            with requests.Session() as visitor:
                visitor.trust_env = False
                pages.append(visitor.get(address).text)
            assert "Log out" in member.get(address).text
        return pages

    for n in range(3):
        said = make_contribution(discussion, moderator, f"Words of round {n}")
        pages = visits()
        assert len(set(pages)) == 1
        assert f"Words of round {n}" in pages[0]
        assert "Log out" not in pages[0]
        hide(said, user=moderator, version=said.version, reason="spam")
        pages = visits()
        assert len(set(pages)) == 1
        assert f"Words of round {n}" not in pages[0]
    actions.close_now(discussion, user=moderator)
    assert all("status-closed" in page for page in visits())
    assert kept() >= 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server to lose")
def test_a_visit_survives_a_connection_that_was_cut(committed):
    discussion = make_discussion()
    assert glance(discussion.slug).pk == discussion.pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [mine] = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [mine])
    other.close()
    assert glance(discussion.slug).pk == discussion.pk
