"""What stands in the proceedings of a discussion, and in which order: a tree for every format.

Every reader of the discussion may read it: what is hidden or withdrawn is a number, a date and a
reason, and whoever wrote without their name has none.
"""

import unicodedata
from itertools import groupby

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, override, pgettext
from django.utils.translation import gettext as _

from accounts.choices import direction, language_name
from forum.models import Contribution
from forum.streams import everything

from . import additions
from .document import Document, give_addresses
from .tree import Node, heading, node, para, parsed, passage, rendered
from .wishes import DISCLAIMER, Order, Wishes, site_language

# Up to so many contributions each has its line in the contents, beyond them each day has.
MOST_IN_CONTENTS = 120


def gather(discussion, wishes=None, *, progress=None):
    """The Document. progress(done, total) is told how many contributions are read."""
    wishes = wishes or Wishes()
    with override(site_language(wishes.language or discussion.language)):
        return Gathering(discussion, wishes, progress).document()


class Gathering:
    def __init__(self, discussion, wishes, progress):
        self.discussion, self.wishes = discussion, wishes
        self.language = get_language()
        self.comma = pgettext("between the parts of an affiliation", ", ")
        self.contributions = []
        for one in everything(discussion, by="number"):
            self.contributions.append(one)
            if progress:
                progress(len(self.contributions), discussion.last_number)
        self.published = [one for one in self.contributions if one.is_published]
        self.numbers = {one.number for one in self.contributions}
        self.contributors = self.found_contributors()

    def document(self):
        discussion = self.discussion
        now = timezone.now()
        depth = 3 if len(self.contributions) <= MOST_IN_CONTENTS else 2
        body = self.body()
        give_addresses(body, depth)
        return Document(
            title=discussion.title,
            title_language=discussion.language,
            subtitle=_("Proceedings of the e-discussion"),
            language=self.language,
            hosts=[host.name for host in discussion.hosts.all()],
            facts=[fact for fact in self.facts() if fact],
            address=settings.SITE_URL.rstrip("/") + discussion.get_absolute_url(),
            made=_("Made on %(day)s") % {"day": self.day(now)},
            made_at=now,
            contents_depth=depth,
            words={"contents": _("Contents")},
            body=body,
        )

    def body(self):
        statistics = additions.statistics(self.discussion) if self.wishes.statistics else ()
        return [
            *self.about(),
            *self.background(),
            *self.questions(),
            *self.said(),
            *self.people(),
            *statistics,
        ]

    # --- the frame ---

    def facts(self):
        """Dates, languages and numbers."""
        days = self.day(self.discussion.opens_at), self.day(self.discussion.ended_at)
        yield " – ".join(dict.fromkeys(days))
        yield self.comma.join(dict.fromkeys(map(language_name, self.languages())))
        yield self.comma.join([self.counted_contributions(), self.counted_authors()])

    def counted_contributions(self):
        count = len(self.published)
        return ngettext("%(count)s contribution", "%(count)s contributions", count) % {
            "count": count
        }

    def counted_authors(self):
        # Of those who gave their name: the others are not told apart.
        count = len(self.contributors)
        return ngettext("%(count)s author", "%(count)s authors", count) % {"count": count}

    def languages(self):
        """Those in which something was said, the most used one first."""
        said = [one.language for one in self.published]
        return sorted(dict.fromkeys(said), key=said.count, reverse=True)

    def about(self):
        discussion = self.discussion
        yield heading(1, _("About this document"), id="about", role="part")
        text = self.wishes.disclaimer.strip() or str(DISCLAIMER)
        yield self.own(rendered(text, top_level=2), role="disclaimer")
        hosts = list(discussion.hosts.all())
        if hosts:
            yield para(
                _("Hosts:"),
                " ",
                *separated([linked(host.name, host.url) for host in hosts], self.comma),
            )
        yield para(
            _("Open from %(start)s until %(end)s (%(zone)s).")
            % {
                "start": self.moment(discussion.opens_at),
                "end": self.moment(discussion.ended_at),
                "zone": discussion.time_zone,
            }
        )
        for extension in discussion.extensions.all():
            words = _("Extended on %(day)s until %(end)s:") % {
                "day": self.day(extension.at),
                "end": self.moment(extension.new_closes_at),
            }
            yield para(words, " ", extension.reason)
        address = settings.SITE_URL.rstrip("/") + discussion.get_absolute_url()
        yield para(_("The originals:"), " ", linked(address, address))

    def background(self):
        discussion = self.discussion
        texts = (
            (_("Welcome"), "welcome", discussion.welcome_html),
            (_("Background"), "background", discussion.background_html),
        )
        for title, name, html in texts:
            if html:
                yield heading(1, title, id=name)
                yield self.theirs(parsed(html, top_level=2), discussion)

    def questions(self):
        groups = self.discussion.questions_in_groups
        if not groups:
            return
        yield heading(1, _("Guiding questions"), id="questions")
        for group, questions in groups:
            if group.title:
                yield self.theirs([heading(2, group.title)], self.discussion)
            for question in questions:
                wording = self.asked(question)
                text = para(node("strong", question.key), " ", wording.text, role="question")
                yield passage([text], wording.language, wording.direction)

    # --- what was said ---

    def said(self):
        yield heading(1, _("Contributions"), id="contributions", role="part")
        if self.wishes.order == Order.QUESTION:
            yield from self.by_question()
        else:
            yield from self.by_date()

    def by_date(self):
        """Day by day, bulletins where they came."""
        told = [(one.published_at, 0, one) for one in self.contributions]
        bulletins = additions.bulletins(self.discussion, self.moment, level=3)
        told += [(at, 1, blocks) for at, blocks in bulletins]
        in_time = sorted(told, key=lambda one: one[:2])
        for day, those in groupby(in_time, key=lambda one: self.day(one[0])):
            yield heading(2, day)
            for _at, _kind, one in those:
                if isinstance(one, Contribution):
                    yield from self.contribution(one, anchor=one.anchor)
                else:
                    yield from one

    def by_question(self):
        """Bulletins, then the general texts, then the answers to each question."""
        bulletins = list(additions.bulletins(self.discussion, self.moment, level=3))
        if bulletins:
            yield heading(2, _("Bulletins"))
            for _at, blocks in bulletins:
                yield from blocks
        anchored = set()
        general = [one for one in self.contributions if one.body or not one.is_published]
        if general:
            yield heading(2, _("General texts"))
        for one in general:
            anchored.add(one.number)
            yield from self.contribution(one, anchor=one.anchor, answers=False)
        for question in self.discussion.questions_by_id.values():
            yield from self.answers_to(question, anchored)

    def answers_to(self, question, anchored):
        wording = self.asked(question)
        title = heading(2, f"{question.key}. {wording.text}")
        yield passage([title], wording.language, wording.direction)
        some = False
        for one in self.published:
            for answer in one.loaded_answers:
                if answer.question_id == question.pk:
                    anchor = None if one.number in anchored else one.anchor
                    anchored.add(one.number)
                    blocks = parsed(answer.body_html, top_level=4)
                    yield from self.framed(one, anchor, [self.theirs(blocks, one)])
                    some = True
        if not some:
            yield para(_("Nobody has answered this question."))

    def contribution(self, one, *, anchor, answers=True):
        if not one.is_published:
            yield from self.withheld(one, anchor)
            return
        texts = []
        if one.body_html:
            texts.append(self.theirs(parsed(one.body_html, top_level=4), one))
        for answer in one.answers_in_order if answers else ():
            wording = self.asked(answer.question)
            title = heading(4, f"{answer.question.key}. {wording.text}", role="question")
            texts.append(passage([title], wording.language, wording.direction))
            texts.append(self.theirs(parsed(answer.body_html, top_level=5), one))
        yield from self.framed(one, anchor, texts)

    def framed(self, one, anchor, texts):
        """Who has said it and when, then what."""
        byline = one.public_byline
        name = self.name_of(one, byline)
        yield heading(3, *name, role="contribution", **({"id": anchor} if anchor else {}))
        if byline.affiliation:
            yield para(*self.affiliation(byline), role="byline")
        yield para(*self.meta(one), role="meta")
        yield from texts

    def name_of(self, one, byline):
        yield node("number", one.label)
        yield " "
        yield isolated(byline.name)
        if byline.is_staff:
            yield node("role", f" · {byline.role_name}")

    def affiliation(self, byline):
        yield from separated([isolated(part) for part in byline.affiliation], self.comma)
        if byline.group_name:
            yield f" ({byline.group_name})"

    def meta(self, one):
        """When, in which language, in reply to what."""
        yield self.moment(one.published_at)
        if one.is_published:
            yield " · "
            yield isolated(language_name(one.language))
            if one.capacity == Contribution.Capacity.OFFICIAL:
                yield f" · {one.get_capacity_display()}"
            if one.received_via != Contribution.ReceivedVia.WEB:
                yield f" · {one.get_received_via_display()}"
        if one.parent_number:
            yield " · "
            yield from self.in_reply_to(one.parent_number)

    def in_reply_to(self, number):
        label = f"#{number}"
        before, after = (_("in reply to %(label)s") % {"label": "\0"}).split("\0")
        target = node("link", label, to=f"c{number}") if number in self.numbers else label
        return [part for part in (before, target, after) if part]

    def withheld(self, one, anchor):
        """A number, a date and a reason."""
        state = node("role", f" {one.get_state_display()}")
        yield heading(3, node("number", one.label), state, role="contribution", id=anchor)
        yield para(*self.meta(one), role="meta")
        if one.is_hidden:
            yield para(
                _("A moderator has hidden this contribution: %(reason)s")
                % {"reason": one.get_reason_display()},
                role="notice",
            )
        else:
            yield para(_("Its author has withdrawn this contribution."), role="notice")

    # --- who has said it ---

    def found_contributors(self):
        """author -> (their latest public byline, their numbers), of those who gave their name."""
        found = {}
        for one in self.published:
            if not one.anonymous:
                _byline, numbers = found.get(one.author_id, (None, []))
                found[one.author_id] = one.public_byline, [*numbers, one.number]
        return found

    def people(self):
        named = sorted(self.contributors.values(), key=lambda one: one[0].name.casefold())
        unnamed = sum(one.anonymous for one in self.published)
        if not named and not unnamed:
            return
        yield heading(1, _("Contributors"), id="contributors", role="part")
        items = []
        for byline, numbers in named:
            links = [node("link", f"#{number}", to=f"c{number}") for number in numbers]
            parts = [node("strong", isolated(byline.name))]
            if byline.affiliation:
                parts += [self.comma, *self.affiliation(byline)]
            items.append(node("item", para(*parts, " · ", *separated(links, " "), tight=True)))
        if items:
            yield Node("list", items, {"role": "people"})
        if unnamed:
            yield para(
                ngettext(
                    "%(count)s contribution was made without a name.",
                    "%(count)s contributions were made without a name.",
                    unnamed,
                )
                % {"count": unnamed}
            )

    # --- languages and times ---

    def asked(self, question):
        question.discussion = self.discussion
        return question.in_language(self.language)

    def own(self, blocks, **more):
        return passage(blocks, self.language, direction(self.language), **more)

    def theirs(self, blocks, text):
        """Blocks in the language of a contribution or of the discussion."""
        return passage(blocks, text.language, text.direction, role="text")

    def local(self, value):
        return timezone.localtime(value, self.discussion.zone)

    def day(self, value):
        return date_format(self.local(value), "DATE_FORMAT")

    def moment(self, value):
        return date_format(self.local(value), "DATETIME_FORMAT")


def isolated(text):
    """Words with a direction of their own amid others."""
    signs = (unicodedata.bidirectional(sign) for sign in text)
    first = next((sign for sign in signs if sign in {"L", "R", "AL"}), "L")
    return node("isolate", text, dir="ltr" if first == "L" else "rtl")


def linked(text, url):
    return node("link", text, href=url) if url else text


def separated(parts, between):
    for place, part in enumerate(parts):
        if place:
            yield between
        yield part
