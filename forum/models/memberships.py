"""Memberships: the role of a person in one discussion, and nowhere else."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Person
from config.prepared import Prepared

from .discussions import STAFF_ROLES, Discussion


class Role(models.TextChoices):
    ORGANISER = "organiser", _("Organiser")
    FACILITATOR = "facilitator", _("Facilitator")
    MODERATOR = "moderator", _("Moderator")
    PARTICIPANT = "participant", _("Participant")


# Who may steer (publish, open, close, hide), in the order in which a byline names the role.
STEERING_ROLES = (Role.ORGANISER, Role.MODERATOR)
# Who works with what was said: takes the full table, assigns passages to questions.
FACILITATING_ROLES = (Role.ORGANISER, Role.FACILITATOR)
BYLINE_ORDER = (Role.MODERATOR, Role.FACILITATOR, Role.ORGANISER, Role.PARTICIPANT)

HELD = Prepared(lambda: Membership.objects.all(), "discussion", "person")


class MembershipQuerySet(models.QuerySet):
    def staff(self):
        return self.filter(role__in=STAFF_ROLES)

    def for_display(self):
        """Staff in the order in which the page names them."""
        order = models.Case(
            *(models.When(role=role, then=place) for place, role in enumerate(BYLINE_ORDER))
        )
        return self.select_related("person").order_by(order, "pk")


class MembershipManager(models.Manager.from_queryset(MembershipQuerySet)):
    def held(self, discussion_id, person_id):
        """All that a person is in a discussion, as a list."""
        return HELD.all(discussion_id, person_id)


class Membership(models.Model):
    discussion = models.ForeignKey(
        Discussion,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("discussion"),
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    title = models.CharField(
        pgettext_lazy("of a person", "title"),
        max_length=150,
        blank=True,
        help_text=_("For example “Programme Officer”."),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # What a participant agreed to with the first contribution: that page as it was, when, and the
    # licence their texts are given under.
    terms = models.ForeignKey(
        "forum.Page", on_delete=models.PROTECT, null=True, blank=True, editable=False
    )
    terms_accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    licence = models.CharField(max_length=60, blank=True, editable=False)

    objects = MembershipManager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["discussion", "person", "role"], name="membership_once_for_each_role"
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="membership_role_is_known"
            ),
            models.CheckConstraint(
                condition=Q(terms_accepted_at__isnull=True, terms__isnull=True, licence="")
                | (Q(terms_accepted_at__isnull=False, terms__isnull=False) & ~Q(licence="")),
                name="membership_terms_are_complete",
            ),
        ]

    def __str__(self):
        return f"{self.person}: {self.get_role_display()}"

    @property
    def affiliation(self):
        """Title and organisation, without what is empty."""
        return [part for part in (self.title, self.person.organisation) if part]


class ArchivePerson(models.Model):
    """The id that an archive file gave a person, so that the file comes out as it went in."""

    discussion = models.ForeignKey(
        Discussion, on_delete=models.CASCADE, related_name="archive_people"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=100)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["discussion", "key"], name="archive_person_key_is_unique"
            ),
            models.UniqueConstraint(
                fields=["discussion", "person"], name="archive_person_has_one_key"
            ),
        ]

    def __str__(self):
        return self.key
