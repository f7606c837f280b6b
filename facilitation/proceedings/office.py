"""Proceedings as DOCX, ODT and EPUB, written by pandoc.

It gets the tree as data of its own (the JSON of its abstract syntax) and runs in its sandbox: it
reads nothing but what it is handed. What it leaves out of languages and directions is put into its
files afterwards (opendocument.py, wordprocessing.py).
"""

import base64
import json
import subprocess
from pathlib import Path

from django.utils.translation import gettext as _

from ..making import CannotMakeError
from . import opendocument, wordprocessing
from .drawings import WIDTH, in_dots
from .packages import dated, rewrite
from .tree import node, words

API = [1, 23, 1]
EPUB_STYLE = Path(__file__).with_name("book.css")
# Longer than the longest discussion takes.
SECONDS = 600
NOTHING = ["", [], []]
# Styles of paragraphs that our own files give a look.
STYLES = {
    "byline": "Byline",
    "meta": "Details",
    "notice": "Notice",
    "question": "Guiding Question",
    "caption": "Caption",
    "host": "Hosts",
}


def docx(document, path):
    made(document, path, "docx", contents=True)
    wordprocessing.complete(path, document)


def odt(document, path):
    made(document, path, "odt", contents=True)
    opendocument.complete(path, document)


def epub(document, path):
    depth = str(document.contents_depth)
    made(document, path, "epub", "--toc", "--toc-depth", depth, "--split-level", "1")
    style = EPUB_STYLE.read_text("utf-8")
    rewrite(
        path,
        {
            "EPUB/styles/stylesheet1.css": lambda _theirs: style,
            "EPUB/content.opf": lambda text: dated(text, document.made_at),
        },
    )


def made(document, path, format_, *options, contents=False):
    """contents: they are to stand in the text; a reader of books makes them itself"""
    # Megabytes that web processes do without.
    import pypandoc

    command = [pypandoc.get_pandoc_path(), "--sandbox", "--from", "json", "--to", format_]
    command += ["--output", str(path), *options]
    done = subprocess.run(  # noqa: S603 - pandoc itself, in its sandbox
        command,
        input=json.dumps(as_pandoc(document, contents=contents), ensure_ascii=False).encode(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise CannotMakeError(_("pandoc failed: %(why)s") % {"why": done.stderr.decode()[-500:]})


# --- a tree as pandoc has it ---


def as_pandoc(document, *, contents=False):
    meta = {
        "title": inlines_of(document.title),
        "subtitle": inlines_of(document.subtitle),
        "author": {"t": "MetaList", "c": [inlines_of(host) for host in document.hosts]},
        "date": inlines_of(document.facts[0]),
        "lang": string(document.language),
        "dir": string(document.direction),
    }
    blocks = [styled("Details", [para([text])]) for text in (*document.facts[1:], document.made)]
    if contents:
        blocks += contents_of(document)
    blocks += [block for one in document.body for block in as_blocks(one)]
    return {"pandoc-api-version": API, "meta": meta, "blocks": blocks}


def contents_of(document):
    """A line with a link for each heading, in styles by their level. Word would make them anew with
    the numbers of pages, but only for whoever asks it to."""
    yield styled("Contents Heading", [para([document.words["contents"]])])
    for one in document.contents:
        link = node("link", words(one), to=one.more["id"])
        yield styled(f"Contents Level {one.more['level']}", [para([link])])


def string(text):
    return {"t": "MetaString", "c": text}


def inlines_of(text):
    return {"t": "MetaInlines", "c": [as_inline(text)]}


def para(children):
    return {"t": "Para", "c": [as_inline(child) for child in children]}


def styled(style, blocks):
    return {"t": "Div", "c": [["", [], [["custom-style", style]]], blocks]}


def as_blocks(one):
    """A node as a list of pandoc's blocks."""
    kind, more = one.kind, one.more
    if kind == "para":
        shape = "Plain" if more.get("tight") else "Para"
        block = {"t": shape, "c": [as_inline(child) for child in one.children]}
        style = STYLES.get(more.get("role"))
        return [styled(style, [block])] if style else [block]
    if kind == "code":
        return [{"t": "CodeBlock", "c": [NOTHING, "".join(one.children)]}]
    return [BLOCKS[kind](one)]


def inside(one):
    return [block for child in one.children for block in as_blocks(child)]


def heading(one):
    attributes = [one.more.get("id", ""), [], []]
    return {
        "t": "Header",
        "c": [one.more["level"], attributes, [as_inline(child) for child in one.children]],
    }


def passage(one):
    attributes = [["lang", one.more["lang"]], ["dir", one.more["dir"]]]
    return {"t": "Div", "c": [["", [], attributes], inside(one)]}


def list_(one):
    items = [inside(item) for item in one.children]
    if "start" not in one.more:
        return {"t": "BulletList", "c": items}
    numbering = [one.more["start"], {"t": "Decimal"}, {"t": "Period"}]
    return {"t": "OrderedList", "c": [numbering, items]}


def table(one):
    width = max(len(row.children) for row in one.children)
    columns = [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]] * width
    head, *rest = [[NOTHING, cells(row, width)] for row in one.children]
    bodies = [[NOTHING, 0, [], rest]]
    return {
        "t": "Table",
        "c": [NOTHING, [None, []], columns, [NOTHING, [head]], bodies, [NOTHING, []]],
    }


def cells(row, width):
    filled = [[as_inline(child) for child in cell.children] for cell in row.children]
    filled += [[]] * (width - len(filled))
    return [
        [NOTHING, {"t": "AlignDefault"}, 1, 1, [{"t": "Plain", "c": inlines}]] for inlines in filled
    ]


def picture(one):
    """As dots: not every program that reads these files draws SVG."""
    address = f"data:image/png;base64,{base64.b64encode(in_dots(one.more['svg'])).decode()}"
    image = [["", [], [["width", WIDTH]]], [as_inline(one.more["alt"])], [address, ""]]
    return {"t": "Para", "c": [{"t": "Image", "c": image}]}


BLOCKS = {
    "heading": heading,
    "passage": passage,
    "list": list_,
    "table": table,
    "picture": picture,
    "quote": lambda one: {"t": "BlockQuote", "c": inside(one)},
    "rule": lambda one: {"t": "HorizontalRule"},
}
WRAPPED = {"em": "Emph", "strong": "Strong", "strike": "Strikeout"}


def as_inline(one):
    if isinstance(one, str):
        return {"t": "Str", "c": one}
    children = [as_inline(child) for child in one.children]
    if one.kind in WRAPPED:
        return {"t": WRAPPED[one.kind], "c": children}
    if one.kind == "link":
        address = f"#{one.more['to']}" if "to" in one.more else one.more["href"]
        return {"t": "Link", "c": [NOTHING, children, [address, ""]]}
    if one.kind == "mono":
        return {"t": "Code", "c": [NOTHING, "".join(one.children)]}
    if one.kind == "break":
        return {"t": "LineBreak"}
    direction = [["dir", one.more["dir"]]] if one.kind == "isolate" else []
    return {"t": "Span", "c": [["", [one.kind], direction], children]}
