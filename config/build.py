"""Which build of the site this is: what a page that is kept was made by."""

from functools import cache
from hashlib import blake2b

from django.conf import settings

from . import look

# What decides how a page looks, beside the data.
FOLDERS = {
    "accounts": "*.py",
    "config": "*.py",
    "forum": "*.py",
    "moderation": "*.py",
    "facilitation": "*.py",
    "templates": "*",
    "locale": "*.mo",
}
SHOWN = ("SITE_NAME", "LANGUAGES", "LANGUAGE_CODE", "TIME_ZONE", "SIGN_IN_ORIGINS")


@cache
def build():
    """A digest of the code, the templates, the translations and what is set: two processes with the
    same one draw the same pages."""
    digest = blake2b(digest_size=12)
    for folder, pattern in FOLDERS.items():
        for path in sorted((settings.BASE_DIR / folder).rglob(pattern)):
            if path.is_file():
                digest.update(path.read_bytes())
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if manifest.exists():
        digest.update(manifest.read_bytes())
    # Accent, logo and stylesheets: the addresses name their content.
    digest.update(repr(look.addresses()).encode())
    for name in SHOWN:
        digest.update(repr(getattr(settings, name)).encode())
    return digest.hexdigest()
