"""The words of a text without its marks."""

import re
from html import unescape

BREAK = re.compile(r"<br\s*/?>\n?")
CELL_END = re.compile(r"</t[dh]>\n?")
BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|tr|pre|blockquote|ul|ol|table)>")
# The sanitiser quotes every value of an attribute.
TAG = re.compile(r'<(?:[^>"]|"[^"]*")*>')
BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def plain(html):
    """Of HTML that markup.py has made: paragraphs keep their lines."""
    text = BREAK.sub("\n", html)
    text = CELL_END.sub("\t", text).replace("\t</tr>", "</tr>")
    text = BLOCK_END.sub("\n", text)
    text = unescape(TAG.sub("", text))
    return BLANK_LINES.sub("\n", text).strip()
