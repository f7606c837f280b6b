"""What stands in proceedings beside the contributions: bulletins and statistics."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from .. import pictures
from ..statistics import figures
from .tree import heading, node, para, parsed, passage


def bulletins(discussion, moment, *, level):
    """(when, its blocks) of each bulletin that was not withdrawn; its heading has this level.

    moment: writes a time as the document does
    """
    for one in discussion.bulletins.published().for_display():
        byline = one.public_byline
        details = [moment(one.published_at), f"{byline.name} ({byline.role_name})"]
        if one.covers:
            details.append(_("on contributions %(covers)s") % {"covers": one.covers})
        title = [node("number", f"{one.kind_name}:"), f" {one.title}"]
        blocks = [
            heading(level, *title, id=one.anchor, role="contribution"),
            para(" · ".join(details), role="meta"),
            passage(parsed(one.body_html, top_level=level + 1), one.language, one.direction),
        ]
        yield one.published_at, blocks


def statistics(discussion):
    """A picture and a table for each figure, or nothing where nothing was said."""
    found = pictures.pictures(discussion, figures(discussion))
    if found:
        yield heading(1, _("Statistics"), id="statistics", role="part")
    for picture in found:
        yield heading(2, picture.title)
        yield node("picture", svg=pictures.as_svg(picture), alt=described(picture))
        if picture.note:
            yield para(picture.note, role="caption")
        yield table(picture)


def described(picture):
    """In words, for whoever does not see the picture; the table has the numbers."""
    return _("%(title)s, as a picture. The table below has the numbers.") % {"title": picture.title}


def table(picture):
    people = [_("People")] if picture.has_people else []
    head = [picture.kind, _("Contributions"), *people]
    rows = [node("row", *(node("cell", words, head=True) for words in head))]
    for row in picture.shown:
        numbers = [row.contributions, *([row.people] if people else [])]
        shown = [number_format(number) if number is not None else "" for number in numbers]
        rows.append(node("row", *(node("cell", words) for words in [row.label, *shown])))
    return node("table", *rows)
