"""Whatever happens while somebody writes, the text is there once, or in the form, and the page says
which. With scripts and without."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from forum import actions
from forum.models import Discussion, Draft
from tests.factory import PASSWORD, make_discussion, make_member, make_user

from .line import Line
from .test_story import NEWCOMER, button, link, main

WORDS = "Written for an hour, in a village office. – كتبت هذا"


@pytest.fixture
def writing(visit, scripts, committed):
    """Somebody who is logged in and has filled in the form; they have accepted the rules before."""
    discussion = make_discussion("villages", title="Connecting the last villages")
    author = make_user("Ana Souza")
    moderator = make_member(discussion, "moderator", make_user("Lucía Fernández"))

    def come(at=None):
        page = visit(scripts=scripts, at=at)
        log_in(page, author)
        return page

    page = come()
    writing = SimpleNamespace(
        visit=come,
        discussion=discussion,
        author=author,
        moderator=moderator,
        page=page,
        scripts=scripts,
        address=f"{discussion.get_absolute_url()}contribute/",
    )
    open_form(writing)
    return writing


def log_in(page, user, address="/accounts/login/"):
    if address:
        page.goto(address)
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    button(page, "Log in").click()
    link(page, "Log out").wait_for()


def open_form(writing, page=None):
    page = page or writing.page
    page.goto(writing.address)
    page.locator("[name=body]").fill(WORDS)
    page.locator("[name=answer-Q1]").fill("And an answer.")
    terms = page.get_by_label("I accept the rules of participation")
    if terms.count():
        terms.check()


def publish(page):
    button(page, "Publish").click()


def is_in_the_form(page):
    expect(page.locator("[name=body]")).to_have_value(WORDS)
    expect(page.locator("[name=answer-Q1]")).to_have_value("And an answer.")


def is_there_once(writing):
    said = writing.discussion.contributions.get()
    assert (said.body, said.answers.get().body) == (WORDS, "And an answer.")
    assert not Draft.objects.exists()


def says(page, words):
    expect(main(page)).to_contain_text(words)


# --- the line ---


@pytest.fixture
def line(site):
    """A line between the browser and the site that can be cut."""
    with Line(site.address) as line:
        yield line


@pytest.mark.parametrize(("fault", "arrived"), [("answer", 1), ("request", 0)])
@pytest.mark.parametrize("then", ["back", "reload", "anew"])
def test_a_line_that_is_cut_while_sending(writing, line, fault, arrived, then):
    writing.page.close(run_before_unload=False)
    page = writing.visit(line.address)
    open_form(writing, page)
    line.loses = fault
    publish(page)
    page.wait_for_url("chrome-error://**")
    assert writing.discussion.contributions.count() == arrived
    line.loses = None
    {"back": page.go_back, "reload": page.reload, "anew": lambda: page.goto(writing.address)}[
        then
    ]()
    if then == "back":
        is_in_the_form(page)
        publish(page)
    if then == "anew" and arrived:
        says(page, "You published #1 here")
        expect(page.locator("[name=body]")).to_have_value("")
        expect(page.locator(".found")).to_have_count(0)
    else:
        if then == "anew":
            begin_anew(writing, page)
        says(page, "Your contribution is published as #1.")
    is_there_once(writing)


def begin_anew(writing, page):
    """The form after its request was lost: the browser offers the text where a script has kept it;
    without scripts, "back" and "reload" have it, and a new form does not."""
    if writing.scripts:
        # On a slow machine the draft was on the server already.
        draft, offer = page.get_by_text("This is your draft of"), page.locator(".found")
        expect(draft.or_(offer)).to_be_visible()
        if offer.count():
            button(page, "Put it into the form").click()
        is_in_the_form(page)
        page.get_by_label("I accept the rules of participation").check()
    else:
        expect(page.locator("[name=body]")).to_have_value("")
        open_form(writing, page)
    publish(page)


# --- the session, the token ---


def test_a_session_that_is_gone(writing):
    page = writing.page
    Session.objects.all().delete()
    publish(page)
    says(page, "It was not sent yet")
    link(main(page), "Log in").click()
    log_in(page, writing.author, address="")
    says(page, "It could not be taken then")
    is_in_the_form(page)
    assert not writing.discussion.contributions.exists()
    publish(page)
    says(page, "Your contribution is published as #1.")
    is_there_once(writing)


def test_a_token_that_is_stale(writing):
    page = writing.page
    other = page.context.new_page()
    other.goto("/accounts/logout/")
    button(other, "Log out").click()
    log_in(other, writing.author)
    publish(page)
    says(page, "It could not be taken then")
    is_in_the_form(page)
    assert not writing.discussion.contributions.exists()
    publish(page)
    says(page, "Your contribution is published as #1.")
    is_there_once(writing)


def test_a_sign_up_in_the_middle_of_writing(writing, visit, site):
    page = visit(scripts=writing.scripts)
    open_form(writing, page)
    button(page, "Go on to log in or sign up").click()
    says(page, "It was not sent yet")
    link(main(page), "Sign up").click()
    page.get_by_label("Name").fill(NEWCOMER.name)
    page.get_by_label("E-mail").fill(NEWCOMER.email)
    page.get_by_label("Password").fill(NEWCOMER.password)
    button(page, "Sign up").click()
    page.get_by_label("Code").fill(site.last_code(NEWCOMER.email))
    button(page, "Confirm").click()
    says(page, "It could not be taken then")
    is_in_the_form(page)
    publish(page)
    says(page, "Your contribution is published as #1.")
    assert writing.discussion.contributions.get().byline.name == NEWCOMER.name


# --- the window of the discussion ---


def test_a_discussion_that_closes_by_its_date_at_that_moment(writing):
    Discussion.objects.update(closes_at=timezone.now())
    publish(writing.page)
    says(writing.page, "Your contribution is published as #1.")
    is_there_once(writing)


def test_a_form_that_was_opened_before_the_closing_says_until_when(writing):
    page = writing.page
    Discussion.objects.update(closes_at=timezone.now() + timedelta(seconds=4))
    open_form(writing)
    notice = page.get_by_text("You began before that, and may still send this until")
    expect(notice).to_be_hidden()
    if writing.scripts:
        expect(notice).to_be_visible()
        publish(page)
    else:
        page.wait_for_timeout(4000)
        page.locator("[name=body]").fill("")
        page.locator("[name=answer-Q1]").fill("")
        publish(page)
        expect(notice).to_be_visible()


def test_a_grace_period_that_is_over(writing):
    Discussion.objects.update(closes_at=timezone.now() - timedelta(minutes=31))
    publish(writing.page)
    is_given_back_and_kept(writing)


def test_close_now_at_that_moment(writing):
    actions.close_now(writing.discussion, user=writing.moderator)
    publish(writing.page)
    is_given_back_and_kept(writing)


def is_given_back_and_kept(writing):
    page = writing.page
    says(page, "This was not published")
    says(page, "This discussion is closed.")
    expect(page.get_by_label("What you wrote").first).to_have_value(WORDS)
    link(main(page), "your drafts").click()
    says(page, WORDS)
    says(page, "No more contributions are accepted.")
    assert not writing.discussion.contributions.exists()
    assert Draft.objects.get().answers == {"Q1": "And an answer."}


# --- two windows, back, reload, twice ---


def keep(page, scripts):
    """Let the draft be kept: by itself where there are scripts, else by the button."""
    if scripts:
        expect(page.locator(".standing")).to_contain_text("Draft kept at")
    else:
        button(page, "Keep as a draft").click()
        says(page, "Your draft is kept.")


def test_two_windows_with_one_draft(writing):
    page, other = writing.page, writing.page.context.new_page()
    other.goto(writing.address)
    keep(page, writing.scripts)
    other.locator("[name=body]").fill("From the other window")
    if writing.scripts:
        expect(other.locator(".standing")).to_contain_text("Not kept")
        button(other, "Show what is there").click()
    else:
        button(other, "Keep as a draft").click()
    says(other, "A later draft was kept in another window")
    expect(other.locator("[name=body]")).to_have_value("From the other window")
    expect(other.locator(".given-back").first).to_have_value(WORDS)
    assert Draft.objects.get().body == WORDS
    button(other, "Keep as a draft").click()
    says(other, "Your draft is kept.")
    assert Draft.objects.get().body == "From the other window"


def test_reload_shows_the_draft(writing):
    page = writing.page
    keep(page, writing.scripts)
    page.reload()
    says(page, "This is your draft of")
    is_in_the_form(page)
    page.context.new_page().goto(writing.address)
    is_in_the_form(page.context.pages[-1])


def test_back_after_publishing_and_sending_again(writing):
    page = writing.page
    publish(page)
    says(page, "Your contribution is published as #1.")
    page.go_back()
    is_in_the_form(page)
    publish(page)
    says(page, "Your contribution is published as #1.")
    is_there_once(writing)


def test_reload_after_a_refusal_sends_the_same_form(writing):
    page = writing.page
    actions.close_now(writing.discussion, user=writing.moderator)
    publish(page)
    says(page, "This was not published")
    page.reload()
    says(page, "This was not published")
    assert Draft.objects.count() == 1


def test_a_double_click(writing):
    button(writing.page, "Publish").dblclick()
    says(writing.page, "Your contribution is published as #1.")
    is_there_once(writing)


# --- with scripts alone ---


with_scripts = pytest.mark.parametrize("scripts", [True], ids=["with-scripts"])


@with_scripts
def test_what_was_typed_is_there_after_the_browser_has_died(writing):
    page = writing.page
    with page.expect_response("**/me/drafts/save/"):
        pass
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(writing.address)
    says(again, "This is your draft of")
    is_in_the_form(again)


@with_scripts
def test_without_a_line_the_browser_keeps_it_and_offers_it_on_return(writing):
    page, context = writing.page, writing.page.context
    context.set_offline(True)
    page.locator("[name=body]").press_sequentially(" ")
    expect(page.locator(".standing")).to_contain_text("kept in this browser alone")
    publish(page)
    expect(page.locator(".standing")).to_contain_text("There is no connection")
    # Chromium closes a window late: it could still send its draft when the line is back.
    page.on("dialog", lambda question: question.accept())
    page.goto("about:blank")
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(writing.address)
    says(page, "This browser has kept a text from")
    expect(page.locator("[name=body]")).to_have_value("")
    button(page, "Put it into the form").click()
    expect(page.locator("[name=body]")).to_have_value(WORDS + " ")
    page.get_by_label("I accept the rules of participation").check()
    publish(page)
    says(page, "Your contribution is published as #1.")
    page.goto(writing.address)
    expect(page.locator(".standing")).to_be_visible()
    expect(page.locator(".found")).to_have_count(0)


@with_scripts
def test_a_line_that_comes_back_is_used(writing):
    page = writing.page
    page.context.set_offline(True)
    expect(page.locator(".standing")).to_contain_text("kept in this browser alone")
    page.context.set_offline(False)
    expect(page.locator(".standing")).to_contain_text("Draft kept at")
    assert Draft.objects.get().body == WORDS
    assert page.evaluate("Object.keys(localStorage).length") == 0


@with_scripts
def test_leaving_is_warned_about_as_long_as_something_is_not_kept(writing):
    page = writing.page
    warned = []

    def warn(dialog):
        warned.append(dialog.type)
        dialog.accept()

    page.on("dialog", warn)
    page.goto("/")
    assert warned == ["beforeunload"]
    page.goto(writing.address)
    page.locator("[name=body]").fill(WORDS + "!")
    keep(page, True)
    page.goto("/")
    assert warned == ["beforeunload"]


@with_scripts
def test_a_window_whose_session_has_ended_says_so_and_goes_on_after_a_new_login(writing):
    page = writing.page
    keep(page, True)
    Session.objects.all().delete()
    page.locator("[name=body]").fill(WORDS + "!")
    expect(page.locator(".standing")).to_contain_text("You are logged out")
    other = page.context.new_page()
    log_in(other, writing.author)
    page.bring_to_front()
    page.locator("[name=body]").fill(WORDS + "?")
    expect(page.locator(".standing")).to_contain_text("Draft kept at")
    page.locator("[name=body]").fill(WORDS)
    publish(page)
    says(page, "Your contribution is published as #1.")
    is_there_once(writing)


@with_scripts
def test_logging_out_leaves_no_text_in_the_browser(writing):
    page = writing.page
    assert page.evaluate("Object.keys(localStorage).length") == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto("/accounts/logout/")
    button(page, "Log out").click()
    link(page, "Log in").wait_for()
    assert page.evaluate("Object.keys(localStorage).length") == 0


@with_scripts
def test_another_person_in_this_browser_is_offered_nothing(writing):
    page = writing.page
    Session.objects.all().delete()
    page.once("dialog", lambda dialog: dialog.accept())
    log_in(page, make_user("Jonas Berg"))
    page.goto(writing.address)
    expect(page.locator(".standing")).to_be_visible()
    expect(page.locator(".found")).to_have_count(0)
    assert WORDS not in page.content()


@with_scripts
def test_the_preview_appears_under_the_form(writing):
    page = writing.page
    page.locator("[name=body]").fill("A **bold** word")
    button(page, "Preview").click()
    preview = page.get_by_role("region", name="Preview")
    expect(preview.locator("strong")).to_have_text("bold")
    expect(page.get_by_role("heading", name="Preview")).to_be_focused()
    expect(page).to_have_url(re.compile(writing.address))
    Session.objects.all().delete()
    button(page, "Preview").click()
    says(page, "It was not sent yet")


@with_scripts
def test_words_and_characters_are_counted_while_writing(writing):
    page = writing.page
    page.locator("[name=body]").fill("One two 三四 🙂")
    page.locator("[name=answer-Q1]").fill("five")
    expect(page.locator(".tally")).to_have_text("Words: 5 · characters: 16 of 30,000")
    page.locator("[name=body]").fill("x" * 30_000)
    expect(page.locator(".tally")).to_contain_text("4 characters too long")


def offers(page, number):
    """So many texts that this browser has kept and the form does not hold."""
    expect(page.locator(".standing")).to_be_visible()
    expect(page.locator(".found")).to_have_count(number)


def lose_line_and_close(page, words):
    page.context.set_offline(True)
    page.locator("[name=body]").fill(words)
    expect(page.locator(".standing")).to_contain_text("kept in this browser alone")
    # What it would send while it closes must not find the line that is back for the next window.
    page.evaluate("addEventListener('visibilitychange', e => e.stopImmediatePropagation(), true)")
    page.close(run_before_unload=False)


@with_scripts
def test_what_is_offered_stays_until_its_author_decides(writing):
    """Also when they write something else first, and in another language of the site."""
    context = writing.page.context
    lose_line_and_close(writing.page, "An hour of work")
    context.set_offline(False)
    page = context.new_page()
    page.goto(writing.address)
    offers(page, 1)
    page.locator("[name=body]").fill("Hm")
    keep(page, True)
    page.goto(f"/fr{writing.address}")
    offers(page, 1)
    expect(page.locator("[name=body]")).to_have_value("Hm")
    # The two change places: neither is lost.
    page.locator("[data-do=take]").click()
    expect(page.locator("[name=body]")).to_have_value("An hour of work")
    expect(page.locator(".found textarea").first).to_have_value("Hm")
    expect(page.locator(".kept")).to_contain_text(re.compile("[0-9]:[0-9]"))
    page.locator("[data-do=drop]").click()
    page.goto(writing.address)
    offers(page, 0)
    expect(page.locator("[name=body]")).to_have_value("An hour of work")


@with_scripts
def test_a_window_takes_no_copy_of_another_away(writing):
    context = writing.page.context
    second = context.new_page()
    second.goto(writing.address)
    lose_line_and_close(writing.page, "Of the first window")
    context.set_offline(False)
    second.locator("[name=body]").fill("Of the second window")
    keep(second, True)
    second.reload()
    offers(second, 1)
    expect(second.locator(".found textarea").first).to_have_value("Of the first window")


@with_scripts
def test_what_the_server_has_shown_again_is_offered_by_nobody(writing):
    page = writing.page
    asked = "Question 1?"
    page.locator("[name=body]").fill(f"{asked}\nBecause of the battery fund.")
    button(page, "Publish").click()
    says(page, "Nothing is published yet")
    offers(page, 0)
    button(page, "Put it into the sections").click()
    says(page, "look at the sections")
    offers(page, 0)


def test_a_visitor_who_logs_in_first_finds_what_they_had_written(visit, scripts, writing):
    page = visit(scripts=scripts)
    page.goto(writing.address)
    page.locator("[name=body]").fill(WORDS)
    button(page, "Log in now").click()
    says(page, "Your text is kept for 24 hours")
    main(page).get_by_role("link", name="Log in").click()
    log_in(page, make_user("Jonas Berg"), address=None)
    expect(page.locator("[name=body]")).to_have_value(WORDS)
    page.goto(writing.address)
    expect(page.locator("[name=body]")).to_have_value(WORDS)


@with_scripts
def test_what_a_visitor_left_in_the_browser_is_offered_after_they_have_logged_in(visit, writing):
    page = visit(scripts=True)
    page.goto(writing.address)
    page.locator("[name=body]").fill(WORDS)
    page.once("dialog", lambda dialog: dialog.accept())
    log_in(page, make_user("Jonas Berg"))
    page.goto(writing.address)
    offers(page, 1)
    button(page, "Put it into the form").click()
    expect(page.locator("[name=body]")).to_have_value(WORDS)


# --- marks ---


@pytest.fixture
def area(writing):
    area = writing.page.locator("[name=body]")
    area.fill("one\ntwo words\nthree")
    return area


def choose(area, start, end):
    area.focus()
    area.evaluate("(area, [start, end]) => area.setSelectionRange(start, end)", [start, end])


@with_scripts
@pytest.mark.parametrize(
    ("mark", "keys", "chosen", "expected"),
    [
        ("Bold", "Control+b", (4, 8), "one\n**two** words\nthree"),
        ("Italic", "Control+i", (4, 7), "one\n*two* words\nthree"),
        ("Heading", "Control+Shift+Digit6", (5, 5), "one\n## two words\nthree"),
        ("List", "Control+Shift+Digit8", (0, 8), "- one\n- two words\nthree"),
        ("Numbered list", "Control+Shift+Digit7", (0, 18), "1. one\n2. two words\n3. three"),
        ("Quotation", "Control+Shift+Digit9", (14, 19), "one\ntwo words\n> three"),
        ("Link", "Control+k", (4, 7), "one\n[two](https://) words\nthree"),
    ],
)
def test_marks_by_button_and_by_key_and_taken_back(area, mark, keys, chosen, expected):
    page = area.page
    before = area.input_value()
    toolbar = page.get_by_role("toolbar").first
    choose(area, *chosen)
    toolbar.get_by_role("button", name=mark, exact=True).click()
    expect(area).to_have_value(expected)
    expect(area).to_be_focused()
    page.keyboard.press("Control+z")
    expect(area).to_have_value(before)
    choose(area, *chosen)
    page.keyboard.press(keys)
    expect(area).to_have_value(expected)
    if mark != "Link":
        page.keyboard.press(keys)
        expect(area).to_have_value(before)


@with_scripts
def test_a_chosen_address_becomes_a_link_that_waits_for_words(area):
    area.fill("https://example.org")
    choose(area, 0, 19)
    area.page.keyboard.press("Control+k")
    expect(area).to_have_value("[](https://example.org)")
    area.page.keyboard.type("our report")
    expect(area).to_have_value("[our report](https://example.org)")


@with_scripts
def test_the_toolbar_is_one_stop_and_its_buttons_are_reached_by_arrows(area):
    page = area.page
    area.focus()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Heading", exact=True).first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Bold", exact=True).first).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Link", exact=True).first).to_be_focused()
    page.keyboard.press("Tab")
    expect(area).to_be_focused()


@with_scripts
def test_typing_with_altgr_makes_no_marks(area):
    area.focus()
    area.dispatch_event("keydown", {"code": "KeyB", "key": "b", "ctrlKey": True, "altKey": True})
    expect(area).to_have_value("one\ntwo words\nthree")
