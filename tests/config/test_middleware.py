"""What happens to every answer: compressing, and HEAD."""

import gzip

import pytest
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory

from config.middleware import head_without_body, takes_gzip
from tests.factory import make_contribution


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        ("gzip, deflate, br", True),
        ("gzip;q=0.5", True),
        ("gzip;q=0.01", True),
        ("br, gzip ; q=1", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0, identity", False),
        ("identity", False),
        ("", False),
    ],
)
def test_gzip_is_for_those_who_take_it(accepted, taken):
    request = RequestFactory().get("/", headers={"accept-encoding": accepted})
    assert takes_gzip(request) is taken


def test_of_what_would_be_streamed_head_makes_nothing():
    def parts():
        raise AssertionError("somebody has asked for it")
        yield b""

    answer = head_without_body(lambda _request: StreamingHttpResponse(parts(), status=206))
    response = answer(RequestFactory().head("/"))
    assert (list(response), response.status_code) == ([], 206)


@pytest.mark.parametrize("path", ["", "all/", "all.txt"])
def test_head_has_the_headers_of_get(discussion, cast, path):
    make_contribution(discussion, cast.participant, "Words " * 100)
    address = discussion.get_absolute_url() + path
    whole = Client().get(address, headers={"accept-encoding": "gzip"})
    head = Client().head(address, headers={"accept-encoding": "gzip"})
    assert b"".join(head) == b""
    assert b"Words" in gzip.decompress(b"".join(whole))
    # Lengths differ by chance (config/middleware.py).
    names = set(whole.headers) - {"Content-Length"}
    assert {name: head[name] for name in names} == {name: whole[name] for name in names}
