"""Tables for spreadsheets, none of whose cells is a formula."""

import csv
import re

# A cell that begins so is a formula to some program: full-width forms and spaces of any kind, also
# those that nobody sees, included.
SPACES = "[\\s\ufeff\u200b-\u200f\u2060]*"
FORMULA = re.compile(f"{SPACES}[\t\r\n=+@＝＋－＠-]")
# A program that separates cells by semicolons or tabs finds cells inside a text, also at the start
# of a line. There "-" begins every list: it is left alone where nothing follows that could compute.
FORMULA_INSIDE = re.compile(
    f"([\n\r\v\f\x85\u2028\u2029;\t]{SPACES})(?=[=@＝＠]|[+＋－-][^;\n\r\t]*[(|!=])"
)
BOM = "\ufeff"


class Line:
    """What csv.writer writes to: it hands every line back."""

    def write(self, line):
        return line


def as_csv(rows):
    """Rows of values as lines of UTF-8 text, RFC 4180, with the mark that spreadsheets look for."""
    writer = csv.writer(Line())
    yield BOM
    for row in rows:
        yield writer.writerow([harmless(value) for value in row])


def harmless(value):
    """A cell that no spreadsheet takes for a formula: an apostrophe stands in front of each."""
    text = FORMULA_INSIDE.sub(r"\1'", str(value))
    return f"'{text}" if FORMULA.match(text) else text
