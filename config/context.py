from django.conf import settings


def site(request):
    """What every page needs to know of the site itself."""
    return {"site_name": settings.SITE_NAME, "languages": settings.LANGUAGES}
