"""The module that turns what is pasted into Markdown, tried out in a page of the site."""

from pathlib import Path

from django.conf import settings

MODULES = settings.BASE_DIR / "static" / "js"
MODULE = MODULES / "paste.js"
CLIPBOARD = Path(__file__).parent / "clipboard"


def with_module(page):
    """The server has it, and what it imports, under names with a hash; here they have their own."""
    page.route("**/paste.js", lambda route: route.fulfill(path=MODULE))
    page.route("**/toolbar.js", lambda route: route.fulfill(path=MODULES / "toolbar.js"))
    page.evaluate("async () => { window.paste = await import('/paste.js'); }")


def markdown_of(page, *documents):
    return page.evaluate("all => all.map(html => paste.markdownOf(html))", list(documents))


def visible_words(reader, *documents):
    """The words that Chromium shows of each, without the bullets and numbers of Word's lists."""
    texts = reader.evaluate(
        """all => all.map(html => {
            const body = document.createElement("div");
            document.body.replaceChildren(body);
            body.innerHTML = html;
            for (const element of body.querySelectorAll("[style*='mso-list']"))
                if (/mso-list:\\s*ignore/i.test(element.getAttribute("style"))) element.remove();
            return body.innerText;
        })""",
        list(documents),
    )
    return [text.split() for text in texts]
