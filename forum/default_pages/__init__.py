"""The first version of each page of the site in each language, installed where there is none yet.

A Markdown file a page, in a folder a language: its first line is the title. Whatever the admin
writes later is a newer version; these files are not read again.
"""

from pathlib import Path

from .. import markup

HERE = Path(__file__).parent


def install(using, pages):
    """Make what is missing. `pages` is the model Page."""
    there = set(pages.objects.using(using).values_list("key", "language"))
    for path in sorted(HERE.glob("*/*.md")):
        key, language = path.stem, path.parent.name
        if (key, language) in there:
            continue
        title, _newline, body = path.read_text("utf-8").partition("\n")
        pages.objects.using(using).create(
            key=key,
            language=language,
            title=title.removeprefix("# "),
            body=body.strip(),
            body_html=markup.render(body.strip(), top_level=2),
        )
