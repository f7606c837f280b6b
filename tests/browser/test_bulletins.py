"""A facilitator writes a bulletin in a browser: it is pinned, in feed, mail and proceedings."""

import pytest
from django.core.management import call_command
from playwright.sync_api import expect
from pypdf import PdfReader

from forum.actions import follow
from tests.browser.test_story import button, link, main, sign_in
from tests.factory import make_contribution, make_discussion, make_member, make_user
from tests.mail.conftest import server  # noqa: F401 (a fixture)


@pytest.fixture
def people(committed):
    discussion = make_discussion("villages", title="Connecting the last villages")
    follower = make_user("Ana Souza")
    make_contribution(discussion, make_user("Jonas Berg"), "Fibre first.", answers={"Q1": "Yes"})
    follow(discussion, user=follower, follows=True)
    return follower, make_member(discussion, "facilitator", make_user("Amina Odhiambo"))


def test_a_bulletin_is_pinned_in_the_feed_and_in_a_followers_mail(
    visit,
    people,
    scripts,
    send_all,
    server,  # noqa: F811
    tmp_path,
):
    follower, facilitator = people
    page = visit(scripts=scripts)
    page.goto("/discussions/villages/bulletins/")
    sign_in(page, facilitator)
    page.goto("/discussions/villages/bulletins/")
    link(page, "Weekly summary").click()
    text = page.get_by_label("Text", exact=True)
    facts = text.input_value()
    assert facts.startswith("- 1 contribution so far: #1\n")
    page.get_by_label("Title").fill("The first week")
    text.fill(f"Dear all, it was *lively*.\n\n{facts}")
    button(page, "Preview").click()
    expect(main(page).locator(".preview em")).to_have_text("lively")
    button(page, "Publish the bulletin").click()
    expect(main(page)).to_contain_text("The first week")
    reader = visit(scripts=scripts, width=360)
    reader.goto("/discussions/villages/")
    expect(reader.locator(".pinned")).to_contain_text("Dear all, it was lively.")
    expect(reader.locator("#b1")).to_contain_text("The first week")
    feed = reader.request.get("/discussions/villages/feed.atom").text()
    assert "The first week" in feed
    assert "&lt;em&gt;lively&lt;/em&gt;" in feed
    # By SMTP, with the worker’s own functions.
    assert all(send_all())
    assert server.arrived.total() == 2, "whoever has contributed follows, too"
    assert follower.email in {recipient for recipient, _id in server.arrived}
    # In the proceedings.
    path = tmp_path / "proceedings.pdf"
    call_command("proceedings", "villages", format="pdf", output=path)
    words = " ".join(page.extract_text() for page in PdfReader(path).pages)
    assert "Dear all, it was lively." in " ".join(words.split())


def test_whoever_was_logged_out_finds_the_text_in_the_form_again(visit, people):
    _follower, facilitator = people
    page = visit()
    page.goto("/discussions/villages/bulletins/")
    sign_in(page, facilitator)
    page.goto("/discussions/villages/bulletins/new/?kind=opening")
    page.get_by_label("Title").fill("Welcome")
    page.get_by_label("Text", exact=True).fill("Welcome to everybody who has come.")
    page.context.clear_cookies(name="sessionid")
    button(page, "Publish the bulletin").click()
    expect(main(page)).to_contain_text("Welcome to everybody who has come.")
