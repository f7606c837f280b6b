"""How static files are stored for serving."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed names, compressed once; modules find the hashed names of what they import."""

    support_js_module_import_aggregation = True
