"""Bylines: how an author is named under a contribution, frozen when it was made."""

from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import StakeholderGroup, country_name
from accounts.models import Person
from config.prepared import Prepared

from .memberships import Role


class BylineManager(models.Manager):
    def frozen(self, person, **values):
        """The byline of this person with exactly these values, made only when there is none."""
        found = FROZEN.first(person.pk, *map(values.get, Byline.VALUES))
        return found or self.get_or_create(person=person, **values)[0]


class Byline(models.Model):
    """Never changed: whoever moves to another organisation gets a new one."""

    VALUES = ("name", "organisation", "country", "stakeholder_group", "role", "title")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="bylines")
    name = models.CharField(_("name"), max_length=150)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    stakeholder_group = models.CharField(_("stakeholder group"), max_length=60, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.PARTICIPANT)
    title = models.CharField(pgettext_lazy("of a person", "title"), max_length=150, blank=True)

    objects = BylineManager()

    class Meta:
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "person",
                    "name",
                    "organisation",
                    "country",
                    "stakeholder_group",
                    "role",
                    "title",
                ],
                name="byline_is_made_once",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="byline_role_is_known"),
        ]

    def __str__(self):
        return self.name


FROZEN = Prepared(Byline.objects.all, "person", *Byline.VALUES)


@dataclass(frozen=True)
class PublicByline:
    """What every output may show of an author."""

    name: str
    organisation: str = ""
    country: str = ""
    stakeholder_group: str = ""
    role: str = Role.PARTICIPANT
    title: str = ""

    @property
    def country_name(self):
        return country_name(self.country)

    @property
    def group_name(self):
        return StakeholderGroup.label_of(self.stakeholder_group)

    @property
    def role_name(self):
        return Role(self.role).label

    @property
    def is_staff(self):
        return self.role != Role.PARTICIPANT

    @property
    def affiliation(self):
        """Title, organisation and country, without what is empty."""
        parts = (self.title, self.organisation, self.country_name)
        return [part for part in parts if part]


def public_byline(contribution):
    """How the author of a contribution is named to others: the one way every output uses."""
    if contribution.anonymous:
        return PublicByline(name=_("Anonymous"))
    byline = contribution.byline
    return PublicByline(**{field: getattr(byline, field) for field in Byline.VALUES})
