"""What makes the site look like its owner's."""

import gzip
import os
import re
import socket
import struct
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from config import logo, look

LINE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><path d="M0 0h9"/></svg>'
SCRIPT = LINE.replace("<path", "<script>alert(1)</script><path")


@pytest.fixture
def owned(settings, tmp_path):
    """A site with a logo and an accent of its own; the logo would run a script if it could."""
    path = tmp_path / "logo.svg"
    path.write_text(SCRIPT)
    settings.SITE_NAME = "Villages <talk>"
    settings.SITE_LOGO = logo.read(path)
    settings.ACCENT_COLOUR = "#003366"
    forget()
    yield
    forget()


def forget():
    look.kept.cache_clear()
    look.kept_addresses.cache_clear()


def linked(page, pattern):
    return re.search(pattern, page).group(1)


def test_pages_carry_logo_and_accent(client, db, owned):
    page = client.get("/").content.decode()
    image = linked(page, r'(<img class="site-logo"[^>]*>)')
    assert 'alt="Villages &lt;talk&gt;" width="120" height="40"' in image
    sheet = client.get(linked(page, r'<link rel="stylesheet" href="([^"]+)"'))
    assert "--accent-light:#003366;" in sheet.content.decode()
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    mark = client.get(linked(page, r'<link rel="icon" href="([^"]+)"'))
    assert 'fill="#003366"' in mark.content.decode()


def test_the_admin_carries_name_and_accent(admin_client, owned):
    page = admin_client.get("/admin/", follow=True).content.decode()
    sheet = client_of(admin_client, linked(page, r'href="(/look/\w+/admin.css)"'))
    assert "--accent-light:#003366;" in sheet


def client_of(client, address):
    return client.get(address).content.decode()


def test_a_logo_runs_nothing_even_when_it_is_opened_by_itself(client, db, owned):
    picture = client.get(linked(client.get("/").content.decode(), r'src="(/look/[^"]+)"'))
    assert picture.content.decode() == SCRIPT
    assert picture["Content-Type"] == "image/svg+xml"
    policy = picture["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "sandbox"} <= set(policy)
    assert not any(rule.startswith("script-src") for rule in policy)
    assert picture["X-Content-Type-Options"] == "nosniff"


def test_without_a_logo_the_name_stands_in_type(client, db):
    page = client.get("/").content.decode()
    assert 'class="site-logo"' not in page
    assert f'<a class="site-name" href="/">{settings.SITE_NAME}</a>' in page


def test_a_file_is_kept_for_ever_under_its_own_address_alone(client, db):
    address = look.addresses()["first"]
    kept = client.get(address, headers={"accept-encoding": "gzip"})
    assert kept["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Cookie" not in kept["Vary"]
    plain = client.get(address)
    assert "Content-Encoding" not in plain
    assert gzip.decompress(kept.content) == plain.content
    other = client.get("/look/0123456789abcdef/first.css")
    assert (other["Cache-Control"], other.content) == ("no-cache", plain.content)
    assert client.get("/look/0123456789abcdef/logo.svg").status_code == 404


def test_what_is_seen_first_has_a_stylesheet_for_the_first_seconds(site):
    """Two packets of a slow line, its headers included (docs/performance.md)."""
    parts = urlsplit(site.address)
    lines = (
        f"GET {look.addresses()['first']} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Accept-Encoding: gzip",
        "Connection: close",
    )
    with socket.create_connection((parts.hostname, parts.port)) as line:
        line.sendall("\r\n".join((*lines, "", "")).encode())
        with line.makefile("rb") as answer:
            sent = answer.read()
    assert sent.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nContent-Encoding: gzip\r\n" in sent
    # "Connection: keep-alive" is five bytes longer.
    assert len(sent) + 5 <= 3_000


def test_stylesheets_are_sent_without_comments_and_with_every_rule():
    folder = settings.BASE_DIR / "static/css"
    parts = [part for parts in look.SHEETS.values() for part in parts]
    # Two are linked by the pages that need them.
    written = {path.name for path in folder.glob("*.css")} - {"writing.css", "workbench.css"}
    assert sorted(parts) == sorted(written)
    for name, parts in look.SHEETS.items():
        sent = look.files()[name].body.decode()
        rules = "".join((folder / part).read_text() for part in parts)
        assert "/*" not in sent
        assert "\n" not in sent
        without = re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)
        assert sent.count("{") == without.count("{") + 1
        strings = re.findall(r'"[^"]*"', without)
        assert re.findall(r'"[^"]*"', sent) == strings


@pytest.mark.parametrize("path", ["/", "/about/", "/accounts/login/"])
def test_a_page_announces_its_first_stylesheet(client, db, path):
    answer = client.get(path)
    first = linked(answer.content.decode(), r'<link rel="stylesheet" href="([^"]+)"')
    assert answer["Link"] == f"<{first}>; rel=preload; as=style"


def test_what_has_no_use_for_it_announces_none(admin_client):
    for path in ("/admin/", "/robots.txt", "/nowhere/", look.addresses()["first"]):
        assert "Link" not in admin_client.get(path, follow=True)


def test_pages_kept_with_another_accent_or_logo_are_not_shown(tmp_path):
    """The build, under which pages are kept, tells them apart (config/build.py)."""
    picture = tmp_path / "logo.svg"

    def build(**variables):
        environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)} | variables
        program = "import django; django.setup(); from config.build import build; print(build())"
        environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
        command = [sys.executable, "-c", program]
        run = subprocess.run(
            command, cwd=settings.BASE_DIR, env=environment, capture_output=True, check=True
        )
        return run.stdout

    picture.write_text(LINE)
    builds = [build(), build(ACCENT_COLOUR="#036"), build(SITE_LOGO=str(picture))]
    picture.write_text(LINE.replace("h9", "h8"))
    builds.append(build(SITE_LOGO=str(picture)))
    assert len(set(builds)) == 4


def png(width, height, rest=b"\0" * 20):
    return logo.PNG_BEGIN + b"\0\0\0\rIHDR" + struct.pack(">II", width, height) + rest


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b"GIF89a", "it is neither"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "it is neither"),
        (b"<svg viewBox='0 0 9 9'/>", "it is neither"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "it has no viewBox"),
        (LINE.replace("120", "nan").encode(), "it has no viewBox"),
        (LINE.replace("120", "100%").encode(), "it has no viewBox"),
        (LINE.replace("120", "0").encode(), "it measures 0 × 40"),
        (LINE.replace("120", "1200").encode(), "it measures 1200 × 40"),
        (png(5_000, 5_000), "it measures 5000 × 5000"),
        (png(40, 40)[:20], "it is cut off"),
        (png(40, 40, b"\0" * logo.MOST_BYTES), "it is larger"),
    ],
)
def test_what_is_no_logo_is_refused(tmp_path, body, wrong):
    path = tmp_path / "logo"
    path.write_bytes(body)
    with pytest.raises(ValueError, match=wrong):
        logo.read(path)


@pytest.mark.parametrize(
    ("body", "kind", "size"),
    [
        (png(300, 100), "png", (300, 100)),
        (LINE.encode(), "svg", (120, 40)),
        (b"<svg xmlns='http://www.w3.org/2000/svg' width='64px' height='32'/>", "svg", (64, 32)),
    ],
)
def test_what_is_one_is_measured(tmp_path, body, kind, size):
    path = tmp_path / "logo"
    path.write_bytes(body)
    found = logo.read(path)
    assert (found.kind, (found.width, found.height), found.body) == (kind, size, body)
