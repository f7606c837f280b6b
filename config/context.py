from django.conf import settings
from django.contrib import admin
from django.utils.functional import SimpleLazyObject

from . import look


def site(request):
    """What every page needs to know of the site itself and of its reader."""
    return {
        "site_name": settings.SITE_NAME,
        "contact_email": settings.CONTACT_EMAIL,
        "site_logo": settings.SITE_LOGO,
        "look": look.addresses(),
        "languages": settings.LANGUAGES,
        # Asked only by pages that show the link, or the sentence about a role that sleeps.
        "is_of_staff": SimpleLazyObject(lambda: admin.site.is_of_staff(request)),
        "a_role_sleeps": SimpleLazyObject(lambda: admin.site.role_sleeps(request)),
    }
