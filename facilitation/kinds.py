"""The documents that can be made of a discussion: a line for each kind."""

from django.utils.translation import gettext_lazy

from . import exports
from .making import Kind

KINDS = {
    "csv": Kind(
        gettext_lazy("Table (CSV)"), "csv", "text/csv; charset=utf-8", exports.csv, exports.may
    ),
}


def may_take(user, document):
    """May this user have it, as things stand now?"""
    kind = KINDS[document.kind]
    return kind.may(user, document.discussion, document.options)
