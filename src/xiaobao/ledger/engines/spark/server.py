"""A Spark Connect server: reached in bounded time, and its failures told in words."""

import queue
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import grpc
from pyspark.errors import PySparkException
from pyspark.sql.connect.client import DefaultChannelBuilder
from pyspark.sql.connect.client.retries import DefaultPolicy
from pyspark.sql.connect.session import SparkSession

from xiaobao.ledger.engines import EngineError
from xiaobao.lib.words import Words

CONNECT_SECONDS = 10.0
"""How long the channel may take to stand."""
OPEN_SECONDS = 60.0
"""How long the server may take to open a session."""
_SHOWN_CHARACTERS = 300
_NOT_SEEN = ("PATH_NOT_FOUND", "FILE_NOT_EXIST")
# The error that follows says it; a warning printed beside it would say it in another voice.
warnings.filterwarnings("ignore", message=r"\[RETRIES_EXCEEDED\]")

_WAY_OUT = Words(
    zh="请联系集群管理员后再试，或取消环境变量 XIAOBAO_ENGINE，由本机计算同样的结果",
    en="see to the server and try again, or unset XIAOBAO_ENGINE: this host then gives the same answers",
)


class ServerError(EngineError):
    """The server cannot be reached, or fails."""

    def __init__(self, words: Words, *, not_seen: bool = False) -> None:
        super().__init__(words)
        self.not_seen = not_seen
        """True when it misses a file."""


class Server:
    """One server, by its URL, and the session that is open with it."""

    def __init__(self, url: str) -> None:
        try:
            self._builder = _Builder(url)
            session_id = self._builder.session_id
        except (PySparkException, ValueError) as error:
            raise ServerError(_not_usable(url)) from error
        if session_id is not None:
            raise ServerError(_not_usable(url))  # a session is closed by the engine that opened it
        self.place = self._builder.endpoint
        """Host and port, without the secrets that a URL may carry."""

    def open(self, settings: Mapping[str, str]) -> SparkSession:
        """A new session with these settings; ServerError when none stands in bounded time."""
        with self.talking(seconds=OPEN_SECONDS):
            session = SparkSession(connection=self._builder)
            # The client's own policy repeats a failing call for ten minutes.
            session.client.set_retry_policies([DefaultPolicy(max_retries=3, max_backoff=1000)])
            for name, value in settings.items():
                session.conf.set(name, value)
        return session

    def end(self, session: SparkSession) -> None:
        """Release what the server keeps of a session; in bounded time, and whether it answers or not."""
        with self.talking(seconds=CONNECT_SECONDS):
            session.stop()

    @contextmanager
    def talking(self, *, seconds: float) -> Iterator[None]:
        """Raises ServerError for what goes wrong inside, and hangs up when it takes longer."""
        late = threading.Event()

        def hang_up() -> None:
            late.set()
            self._builder.hang_up()

        timer = threading.Timer(seconds, hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        except _UnreachableError as error:
            raise ServerError(_unreachable(self.place)) from error
        except (PySparkException, grpc.RpcError, ValueError) as error:
            if late.is_set():  # the calls that waited, or that came after
                raise ServerError(_late(self.place, seconds)) from error
            if not isinstance(error, PySparkException | grpc.RpcError):
                raise
            raise _told(self.place, error) from error
        finally:
            timer.cancel()


class _UnreachableError(Exception):
    """The channel does not stand."""


class _Builder(DefaultChannelBuilder):
    """Looks first whether anybody listens; the client itself would find out by calls that repeat."""

    _channel: grpc.Channel | None = None

    def toChannel(self) -> grpc.Channel:  # noqa: N802
        probe = super().toChannel()  # its own: a watched channel that nobody closes hangs when Python ends
        try:
            _wait_until_ready(probe)
        finally:
            probe.close()
        self._channel = super().toChannel()
        return self._channel

    def hang_up(self) -> None:
        """End every call that waits, whatever the server does."""
        if self._channel is not None:
            self._channel.close()


def _wait_until_ready(channel: grpc.Channel) -> None:
    states: queue.SimpleQueue[grpc.ChannelConnectivity] = queue.SimpleQueue()
    channel.subscribe(states.put, try_to_connect=True)
    try:
        while (state := states.get(timeout=CONNECT_SECONDS)) is not grpc.ChannelConnectivity.READY:
            if state is grpc.ChannelConnectivity.TRANSIENT_FAILURE:
                raise _UnreachableError
    except queue.Empty as error:
        raise _UnreachableError from error


def _told(place: str, error: Exception) -> ServerError:
    said = str(error).split("JVM stacktrace", maxsplit=1)[0]
    shown = " ".join(said.split())[:_SHOWN_CHARACTERS]
    return ServerError(
        Words(
            zh=f"Spark Connect 服务 {place} 出错：{shown}；{_WAY_OUT.zh}",
            en=f"the Spark Connect server {place} failed: {shown}; {_WAY_OUT.en}",
        ),
        not_seen=any(one in said for one in _NOT_SEEN),
    )


def _not_usable(url: str) -> Words:
    shown = url.partition(";")[0]  # a token may follow
    return Words(
        zh=f"环境变量 XIAOBAO_ENGINE 写作 {shown}，不是可用的 Spark Connect 地址"
        "（形如 sc://host:15002，可加 /;use_ssl=true;token=…，不可写 session_id）",
        en=f"XIAOBAO_ENGINE says {shown}, which is no usable Spark Connect URL "
        "(such as sc://host:15002, with /;use_ssl=true;token=… where needed, and never a session_id)",
    )


def _unreachable(place: str) -> Words:
    return Words(
        zh=f"Spark Connect 服务 {place} 无法连接；{_WAY_OUT.zh}",
        en=f"the Spark Connect server {place} cannot be reached; {_WAY_OUT.en}",
    )


def _late(place: str, seconds: float) -> Words:
    return Words(
        zh=f"Spark Connect 服务 {place} 在 {seconds:.0f} 秒内没有答复（有空闲的工作节点吗？）；{_WAY_OUT.zh}",
        en=f"the Spark Connect server {place} gave no answer in {seconds:.0f} s (has it free workers?); "
        f"{_WAY_OUT.en}",
    )
