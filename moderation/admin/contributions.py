"""Contributions: to read, to hide, to restore. Their texts are never edited here."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import country_name, language_name
from forum import permissions
from forum.actions import Stale, locked_contribution
from forum.markup import trusted
from forum.models import Answer, Contribution, Discussion
from forum.models.memberships import STEERING_ROLES
from forum.templatetags.forum import listed, moment
from forum.views.lookup import number_of

from .. import actions
from ..forms import HideForm, ShownForm
from ..steering import Act
from .acts import ActsMixin
from .base import DiscussionFilter, LanguageFilter, StaffAdmin

ACTS = (
    Act(
        name="hide",
        label=gettext_lazy("Hide"),
        question=gettext_lazy("Hide?"),
        meaning=gettext_lazy(
            "Readers will see the number and the reason instead of the text. Replies stay. It can "
            "be restored at any time."
        ),
        done=gettext_lazy("Hidden: %(names)s"),
        may=permissions.can_hide,
        do=actions.hide,
        form=HideForm,
    ),
    Act(
        name="restore",
        label=gettext_lazy("Restore"),
        question=gettext_lazy("Show again?"),
        meaning=gettext_lazy("Readers will see the text again."),
        done=gettext_lazy("Shown again: %(names)s"),
        may=permissions.can_restore,
        do=actions.restore,
        form=ShownForm,
    ),
)

# Whose texts staff may read, as permissions.can_see_text has it; the search must find no others.
READABLE = (Contribution.State.PUBLISHED, Contribution.State.HIDDEN)


# What the list shows of a text, in characters.
EXCERPT = 120

# A search looks for so many words: each one reads every text.
MOST_WORDS = 8


@admin.register(Contribution)
class ContributionAdmin(ActsMixin, StaffAdmin):
    acts = ACTS
    list_display = [
        "label",
        "excerpt",
        "author_name",
        "language_name",
        "state",
        "published",
        "discussion",
    ]
    list_filter = ["state", LanguageFilter, DiscussionFilter]
    list_select_related = ["discussion", "byline"]
    # get_search_results() knows them; their names here make the field appear.
    search_fields = ["body", "answers__body", "byline__name"]
    search_help_text = gettext_lazy("Words of the text, a name, or a number such as #12.")
    # What was written last stands first. By its key: a million rows are not sorted for one page.
    ordering = ["-pk"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "label",
                    "discussion",
                    "in_reply_to",
                    "author_name",
                    "affiliation",
                    "capacity",
                    "language_name",
                    "received_via",
                    "published",
                    "edited",
                    "state",
                    "public_reason",
                ]
            },
        ),
        (gettext_lazy("Text"), {"fields": ["text"]}),
    ]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("discussion", "byline", "parent")
            .prefetch_related("answers")
        )

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.number else None

    def log_of(self, obj):
        return obj.log.all()

    # --- acts ---

    def may_act(self, user, thing):
        return permissions.can_steer(user, thing.discussion)

    def acts_somewhere(self, request):
        return Discussion.objects.steered_by(request.user, STEERING_ROLES).exists()

    def mark_of(self, thing):
        return thing.version

    def lock_unchanged(self, thing, mark):
        try:
            locked_contribution(thing, mark)
        except Stale as stale:
            thing.refresh_from_db(fields=["state", "version"])
            words = _("%(refusal)s Its state: %(state)s.")
            state = thing.get_state_display()
            raise ValidationError(words, params={"refusal": stale, "state": state}) from stale
        thing.version = mark

    def line_of(self, thing):
        return _("%(label)s by %(name)s in “%(discussion)s”") % {
            "label": thing.label,
            "name": self.author_name(thing),
            "discussion": thing.discussion,
        }

    # --- the list ---

    def get_search_results(self, request, queryset, search_term):
        """Every word somewhere in a readable text or the author's name. What was withdrawn is not
        found by its words: a search would give them away."""
        for word in dict.fromkeys(search_term.split()[:MOST_WORDS]):
            bare = word.removeprefix("#")
            answers = Answer.objects.filter(body__icontains=word).values("contribution")
            found = Q(byline__name__icontains=word) | (
                Q(state__in=READABLE) & (Q(body__icontains=word) | Q(pk__in=answers))
            )
            number = number_of(bare)
            if number is not None:
                found |= Q(number=number)
            queryset = queryset.filter(found)
        return queryset, False

    @admin.display(description=gettext_lazy("number"), ordering="number")
    def label(self, contribution):
        return contribution.label

    @admin.display(description=gettext_lazy("text"))
    def excerpt(self, contribution):
        """How it begins; what was withdrawn is shown to nobody."""
        if contribution.state not in READABLE:
            return "–"
        texts = [contribution.body, *(answer.body for answer in contribution.answers.all())]
        return Truncator(" ".join(filter(None, texts))).chars(EXCERPT)

    @admin.display(description=gettext_lazy("author"), ordering="byline__name")
    def author_name(self, contribution):
        """Staff see the person; that readers do not is said beside the name."""
        name = contribution.byline.name
        return _("%(name)s (anonymous)") % {"name": name} if contribution.anonymous else name

    @admin.display(description=gettext_lazy("language"), ordering="language")
    def language_name(self, contribution):
        return language_name(contribution.language)

    @admin.display(description=gettext_lazy("published"), ordering="published_at")
    def published(self, contribution):
        return in_discussion(contribution.published_at, contribution)

    # --- the page of one ---

    @admin.display(description=gettext_lazy("edited"))
    def edited(self, contribution):
        return in_discussion(contribution.edited_at, contribution)

    @admin.display(description=gettext_lazy("in reply to"))
    def in_reply_to(self, contribution):
        parent = contribution.parent
        if parent is None:
            return "–"
        address = reverse("admin:forum_contribution_change", args=[parent.pk])
        return format_html('<a href="{}">{}</a>', address, parent.label)

    @admin.display(description=gettext_lazy("affiliation"))
    def affiliation(self, contribution):
        byline = contribution.byline
        parts = (byline.title, byline.organisation, country_name(byline.country))
        return listed([part for part in parts if part]) or "–"

    @admin.display(description=gettext_lazy("reason"))
    def public_reason(self, contribution):
        return contribution.get_reason_display() or "–"

    @admin.display(description=gettext_lazy("text"))
    def text(self, contribution):
        """As readers see it. A text that was withdrawn is shown to nobody."""
        if contribution.state not in READABLE:
            return contribution.get_state_display()
        answers = contribution.answers.select_related("question").order_by("question__number")
        return format_html(
            '<div class="said" lang="{}" dir="{}">{}{}</div>',
            contribution.language,
            contribution.direction,
            trusted(contribution.body_html),
            format_html_join(
                "",
                "<h3>{}. {}</h3>{}",
                (
                    (answer.question.key, answer.question.text, trusted(answer.body_html))
                    for answer in answers
                ),
            ),
        )


def in_discussion(value, contribution):
    """A time in the zone of the discussion; a dash where there is none."""
    return moment(value, contribution.discussion) if value else "–"
