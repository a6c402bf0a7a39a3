"""Rows in sets: the few statements that SQLite and PostgreSQL spell differently.

PostgreSQL gets all rows as one JSON document: one statement, one round trip, no limit on parameters, and a
fifth of what its driver takes for arrays. SQLite gets `executemany`, which prepares once; look-ups get their
keys as one JSON document on both.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

import orjson
from sqlalchemy import (
    JSON,
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Date,
    Insert,
    Integer,
    LargeBinary,
    Select,
    String,
    Table,
    TableValuedAlias,
    Text,
    Update,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    update,
)
from sqlalchemy import Row as Found
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

Row: TypeAlias = Mapping[str, Any]
_Insert = TypeVar("_Insert", postgresql.Insert, sqlite.Insert)


def insert_rows(conn: Connection, table: Table, rows: Collection[Row]) -> None:
    """Append rows (all with the same columns) in one statement."""
    _write(conn, table, list(rows), keys=(), overwrite=False)


def insert_missing(conn: Connection, table: Table, rows: Collection[Row], keys: Sequence[str]) -> None:
    """Insert the rows (all with the same columns) whose `keys` (a unique index) are not there yet."""
    _write(conn, table, list(rows), keys=tuple(keys), overwrite=False)


def upsert(conn: Connection, table: Table, rows: Collection[Row], keys: Sequence[str]) -> None:
    """Insert rows (all with the same columns), or overwrite the row with the same `keys` (a unique index).

    Of several rows with one key the last one counts.
    """
    latest = {tuple(row[key] for key in keys): row for row in rows}
    _write(conn, table, list(latest.values()), keys=tuple(keys), overwrite=True)


def overwrite(conn: Connection, table: Table, rows: Collection[Row], keys: Sequence[str]) -> None:
    """Overwrite columns of rows that are there: those with the same `keys`; one that is not stays away.

    Cheaper than `upsert`, which tries to insert first.
    """
    if not rows:
        return
    names = tuple(next(iter(rows)))
    if conn.dialect.name == "sqlite":
        _overwrite_one_by_one(table, names, tuple(keys)).run(conn, list(rows))
        return
    document = orjson.dumps(list(rows)).decode()
    conn.execute(_overwrite_from_document(table, names, tuple(keys)), {"rows": document})


def overwrite_among(
    conn: Connection, table: Table, values: Row, names: Sequence[str], keys: Collection[Sequence[Any]]
) -> None:
    """Give the rows whose columns `names` are one of the keys the same values."""
    if keys:
        dialect = conn.dialect.name
        new = {f"new_{name}": value for name, value in values.items()}
        statement = _overwrite_among(dialect, table, tuple(values), tuple(names))
        conn.execute(statement, new | {"keys": _document(dialect, keys)})


@lru_cache
def _overwrite_among(dialect: str, table: Table, changed: tuple[str, ...], names: tuple[str, ...]) -> Update:
    columns = [table.c[name] for name in names]
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in changed}
    return update(table).values(values).where(_condition(dialect, columns, bindparam("keys", type_=Text())))


def first_in_order(found: Select[Any], order: Sequence[str], limit: int | BindParameter[int]) -> Select[Any]:
    """The first rows, in the order of these columns, of what a query finds.

    The query is carried out by itself: PostgreSQL would go through a table in the order asked for until it
    has `limit` rows, and where it finds less than it believes, or nothing, that is the whole table.
    """
    set_ = found.cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
    return select(set_).order_by(*(set_.c[name] for name in order)).limit(limit)


def among(
    conn: Connection, columns: Sequence[Column[Any]], keys: Collection[Sequence[Any]]
) -> ColumnElement[bool]:
    """The condition `columns IN keys`, for a WHERE of any size; each key has one value per column.

    `select(t).where(among(conn, (t.c.mandant, t.c.debtor_ref), {("wuppertal", "D1")}))`. Values are text,
    integers and days.
    """
    dialect = conn.dialect.name
    document = _document(dialect, keys)
    return _condition(dialect, columns, bindparam(None, document, type_=Text(), unique=True))


def rows_among(
    conn: Connection,
    columns: Iterable[Column[Any]],
    keys: Collection[Sequence[Any]],
    where: ColumnElement[bool] | None = None,
    given: Row = MappingProxyType({}),
) -> Sequence[Found[Any]]:
    """The rows of the columns' table in which these are one of the keys: `among` as a statement made once.

    `where`: a further condition, the same one each time, `given` what it leaves open.
    """
    dialect = conn.dialect.name
    statement = _select_among(dialect, tuple(columns), where)
    return conn.execute(statement, {"keys": _document(dialect, keys), **given}).all()


@lru_cache
def _select_among(
    dialect: str, columns: tuple[Column[Any], ...], where: ColumnElement[bool] | None
) -> Select[Any]:
    these = _condition(dialect, columns, bindparam("keys", type_=Text()))
    found = select(columns[0].table).where(these)
    return found if where is None else found.where(where)


def _document(dialect: str, keys: Collection[Sequence[Any]]) -> str:
    if dialect == "sqlite":
        # By their first value: SQLite would read each key again for each of its values.
        rest: dict[str, list[Any]] = {}
        for first, *others in keys:
            rest.setdefault(str(first), []).append(others[0] if len(others) == 1 else others)
        return orjson.dumps(rest).decode()
    return orjson.dumps([list(key) for key in keys]).decode()


def _condition(dialect: str, columns: Sequence[Column[Any]], keys: BindParameter[str]) -> ColumnElement[bool]:
    subject = tuple_(*columns) if len(columns) > 1 else columns[0]
    if dialect == "sqlite":
        group = func.json_each(keys).table_valued("key", "value", name="of")
        is_number = isinstance(columns[0].type, Integer)
        first: ColumnElement[Any] = cast(group.c.key, Integer()) if is_number else group.c.key
        if len(columns) == 1:
            return subject.in_(select(first))
        each = func.json_each(group.c.value).table_valued("value", name="each", joins_implicitly=True)
        _, *more = columns
        parts = [func.json_extract(each.c.value, literal(f"$[{i}]")) for i in range(len(more))]
        return subject.in_(select(first, *(parts if more[1:] else [each.c.value])))
    each = func.json_array_elements(cast(keys, JSON)).table_valued(column("value", JSON))
    values = [
        cast(each.c.value.op("->>")(literal_column(str(i))), of) for i, of in enumerate(_types(columns))
    ]
    return subject.in_(select(*values))


def _write(
    conn: Connection, table: Table, rows: list[Row], *, keys: tuple[str, ...], overwrite: bool
) -> None:
    if not rows:
        return
    names = tuple(rows[0])
    if conn.dialect.name == "sqlite":
        _one_by_one(table, names, keys, overwrite).run(conn, rows)
        return
    document = orjson.dumps(rows, default=bytes.hex).decode()
    conn.execute(_from_document(table, names, keys, overwrite), {"rows": document})


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement for the driver itself: SQLAlchemy would spend more on each row than SQLite does."""

    text: str
    values: Callable[[Row], tuple[Any, ...] | Any]
    days: tuple[int, ...]  # where a day stands, which SQLite keeps as text

    def run(self, conn: Connection, rows: Sequence[Row]) -> None:
        """Run it for each row."""
        columns = list(zip(*map(self.values, rows), strict=True))
        for place in self.days:
            columns[place] = tuple(day and day.isoformat() for day in columns[place])
        conn.exec_driver_sql(self.text, list(zip(*columns, strict=True)))


@lru_cache
def _overwrite_one_by_one(table: Table, names: tuple[str, ...], keys: tuple[str, ...]) -> _Prepared:
    values: dict[str, Any] = {name: bindparam(name) for name in names if name not in keys}
    # SQLAlchemy keeps a column's name for the values it sets.
    these = [table.c[key] == bindparam(f"its_{key}") for key in keys]
    return _prepared(table, update(table).values(values).where(*these))


@lru_cache
def _one_by_one(table: Table, names: tuple[str, ...], keys: tuple[str, ...], overwrite: bool) -> _Prepared:  # noqa: FBT001
    statement = sqlite.insert(table).values({name: bindparam(name) for name in names})
    if keys:
        statement = _on_conflict(statement, names, keys, overwrite=overwrite)
    return _prepared(table, statement)


def _prepared(table: Table, statement: Insert | Update) -> _Prepared:
    compiled = statement.compile(dialect=sqlite.dialect())
    order = tuple(name.removeprefix("its_") for name in compiled.positiontup or ())
    days = tuple(place for place, name in enumerate(order) if isinstance(table.c[name].type, Date))
    values = itemgetter(*order) if len(order) > 1 else lambda row: (row[order[0]],)
    return _Prepared(str(compiled), values, days)


@lru_cache
def _overwrite_from_document(table: Table, names: tuple[str, ...], keys: tuple[str, ...]) -> Update:
    source = _recordset(table, names)
    values = {name: source.c[name] for name in names if name not in keys}
    return update(table).values(values).where(*(table.c[key] == source.c[key] for key in keys))


@lru_cache
def _from_document(table: Table, names: tuple[str, ...], keys: tuple[str, ...], overwrite: bool) -> Insert:  # noqa: FBT001
    types = _column_types(table, names)
    source = _recordset(table, names)
    values = [
        func.decode(source.c[name], "hex") if isinstance(of, LargeBinary) else source.c[name]
        for name, of in types.items()
    ]
    statement = postgresql.insert(table).from_select(names, select(*values))
    return _on_conflict(statement, names, keys, overwrite=overwrite) if keys else statement


def _recordset(table: Table, names: tuple[str, ...]) -> TableValuedAlias:
    """The rows of the document as a table."""
    document = cast(bindparam("rows", type_=Text()), JSON)
    columns = (column(name, _in_json(of)) for name, of in _column_types(table, names).items())
    return func.json_to_recordset(document).table_valued(*columns).render_derived(with_types=True)


def _column_types(table: Table, names: tuple[str, ...]) -> dict[str, TypeEngine[Any]]:
    return dict(zip(names, _types([table.c[name] for name in names]), strict=True))


def _in_json(of: TypeEngine[Any]) -> TypeEngine[Any]:
    return Text() if isinstance(of, LargeBinary) else of


def _on_conflict(
    statement: _Insert, names: tuple[str, ...], keys: tuple[str, ...], *, overwrite: bool
) -> _Insert:
    if not overwrite or set(names) <= set(keys):
        return statement.on_conflict_do_nothing(index_elements=keys)
    changed = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def _types(columns: Sequence[Column[Any]]) -> list[TypeEngine[Any]]:
    # A cast to varchar(n) cuts longer text off silently; as text the column itself refuses it.
    return [Text() if isinstance(column.type, String) else column.type for column in columns]
