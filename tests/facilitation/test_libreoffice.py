"""Exports of the example discussions, opened in LibreOffice: what it reads is the database, row by
row. Only where LibreOffice is installed."""

import csv
import os
import shutil
import subprocess

import pytest
from django.conf import settings as site
from django.core.management import call_command

from forum.cells import harmless
from forum.models import Discussion
from tests.facilitation.expected_exports import expected

SOFFICE = shutil.which("soffice")
EXAMPLES = sorted(path.stem for path in (site.BASE_DIR / "examples").glob("*.json"))
# Commas, double quotes, UTF-8, from the first line; on the way in every column is text, on the way
# out the whole of the first sheet as it is shown.
AS_TEXT = "/".join(f"{column}/2" for column in range(1, 40))
READ = f"Text - txt - csv (StarCalc):44,34,76,1,{AS_TEXT}"
WRITE = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SOFFICE, reason="LibreOffice (soffice) is not installed"),
]


def opened(path, folder):
    """What LibreOffice finds in it, as rows of its first sheet."""
    command = [SOFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    command += [f"--infilter={READ}"] if path.suffix == ".csv" else []
    command += ["--convert-to", WRITE, "--outdir", str(folder / "read"), str(path)]
    run = subprocess.run(
        command, capture_output=True, text=True, timeout=120, env=os.environ | {"HOME": str(folder)}
    )
    found = list((folder / "read").glob("*.csv"))
    assert len(found) == 1, run.stdout + run.stderr
    with found[0].open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("rows", ["contributions", "answers"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("slug", EXAMPLES)
def test_it_reads_what_stands_in_the_database(slug, kind, rows, tmp_path, settings):
    settings.SITE_URL = "https://discuss.example.org"
    call_command("import_discussion", str(site.BASE_DIR / "examples" / f"{slug}.json"))
    path = tmp_path / f"{slug}.{kind}"
    call_command("export", slug, format=kind, rows=rows, output=path)
    wanted = expected(Discussion.objects.get(slug=slug), rows, settings.SITE_URL)
    if kind == "csv":
        # What could be taken for a formula is marked: tests/facilitation/test_tables.py.
        wanted = [{name: harmless(text) for name, text in line.items()} for line in wanted]
    found = opened(path, tmp_path)
    assert len(found) == len(wanted)
    for row, line in zip(found, wanted, strict=True):
        assert {name: row[name] for name in line} == line
