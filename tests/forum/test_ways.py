"""Every way through a discussion: what is found, what is never found, and what it costs."""

import re
from datetime import timedelta
from itertools import combinations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum import ways
from forum.models import Contribution
from moderation.actions import hide
from tests.factory import make_contribution, make_discussion, make_user

from .test_threads import plant

pytestmark = pytest.mark.django_db


def page_of(discussion, query="", **headers):
    return Client().get(f"{discussion.get_absolute_url()}{query}", **headers)


def text_of(response):
    return response.content.decode()


def numbers_on(response):
    return [int(number) for number in re.findall(r'<article id="c(\d+)"', text_of(response))]


def writer_from(country, group, name):
    user = make_user(name)
    user.person.country, user.person.stakeholder_group = country, group
    user.person.save()
    return user


@pytest.fixture
def said(discussion, cast):
    """Six contributions of four people, in three languages."""
    discussion.anonymous_allowed = True
    discussion.save()
    kenya = writer_from("KE", "government", "Wanjiku")
    mali = writer_from("ML", "media", "Fatou")
    one = make_contribution(discussion, kenya, "Solar panels", answers={"Q1": "The battery fund"})
    make_contribution(discussion, mali, "Панели", language="ru", answers={"Q1": "Да", "Q2": "Нет"})
    make_contribution(discussion, kenya, "Without my name", anonymous=True, answers={"Q2": "No"})
    make_contribution(discussion, cast.moderator, "Thank you", parent=one)
    make_contribution(discussion, mali, "Solaire", language="fr", parent=one)
    make_contribution(discussion, cast.moderator, "Secretly", anonymous=True, language="fr")
    discussion.kenya, discussion.mali = kenya.person_id, mali.person_id
    return discussion


@pytest.mark.parametrize("mark", ["after=99", "before=0", "before=1"])
def test_a_mark_behind_which_nothing_is_leads_to_the_beginning(said, mark):
    usual = numbers_on(page_of(said, "?language=fr"))
    assert usual
    assert numbers_on(page_of(said, f"?language=fr&{mark}")) == usual


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("?order=newest", [6, 5, 4, 3, 2, 1]),
        ("?choose=yes", [1, 4, 5, 2, 3, 6]),
        ("?question=Q1", [1, 2]),
        ("?question=Q2&order=newest", [3, 2]),
        ("?question=Q3", []),
        ("?language=fr", [5, 6]),
        ("?country=KE", [1]),
        ("?country=ML&language=fr", [5]),
        ("?group=media", [2, 5]),
        ("?by=staff", [4]),
        ("?q=solar", [1]),
        ("?q=SOLAR+panels", [1]),
        ("?q=solar+fund", []),
        ("?q=battery", [1]),
        ("?q=battery&question=Q2", []),
        ("?q=панели", [2]),
        ("?q=ПАНЕЛИ", [2]),
        ("?q=.*", []),
        ("?q=%25", []),
        ("?question=Q1&country=ML&group=media&language=ru&q=да", [2]),
        ("?since=2200-01-01", None),
        ("?since=2199-12-31", []),
        ("?since=1999-01-01&by=staff", [4]),
    ],
)
def test_what_is_chosen_is_found_and_nothing_else(said, query, numbers):
    response = page_of(said, query)
    if numbers is None:
        assert response.status_code == 404
    else:
        assert response.status_code == 200
        assert numbers_on(response) == numbers


def test_a_person_is_found_by_what_they_have_written_under_their_name(said):
    response = page_of(said, f"?person={said.mali}")
    assert numbers_on(response) == [2, 5]
    assert "Fatou" in text_of(response)
    assert numbers_on(page_of(said, f"?person={said.kenya}")) == [1]


def test_whoever_writes_without_a_name_is_found_by_nothing_that_tells_who_they_are(said):
    nameless = {3, 6}
    addresses = ["country=KE", "group=government", "by=staff", f"person={said.kenya}"]
    for chosen in [*addresses, *("&".join(two) for two in combinations(addresses, 2))]:
        assert not nameless.intersection(numbers_on(page_of(said, f"?{chosen}"))), chosen
    # Nor do the numbers beside the choices tell.
    assert "Kenya (1)" in text_of(page_of(said, "?choose=yes"))
    assert "By the staff (1)" in text_of(page_of(said, "?choose=yes"))


def test_the_only_staff_who_wrote_did_so_without_a_name(discussion, cast):
    discussion.anonymous_allowed = True
    discussion.save()
    make_contribution(discussion, cast.moderator, "Secretly", anonymous=True)
    assert "By the staff (" not in text_of(page_of(discussion, "?choose=yes"))
    person = cast.moderator.person_id
    assert page_of(discussion, f"?person={person}").status_code == 404


def test_what_is_hidden_is_found_by_no_word_and_counted_nowhere(said, cast):
    one = said.contributions.get(number=1)
    hide(one, user=cast.moderator, version=one.version, reason="spam")
    for query in ("?q=solar", "?q=battery", "?question=Q1", "?order=newest"):
        response = page_of(said, query)
        assert 1 not in numbers_on(response), query
        assert "Solar panels" not in text_of(response)
    assert page_of(said, "?country=KE").status_code == 404
    assert page_of(said, f"?person={said.kenya}").status_code == 404
    assert "Kenya" not in text_of(page_of(said, "?choose=yes"))


# --- counts ---


def test_the_number_beside_each_choice_is_what_it_would_show(said):
    """For every choice, with and without every other."""
    tried = 0
    for chosen in ("", "&language=fr", "&country=ML", "&q=a", "&question=Q1", "&by=staff"):
        page = text_of(page_of(said, f"?choose=yes{chosen}"))
        for name, options in re.findall(r'<select name="(\w+)"(.*?)</select>', page, re.DOTALL):
            for value, count in re.findall(r'<option value="(\w+)"[^>]*>[^<]*\((\d+)\)', options):
                others = re.sub(rf"&{name}=\w+", "", chosen)
                found = page_of(said, f"?choose=yes{others}&{name}={value}")
                assert len(numbers_on(found)) == int(count), (chosen, name, value)
                tried += 1
    assert tried > 60


def test_a_later_contribution_is_counted_at_once(said, cast):
    assert "Français (2)" in text_of(page_of(said, "?choose=yes"))
    make_contribution(said, cast.participant, "Encore", language="fr")
    assert "Français (3)" in text_of(page_of(said, "?choose=yes"))


# --- answers to one question ---


def test_by_question_each_answer_stands_alone_with_its_author(said):
    page = text_of(page_of(said, "?question=Q2"))
    assert "Нет" in page
    assert "Да" not in page
    assert "Панели" not in page
    assert "Fatou" in page
    assert f'<a href="{said.contributions.get(number=2).get_absolute_url()}">The whole' in page


# --- what is chosen stands in the address ---


def test_each_choice_can_be_taken_back_alone(said):
    page = text_of(page_of(said, "?language=ru&country=ML&order=newest"))
    assert 'href="?country=ML&amp;order=newest#contributions"' in page
    assert 'href="?language=ru&amp;order=newest#contributions"' in page
    assert f'href="{said.get_absolute_url()}#contributions"' in page


@pytest.mark.parametrize(
    "query",
    [
        *("question=Q9", "question=%27", "language=xx", "country=ke", "group=kings", "by=me"),
        *("order=random", "since=yesterday", "since=1066-10-14", "person=0", "person=x"),
        *("person=99999999", f"person={10**30}", "q=" + "a" * 101, "q=a+b+c+d+e+f+g+h+i"),
    ],
)
def test_what_nobody_can_choose_is_said_and_the_rest_still_counts(said, query):
    response = page_of(said, f"?{query}&language=fr" if "language" not in query else f"?{query}")
    page = text_of(response)
    assert response.status_code == 404
    assert "Please look at this again" in page
    assert numbers_on(response) == ([5, 6] if "language" not in query else [1, 4, 5, 2, 3, 6])


def test_other_words_in_an_address_are_no_choice(said):
    response = page_of(said, "?utm_source=mail&page=7")
    assert response.status_code == 200
    assert "Many" not in text_of(response)
    assert numbers_on(response) == [1, 4, 5, 2, 3, 6]


# --- pages ---


@pytest.mark.parametrize("order", ["", "newest"])
def test_pages_lead_through_everything_once_forwards_and_backwards(monkeypatch, order):
    monkeypatch.setattr(ways, "ON_PAGE", 3)
    discussion = make_discussion(questions=0)
    plant(discussion, [0] * 11)
    query = f"?language=en&order={order}"
    seen, path, back = [], query, None
    while path:
        response = page_of(discussion, path)
        seen.append(numbers_on(response))
        back = re.search(r'rel="prev" href="([^"#]*)', text_of(response))
        onward = re.search(r'rel="next" href="([^"#]*)', text_of(response))
        path = onward and onward[1].replace("&amp;", "&")
    expected = [*range(1, 12)] if not order else [*range(11, 0, -1)]
    assert [number for page in seen for number in page] == expected
    assert [len(page) for page in seen] == [3, 3, 3, 2]
    backwards = []
    while back:
        response = page_of(discussion, back[1].replace("&amp;", "&"))
        backwards.append(numbers_on(response))
        back = re.search(r'rel="prev" href="([^"#]*)', text_of(response))
    assert backwards == seen[-2::-1]


def test_a_page_ends_before_it_gets_too_heavy(said, cast):
    long = "<p>" + "x" * 150_000 + "</p>"
    Contribution.objects.filter(discussion=said).update(body_html=long)
    assert numbers_on(page_of(said, "?order=newest")) == [6, 5]
    # Of answers to a question, the answers alone count.
    assert numbers_on(page_of(said, "?question=Q1")) == [1, 2]


WAYS = ["?order=newest", "?q=Text", "?language=en&q=Text&since=2000-01-01", "all/"]
WAYS += ["participants/", "all.txt"]


@pytest.mark.parametrize("query", WAYS)
def test_no_way_takes_more_queries_where_there_is_more(query):
    small, large = make_discussion("small"), make_discussion("large")
    plant(small, [0] * 20)
    plant(large, [n // 3 for n in range(2_000)])

    def queries(discussion):
        # What is counted of a version is counted once.
        b"".join(page_of(discussion, query))
        with CaptureQueriesContext(connection) as captured:
            response = page_of(discussion, query)
            b"".join(response)
        assert response.status_code == 200
        return [one["sql"] for one in captured]

    few, many = queries(small), queries(large)
    assert len(many) == len(few), (few, many)


# --- everything at once ---


def test_everything_stands_on_one_page_and_in_one_text(said, cast):
    one = said.contributions.get(number=1)
    hide(one, user=cast.moderator, version=one.version, reason="spam")
    address = said.get_absolute_url()
    page = b"".join(Client().get(f"{address}all/")).decode()
    text = b"".join(Client().get(f"/fr{address}all.txt")).decode()
    assert [int(n) for n in re.findall(r'<article id="c(\d+)"', page)] == [1, 4, 5, 2, 3, 6]
    assert "Solar panels" not in page + text
    for words in ("Панели", "Нет", "Thank you", "Question 1?"):
        assert words in page
        assert words in text
    assert page.count("<ol") == page.count("</ol>")
    assert len(re.findall("<li[ >]", page)) == page.count("</li>")
    assert page.rstrip().endswith("</html>")
    assert "#5, en réponse à #1\nFatou, Example Institute, Mali\n" in text
    assert "Wanjiku" not in text
    assert text.count("Anonyme") == 2


@pytest.mark.parametrize("path", ["all/", "all.txt", "participants/"])
def test_what_is_not_visible_has_no_such_page_and_what_is_empty_has(path):
    hidden = make_discussion("hidden", visibility="invited")
    assert page_of(hidden, path).status_code == 404
    empty = make_discussion("empty")
    response = page_of(empty, path)
    assert response.status_code == 200
    assert "empty" in b"".join(response).decode() or empty.title in b"".join(response).decode()


def test_participants_are_those_who_have_written_under_their_names(said, cast):
    page = text_of(page_of(said, "participants/"))
    assert re.findall(r'<bdi class="name">(\w+)', page) == ["Wanjiku", "Fatou", "Lucía"]
    for fact in ("Persons: 3", "Countries: 3", "Contributions without a name: 2"):
        assert fact in page
    assert (
        f'href="{said.get_absolute_url()}?person={said.mali}#contributions">2 contributions' in page
    )
    assert "Moderator" in page


def test_long_lists_of_participants_have_pages(said, monkeypatch):
    monkeypatch.setattr("forum.views.whole.PEOPLE_ON_PAGE", 2)
    page = text_of(page_of(said, "participants/"))
    assert re.findall(r'<bdi class="name">(\w+)', page) == ["Wanjiku", "Fatou"]
    page = text_of(page_of(said, "participants/" + re.search(r'rel="next" href="([^"]+)', page)[1]))
    assert re.findall(r'<bdi class="name">(\w+)', page) == ["Lucía"]


def test_since_counts_from_the_start_of_the_day_where_the_discussion_is(discussion, cast):
    discussion.time_zone = "Pacific/Auckland"
    discussion.save()
    make_contribution(discussion, cast.participant, "Early")
    day = timezone.localtime(discussion.contributions.get().published_at, discussion.zone).date()
    assert numbers_on(page_of(discussion, f"?since={day}")) == [1]
    assert numbers_on(page_of(discussion, f"?since={day + timedelta(days=1)}")) == []
