"""French dates: the time set off from the year."""

DATETIME_FORMAT = "j F Y, H:i"
