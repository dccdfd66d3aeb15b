"""What machine and which versions a result was measured on."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("polars", "duckdb", "ibis-framework", "django", "pydantic", "pyarrow", "pysail", "pyspark-client")


def description() -> str:
    """One line: processors, memory, Python and the versions of the packages that are here."""
    memory = next(
        line
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        if line.startswith("MemTotal")
    )
    gigabytes = int(memory.split()[1]) / 1024**2
    versions = ", ".join(installed for name in PACKAGES if (installed := _installed(name)) is not None)
    cores = os.cpu_count()
    machine = f"{cores} cores, {gigabytes:.0f} GiB, {platform.machine()}"
    return f"{machine}, Python {platform.python_version()}; {versions}"


def _installed(name: str) -> str | None:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return None
