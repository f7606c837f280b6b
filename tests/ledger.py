"""What writers were told, in files of their own: the database is compared with it afterwards."""

import json
import os
from pathlib import Path


class Ledger:
    """One JSON object a line; each is on the disk before its writer goes on."""

    def __init__(self, path):
        self.file = Path(path).open("a", encoding="utf-8")  # noqa: SIM115 (open until the end)

    def note(self, act, **values):
        self.file.write(json.dumps({"act": act} | values, ensure_ascii=False) + "\n")
        self.file.flush()
        os.fsync(self.file.fileno())

    def close(self):
        self.file.close()


def entries(folder):
    """Every line of every ledger in a folder, in the order of each."""
    found = []
    for path in sorted(folder.glob("*.ledger")):
        # Not splitlines(): texts hold signs that it takes for the end of a line.
        with path.open(encoding="utf-8") as lines:
            found.extend(json.loads(line) for line in lines)
    return found
