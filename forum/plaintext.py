"""A discussion as plain text: what was written, as it was written, for any program and any year."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.choices import language_name

RULE = "-" * 72


def piece(contribution):
    """A numbered one, with what for_display() brings."""
    yield f"\n\n{RULE}\n{heading(contribution)}\n"
    if contribution.is_published:
        for part in sections(contribution):
            yield f"\n{part}\n"


def frame(discussion, absolute):
    """Title, hosts, window, address; then welcome, background and questions.

    absolute: makes a full web address of a path
    """
    yield f"{discussion.title}\n{'=' * min(len(discussion.title), 72)}\n\n"
    yield "".join(f"{host.name}\n" for host in discussion.hosts.all())
    window = [discussion.opens_at, discussion.ended_at]
    yield " – ".join(moment(at, discussion) for at in window) + f" ({discussion.time_zone})\n"
    yield absolute(discussion.get_absolute_url()) + "\n"
    for text in (discussion.welcome, discussion.background):
        if text:
            yield f"\n{text.strip()}\n"
    for group in discussion.question_groups.prefetch_related("questions"):
        yield f"\n{group.title}\n" if group.title else "\n"
        for question in group.questions.all():
            question.discussion = discussion
            yield f"{question.key}. {question.in_language(get_language()).text}\n"


def heading(contribution):
    """#12, in reply to #3 / who / when, in which language"""
    discussion = contribution.discussion
    first = contribution.label
    if contribution.parent_number:
        first += ", " + _("in reply to %(label)s") % {"label": f"#{contribution.parent_number}"}
    at = moment(contribution.published_at, discussion)
    if not contribution.is_published:
        return f"{first}\n{contribution.get_state_display()}\n{at}"
    byline = contribution.public_byline
    comma = pgettext("between the parts of an affiliation", ", ")
    role = [byline.role_name] if byline.is_staff else []
    who = comma.join(map(str, [byline.name, *role, *byline.affiliation]))
    return f"{first}\n{who}\n{at}, {language_name(contribution.language)}"


def sections(contribution):
    if contribution.body:
        yield contribution.body.strip()
    for answer in contribution.answers_in_order:
        answer.question.discussion = contribution.discussion
        asked = answer.question.in_language(get_language()).text
        yield f"{answer.question.key}. {asked}\n\n{answer.body.strip()}"


def moment(value, discussion):
    return date_format(timezone.localtime(value, discussion.zone), "DATETIME_FORMAT")
