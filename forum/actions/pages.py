"""Write the pages of the site itself."""

from django.db import transaction

from .. import markup
from ..models import LogEntry, Page


@transaction.atomic
def write_page(*, user, key, language, title, body):
    """Store a new version of a page; earlier ones stay, since people agreed to them. Logged."""
    versions = Page.objects.select_for_update().filter(key=key, language=language)
    last = versions.order_by("-version").values_list("version", flat=True).first() or 0
    page = Page.objects.create(
        key=key,
        language=language,
        version=last + 1,
        title=title,
        body=body,
        body_html=markup.render(body, top_level=2),
    )
    LogEntry.objects.record("page.edit", actor=user, page=f"{key}/{language}/{page.version}")
    return page
