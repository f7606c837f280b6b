"""A whole discussion at once: on one page, as plain text; and everybody who took part."""

from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from .. import bulletins, permissions, plaintext, threads, ways
from ..drawing import Drawing
from ..streams import everything
from .lookup import number_of, visible_discussion
from .visitors import TURNS, for_visitors

PEOPLE_ON_PAGE = 200
# So many pieces are sent together.
AT_ONCE = 40
# Where the contributions go: no browser sends this character, so no text has it.
HERE = "\0"


@require_safe
@for_visitors(kept=False)
def whole(request, slug):
    """Everything that was said, in threads, on one page: to print, to keep, to search."""
    discussion = visible_discussion(request, slug)
    context = {
        "discussion": discussion,
        "is_first_page": True,
        "here": HERE,
    }
    page = render(request, "forum/whole.html", context).content.decode()
    return streamed(drawn(request, discussion, *page.split(HERE)), "text/html")


def drawn(request, discussion, head, foot):
    """The page in pieces, so that a long discussion takes no more memory than a short one."""
    to_staff = permissions.is_staff(request.user, discussion)
    drawing = Drawing(discussion, to_staff=to_staff, within=True)
    yield head
    level, parts = None, []
    rows = threads.nested(everything(discussion))
    for row, told in threads.between(rows, list(discussion.shown_bulletins)):
        items = [bulletins.drawn(drawing, one) for one in told]
        if row is None:
            break
        parts.append(drawing.opening(row, is_first=level is None, items=items))
        parts.append(drawing.piece(row.contribution).html)
        level = row.level
        if len(parts) > AT_ONCE:
            yield "".join(parts)
            parts.clear()
    yield "".join(parts)
    # The lists that are still open, and what the facilitators have said since.
    yield drawing.ending(range(level or 0), items=items, is_first=level is None)
    yield foot


@require_safe
@for_visitors(kept=False)
def text(request, slug):
    """The same as plain text, as it was written."""
    discussion = visible_discussion(request, slug)
    return streamed(written(request, discussion), "text/plain")


def with_source(discussion):
    """Its bulletins as they were written."""
    if not discussion.last_bulletin:
        return []
    return list(discussion.bulletins.published().select_related("byline", "discussion"))


def written(request, discussion):
    yield from plaintext.frame(discussion, request.build_absolute_uri)
    rows = threads.nested(everything(discussion))
    for row, told in threads.between(rows, with_source(discussion)):
        yield from map(bulletins.as_text, told)
        if row is not None:
            yield from plaintext.piece(row.contribution)


def streamed(pieces, kind):
    """An answer that is made while it is sent, in the language of the request."""
    language = translation.get_language()

    def in_its_language():
        with translation.override(language):
            yield from pieces

    return StreamingHttpResponse(in_its_language(), content_type=f"{kind}; charset=utf-8")


@require_safe
@for_visitors(takes=TURNS)
def participants(request, slug):
    """Everybody who has written under their name, in the order in which they first did."""
    discussion = visible_discussion(request, slug)
    published = discussion.contributions.published()
    people = published.authors()
    after = number_of(request.GET.get("after"))
    if after is not None:
        people = people.filter(first__gt=after)
    people = list(people[: PEOPLE_ON_PAGE + 1])
    shown = people[:PEOPLE_ON_PAGE]
    latest = published.filter(number__in=[person["latest"] for person in shown])
    bylines = {one.author_id: one.public_byline for one in latest.select_related("byline")}
    for person in shown:
        person["byline"] = bylines[person["author"]]
    context = {
        "discussion": discussion,
        "people": shown,
        "is_first_page": after is None,
        "after": shown[-1]["first"] if len(people) > PEOPLE_ON_PAGE else None,
        "countries": len(ways.there(ways.everything(discussion))["country"]),
        "anonymous": published.filter(anonymous=True).count(),
    }
    return render(request, "forum/participants.html", context)
