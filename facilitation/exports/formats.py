"""Rows as CSV, JSON and spreadsheets; the first two are made line by line."""

import json

from django.conf import settings
from django.utils.translation import gettext as _

from forum import cells

from ..making import CannotMakeError
from .choice import QUESTIONS
from .columns import COLUMNS
from .rows import rows, values

# What a cell and a sheet of a spreadsheet hold at most.
MOST_IN_CELL, MOST_ROWS = 32_767, 1_048_576
LONG_TEXTS = ("text", "plain")
# Of the columns, in characters.
WIDTH, WIDE = 14, 60


def csv_lines(discussion, choice, absolute):
    """With the mark that spreadsheets look for, and no cell that is a formula."""
    yield from cells.as_csv(plain_rows(discussion, choice, absolute))


def plain_rows(discussion, choice, absolute):
    yield list(COLUMNS)
    for row in rows(discussion, choice, absolute):
        yield ["" if value is None else value for value in values(row)]


def json_lines(discussion, choice, absolute):
    """One object: of what it is an export, what was chosen, the rows, each on a line."""
    frame = {
        "format": "indaba-export",
        "version": 1,
        "discussion": {
            "slug": discussion.slug,
            "title": discussion.title,
            "address": absolute(discussion.get_absolute_url()),
        },
        "chosen": choice.options,
    }
    yield dumped(frame)[:-1] + ', "rows": ['
    separator = "\n"
    for row in rows(discussion, choice, absolute):
        yield separator + dumped(dict(zip(COLUMNS, values(row), strict=True)))
        separator = ",\n"
    yield "\n]}\n"


def dumped(value):
    return json.dumps(value, ensure_ascii=False)


def write_xlsx(discussion, choice, absolute, file, on_row=lambda: None):
    """A workbook in constant memory: cells are strings and numbers, whatever they begin with.

    on_row: called with every row
    """
    # Megabytes that web processes do without.
    import xlsxwriter

    options = {
        "constant_memory": True,
        # What a killed process leaves there is erased with the documents.
        "tmpdir": str(settings.DOCUMENTS_DIR),
    }
    book = xlsxwriter.Workbook(file, options)
    sheets = Sheets(book, discussion, choice)
    for row in rows(discussion, choice, absolute):
        sheets.write(row)
        on_row()
    book.close()


class Sheets:
    """One, or one for the general texts and one for each question."""

    def __init__(self, book, discussion, choice):
        self.head = book.add_format({"bold": True})
        self.by_question = choice.rows == QUESTIONS
        self.lines, self.sheets = {}, {}
        if not self.by_question:
            self.add(book, None, _("Contributions"))
            return
        questions = sorted(discussion.questions_by_id.values(), key=lambda one: one.number)
        if not choice.question:
            self.add(book, None, _("General texts"))
        for question in questions:
            if choice.question in ("", question.key):
                self.add(book, question.pk, self.free_name(question))

    def free_name(self, question):
        """Its key; two sheets whose names differ in capitals alone break a workbook."""
        taken = {sheet.name.casefold() for sheet in self.sheets.values()}
        is_taken = question.key.casefold() in taken | {"history"}
        return f"{question.key} ({question.number})" if is_taken else question.key

    def add(self, book, key, name):
        sheet = book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        names = [*COLUMNS, *(f"{text}_continued" for text in LONG_TEXTS)]
        for place, column in enumerate(names):
            is_wide = column.startswith((*LONG_TEXTS, "question"))
            sheet.set_column(place, place, WIDE if is_wide else WIDTH)
        for place, column in enumerate(names):
            sheet.write_string(0, place, column, self.head)
        self.sheets[key], self.lines[key] = sheet, 1

    def write(self, row):
        answer = row.answers[0] if self.by_question and row.answers else None
        key = answer.question_id if answer else None
        sheet, line = self.sheets[key], self.lines[key]
        if line >= MOST_ROWS:
            raise CannotMakeError(_("A spreadsheet has no room for so many rows: choose CSV."))
        found = values(row)
        for text in LONG_TEXTS:
            place = list(COLUMNS).index(text)
            whole = found[place]
            found[place] = whole[:MOST_IN_CELL]
            found.append(whole[MOST_IN_CELL : 2 * MOST_IN_CELL])
        for place, value in enumerate(found):
            if isinstance(value, int):
                sheet.write_number(line, place, value)
            elif value:
                sheet.write_string(line, place, value)
        self.lines[key] += 1
