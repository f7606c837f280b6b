"""What a run saw stands at the end of pytest's output, also when all is well."""

import pytest

SUMMARIES = pytest.StashKey()


@pytest.fixture
def summarise(pytestconfig):
    return pytestconfig.stash.setdefault(SUMMARIES, []).append


def pytest_terminal_summary(terminalreporter, config):
    for line in config.stash.get(SUMMARIES, []):
        terminalreporter.write_line(f"Under fire, {line}")
