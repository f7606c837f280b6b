"""An organiser at work without the administration, and without JavaScript: a copy of an earlier
discussion is made ready, shown to a visitor before its publication, published, opened and closed.
And axe has nothing to say against any page of it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from forum.models import Discussion, Host
from moderation.actions import hide
from tests.browser.test_pages import sign_in
from tests.browser.test_story import button, link, main
from tests.factory import make_contribution, make_discussion, make_member, make_user

COPY = "/discussions/second-round/"


@pytest.fixture
def earlier(committed):
    discussion = make_discussion("villages", title="Connecting the last villages", window="closed")
    discussion.organiser = make_member(discussion, "organiser", make_user("Amina Odhiambo"))
    discussion.colleague = make_user("Karim Benali")
    Host.objects.create(discussion=discussion, name="Example Institute")
    author = make_user("Ana Souza")
    said = make_contribution(discussion, author, "What was said in the first round.")
    make_contribution(discussion, author, "More of it.")
    moderator = make_member(discussion, "moderator", make_user("Lucía Fernández"))
    hide(said, user=moderator, version=1, reason="off_topic")
    return discussion


def section(page, name):
    link(page.get_by_role("navigation", name="Workbench"), name).click()


def fill_date(page, name, date, time):
    page.locator(f"[name={name}_0]").fill(date)
    page.locator(f"[name={name}_1]").fill(time)


def test_from_a_copy_to_its_closing(earlier, visit):
    page = visit(scripts=False)
    sign_in(page, earlier.organiser)
    page.goto(earlier.get_absolute_url())
    link(page, "Workbench").click()
    expect(page.get_by_role("heading", name="Workbench")).to_be_visible()

    section(page, "Copy")
    page.get_by_label("Title").fill("The second round")
    page.get_by_label("Address").fill("second-round")
    fill_date(page, "opens_at", "2030-01-01", "09:00:00")
    fill_date(page, "closes_at", "2030-02-01", "18:00:00")
    button(page, "Make the copy").click()
    expect(page).to_have_url(re.compile(f"{COPY}manage/$"))
    expect(main(page)).to_contain_text("This is the copy.")
    expect(main(page)).to_contain_text("Not published")

    section(page, "Texts")
    page.get_by_label("Welcome").fill("Welcome to the *second* round.")
    button(page, "Save").click()
    expect(main(page)).to_contain_text("Saved.")

    section(page, "Guiding questions")
    link(page, "Add a question").click()
    page.get_by_label("Question", exact=True).fill("What should come first?")
    button(page, "Save").click()
    expect(main(page)).to_contain_text("Q4 is saved.")
    for key in ("Q4", "Q3", "Q2"):
        button(page, f"Move up {key}").click()
    expect(page.locator(".rows li").first).to_contain_text("Q1 What should come first?")
    link(page, "Edit Q2").click()
    page.get_by_label("Question", exact=True).fill("What have you learnt?")
    button(page, "Save").click()
    link(page, "Title and dates – Broad questions").click()
    fill_date(page, "opens_at", "2030-01-01", "09:00:00")
    fill_date(page, "closes_at", "2030-01-08", "09:00:00")
    button(page, "Save").click()
    expect(main(page)).to_contain_text("8 January 2030")

    section(page, "People and roles")
    page.get_by_label("E-mail address").fill(earlier.colleague.email)
    page.get_by_label("Role", exact=True).select_option("facilitator")
    button(page, "Give the role").click()
    expect(main(page)).to_contain_text("Karim Benali now has the role: Facilitator.")

    read_before_publication(page, visit)

    section(page, "Window")
    for act in ("Publish", "Open now", "Close now"):
        link(page, act).click()
        button(page, act).click()
        expect(main(page).get_by_role("status")).to_be_visible()
    visitor = visit(scripts=False)
    visitor.goto(COPY)
    expect(main(visitor)).to_contain_text("The moderators closed it")
    section(page, "Log")
    expect(page.locator("tbody tr")).to_have_count(14)
    page.get_by_role("combobox", name="Act").select_option("preview.make")
    button(page, "Show").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert Discussion.objects.get(slug="second-round").contributions.count() == 0


def read_before_publication(page, visit):
    visitor = visit(scripts=False)
    visitor.goto(COPY)
    expect(main(visitor)).to_contain_text("There is nothing at this address")
    section(page, "Preview")
    button(page, "Make a link").click()
    address = page.get_by_label("The link.").input_value()
    visitor.goto(address)
    expect(main(visitor)).to_contain_text("This is a preview. The discussion is not published yet.")
    expect(main(visitor)).to_contain_text("Welcome to the second round.")
    expect(main(visitor)).to_contain_text("What should come first?")
    expect(main(visitor)).to_contain_text("Karim Benali")
    expect(main(visitor)).not_to_contain_text("What was said in the first round.")
    button(page, "Revoke the link").click()
    expect(main(page)).to_contain_text("The link opens nothing any more.")
    visitor.goto(address)
    expect(main(visitor)).to_contain_text("There is nothing at this address")


PAGES = ["", "window/", "window/extend/", "texts/", "questions/", "questions/add/", "groups/add/"]
PAGES += ["hosts/", "people/", "settings/", "preview/", "log/", "copy/"]


@pytest.fixture
def at_work(earlier, visit):
    """A window of the organiser, in the copy that is not published."""
    Discussion.objects.filter(pk=earlier.pk).update(published=False)
    page = visit(width=320)
    sign_in(page, earlier.organiser)
    return page


@pytest.mark.parametrize("language", ["", "/ar"])
def test_every_page_fits_a_small_screen_and_axe_is_content(at_work, earlier, language):
    wrong = []
    question, group = earlier.questions.first(), earlier.question_groups.get()
    member, host = earlier.memberships.first(), earlier.hosts.get()
    rows = [f"questions/{question.pk}/", f"groups/{group.pk}/"]
    rows += [f"people/{member.pk}/", f"hosts/{host.pk}/"]
    for path in (*PAGES, *rows, "../moderation/"):
        at_work.goto(f"{language}/discussions/villages/manage/{path}")
        judge(at_work, path, wrong)
    assert wrong == []


def test_the_page_that_shows_a_link_and_what_it_opens(at_work, earlier):
    wrong = []
    at_work.goto("/discussions/villages/manage/preview/")
    button(at_work, "Make a link").click()
    judge(at_work, "made", wrong)
    link(at_work, "Open it").click()
    at_work.get_by_text("This is a preview.").wait_for()
    judge(at_work, "read", wrong)
    assert wrong == []


def judge(page, path, wrong):
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append((path, "wider than the screen"))
    found = Axe().run(page).response["violations"]
    wrong += [(path, one["id"], [node["target"] for node in one["nodes"]]) for one in found]
