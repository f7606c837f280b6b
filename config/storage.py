"""How static files are stored for serving."""

import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

COMMENT_LINE = re.compile(rb"^ *//.*\n", re.MULTILINE)


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed names, compressed once; modules find the hashed names of what they import, and leave
    their comments at home."""

    support_js_module_import_aggregation = True

    def _save(self, name, content):
        if name.startswith("js/"):
            # It has been read before, for its hash.
            content.seek(0)
            content = ContentFile(as_sent(content.read()), name)
        return super()._save(name, content)


def as_sent(script):
    """A module of ours without the lines that only those need who work on it."""
    return COMMENT_LINE.sub(b"", script)
