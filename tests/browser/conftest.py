"""Browser tests: a real Chromium at a real server, with and without JavaScript."""

import os
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import expect, sync_playwright

from tests.browser import chromium
from tests.browser.pasting import with_module

HERE = Path(__file__).parent
# How long a busy machine may take, in milliseconds; nothing waits longer than it has to.
PATIENCE = 20_000
SKIPPED = pytest.StashKey()


def pytest_collection_modifyitems(config, items):
    mine = [item for item in items if HERE in item.path.parents]
    reason = chromium.missing()
    if not mine or not reason:
        return
    if chromium.required():
        raise pytest.UsageError(f"Browser tests are required, but {reason}.")
    config.stash[SKIPPED] = f"{len(mine)} browser tests were skipped: {reason}"
    for item in mine:
        item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter, config):
    if line := config.stash.get(SKIPPED, ""):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def chrome():
    # Playwright keeps an event loop in this thread; Django would take that for a mistake.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.ARGUMENTS
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(params=[True, False], ids=["with-scripts", "without-scripts"])
def scripts(request):
    return request.param


@pytest.fixture
def visit(chrome, site, committed):
    """Makes somebody who visits the site: a fresh browser window, as a Playwright page.

    Whatever a page complains about (scripts, the Content-Security-Policy) fails the test.
    """
    contexts, complaints = [], []
    # All visitors come from one address: no test runs into the limits that another has used up.
    cache.clear()

    def someone(*, scripts=True, width=1280, at=None, **options):
        context = chrome.new_context(
            base_url=at or site.address,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            locale="en-GB",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: note(page, message))
        return page

    def note(page, message):
        # Chromium reports every refusal and every line that was cut; the tests look at those
        # themselves.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(f"{page.url}: {message.text}")

    yield someone
    for context in contexts:
        # Nothing is sent on the way out.
        context.set_offline(True)
        context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def paste_page(chrome, site):
    """A page of the site, under its Content-Security-Policy, with the module paste.js at hand.

    Whatever it complains about, asks for or opens fails the tests.
    """
    context = chrome.new_context(base_url=site.address)
    page = context.new_page()
    page.goto("/about/")
    with_module(page)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def reader(chrome):
    """An empty page that tells which words of a document can be seen."""
    context = chrome.new_context(offline=True)
    yield context.new_page()
    context.close()
