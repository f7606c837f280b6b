"""Queries whose SQL Django writes once: what every page and every posting asks.

Django writes a query anew whenever it is asked, which takes it three to twelve times as long as all
the rest (docs/decisions/0009-prepared-queries.md). Here the SQL is kept, and how its rows become
objects; only values change.
"""

from datetime import UTC, datetime
from functools import cache
from itertools import count
from uuid import UUID

from django.db import connection, models
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

# Values that stand in for those to come, and in no query by themselves.
STAND_INS = (
    (models.CharField | models.TextField, lambda n: f"\x1fstand-in {n}"),
    (models.DateTimeField, lambda n: datetime(1, 1, n, tzinfo=UTC)),
    (models.UUIDField, lambda n: UUID(int=n)),
    (models.IntegerField, lambda n: 2_000_000_000 + n),
)


class Prepared:
    """A query of which some values change.

    >>> BY_SLUG = Prepared(lambda: Discussion.objects.all(), "slug")
    >>> BY_SLUG.first("water")
    """

    def __init__(self, ask, *lookups, most=None):
        """ask: the query without those values. It is called once for each kind of database: nothing
            in it may depend on the time, a setting or a language.
        lookups: what they are compared with, as filter() names it: "slug", "until__gt". They come
            in this order; None finds nothing, and no number may have more than 64 bits.
        most: how many rows at most; None for all
        """
        self.ask, self.lookups, self.most = ask, lookups, most
        self.written = cache(self.write)

    def write(self, _vendor):
        return Written(self.ask(), self.lookups, self.most)

    def rows(self, *values):
        """Tuples of what the query selects."""
        return self.written(connection.vendor).rows(values)

    def all(self, *values):
        """Instances of the model, together with what the query joins by select_related()."""
        return self.written(connection.vendor).instances(values)

    def first(self, *values):
        """The first of them, or None."""
        return next(iter(self.all(*values)), None)

    def get(self, *values):
        """The first of them; DoesNotExist if there is none."""
        found = self.first(*values)
        if found is None:
            raise self.ask().model.DoesNotExist
        return found


class Written:
    """The SQL of a query for one kind of database, and how to read its rows."""

    def __init__(self, queryset, lookups, most):
        self.fields = [field_of(queryset.model, lookup) for lookup in lookups]
        stand_ins = list(map(stand_in, self.fields, count(1)))
        asked = queryset.filter(**dict(zip(lookups, stand_ins, strict=True)))[:most]
        compiler = asked.query.get_compiler(connection=connection)
        self.sql, self.parameters = compiler.as_sql()
        if queryset.query.annotations or queryset._prefetch_related_lookups:
            raise ValueError("a prepared query has no annotations and prefetches nothing")
        self.locks = asked.query.select_for_update
        self.places = [
            self.place_of(adapted) for adapted in map(as_parameter, self.fields, stand_ins)
        ]
        self.converters = compiler.get_converters(
            [expression for expression, *_ in compiler.select]
        )
        if compiler.klass_info:
            self.read_instances(compiler)

    def place_of(self, stand_in):
        if self.parameters.count(stand_in) != 1:
            raise ValueError(f"stands twice among the values, or not at all: {stand_in!r}")
        return self.parameters.index(stand_in)

    def read_instances(self, compiler):
        """As ModelIterable reads them: the columns of the model, then those of what is joined."""
        columns = compiler.klass_info["select_fields"]
        self.model = compiler.klass_info["model"]
        self.names = [compiler.select[at][0].target.attname for at in columns]
        self.own = slice(columns[0], columns[-1] + 1)
        self.joined = get_related_populators(compiler.klass_info, compiler.select, connection.alias)

    def rows(self, values):
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("select_for_update() needs a transaction")
        parameters = list(self.parameters)
        for place, field, value in zip(self.places, self.fields, values, strict=True):
            parameters[place] = as_parameter(field, value)
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            found = cursor.fetchall()
        return [self.converted(row) for row in found] if self.converters else found

    def converted(self, row):
        row = list(row)
        for at, (converters, expression) in self.converters.items():
            for convert in converters:
                row[at] = convert(row[at], expression, connection)
        return tuple(row)

    def instances(self, values):
        return [self.instance(row) for row in self.rows(values)]

    def instance(self, row):
        made = self.model.from_db(connection.alias, self.names, row[self.own])
        for populator in self.joined:
            populator.populate(row, made)
        return made


def field_of(model, lookup):
    """The field whose values a lookup takes; of a reference that of what it refers to."""
    field = model._meta.get_field(lookup.partition("__")[0])
    return getattr(field, "target_field", field)


def stand_in(field, n):
    for kind, make in STAND_INS:
        if isinstance(field, kind):
            return make(n)
    raise TypeError(f"no value stands in for one of {field}")


def as_parameter(field, value):
    return field.get_db_prep_value(value, connection)
