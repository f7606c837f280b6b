import pytest


@pytest.fixture(autouse=True)
def no_collected_files(settings):
    """Static files are looked up when they are asked for: nothing has been collected here."""
    settings.WHITENOISE_AUTOREFRESH = True
