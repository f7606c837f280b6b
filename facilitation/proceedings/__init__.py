"""A whole discussion as one document.

gathering.py asks for everything once and makes a tree (tree.py) of it, as its readers may see it;
pdf.py, page.py and office.py write that tree, each in its format.
"""

import shutil
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from . import office, page, pdf
from .gathering import gather
from .wishes import DISCLAIMER, Order, Wishes

__all__ = ["DISCLAIMER", "FORMATS", "Order", "Wishes", "about", "gather", "produce", "write"]

# Another format is a function more, of a Document and the path of the file.
WRITERS = {
    "pdf": pdf.write,
    "docx": office.docx,
    "odt": office.odt,
    "epub": office.epub,
    "html": page.write,
}
FORMATS = tuple(WRITERS)


def write(discussion, format_, path, wishes=None, progress=None):
    """The proceedings of a discussion as a file. Raises CannotMakeError"""
    WRITERS[format_](gather(discussion, wishes, progress=progress), path)


def produce(format_):
    """The same for kinds.KINDS."""
    return partial(into, format_)


def into(format_, discussion, options, file, progress):
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"proceedings.{format_}"
        write(discussion, format_, path, Wishes.of(options), progress)
        with path.open("rb") as made:
            shutil.copyfileobj(made, file)


def about(options):
    return Wishes.of(options).in_words
