"""A week of moderation in browsers, with the real worker and a real mail server: what is held, what
is reported, what is hidden and restored, who is told of it, and what the log says afterwards."""

import re
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from forum.models import Discussion, LogEntry, Notification
from tests.browser.test_pages import sign_in
from tests.browser.test_story import button, link, main
from tests.factory import make_contribution, make_discussion, make_member, make_user
from tests.faults.test_worker import Worker
from tests.mail.server import MailServer

QUEUE = "/moderation/"
TITLE = "Connecting the last villages"
FIRST, CORRECTED = "Call me: 555 0199.", "We have two technicians."
SHOWN, REPLY = "Buy our masts.", "How high are they?"
NOTE = "Please leave the number out."
REPORT, PRIVATE, ANSWER = "He sells them.", "Known seller", "I sell nothing."
HELD = f"Something waits for a moderator in “{TITLE}”"


class Letterbox:
    """What has come by mail, for each person since the last look."""

    def __init__(self, server):
        self.server, self.seen = server, 0

    def new(self, number):
        """The next ones, waited for: who got what. No more than these have come."""
        deadline = time.monotonic() + 20
        while Notification.objects.filter(unasked=True).exists() or self.count < number:
            assert time.monotonic() < deadline, self.server.letters[self.seen :]
            time.sleep(0.1)
        letters = self.server.letters[self.seen :]
        self.seen += len(letters)
        return sorted((to, letter["Subject"].partition("] ")[2]) for to, letter in letters)

    @property
    def count(self):
        return len(self.server.letters) - self.seen

    def last_text(self, user):
        """The text of the latest letter to somebody, and the same as HTML."""
        letter = [letter for to, letter in self.server.letters if to == user.email][-1]
        parts = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
        return [" ".join(part.split()) for part in parts]


@pytest.fixture
def week(visit, committed, tmp_path):
    """A discussion that is open, its people, each in a browser, and the post."""
    discussion = make_discussion("villages", title=TITLE)
    people = SimpleNamespace(
        organiser=make_member(discussion, "organiser", make_user("Amina Odhiambo")),
        moderator=make_member(discussion, "moderator", make_user("Lucía Fernández")),
        author=make_user("Jonas Berg"),
        reader=make_user("Rosa Quispe"),
        newcomer=make_user("Wanjiru Kamau"),
        follower=make_user("Ana Souza"),
    )
    said = make_contribution(discussion, people.author, SHOWN)
    make_contribution(discussion, people.reader, REPLY, parent=said)
    # What has come of that is no matter here.
    Notification.objects.all().delete()
    Discussion.objects.update(moderation=Discussion.Moderation.FIRST_HELD)
    pages = SimpleNamespace()
    for name, user in vars(people).items():
        page = visit(scripts=False)
        sign_in(page, user)
        setattr(pages, name, page)
    with MailServer() as server:
        worker = Worker(tmp_path, server.url)
        try:
            yield SimpleNamespace(
                address=discussion.get_absolute_url(),
                discussion=discussion,
                people=people,
                pages=pages,
                post=Letterbox(server),
            )
        finally:
            assert worker.stop() == 0
            server.shutdown()


def news(page):
    """What stands under “Unread notifications” on one's own page, read afterwards."""
    page.goto("/me/")
    shown = page.get_by_role("region", name="Unread notifications")
    headlines = [each.inner_text() for each in shown.locator("li p[dir] > a").all()]
    page.goto("/me/notifications/")
    if headlines:
        button(page, "Mark all as read").click()
    return headlines


def told(week, *news_of):
    """These people were told this, by mail and on the site; and nobody else was told anything."""
    expected = sorted((getattr(week.people, who).email, words) for who, words in news_of)
    assert week.post.new(len(expected)) == expected
    for who, page in vars(week.pages).items():
        assert news(page) == [words for name, words in news_of if name == who], who


def waits(week, kind):
    """The one thing that stands in the moderator's queue."""
    page = week.pages.moderator
    page.goto(QUEUE)
    expect(page.locator("ol.items > li")).to_have_count(1)
    expect(page.locator("ol.items h3")).to_contain_text(kind)
    return page


def nothing_waits(page):
    expect(page).to_have_url(re.compile(f"{QUEUE}$"))
    expect(main(page)).to_contain_text("Nothing waits here.")


def test_a_week(week, visit):
    pages, people = week.pages, week.people
    both = ("moderator", "organiser")
    follow(week)

    pages.newcomer.goto(f"{week.address}contribute/")
    pages.newcomer.get_by_label("I accept the rules of participation").check()
    pages.newcomer.get_by_label(re.compile("^Q1")).fill(FIRST)
    button(pages.newcomer, "Send to the moderators").click()
    expect(main(pages.newcomer)).to_contain_text("It waits for a moderator")
    told(week, *((who, HELD) for who in both))

    is_returned(week)
    returned = "was returned to you: you can change it and send it again"
    told(week, ("newcomer", f"Your contribution to “{TITLE}” {returned}"))
    assert all(
        NOTE not in text and "It contains personal data of somebody." in text
        for text in week.post.last_text(people.newcomer)
    )

    is_sent_again(week)
    told(week, *((who, HELD) for who in both))

    page = waits(week, "Not published yet")
    expect(main(page)).to_contain_text(CORRECTED)
    page.get_by_role("button", name="Publish").click()
    nothing_waits(page)
    told(week, ("newcomer", "Your contribution is published as #3"))
    reads(visit, week, has=[CORRECTED, SHOWN, REPLY], not_has=[FIRST, NOTE])

    is_reported(week)
    told(week, *((who, HELD) for who in both))

    is_hidden(week)
    hidden = "Your contribution #1 was hidden by a moderator"
    told(week, ("author", hidden), ("reader", "#1, which you have reported, was hidden"))
    for text in week.post.last_text(people.author):
        assert "It advertises something." in text
        assert not [word for word in (PRIVATE, REPORT, "Rosa") if word in text]
    reads(visit, week, has=[CORRECTED, REPLY, "It advertises something."], not_has=[SHOWN, PRIVATE])

    is_answered(week)
    told(week, *((who, HELD) for who in both))

    page = waits(week, "An answer of its author")
    expect(main(page)).to_contain_text(ANSWER)
    expect(main(page)).to_contain_text(PRIVATE)
    page.get_by_role("link", name="Restore").click()
    button(page, "Show it again").click()
    nothing_waits(page)
    told(week, ("author", "Your contribution #1 is shown again"))
    reads(visit, week, has=[CORRECTED, SHOWN, REPLY], not_has=["It advertises", ANSWER])

    is_extended(week)
    following = ("newcomer", "author", "reader", "follower")
    told(week, *((who, f"“{TITLE}” has more time") for who in following))

    assert log_of(week) == STORY


def follow(week):
    """Whoever only follows the discussion is told of nothing that is between others."""
    week.pages.follower.goto(week.address)
    button(week.pages.follower, "Follow this discussion").click()


def is_returned(week):
    page = waits(week, "Not published yet")
    expect(main(page)).to_contain_text(FIRST)
    page.get_by_role("link", name="Return, or look closer").click()
    page.get_by_label("It contains personal data of somebody.").check()
    page.get_by_label("Note to its author").fill(NOTE)
    button(page, "Return it").click()
    nothing_waits(page)


def is_sent_again(week):
    page = week.pages.newcomer
    page.goto("/me/notifications/")
    page.get_by_role("link", name=re.compile("was returned to you")).click()
    expect(main(page)).to_contain_text(NOTE)
    link(page, "Change it and send it again").click()
    page.get_by_label(re.compile("^Q1")).fill(CORRECTED)
    button(page, "Send to the moderators").click()
    expect(main(page)).to_contain_text("It was returned to its author, who has sent it again.")


def is_reported(week):
    page = week.pages.reader
    page.goto(f"{week.address}1/")
    page.get_by_role("link", name="Report").click()
    page.get_by_label("It advertises something.").check()
    page.get_by_label("Anything the moderators should know").fill(REPORT)
    button(page, "Send the report").click()
    expect(main(page)).to_contain_text("Thank you.")


def is_hidden(week):
    page = waits(week, "Reported")
    expect(main(page)).to_contain_text(REPORT)
    page.get_by_role("link", name="Hide").click()
    page.get_by_label("It advertises something.").check()
    page.get_by_label("Note for the staff").fill(PRIVATE)
    button(page, "Hide it").click()
    nothing_waits(page)


def is_answered(week):
    page = week.pages.author
    page.goto("/me/")
    page.get_by_role("link", name="Answer the moderators").click()
    page.get_by_label("Your answer").fill(ANSWER)
    button(page, "Send").click()
    expect(main(page)).to_contain_text("Your answer waits for a moderator.")


def is_extended(week):
    page = week.pages.moderator
    page.goto(f"{week.address}manage/window/extend/")
    later = week.discussion.closes_at + timedelta(days=7)
    page.locator("[name=closes_at_0]").fill(f"{later:%Y-%m-%d}")
    page.get_by_label("Reason, shown to everyone").fill("The harvest.")
    button(page, "Extend").click()
    expect(main(page)).to_contain_text("The harvest.")


def reads(visit, week, *, has, not_has):
    """What a visitor reads, who has no account."""
    page = visit(scripts=False)
    page.goto(week.address)
    text = main(page).inner_text()
    assert [word for word in has if word not in text] == []
    assert [word for word in not_has if word in text] == []


STORY = [
    ("Jonas Berg", "published a contribution", "#1", ""),
    ("Rosa Quispe", "published a contribution", "#2", ""),
    (
        "Wanjiru Kamau",
        "sent a contribution that waits for a moderator",
        "–",
        "A moderator reads the first contribution of a new person first.",
    ),
    (
        "Lucía Fernández",
        "returned a contribution to its author",
        "–",
        "It contains personal data of somebody.",
    ),
    (
        "Wanjiru Kamau",
        "sent a contribution that waits for a moderator",
        "–",
        "It was returned to its author, who has sent it again.",
    ),
    ("Lucía Fernández", "published a contribution", "#3", ""),
    ("Rosa Quispe", "reported a contribution", "#1", "It advertises something."),
    ("Lucía Fernández", "hid a contribution", "#1", "It advertises something."),
    ("Jonas Berg", "answered to what was done to their contribution", "#1", ""),
    ("Lucía Fernández", "restored a contribution", "#1", "It advertises something."),
]


def log_of(week):
    """Who did what to which contribution and why, as the workbench says, in order; without what was
    done to the discussion in the end."""
    page = week.pages.moderator
    page.goto(week.address)
    link(page, "Workbench").click()
    link(page.get_by_role("navigation", name="Workbench"), "Log").click()
    rows = page.locator("tbody tr").all()
    cells = [[cell.inner_text() for cell in row.locator("td").all()] for row in reversed(rows)]
    assert len(cells) == LogEntry.objects.filter(discussion=week.discussion).count()
    assert cells.pop()[:2] == ["Lucía Fernández", "extended it"]
    return [tuple(row) for row in cells]
