"""Triggers that keep the log append-only, on SQLite and PostgreSQL.

They are installed again after every migrate, since SQLite alters a table by remaking it and drops
its triggers silently.
"""

TABLE = "forum_logentry"

SQLITE = {
    f"{TABLE}_no_{act}": f"""
        CREATE TRIGGER {TABLE}_no_{act} BEFORE {act.upper()} ON {TABLE}
        BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END
    """
    for act in ("update", "delete")
} | {
    # REPLACE deletes what stands in its way without asking the trigger above.
    f"{TABLE}_no_replace": f"""
        CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE}
        WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END
    """  # noqa: S608 (the name is ours)
}

POSTGRESQL_FUNCTION = f"""
    CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$
"""
POSTGRESQL = {
    f"{TABLE}_no_change": f"""
        CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()
    """,
    f"{TABLE}_no_truncate": f"""
        CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()
    """,
}


def expected(connection):
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE


def installed(connection):
    """The names of the log's triggers, from the database's own catalogue."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [TABLE])
        return {name for (name,) in cursor.fetchall()}


def install(connection):
    there = installed(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        for name, statement in expected(connection).items():
            if name not in there:
                cursor.execute(statement)


def remove(connection):
    """For the teardown of tests alone: nothing else may empty the log."""
    on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in installed(connection):
            cursor.execute(f"DROP TRIGGER {name}{on_table}")
