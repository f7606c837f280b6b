"""A whole discussion as one document.

gathering.py asks for everything once and makes a tree (tree.py) of it, as its readers may see it;
pdf.py, page.py and office.py write that tree, each in its format.
"""

from . import office, page, pdf
from .errors import CannotWrite
from .gathering import Order, Wishes, gather

__all__ = ["FORMATS", "CannotWrite", "Order", "Wishes", "gather", "write"]

# Another format is a function more that takes a Document and the path of a file.
FORMATS = {
    "pdf": pdf.write,
    "docx": office.docx,
    "odt": office.odt,
    "epub": office.epub,
    "html": page.write,
}


def write(discussion, format_, path, wishes=None, **gathering):
    """The proceedings of a discussion as a file. Raises CannotWrite"""
    FORMATS[format_](gather(discussion, wishes, **gathering), path)
