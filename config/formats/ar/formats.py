"""Arabic dates with the day first and 24 hours: Django's own begin with the month."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y، H:i"
TIME_FORMAT = "H:i"
