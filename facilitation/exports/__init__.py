"""What was said in a discussion, as data: CSV, spreadsheets and JSON."""

from django.conf import settings

from .choice import ANSWERS, CONTRIBUTIONS, QUESTIONS, ROWS, WAITING, Choice, about, may
from .formats import csv_lines, json_lines, write_xlsx

__all__ = [
    "ANSWERS",
    "CONTRIBUTIONS",
    "LINES",
    "QUESTIONS",
    "ROWS",
    "WAITING",
    "Choice",
    "about",
    "csv",
    "may",
    "on_site",
    "spreadsheet",
    "write_xlsx",
]

# What is made line by line, and so can be sent while it is made.
LINES = {"csv": csv_lines, "json": json_lines}


def csv(discussion, options, file, progress):
    write_lines(csv_lines, discussion, options, file, progress)


def json(discussion, options, file, progress):
    write_lines(json_lines, discussion, options, file, progress)


def spreadsheet(discussion, options, file, progress):
    choice = Choice.of(options)
    write_xlsx(discussion, choice, on_site, file, counter(discussion, choice, progress))


def write_lines(lines, discussion, options, file, progress):
    choice = Choice.of(options)
    count = counter(discussion, choice, progress)
    for line in lines(discussion, choice, on_site):
        file.write(line.encode())
        count()


def counter(discussion, choice, progress):
    """A function that is called with every row; there may be more rows than contributions."""
    total, done = choice.among(discussion).count(), 0
    progress(done, total)

    def count():
        nonlocal done
        done += 1
        progress(min(done, total), total)

    return count


def on_site(path):
    """A full web address, where no request says under which name the site is reached."""
    return settings.SITE_URL + path
