"""Russian dates: the time set off from the year."""

DATETIME_FORMAT = "j E Y г., H:i"
