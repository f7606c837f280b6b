"""Write the pages of the site itself."""

from django.db import transaction

from .. import markup, permissions
from ..models import LogEntry, Page
from ..models.pages import FIRST_VERSION
from .base import refuse_unless


def write_page(*, user, key, language, title, body):
    """Store a new version of a page; earlier ones stay, since people agreed to them.

    In order: render, lock, number, store, log it.
    """
    body_html = markup.render(body, top_level=2)
    with transaction.atomic():
        return store_page(user, key, language, title, body, body_html)


def store_page(user, key, language, title, body, body_html):
    refuse_unless(permissions.can_write_page(user))
    versions = Page.objects.select_for_update().filter(key=key, language=language)
    last = versions.order_by("-version").values_list("version", flat=True).first() or 0
    page = Page.objects.create(
        key=key,
        language=language,
        version=max(last, FIRST_VERSION) + 1,
        title=title,
        body=body,
        body_html=body_html,
    )
    LogEntry.objects.record("page.edit", actor=user, page=f"{key}/{language}/{page.version}")
    return page
