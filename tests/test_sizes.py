"""No list asks the database more where there is more to show, at 20 and at 2,000 contributions.

(What is read in chunks, all/ and the tables, is measured where its tests are.)
"""

import pytest
from django.core.cache import caches
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forum import memory
from forum.models import Answer, Discussion, LogEntry, Reading
from tests.factory import make_contribution, make_discussion, make_member
from tests.forum.test_threads import plant

pytestmark = pytest.mark.django_db
FEW, MANY = 20, 2_000

OF_A_DISCUSSION = [
    "",
    "?after=10",
    "?at=15",
    "?question=Q1",
    "?q=Text",
    "?language=en",
    "?by=staff",
]
OF_A_DISCUSSION += ["?choose=yes", "?order=newest", "?country=KE", "1/", "1/reply/", "contribute/"]
OF_A_DISCUSSION += ["participants/", "feed.atom", "statistics/", "statistics/days.csv"]
OF_A_DISCUSSION += ["statistics/countries.svg"]
ADMIN = ["contribution", "discussion", "membership", "logentry"]


def planted(number):
    """Threads of four: #1 and three replies, and so on."""
    return [0 if n % 4 == 0 else n - n % 4 + 1 for n in range(number)]


def asked(client, address):
    """The number of questions for this page when nothing of it is remembered."""
    Discussion.objects.update(version=F("version") + 1)
    # Everything is new to whoever is signed in.
    Reading.objects.update(seen=0, new_after=0)
    memory.forget()
    for cache in caches.all():
        cache.clear()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
        b"".join(response)
    assert response.status_code == 200, address
    return len(captured)


def grow(discussion, number, person):
    rows = plant(discussion, planted(number), person)
    question = discussion.questions.first()
    Answer.objects.bulk_create(
        [Answer(contribution=row, question=question, body="Yes") for row in rows],
        ignore_conflicts=True,
    )
    Discussion.objects.filter(pk=discussion.pk).update(
        last_number=number, contribution_count=number
    )


@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "signed-in"])
def test_no_page_of_a_discussion_asks_more_where_more_was_said(discussion, cast, signed_in):
    Discussion.objects.update(statistics_public=True)
    cast.moderator.person.country = "KE"
    cast.moderator.person.save()
    make_contribution(discussion, cast.moderator, "Welcome", answers={"Q1": "Yes"})
    client = Client()
    if signed_in:
        client.force_login(cast.participant)
    pages = [f"{discussion.get_absolute_url()}{path}" for path in OF_A_DISCUSSION]
    pages += [
        "/",
        "/sitemap.xml",
        "/feed.atom",
        *(["/me/", "/me/drafts/", "/me/following/"] if signed_in else []),
    ]

    def numbers(size):
        grow(discussion, size, cast.participant.person)
        for address in pages:
            # What somebody has seen is noted at their first look.
            client.get(address)
        return {address: asked(client, address) for address in pages}

    assert numbers(FEW) == numbers(MANY)


@pytest.mark.parametrize("name", ADMIN)
def test_no_list_of_the_administration_asks_more_where_more_was_said(discussion, cast, name):
    client = Client()
    client.force_login(cast.organiser)
    address = f"/admin/forum/{name}/"

    def number(size):
        grow(discussion, size, cast.participant.person)
        there = LogEntry.objects.count()
        LogEntry.objects.bulk_create(
            LogEntry(discussion=discussion, actor=cast.organiser.person, act="discussion.open")
            for _n in range(size - there)
        )
        client.get(address)
        return asked(client, address)

    assert number(FEW) == number(MANY)


def test_home_sitemap_and_feed_ask_no_more_where_there_are_more_discussions(cast):
    def numbers(size):
        for _n in range(size - Discussion.objects.count()):
            make_member(make_discussion(), "moderator")
        return {path: asked(Client(), path) for path in ("/", "/feed.atom", "/sitemap.xml")}

    assert numbers(20) == numbers(60)
