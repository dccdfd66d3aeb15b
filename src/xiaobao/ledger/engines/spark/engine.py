"""Spark Connect: the same expressions over the same files, answered by Apache Spark or by Sail.

Only groups and the rows of a drill-down come over. The server must see the files under the path they have
here. Servers differ in what they make of a file they do not see: Apache Spark fails, Sail 0.7 reads nothing
in its place. So the server counts the rows of the files before the first question and after each one, and
its count must be that of the footers read here: never fewer rows, whoever serves.
"""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ibis
import polars as pl
import pyarrow as pa
from ibis.backends.pyspark.datatypes import PySparkSchema
from ibis.expr import operations as ops
from ibis.formats.polars import PolarsSchema
from ibis.formats.pyarrow import PyArrowData
from pyarrow import parquet
from pyspark.sql.connect.session import SparkSession

from xiaobao.ledger.engines import (
    EngineError,
    SegmentMissingError,
    Stored,
    require_present,
)
from xiaobao.ledger.engines.expressions import bound, filtered
from xiaobao.ledger.engines.spark.server import Server, ServerError
from xiaobao.ledger.entries import SCHEMA
from xiaobao.lib.errors import XiaobaoError
from xiaobao.lib.ids import new_token
from xiaobao.lib.words import Words

ANSWER_SECONDS = 600.0
"""A question that takes longer is given up: a cluster without workers would keep it for ever."""

_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, never a wrong sum
}
_READING = {
    "ignoreMissingFiles": "false",
    "ignoreCorruptFiles": "false",
    "datetimeRebaseMode": "CORRECTED",  # dates are as written, whatever their century
}
_PATTERN_SIGNS = frozenset("*?[]{}\\%")
"""Signs in a path that one server or the other reads as something else, and no way of writing suits both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """Files under a name that questions use."""

    name: str
    files: tuple[Path, ...]
    schema: Mapping[str, pl.DataType]


class SparkEngine:
    """One session of a server, opened when first needed."""

    def __init__(self, url: str) -> None:
        """EngineError when the URL is no usable one; nothing is connected yet."""
        self._server = Server(url)
        self._lock = threading.Lock()
        self._views: dict[tuple[Path, ...], _View] = {}
        self._session: SparkSession | None = None
        self._process = 0
        self._shown: dict[str, int] = {}  # the views that the session has, with their rows
        self._sent: set[str] = set()  # the tables of the caller that it has

    def _table(self, files: Sequence[Path], *, schema: Mapping[str, pl.DataType]) -> ibis.Table:
        """All rows of the files, which may be none; raises SegmentMissingError."""
        if not files:
            return ibis.memtable(pl.DataFrame(schema=schema))
        key = tuple(path.absolute() for path in files)
        require_present(key)
        _refuse_patterns(key[0].parent)
        with self._lock:
            view = self._views.setdefault(key, _View(name=f"files_{new_token()}", files=key, schema=schema))
        return ibis.table(PolarsSchema.to_ibis(pl.Schema(schema)), name=view.name)

    def run(
        self,
        expression: ibis.Expr,
        *,
        stored: Mapping[str, Stored] | None = None,
        given: Mapping[str, pl.DataFrame] | None = None,
    ) -> pl.DataFrame:
        """The rows of a table expression; raises SegmentMissingError.

        EngineError when the server cannot be reached, fails, or does not see the files.
        """
        tables = {name: ibis.memtable(frame) for name, frame in (given or {}).items()}
        reads = {one.name for one in expression.op().find(ops.UnboundTable)}
        for name, one in (stored or {}).items():
            if name in reads:
                tables[name] = filtered(self._table(one.files, schema=one.schema), one)
        return self._run(bound(expression, tables).as_table())

    def _run(self, table: ibis.Table) -> pl.DataFrame:
        names = {one.name for one in table.op().find(ops.UnboundTable)}
        with self._lock:
            views = [view for view in self._views.values() if view.name in names]
            with self._asking(views) as session:
                for view in views:
                    self._show(session, view)
                for one in table.op().find(ops.InMemoryTable):
                    self._send(session, one)
                answer = session.sql(ibis.pyspark.compile(table)).toArrow()
                for view in views:
                    self._require_all_rows(session, view)
        rows = pl.from_arrow(PyArrowData.convert_table(answer, table.schema()))
        assert isinstance(rows, pl.DataFrame)
        return rows

    def rows_of_complaints(
        self, files: Sequence[Path], *, keys: pl.Series, columns: Sequence[str], posted_seq: int
    ) -> pl.DataFrame:
        """Some columns of the entries with these keys; see `ledger.engines.Engine`."""
        entries = self._table(files, schema=SCHEMA)
        wanted = ibis.memtable(pl.DataFrame({"complaint_key": keys.cast(pl.Int64())}))
        found = entries.filter(entries.posted_seq <= posted_seq).semi_join(wanted, "complaint_key")
        return self._run(found.select(*columns))

    def rows_of_ids(self, files: Sequence[Path], *, first: int, last: int, posted_seq: int) -> pl.DataFrame:
        """Every column of the entries with these ids; see `ledger.engines.Engine`."""
        entries = self._table(files, schema=SCHEMA)
        found = entries.filter(entries.entry_id.between(first, last), entries.posted_seq <= posted_seq)
        return self._run(found)

    def close(self) -> None:
        """End the session; closing twice does no harm, and a later question opens another."""
        with self._lock:
            self._end()

    @contextmanager
    def _asking(self, views: Sequence[_View]) -> Iterator[SparkSession]:
        """The session; ended when something goes wrong, so that the next question opens another."""
        try:
            session = self._open()
            with self._server.talking(seconds=ANSWER_SECONDS):
                yield session
        except XiaobaoError as error:
            self._end()
            for view in views:
                require_present(view.files)
            if isinstance(error, ServerError) and error.not_seen:
                raise _not_seen(self._server.place, views[0].files[0].parent) from error
            raise

    def _open(self) -> SparkSession:
        if self._session is None or self._process != os.getpid():  # a forked process must not share it
            self._shown, self._sent = {}, set()
            self._session = self._server.open(_SETTINGS)
            self._process = os.getpid()
        return self._session

    def _end(self) -> None:
        session, self._session = self._session, None
        if session is not None and self._process == os.getpid():
            self._server.end(session)

    def _show(self, session: SparkSession, view: _View) -> None:
        """Make a view of the files, once a session."""
        if view.name in self._shown:
            return
        self._shown[view.name] = _rows_here(view)
        schema = PySparkSchema.from_ibis(PolarsSchema.to_ibis(pl.Schema(view.schema)))
        reader = session.read.schema(schema).options(**_READING)
        files = [f"file://{path}" for path in view.files]
        reader.parquet(*files).createOrReplaceTempView(view.name)
        self._require_all_rows(session, view)

    def _send(self, session: SparkSession, table: ops.InMemoryTable) -> None:
        """Hand over a table of the caller, once a session."""
        if table.name not in self._sent:
            data, schema = table.data.to_pyarrow(table.schema), PySparkSchema.from_ibis(table.schema)
            session.createDataFrame(data, schema).createOrReplaceTempView(table.name)
            self._sent.add(table.name)

    def _require_all_rows(self, session: SparkSession, view: _View) -> None:
        there, here = session.table(view.name).count(), self._shown[view.name]
        if there != here:
            raise _other_rows(self._server.place, view, there=there, here=here)


def _rows_here(view: _View) -> int:
    """The rows of the files by their footers; XiaobaoError for a file with other columns.

    A server would fill a column that a file lacks with nothing.
    """
    rows = 0
    for path in view.files:
        try:
            footer = parquet.read_metadata(path)
        except FileNotFoundError as error:
            raise SegmentMissingError(path) from error
        except (OSError, pa.ArrowException) as error:
            raise XiaobaoError(f"segment {path.name} cannot be read ({error}); run xiaobao verify") from error
        if set(footer.schema.names) != view.schema.keys():
            raise XiaobaoError(f"segment {path.name} has other columns than {len(view.schema)} known ones")
        rows += footer.num_rows
    return rows


def _refuse_patterns(folder: Path) -> None:
    signs = "".join(sorted(_PATTERN_SIGNS.intersection(str(folder))))
    if signs:
        raise EngineError(
            Words(
                zh=f"家目录的路径 {folder} 含 {signs}，Spark 服务会把它当作通配符；请给家目录换一个名字",
                en=f"the path {folder} has {signs} in it, which Spark servers read as a pattern; "
                "give the home another name",
            )
        )


def _not_seen(place: str, folder: Path) -> EngineError:
    return EngineError(
        Words(
            zh=f"Spark Connect 服务 {place} 看不到台账文件；请在其所有主机上把同一共享目录挂到 {folder}",
            en=f"the Spark Connect server {place} does not see the ledger's files; "
            f"mount the same shared folder as {folder} on all its hosts",
        )
    )


def _other_rows(place: str, view: _View, *, there: int, here: int) -> EngineError:
    folder = view.files[0].parent
    return EngineError(
        Words(
            zh=f"Spark Connect 服务 {place} 在台账文件中读到 {there} 行，本机为 {here} 行，故不予作答；"
            f"请在其所有主机上把同一共享目录挂到 {folder}",
            en=f"the Spark Connect server {place} finds {there} rows in the ledger's files where {here} are, "
            f"so nothing is answered; mount the same shared folder as {folder} on all its hosts",
        )
    )
