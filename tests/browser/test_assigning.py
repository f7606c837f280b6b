"""A facilitator puts what was pasted into one box under its questions, in a browser."""

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.browser.test_story import button, link, main, sign_in
from tests.factory import make_contribution, make_discussion, make_member, make_user

PASTED = """\
Good morning.

Question 1?

The school.

**Question 2?**
The municipality.

And the radio."""


@pytest.fixture
def people(committed):
    discussion = make_discussion("villages", title="Connecting the last villages")
    author = make_user("Ana Souza")
    author.person.language = "fr"
    author.person.save()
    make_contribution(discussion, author, PASTED)
    names = ("Karim Benali", "Amina Odhiambo")
    facilitators = [make_member(discussion, "facilitator", make_user(name)) for name in names]
    return SimpleNamespace(author=author, facilitators=facilitators)


def opened(page, user):
    """The page for #1, by its link, in somebody's window."""
    page.goto("/discussions/villages/1/")
    sign_in(page, user)
    page.goto("/discussions/villages/1/")
    link(page, "Assign to questions #1").click()
    return page


def choices(page):
    return [
        select.locator("option:checked").inner_text()
        for select in page.locator(".passages select").all()
    ]


def answers(page):
    """What stands under which question."""
    sections = page.locator("#c1 section.answer").all()
    return {
        section.locator(".key").inner_text(): section.locator(".prose").inner_text().split("\n\n")
        for section in sections
    }


def test_two_facilitators_put_passages_under_questions_at_once(people, visit, scripts):
    first, second = (opened(visit(scripts=scripts), user) for user in people.facilitators)
    assert choices(first) == ["General comments", "Q1. Question 1?", *2 * ["Q2. Question 2?"]]
    # Each choice is read out with the words that it is about.
    last = first.get_by_label("Passage 4 belongs to")
    described = first.locator(f"[id='{last.get_attribute('aria-describedby')}']")
    expect(described).to_have_text("And the radio.")

    second.get_by_label("Passage 4 belongs to").select_option(label="Q3. Question 3?")
    for number in (3, 4):
        label = f"Passage {number} belongs to"
        first.get_by_label(label).select_option(label="General comments")
    button(first, "Assign").click()
    expect(main(first)).to_contain_text("The passages of #1 stand under their questions.")
    assert answers(first) == {"Q1": ["The school."]}
    expect(main(first)).to_contain_text("assigned to questions by a facilitator")

    button(second, "Assign").click()
    expect(second.get_by_role("alert")).to_contain_text("changed by somebody else meanwhile")
    assert choices(second) == ["General comments", "Q2. Question 2?", "Q3. Question 3?"]
    button(second, "Assign").click()
    expect(main(second)).to_contain_text("The passages of #1 stand under their questions.")
    assert answers(second) == {
        "Q1": ["The school."],
        "Q2": ["The municipality."],
        "Q3": ["And the radio."],
    }

    second.get_by_role("link", name=re.compile("^edited ")).click()
    expect(main(second)).to_contain_text("Version 1")
    expect(main(second)).to_contain_text("Question 2?")
    author = visit(scripts=scripts)
    author.goto("/")
    sign_in(author, people.author)
    author.goto("/fr/me/notifications/")
    told = author.get_by_role("link", name="Votre contribution #1 a été rattachée à des questions")
    expect(told).to_have_count(2)
    expect(told.first).to_have_attribute("href", "/fr/discussions/villages/1/history/")
