"""What templates of discussions need beyond Django's own tags."""

import re
import zoneinfo
from html import unescape
from sys import getsizeof

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.translation import get_language, get_language_from_path, pgettext
from django.utils.translation import gettext as _

from accounts.choices import language_name

from .. import bulletins, markup, permissions
from ..drawing import Drawing, spanned
from ..markup import joined
from ..memory import Memory
from ..models import Bulletin
from ..sheets import Reader

# What a search engine shows of a page, in characters.
SUMMARY = 160

SHARED = Memory(2_000_000)

BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|td|th)>")

register = template.Library()

register.filter("trusted", markup.trusted)


@register.simple_tag(takes_context=True)
def draw_page(context, page):
    """A page of contributions as lists (sheets.Sheet)."""
    user = context["request"].user
    # A visitor may do nothing with what is published.
    if not user.is_authenticated:
        return page.html
    return Reader(context["discussion"], user, context.get("reading")).sheet(page)


@register.simple_tag(takes_context=True)
def draw(context, contribution, *, here=False, still=False):
    """One contribution. here: it is what the page is about; still: without what one may do."""
    user, discussion = context["request"].user, contribution.discussion
    drawing = Drawing(discussion, to_staff=permissions.is_staff(user, discussion))
    piece = drawing.piece(contribution, here=here)
    if still or not user.is_authenticated:
        return piece.html
    return Reader(discussion, user).piece(piece)


@register.simple_tag(takes_context=True)
def same_for_all(context, template):
    """A part of a discussion's page, drawn once for all its readers as long as nothing changes: it
    gets the names below, and nothing of the one who reads."""
    discussion = context["discussion"]
    is_first = context.get("is_first_page", False)
    key = (template, discussion.pk, discussion.version, discussion.window, get_language(), is_first)
    names = {name: context.get(name) for name in ("discussion", "staff")}
    return shared(key, template, names | {"is_first_page": is_first})


@register.simple_tag(takes_context=True)
def turns(context, name):
    """The links from one page of contributions (sheets.Sheet) to the others, likewise."""
    page = context["page"]
    names = {given: context.get(given) for given in ("discussion", "page", "places", "way")}
    return shared((name, *page.key), "forum/_pages.html", names | {"name": name})


def shared(key, template, names):
    """Drawn for the first who asks, remembered for all others."""
    part = SHARED.get(key)
    if part is None:
        part = render_to_string(template, names)
        SHARED.set(key, part, getsizeof(part), names["discussion"])
    return part


@register.simple_tag
def draw_text(text, discussion):
    """The general text and the answers of what is not stored, or not now."""
    return Drawing(discussion).text(text)


@register.simple_tag
def draw_bulletin(bulletin):
    """What a page is about."""
    return bulletins.drawn(Drawing(bulletin.discussion), bulletin, here=True)


@register.simple_tag
def bulletin_facts(bulletin):
    """By whom it is, when it was published, what it is about."""
    return joined(map(spanned, bulletins.facts(Drawing(bulletin.discussion), bulletin)))


@register.simple_tag
def bulletin_kinds():
    return Bulletin.Kind.choices


@register.filter
def listed(parts):
    """The parts of an affiliation, in one line; each keeps its own direction."""
    return format_html_join(comma(), "<bdi>{}</bdi>", ((part,) for part in parts))


@register.filter
def languages_listed(codes):
    """The names of languages, each in itself and on one line."""
    names = ((code, language_name(code)) for code in codes)
    return format_html_join(comma(), '<bdi class="language" lang="{}">{}</bdi>', names)


@register.filter
def written_in(text, language):
    """What somebody wrote, in a sentence of another language."""
    return format_html('<bdi lang="{}">{}</bdi>', language, text)


@register.filter
def and_listed(parts):
    """The same after a name."""
    return format_html_join("", "{}<bdi>{}</bdi>", ((comma(), part) for part in parts))


def comma():
    return pgettext("between the parts of an affiliation", ", ")


@register.simple_tag
def moment(value, discussion=None):
    """A time in the discussion's own zone; without one, in the zone that is active."""
    local = timezone.localtime(value, discussion.zone if discussion else None)
    return format_html(
        '<time datetime="{}">{}</time>',
        # HTML knows thousandths of a second at most.
        local.isoformat(timespec="seconds"),
        date_format(local, "DATETIME_FORMAT"),
    )


@register.simple_tag
def day(value, discussion):
    local = timezone.localtime(value, discussion.zone)
    return format_html(
        '<time datetime="{}">{}</time>', local.date().isoformat(), date_format(local, "DATE_FORMAT")
    )


@register.simple_tag
def zone_name(discussion, at):
    """The zone in words: “Nairobi time (UTC+3)”, as it is at that moment."""
    city = discussion.time_zone.rpartition("/")[2].replace("_", " ")
    offset = utc_offset(timezone.localtime(at, discussion.zone))
    if city in {"UTC", "GMT"}:
        return "UTC"
    return _("%(city)s time, %(offset)s") % {"city": city, "offset": offset}


def utc_offset(moment):
    """UTC+5:30"""
    minutes = round(moment.utcoffset().total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes >= 0 else "−"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


@register.simple_tag(takes_context=True)
def own_time(context, value, discussion):
    """The same moment in the reader's own zone, where their profile names another one."""
    user = context["request"].user
    zone = user.person.time_zone if user.is_authenticated else ""
    if not zone or zone == discussion.time_zone:
        return ""
    local = timezone.localtime(value, zoneinfo.ZoneInfo(zone))
    return _("%(time)s your time") % {"time": date_format(local, "DATETIME_FORMAT")}


@register.simple_tag
def wording(question, discussion):
    """A guiding question in the reader's language, where it was translated. The discussion is at
    hand wherever this is used: it is not looked up again."""
    question.discussion = discussion
    return question.in_language(get_language())


@register.simple_tag
def language_span(code):
    """The name of a language in itself, marked as such for screen readers."""
    return format_html('<span lang="{}">{}</span>', code, language_name(code))


@register.inclusion_tag("forum/_found.html", takes_context=True)
def found(context, title, html):
    """What a page says of itself to search engines and to those who link to it.

    html: where its description is taken from
    """
    request, page = context["request"], context.get("page")
    # A mark that names nothing leads to the beginning, which has an address already.
    is_marked = request.GET.get("after", "").isdecimal() and not (page and page.at_start)
    query = f"?after={request.GET['after']}" if is_marked else ""
    addresses = {
        language: request.build_absolute_uri(path_in(language, request.path_info) + query)
        for language, _name in settings.LANGUAGES
    }
    return {
        "title": title,
        "summary": summary(html),
        "address": addresses[get_language()],
        "others": addresses.items(),
        "default": addresses[settings.LANGUAGE_CODE],
        "site_name": settings.SITE_NAME,
    }


def summary(html):
    """The first words of a rendered text, in one line."""
    apart = BLOCK_END.sub(" ", html[: 4 * SUMMARY])
    text = " ".join(unescape(strip_tags(apart)).split())
    return text if len(text) <= SUMMARY else text[:SUMMARY].rpartition(" ")[0] + "…"


@register.simple_tag(takes_context=True)
def in_language(context, code):
    """The address of this page in another language."""
    return path_in(code, context["request"].get_full_path())


def path_in(language, path):
    """The same path in another language: every page stands under the prefixes (config/urls.py)."""
    now = get_language_from_path(path)
    bare = path.removeprefix(f"/{now}") if now else path
    return bare if language == settings.LANGUAGE_CODE else f"/{language}{bare}"
