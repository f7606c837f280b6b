"""Persons write, users sign in. A person recorded on behalf or imported has no user."""

import zoneinfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from .choices import MailFrequency, country_name, known_as, validate_country, validate_language

# What counts beside the password or the code by mail. Recovery codes only stand in for one of them.
SECOND_FACTORS = ("totp", "webauthn")


def validate_time_zone(value):
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone."), params={"zone": value})


class Person(models.Model):
    """Somebody who writes, with or without an account."""

    name = models.CharField(_("name"), max_length=150)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    country = models.CharField(
        _("country"), max_length=2, blank=True, validators=[validate_country]
    )
    # Not limited to the choices: an imported record keeps the words it came with.
    stakeholder_group = models.CharField(_("stakeholder group"), max_length=60, blank=True)
    function = models.CharField(_("function"), max_length=150, blank=True)
    language = models.CharField(
        _("language"), max_length=20, blank=True, validators=[validate_language]
    )
    time_zone = models.CharField(
        _("time zone"), max_length=60, blank=True, validators=[validate_time_zone]
    )
    # Where to reach somebody without an account; never printed, never a way to log in.
    email = models.EmailField(_("e-mail address"), blank=True)
    # Codes of the languages in which they moderate: what waits in these stands first for them.
    moderates_in = models.JSONField(default=list, blank=True)
    mail_frequency = models.CharField(
        _("news by mail"), max_length=20, choices=MailFrequency, default=MailFrequency.AT_ONCE
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="person_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(mail_frequency__in=MailFrequency.values),
                name="person_mail_frequency_is_known",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def country_name(self):
        return country_name(self.country)

    @property
    def address(self):
        """The address that mail to this person goes to, or nothing. May cause a query."""
        user = getattr(self, "user", None)
        return user.email if user else self.email

    @property
    def language_of_mail(self):
        """The person's own, where the site speaks it: addresses in a mail begin with it."""
        code = known_as(self.language)
        return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class UserQuerySet(models.QuerySet):
    def with_second_factor(self):
        return self.filter(authenticator__type__in=SECOND_FACTORS).distinct()

    def awake(self):
        """Those whose roles count; the others' sleep until they have a second factor."""
        return self.with_second_factor() if settings.STAFF_SECOND_FACTOR else self


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    @transaction.atomic
    def create_user(self, email, password=None, *, name="", **fields):
        """Make an account with its person; without a name the person is called by the address's
        first part."""
        email = self.normalize_email(email)
        person = fields.pop("person", None) or Person.objects.create(
            name=name or email.partition("@")[0]
        )
        user = self.model(email=email, person=person, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in. What they are in a discussion is a membership, not a tick here."""

    email = models.EmailField(_("e-mail address"), unique=True)
    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, related_name="user", verbose_name=_("person")
    )
    is_active = models.BooleanField(
        _("may log in"), default=True, help_text=_("Not while the account is suspended.")
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_ignoring_case"),
        ]

    def __str__(self):
        return self.email

    @cached_property
    def has_second_factor(self):
        """Asked once for each instance, and by those alone who hold a role: it is a query."""
        return type(self).objects.with_second_factor().filter(pk=self.pk).exists()

    @property
    def is_awake(self):
        """Do this user's roles count? As UserQuerySet.awake() has it."""
        return self.has_second_factor if settings.STAFF_SECOND_FACTOR else True

    @property
    def acts_as_superuser(self):
        """May they do everything? This is to be asked, and never the bare tick."""
        return self.is_superuser and self.is_active and self.is_awake

    @property
    def is_staff(self):
        """Django's own parts ask this; the admin of the site asks for memberships instead."""
        return self.is_superuser

    def get_full_name(self):
        return self.person.name


class Sending(models.Model):
    """That something was sent, for the limits (accounts/rates.py); hashes, for a day or two."""

    what = models.CharField(max_length=20)
    # Nothing for a visitor.
    person = models.CharField(max_length=32, blank=True)
    address = models.CharField(max_length=32)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["what", "person", "at"], name="sending_by_person"),
            models.Index(fields=["what", "address", "at"], name="sending_by_address"),
        ]

    def __str__(self):
        return self.what
