"""A moderator corrects where a contribution stands, and redacts words of it, in a browser: by
keyboard, without scripts too, and axe has nothing to say against the pages."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import violations
from tests.browser.test_story import button, link, main, sign_in
from tests.factory import make_contribution, make_discussion, make_member, make_user

SECRET = "Call Maria on 55 00 11"


@pytest.fixture
def people(committed):
    discussion = make_discussion("villages", title="Connecting the last villages")
    author = make_user("Ana Souza")
    first = make_contribution(discussion, author, f"Who helps? {SECRET}.", answers={"Q1": "Yes"})
    make_contribution(discussion, make_user("Jonas Berg"), f"> {SECRET}\n\nThank you!")
    return SimpleNamespace(
        moderator=make_member(discussion, "moderator", make_user("Lucía Fernández")), first=first
    )


def test_a_moderator_files_a_reply_and_takes_a_number_out(people, visit, scripts):
    page = visit(scripts=scripts)
    page.goto("/discussions/villages/2/")
    sign_in(page, people.moderator)
    page.goto("/discussions/villages/2/")
    link(page, "Correct #2").click()
    if scripts:
        assert violations(page) == []
    page.get_by_label("In reply to").fill("#1")
    page.get_by_label("In reply to").press("Enter")
    expect(main(page)).to_contain_text("It is corrected, and its author is told.")
    expect(main(page)).to_contain_text("in reply to #1")

    page.goto("/discussions/villages/1/")
    link(page, "Redact #1").click()
    page.get_by_label("The words").fill(SECRET)
    page.get_by_label("It contains personal data of somebody.").check()
    button(page, "Show what will be replaced").click()
    expect(main(page)).to_contain_text("2 places will be replaced")
    expect(page.get_by_role("heading", name="Quoted in #2")).to_be_visible()
    if scripts:
        assert violations(page) == []
    button(page, "Redact it").press("Enter")
    expect(main(page)).to_contain_text("The words are replaced in 2 places.")
    expect(page.locator("#c1")).to_contain_text("Who helps? [redacted by a moderator].")
    expect(page.locator("#c2 blockquote")).to_have_text("[redacted by a moderator]")
    expect(page.locator("#c2 .notice")).to_contain_text("It contains personal data of somebody.")
