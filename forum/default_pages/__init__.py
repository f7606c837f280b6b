"""The first version of each page of the site, installed where there is none yet.

A Markdown file a page: its first line is the title. Whatever the admin writes later is a newer
version; these files are not read again.
"""

from pathlib import Path

from .. import markup

LANGUAGE = "en"


def install(using, pages):
    """Make what is missing. `pages` is the model Page."""
    there = set(pages.objects.using(using).values_list("key", flat=True))
    for key in pages.Key.values:
        if key not in there:
            text = (Path(__file__).parent / f"{key}.md").read_text("utf-8")
            title, _newline, body = text.partition("\n")
            pages.objects.using(using).create(
                key=key,
                language=LANGUAGE,
                title=title.removeprefix("# "),
                body=body.strip(),
                body_html=markup.render(body.strip(), top_level=2),
            )
