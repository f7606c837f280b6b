"""Order, pages and nesting of contributions: properties of every tree, and the price of a page."""

from html.parser import HTMLParser
from itertools import count

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from forum import memory, threads
from forum.drawing import Drawing
from forum.models import Answer, Byline, Contribution, Discussion, Reading
from forum.models.contributions import MAX_DEPTH
from tests.factory import make_contribution, make_discussion, make_member, make_person

pytestmark = pytest.mark.django_db

# Far above what the database gives by itself.
keys = count(10**9)


def plant(discussion, parents, person=None):
    """Contributions #1…#n, written directly: parents[n] is the number that #n+1 replies to, or 0.
    Those that are there already stay as they are."""
    person = person or make_person()
    byline, _made = Byline.objects.get_or_create(person=person, name=person.name)
    rows = list(discussion.contributions.order_by("number"))
    there = len(rows)
    for number, parent in enumerate(parents, start=1):
        if number <= there:
            continue
        row = Contribution(
            pk=next(keys),
            discussion=discussion,
            parent=rows[parent - 1] if parent else None,
            number=number,
            author=person,
            byline=byline,
            state="published",
            body=f"Text {number}",
            body_html=f"<p>Text {number}</p>",
            language="en",
            published_at=timezone.now(),
        )
        row.place_below(row.parent)
        rows.append(row)
    Contribution.objects.bulk_create(rows[there:])
    return rows


def tree(steps):
    """0 begins a thread, any other step replies to the one so many before."""
    return [max(0, number - step) if step else 0 for number, step in enumerate(steps, start=1)]


# Mostly replies to the latest, so that threads become deep, and some to much earlier ones.
steps = st.lists(st.sampled_from([0, 0, 1, 1, 1, 1, 2, 3, 20]), min_size=1, max_size=40)
trees = steps.map(tree)
CHAIN = list(range(14))  # fourteen levels: each replies to the one before it
COMB = [*CHAIN, 13, 12, 13, 1, 0, 11]  # and late replies on its last levels
PAIRS = tree([0, 1] * 10)  # threads of two


def examples(test):
    """A few trees, the deep ones among them, on pages of any small size."""
    for parents in (CHAIN, COMB, PAIRS):
        test = example(parents, 4, 5)(test)
    return hypothesis_settings(
        max_examples=30,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )(given(trees, st.integers(1, 4), st.integers(1, 9))(test))


def walk(discussion, roots, rows):
    """The pages of a discussion from its start, following `after`, as small as that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threads, "ROOTS_ON_PAGE", roots)
        patch.setattr(threads, "ROWS_ON_PAGE", rows)
        contributions = discussion.contributions.for_display()
        pages = [threads.page(discussion, contributions)]
        while pages[-1].after:
            path = contributions.get(number=pages[-1].after).path
            pages.append(threads.page(discussion, contributions, after=path))
        back = [pages[-1]]
        while back[0].before:
            path = contributions.get(number=back[0].before).path
            back.insert(0, threads.page(discussion, contributions, before=path))
    return pages, back


def numbers(pages):
    return [row.contribution.number for page in pages for row in page.rows]


def stands_under(parents):
    """number -> the number under which it stands: its parent, or for replies to the twelfth level
    what that parent stands under."""
    under, level = {0: 0}, {0: 0}
    for number, parent in enumerate(parents, start=1):
        under[number] = under[parent] if level[parent] >= 12 else parent
        level[number] = level[under[number]] + 1
    return under


def depth_first(under, number=0):
    for below in sorted(key for key, above in under.items() if key and above == number):
        yield below
        yield from depth_first(under, below)


def ancestors(under, number):
    while number := under[number]:
        yield number


@examples
def test_walking_on_visits_every_contribution_once_depth_first(parents, roots, rows):
    discussion = make_discussion(questions=0)
    plant(discussion, parents)
    pages, _back = walk(discussion, roots, rows)
    assert numbers(pages) == list(depth_first(stands_under(parents)))
    paths = [row.contribution.path for page in pages for row in page.rows]
    assert paths == sorted(paths)


@examples
def test_walking_back_shows_the_same(parents, roots, rows):
    discussion = make_discussion(questions=0)
    plant(discussion, parents)
    pages, back = walk(discussion, roots, rows)
    assert numbers(back) == numbers(pages)
    assert pages[0].before is None
    assert back[0].before is None
    assert all(page.before and page.rows for page in pages[1:])


@examples
def test_no_page_holds_more_than_it_may_or_cuts_a_thread_that_fits(parents, roots, rows):
    discussion = make_discussion(questions=0)
    plant(discussion, parents)
    for pages in walk(discussion, roots, rows):
        for page in pages:
            assert len(page.rows) <= rows
            assert sum(row.contribution.parent_id is None for row in page.rows) <= roots
        for thread in discussion.contributions.filter(parent=None):
            size = discussion.contributions.filter(path__startswith=thread.path).count()
            on_pages = [
                any(row.contribution.path.startswith(thread.path) for row in page.rows)
                for page in pages
            ]
            assert size > rows or sum(on_pages) == 1


@pytest.mark.parametrize(
    ("sizes", "roots", "rows", "pages"),
    [
        ([2, 3, 2], 9, 5, [5, 2]),
        ([2, 3, 2], 9, 6, [5, 2]),
        ([2, 3, 2], 9, 7, [7]),
        ([1, 1, 1, 1, 1], 2, 9, [2, 2, 1]),
        ([3, 9, 1], 9, 4, [3, 4, 4, 2]),
        ([4, 4], 9, 4, [4, 4]),
    ],
)
def test_a_page_holds_as_many_whole_threads_as_it_can(discussion, sizes, roots, rows, pages):
    """Of threads of these sizes; a thread longer than a page goes on on the next, which has room
    for the thread behind it."""
    plant(discussion, tree([min(place, 1) for size in sizes for place in range(size)]))
    walked, _back = walk(discussion, roots, rows)
    assert [len(page.rows) for page in walked] == pages


class Lists(HTMLParser):
    """How deep each number stands in the lists; refuses tags that do not match."""

    def __init__(self, html):
        super().__init__()
        self.open, self.levels = [], {}
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        inside = self.open[-1] if self.open else None
        assert (tag, inside) in {("ol", None), ("ol", "li"), ("li", "ol")}
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        if text.strip():
            assert self.open[-1] == "li"
            self.levels[int(text)] = self.open.count("ol") - 1


def drawn(discussion, page):
    """The page's own lists, with a number where a contribution stands."""
    drawing = Drawing(discussion)
    parts = []
    for place, row in enumerate(page.rows):
        parts += drawing.opening(row, is_first=not place), str(row.contribution.number)
    return Lists("".join([*parts, drawing.ending(page.still_open)])).levels


@examples
def test_lists_are_balanced_and_as_deep_as_there_are_ancestors_on_the_page(parents, roots, rows):
    discussion = make_discussion(questions=0)
    plant(discussion, parents)
    under = stands_under(parents)
    for pages in walk(discussion, roots, rows):
        for page in pages:
            here = set(numbers([page]))
            levels = {number: len(here.intersection(ancestors(under, number))) for number in here}
            assert {row.contribution.number: row.level for row in page.rows} == levels
            assert drawn(discussion, page) == levels


def test_replies_deeper_than_twelve_levels_stand_on_the_twelfth(discussion):
    rows = plant(discussion, CHAIN)
    assert [row.depth for row in rows] == [*range(1, 13), 12, 12]
    assert {row.path[:66] for row in rows[11:]} == {rows[10].path}
    assert {row.root for row in rows[1:]} == {rows[0]}


def test_the_action_places_a_reply_as_deep_as_that(discussion, cast):
    parent = None
    for _level in range(MAX_DEPTH + 2):
        parent = make_contribution(discussion, cast.participant, parent=parent)
    assert parent.depth == MAX_DEPTH
    assert parent.parent.parent.depth == MAX_DEPTH
    assert parent.path.endswith(f"{parent.number:06d}")


def test_a_reply_stands_behind_what_it_answers_and_before_the_next_thread(discussion):
    plant(discussion, [0, 0, 1])
    page = threads.page(discussion, discussion.contributions.for_display())
    assert numbers([page]) == [1, 3, 2]
    assert [row.level for row in page.rows] == [0, 1, 0]


def test_nothing_of_another_discussion_is_on_a_page(discussion):
    other = make_discussion()
    plant(discussion, [0, 1])
    plant(other, [0, 0, 1])
    for one, expected in ((discussion, [1, 2]), (other, [1, 3, 2])):
        assert numbers([threads.page(one, one.contributions.for_display())]) == expected


def test_a_mark_leads_to_the_page_that_it_stands_on(discussion, cast, client, monkeypatch):
    """Also in a thread that is longer than a page, by number or by its weight."""
    first = make_contribution(discussion, cast.participant, "The first")
    for n in range(2, 9):
        make_contribution(discussion, cast.stranger, f"Number {n} " * 30, parent=first)
    make_contribution(discussion, cast.participant, "Another thread")
    for limit, most in (("ROWS_ON_PAGE", 3), ("HTML_ON_PAGE", 700)):
        memory.forget()
        with monkeypatch.context() as patch:
            patch.setattr(threads, limit, most)
            for number in range(1, 10):
                page = client.get(f"{discussion.get_absolute_url()}?at={number}&{limit}")
                assert f'id="c{number}"' in page.content.decode(), (limit, number)


def test_a_contribution_that_waits_has_no_place(discussion):
    plant(discussion, [0, 0])
    discussion.contributions.filter(number=2).update(
        state="held", number=None, path=None, published_at=None
    )
    assert numbers([threads.page(discussion, discussion.contributions.for_display())]) == [1]


@pytest.mark.parametrize("mark", ["after=99", "before=x", "at=1e3", "after=²", "before=-1", "at="])
def test_a_mark_that_names_nothing_gives_the_first_page(discussion, client, mark):
    plant(discussion, [0, 0])
    response = client.get(f"{discussion.get_absolute_url()}?{mark}")
    assert [piece.number for _opening, piece in response.context["page"].pieces] == [1, 2]
    assert response.context["is_first_page"]


# A thread on which #2 is a reply that has replies itself, and at last a page that is full.
SMALL = [0, 1, 2]
LARGE = [*SMALL, *(number % 5 for number in range(57))]


@pytest.mark.parametrize("who", ["visitor", "stranger", "participant", "moderator", "organiser"])
@pytest.mark.parametrize("address", ["", "?at=2", "2/"])
def test_a_page_costs_the_same_with_3_and_with_60_contributions(discussion, cast, who, address):
    client = Client()
    if who != "visitor":
        user = getattr(cast, who)
        client.force_login(user)
        Reading.objects.create(person=user.person, discussion=discussion)

    def grow(parents):
        rows = plant(discussion, parents, cast.participant.person)
        question = discussion.questions.first()
        Answer.objects.bulk_create(
            [Answer(contribution=row, question=question, body="Yes") for row in rows],
            ignore_conflicts=True,
        )

    def queries():
        # Everything is new each time.
        last = discussion.contributions.count()
        Discussion.objects.update(last_number=last, version=F("version") + 1)
        Reading.objects.update(seen=0, new_after=0)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(discussion.get_absolute_url() + address).status_code == 200
        return len(captured)

    grow(SMALL)
    few = queries()
    grow(LARGE)
    assert discussion.contributions.count() == 60
    assert queries() == few


def test_a_page_costs_the_same_however_many_wrote_on_it(discussion, cast):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            Client().get(discussion.get_absolute_url())
        return len(captured)

    make_contribution(discussion, cast.participant, answers={"Q1": "Yes"})
    few = queries()
    for number in range(8):
        make_contribution(discussion, make_member(discussion, "participant"), f"{number}")
    assert queries() == few
