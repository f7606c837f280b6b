"""Markdown in, safe HTML out: the only place that may call mark_safe.

A contribution is rendered once, when it is written. A text that passes one of the limits below, or
on which the parser fails, is neither refused nor cut: it is shown as it was written.
"""

import html
import logging
import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_block import blockquote, table
from markdown_it.rules_inline import autolink
from markdown_it.token import Token

# About 5,000 words.
MAX_SOURCE = 30_000
# Elements inside one another: a quote counts one, a list two (the list and its item).
MAX_NESTING = 20
# A short row of a table is filled up to the width of its head: 2 KB can ask for 60,000 cells.
MAX_TABLE_CELLS = 5_000
# Each "[" makes the parser look ahead for its end, which is quadratic in the worst case. A list of
# links as long as MAX_SOURCE has some hundreds.
MAX_BRACKETS = 1_000
# Each quote looks at every line up to the next empty one, also where it ends sooner: quadratic too.
# 20 quotes inside one another, of 500 lines each, come to this number.
MAX_QUOTED_LINES = 10_000
# Honest texts grow by half. Beyond the allowance, which short ones need, only floods grow so much.
MAX_GROWTH = 8
GROWTH_ALLOWANCE = 4_096

# fmt: off
TAGS = {
    "p", "br", "hr", "blockquote", "pre", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6",
    "table", "thead", "tbody", "tr", "th", "td", "em", "strong", "s", "code", "a",
}
# fmt: on
# No titles of links: what a moderator reads is all there is.
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "*": set()}
SCHEMES = {"http", "https", "mailto"}

logger = logging.getLogger(__name__)


class LimitError(ValueError):
    """The text passes a limit."""


def render(source: str, *, top_level: int = 4) -> str:
    """Safe HTML, to be stored beside its source. Its first heading gets the top level."""
    source = tidy(source)
    limit = MAX_GROWTH * len(source) + GROWTH_ALLOWANCE
    try:
        tokens = parse(source)
        shift_headings(tokens, top_level)
        # The length is looked at twice: the gate is slow on megabytes, and adds "rel" to links.
        rendered = within(limit, PARSER.renderer.render(tokens, PARSER.options, {}))
        # Tidied again: "&#13;" is a control character only now.
        return within(limit, GATE.clean(tidy(rendered)))
    except LimitError:
        return as_written(source)
    except Exception:
        logger.exception("Markdown could not be rendered, it is shown as it was written")
        return as_written(source)


def trusted(rendered: str) -> SafeString:
    """What render() made and the database kept, for a template to print as it is."""
    return mark_safe(rendered)  # noqa: S308 (the one place that may)


def fill(pattern: str, *values, **named) -> SafeString:
    """HTML with values in its {} and {names}, escaped unless they are HTML already: what Django's
    format_html() does, in a third of the time, for pages that do it thousands of times."""
    return SafeString(
        pattern.format(
            *map(escaped, values), **{name: escaped(value) for name, value in named.items()}
        )
    )


def escaped(value) -> str:
    return value if isinstance(value, SafeString) else html.escape(str(value))


def joined(parts, between="") -> SafeString:
    """Pieces in a row, without empty ones; escaped in the same way."""
    return SafeString(escaped(between).join(escaped(part) for part in parts if part))


def plain(source: str) -> str:
    """The words without the marks, on one line: for previews and titles."""
    source = tidy(source)
    try:
        words = " ".join(texts(parse(source)))
    except LimitError:
        words = source
    except Exception:
        logger.exception("Markdown could not be read, its marks are left in")
        words = source
    return " ".join(tidy(words).split())


def quotations(source: str) -> list[tuple[int, int]]:
    """Where a tidy text quotes: the first line and the one behind the last, of each quotation."""
    try:
        tokens = parse(source)
    except Exception:
        # It is shown as it was written: what begins with the mark is read as a quotation.
        lines = enumerate(source.split("\n"))
        return [(n, n + 1) for n, line in lines if line.lstrip().startswith(">")]
    quotes = [token.map for token in tokens if token.type == "blockquote_open"]
    found = []
    for start, end in quotes:
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return found


# Written without spaces: each sign counts as a word.
WORD_SIGN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def words(source: str) -> int:
    """How many words it has; the same count as in static/js/count.js."""
    parts = WORD_SIGN.sub(r" \g<0> ", source).split()
    return sum(any(sign.isalnum() for sign in part) for part in parts)


# What word processors and page scanners put at the end of a line. Beginning with a set of signs it
# is found in a third of the time.
LINE_BREAKS = re.compile("[\r\v\f\x85\u2028\u2029](?:(?<=\r)\n)?")
# Control characters and halves of surrogate pairs: databases, XML and the gate refuse them. Marks
# of direction stay, since Arabic and Hebrew need them; the style sheet isolates them instead.
UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def tidy(text):
    return UNPRINTABLE.sub("", LINE_BREAKS.sub("\n", text))


def as_written(source):
    paragraphs = re.split(r"\n(?:[ \t]*\n)+", html.escape(source.strip(), quote=False))
    return "\n".join("<p>" + text.replace("\n", "<br>\n") + "</p>" for text in paragraphs if text)


def within(limit, rendered):
    if len(rendered) > limit:
        raise LimitError
    return rendered


def parse(source):
    if len(source) > MAX_SOURCE or source.count("[") > MAX_BRACKETS:
        raise LimitError
    tokens = PARSER.parse(source, {})
    for token in tokens:
        inside = max((child.level for child in token.children or ()), default=0)
        if token.level + inside >= MAX_NESTING:
            raise LimitError
    return tokens


def shift_headings(tokens, top_level):
    """Put the headings below those of the page, each at most one level below the one before it:
    people choose marks by size, and screen readers walk the outline."""
    above = []
    for token in tokens:
        if token.type == "heading_open":
            while above and above[-1] >= token.tag:
                above.pop()
            above.append(token.tag)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(top_level + len(above) - 1, 6)}"


def texts(tokens):
    """The text of each block."""
    for token in tokens:
        yield token.content if token.children is None else text_of(token.children)


def text_of(tokens):
    return "".join(" " if token.type.endswith("break") else token.content for token in tokens)


# Rules of our own for the parser


def is_allowed_address(url):
    """Complete addresses alone; any other link is shown as it was written, so nothing is lost."""
    return re.match(r"https?://|mailto:", url, re.IGNORECASE) is not None


def bounded_table(state, start, end, silent):
    """The library's rule, refused before it makes too many cells."""
    if not table(state, start, end, True):
        return False
    if silent:
        return True
    columns = 1 + state.src.count("|", state.bMarks[start], state.eMarks[start])
    spend(state, "cells", columns * lines_of_block(state, start, end), MAX_TABLE_CELLS)
    return table(state, start, end, False)


def bounded_quote(state, start, end, silent):
    """The library's rule, refused before it looks at too many lines."""
    if not blockquote(state, start, end, True):
        return False
    if not silent:
        spend(state, "quoted", lines_of_block(state, start, end), MAX_QUOTED_LINES)
    return blockquote(state, start, end, silent)


def lines_of_block(state, start, end):
    """The lines up to the next empty one."""
    return next((line for line in range(start, end) if state.isEmpty(line)), end) - start


def spend(state, purse, amount, limit):
    state.env[purse] = state.env.get(purse, 0) + amount
    if state.env[purse] > limit:
        raise LimitError


def bracketed_address(state, silent):
    """<https://…> is a link. <ana@example.org> is not: it stands in the heads of pasted mails."""
    return state.src.startswith(("<http://", "<https://"), state.pos) and autolink(state, silent)


# The scheme is looked for in the six characters before "://".
SCHEME = re.compile(r"(?:^|[^a-z0-9_.+-])(https?)$", re.IGNORECASE)
# The characters of addresses and letters of any script; round brackets in pairs, so that an address
# in brackets ends before theirs; no punctuation at the end.
ADDRESS = re.compile(r"://\w(?:[\w/#?&=%+@~$!:;,.'-]|\([\w/#?&=%+@~$!:;,.'-]*\))*(?<![?!:;,.'~_])")


def bare_address(state, silent):
    """A bare http or https address becomes a link.

    The library's own rule searches all the text before and behind at every "://", which is
    quadratic, and its companion guesses at "example.org", which we do not want.
    """
    if silent or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = SCHEME.search(state.pending[-6:])
    rest = scheme and ADDRESS.match(state.src, state.pos, state.posMax)
    if not rest:
        return False
    address = scheme[1] + rest[0]
    state.pending = state.pending[: -len(scheme[1])]
    state.push("link_open", "a", 1).attrs = {"href": state.md.normalizeLink(address)}
    state.push("text", "", 0).content = address
    state.push("link_close", "a", -1)
    state.pos = rest.end()
    return True


def images_to_links(state):
    """No picture from elsewhere is loaded: that would tell its server who reads what, and when."""
    for block in state.tokens:
        if any(token.type == "image" for token in block.children or ()):
            block.children = list(without_images(block.children))


def without_images(tokens):
    in_link = False
    for token in tokens:
        if token.type == "image":
            yield from image_as_link(token, linked=not in_link)
        else:
            in_link = token.type == "link_open" or (in_link and token.type != "link_close")
            yield token


def image_as_link(image, *, linked):
    address = image.attrs["src"]
    text = Token("text", "", 0, content=text_of(image.children or ()) or address)
    if not linked or not address:
        return [text]
    return [Token("link_open", "a", 1, attrs={"href": address}), text, Token("link_close", "a", -1)]


def make_parser():
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "xhtmlOut": False})
    parser.disable(["html_block", "html_inline"])
    # People paste mails and plain text: four spaces do not make code, a line of dashes makes no
    # heading of the line above, and "[1]: https://…" at the end stays where it can be read.
    parser.disable(["code", "lheading", "reference"])
    parser.enable(["table", "strikethrough"])
    # What lies deeper than its own limit the parser leaves out without a word; with one level more
    # than ours, parse() notices.
    parser.options["maxNesting"] = MAX_NESTING + 1
    parser.validateLink = is_allowed_address
    parser.block.ruler.at("table", bounded_table, {"alt": ["paragraph"]})
    parser.block.ruler.at("blockquote", bounded_quote, {"alt": ["paragraph", "blockquote", "list"]})
    parser.inline.ruler.at("autolink", bracketed_address)
    parser.inline.ruler.before("escape", "bare_address", bare_address)
    parser.core.ruler.push("images_to_links", images_to_links)
    return parser


PARSER = make_parser()
# Whatever the parser makes, nothing else leaves this file.
GATE = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    url_schemes=SCHEMES,
    url_relative="deny",
    link_rel="nofollow ugc noopener",
)
