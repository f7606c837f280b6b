"""Countries, languages and stakeholder groups: codes, their checks and their names."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from django_countries import countries

LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)

# Codes that a file may carry and Django names differently.
LANGUAGE_ALIASES = {"zh": "zh-hans", "zh-cn": "zh-hans", "zh-tw": "zh-hant"}


class MailFrequency(models.TextChoices):
    """How often news of the site come as mail."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day, in the morning")
    WEEKLY = "weekly", _("Once a week, on Monday morning")
    NEVER = "never", _("Never")


class StakeholderGroup(models.TextChoices):
    GOVERNMENT = "government", _("Government")
    INTERGOVERNMENTAL = "intergovernmental", _("Intergovernmental organisation")
    CIVIL_SOCIETY = "civil_society", _("Civil society")
    ACADEMIA = "academia", _("Academia and research")
    PRIVATE_SECTOR = "private_sector", _("Private sector")
    INDIGENOUS_PEOPLES = "indigenous_peoples", _("Indigenous Peoples")
    FARMERS = "farmers", _("Farmers and producers")
    YOUTH = "youth", _("Youth")
    MEDIA = "media", _("Media")
    OTHER = "other", _("Other")

    @classmethod
    def label_of(cls, value):
        """The name of a group in the reader's language; other words stand as they are."""
        return cls(value).label if value in cls.values else value


def country_name(code):
    """The name of an ISO 3166 country in the reader's language."""
    return countries.name(code) or code if code else ""


def validate_country(code):
    if code not in countries.countries:
        raise ValidationError(
            _("“%(code)s” is not the two-letter code of a country."), params={"code": code}
        )


def validate_language(code):
    if not LANGUAGE_CODE.fullmatch(code):
        raise ValidationError(_("“%(code)s” is not the code of a language."), params={"code": code})


def known_as(code):
    """The code by which Django knows a language: two codes of one language give the same."""
    return LANGUAGE_ALIASES.get(code.lower(), code.lower())


def language_name(code):
    """What a language calls itself: "français". A code that is not known stands as it is."""
    site = dict(settings.LANGUAGES)
    known = known_as(code)
    if known in site:
        return site[known]
    try:
        return get_language_info(known)["name_local"]
    except KeyError:
        return code


def direction(code):
    """How a language is written: "rtl" or "ltr"."""
    try:
        info = get_language_info(known_as(code))
    except KeyError:
        return "ltr"
    return "rtl" if info["bidi"] else "ltr"


def country_choices():
    return [("", "—"), *countries]


def group_choices():
    return [("", "—"), *StakeholderGroup.choices]


def language_choices(codes=None):
    """The languages to choose from: those named first, then the site's others."""
    codes = list(dict.fromkeys([*(codes or []), *(code for code, _name in settings.LANGUAGES)]))
    return [(code, language_name(code)) for code in codes]


class SuspendedFor(models.TextChoices):
    """Why a superuser suspended an account; the log keeps it."""

    ADVERTISING = "advertising", _("It was used to advertise.")
    ATTACKS = "attacks", _("It was used to offend or attack others.")
    IMPERSONATION = "impersonation", _("It pretends to be somebody else’s.")
    STOLEN = "stolen", _("Somebody else has got hold of it.")
    ASKED = "asked", _("Its owner has asked for it.")
