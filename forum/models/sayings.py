"""Which contributions: the questions that pages ask."""

import re

from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
)

from .answers import Answer
from .discussions import STAFF_ROLES
from .redactions import reason_of_latest
from .revisions import assigned, corrected
from .states import State


class ContributionQuerySet(models.QuerySet):
    def numbered(self):
        """What has a place in the discussion: published, or published once."""
        return self.filter(number__isnull=False)

    def published(self):
        return self.filter(state=State.PUBLISHED)

    def waiting(self):
        """Held back until a moderator publishes or returns them."""
        return self.filter(state=State.HELD)

    def handed_in(self):
        """What is published, or on its way there."""
        return self.filter(state__in=[State.PUBLISHED, State.HELD])

    def sent_with(self, submission_key, user):
        """What came of a form that this user has sent: one or none."""
        return self.filter(author=user.person_id, submission_key=submission_key)

    def below(self, contribution):
        """Everything under a contribution, in the order of the page."""
        path = contribution.path
        # "~" sorts after every digit.
        return self.filter(
            discussion=contribution.discussion_id, path__gt=path, path__lt=path + "~"
        ).order_by("path")

    def for_list(self):
        """For pages that name contributions of several discussions by their first words."""
        answers = Answer.objects.select_related("question")
        return self.select_related("discussion", "byline", "parent").prefetch_related(
            Prefetch("answers", answers, to_attr="loaded_answers")
        )

    def for_display(self, question=None):
        """Whatever the drawing of a contribution needs, in a fixed number of queries, once it
        belongs to its discussion (belong_to), which knows the questions.

        question: of the answers, only those to it
        """
        answers = Answer.objects.order_by()
        if question:
            answers = answers.filter(question=question)
        return (
            self.select_related("byline")
            .annotate(
                parent_number=F("parent__number"),
                was_assigned=Exists(assigned(contribution=OuterRef("pk"))),
                was_corrected=Exists(corrected(contribution=OuterRef("pk"))),
                redacted_for=Subquery(reason_of_latest(contribution=OuterRef("pk"))),
                has_body=Case(When(body="", then=False), default=True),
            )
            .prefetch_related(Prefetch("answers", answers, to_attr="loaded_answers"))
        )

    # --- what a reader chooses (ways.py); nothing empty restricts ---

    def in_language(self, code):
        return self.filter(language=code) if code else self

    def named_from(self, country="", group="", person=None):
        """Whose bylines say so. Whoever writes without their name is never found by it."""
        wanted = {
            "byline__country": country,
            "byline__stakeholder_group": group,
            "author": person,
        }
        wanted = {name: value for name, value in wanted.items() if value}
        return self.filter(anonymous=False, **wanted) if wanted else self

    def by_staff(self):
        """Signed with a role, and with the name."""
        return self.filter(anonymous=False, byline__role__in=STAFF_ROLES)

    def answering(self, question):
        return self.filter(
            Exists(Answer.objects.filter(contribution=OuterRef("pk"), question=question))
        )

    def since(self, moment):
        return self.filter(published_at__gte=moment)

    def saying(self, words, question=None):
        """All of these words, in any case, in the general text or in one answer; only in the answer
        to a question where one is given."""
        answers = Answer.objects.filter(says(words), contribution=OuterRef("pk"))
        if question:
            return self.filter(Exists(answers.filter(question=question)))
        return self.filter(says(words) | Exists(answers))

    def authors(self):
        """{"author", "count", "first", "latest"} of everybody who has written under their name, in
        the order in which they first did; the last two are numbers of contributions."""
        return (
            self.filter(anonymous=False)
            .values("author")
            .annotate(count=Count("pk"), first=Min("number"), latest=Max("number"))
            .order_by("first")
        )

    def counted_by_facets(self):
        """(language, country, group, "staff" or "", number) for each combination that exists.
        Whoever writes without their name is from nowhere, and nobody's staff."""

        def shown(value):
            return Case(When(anonymous=True, then=Value("")), default=value)

        staff = Case(When(byline__role__in=STAFF_ROLES, then=Value("staff")), default=Value(""))
        return (
            self.order_by()
            .annotate(
                country=shown(F("byline__country")),
                group=shown(F("byline__stakeholder_group")),
                by=shown(staff),
            )
            .values_list("language", "country", "group", "by")
            .annotate(count=Count("pk"))
        )


def says(words):
    """The condition that a text has all of these words, in any case."""
    # A regular expression, since LIKE of SQLite knows no capitals but those of English.
    return Q(*(Q(body__iregex=re.escape(word)) for word in words))
