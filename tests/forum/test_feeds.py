"""What other programs read of a discussion: feeds, a calendar, what search engines may find."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from forum import actions, calendar
from forum.models import Contribution, Discussion
from forum.views import feeds
from moderation.actions import hide
from tests.factory import make_contribution, make_discussion, make_user

pytestmark = pytest.mark.django_db

ATOM = {"atom": "http://www.w3.org/2005/Atom"}


def text_of(response):
    return b"".join(response).decode()


def entries(path):
    response = Client().get(path)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return parsed(text_of(response)).findall("atom:entry", ATOM)


def parsed(text):
    return ElementTree.fromstring(text)  # noqa: S314 - it is our own


def part(entry, name):
    return entry.find(f"atom:{name}", ATOM).text


# --- feeds ---


def test_the_feed_has_what_was_said_the_latest_first(discussion, cast):
    make_contribution(discussion, cast.participant, "First *words*", answers={"Q1": "An answer"})
    make_contribution(discussion, cast.moderator, "Second")
    latest, first = entries(f"{discussion.get_absolute_url()}feed.atom")
    assert [part(entry, "title") for entry in (latest, first)] == [
        "#2 – Lucía Fernández",
        "#1 – Ana Souza",
    ]
    assert part(first, "id") == "http://testserver/discussions/open-discussion/1/"
    for words in ("First <em>words</em>", "An answer", "Question 1?"):
        assert words in part(first, "summary")


def test_the_feed_tells_nothing_that_the_page_does_not(discussion, cast):
    discussion.anonymous_allowed = True
    discussion.save()
    make_contribution(discussion, cast.participant, "Nameless", anonymous=True)
    hidden = make_contribution(discussion, cast.moderator, "To be hidden")
    hide(hidden, user=cast.moderator, version=hidden.version, reason="spam")
    path = f"{discussion.get_absolute_url()}feed.atom"
    (entry,) = entries(path)
    assert part(entry, "title") == "#1 – Anonymous"
    assert "Ana Souza" not in text_of(Client().get(path))
    assert "To be hidden" not in text_of(Client().get(path))
    for visibility in ("accounts", "invited"):
        Discussion.objects.update(visibility=visibility)
        assert Client().get(path).status_code == 404


def test_the_feed_is_xml_whatever_somebody_has_pasted(discussion, cast):
    said = make_contribution(discussion, cast.participant, "<script>x</script> ]]> & &amp;")
    Contribution.objects.filter(pk=said.pk).update(body_html="A\x0bB\x1fC \ufffe \U0001f642")
    (entry,) = entries(f"{discussion.get_absolute_url()}feed.atom")
    assert "ABC  \U0001f642" in part(entry, "summary")


def test_the_feed_of_the_site_has_the_public_discussions(discussion):
    make_discussion("later", window="upcoming", title="Later on")
    make_discussion("secret", visibility="invited", title="A secret one")
    make_discussion("not-yet", title="Not published")
    Discussion.objects.filter(slug="not-yet").update(published=False)
    titles = [part(entry, "title") for entry in entries("/fr/feed.atom")]
    assert titles == ["Later on", discussion.title]


def test_the_feed_of_the_site_says_when_the_window_has_changed(discussion, cast):
    """Programs that read it show what has changed, by its date."""

    def entry():
        [found] = entries("/feed.atom")
        return found

    assert "Open" in part(entry(), "summary")
    assert part(entry(), "updated") == part(entry(), "published")
    later = discussion.closes_at + timedelta(days=7)
    actions.extend(discussion, user=cast.organiser, closes_at=later, reason="Time")
    assert part(entry(), "updated") > part(entry(), "published")
    begins = timezone.now() + timedelta(days=1)
    Discussion.objects.update(opens_at=begins)
    moments = [part(entry(), name) for name in ("updated", "published")]
    assert all(moment < begins.isoformat() for moment in moments)


# --- the calendar ---


def unfolded(text):
    return text.replace("\r\n ", "")


def test_the_window_goes_into_a_calendar(discussion, cast):
    response = Client().get(f"{discussion.get_absolute_url()}window.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    text = text_of(response)
    assert f"DTSTART:{discussion.opens_at:%Y%m%dT%H%M%SZ}\r\n" in text
    assert f"DTEND:{discussion.closes_at:%Y%m%dT%H%M%SZ}\r\n" in text
    assert "SUMMARY:Connecting the last villages\r\n" in text
    before = int(re.search(r"SEQUENCE:(\d+)", text)[1])
    actions.close_now(discussion, user=cast.moderator)
    discussion.refresh_from_db()
    text = text_of(Client().get(f"{discussion.get_absolute_url()}window.ics"))
    assert f"DTEND:{discussion.closed_early_at:%Y%m%dT%H%M%SZ}" in text
    assert int(re.search(r"SEQUENCE:(\d+)", text)[1]) > before


@pytest.mark.parametrize(
    "title",
    ["A, B; C\\D", "ك" * 150, "🙂" * 60, "x" * 200, "a" * 67, "a" * 66 + "é", "a\u0301" * 90],
)
def test_no_line_is_too_long_and_no_letter_is_cut(title):
    discussion = make_discussion("long", title=title)
    text = calendar.window(discussion, "https://example.org/", host="example.org")
    for line in text.split("\r\n"):
        assert len(line.encode()) <= 75
    found = re.search("SUMMARY:(.*)\r\n", unfolded(text))[1]
    assert re.sub(r"\\(.)", r"\1", found) == title


# --- search engines ---


def robots_of(path, client=None):
    return re.findall(
        r'<meta name="robots" content="(\w+)"', text_of((client or Client()).get(path))
    )


def test_what_can_be_read_may_be_found_and_forms_may_not(discussion, cast):
    said = make_contribution(discussion, cast.participant, "Words")
    page = discussion.get_absolute_url()
    found = ["/", "/fr/", page, f"{page}?after=1", f"{page}1/", f"{page}all/", "/about/"]
    found += [f"{page}participants/", f"/ar{page}"]
    for path in found:
        assert robots_of(path) == [], path
    for path in [f"{page}contribute/", f"{page}?order=newest", f"{page}?at=1", "/accounts/login/"]:
        assert robots_of(path) == ["noindex"], path
    hide(said, user=cast.moderator, version=said.version, reason="spam")
    assert robots_of(f"{page}1/") == ["noindex"]
    Discussion.objects.update(visibility="accounts")
    member = Client()
    member.force_login(cast.participant)
    for path in (page, f"{page}all/", f"{page}contribute/"):
        # No robot is signed in.
        assert robots_of(path, member) == [], path
        assert '<meta name="description" content="Connecting' in text_of(member.get(path)), path
        assert Client().get(path).status_code in (302, 404), path


def test_a_page_says_where_it_stands_in_every_language(discussion):
    discussion.welcome_html = "<p>Who &amp; what <em>matters</em></p>" + "<p>word</p>" * 90
    discussion.save()
    base, address = "http://testserver", discussion.get_absolute_url()
    page = text_of(Client().get(f"/fr{address}"))
    assert f'<link rel="canonical" href="{base}/fr{address}">' in page
    for code, path in (("en", address), ("ar", f"/ar{address}"), ("x-default", address)):
        assert f'hreflang="{code}" href="{base}{path}"' in page
    summary = re.search('<meta name="description" content="([^"]*)"', page)[1]
    assert summary.startswith("Who &amp; what matters")
    assert len(summary) < 180
    assert f'<meta property="og:title" content="{discussion.title}">' in page


def test_a_mark_that_names_nothing_has_no_address_of_its_own(discussion, cast):
    make_contribution(discussion, cast.participant, "Words")
    address = discussion.get_absolute_url()
    page = text_of(Client().get(f"{address}?after=99"))
    assert f'<link rel="canonical" href="http://testserver{address}">' in page


def test_robots_find_the_sitemap_and_the_sitemap_the_public_discussions(discussion):
    make_discussion("secret", visibility="invited")
    robots = text_of(Client().get("/robots.txt"))
    assert "Disallow: /fr/discussions/*/reply/\n" in robots
    assert "contribute" not in robots
    assert "Sitemap: http://testserver/sitemap.xml\n" in robots
    sitemap = text_of(Client().get("/sitemap.xml"))
    parsed(sitemap)
    assert f"<loc>http://testserver/ar{discussion.get_absolute_url()}</loc>" in sitemap
    assert "secret" not in sitemap


def test_the_sitemap_of_a_large_site_is_in_parts(discussion, monkeypatch, settings):
    others = [make_discussion() for _n in range(4)]
    monkeypatch.setattr(feeds.Discussions, "limit", 2 * len(settings.LANGUAGES))
    index = text_of(Client().get("/sitemap.xml"))
    parsed(index)
    parts = re.findall("<loc>http://testserver([^<]+)</loc>", index)
    assert len(parts) == 3
    texts = [text_of(Client().get(part.replace("&amp;", "&"))) for part in parts]
    for one in (discussion, *others):
        address = f"<loc>http://testserver/ar{one.get_absolute_url()}</loc>"
        assert sum(address in text for text in texts) == 1
    assert Client().get("/sitemap-nothing.xml").status_code == 404
    assert Client().get("/sitemap-discussions.xml?p=9").status_code == 404


def test_the_page_tells_programs_what_it_is(discussion, cast):
    make_contribution(discussion, cast.participant, "Words")
    page = text_of(Client().get(discussion.get_absolute_url()))
    assert page.count("https://schema.org/DiscussionForumPosting") == 1
    assert page.count('itemtype="https://schema.org/Comment" itemprop="comment"') == 1
    assert '<bdi class="name" itemprop="name">Ana Souza</bdi>' in page
    said = discussion.contributions.get()
    make_contribution(discussion, cast.moderator, "A reply", parent=said)
    permanent = text_of(Client().get(f"{discussion.get_absolute_url()}1/"))
    assert permanent.count("https://schema.org/DiscussionForumPosting") == 1
    # It stands beside the posting, and is no property of anything.
    assert 'itemprop="comment"' not in permanent
    assert permanent.count('itemtype="https://schema.org/Comment"') == 1


def test_a_discussion_that_closed_has_no_date_to_note(discussion):
    page = discussion.get_absolute_url()
    assert "window.ics" in text_of(Client().get(page))
    closed = timezone.now() - timedelta(minutes=1)
    Discussion.objects.update(closes_at=closed)
    assert "window.ics" not in text_of(Client().get(page))


def test_a_person_with_an_odd_name_breaks_no_feed(discussion):
    make_contribution(discussion, make_user("A\x01na <b>&"), "Words")
    (entry,) = entries(f"{discussion.get_absolute_url()}feed.atom")
    assert part(entry, "title") == "#1 – Ana <b>&"
