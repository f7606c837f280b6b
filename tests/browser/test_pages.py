"""What every page owes a reader: it fits a small screen, follows the direction of its script, is
light on a slow line, can be used with the keyboard alone, and axe has nothing to say against it."""

import gzip
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from config.storage import as_sent
from forum import actions
from forum.models import Draft
from moderation.actions import give_back, hide, mute, restore
from tests.factory import (
    PASSWORD,
    make_contribution,
    make_discussion,
    make_held,
    make_member,
    make_user,
)

# The smallest screen that must lose nothing (WCAG 2.2, 1.4.10).
SMALL = 320
# A first visit to a discussion with 20 contributions, fonts included.
MOST_REQUESTS, MOST_BYTES = 5, 60_000
MOST_SCRIPT_BYTES = 10_240
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')"
# Every property as it is computed.
LOOK = """element => {
    const style = getComputedStyle(element);
    return [...style].map(name => `${name}: ${style[name]}`).join("; ");
}"""

ARABIC = "كان الصيانة الدورية هي التي أبقت الشبكة عاملة."
LONG_WORD = "https://example.org/" + "donaudampfschifffahrtsgesellschaft" * 4


@pytest.fixture
def discussion(committed):
    discussion = make_discussion(
        "villages", title="Connecting the last villages", statistics_public=True
    )
    author = make_user("Ana Souza")
    moderator = make_member(discussion, "moderator", make_user("Lucía Fernández"))
    make_contribution(discussion, author, ARABIC, language="ar", answers={"Q1": ARABIC})
    table = "| site | cost |\n|---|---|\n" + "| Kanyaruanda-Nyamugasani | 600 |\n" * 3
    root = make_contribution(discussion, author, f"See <{LONG_WORD}>.\n\n{table}")
    for _level in range(4):
        root = make_contribution(discussion, author, "A paragraph of words. " * 20, parent=root)
    Draft.objects.create(
        discussion=discussion, person=author.person, parent=root, body="Begun", language="en"
    )
    # So that its author was told of something.
    hide(root, user=moderator, version=1, reason="off_topic")
    restore(root, user=moderator, version=2)
    first, *_between, fourth, fifth, _last = discussion.contributions.order_by("number")
    for hidden in (fourth, fifth):
        hide(hidden, user=moderator, version=1, reason="off_topic", note="A note for the staff")
    actions.appeal(fifth, user=author, version=2, note="It is about the topic.")
    reporter = make_user("Jonas Berg")
    actions.report(first, user=reporter, version=1, reason="spam", note=LONG_WORD)
    discussion.held = make_held(discussion, author, f"See <{LONG_WORD}>. {ARABIC}", parent=root)
    returned = make_held(discussion, author, "Another text", answers={"Q1": "Words"})
    give_back(returned, user=moderator, version=1, reason="off_topic", note=LONG_WORD)
    discussion.returned, discussion.moderator = returned, moderator
    discussion.author = author
    discussion.moderator = moderator
    discussion.facilitator = make_member(discussion, "facilitator", make_user("Karim Benali"))
    return discussion


def sign_in(page, user):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Log out").wait_for()


PUBLIC = ["", "discussions/villages/", "discussions/villages/2/", "rules/", "accounts/login/"]
PUBLIC += ["accounts/signup/", "accounts/password/reset/"]
PUBLIC += [
    "discussions/villages/?choose=yes",
    "discussions/villages/?question=Q1&language=ar",
    "discussions/villages/?country=none",
    "discussions/villages/all/",
    "discussions/villages/participants/",
    "discussions/villages/statistics/",
]
PRIVATE = ["discussions/villages/contribute/", "discussions/villages/6/reply/", "me/profile/"]
PRIVATE += [
    "me/",
    "me/drafts/",
    "me/notifications/",
    "me/preferences/",
    "me/security/",
    "me/security/log-in-again/",
    "accounts/reauthenticate/",
]
PRIVATE += ["discussions/villages/6/edit/", "discussions/villages/6/withdraw/", "accounts/email/"]


STEERING = ["discussions/villages/7/mute/", "discussions/villages/muted/"]

PRIVATE += ["discussions/villages/4/appeal/", "discussions/villages/5/appeal/"]

FACILITATING = ["discussions/villages/1/report/"]
FACILITATING += ["discussions/villages/1/assign/", "discussions/villages/2/assign/"]
MODERATING = ["moderation/", "moderation/?discussion=villages", "discussions/villages/5/restore/"]
MODERATING += ["discussions/villages/1/hide/", "discussions/villages/1/dismiss/"]


def unnumbered(discussion):
    """The pages of what has no number, for its author."""
    held, returned = discussion.held.pk, discussion.returned.pk
    pages = [f"{held}/", f"{held}/edit/", f"{held}/withdraw/", f"{returned}/", f"{returned}/edit/"]
    return [f"me/contributions/{page}" for page in pages]


def steering(discussion):
    return [f"moderation/{one.pk}/" for one in (discussion.held, discussion.returned)]


def change_to(page, user):
    page.context.clear_cookies()
    sign_in(page, user)


def show_preview(page):
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("heading", name="Preview").wait_for()


def show_guide(page):
    page.get_by_text("How to format your text").click()


def show_pasted_questions(page):
    page.locator("[name=body]").fill("Question 1?\n\nAn answer.\n\nQuestion 2?\n\nAnother.")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("button", name="Put it into the sections").wait_for()


def keep_a_draft(page):
    page.get_by_role("button", name="Keep as a draft").click()
    page.get_by_text("This is your draft of").wait_for()


def find_a_text_in_the_browser(page):
    page.evaluate("""() => {
        const form = document.getElementById("writing");
        localStorage.setItem("indaba:" + location.pathname, JSON.stringify({
            owner: form.dataset.owner, at: Date.now(), carried: {}, values: {body: "Kept here."},
        }));
    }""")
    page.reload()
    page.get_by_text("This browser has kept a text").wait_for()
    page.get_by_text("What it says").click()


def send_without_a_session(page):
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("heading", name="Log in to send it").wait_for()


# What the form may look like beside as it opens, the last state logged out.
STATES = {
    "a guide": show_guide,
    "a preview": show_preview,
    "pasted questions": show_pasted_questions,
    "a draft": keep_a_draft,
    "a text in the browser": find_a_text_in_the_browser,
    "no session": send_without_a_session,
}


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing(discussion, visit, colours):
    page = visit(color_scheme=colours)
    findings = {}
    for address in [*PUBLIC, "discussions/nowhere/"]:
        page.goto(f"/{address}")
        findings[address] = violations(page)
    sign_in(page, discussion.author)
    for address in [*PRIVATE, *unnumbered(discussion)]:
        page.goto(f"/{address}")
        findings[address] = violations(page)
    page.goto("/discussions/villages/contribute/")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("alert").wait_for()
    findings["a form with errors"] = violations(page)
    page.on("dialog", lambda dialog: dialog.accept())
    for state, reach in STATES.items():
        # What a window keeps while it is left must have arrived before the next one is opened.
        page.goto("/", wait_until="networkidle")
        page.goto("/discussions/villages/contribute/")
        page.locator("[name=body]").fill("A **bold** word.")
        reach(page)
        findings[state] = violations(page)
    sign_in(page, discussion.author)
    page.goto("/discussions/villages/contribute/")
    page.get_by_text("It could not be taken then").wait_for()
    findings["a form that waited"] = violations(page)
    change_to(page, discussion.facilitator)
    for address in FACILITATING:
        assert page.goto(f"/{address}").status == 200
        findings[address] = violations(page)
    page.get_by_role("button", name="Assign").click()
    page.get_by_role("alert").wait_for()
    findings["a choice that was not made"] = violations(page)
    change_to(page, discussion.moderator)
    muting = mute_somebody(discussion)
    for address in [*STEERING, f"discussions/villages/muted/{muting.pk}/unmute/"]:
        assert page.goto(f"/{address}").status == 200
        findings[address] = violations(page)
    for address in [*MODERATING, *steering(discussion)]:
        assert page.goto(f"/{address}").status == 200
        findings[address] = violations(page)
    page.goto(f"/{steering(discussion)[0]}")
    page.get_by_role("button", name="Return it").click()
    page.get_by_role("alert").wait_for()
    findings["a decision without a reason"] = violations(page)
    assert {address: found for address, found in findings.items() if found} == {}


def mute_somebody(discussion):
    return mute(
        make_contribution(discussion, make_user("Jonas Berg")),
        user=discussion.moderator,
        until=timezone.now() + timedelta(days=7),
        reason="spam",
        note="Look at it again",
    )


def violations(page):
    """What axe finds on the page: the rule and the elements."""
    return [
        (violation["id"], [node["html"] for node in violation["nodes"]])
        for violation in Axe().run(page).response["violations"]
    ]


@pytest.mark.parametrize("prefix", ["/", "/ar/"])
def test_every_page_fits_a_small_screen(discussion, visit, prefix):
    page = visit(width=SMALL)
    widths = {}
    for address in PUBLIC:
        page.goto(prefix + address)
        widths[address] = page.evaluate("document.documentElement.scrollWidth")
    sign_in(page, discussion.author)
    for address in [*PRIVATE, *unnumbered(discussion)]:
        assert page.goto(prefix + address).status == 200
        widths[address] = page.evaluate("document.documentElement.scrollWidth")
    change_to(page, discussion.facilitator)
    for address in FACILITATING:
        assert page.goto(prefix + address).status == 200
        widths[address] = page.evaluate("document.documentElement.scrollWidth")
    change_to(page, discussion.moderator)
    for address in [*MODERATING, *steering(discussion)]:
        assert page.goto(prefix + address).status == 200
        widths[address] = page.evaluate("document.documentElement.scrollWidth")
    assert {address: width for address, width in widths.items() if width > SMALL} == {}


def test_each_text_follows_its_own_direction(discussion, visit):
    page = visit()
    page.goto("/discussions/villages/")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    text = page.locator("#c1 .text")
    expect(text).to_have_attribute("dir", "rtl")
    expect(text).to_have_attribute("lang", "ar")
    assert starts_right(page, "#c1 .prose p")
    assert not starts_right(page, "#c3 .prose p")

    page.goto("/ar/discussions/villages/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert not starts_right(page, "#c3 .prose p")
    assert starts_right(page, "h2#contributions-title")


def starts_right(page, selector):
    """Does the first line of this text start at its right edge?"""
    return page.locator(selector).first.evaluate("""element => {
        const range = document.createRange();
        range.selectNodeContents(element);
        const lines = [...range.getClientRects()], box = element.getBoundingClientRect();
        const last = lines[lines.length - 1];
        return box.right - last.right < last.left - box.left;
    }""")


def test_a_first_visit_is_light(committed, visit):
    discussion = make_discussion("villages")
    for n in range(20):
        author = make_user(f"Author{n} Example")
        make_contribution(discussion, author, "A paragraph of plain words. " * 40)
    page = visit()
    moved = page.context.new_cdp_session(page)
    moved.send("Network.enable")
    received = []
    moved.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto("/discussions/villages/", wait_until="networkidle")
    assert page.locator("article.contribution").count() == 20
    assert 0 < len(received) <= MOST_REQUESTS
    assert sum(received) <= MOST_BYTES


def test_the_text_is_read_before_the_rest_of_the_look_has_come(discussion, visit):
    """And what comes then moves nothing that somebody reads already."""
    page = visit(width=SMALL)
    held = []
    page.route("**/rest.css", lambda route: held.append(route))
    page.goto("/discussions/villages/", wait_until="commit")
    questions = page.locator("#questions")
    expect(questions).to_be_visible()
    # Not wait_for_function: its second look would be an eval, which the policy refuses.
    while not page.evaluate(f"{FIRST_PAINT}.length"):
        page.wait_for_timeout(50)
    assert len(held) == 1
    assert page.locator("article.contribution").count() == 0
    before = questions.bounding_box()
    look = questions.evaluate(LOOK)
    held[0].continue_()
    expect(page.locator("article.contribution").last).to_be_visible()
    assert (questions.bounding_box(), questions.evaluate(LOOK)) == (before, look)


def test_a_contribution_is_published_by_keyboard_alone(discussion, visit):
    page = visit(scripts=False)
    sign_in(page, discussion.author)
    page.goto("/discussions/villages/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("main").get_by_role("link", name="Write a contribution").first)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("General comments"))
    page.keyboard.type("Written without a mouse.")
    tab_to(page, page.get_by_role("button", name="Publish"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Your contribution is published as #7.")


def tab_to(page, target):
    """Press Tab until the target has the focus, and see that the focus is visible on the way."""
    target.wait_for()
    for _step in range(80):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        assert focused.evaluate("element => getComputedStyle(element).outlineStyle") != "none"
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} cannot be reached with the keyboard")


def test_errors_are_summed_up_and_lead_to_their_fields(discussion, visit):
    page = visit()
    sign_in(page, make_user("Jonas Berg"))
    page.goto("/discussions/villages/contribute/")
    page.get_by_label("General comments").fill("Do not lose me.")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("alert").get_by_role("link", name="accept the rules").click()
    terms = page.get_by_label("I accept the rules of participation")
    expect(terms).to_be_focused()
    expect(terms).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("General comments")).to_have_value("Do not lose me.")


def test_scripts_are_light():
    """All modules of ours together, as they are sent to a browser that knows nothing better than
    gzip."""
    modules = sorted((settings.BASE_DIR / "static" / "js").glob("*.js"))
    sizes = {path.name: len(gzip.compress(as_sent(path.read_bytes()), 9)) for path in modules}
    assert len(sizes) >= 7
    assert sum(sizes.values()) <= MOST_SCRIPT_BYTES, sizes
