#!/usr/bin/env python
"""Run Indaba's management commands."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError, connection


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if connection.connection is not None:
            raise
        reason = str(error).strip().splitlines()[0]
        raise SystemExit(f"DATABASE_URL: expected a database that answers ({reason})") from None


if __name__ == "__main__":
    main()
