"""One accent, and all that is made of it, can be read."""

import re

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import strategies as st

from config import colours

anything = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
TOKEN = re.compile(r"--(paper|paper-raised): (#[0-9a-f]+);")


def test_known_contrasts():
    assert round(colours.contrast("#ffffff", "#000000"), 2) == 21
    assert round(colours.contrast("#777777", "#ffffff"), 2) == 4.48
    assert colours.contrast("#0b5a63", "#0b5a63") == 1


@given(anything)
def test_there_and_back_is_the_same_colour(colour):
    assert colours.from_oklch(*colours.to_oklch(colour)) == colour


@given(anything)
@example("#ffff00")
@example("#ffffff")
@example("#000000")
@example("#0000ff")
def test_words_in_whatever_is_made_of_an_accent_can_be_read(colour):
    accent = colours.nearest_readable(colour)
    made = colours.palette(accent)
    grounds = {
        "light": [colours.PAPER["light"], colours.RAISED["light"], made["accent-light-faint"]],
        "dark": [colours.PAPER["dark"], colours.RAISED["dark"], made["accent-dark-faint"]],
    }
    for scheme, papers in grounds.items():
        for ink in (made[f"accent-{scheme}"], made[f"accent-{scheme}-strong"]):
            worst = min(colours.contrast(ink, paper) for paper in papers)
            assert worst >= colours.READABLE, (scheme, ink, papers)
            # … and the words of a button.
            on_it = colours.contrast(made[f"accent-{scheme}-ink"], ink)
            assert on_it >= colours.READABLE, (scheme, ink)


@given(anything)
def test_an_accent_that_can_be_read_stays_as_it_is(colour):
    if colours.on_light(colour) >= colours.READABLE:
        assert colours.nearest_readable(colour) == colour
    assert colours.on_light(colours.nearest_readable(colour)) >= colours.READABLE


@pytest.mark.parametrize(
    ("text", "colour"),
    [("#ABC", "#aabbcc"), ("#0b5a63", "#0b5a63"), ("0b5a63", None), ("#0b5a6", None), ("", None)],
)
def test_how_a_colour_is_written(text, colour):
    assert colours.normal(text) == colour


def test_the_stylesheet_has_the_papers_on_which_contrast_is_measured():
    sheet = (settings.BASE_DIR / "static/css/base.css").read_text()
    light, dark = sheet.split("@media (prefers-color-scheme: dark)", 1)
    for scheme, rules in (("light", light), ("dark", dark)):
        papers = dict(TOKEN.findall(rules))
        assert colours.normal(papers["paper"]) == colours.PAPER[scheme]
        assert colours.normal(papers["paper-raised"]) == colours.RAISED[scheme]
