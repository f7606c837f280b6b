from django.conf import settings
from django.contrib import admin
from django.utils.functional import SimpleLazyObject


def site(request):
    """What every page needs to know of the site itself and of its reader."""
    return {
        "site_name": settings.SITE_NAME,
        "languages": settings.LANGUAGES,
        # Asked only by pages that show the link.
        "may_use_admin": SimpleLazyObject(lambda: admin.site.has_permission(request)),
    }
