"""What other programs read: feeds, a calendar, and what search engines may find."""

import re

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index as sitemaps_of
from django.contrib.sitemaps.views import sitemap as sitemap_of
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from .. import bulletins, calendar, threads
from ..drawing import Drawing
from ..models import Discussion
from .lookup import visible_discussion
from .visitors import for_visitors

ON_FEED = 30
# Discussions, each in every language with all others beside it: a part takes 0.15 s to write.
ON_SITEMAP = 100
# What XML cannot carry.
UNPRINTABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@require_safe
@for_visitors(kept=False)
def discussion_feed(request, slug):
    """The latest contributions of a discussion, and the bulletins among them."""
    discussion = visible_discussion(request, slug)
    latest = discussion.contributions.published().for_display().order_by("-number")[:ON_FEED]
    shown = threads.light_enough(list(latest), weigh=threads.html_of)
    feed = begin(request, discussion.title, discussion.get_absolute_url())
    drawing = Drawing(discussion)
    oldest = shown[-1].number if shown else 0
    told = [one for one in discussion.shown_bulletins if one.behind >= oldest][-ON_FEED:]
    for contribution in shown:
        while told and told[-1].behind >= contribution.number:
            add_bulletin(request, feed, told.pop())
        contribution.belong_to(discussion)
        byline = contribution.public_byline
        address = request.build_absolute_uri(contribution.get_absolute_url())
        feed.add_item(
            title=printable(f"{contribution.label} – {byline.name}"),
            link=address,
            unique_id=address,
            author_name=printable(str(byline.name)),
            pubdate=contribution.published_at,
            updateddate=contribution.edited_at or contribution.published_at,
            description=printable(drawing.text(contribution)),
        )
    for bulletin in reversed(told):
        add_bulletin(request, feed, bulletin)
    return written(feed)


def add_bulletin(request, feed, bulletin):
    address = request.build_absolute_uri(bulletin.get_absolute_url())
    feed.add_item(
        title=printable(f"{bulletins.kind_of(bulletin)}: {bulletin.title}"),
        link=address,
        unique_id=address,
        author_name=printable(str(bulletin.public_byline.name)),
        pubdate=bulletin.published_at,
        updateddate=bulletin.edited_at or bulletin.published_at,
        description=printable(bulletins.words(bulletin)),
    )


@require_safe
def site_feed(request):
    """The discussions of the site, the latest to open first."""
    feed = begin(request, settings.SITE_NAME, reverse("forum:home"))
    public = Discussion.objects.public().order_by("-opens_at", "-pk")
    for discussion in public.prefetch_related("extensions")[:ON_FEED]:
        address = request.build_absolute_uri(discussion.get_absolute_url())
        feed.add_item(
            title=printable(discussion.title),
            link=address,
            unique_id=address,
            pubdate=discussion.created_at if discussion.is_upcoming else discussion.opens_at,
            updateddate=changed_at(discussion),
            description=printable(
                render_to_string("forum/_when.html", {"discussion": discussion}, request)
                + discussion.welcome_html
            ),
        )
    return written(feed)


def changed_at(discussion):
    """When what the feed says of a discussion has changed the last time: programs show it then."""
    moments = [discussion.opens_at, discussion.ended_at]
    moments += [extension.at for extension in discussion.extensions.all()]
    past = [moment for moment in moments if moment <= timezone.now()]
    return max(past, default=discussion.created_at)


def begin(request, title, path):
    return Atom1Feed(
        title=printable(title),
        link=request.build_absolute_uri(path),
        feed_url=request.build_absolute_uri(request.path),
        description=None,
        language=get_language(),
    )


def printable(text):
    return UNPRINTABLE.sub("", text)


def written(feed):
    kind = "application/atom+xml; charset=utf-8"
    return HttpResponse(feed.writeString("utf-8"), content_type=kind)


@require_safe
def window(request, slug):
    """When the discussion is open, for a calendar."""
    discussion = visible_discussion(request, slug)
    address = request.build_absolute_uri(discussion.get_absolute_url())
    text = calendar.window(discussion, address, host=request.get_host())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{discussion.slug}.ics"'
    return response


# --- search engines ---


class Discussions(Sitemap):
    """Public discussions, in every language of the site."""

    i18n = alternates = x_default = True
    limit = ON_SITEMAP * len(settings.LANGUAGES)

    def items(self):
        return Discussion.objects.public().only("slug").order_by("-pk")


SITEMAPS = {"discussions": Discussions}


@require_safe
def sitemap(request, section=None):
    """Where there are many discussions it names the sitemaps of some of them each."""
    if section is None and Discussions().paginator.num_pages > 1:
        return sitemaps_of(request, sitemaps=SITEMAPS, sitemap_url_name="sitemap_of")
    return sitemap_of(request, sitemaps=SITEMAPS, section=section)


@require_safe
def robots(request):
    """Whatever can be read may be found; forms may not, nor the same again in another order.

    The form of contributions says so itself ("noindex"), which only who may ask for it can obey;
    of the others there is one for each contribution, and robots need not ask for any.
    """
    others = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    context = {
        "prefixes": ["", *(f"/{code}" for code in others)],
        "sitemap": request.build_absolute_uri(reverse("sitemap")),
    }
    return render(request, "robots.txt", context, content_type="text/plain; charset=utf-8")
