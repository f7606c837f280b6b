"""Bulletins as HTML and as plain text, in the language that is active."""

from django.utils.translation import gettext as _

from . import plaintext
from .drawing import CURRENT, END, filled, spanned
from .markup import fill, joined, trusted


def drawn(drawing, bulletin, *, short=False, here=False):
    """A bulletin as HTML.

    drawing: the Drawing of its discussion
    short: it stands at the top of the page already, so here it is named alone
    here: it is what the page is about
    """
    head = fill(
        '<article id="{anchor}" class="bulletin" aria-labelledby="{anchor}-title">\n'
        '<p class="kind">{kind}</p>\n'
        '<h3 id="{anchor}-title" lang="{language}" dir="{direction}">'
        '<a href="{url}"{current}>{title}</a></h3>\n<p class="meta">{meta}</p>\n',
        anchor=bulletin.anchor,
        kind=kind_of(bulletin),
        language=bulletin.language,
        direction=bulletin.direction,
        url=bulletin.get_absolute_url(),
        current=CURRENT if here else "",
        title=bulletin.title if bulletin.is_published else bulletin.get_state_display(),
        meta=joined(map(spanned, facts(drawing, bulletin))),
    )
    return joined([head, "" if short else words(bulletin), END])


def kind_of(bulletin):
    """Bulletin 3 – Weekly summary"""
    return _("Bulletin %(number)s – %(kind)s") % {
        "number": bulletin.number,
        "kind": bulletin.kind_name,
    }


def facts(drawing, bulletin):
    if not bulletin.is_published:
        yield drawing.moment(bulletin.published_at)
        return
    byline = bulletin.public_byline
    yield fill('<bdi class="name">{}</bdi>, {}', byline.name, byline.role_name)
    yield drawing.moment(bulletin.published_at)
    if bulletin.covers:
        # From where they can be read.
        url = f"{drawing.discussion.get_absolute_url()}?at={bulletin.first}#c{bulletin.first}"
        covers = fill('<a href="{}"><bdi>{}</bdi></a>', url, bulletin.covers)
        yield filled(_("on contributions %(covers)s"), covers=covers)
    if bulletin.edited_at:
        yield filled(_("edited %(on)s"), on=drawing.moment(bulletin.edited_at))


def words(bulletin):
    if not bulletin.is_published:
        return fill('<p class="notice">{}</p>\n', _("The facilitators have withdrawn it."))
    return fill(
        '<div class="prose" lang="{}" dir="{}">{}</div>\n',
        bulletin.language,
        bulletin.direction,
        trusted(bulletin.body_html),
    )


def as_text(bulletin):
    """The same as plain text: its words as they were written."""
    byline = bulletin.public_byline
    at = plaintext.moment(bulletin.published_at, bulletin.discussion)
    head = f"{kind_of(bulletin)}\n{bulletin.title}\n{byline.name}, {byline.role_name}\n{at}"
    if bulletin.covers:
        head += "\n" + _("on contributions %(covers)s") % {"covers": bulletin.covers}
    return f"\n\n{plaintext.RULE}\n{head}\n\n{bulletin.body.strip()}\n"
