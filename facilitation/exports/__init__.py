"""What was said in a discussion, as data."""

from django.conf import settings

from forum import permissions

from .. import tables


def may(user, discussion, options):
    return permissions.can_export_everything(user, discussion)


def csv(discussion, options, file, progress):
    total = discussion.last_number
    for done, line in enumerate(
        tables.as_csv(discussion, tables.FULL, lambda path: settings.SITE_URL + path)
    ):
        file.write(line.encode())
        progress(min(done, total), total)
