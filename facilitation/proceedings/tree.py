"""What a document is made of, the same for every format: a small tree of blocks and inlines.

Stored HTML becomes such a tree, so no format is handed anything but plain strings. Kinds of blocks:
heading, para, quote, list, item, code, table, row, cell, rule, passage, picture; of inlines: em,
strong, strike, mono, link, break, isolate, and strings.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from forum import markup

# What the renderer makes (markup.TAGS) -> what it is here. Anything else holds only what is in it.
BLOCKS = {
    "p": "para",
    "blockquote": "quote",
    "pre": "code",
    "ul": "list",
    "ol": "list",
    "li": "item",
    "table": "table",
    "tr": "row",
    "th": "cell",
    "td": "cell",
    "hr": "rule",
} | {f"h{level}": "heading" for level in range(1, 7)}
INLINES = {
    "em": "em",
    "strong": "strong",
    "s": "strike",
    "code": "mono",
    "a": "link",
    "br": "break",
}
EMPTY = {"hr", "br"}
# Their own children are blocks; loose words in them become paragraphs.
HOLDS_BLOCKS = {"root", "quote", "item", "passage"}
HOLDS_NO_WORDS = {"table", "list", "row"}
LOWEST_HEADING = 6


@dataclass(slots=True)
class Node:
    kind: str
    # Nodes and strings.
    children: list = field(default_factory=list)
    # What else there is to say: level, id, href, lang, dir, role…
    more: dict = field(default_factory=dict)


def node(kind, *children, **more):
    """Children that are no nodes are their words: translations may be lazy."""
    return Node(kind, [one if isinstance(one, Node) else str(one) for one in children], more)


def para(*children, **more):
    return node("para", *children, **more)


def heading(level, *children, **more):
    return node("heading", *children, level=level, **more)


def passage(blocks, language, direction, **more):
    """Blocks in one language."""
    return Node("passage", blocks, {"lang": language, "dir": direction, **more})


def words(found):
    """The text of a tree."""
    if isinstance(found, str):
        return found
    if found.kind == "break":
        return " "
    return "".join(map(words, found.children))


def everything_in(nodes):
    """Every node below these, and these, strings too."""
    for one in nodes:
        yield one
        if isinstance(one, Node):
            yield from everything_in(one.children)


def parsed(html, *, top_level):
    """Stored HTML as blocks, whose first heading has the top level and none skips one."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    blocks = tidied(reader.root).children
    shift(blocks, top_level)
    return blocks


def rendered(source, *, top_level):
    """The same from Markdown."""
    return parsed(markup.render(source), top_level=top_level)


class Reader(HTMLParser):
    """Makes the tree of what markup.render() has made: well-formed HTML of few elements."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        kind = BLOCKS.get(tag) or INLINES.get(tag)
        if kind is None or (kind == "mono" and self.open[-1].kind == "code"):
            return
        new = Node(kind)
        attributes = dict(attrs)
        if tag == "a":
            new.more["href"] = attributes.get("href", "")
        elif tag == "ol":
            new.more["start"] = int(attributes.get("start", 1))
        elif tag == "th":
            new.more["head"] = True
        elif kind == "heading":
            new.more["level"] = int(tag[1])
        self.open[-1].children.append(new)
        if tag not in EMPTY:
            self.open.append(new)

    def handle_endtag(self, tag):
        kind = BLOCKS.get(tag) or INLINES.get(tag)
        if tag not in EMPTY and kind == self.open[-1].kind:
            self.open.pop()

    def handle_data(self, data):
        here = self.open[-1]
        if here.kind in HOLDS_NO_WORDS:
            return
        if here.kind != "code":
            after_break = (
                here.children
                and isinstance(here.children[-1], Node)
                and here.children[-1].kind == "break"
            )
            data = data.replace("\n", " ")
            data = data.lstrip() if after_break else data
        if data:
            here.children.append(data)


def tidied(holder):
    """Loose words between blocks become paragraphs, or nothing if they are only spaces."""
    for child in holder.children:
        if isinstance(child, Node):
            tidied(child)
    if holder.kind in HOLDS_BLOCKS:
        holder.children = list(in_paragraphs(holder.children))
    elif holder.kind == "code":
        holder.children = ["".join(map(words, holder.children)).rstrip("\n")]
    return holder


def in_paragraphs(children):
    loose = []
    for child in [*children, None]:
        if child is not None and (isinstance(child, str) or child.kind in INLINES.values()):
            loose.append(child)
            continue
        if any(words(one).strip() for one in loose):
            yield para(*loose, tight=True)
        loose = []
        if child is not None:
            yield child


def shift(blocks, top_level):
    """Headings begin at the top level and go down one at a time; what would be too deep stays."""
    above = []
    for one in everything_in(blocks):
        if isinstance(one, Node) and one.kind == "heading":
            own = one.more["level"]
            while above and above[-1] >= own:
                above.pop()
            above.append(own)
            one.more["level"] = min(top_level + len(above) - 1, LOWEST_HEADING)
