"""What makes the site look like its owner's: stylesheets with its accent, its mark, its logo.

Each stands at an address that names its content, so that browsers ask for it once. The stylesheets
are put together here, not when static files are collected: the accent is a setting, and on a slow
line one file is quicker than three.

What a page shows first has a stylesheet of its own, small enough for the first seconds of a slow
line, and the answer's headers announce it: a browser asks for it before it has read a line.
"""

import gzip
import re
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import blake2b

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from . import colours
from .middleware import takes_gzip

CSS = "text/css; charset=utf-8"
SHEETS = {
    "first.css": ("base.css", "discussion.css"),
    "rest.css": ("reading.css", "lists.css", "forms.css", "print.css"),
    "admin.css": ("admin.css",),
}
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Only around what no string of ours contains.
NEEDLESS_SPACE = re.compile(r"\s*([{};,])\s*|(?<=:)\s+")
# The colour that stands for the accent in static/img/mark.svg.
MARKED = "#0b5a63"
FOR_EVER = "public, max-age=31536000, immutable"
# What is opened by itself runs nothing and loads nothing; an SVG picture is a document. Every byte
# counts: a stylesheet has two packets (tests/config/test_look.py).
ALONE = "default-src 'none'; frame-ancestors 'none'"
PICTURE_ALONE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


@dataclass(frozen=True)
class File:
    media_type: str
    body: bytes

    @cached_property
    def digest(self):
        return blake2b(self.body, digest_size=8).hexdigest()

    @cached_property
    def packed(self):
        return gzip.compress(self.body, 9, mtime=0)


def files():
    """The name of each file -> the file. Whoever works on the stylesheets sees each change."""
    return made() if settings.DEBUG else kept()


def addresses():
    """What each file is (site, admin, mark, logo) -> where it stands."""
    return placed(files()) if settings.DEBUG else kept_addresses()


def made():
    found = {name: File(CSS, stylesheet(parts)) for name, parts in SHEETS.items()}
    mark = (settings.BASE_DIR / "static/img/mark.svg").read_text()
    mark = mark.replace(MARKED, settings.ACCENT_COLOUR).encode()
    found["mark.svg"] = File("image/svg+xml", mark)
    if settings.SITE_LOGO:
        logo = settings.SITE_LOGO
        found[f"logo.{logo.kind}"] = File(logo.media_type, logo.body)
    return found


def placed(found):
    return {
        name.partition(".")[0]: reverse("look", args=[file.digest, name])
        for name, file in found.items()
    }


@cache
def kept():
    return made()


@cache
def kept_addresses():
    return placed(kept())


def stylesheet(parts):
    folder = settings.BASE_DIR / "static/css"
    accents = colours.palette(settings.ACCENT_COLOUR).items()
    tokens = " ".join(f"--{name}: {colour};" for name, colour in accents)
    rules = "".join((folder / part).read_text() for part in parts)
    return as_sent(f":root {{ {tokens} }}\n{rules}").encode()


def as_sent(rules):
    """Rules without what only those need who work on them: a sixth of the bytes, compressed."""
    return NEEDLESS_SPACE.sub(r"\1", COMMENT.sub("", rules)).replace(";}", "}")


def announced(get_response):
    """Pages of the site announce their first stylesheet: on a slow line it comes half a second
    earlier. (Middleware.)"""

    def middleware(request):
        response = get_response(request)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            place = request.resolver_match
            if place and "admin" not in place.namespaces:
                response["Link"] = f"<{addresses()['first']}>; rel=preload; as=style"
        return response

    return middleware


@require_safe
def look(request, digest, file):
    found = files().get(file)
    if found is None:
        raise Http404
    response = HttpResponse(content_type=found.media_type)
    if takes_gzip(request):
        response.content, response["Content-Encoding"] = found.packed, "gzip"
    else:
        response.content = found.body
    patch_vary_headers(response, ["Accept-Encoding"])
    # A page of another build may name another one: it gets ours, but not to keep.
    response["Cache-Control"] = FOR_EVER if digest == found.digest else "no-cache"
    response["Content-Security-Policy"] = PICTURE_ALONE if file.endswith(".svg") else ALONE
    # The policy says it already.
    response.xframe_options_exempt = not file.endswith(".svg")
    return response
