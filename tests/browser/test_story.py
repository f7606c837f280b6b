"""The main job, in a browser, from the first visit to the table that is taken away."""

import csv
import io
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from forum.models import LogEntry
from tests.facilitation.expected import full_table
from tests.factory import PASSWORD, make_discussion, make_member, make_user

NEWCOMER = SimpleNamespace(
    name="Wanjiru Kamau", email="wanjiru@example.org", password="a long walk home"
)
REASON = "Two cooperatives asked for more time because of the harvest."


@pytest.fixture
def story(visit, scripts, committed):
    """A discussion that is open, its people, and a browser for each of them."""
    discussion = make_discussion("villages", title="Connecting the last villages")
    make_member(discussion, "organiser", make_user("Amina Odhiambo"))
    people = SimpleNamespace(
        newcomer=NEWCOMER,
        other=make_user("Rosa Quispe"),
        moderator=make_member(discussion, "moderator", make_user("Lucía Fernández")),
        facilitator=make_member(discussion, "facilitator", make_user("Karim Benali")),
    )
    return SimpleNamespace(
        discussion=discussion,
        address=discussion.get_absolute_url(),
        people=people,
        visit=lambda: visit(scripts=scripts),
    )


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def link(page, name):
    return page.get_by_role("link", name=name, exact=True)


def main(page):
    return page.get_by_role("main")


def sign_up(page, site, person):
    """From the page of a discussion, as a visitor is asked to; leads to the form."""
    link(main(page), "sign up").click()
    page.get_by_label("Name").fill(person.name)
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(person.password)
    button(page, "Sign up").click()
    page.get_by_label("Code").fill(site.last_code(person.email))
    button(page, "Confirm").click()


def sign_in(page, user):
    link(page, "Log in").click()
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    button(page, "Log in").click()
    link(page, "Log out").wait_for()


def contribute(page, **texts):
    """Fill in the form that is open, by the label of each section, and publish it."""
    for label, text in texts.items():
        page.get_by_label(re.compile(f"^{label}")).fill(text)
    terms = page.get_by_label("I accept the rules of participation")
    if terms.count():
        terms.check()
    button(page, "Publish").click()


def test_from_the_first_visit_to_the_table(story, site):
    newcomer = story.visit()
    newcomer.goto(story.address)
    sign_up(newcomer, site, story.people.newcomer)
    expect(newcomer).to_have_url(f"{site.address}{story.address}contribute/")

    contribute(newcomer, Q1="Two *technicians*.", Q2="The village.", Q3="600 a year.")
    expect(main(newcomer)).to_contain_text("Your contribution is published as #1.")
    assert newcomer.locator("em").inner_text() == "technicians"

    other = story.visit()
    other.goto(f"{story.address}1/")
    sign_in(other, story.people.other)
    other.goto(f"{story.address}1/")
    other.get_by_role("link", name="Reply").click()
    contribute(other, **{"Your reply": "With us it was three."})
    expect(main(other)).to_contain_text("in reply to #1")

    newcomer.goto(story.address)
    expect(newcomer.locator("ol.replies")).to_contain_text("With us it was three.")
    link(newcomer.locator("#c1"), "Edit #1").click()
    newcomer.get_by_label(re.compile("^Q2")).fill("The municipality.")
    button(newcomer, "Publish the changes").click()
    expect(main(newcomer)).to_contain_text("The municipality.")
    expect(main(newcomer)).not_to_contain_text("The village.")
    newcomer.get_by_role("link", name=re.compile("^edited ")).click()
    expect(main(newcomer)).to_contain_text("The village.")

    newcomer.goto(f"{story.address}contribute/")
    contribute(newcomer, **{"General comments": "What I forgot to say: **batteries**."})
    expect(main(newcomer)).to_contain_text("Your contribution is published as #3.")
    newcomer.goto(f"{story.address}1/")
    link(newcomer, "Withdraw #1").click()
    button(newcomer, "Withdraw it").click()
    expect(main(newcomer)).not_to_contain_text("The municipality.")
    expect(main(newcomer)).to_contain_text("With us it was three.")

    moderator = story.visit()
    extend(moderator, story)
    other.goto(story.address)
    expect(main(other)).to_contain_text(REASON)

    link(main(other), "Write a contribution").first.click()
    other.get_by_label(re.compile("^Q1")).fill("Written while it was being closed.")
    close(moderator, story)
    button(other, "Publish").click()
    expect(main(other)).to_contain_text("This discussion is closed.")
    expect(main(other)).to_contain_text("Written while it was being closed.")

    for page in (newcomer, other, story.visit()):
        page.goto(story.address)
        said = main(page).inner_text()
        assert "This discussion is closed. No more contributions are accepted." in said
        assert "What I forgot to say: batteries." in said
        assert "With us it was three." in said
        assert link(page, "Write a contribution").count() == 0
        assert page.get_by_role("link", name="Reply").count() == 0

    assert log_of(moderator, story) == [
        ("Wanjiru Kamau", "published a contribution", "#1"),
        ("Rosa Quispe", "published a contribution", "#2"),
        ("Wanjiru Kamau", "edited a contribution", "#1"),
        ("Wanjiru Kamau", "published a contribution", "#3"),
        ("Wanjiru Kamau", "withdrew a contribution", "#1"),
        ("Lucía Fernández", "extended it", ""),
        ("Lucía Fernández", "closed it before its date", ""),
    ]

    facilitator = story.visit()
    facilitator.goto(story.address)
    sign_in(facilitator, story.people.facilitator)
    assert table_of(facilitator, story) == full_table(story.discussion, site.address)


def in_the_admin(moderator, story):
    """The page of the discussion in the administration, from its public page."""
    moderator.goto(story.address)
    link(moderator, "Open, close or extend it in the administration").click()


def told(moderator, message):
    expect(moderator.locator(".messagelist")).to_contain_text(message)


def extend(moderator, story):
    moderator.goto(story.address)
    sign_in(moderator, story.people.moderator)
    in_the_admin(moderator, story)
    link(moderator, "Extend").click()
    later = story.discussion.closes_at + timedelta(days=7)
    moderator.get_by_label("Date").fill(f"{later:%Y-%m-%d}")
    moderator.get_by_label("Reason, shown to everyone").fill(REASON)
    button(moderator, "Extend").click()
    told(moderator, "Extended: Connecting the last villages")


def close(moderator, story):
    in_the_admin(moderator, story)
    link(moderator, "Close now").click()
    button(moderator, "Close now").click()
    told(moderator, "Closed: Connecting the last villages")


def log_of(moderator, story):
    """Who did what to which contribution, as the log in the administration says, in order."""
    in_the_admin(moderator, story)
    link(moderator, "History").click()
    moderator.locator("#change-history").wait_for()
    rows = moderator.locator("#change-history tbody tr").all()
    cells = [[cell.inner_text() for cell in row.locator("td").all()] for row in reversed(rows)]
    assert len(cells) == LogEntry.objects.filter(discussion=story.discussion).count()
    return [(who, act, target) for who, act, target, _details in cells]


def table_of(facilitator, story):
    """The full table as it is downloaded: a list of dictionaries."""
    facilitator.goto(story.address)
    with facilitator.expect_download() as download:
        link(facilitator, "The full table, for facilitators (CSV)").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))
