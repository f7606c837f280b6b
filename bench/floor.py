"""A bare view that answers with a constant page: what this server and Django cost by themselves.

    python -m gunicorn --config config/gunicorn.py bench.floor

It stands in the whole stack of the site's middleware at an address of its own.
"""

import os

from django.http import HttpResponse
from django.urls import path

from config.wsgi import application

SIZE = int(os.environ.get("FLOOR_BYTES", "20000"))
PAGE = os.urandom(SIZE)


def constant(request):
    return HttpResponse(PAGE, headers={"Content-Encoding": "gzip"})


def install():
    from config import urls

    urls.urlpatterns.insert(0, path("floor/", constant))


install()
__all__ = ["application"]
