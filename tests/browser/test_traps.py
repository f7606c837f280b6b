"""The field that only programs fill in (accounts/traps.py): no person meets it, no browser fills
it in, also without scripts and before any stylesheet has come."""

import pytest

from forum.models import LogEntry
from tests.accounts.visiting import NEWCOMER
from tests.factory import make_discussion, make_member, make_user

from .test_pages import sign_in

TABS = 60


@pytest.fixture
def addresses(committed):
    discussion = make_discussion("villages")
    membership = discussion.memberships.get(
        person=make_member(discussion, "moderator", make_user("Lucía Fernández")).person
    )
    there = discussion.get_absolute_url()
    return [f"{there}contribute/", f"{there}contact/{membership.pk}/"]


def reached_by_keyboard(page):
    """The names of the fields that the tabulator leads to."""
    names = []
    for _tab in range(TABS):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.name"))
    return names


@pytest.mark.parametrize("styled", [True, False], ids=["styled", "without-styles"])
def test_nobody_meets_it(addresses, visit, styled):
    page = visit()
    if not styled:
        page.route("**/*.css", lambda route: route.abort())
    page.goto("/accounts/signup/")
    look_for_it(page, "email")
    page.unroute_all()
    sign_in(page, make_user("Ana Souza"))
    for address, field in zip(addresses, ("body", "message"), strict=True):
        page.goto(address)
        look_for_it(page, field)


def look_for_it(page, other):
    """`other` is a field that must be found, lest nothing is."""
    trap = page.locator("[name=remark]")
    assert trap.count() == 1
    assert not trap.is_visible()
    names = reached_by_keyboard(page)
    assert other in names
    assert "remark" not in names
    # What screen readers are told.
    assert page.get_by_role("textbox").count() > 0
    assert page.get_by_role("textbox", name="Leave this field empty").count() == 0


def test_a_person_signs_up_past_it(committed, visit, site):
    page = visit(scripts=False)
    page.goto("/accounts/signup/")
    for name in ("name", "email", "password1"):
        page.locator(f"[name={name}]").fill(NEWCOMER[name])
    page.get_by_role("button", name="Sign up").click()
    page.get_by_label("Code from the mail").fill(site.last_code(NEWCOMER["email"]))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("link", name="Log out").wait_for()


def test_what_is_filled_in_all_the_same_costs_one_more_click(addresses, visit):
    page = visit()
    sign_in(page, make_user("Ana Souza"))
    page.goto(addresses[0])
    page.locator("[name=body]").fill("My first words.")
    page.locator("[name=terms]").check()
    page.evaluate("document.querySelector('[name=remark]').value = 'Filled in by a program'")
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Please send it once more.").wait_for()
    assert not LogEntry.objects.filter(act="contribution.publish").exists()
    assert page.locator("[name=body]").input_value() == "My first words."
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Your contribution is published as #1.").wait_for()
