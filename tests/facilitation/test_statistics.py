"""What a discussion comes to in numbers, and what these must not tell."""

import csv
import io
import re
import time
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.utils import translation
from django_countries import countries as iso

from facilitation import pictures, statistics
from forum import archive
from forum.actions import withdraw
from forum.models import Answer, Byline, Contribution, Discussion
from forum.models.contributions import PATH_WIDTH
from moderation.actions import hide
from tests.factory import make_contribution, make_discussion, make_held, make_person, make_user

pytestmark = pytest.mark.django_db


def made(line):
    return (line.key, line.contributions, line.people)


def of(country, name="Somebody", **fields):
    user = make_user(name)
    fields = {"country": country, "organisation": "", "stakeholder_group": ""} | fields
    type(user.person).objects.filter(pk=user.person.pk).update(**fields)
    user.person.refresh_from_db()
    return user


def figures(discussion):
    discussion.refresh_from_db()
    return statistics.figures(discussion)


def published(discussion, moments):
    """One contribution at each of these moments, by the same person."""
    person = make_person()
    byline = Byline.objects.create(person=person, name=person.name)
    Contribution.objects.bulk_create(
        Contribution(
            discussion=discussion,
            number=number,
            path=f"{number:0{PATH_WIDTH}}",
            author=person,
            byline=byline,
            state="published",
            body="Text",
            language="en",
            published_at=moment,
        )
        for number, moment in enumerate(moments, start=1)
    )


def address(discussion, file=""):
    return f"{discussion.get_absolute_url()}statistics/{file}"


def tree(text):
    return ElementTree.fromstring(text)  # noqa: S314 - it is our own


def rows(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_what_is_counted(discussion):
    ana = of("KE", "Ana Souza", organisation="Institute", stakeholder_group="youth")
    ben = of("TV", "Ben Okafor", organisation="Institute")
    first = make_contribution(discussion, ana, "Four", answers={"Q1": "y" * 300})
    make_contribution(discussion, ana, "Again", parent=first, language="fr")
    make_contribution(discussion, ben, "", answers={"Q1": "Yes", "Q3": "No"})
    found = figures(discussion)
    assert (found.contributions, found.replies, found.people, found.nameless) == (3, 1, 2, 0)
    assert [made(line) for line in found.countries] == [("KE", 2, 1), ("TV", 1, 1)]
    assert [made(line) for line in found.organisations] == [("Institute", 3, 2)]
    assert [made(line) for line in found.groups] == [("youth", 2, 1), ("", 1, 1)]
    assert [made(line) for line in found.languages] == [("en", 2, 2), ("fr", 1, 1)]
    q1, q2, q3 = discussion.questions_by_id
    asked = [made(line) for line in found.questions]
    assert asked == [(q1, 2, 2), (q2, 0, 0), (q3, 1, 1), (None, 2, 1)]
    assert {line.key: line.contributions for line in found.lengths if line.contributions} == {
        1: 2,
        250: 1,
    }


def test_what_is_not_shown_is_not_counted(discussion, cast):
    make_contribution(discussion, of("KE"), "Said openly")
    hide(
        make_contribution(discussion, of("IS", organisation="Hidden House"), "Hidden"),
        user=cast.moderator,
        version=1,
        reason="spam",
    )
    gone = of("IS")
    withdraw(make_contribution(discussion, gone, "Gone"), user=gone, version=1)
    make_held(discussion, of("IS"), "Held")
    found = figures(discussion)
    assert (found.contributions, found.people) == (1, 1)
    assert [made(line) for line in found.countries] == [("KE", 1, 1)]
    assert sum(line.contributions for line in found.lengths) == 1


def test_an_anonymous_contribution_counts_and_reveals_nothing(discussion):
    Discussion.objects.update(anonymous_allowed=True)
    discussion.refresh_from_db()
    known = of("KE", organisation="Institute")
    make_contribution(discussion, known, "Under my name", answers={"Q1": "Yes"})
    # The same person without a name, who must not be counted out, and somebody else.
    make_contribution(discussion, known, "Without", anonymous=True, answers={"Q1": "No"})
    secret = of("IS", organisation="Secret House", stakeholder_group="farmers")
    make_contribution(discussion, secret, "Without", anonymous=True, answers={"Q1": "No"})
    found = figures(discussion)
    assert (found.contributions, found.nameless, found.people) == (3, 2, 1)
    assert [made(line) for line in found.countries] == [("KE", 1, 1)]
    assert [made(line) for line in found.organisations] == [("Institute", 1, 1)]
    assert [made(line) for line in found.groups] == [("", 1, 1)]
    assert [made(line) for line in found.languages] == [("en", 3, 1)]
    assert [line.people for line in found.days] == [1]
    assert made(found.questions[0])[1:] == (3, 1)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"])
def test_days_are_those_of_the_discussions_zone_also_when_its_clocks_change(zone):
    start = datetime(2026, 3, 1, tzinfo=UTC)
    closes = start + timedelta(days=60)
    discussion = make_discussion(time_zone=zone, opens_at=start, closes_at=closes)
    moments = [start + timedelta(minutes=53 * n) for n in range(1_600)]
    published(discussion, moments)
    found = figures(discussion)
    expected = {}
    for moment in moments:
        day = moment.astimezone(discussion.zone).date()
        expected[day] = expected.get(day, 0) + 1
    assert {line.key: line.contributions for line in found.days} == expected


def test_a_long_discussion_is_shown_in_longer_steps():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    closes = start + timedelta(days=600)
    discussion = make_discussion(opens_at=start, closes_at=closes)
    published(discussion, [start, start + timedelta(days=6), start + timedelta(days=7)])
    found = figures(discussion)
    assert found.step == 7
    assert [line.contributions for line in found.days] == [2, 1]
    drawn = pictures.days(found).drawing
    assert drawn["width"] <= statistics.MOST_COLUMNS


def test_strangers_find_statistics_where_the_organiser_wishes_so(discussion, client, cast):
    make_contribution(discussion, cast.participant, "Said")
    assert client.get(address(discussion)).status_code == 404
    assert client.get(address(discussion, "days.csv")).status_code == 404
    assert "statistics/" not in client.get(discussion.get_absolute_url()).content.decode()
    Discussion.objects.update(statistics_public=True, version=discussion.version + 1)
    assert client.get(address(discussion)).status_code == 200
    assert address(discussion) in client.get(discussion.get_absolute_url()).content.decode()
    again = client.get(
        address(discussion), headers={"if-none-match": client.get(address(discussion))["ETag"]}
    )
    assert again.status_code == 304


def test_staff_find_them_always(discussion, client, cast):
    client.force_login(cast.facilitator)
    page = client.get(address(discussion))
    assert page.status_code == 200
    assert "Nobody has contributed yet." in page.content.decode()
    assert address(discussion) in client.get(discussion.get_absolute_url()).content.decode()
    assert client.get(address(discussion, "days.csv")).status_code == 404


def test_every_picture_has_its_file_and_no_cell_is_a_formula(discussion, client):
    evil = of("KE", organisation='=HYPERLINK("x")<b>&', stakeholder_group="youth")
    make_contribution(discussion, evil, "Said", answers={"Q1": "Yes"})
    Discussion.objects.update(statistics_public=True)
    page = client.get(address(discussion)).content.decode()
    assert "<b>&" not in page
    for name in pictures.NAMES:
        assert f'id="{name}"' in page
        head, *lines = rows(client.get(address(discussion, f"{name}.csv")))
        assert head[:3] == ["code", "name", "contributions"]
        assert lines, name
        drawn = client.get(address(discussion, f"{name}.svg"))
        assert tree(drawn.content).tag.endswith("svg")
        assert "sandbox" in drawn["Content-Security-Policy"]
    (line,) = rows(client.get(address(discussion, "organisations.csv")))[1:]
    assert line[1].startswith("'=")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_pictures_by_themselves_are_well_formed_in_every_direction(discussion, language):
    make_contribution(discussion, of("TV", organisation="A & B <i>"), "Said")
    with translation.override(language):
        for picture in pictures.pictures(discussion, figures(discussion)):
            assert tree(pictures.as_svg(picture)).tag.endswith("svg")


def test_every_country_has_a_place_on_the_map():
    world = pictures.world()
    # Antarctica is not drawn.
    assert {code for code, _name in iso} - set(world["places"]) == {"AQ"}
    assert set(world["shapes"]) <= set(world["places"])
    for x, y in world["places"].values():
        assert 0 <= x <= world["width"]
        assert 0 <= y <= world["height"]
    islands = {"TV", "MV", "MT", "SG", "WS", "BB", "NR", "TO", "KI", "SC"}
    assert not islands & set(world["shapes"])


@pytest.mark.parametrize("code", ["RU", "FJ", "US", "NZ"])
def test_no_outline_reaches_across_the_map(code):
    """What crosses its edge was split there: no line leads from one edge to the other."""
    world = pictures.world()
    # Each ring begins at a point (M) and goes on in steps (l).
    rings = [ring.partition("l")[2] for ring in world["shapes"][code].split("M")[1:]]
    steps = [int(step) for ring in rings for step in re.findall(r"-?\d+", ring)[::2]]
    assert len(steps) > 3
    assert max(map(abs, steps)) < world["width"] / 8


@pytest.mark.parametrize(
    ("most", "starts"),
    [(1, [1]), (2, [1, 2]), (3, [1, 2, 3]), (4, [1, 2, 3, 4]), (100, [1, 2, 10, 20])],
)
def test_classes_of_the_map_are_round_numbers(most, starts):
    assert pictures.classes(most) == starts


def test_the_legend_says_the_largest_number():
    labels = [entry["label"] for entry in pictures.legend([1, 2, 10], 34)]
    assert labels == ["1", "2–9", "10–34"]


def test_whether_they_are_public_is_in_the_archive_file(discussion):
    assert "statistics_public" not in archive.dump(discussion)["discussion"]
    discussion.statistics_public = True
    discussion.save()
    assert archive.dump(discussion)["discussion"]["statistics_public"] is True


def test_counting_takes_no_time_to_speak_of(discussion):
    """A tenth of what the largest discussions are; texts are not read, whatever their length."""
    now = datetime.now(UTC)
    published(discussion, [now - timedelta(minutes=n) for n in range(2_000)])
    Contribution.objects.update(body="Word " * 1_000)
    Answer.objects.bulk_create(
        Answer(contribution=one, question=discussion.questions.first(), body="Yes " * 500)
        for one in discussion.contributions.all()
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def spent():
        begun = time.process_time()
        found = statistics.counted(discussion)
        assert found.contributions == 2_000
        return time.process_time() - begun

    assert min(spent() for _n in range(3)) < 0.1
