"""python -m screenshots: the pictures in docs/, taken of the demo.

The real server, on a database made for it and removed afterwards; a picture of the same name is
overwritten. The example's dates move with the day, and so do those in the pictures.
"""

import io
import os
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent.parent / "docs"
MOST_BYTES = 60_000
# Words in few inks need a palette, not three bytes a dot.
COLOURS = 64

DISCUSSION = "/discussions/rural-connectivity/"
LONG, SIZE = "/discussions/long/", 600
PARTICIPANT = "participant@example.org"
PAPER = {"media": "print"}
DESK, PHONE, SHEET = (1120, 760), (360, 760), (794, 900)


@dataclass(frozen=True)
class Picture:
    name: str
    path: str
    # Width and height of the window.
    size: tuple = DESK
    # At its upper edge stands this element.
    top: str = ""
    # Who looks at it: an address of the demo's accounts, or a visitor.
    reader: str = ""
    media: dict = field(default_factory=dict)


PICTURES = (
    Picture("home", "/"),
    Picture("discussion", DISCUSSION),
    Picture("thread", DISCUSSION, top="#c8"),
    Picture("place", f"{LONG}?from=201", (1120, 440), top="#contributions", reader=PARTICIPANT),
    Picture("phone", DISCUSSION, PHONE, top="#c16"),
    Picture("form", f"{DISCUSSION}contribute/", reader=PARTICIPANT),
    Picture("dark", f"{DISCUSSION}3/", media={"color_scheme": "dark"}),
    Picture("arabic", f"/ar{DISCUSSION}7/", PHONE),
    Picture("print", f"{DISCUSSION}all/", SHEET, media=PAPER),
)


def main():
    # The demo's accounts and examples are made here; no server of somebody's is in the way.
    os.environ["DEMO"] = "true"
    os.environ["LANGUAGE_CODE"] = "en"
    from tests.site import free_port, served

    os.environ["PORT"] = str(free_port())
    from bench.site import database

    with database() as folder:
        load()
        # Before Playwright starts, in whose presence Django refuses to read.
        cookies = {PARTICIPANT: session(PARTICIPANT)}
        with served(folder) as site, sync_playwright() as playwright:
            take(playwright, site.address, cookies)


def load():
    from django.core.management import call_command

    from bench.document import document
    from forum import archive

    with open(os.devnull, "w") as nowhere:
        call_command("demo", stdout=nowhere)
    long = document("long", SIZE)
    # It is not on the home page of visitors.
    long["discussion"]["visibility"] = "accounts"
    archive.load(archive.read(long))


def take(playwright, address, cookies):
    from tests.browser import chromium

    if reason := chromium.missing():
        raise SystemExit(f"No pictures: {reason}")
    browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
    for picture in PICTURES:
        width, height = picture.size
        # Without scripts nothing moves any more when the page is there.
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            java_script_enabled=False,
            reduced_motion="reduce",
        )
        if picture.reader:
            context.add_cookies([{**cookies[picture.reader], "url": address}])
        page = context.new_page()
        page.emulate_media(**picture.media)
        page.goto(picture.path)
        if picture.top:
            page.locator(picture.top).evaluate(
                "element => scrollTo(0, scrollY + element.getBoundingClientRect().top)"
            )
        if picture.media == PAPER:
            # Paper has margins; a window does not know them.
            page.evaluate("document.body.style.margin = '2cm 2.75cm'")
        small = with_palette(page.screenshot())
        context.close()
        if len(small) > MOST_BYTES:
            raise SystemExit(f"{picture.name}: {len(small)} bytes, more than {MOST_BYTES}")
        path = FOLDER / f"{picture.name}.png"
        path.write_bytes(small)
        print(f"{path.relative_to(FOLDER.parent)}: {len(small) / 1000:.0f} KB")


def with_palette(screenshot):
    """The same picture, small; rare colours, as that of what is open, stay what they are."""
    picture, small = Image.open(io.BytesIO(screenshot)).convert("RGB"), io.BytesIO()
    few = picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(small, "PNG", optimize=True)
    return small.getvalue()


def session(email):
    """What a browser has in which this account is signed in."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=email))
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}


if __name__ == "__main__":
    main()
