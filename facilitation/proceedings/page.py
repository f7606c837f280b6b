"""Proceedings as one HTML page that needs nothing else."""

import base64
from html import escape
from pathlib import Path

from .tree import words

STYLE = Path(__file__).with_name("page.css")
TAGS = {
    "para": "p",
    "quote": "blockquote",
    "item": "li",
    "row": "tr",
    "em": "em",
    "strong": "strong",
    "strike": "s",
    "mono": "code",
}


def write(document, path):
    """The document as a file."""
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces(document))


def pieces(document):
    yield f"""<!DOCTYPE html>
<html lang="{escape(document.language)}" dir="{document.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{escape(document.title)}</title>
<style>
{STYLE.read_text("utf-8")}</style>
</head>
<body>
<header>
"""
    yield from (f'<p class="host">{escape(host)}</p>\n' for host in document.hosts)
    yield f'<p class="subtitle">{escape(document.subtitle)}</p>\n'
    title = escape(document.title)
    language, direction = escape(document.title_language), document.title_direction
    yield f'<h1 lang="{language}" dir="{direction}">{title}</h1>\n'
    yield from (f"<p>{escape(fact)}</p>\n" for fact in document.facts)
    yield f'<p class="meta">{escape(document.made)}</p>\n</header>\n'
    yield from contents(document)
    yield "<main>\n"
    yield from map(drawn, document.body)
    yield "</main>\n</body>\n</html>\n"


def contents(document):
    """Links to the headings."""
    yield f"<nav>\n<h2>{escape(document.words['contents'])}</h2>\n<ul>\n"
    for one in document.contents:
        link = f'<a href="#{one.more["id"]}">{escape(words(one))}</a>'
        yield f'<li class="l{one.more["level"]}">{link}</li>\n'
    yield "</ul>\n</nav>\n"


def drawn(one):
    """A node as HTML."""
    if isinstance(one, str):
        return escape(one)
    return DRAWN.get(one.kind, drawn_simply)(one, "".join(map(drawn, one.children)))


def drawn_simply(one, inside):
    tag = TAGS[one.kind]
    if one.kind == "para" and one.more.get("tight"):
        return inside
    end = "\n" if tag in {"p", "blockquote", "li", "tr"} else ""
    return f"<{tag}{role(one)}>{inside}</{tag}>{end}"


def role(one):
    return f' class="{one.more["role"]}"' if "role" in one.more else ""


def heading(one, inside):
    # The page's own title is above the parts.
    tag = f"h{min(one.more['level'] + 1, 6)}"
    anchor = f' id="{one.more["id"]}"' if "id" in one.more else ""
    return f"<{tag}{anchor}{role(one)}>{inside}</{tag}>\n"


def passage(one, inside):
    language = f'lang="{escape(one.more["lang"])}" dir="{one.more["dir"]}"'
    return f"<div{role(one)} {language}>\n{inside}</div>\n"


def list_(one, inside):
    if "start" in one.more:
        return f'<ol start="{one.more["start"]}">\n{inside}</ol>\n'
    return f"<ul{role(one)}>\n{inside}</ul>\n"


def link(one, inside):
    if "to" in one.more:
        return f'<a href="#{one.more["to"]}">{inside}</a>'
    return f'<a href="{escape(one.more["href"])}" rel="nofollow noopener">{inside}</a>'


def cell(one, inside):
    return f'<th scope="col">{inside}</th>' if one.more.get("head") else f"<td>{inside}</td>"


def picture(one, _inside):
    address = base64.b64encode(one.more["svg"].encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{address}" alt="{escape(one.more["alt"])}">\n'


DRAWN = {
    "heading": heading,
    "passage": passage,
    "list": list_,
    "link": link,
    "cell": cell,
    "picture": picture,
    "break": lambda one, inside: "<br>\n",
    "rule": lambda one, inside: "<hr>\n",
    "code": lambda one, inside: f"<pre><code>{inside}</code></pre>\n",
    "table": lambda one, inside: f'<div class="wide"><table>\n{inside}</table></div>\n',
    "isolate": lambda one, inside: f"<bdi>{inside}</bdi>",
    "number": lambda one, inside: f'<span class="number">{inside}</span>',
    "role": lambda one, inside: f'<span class="quiet">{inside}</span>',
}
