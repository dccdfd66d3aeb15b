"""What machine and which versions a result was measured on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("polars", "duckdb", "ibis-framework", "django", "pydantic", "pyarrow", "pysail", "pyspark-client")


def description() -> str:
    """One line: processors, memory, Python and package versions."""
    memory = next(
        line
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        if line.startswith("MemTotal")
    )
    gigabytes = int(memory.split()[1]) / 1024**2
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    cores = os.cpu_count()
    machine = f"{cores} cores, {gigabytes:.0f} GiB, {platform.machine()}"
    return f"{machine}, Python {platform.python_version()}; {versions}"
