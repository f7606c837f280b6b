"""A document before it is written in a format."""

from dataclasses import dataclass, field
from datetime import datetime

from accounts.choices import direction

from .tree import Node, everything_in


@dataclass
class Document:
    title: str
    # Of the title, which is the discussion's; the rest has the document's own.
    title_language: str
    subtitle: str
    language: str
    hosts: list
    # Short lines for the title page.
    facts: list
    address: str
    made: str
    made_at: datetime
    # So many levels of headings stand in the contents.
    contents_depth: int
    words: dict
    body: list = field(default_factory=list)

    @property
    def contents(self):
        """The headings that stand in the contents."""
        return headings(self.body, self.contents_depth)

    @property
    def direction(self):
        return direction(self.language)

    @property
    def title_direction(self):
        return direction(self.title_language)


def headings(body, depth):
    """Those down to this level, in their order."""
    return [
        one
        for one in everything_in(body)
        if isinstance(one, Node) and one.kind == "heading" and one.more["level"] <= depth
    ]


def give_addresses(body, depth):
    """Whatever stands in the contents can be gone to."""
    for place, one in enumerate(headings(body, depth)):
        one.more.setdefault("id", f"s{place}")
