"""The documents that can be made of a discussion: a line for each kind."""

from django.utils.translation import gettext_lazy

from . import exports
from .making import Kind

KINDS = {
    "csv": Kind(
        gettext_lazy("CSV, for every program"),
        "csv",
        "text/csv; charset=utf-8",
        exports.csv,
        exports.may,
        exports.about,
    ),
    "xlsx": Kind(
        gettext_lazy("Spreadsheet (XLSX)"),
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        exports.spreadsheet,
        exports.may,
        exports.about,
    ),
    "json": Kind(
        gettext_lazy("JSON, for programmers"),
        "json",
        "application/json",
        exports.json,
        exports.may,
        exports.about,
    ),
}


def may_take(user, document):
    """May this user have it, as things stand now?"""
    kind = KINDS[document.kind]
    return kind.may(user, document.discussion, document.options)
