"""Contributions as HTML, as everybody sees them; sheets.py adds what one reader sees alone.

In Python, not in a template: a page draws a hundred of them, and half a second goes into a thousand
when each is sixty steps of Django's templates. Whatever is the same for all of a page (words,
addresses, what a reader may do at all) is found once.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.choices import language_name

from .markup import fill, joined, trusted
from .models.contributions import Contribution
from .permissions import is_text_shown

NOTHING, OPENED, CLOSED = fill(""), fill('<ol class="replies">'), fill("</ol></li>")
LIST, END = fill('<ol class="thread">\n'), fill("</article>\n")
CURRENT, COMMENT = fill(' aria-current="page"'), fill('Comment" itemprop="comment')

ADDRESSES = {
    "contribution": "forum:contribution",
    "reply": "forum:reply",
    "edit": "forum:edit",
    "withdraw": "forum:withdraw",
    "history": "forum:history",
    "assign": "facilitation:assign",
    "hide": "moderation:hide",
    "restore": "moderation:restore",
    "mute": "moderation:mute",
    "report": "forum:report",
    "appeal": "forum:appeal",
}


def filled(text, **values):
    """A translated text with %(names)s in it, as HTML; what is put in is escaped, unless it is HTML
    already."""
    return fill(text.replace("%(", "{").replace(")s", "}"), **values)


def spanned(part):
    return fill("<span>{}</span>", part) if part else NOTHING


@dataclass(frozen=True)
class Piece:
    """A contribution as HTML, and what decides what else a reader sees of it."""

    # Up to the name of its author; up to what may be done with it.
    start: str
    rest: str
    number: int
    author_id: int
    state: str
    published_at: datetime
    has_body: bool
    # Is more of it shown than that it is there?
    readable: bool

    @property
    def html(self):
        return joined([self.start, self.rest, END])


class Signature(NamedTuple):
    """HTML of a name and of what stands below it."""

    author: str
    affiliation: str
    is_staff: bool


class Drawing:
    """How the contributions of one discussion look, in the language that is active.

    Needs what for_display() brings.
    """

    def __init__(self, discussion, *, to_staff=False, question=None, within=False):
        """to_staff: who read what was hidden too
        question: only the answers to it are shown
        within: stand they on the page of the discussion, which schema.org calls a posting?
        """
        self.discussion, self.to_staff, self.question = discussion, to_staff, question
        self.kind = COMMENT if within else "Comment"
        self.language = get_language()
        self.addresses = addresses_of(discussion)
        self.signatures, self.languages, self.questions, self.days = {}, {}, {}, {}
        self.capacities = {code: str(label) for code, label in Contribution.Capacity.choices}
        self.comma = pgettext("between the parts of an affiliation", ", ")

    # --- lists ---

    def opening(self, row, *, is_first, items=()):
        """What stands in front of a row (threads.Row) of nested lists; items: HTML of what stands
        between it and the row before."""
        if items:
            first, *others = items
            item = joined([self.opening(row, is_first=is_first), first])
            after = self.opening(replace(row, closes=range(0)), is_first=False, items=others)
            return joined([item, after])
        if row.opens:
            before = OPENED
        elif is_first:
            before = LIST
        else:
            before = fill("</li>{}", ended(len(row.closes)))
        return fill("{}\n<li>\n", before)

    def ending(self, still_open, *, items=(), is_first=False):
        """What stands behind the last row; items: HTML of what comes after it."""
        items = [fill("\n<li>\n{}</li>", item) for item in items]
        if is_first:
            return joined([LIST, *items, fill("\n</ol>\n")]) if items else NOTHING
        return fill("</li>{}{}\n</ol>\n", ended(len(still_open)), joined(items))

    # --- one contribution ---

    def piece(self, contribution, *, here=False):
        """A Piece. here: it is what the page is about"""
        readable = is_text_shown(contribution, to_staff=self.to_staff)
        byline = self.signature(contribution)
        kind = "DiscussionForumPosting" if here else self.kind
        by_staff = byline.is_staff and readable
        start = fill(
            '<article id="{anchor}" class="contribution{by_staff}" itemscope '
            'itemtype="https://schema.org/{kind}" aria-labelledby="{anchor}-by">\n'
            '<header class="byline">\n'
            '  <h3 id="{anchor}-by" class="author">'
            '<a class="number" itemprop="url" href="{url}"{current}>{label}</a> {who}',
            anchor=contribution.anchor,
            by_staff=" by-staff" if by_staff else "",
            kind=kind,
            url=self.address(contribution.number),
            current=CURRENT if here else "",
            label=contribution.label,
            who=byline.author if readable else self.state(contribution),
        )
        rest = fill(
            '</h3>\n  {}<p class="meta">{}</p>\n</header>\n{}{}',
            byline.affiliation if readable else "",
            self.meta(contribution, readable=readable),
            self.notice(contribution, readable=readable),
            self.shown_text(contribution) if readable else "",
        )
        return Piece(
            start=start,
            rest=rest,
            number=contribution.number,
            author_id=contribution.author_id,
            state=contribution.state,
            published_at=contribution.published_at,
            has_body=contribution.has_body,
            readable=readable,
        )

    def signature(self, contribution):
        """How it is signed, drawn once: a few people write most of what is said."""
        who = None if contribution.anonymous else contribution.byline_id
        if who not in self.signatures:
            byline = contribution.public_byline
            self.signatures[who] = Signature(
                self.author(byline), self.affiliation(byline), byline.is_staff
            )
        return self.signatures[who]

    def author(self, byline):
        role = fill(' <span class="badge">{}</span>', byline.role_name)
        return fill(
            '<span itemprop="author" itemscope itemtype="https://schema.org/Person">'
            '<bdi class="name" itemprop="name">{}</bdi></span>{}',
            byline.name,
            role if byline.is_staff else "",
        )

    def state(self, contribution):
        return fill('<span class="quiet">{}</span>', contribution.get_state_display())

    def affiliation(self, byline):
        parts = byline.affiliation
        if not parts:
            return NOTHING
        group = byline.group_name
        return fill(
            '<p class="affiliation">{}{}</p>\n  ',
            joined((fill("<bdi>{}</bdi>", part) for part in parts), self.comma),
            fill(' <span class="group">({})</span>', group) if group else "",
        )

    def meta(self, contribution, *, readable):
        """In one line: what it replies to, when, and what is told of a text that can be read."""
        at = contribution.published_at
        published = fill(
            '<span itemprop="datePublished" content="{}">{}</span>', at.isoformat(), self.moment(at)
        )
        above = contribution.parent_number and filled(
            self.in_reply_to,
            url=self.address(contribution.parent_number),
            label=f"#{contribution.parent_number}",
        )
        facts = self.facts(contribution) if readable else []
        return joined([spanned(above), published, *map(spanned, facts)])

    def facts(self, contribution):
        yield self.language_of(contribution)
        yield self.capacities[contribution.capacity]
        if contribution.received_via != Contribution.ReceivedVia.WEB:
            yield contribution.get_received_via_display()
        if contribution.edited_at:
            yield from self.history(contribution)

    @cached_property
    def in_reply_to(self):
        return _('in reply to <a href="%(url)s">%(label)s</a>')

    def language_of(self, contribution):
        code = contribution.language
        if code not in self.languages:
            self.languages[code] = fill('<span lang="{}">{}</span>', code, language_name(code))
        return self.languages[code]

    def history(self, contribution):
        edited = filled(_("edited %(on)s"), on=self.moment(contribution.edited_at))
        url = self.address(contribution.number, "history")
        yield fill('<a href="{}">{}</a>', url, edited)
        if contribution.was_assigned:
            yield _("assigned to questions by a facilitator")

    def notice(self, contribution, *, readable):
        if contribution.is_hidden:
            text = filled(
                _("A moderator has hidden this contribution: %(reason)s"),
                reason=contribution.get_reason_display(),
            )
            staff = _("Only the staff of this discussion still see the text below.")
            return fill('<p class="notice">{} {}</p>\n', text, staff if readable else "")
        if contribution.is_withdrawn:
            text = _(
                "Its author has withdrawn this contribution. Its number and the replies to it stay."
            )
            return fill('<p class="notice">{}</p>\n', text)
        return NOTHING

    # --- what it says ---

    def shown_text(self, contribution):
        if not self.question:
            return self.text(contribution)
        whole = fill(
            '<p class="whole"><a href="{}">{}<span class="sr"> {}</span></a></p>\n',
            self.address(contribution.number),
            _("The whole contribution"),
            contribution.label,
        )
        return joined([self.text(contribution), whole])

    def text(self, text):
        """The general text and the answers of whatever has them, a preview too."""
        body = NOTHING
        # Where answers alone are read, the general text was not fetched.
        if not self.question and text.body_html:
            body = fill('<div class="prose">{}</div>\n', trusted(text.body_html))
        return fill(
            '<div class="text" itemprop="text" lang="{}" dir="{}">\n{}{}</div>\n',
            text.language,
            text.direction,
            body,
            joined(self.answer(answer) for answer in text.answers_in_order),
        )

    def answer(self, answer):
        return fill(
            '<section class="answer">{}<div class="prose">{}</div></section>',
            self.asked(answer.question),
            trusted(answer.body_html),
        )

    def asked(self, question):
        if question.pk not in self.questions:
            question.discussion = self.discussion
            wording = question.in_language(self.language)
            self.questions[question.pk] = fill(
                '<h4 class="question" lang="{}" dir="{}"><span class="key">{}</span> '
                "<span>{}</span></h4>",
                wording.language,
                wording.direction,
                question.key,
                wording.text,
            )
        return self.questions[question.pk]

    # --- addresses and times ---

    def address(self, number, name="contribution"):
        start, end = self.addresses[name]
        return f"{start}{number}{end}"

    def moment(self, value):
        local = timezone.localtime(value, self.zone)
        shown = self.day(local.date()).replace("H:i", f"{local:%H:%M}")
        return fill('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), shown)

    def day(self, day):
        """A date in the reader's language, with H:i where the time goes (config/formats): there are
        fewer days than times."""
        if day not in self.days:
            pattern = get_format("DATETIME_FORMAT").replace("H:i", r"\H:\i")
            self.days[day] = date_format(day, pattern)
        return self.days[day]

    @cached_property
    def zone(self):
        return self.discussion.zone


def addresses_of(discussion):
    """Name -> what stands in an address in front of a number, and behind it."""
    found = {}
    for name, view in ADDRESSES.items():
        start, _zero, end = reverse(view, args=[discussion.slug, 0]).rpartition("/0/")
        found[name] = (start + "/", "/" + end)
    return found


def ended(lists):
    """So many lists of replies end."""
    return joined([CLOSED] * lists)
