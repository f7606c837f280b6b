"""What is pasted becomes Markdown: the clipboards of real programs, the rules one by one, and a
real paste with the keyboard."""

import gzip
import re

import pytest
from playwright.sync_api import expect

from forum import markup
from tests.browser.pasting import CLIPBOARD, MODULE, markdown_of, visible_words, with_module
from tests.factory import make_contribution, make_discussion, make_member

MOST_BYTES = 3 * 1024
# What Markdown must have made of each recording.
SAMPLES = {
    "gmail-reply": {"blockquote": 1, "a": 1},
    "google-docs-headings": {"h4": 1, "h5": 1, "h6": 2},
    "google-docs-inline": {"strong": 2, "em": 2, "a": 1},
    "google-docs-links": {"a": 4, "strong": 2, "em": 2},
    "google-docs-lists": {"ol": 9, "ul": 3, "li": 21, "strong": 5, "em": 1},
    "libreoffice-writer": {"h4": 1, "li": 8, "table": 1, "a": 2, "strong": 4, "em": 2},
    "outlook-mail": {"strong": 29},
    "outlook-mail-2010": {"strong": 11, "a": 4},
    "outlook-web-mail": {"strong": 8},
    "word-formatting": {"strong": 2, "em": 2, "a": 1},
    "word-lists": {"ul": 5, "ol": 1, "li": 14},
    "word-mac": {"ul": 2, "ol": 2, "li": 6, "strong": 1, "em": 1},
    "word-table": {"table": 1, "strong": 4, "em": 1},
}


def test_the_module_is_light():
    assert len(gzip.compress(MODULE.read_bytes(), 9)) <= MOST_BYTES


def test_the_module_asks_for_no_newer_browser_than_those_of_2020():
    assert not re.search(r"\(\?<|:has\(|\|\|=|&&=|\?\?=|\.at\(|replaceAll", MODULE.read_text())


def test_every_recording_has_its_place_here_and_its_source():
    recorded = {path.stem for path in CLIPBOARD.glob("*.html")}
    assert recorded == set(SAMPLES)
    said = (CLIPBOARD / "README.md").read_text("utf-8")
    assert {name for name in recorded if f"`{name}.html`" not in said} == set()


@pytest.mark.parametrize("name", SAMPLES)
def test_the_clipboard_of_a_program_becomes_markdown(paste_page, reader, name):
    document = (CLIPBOARD / f"{name}.html").read_text("utf-8")
    [markdown] = markdown_of(paste_page, document)
    assert markdown + "\n" == (CLIPBOARD / f"{name}.md").read_text("utf-8")
    rendered = markup.render(markdown)
    seen, rendered_words = visible_words(reader, document, rendered)
    assert rendered_words == seen
    counts = {tag: len(re.findall(rf"<{tag}[ >]", rendered)) for tag in SAMPLES[name]}
    assert counts == SAMPLES[name]


# Rules, one by one


# The HTML, and the Markdown that it must become.
RULES = {
    "headings of styles and roles": (
        "<p class=MsoTitle>Title</p><p class=MsoHeading7>Seventh</p>"
        '<p role="heading" aria-level="2">Word Online</p><h3>Three <b>bold</b> # #</h3>',
        "# Title\n\n###### Seventh\n\n## Word Online\n\n### Three bold # # #",
    ),
    "a number before a heading is a word of it": (
        "<h1 style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>1.<span>&nbsp;&nbsp; "
        "</span></span>Introduction</h1>",
        "# 1. Introduction",
    ),
    "emphasis stands outside of spaces, and equal neighbours are one": (
        "<p><b>bold </b>word <b>one</b> <b>two</b><b> three</b> <i> it</i></p>",
        "**bold** word **one two three** *it*",
    ),
    "emphasis ends with its line": ("<p><b>one<br>two</b></p>", "**one**\n**two**"),
    "emphasis that CommonMark would not read is left out": (
        "<p>a<b>(b)</b>c, a<b>b</b>c, <b>“d”</b>, <b>e</b><i>f</i></p>",
        "a(b)c, a**b**c, **“d”**, **e**f",
    ),
    "styles overrule elements": (
        '<b style="font-weight:normal">no <span style="font-weight:600">yes</span></b> '
        '<i style="font-style:normal">no</i> <b style="mso-bidi-font-weight:normal">yes</b>',
        "no **yes** no **yes**",
    ),
    "links": (
        '<p><a href="https://example.org/a b?once=1&amp;style=2">one [two]</a>, '
        '<a href="https://example.org/x_(y)">z</a>, <a href="/here">here</a>, '
        '<a href="javascript:alert(1)">now</a>, <a href="file:///c:/x">file</a></p>',
        "[one \\[two\\]](https://example.org/a%20b?once=1&style=2), "
        "[z](https://example.org/x_\\(y\\)), here, now, file",
    ),
    "a link whose text is its own address": (
        '<p><a href="https://example.org/a_b/">https://example.org/a_b</a> '
        '<a href="mailto:ana@example.org">ana@example.org</a> '
        '<b>see <a href="http://example.org">example.org</a> now</b></p>',
        "https://example.org/a_b ana@example.org **see [example.org](http://example.org) now**",
    ),
    "an exclamation mark before a link makes no picture": (
        '<p>Look!<a href="https://example.org">here</a></p>',
        "Look\\![here](https://example.org)",
    ),
    "lists": (
        "<ol start=3><li>three<ul><li>x<p>y</p></li></ul></li><li><p>four</p></li></ol><p>z</p>",
        "3. three\n   - x\n\n     y\n4. four\n\nz",
    ),
    "a list that begins with another number stands apart": (
        "<ul><li>a<ol start=4><li>b</li></ol></li></ul>",
        "- a\n\n  4. b",
    ),
    "lists of Word Online": (
        '<div><ul><li data-aria-level="1"><p>a</p></li></ul></div>'
        '<div><ol start="1"><li data-aria-level="2"><p>b</p></li></ol></div>'
        '<div><ol start="2"><li data-aria-level="2"><p>c</p></li></ol></div>',
        "- a\n  1. b\n  2. c",
    ),
    "letters and other numbers of Word are ordered lists": (
        "".join(
            f"<p style='mso-list:l0 level{level} lfo1'><span style='mso-list:\nIgnore'>{marker}"
            f"<span>&nbsp; </span></span>item</p>"
            for level, marker in [(1, "7."), (2, "a)"), (3, "iv."), (3, "o"), (1, "٨."), (1, "§")]
        ),
        "7. item\n   1. item\n      1. item\n      - item\n1. item\n- item",
    ),
    "quotes": (
        "<blockquote type=cite>a<blockquote><ul><li>b</ul></blockquote>c</blockquote>d",
        "> a\n>\n> > - b\n>\n> c\n\nd",
    ),
    "tables": (
        "<table><caption>Costs</caption><tr><th rowspan=2>a|b<td>c<br>d</td></tr><tr><td><p>e</p>"
        "<p>f</p></td></tr><tr><td colspan=2>g</td></tr><tr><td> <td>&nbsp;</tr></table>",
        "Costs\n\n| a\\|b | c d |\n| --- | --- |\n|  | e f |\n| g |  |",
    ),
    "tables that arrange a page become what they hold": (
        "<table><tr><td><h2>a</h2><table><tr><td>b</td><td><b>c</b></td></tr></table></td></tr>"
        "<tr><td><ul><li>d</ul></td></tr></table>",
        "## a\n\n| b | c |\n| --- | --- |\n\n- d",
    ),
    "lines of mails": (
        "<div>a</div><div>b<br></div><div><br></div><div>c</div><div>&nbsp;</div><p>d</p><p>e<br>f",
        "a\nb\n\nc\n\nd\n\ne\nf",
    ),
    "lines of mails in plain text": ("<pre>a\nb  c\n\n&gt; d</pre>", "a\nb c\n\n\\> d"),
    "no-break spaces": (
        "<p>&nbsp;Quoi&nbsp;? «&nbsp;oui&nbsp;» a&nbsp; b &nbsp;&nbsp; c\n  d &nbsp;<p>&nbsp;",
        "Quoi\xa0? «\xa0oui\xa0» a b c d",
    ),
    "marks of direction": ("<p>\u200fא\u200e b\u061c</p>", "\u200fא\u200e b\u061c"),
    "what is not shown": (
        "<p>a<span style='display:none'>b</span><span style='mso-hide:all'>c</span><i hidden>d</i>"
        "<del cite='mailto:x' datetime='2026-01-01'>e</del><style>f</style><script>g</script>"
        "<xml>h</xml><!-- i --><o:p>&nbsp;</o:p><img alt=j><a name=k></a><hr>l<ins>m</ins></p>"
        "<div style='mso-element:comment-list'>n</div>",
        "a\n\nlm",
    ),
    "characters that are no marks there": (
        "<p>5 * 3, snake_case, [x] (y), a < b, C# is #1, a - b, 1.5, x | y, ~600, R&amp;D, !</p>",
        "5 * 3, snake_case, [x] (y), a < b, C# is #1, a - b, 1.5, x | y, ~600, R&D, !",
    ),
    "characters that would be marks there": (
        "<p>*a* _b_ `c` [d](e) &lt;https://f.org> &amp;amp; ~~g~~ \\*<br># h<br>> i<br>- j<br>+ k"
        "<br>1. l<br>2) m<br>---<br>| n | o |<br>|---|---|</p>",
        "\\*a\\* \\_b\\_ \\`c\\` [d\\](e) \\<https://f.org> \\&amp; \\~~g\\~~ \\\\\\*\n\\# h\n"
        "\\> i\n\\- j\n\\+ k\n1\\. l\n2\\) m\n\\---\n| n | o |\n\\|---|---|",
    ),
    "addresses in the text": (
        "<p>https://example.org/_a_/b__c?x=1&amp;y_=2, (http://example.org).</p>",
        "https://example.org/_a_/b__c?x=1&y_=2, (http://example.org).",
    ),
    "words that look like code": (
        "<p>style = x, onclick=1, my-style=2 &lt;style></p>",
        "style = x, onclick=1, my-style=2 <style>",
    ),
    "nothing": ("<img src='x.png'><p>&nbsp;</p><ul><li></li></ul><h1></h1>", ""),
}


@pytest.mark.parametrize("rule", RULES)
def test_rules(paste_page, rule):
    document, expected = RULES[rule]
    assert markdown_of(paste_page, document) == [expected]


# The paste itself


@pytest.fixture
def desk(visit):
    """Somebody's page of the site, with an empty field into which they paste."""
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/about/")
    with_module(page)
    page.evaluate(
        """() => {
            const field = document.createElement("textarea");
            document.body.replaceChildren(field);
            paste.pasteInto(field);
            field.focus();
        }"""
    )
    return page


def put_on_clipboard(page, document, plain):
    page.evaluate(
        """async ([html, plain]) => {
            const as = (type, text) => new Blob([text], { type });
            const types = { "text/plain": as("text/plain", plain) };
            if (html) types["text/html"] = as("text/html", html);
            await navigator.clipboard.write([new ClipboardItem(types)]);
        }""",
        [document, plain],
    )


WRITTEN = """## What we learnt

A **community network** needs *two* things, see [the report](https://example.org/report?year=2025):

1. a hill
   - with a road
   - with a guard
2. its owner

> Nobody asked us before.

| Site | Cost |
| --- | --- |
| Kanyaruanda | 600 \\| 700 |

الصيانة **الدورية** هي التي أبقت الشبكة عاملة."""


def test_what_is_copied_from_a_page_of_the_site_is_pasted_as_it_was_written(desk):
    discussion = make_discussion("villages")
    # Links of somebody who is new would wait for a moderator.
    make_contribution(discussion, make_member(discussion, "facilitator"), WRITTEN)
    other = desk.context.new_page()
    other.goto("/discussions/villages/")
    other.evaluate("getSelection().selectAllChildren(document.querySelector('#c1 .prose'))")
    other.keyboard.press("Control+c")
    desk.bring_to_front()
    desk.keyboard.press("Control+v")
    field = desk.locator("textarea")
    # The page puts headings below its own.
    expect(field).to_have_value(WRITTEN.replace("## ", "#### "))
    desk.keyboard.press("Control+z")
    expect(field).to_have_value("")
    desk.keyboard.press("Control+Shift+z")
    expect(field).to_have_value(WRITTEN.replace("## ", "#### "))


def test_it_replaces_what_is_selected_and_undo_brings_that_back(desk):
    put_on_clipboard(desk, "<p>very <b>dry</b></p>", "very dry")
    field = desk.locator("textarea")
    desk.keyboard.type("a wet")
    desk.keyboard.press("Control+Shift+ArrowLeft")
    desk.keyboard.press("Control+v")
    expect(field).to_have_value("a very **dry**")
    desk.keyboard.press("Control+z")
    expect(field).to_have_value("a wet")


def test_undo_takes_back_the_paste_and_not_what_was_typed_before_and_after(desk):
    put_on_clipboard(desk, "<p>very <b>dry</b></p>", "very dry")
    field = desk.locator("textarea")
    desk.keyboard.type("a ")
    desk.keyboard.press("Control+v")
    desk.keyboard.type(" hill")
    for value in ["a very **dry** hill", "a very **dry**", "a ", ""]:
        expect(field).to_have_value(value)
        desk.keyboard.press("Control+z")


def test_a_heading_begins_a_line(desk):
    put_on_clipboard(desk, "<h2>Costs</h2><p>600</p>", "Costs 600")
    desk.keyboard.type("before")
    desk.keyboard.press("Control+v")
    expect(desk.locator("textarea")).to_have_value("before\n\n## Costs\n\n600")


def test_plain_pasting_stays_plain(desk):
    put_on_clipboard(desk, "<h2>Some <b>bold</b> words</h2>", "Some bold words")
    desk.keyboard.press("Control+Shift+v")
    expect(desk.locator("textarea")).to_have_value("Some bold words")


@pytest.mark.parametrize(
    "document",
    [
        "",
        "<p>as *it* is</p>",
        "<p>1. as</p><div>- it</div><span># is</span>",
        "<img src='x.png' alt='as it is'>",
    ],
)
def test_what_has_no_marks_is_left_to_the_browser(desk, document):
    put_on_clipboard(desk, document, "as *it*\nis")
    desk.keyboard.press("Control+v")
    expect(desk.locator("textarea")).to_have_value("as *it*\nis")


def test_without_a_plain_text_the_words_are_pasted_all_the_same(desk):
    assert pasted(desk, {"text/html": "<p>as *it* is</p>"}) == ["as \\*it\\* is", True, 1]
    assert pasted(desk, {"text/html": "<img src=x>"}) == ["as \\*it\\* is", False, 0]


def test_where_the_browser_cannot_insert_it_the_field_is_changed_and_says_so(desk):
    """A field that is not being written in stands for a browser without "insertText"."""
    field = desk.locator("textarea")
    field.fill("one two three")
    field.evaluate("field => { field.setSelectionRange(4, 7); field.blur(); }")
    clipboard = {"text/html": "<b>2</b>", "text/plain": "2"}
    assert pasted(desk, clipboard) == ["one **2** three", True, 1]
    assert field.evaluate("field => field.selectionStart") == len("one **2**")


def pasted(page, data):
    """Paste from a script: the value afterwards, whether the browser was told to do nothing, and
    how many times the field said that it changed."""
    return page.locator("textarea").evaluate(
        """(field, data) => {
            let said = 0;
            field.addEventListener("input", () => said++, { once: true });
            const clipboardData = new DataTransfer();
            for (const [type, text] of Object.entries(data)) clipboardData.setData(type, text);
            const options = { clipboardData, bubbles: true, cancelable: true };
            const event = new ClipboardEvent("paste", options);
            field.dispatchEvent(event);
            return [field.value, event.defaultPrevented, said];
        }""",
        data,
    )
