"""Settings from the environment: documented once, and loud when wrong."""

import ast
import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ROW = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
READERS = {"text", "boolean", "number", "words", "time_zone", "choice", "address", "together"}
READERS |= {"database", "mail", "line", "folder", "hosts", "colour", "picture", "web_address"}


def variables_read():
    """The variables that the code asks config.env for."""
    names = set()
    for path in [*ROOT.glob("config/*.py"), *ROOT.glob("forum/management/commands/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "env"
                and node.func.attr in READERS
            ):
                asked = node.args if node.func.attr == "together" else node.args[:1]
                names.update(argument.value for argument in asked)
    return names


def test_every_variable_is_documented_once():
    documented = ROW.findall((ROOT / "docs/settings.md").read_text())
    assert sorted(documented) == sorted(variables_read())


@pytest.fixture
def started(tmp_path):
    return partial(start, tmp_path)


def start(folder, /, **variables):
    """What a fresh process says when it reads the settings with these variables."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder)} | variables
    command = [sys.executable, "-W", "error", "-c", "import config.settings, config.gunicorn"]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


WRONG = {
    "DEBUG": ("perhaps", "true or false"),
    "HTTPS": ("2", "true or false"),
    "STAFF_SECOND_FACTOR": ("sometimes", "true or false"),
    "SECRET_KEY": ("short", "at least 32 random characters"),
    "ALLOWED_HOSTS": ("discuss.example.org", None),
    "TRUSTED_PROXY_COUNT": ("-1", "a whole number of at least 0"),
    "SITE_URL": ("discuss.example.org", "an address such as https://discuss.example.org"),
    "PORT": ("99999", "a whole number of at least 1 and at most 65535"),
    "WEB_WORKERS": ("0", "a whole number of at least 1"),
    "DATABASE_URL": ("mysql://hidden@host/name", "postgres://user:password@host:5432/name"),
    "REDIS_URL": ("http://hidden@host", "redis://host:6379/0"),
    "EMAIL_URL": ("smtp://user:hidden@:x", "smtp://user:password@host:587"),
    "DEFAULT_FROM_EMAIL": ("nobody", "one e-mail address"),
    "CONTACT_EMAIL": ("a@example.org,b@example.org", "one e-mail address"),
    "LANGUAGE_CODE": ("de", "one of en, fr, es, ar, ru, zh-hans, pt"),
    "TIME_ZONE": ("Nairobi", "the name of a time zone"),
    "GOOGLE_CLIENT_ID": ("id", None),
    "OIDC_SERVER_URL": ("https://id.example.org", None),
    "DATA_DIR": ("/dev/null/var", "a folder that can be written to"),
    "SITE_NAME": ("One\nTwo", "one line"),
    "ACCENT_COLOUR": ("teal", "a colour such as #0b5a63"),
    "SITE_LOGO": ("/nowhere/logo.svg", "picture of at most 20,000 bytes (no such file"),
}
# Where the missing companion is what the line names.
NAMED = {
    "ALLOWED_HOSTS": ("SECRET_KEY", "a long random text, kept secret"),
    "GOOGLE_CLIENT_ID": ("GOOGLE_CLIENT_SECRET", "go together"),
    "OIDC_SERVER_URL": ("OIDC_NAME", "go together"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_stops_it_with_its_name_and_what_was_expected(started, name):
    value, expected = WRONG[name]
    named, expected = NAMED.get(name, (name, expected))
    result = started(**{name: value})
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(f"{named}: expected ")
    assert expected in result.stderr
    assert "hidden" not in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", "https://example.org/"),
        ("ALLOWED_HOSTS", "*"),
        ("EMAIL_URL", "file:///proc/nope"),
        ("EMAIL_URL", "smtp://mail.example.org?tls=maybe"),
        ("DEFAULT_FROM_EMAIL", "a@"),
        ("CONTACT_EMAIL", "@"),
        ("TIME_ZONE", "localtime"),
        ("LICENCE", "CC\nBY"),
        ("LICENCE", "A licence with a name that is longer than the record has room for"),
    ],
)
def test_what_could_never_work_is_refused_too(started, name, value):
    result = started(**{name: value})
    assert result.returncode == 1
    assert result.stderr.startswith(f"{name}: expected ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "address", ["postgres://nobody@127.0.0.1:1/nothing", "sqlite:////proc/nope/indaba.sqlite3"]
)
def test_a_database_that_does_not_answer_is_named(tmp_path, address):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "DATABASE_URL": address}
    command = [sys.executable, "manage.py", "migrate"]
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert result.stderr.startswith("DATABASE_URL: expected a database that answers (")
    assert result.stderr.count("\n") == 1


def test_https_needs_a_proxy_that_speaks_it(started):
    result = started(HTTPS="yes")
    assert result.stderr == "TRUSTED_PROXY_COUNT: expected at least 1, since HTTPS is set\n"


@pytest.mark.parametrize(
    ("variables", "asked_for"),
    [
        ({}, True),
        ({"DEMO": "yes"}, False),
        ({"DEMO": "yes", "STAFF_SECOND_FACTOR": "yes"}, True),
        ({"STAFF_SECOND_FACTOR": "no"}, False),
    ],
)
def test_staff_need_a_second_factor_outside_the_demo(tmp_path, variables, asked_for):
    program = "from config.settings import STAFF_SECOND_FACTOR; print(STAFF_SECOND_FACTOR)"
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)} | variables
    command = [sys.executable, "-c", program]
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert result.stdout == f"{asked_for}\n"


def test_an_accent_that_cannot_be_read_is_told_its_contrast_and_its_nearest(started):
    result = started(ACCENT_COLOUR="#009EDB")
    assert result.returncode == 1
    assert result.stderr == (
        "ACCENT_COLOUR: expected a contrast of 4.5:1 or more with #f6f5f1, the darkest light paper "
        "of the site (it has 2.78:1; the nearest colour that would do is #0078a7), got '#009EDB'\n"
    )
    assert started(ACCENT_COLOUR="#0078a7").returncode == 0


GOOD = {
    "nothing": {},
    "an agency": {
        "SECRET_KEY": "x" * 50,
        "ALLOWED_HOSTS": "discuss.example.org, www.example.org",
        "HTTPS": "yes",
        "TRUSTED_PROXY_COUNT": "1",
        "DATABASE_URL": "postgres://indaba:secret@127.0.0.1/indaba",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "EMAIL_URL": "smtp://user:pass%40word@mail.example.org:587",
        "DEFAULT_FROM_EMAIL": "discussions@example.org",
        "SITE_LOGO": str(ROOT / "static/img/mark.svg"),
        "ACCENT_COLOUR": "#036",
        "LANGUAGE_CODE": "fr",
        "TIME_ZONE": "Africa/Nairobi",
        "OIDC_NAME": "The agency",
        "OIDC_SERVER_URL": "https://id.example.org/realm",
        "OIDC_CLIENT_ID": "indaba",
        "OIDC_CLIENT_SECRET": "secret",
    },
}


@pytest.mark.parametrize("variables", GOOD.values(), ids=GOOD)
def test_good_values_start(started, variables):
    result = started(**variables)
    assert (result.returncode, result.stderr) == (0, "")
