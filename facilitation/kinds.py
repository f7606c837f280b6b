"""The documents that can be made of a discussion: a line for each kind."""

from django.utils.translation import gettext_lazy

from . import exports, proceedings
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
    "pdf": Kind(
        gettext_lazy("Proceedings (PDF)"),
        "pdf",
        "application/pdf",
        proceedings.produce("pdf"),
        about=proceedings.about,
    ),
    "docx": Kind(
        gettext_lazy("Proceedings (DOCX)"),
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        proceedings.produce("docx"),
        about=proceedings.about,
    ),
    "odt": Kind(
        gettext_lazy("Proceedings (ODT)"),
        "odt",
        "application/vnd.oasis.opendocument.text",
        proceedings.produce("odt"),
        about=proceedings.about,
    ),
    "epub": Kind(
        gettext_lazy("Proceedings (EPUB)"),
        "epub",
        "application/epub+zip",
        proceedings.produce("epub"),
        about=proceedings.about,
    ),
    "html": Kind(
        gettext_lazy("Proceedings (one HTML page)"),
        "html",
        "text/html; charset=utf-8",
        proceedings.produce("html"),
        about=proceedings.about,
    ),
}


def may_take(user, document):
    """May this user have it, as things stand now?"""
    kind = KINDS[document.kind]
    return kind.may(user, document.discussion, document.options)
