"""Pages of contributions as everybody sees them, and what one reader sees of them alone.

A sheet is drawn once for each version of its discussion and each language, and remembered. What
changes from reader to reader is little and is put in between: what is new to them, and what they
may do.
"""

from dataclasses import dataclass
from functools import cached_property
from sys import getsizeof

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from . import bulletins, permissions, threads
from .drawing import END, Drawing, Piece, addresses_of
from .markup import fill, joined
from .memory import Memory
from .models import Contribution

# Some forty pages of twenty threads.
MEMORY = Memory(8_000_000)


@dataclass(frozen=True)
class Sheet:
    # What it is remembered by.
    key: tuple
    # (HTML in front of it, the contribution), in the order of the page.
    pieces: list[tuple[str, Piece]]
    end: str
    # For ?before= and ?after=: a number where there is more.
    before: int | None
    after: int | None
    # Is it where one begins to read?
    at_start: bool
    # The numbers of the threads in which its first and its last contribution stand.
    first_thread: int | None
    last_thread: int | None
    # Does it begin in the middle of a thread?
    goes_on: bool

    def __bool__(self):
        return bool(self.pieces)

    @property
    def is_one_of_several(self):
        return self.before is not None or self.after is not None

    @property
    def first_label(self):
        return f"#{self.pieces[0][1].number}"

    @property
    def last_label(self):
        return f"#{self.pieces[-1][1].number}"

    @cached_property
    def authors(self):
        return frozenset(piece.author_id for _opening, piece in self.pieces)

    @cached_property
    def examples(self):
        """One piece of each kind that there is for those who steer nothing (Reader.kind_of)."""
        return list(
            {(piece.state, piece.has_body): piece for _opening, piece in self.pieces}.values()
        )

    @cached_property
    def latest(self):
        """The highest number on it."""
        return max((piece.number for _opening, piece in self.pieces), default=0)

    @property
    def html(self):
        """For those who may do nothing with it, and to whom nothing is new."""
        return joined(
            [part for opening, piece in self.pieces for part in (opening, piece.html)] + [self.end]
        )

    @property
    def size(self):
        """Bytes of it, about."""
        return sum(
            getsizeof(text)
            for opening, piece in self.pieces
            for text in (opening, piece.start, piece.rest)
        )


def sheet(discussion, user, place, make, *, question=None, within=False, in_time=False):
    """A Sheet: remembered, or of the page (threads.Page) that make() gives.

    place: what page of the discussion it is; the same place gives the same page
    question, within: as for Drawing
    in_time: do bulletins stand between its threads?
    """
    to_staff = permissions.is_staff(user, discussion)
    key = (discussion.pk, discussion.version, get_language(), to_staff, within, *place)
    found = MEMORY.get(key)
    if found is None:
        drawing = Drawing(discussion, to_staff=to_staff, question=question, within=within)
        found = drawn(key, drawing, make(), discussion.shown_bulletins if in_time else ())
        MEMORY.set(key, found, found.size, discussion)
    return found


def drawn(key, drawing, page, told=()):
    """told: the bulletins that stand between its threads"""
    shown = [row.contribution for row in page.rows] or None
    pieces, rest = [], []
    for row, before in threads.between(page.rows, threads.those_on(page, told)):
        items = [bulletins.drawn(drawing, one, short=one.pinned) for one in before]
        if row is None:
            rest = items
            break
        opening = drawing.opening(row, is_first=not pieces, items=items)
        pieces.append((opening, drawing.piece(row.contribution)))
    return Sheet(
        key=key,
        pieces=pieces,
        end=drawing.ending(page.still_open, items=rest, is_first=not pieces),
        before=page.before,
        after=page.after,
        at_start=page.at_start,
        first_thread=shown and threads.number_at(threads.root_path(shown[0].path)),
        last_thread=shown and threads.number_at(threads.root_path(shown[-1].path)),
        goes_on=bool(shown and shown[0].parent_id),
    )


class Reader:
    """What somebody who is signed in sees of contributions beside what everybody sees."""

    VERBS = ("reply", "edit", "withdraw", "appeal", "assign", "correct", "redact", "hide")
    VERBS += ("restore", "mute", "report")

    def __init__(self, discussion, user, reading=None):
        """reading: what they have seen of the discussion, for the marks of what is new"""
        self.discussion, self.user, self.reading = discussion, user, reading
        # May they do it? The answer, of contributions by others, for all that are alike.
        self.answers = {}
        # What may be done -> the list of links, in parts.
        self.lists = {}

    @cached_property
    def addresses(self):
        return addresses_of(self.discussion)

    def sheet(self, sheet):
        """Put together once for all readers who see the same: who wrote nothing of it, to whom
        nothing on it is new, and who may do the same with it."""
        reading, user = self.reading, self.user
        has_news = reading is not None and sheet.latest > reading.new_after
        if has_news or user.person_id in sheet.authors:
            return self.put_together(sheet)
        pieces = (piece for _opening, piece in sheet.pieces) if self.steers else sheet.examples
        may = {(self.kind_of(piece), tuple(self.verbs(piece))) for piece in pieces}
        key = (*sheet.key, frozenset(may))
        found = MEMORY.get(key)
        if found is None:
            found = self.put_together(sheet)
            MEMORY.set(key, found, getsizeof(found), self.discussion)
        return found

    def put_together(self, sheet):
        parts = []
        for opening, piece in sheet.pieces:
            parts += [opening, self.piece(piece)]
        return joined([*parts, sheet.end])

    def piece(self, piece):
        new = self.badge_of_news if self.is_new(piece) else ""
        return joined([piece.start, new, piece.rest, self.acts(piece), END])

    def is_new(self, piece):
        reading = self.reading
        return (
            reading is not None
            and piece.readable
            and piece.number > reading.new_after
            and piece.author_id != reading.person_id
        )

    @cached_property
    def badge_of_news(self):
        return fill(' <span class="badge new">{}</span>', pgettext("contribution", "New"))

    def acts(self, piece):
        """Its links: all that stands between its number, which comes twice in each."""
        verbs = tuple(self.verbs(piece))
        if verbs not in self.lists:
            self.lists[verbs] = self.list_of(verbs)
        return joined(self.lists[verbs], between=piece.number)

    def list_of(self, verbs):
        parts = [fill('<ul class="acts">\n')] if verbs else []
        for start, middle, end in map(self.links.get, verbs):
            parts[-1] = joined((parts[-1], start))
            parts += [middle, end]
        return [*parts[:-1], joined((parts[-1], fill("</ul>\n")))] if verbs else []

    def kind_of(self, piece):
        """What decides what may be done with what others wrote: its state, whether there is a
        general text, and for those who steer whether its author is of the staff."""
        by_staff = self.steers and piece.author_id in self.discussion.people_of_staff
        return piece.state, piece.has_body, by_staff

    def verbs(self, piece):
        """What may be done with it; with one's own, when it was published decides, too."""
        if piece.author_id == self.user.person_id:
            return self.allowed(piece)
        kind = self.kind_of(piece)
        if kind not in self.answers:
            self.answers[kind] = self.allowed(piece)
        return self.answers[kind]

    @cached_property
    def steers(self):
        return bool(permissions.can_steer(self.user, self.discussion))

    def allowed(self, piece):
        contribution = Contribution(
            discussion=self.discussion,
            number=piece.number,
            author_id=piece.author_id,
            state=piece.state,
            published_at=piece.published_at,
            body="…" if piece.has_body else "",
        )
        return [
            verb
            for verb in self.VERBS
            if getattr(permissions, f"can_{verb}")(self.user, contribution)
        ]

    @cached_property
    def links(self):
        """Verb -> the HTML of its link: in front of, between and behind the two numbers in it."""
        words = {
            "reply": _("Reply"),
            "edit": _("Edit"),
            "withdraw": _("Withdraw"),
            "appeal": _("Answer the moderators"),
            "assign": _("Assign to questions"),
            "correct": _("Correct"),
            "redact": _("Redact"),
            "hide": _("Hide"),
            "restore": _("Restore"),
            "mute": _("Mute its author"),
            "report": _("Report"),
        }
        return {verb: self.link(*self.addresses[verb], words[verb]) for verb in self.VERBS}

    def link(self, start, end, word):
        return (
            fill('<li><a href="{}', start),
            fill('{}">{}<span class="sr"> #', end, word),
            fill("</span></a></li>\n"),
        )
