"""A Spark standalone cluster on loopback: a master, two workers and a Spark Connect server, from the wheel.

Its files lie in a folder of their own, installed once from requirements/cluster.lock: in this environment
they would take the place of the client.
"""

import ctypes
import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements/cluster.lock"
INSTALLED = ROOT / ".pytest_cache/d/spark-cluster"
JAVA_VERSIONS = (17, 21)
"""Those that Spark 4.2 runs on."""
CORES = 1
"""Of each of the two workers."""
_INSTALL_SECONDS = 900
_START_SECONDS = 120
_STOP_SECONDS = 20
_PR_SET_PDEATHSIG = 1
_MASTER = re.compile(r"Starting Spark master at (spark://[\d.]+:\d+)")
_WORKER = re.compile(r"(Successfully registered with master)")
_CONNECT = re.compile(r"Spark Connect server started at: [\d.]+:(\d+)")


class ClusterError(Exception):
    """A cluster cannot be had here; says why."""


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The URL of a cluster's Spark Connect server; logs and scratch lie in `folder`.

    ClusterError says why there is none. Everything that was started is stopped, by id.
    """
    java_home = find_java()
    jvms = _Jvms(spark_home=install(), java_home=java_home, folder=folder)
    try:
        master = jvms.start("master", _MASTER, *_MASTER_COMMAND)
        for number in (1, 2):
            jvms.start(f"worker-{number}", _WORKER, *_WORKER_COMMAND, master)
        port = jvms.start("connect", _CONNECT, *_connect_command(master), memory="1g")
        yield f"sc://127.0.0.1:{port}"
    finally:
        jvms.stop()


def find_java() -> Path:
    """The home of a Java that Spark runs on; ClusterError when this machine has none."""
    named = [Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []
    found = shutil.which("java")
    named += [Path(found).resolve().parents[1]] if found else []
    for version in JAVA_VERSIONS:
        named += sorted(Path("/usr/lib/jvm").glob(f"*{version}*"))
    for home in named:
        if _java_version(home) in JAVA_VERSIONS:
            return home
    wanted = " or ".join(map(str, JAVA_VERSIONS))
    raise ClusterError(f"Spark needs Java {wanted}; set JAVA_HOME to one")


def install() -> Path:
    """SPARK_HOME, installed from the lock when it is not there yet; ClusterError when it cannot be."""
    INSTALLED.mkdir(parents=True, exist_ok=True)
    wanted, mark = hashlib.sha256(LOCK.read_bytes()).hexdigest(), INSTALLED / "installed"
    with (INSTALLED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.is_file() or mark.read_text() != wanted:
            shutil.rmtree(INSTALLED / "packages", ignore_errors=True)
            options = ["--disable-pip-version-check", "--quiet", "--require-hashes", "--no-deps"]
            where = ["--no-build-isolation", "--target", str(INSTALLED / "packages"), "-r", str(LOCK)]
            command = [sys.executable, "-m", "pip", "install", *options, *where]
            done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_SECONDS)
            if done.returncode != 0:
                raise ClusterError(f"Spark cannot be installed: {done.stderr.strip()[-500:]}")
            mark.write_text(wanted)
    return INSTALLED / "packages/pyspark"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Jvms:
    """The processes of one cluster."""

    spark_home: Path
    java_home: Path
    folder: Path
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, name: str, ready: "re.Pattern[str]", *command: str, memory: str = "512m") -> str:
        """Start a JVM; what its log says when it is ready. ClusterError when it does not get so far."""
        log = self.folder / f"{name}.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [str(self.spark_home / "bin" / command[0]), *command[1:]],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=self._environment(memory),
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        self.processes.append(process)
        until = time.monotonic() + _START_SECONDS
        while (said := ready.search(log.read_text(errors="replace"))) is None:
            if process.poll() is not None or time.monotonic() > until:
                raise ClusterError(f"{name} did not start: {log.read_text(errors='replace')[-500:]}")
            time.sleep(0.2)
        return said[1]

    def stop(self) -> None:
        """Stop all, the last one started first, each with the executors it may have started."""
        for process in reversed(self.processes):
            _signal(process, signal.SIGTERM)
            try:
                process.wait(timeout=_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()

    def _environment(self, memory: str) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("SPARK", "PYSPARK"))
        }
        return {
            **kept,
            "JAVA_HOME": str(self.java_home),
            "SPARK_HOME": str(self.spark_home),
            "SPARK_CONF_DIR": str(self.folder / "conf"),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(self.folder / "local"),
            "SPARK_WORKER_DIR": str(self.folder / "work"),
            "SPARK_DAEMON_MEMORY": memory,
            "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
        }


_DEPLOY = "org.apache.spark.deploy"
_MASTER_COMMAND = (
    *("spark-class", f"{_DEPLOY}.master.Master"),
    *("--host", "127.0.0.1", "--port", "0", "--webui-port", "0"),
)
_WORKER_COMMAND = (
    *("spark-class", f"{_DEPLOY}.worker.Worker"),
    *("--host", "127.0.0.1", "--webui-port", "0", "--cores", str(CORES), "--memory", "1g"),
)


def _connect_command(master: str) -> tuple[str, ...]:
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": "0",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.executor.memory": "768m",
        "spark.sql.shuffle.partitions": str(2 * CORES),
        "spark.ui.enabled": "false",
        # What a careless administrator may have set; the session must not follow.
        "spark.sql.session.timeZone": "Asia/Shanghai",
        "spark.sql.files.ignoreMissingFiles": "true",
        "spark.sql.files.ignoreCorruptFiles": "true",
        "spark.sql.ansi.enabled": "false",
    }
    given = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    server = "org.apache.spark.sql.connect.service.SparkConnectServer"
    return ("spark-submit", "--class", server, "--master", master, *given, "spark-internal")


def _java_version(home: Path) -> int | None:
    try:
        done = subprocess.run(
            [str(home / "bin/java"), "-version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r'version "(\d+)', done.stderr)
    return int(found[1]) if found else None


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)  # its own session: nobody else's processes are in the group
    except ProcessLookupError:
        return


def _die_with_parent() -> None:
    # A killed test run must not leave a cluster behind.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
