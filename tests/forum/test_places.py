"""Where one is in a long discussion: what its pages say, and where their places lead."""

import re
from itertools import pairwise
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from forum import threads
from forum.models import Discussion
from tests.factory import make_discussion

from .test_threads import plant
from .test_ways import numbers_on, page_of, text_of

pytestmark = pytest.mark.django_db

# Each third contribution begins a thread, the others reply to it.
THREADS = [0 if number % 3 == 1 else number - (number - 1) % 3 for number in range(1, 301)]


@pytest.fixture
def long():
    discussion = make_discussion("long", questions=0)
    plant(discussion, THREADS)
    Discussion.objects.update(last_number=300, contribution_count=300)
    return discussion


def places_on(response):
    """(where it leads, its number, whether the page shows something of it), at the head."""
    found = re.search(r'<ol class="places">.*?</ol>', text_of(response), re.DOTALL)
    link = re.compile(r'<a href="([^"#]*)#contributions"( aria-current="true")?>#(\d+)</a>')
    return [(href, int(n), bool(here)) for href, here, n in link.findall(found[0])] if found else []


def here_on(response):
    """What the head and the foot say, which is the same."""
    said = re.findall(r'<p class="here">(.*?)</p>', text_of(response))
    assert len(said) == 2
    assert said[0] == said[1]
    return re.sub("<[^>]+>", "", said[0])


def test_a_page_says_which_threads_it_shows_and_leads_to_all_others(long):
    response = page_of(long)
    assert here_on(response) == "Threads #1 to #58"
    places = places_on(response)
    assert [number for _href, number, _here in places] == [1, 51, 101, 151, 201, 251]
    assert [number for _href, number, here in places if here] == [1, 51]
    assert places[0][0] == long.get_absolute_url()
    for href, number, _here in places[1:]:
        response = page_of(long, href)
        first = next(n for n in range(number, 400) if n % 3 == 1)
        assert numbers_on(response)[0] == first
        assert here_on(response).startswith(f"Threads #{first} to #")
        assert (number, True) in [(place, here) for _href, place, here in places_on(response)]
        # It is found under the address without choices.
        assert '<meta name="robots" content="noindex">' in text_of(response)


@pytest.mark.parametrize("way", ["", "order=newest&", "language=en&", "language=en&order=newest&"])
def test_first_and_last_are_one_step_away(long, way):
    first = page_of(long, f"?{way}")
    ends = [numbers_on(first)[0]]
    last = page_of(long, f"?{way}at=end")
    assert f'href="?{way.replace("&", "&amp;")}at=end#contributions"' in text_of(first)
    assert 'rel="next"' not in text_of(last)
    ends.append(numbers_on(last)[-1])
    assert sorted(ends) == [1, 300]
    assert 'rel="prev"' in text_of(last)
    back = re.search(r'<li><a href="([^"#]*)#contributions">First', text_of(last))[1]
    again = Client().get(urljoin(long.get_absolute_url(), back.replace("&amp;", "&")))
    assert numbers_on(again) == numbers_on(first)


def test_by_number_the_first_and_the_last_are_named(long):
    assert here_on(page_of(long, "?order=newest")) == "Contributions #300 to #261"
    assert here_on(page_of(long, "?language=en&after=40")) == "Contributions #41 to #80"
    assert places_on(page_of(long, "?language=en&after=40")) == []


def test_a_page_that_begins_inside_a_thread_says_so():
    discussion = make_discussion("deep", questions=0)
    plant(discussion, [0, *[1] * 150, 0])
    Discussion.objects.update(last_number=152)
    response = page_of(discussion, "?after=100")
    assert here_on(response) == "Threads #1 to #152 · #1 continued"
    assert 'href="/discussions/deep/1/">#1</a> continued' in text_of(response)


def test_what_fits_on_a_page_has_no_pages():
    discussion = make_discussion("short", questions=0)
    plant(discussion, [0] * 20)
    Discussion.objects.update(last_number=20)
    assert 'class="pages"' not in text_of(page_of(discussion))
    assert 'class="pages"' not in text_of(page_of(discussion, "?order=newest"))


def test_where_no_thread_begins_any_more_the_last_page_is_shown():
    discussion = make_discussion("talked", questions=0)
    plant(discussion, [0] * 30 + [1] * 170)
    Discussion.objects.update(last_number=200)
    assert numbers_on(page_of(discussion, "?from=181")) == numbers_on(
        page_of(discussion, "?at=end")
    )
    assert numbers_on(page_of(discussion, "?from=181"))[-1] == 30


@given(latest=st.integers(1, 999_999), first=st.integers(1, 999_999), length=st.integers(0, 2_000))
def test_places_are_few_and_cover_the_discussion(latest, first, length):
    page = SimpleNamespace(first_thread=first, last_thread=first + length)
    places = threads.places(page, latest)
    assert 1 <= len(places) <= threads.MOST_PLACES
    assert places[0].number == 1
    assert len({later.number - one.number for one, later in pairwise(places)}) <= 1
    assert latest >= places[-1].number
    if first <= latest:
        assert any(place.is_here for place in places)


@pytest.mark.parametrize("query", ["", "?from=101", "?at=end", "?order=newest&at=end"])
def test_a_page_costs_the_same_however_long_the_discussion_is(long, query):
    short = make_discussion("shorter", questions=0)
    plant(short, THREADS[:150])
    Discussion.objects.filter(pk=short.pk).update(last_number=150)

    def queries(discussion):
        Client().get(discussion.get_absolute_url() + "?order=newest")
        with CaptureQueriesContext(connection) as captured:
            page_of(discussion, query)
        assert not any("OFFSET" in one["sql"] for one in captured)
        return len(captured)

    assert queries(short) == queries(long)


def test_a_contribution_says_which_of_how_many_it_is_and_in_which_thread(long):
    page = text_of(page_of(long, "150/"))
    assert page.count("#150 of 300") == 2
    assert page.count('<a href="/discussions/long/148/">Thread #148</a>') == 2
    assert 'rel="prev" href="/discussions/long/149/"' in page
    assert 'rel="next" href="/discussions/long/151/"' in page
    # One that begins a thread is its own.
    assert "Thread #" not in text_of(page_of(long, "148/"))
    assert 'rel="next"' not in text_of(page_of(long, "300/"))
