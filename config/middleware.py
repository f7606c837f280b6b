"""What happens to every request and answer, beside what Django does."""

import re
import secrets

from django.http import HttpResponseBadRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.text import StreamingBuffer
from zlib_ng import gzip_ng

# Two fifths of the time of the usual sixth level, and a twenty-fifth more bytes.
COMPRESSION = 5
# No more is won with less than this.
WORTH_IT = 200
NO_GZIP = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)")


def head_without_body(get_response):
    """HEAD gets the headers of GET alone; the server complains of more."""

    def middleware(request):
        response = get_response(request)
        if request.method == "HEAD" and response.streaming:
            # Nothing of it is made.
            response.streaming_content = ()
        elif request.method == "HEAD":
            length = response.get("Content-Length", str(len(response.content)))
            response.content = b""
            response["Content-Length"] = length
        return response

    return middleware


def refuse_nul(get_response):
    """No browser sends this character in addresses and cookies, and PostgreSQL takes it nowhere."""

    def middleware(request):
        sent = [request.path, *(value for values in request.GET.lists() for value in values[1])]
        if any("\0" in text for text in [*sent, *request.GET, *request.COOKIES.values()]):
            return HttpResponseBadRequest("Bad request", content_type="text/plain")
        return get_response(request)

    return middleware


def utf8_alone(get_response):
    """Browsers send forms as UTF-8, the language of our pages; other names of character sets have
    Python look for strange ones."""

    def middleware(request):
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in {"utf-8", "utf8"}:
            return HttpResponseBadRequest("Bad request", content_type="text/plain")
        return get_response(request)

    return middleware


class LanguageOfAddress(LocaleMiddleware):
    """The address alone says in which language a page is: no cache needs one page for each wish
    that browsers send."""

    def process_response(self, request, response):
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


def private_pages(get_response):
    """Pages for somebody who is signed in are kept by no cache but their browser's own; every other
    page by none without asking.

    Not no-store: browsers then forget what was typed into a form when one goes back to it.
    """

    def middleware(request):
        response = get_response(request)
        if "Cache-Control" not in response:
            private = {"private": True} if request.user.is_authenticated else {}
            patch_cache_control(response, no_cache=True, **private)
        return response

    return middleware


def compress(get_response):
    """A third of the bytes on a slow line.

    Up to a hundred bytes are added by chance, as Django's own middleware does it, whose level is
    fixed: with the form tokens, which Django masks, lengths tell nothing about what is secret
    (BREACH).
    """

    def middleware(request):
        response = get_response(request)
        if response.has_header("Content-Encoding"):
            return response
        if not response.streaming and len(response.content) < WORTH_IT:
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if not takes_gzip(request):
            return response
        if response.streaming:
            response.streaming_content = compressed(response.streaming_content)
            del response["Content-Length"]
        else:
            response.content = b"".join(compressed([response.content]))
            response["Content-Length"] = str(len(response.content))
        response["Content-Encoding"] = "gzip"
        return response

    return middleware


def takes_gzip(request):
    accepted = request.headers.get("Accept-Encoding", "")
    return "gzip" in accepted and not NO_GZIP.search(accepted)


def compressed(parts):
    """The parts as one gzip file, each as soon as it comes."""
    buffer = StreamingBuffer()
    name = "a" * secrets.randbelow(100)
    with gzip_ng.GzipNGFile(name, "wb", COMPRESSION, buffer, mtime=0) as file:
        for part in parts:
            file.write(part)
            yield buffer.read()
    yield buffer.read()
