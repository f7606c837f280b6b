"""Pages for visitors, who are nine readers of ten: kept already compressed, and not sent again to
whoever has them.

Such a page depends on the discussion's version (every write changes it), where its window stands,
the address with its language, and the build: all that is its key, and its ETag. The version is read
from the database each time, never from the cache.
"""

import re
from dataclasses import dataclass, fields
from datetime import datetime
from functools import wraps
from hashlib import blake2b
from types import MappingProxyType

from django.conf import settings
from django.core.cache import caches
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language
from zlib_ng import gzip_ng

from config.build import build
from config.middleware import takes_gzip
from config.prepared import Prepared

from ..memory import Memory
from ..models import Discussion
from ..models.discussions import InTime
from .lookup import LAST, number_of

KEPT_FOR = 24 * 3600
CODE = re.compile(r"[\w.-]{1,20}", re.ASCII)
# Made once and sent often; the next levels win nothing more.
COMPRESSION = 7
# In front of the cache that all processes share: two hundred of the largest pages.
MEMORY = Memory(8_000_000)


@dataclass
class Glimpse(InTime):
    """What the pages of a discussion depend on, and no more: it is asked for at every visit."""

    pk: int
    version: int
    last_number: int
    opens_at: datetime
    closes_at: datetime
    closed_early_at: datetime | None


PUBLIC = Prepared(
    lambda: (
        Discussion.objects.public()
        .order_by()
        .values_list(*(field.name for field in fields(Glimpse)))
    ),
    "slug",
)


# --- what may stand in an address: strangers could fill the store with words of their own ---


def number(value, last):
    """Of a contribution that there is."""
    found = number_of(value)
    return found if found is not None and found <= last else None


def mark(value, last):
    return value if value == LAST else number(value, last)


def code(value, _last):
    """One that is no choice of the form is an error, and no error is kept."""
    return value if CODE.fullmatch(value) else None


def nothing(_value, _last):
    """A form sends it too when it is empty."""


# Name -> what is kept of its value, or None where a page for it is not kept.
TURNS = {"after": number, "before": number}
WAYS = TURNS | {"at": mark, "from": number, "q": nothing, "since": nothing}
WAYS |= dict.fromkeys(("question", "language", "country", "group", "by", "order"), code)


def for_visitors(*, kept=True, takes=MappingProxyType({})):
    """For a view of a discussion that shows every visitor the same.

    kept: is the page kept? Otherwise whoever has it already is only told that it is still the same.
    takes: TURNS or WAYS, as far as the view reads its address; nothing else is kept
    """

    def decorate(view):
        @wraps(view)
        def wrapped(request, slug, **place):
            discussion = glance(slug) if is_a_visit(request, takes) else None
            asked = discussion and asked_for(request, takes, discussion.last_number)
            if asked is None:
                return view(request, slug, **place)
            key = key_of(request, discussion, asked)
            if same := get_conditional_response(request, etag=f'W/"{key}"'):
                return marked(same, key)
            if not kept:
                return marked(view(request, slug, **place), key)
            kept_page = page(request, key, discussion, lambda: view(request, slug, **place))
            return marked(kept_page, key)

        return wrapped

    return decorate


def glance(slug):
    """A Glimpse of a public discussion, or None."""
    for found in rows_of(slug):
        return Glimpse(*found)
    return None


def rows_of(slug):
    """One row or none. A connection that was cut meanwhile is opened again: no question before the
    question is needed to know (CONN_HEALTH_CHECKS)."""
    connection.health_check_done = True
    try:
        return PUBLIC.rows(slug)
    except (InterfaceError, OperationalError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return PUBLIC.rows(slug)


def is_a_visit(request, takes):
    """Nobody who could be somebody: no session, no message that waits, no question of their own."""
    return (
        not settings.DEBUG
        and request.method in {"GET", "HEAD"}
        and not {settings.SESSION_COOKIE_NAME, "messages"}.intersection(request.COOKIES)
        and takes.keys() >= request.GET.keys()
    )


def asked_for(request, takes, last):
    """What the address asks for, as sorted (name, value); None if that is no page to keep.

    What is empty asks for nothing, as forms send it; but a form was sent, which the page shows.
    """
    found = []
    for name, values in request.GET.lists():
        if len(values) > 1:
            return None
        if values[0]:
            value = takes[name](values[0], last)
            if value is None:
                return None
            found.append((name, value))
    return sorted(found)


def key_of(request, discussion, asked):
    parts = (
        build(),
        get_language(),
        request.scheme,
        request.get_host().lower(),
        request.path,
        bool(request.GET),
        asked,
        discussion.pk,
        discussion.version,
        discussion.window,
    )
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def page(request, key, discussion, draw):
    """The page that is kept, or a new one, which is kept then."""
    body = MEMORY.get(key) or caches["pages"].get(key)
    if body is None:
        response = draw()
        # What could be meant for one person alone is not kept.
        if response.status_code != 200 or response.cookies or "CSRF_COOKIE" in request.META:
            return response
        body = gzip_ng.compress(response.content, COMPRESSION, mtime=0)
        caches["pages"].set(key, body, KEPT_FOR)
    MEMORY.set(key, body, len(body), discussion)
    if not takes_gzip(request):
        return HttpResponse(gzip_ng.decompress(body))
    return HttpResponse(body, headers={"Content-Encoding": "gzip"})


def marked(response, key):
    """For any cache, which asks each time whether it is still the same."""
    if response.status_code in {200, 304}:
        response["ETag"] = f'W/"{key}"'
        response["Cache-Control"] = "public, no-cache"
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    return response
