"""What only a browser shows of the look: colours as they are computed, what stays in sight, edges,
paper, and a site with a logo and an accent of its own."""

import pytest
from playwright.sync_api import expect

from config import colours
from forum.models import Discussion
from tests.factory import make_contribution, make_discussion, make_member, make_user
from tests.forum.test_threads import plant
from tests.site import served

SMALL = 320
# WCAG 2.2, 2.5.8
SMALLEST_TARGET = 24

WORDS = "A sentence that is neither short nor long, as people write them. "
# It would speak up if it could run.
LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 40">
<script>alert("logo")</script><rect width="480" height="40" fill="#7a1f3d"/></svg>"""


@pytest.fixture
def long(committed):
    discussion = make_discussion("long", title="A long discussion", questions=0)
    plant(discussion, [0] * 60)
    Discussion.objects.update(last_number=60, contribution_count=60)
    return discussion


@pytest.fixture
def wordy(committed):
    discussion = make_discussion("wordy", title="Long contributions")
    author = make_user("Ana Souza")
    # Links of somebody who is new would wait for a moderator.
    make_member(discussion, "facilitator", author)
    for _n in range(3):
        make_contribution(
            discussion, author, (WORDS * 12 + "[Report](https://example.org)\n\n") * 8
        )
    return discussion


def colour_of(page, selector, name="color"):
    """A computed colour, as #rrggbb."""
    script = "(element, name) => getComputedStyle(element)[name]"
    computed = page.locator(selector).first.evaluate(script, name)
    parts = computed.removeprefix("rgb(").removesuffix(")").split(", ")
    return "#" + "".join(f"{int(part):02x}" for part in parts)


def width(page):
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_accent_is_what_one_sees_and_can_be_read(committed, visit, scheme):
    page = visit(color_scheme=scheme)
    page.goto("/accounts/login/")
    made = colours.palette("#0b5a63")
    paper = colour_of(page, "html", "backgroundColor")
    assert paper == colours.PAPER[scheme]
    assert colour_of(page, "main a") == made[f"accent-{scheme}"]
    assert colours.contrast(colour_of(page, "main a"), paper) >= colours.READABLE
    page.get_by_role("button", name="Log in").hover()
    words = colour_of(page, "main .button")
    assert colours.contrast(words, made[f"accent-{scheme}-strong"]) >= colours.READABLE


def test_the_author_stays_in_sight_as_long_as_one_reads(wordy, visit):
    page = visit(scripts=False, width=SMALL)
    page.goto("/discussions/wordy/")
    first, second = page.locator("#c1 .author"), page.locator("#c2 .author")
    end = page.locator("#c1 .prose p").last
    end.evaluate("element => scrollTo({top: scrollY + element.getBoundingClientRect().top - 200})")
    expect(first).to_be_in_viewport()
    assert abs(first.bounding_box()["y"]) <= 1
    # It gives way to the next one.
    second.evaluate("element => scrollTo({top: scrollY + element.getBoundingClientRect().top})")
    expect(first).not_to_be_in_viewport()
    assert abs(second.bounding_box()["y"]) <= 1


def test_what_gets_the_focus_is_not_hidden_behind_the_author(wordy, visit):
    page = visit(scripts=False, reduced_motion="reduce")
    page.goto("/discussions/wordy/2/")
    links = page.get_by_role("link", name="Report")
    links.nth(5).focus()
    # The one before it lies behind the line with the author.
    links.nth(4).evaluate("link => scrollTo(0, scrollY + link.getBoundingClientRect().top - 4)")
    page.keyboard.press("Shift+Tab")
    expect(links.nth(4)).to_be_focused()
    author = page.locator("#c2 .author").bounding_box()
    assert links.nth(4).bounding_box()["y"] >= author["y"] + author["height"]


@pytest.mark.parametrize("prefix", ["/", "/ar/"])
def test_the_places_of_a_long_discussion_fit_a_small_screen(long, visit, prefix):
    page = visit(width=SMALL, scripts=False)
    page.goto(f"{prefix}discussions/long/?from=21")
    assert width(page) <= SMALL
    links = page.locator(".pages a")
    assert links.count() == 2 * (4 + 6)
    for box in (link.bounding_box() for link in links.all()):
        assert box["height"] >= SMALLEST_TARGET
        assert 0 <= box["x"] <= SMALL - box["width"]
    here = page.locator(".places [aria-current]")
    assert set(here.all_inner_texts()) == {"#21", "#31"}


def test_texts_begin_at_the_same_edge_on_every_page(wordy, visit):
    page = visit(width=1280)
    edges = set()
    for path in ("", "rules/", "accounts/login/", "discussions/wordy/", "discussions/wordy/1/"):
        page.goto(f"/{path}")
        for selector in (".site-header .site-name", "main h1, main .author"):
            edges.add(page.locator(selector).last.bounding_box()["x"])
    assert len(edges) == 1


def test_on_paper_there_is_what_one_reads_and_nothing_else(wordy, visit):
    page = visit(color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    page.goto("/discussions/wordy/all/")
    expect(page.locator(".site-header .site-name")).to_be_visible()
    for selector in ("nav", ".site-footer", ".skip"):
        for element in page.locator(selector).all():
            expect(element).to_be_hidden()
    assert colour_of(page, "#c1 .prose") == "#000000"
    assert colour_of(page, "html", "backgroundColor") == "#ffffff"
    assert page.locator("#c1 .author").evaluate("e => getComputedStyle(e).position") == "static"


def test_a_site_with_a_logo_and_an_accent_of_its_own(wordy, visit, chrome, tmp_path, monkeypatch):
    logo = tmp_path / "logo.svg"
    logo.write_text(LOGO)
    monkeypatch.setenv("SITE_NAME", "Lakeside")
    monkeypatch.setenv("SITE_LOGO", str(logo))
    monkeypatch.setenv("ACCENT_COLOUR", "#7a1f3d")
    with served(tmp_path) as other:
        page = visit(width=SMALL, at=other.address)
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto("/discussions/wordy/", wait_until="networkidle")
        image = page.get_by_role("banner").get_by_role("img", name="Lakeside")
        assert image.evaluate("image => image.complete && image.naturalWidth > 0")
        assert width(page) <= SMALL
        assert colour_of(page, ".contents a") == "#7a1f3d"
        # Page, two stylesheets, logo, icon.
        assert len(asked) <= 5
        # Opened by itself it runs nothing either, and the browser says why.
        alone = chrome.new_context().new_page()
        said = []
        alone.on("dialog", lambda dialog: said.append(dialog.message))
        alone.on("console", lambda message: said.append(message.text))
        alone.goto(other.address + image.get_attribute("src"))
        alone.context.close()
        assert len(said) == 1
        assert said[0].startswith("Blocked script execution")
