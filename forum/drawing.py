"""Contributions as HTML.

In Python, not in a template: a page draws a hundred of them, and half a second goes into a thousand
when each is sixty steps of Django's templates. Whatever is the same for all of a page (words,
addresses, what a reader may do at all) is found once.
"""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.choices import language_name

from . import permissions
from .markup import fill, joined, trusted
from .models.contributions import Contribution

NOTHING, OPENED, CLOSED = fill(""), fill('<ol class="replies">'), fill("</ol></li>")
CURRENT, COMMENT = fill(' aria-current="page"'), fill('Comment" itemprop="comment')


def filled(text, **values):
    """A translated text with %(names)s in it, as HTML; what is put in is escaped, unless it is HTML
    already."""
    return fill(text.replace("%(", "{").replace(")s", "}"), **values)


def spanned(part):
    return fill("<span>{}</span>", part) if part else NOTHING


class Drawing:
    """How the contributions of one discussion look to one reader, in the language that is active.

    Needs what for_display() brings.
    """

    def __init__(self, discussion, user, *, reading=None, question=None, acts=True, within=False):
        """reading: what this reader has seen of it, for the marks of what is new
        question: only the answers to it are shown
        acts: with what the reader may do with each
        within: stand they on the page of the discussion, which schema.org calls a posting?
        """
        self.discussion, self.user = discussion, user
        self.reading, self.question = reading, question
        # A visitor may do nothing with what is published.
        self.acts = acts and user.is_authenticated
        self.kind = COMMENT if within else "Comment"
        self.language = get_language()
        self.languages, self.questions = {}, {}
        self.capacities = {code: str(label) for code, label in Contribution.Capacity.choices}
        self.comma = pgettext("between the parts of an affiliation", ", ")

    # --- lists ---

    def page(self, rows, still_open):
        """A page of rows (threads.Row), as nested lists."""
        parts = [self.row(row, is_first=not place) for place, row in enumerate(rows)]
        if not parts:
            return NOTHING
        return fill(
            '<ol class="thread">\n{}</li>{}\n</ol>\n', joined(parts), ended(len(still_open))
        )

    def row(self, row, *, is_first):
        if row.opens:
            before = OPENED
        elif is_first:
            before = NOTHING
        else:
            before = fill("</li>{}", ended(len(row.closes)))
        return fill("{}\n<li>{}\n", before, self.contribution(row.contribution))

    # --- one contribution ---

    def contribution(self, contribution, *, here=False):
        """here: it is what the page is about"""
        readable = bool(permissions.can_see_text(self.user, contribution))
        byline = contribution.public_byline
        kind = "DiscussionForumPosting" if here else self.kind
        by_staff = byline.is_staff and readable
        return fill(
            '<article id="{anchor}" class="contribution{by_staff}" itemscope '
            'itemtype="https://schema.org/{kind}" aria-labelledby="{anchor}-by">\n'
            '<header class="byline">\n'
            '  <h3 id="{anchor}-by" class="author">'
            '<a class="number" itemprop="url" href="{url}"{current}>{label}</a> {who}</h3>\n'
            '  {affiliation}<p class="meta">{meta}</p>\n</header>\n'
            "{notice}{text}{acts}</article>\n",
            anchor=contribution.anchor,
            by_staff=" by-staff" if by_staff else "",
            kind=kind,
            url=self.address(contribution),
            current=CURRENT if here else "",
            label=contribution.label,
            who=self.author(contribution, byline) if readable else self.state(contribution),
            affiliation=self.affiliation(byline) if readable else "",
            meta=self.meta(contribution, readable=readable),
            notice=self.notice(contribution, readable=readable),
            text=self.shown_text(contribution) if readable else "",
            acts=self.acts_on(contribution) if self.acts else "",
        )

    def author(self, contribution, byline):
        role = fill(' <span class="badge">{}</span>', byline.role_name)
        return fill(
            '<span itemprop="author" itemscope itemtype="https://schema.org/Person">'
            '<bdi class="name" itemprop="name">{}</bdi></span>{}{}',
            byline.name,
            role if byline.is_staff else "",
            self.badge_of_news if self.is_new(contribution) else "",
        )

    def is_new(self, contribution):
        reading = self.reading
        return (
            reading is not None
            and contribution.number > reading.new_after
            and contribution.author_id != reading.person_id
        )

    @cached_property
    def badge_of_news(self):
        return fill(' <span class="badge new">{}</span>', pgettext("contribution", "New"))

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
        above = contribution.parent and filled(
            self.in_reply_to, url=self.address(contribution.parent), label=contribution.parent.label
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
        url = self.address(contribution, "history")
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
            self.address(contribution),
            _("The whole contribution"),
            contribution.label,
        )
        return joined([self.text(contribution), whole])

    def text(self, text):
        """The general text and the answers of whatever has them, a preview too."""
        body = NOTHING
        if text.body_html and not self.question:
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

    # --- what a reader may do ---

    def acts_on(self, contribution):
        acts = [
            fill(
                '<li><a href="{}">{}<span class="sr"> {}</span></a></li>\n',
                self.address(contribution, verb),
                word,
                contribution.label,
            )
            for verb, word in self.verbs.items()
            if getattr(permissions, f"can_{verb}")(self.user, contribution)
        ]
        return fill('<ul class="acts">\n{}</ul>\n', joined(acts)) if acts else NOTHING

    @cached_property
    def verbs(self):
        return {
            "reply": _("Reply"),
            "edit": _("Edit"),
            "withdraw": _("Withdraw"),
            "assign": _("Assign to questions"),
            "hide": _("Hide"),
            "restore": _("Restore"),
        }

    # --- addresses and times ---

    ADDRESSES = {
        "contribution": "forum:contribution",
        "reply": "forum:reply",
        "edit": "forum:edit",
        "withdraw": "forum:withdraw",
        "history": "forum:history",
        "assign": "facilitation:assign",
        "hide": "moderation:hide",
        "restore": "moderation:restore",
    }

    @cached_property
    def addresses(self):
        """What stands in front of a number and behind it."""
        found = {}
        for name, view in self.ADDRESSES.items():
            start, _zero, end = reverse(view, args=[self.discussion.slug, 0]).rpartition("/0/")
            found[name] = (start + "/", "/" + end)
        return found

    def address(self, contribution, name="contribution"):
        start, end = self.addresses[name]
        return f"{start}{contribution.number}{end}"

    def moment(self, value):
        local = timezone.localtime(value, self.zone)
        return fill(
            '<time datetime="{}">{}</time>',
            local.isoformat(),
            date_format(local, "DATETIME_FORMAT"),
        )

    @cached_property
    def zone(self):
        return self.discussion.zone


def ended(lists):
    """So many lists of replies end."""
    return joined([CLOSED] * lists)
