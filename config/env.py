"""Settings read from the environment: typed, and loud when a value is wrong.

A wrong value stops the program with one line that names the variable and what was expected. The
value itself is printed only where it cannot be a secret.
"""

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import available_timezones

import dj_database_url

from . import colours, logo

# A name or an address of the Internet; a dot in front stands for all below.
HOST = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\]", re.IGNORECASE)
ADDRESS = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+")

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


class WrongSetting(SystemExit):
    """A variable of the environment holds something that cannot be used: the program stops."""

    def __init__(self, name, expected, value=None):
        got = "" if value is None else f", got {value!r}"
        super().__init__(f"{name}: expected {expected}{got}")


def text(name, default=""):
    return os.environ.get(name, "").strip() or default


def line(name, default, *, longest=200):
    """A text that goes into headings and subjects of mail."""
    value = text(name, default)
    if not value.isprintable() or len(value) > longest:
        raise WrongSetting(name, f"one line of text, at most {longest} characters", value)
    return value


def folder(name, default):
    """A folder of ours, made where it is missing."""
    return own_folder(name, text(name, str(default)))


def own_folder(name, value):
    path = Path(value).absolute()
    try:
        # Mail with codes and the database are nobody else's business.
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise WrongSetting(name, "a folder that can be written to", str(path)) from None
    if not os.access(path, os.W_OK):
        raise WrongSetting(name, "a folder that can be written to", str(path))
    return path


def boolean(name, default):
    value = text(name).lower()
    if not value:
        return default
    if value not in TRUE | FALSE:
        raise WrongSetting(name, "true or false", value)
    return value in TRUE


def number(name, default, *, minimum=0, maximum=None):
    value = text(name)
    if not value:
        return default
    if not value.isdecimal() or int(value) < minimum or (maximum and int(value) > maximum):
        upper = f" and at most {maximum}" if maximum else ""
        raise WrongSetting(name, f"a whole number of at least {minimum}{upper}", value)
    return int(value)


def words(name, default):
    """A list separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or default


def hosts(name, default):
    """Names of hosts, as a request names them: no scheme, no port, and no wildcard for all."""
    found = words(name, default)
    for host in found:
        if not HOST.fullmatch(host):
            raise WrongSetting(name, "names of hosts such as discuss.example.org", host)
    return found


def time_zone(name, default):
    value = text(name, default)
    if value not in available_timezones() or ("/" not in value and value != "UTC"):
        raise WrongSetting(name, "the name of a time zone such as Africa/Nairobi", value)
    return value


def choice(name, choices, default):
    value = text(name, default)
    if value not in choices:
        raise WrongSetting(name, "one of " + ", ".join(choices), value)
    return value


def address(name):
    """An e-mail address, or nothing."""
    value = text(name)
    if value and not ADDRESS.fullmatch(value):
        raise WrongSetting(name, "one e-mail address", value)
    return value


def web_address(name):
    """Where a site begins, without a slash at its end, or nothing."""
    value = text(name).removesuffix("/")
    parts = urlsplit(value)
    is_one = parts.scheme in {"http", "https"} and parts.hostname and HOST.fullmatch(parts.hostname)
    if value and not (is_one and value.isprintable() and not parts.query + parts.fragment):
        raise WrongSetting(name, "an address such as https://discuss.example.org", value)
    return value


def colour(name, default):
    """A colour as #rrggbb, in which words can be read on light paper."""
    value = text(name, default)
    found = colours.normal(value)
    if found is None:
        raise WrongSetting(name, "a colour such as #0b5a63", value)
    measured = colours.on_light(found)
    if measured < colours.READABLE:
        # Rounded down: what falls short by a hair does not look as if it held.
        raise WrongSetting(
            name,
            f"a contrast of {colours.READABLE}:1 or more with {colours.RAISED['light']}, the "
            f"darkest light paper of the site (it has {int(measured * 100) / 100}:1; the nearest "
            f"colour that would do is {colours.nearest_readable(found)})",
            value,
        )
    return found


def picture(name):
    """A logo (logo.Logo), or None."""
    value = text(name)
    if not value:
        return None
    try:
        return logo.read(Path(value))
    except ValueError as error:
        raise WrongSetting(name, f"{logo.EXPECTED} ({error})", value) from None


def together(*names):
    """The values of variables that make sense only together, or None when none of them is set."""
    values = [text(name) for name in names]
    if not any(values):
        return None
    for name, value in zip(names, values, strict=True):
        if not value:
            raise WrongSetting(name, "a value, since " + " and ".join(names) + " go together")
    return values


def database(name, default_path):
    """The DATABASES entry: SQLite in default_path, or what the URL says."""
    url = text(name)
    if not url:
        return sqlite(default_path)
    scheme = url.split(":", 1)[0]
    if scheme not in {"postgres", "postgresql", "sqlite"} or "://" not in url:
        expected = "postgres://user:password@host:5432/name or sqlite:////path/to/file"
        raise WrongSetting(name, expected)
    try:
        parsed = dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
    except ValueError as error:
        raise WrongSetting(name, f"a database address that can be read ({error})") from error
    if not parsed.get("NAME"):
        raise WrongSetting(name, "an address that ends with the name of the database")
    return sqlite(parsed["NAME"]) if scheme == "sqlite" else parsed


def sqlite(path):
    """WAL, so that readers never wait for a writer; FULL, so that what was acknowledged survives a
    power cut; IMMEDIATE, since every transaction of this project writes. Every thread has a
    connection of its own, so each keeps half a megabyte of pages: the system keeps the file's."""
    pragmas = {"journal_mode": "WAL", "synchronous": "FULL", "cache_size": "-500"}
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        # Opening it costs as much as reading a page.
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": " ".join(f"PRAGMA {name}={value};" for name, value in pragmas.items()),
        },
    }


def mail(name, default_folder):
    """Django's mail settings: files in default_folder, or what the URL says.

    smtp://user:password@host:587 uses STARTTLS (add ?tls=no for none), smtps://…:465 uses TLS from
    the first byte, file:///folder writes one file a message.
    """
    url = text(name, f"file://{default_folder}")
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(own_folder(name, unquote(parts.path))),
        }
    expected = "smtp://user:password@host:587, smtps://user:password@host:465 or file:///folder"
    try:
        port = parts.port
    except ValueError:
        raise WrongSetting(name, expected) from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise WrongSetting(name, expected)
    if parts.query not in {"", "tls=no"}:
        raise WrongSetting(name, expected)
    plain = parts.query == "tls=no"
    return {
        "EMAIL_BACKEND": "mail.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and not plain,
        "EMAIL_TIMEOUT": 15,
    }
