"""What a browser does: it keeps cookies, fetches pages with hidden fields, and sends forms."""

import re
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser

import requests

# Longer than the database lets anybody wait for their turn.
PATIENCE = 30  # seconds
# The hidden fields that a page renews when it asks.
SAYING_YES = ("again", "version", "sequence")
ACTS = ("acknowledged", "asked", "refused", "failed", "unknown")


@dataclass
class Answer:
    """What became of a form, and what the ledger should know of it."""

    act: str
    about: dict = field(default_factory=dict)
    # The hidden fields of a page that asks.
    fields: dict = field(default_factory=dict)


class HiddenFields(HTMLParser):
    """The hidden fields of the form that a page is there for."""

    def __init__(self, page):
        super().__init__()
        self.fields, self.inside = {}, False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.inside = "form" in attributes.get("class", "").split()
        elif tag == "input" and self.inside and attributes.get("type") == "hidden":
            self.fields[attributes["name"]] = attributes.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False


class Browser:
    def __init__(self, site):
        self.site = site
        self.session = requests.Session()
        # Nothing stands between it and the site, whatever is set on this machine.
        self.session.trust_env = False

    def close(self):
        self.session.close()

    def sign_in(self, email, password):
        path = "/accounts/login/"
        form = HiddenFields(self.get(path).text).fields | {"login": email, "password": password}
        answer = self.post(path, form)
        assert answer.status_code == 302, answer.text

    def get(self, path):
        return self.session.get(self.site + path, timeout=PATIENCE)

    def post(self, path, form, **headers):
        return self.session.post(
            self.site + path, form, headers=headers, timeout=PATIENCE, allow_redirects=False
        )

    def send(self, path, form, fault):
        """Send a form to a process that dies as the fault says (tests/faults/wsgi.py)."""
        begun = time.monotonic()
        try:
            answer = understood(self.post(path, form, **{"X-Fault": fault}), path, form)
        except requests.RequestException as error:
            answer = Answer("unknown", {"why": type(error).__name__})
        answer.about["seconds"] = round(time.monotonic() - begun, 3)
        return answer


def understood(response, path, form):
    status = response.status_code
    if status == 302:
        return followed(response.headers["Location"], path)
    if status == 422 and asks(fields := HiddenFields(response.text).fields, form):
        return Answer("asked", fields=fields)
    return Answer("failed" if status >= 500 else "refused", {"status": status})


def followed(location, path):
    """The site leads to what was published, or back to the form in which a draft goes on."""
    if location == path:
        return Answer("acknowledged")
    if match := re.fullmatch(r"/discussions/[-\w]+/(\d+)/", location):
        return Answer("acknowledged", {"number": int(match[1])})
    return Answer("refused", {"location": location})


def asks(fields, form):
    """Does a page ask whether they mean it, or show what stands there now? Then one of the hidden
    fields says yes to that, and the form is still the same one. Any other page is a refusal."""
    says_yes = any(fields.get(name) != form.get(name) for name in SAYING_YES)
    return says_yes and fields.get("submission_key") == form.get("submission_key")
