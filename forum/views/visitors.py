"""Pages for visitors, who are nine readers of ten: kept already compressed, and not sent again to
whoever has them.

Such a page depends on the discussion's version (every write changes it), where its window stands,
the address with its language, and the build: all that is its key, and its ETag. The version is read
from the database each time, never from the cache.
"""

import gzip
from functools import wraps
from hashlib import blake2b

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from config.build import build

from ..models import Discussion

KEPT_FOR = 24 * 3600
# A page for each combination of these, and for nothing else that strangers write into an address.
QUERY = {"after", "before", "at", "from", "question", "language", "country", "group", "by", "order"}
COMPRESSION = 6


def for_visitors(*, kept=True):
    """For a view of a discussion that shows every visitor the same.

    kept: is the page kept? Otherwise whoever has it already is only told that it is still the same.
    """

    def decorate(view):
        @wraps(view)
        def wrapped(request, slug, **place):
            discussion = glance(slug) if is_a_visit(request) else None
            if discussion is None:
                return view(request, slug, **place)
            key = key_of(request, discussion)
            if same := get_conditional_response(request, etag=f'W/"{key}"'):
                return marked(same, key)
            if not kept:
                return marked(view(request, slug, **place), key)
            return marked(page(request, key, lambda: view(request, slug, **place)), key)

        return wrapped

    return decorate


def glance(slug):
    """A public discussion with what its pages depend on alone, or None: this is asked for every
    page, and most need nothing more."""
    fields = ("pk", "version", "opens_at", "closes_at", "closed_early_at")
    found = Discussion.objects.public().filter(slug=slug).order_by().values_list(*fields)
    for values in found[:1]:
        return Discussion(**dict(zip(fields, values, strict=True)))
    return None


def is_a_visit(request):
    """Nobody who could be somebody: no session, no message that waits, no question of their own."""
    return (
        not settings.DEBUG
        and request.method in {"GET", "HEAD"}
        and not {settings.SESSION_COOKIE_NAME, "messages"}.intersection(request.COOKIES)
        and QUERY.issuperset(request.GET)
    )


def key_of(request, discussion):
    parts = (
        build(),
        get_language(),
        request.build_absolute_uri(),
        discussion.pk,
        discussion.version,
        discussion.window,
    )
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def page(request, key, draw):
    """The page that is kept, or a new one, which is kept then."""
    store = caches["pages"]
    body = store.get(key)
    if body is None:
        response = draw()
        # What could be meant for one person alone is not kept.
        if response.status_code != 200 or response.cookies or "CSRF_COOKIE" in request.META:
            return response
        body = gzip.compress(response.content, COMPRESSION, mtime=0)
        store.set(key, body, KEPT_FOR)
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(gzip.decompress(body))
    return HttpResponse(body, headers={"Content-Encoding": "gzip"})


def marked(response, key):
    """For any cache, which asks each time whether it is still the same."""
    if response.status_code in {200, 304}:
        response["ETag"] = f'W/"{key}"'
        response["Cache-Control"] = "public, no-cache"
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    return response
