"""The client of Spark Connect, made fit to be loaded by any process.

pyspark-client 4.2 takes a process whose main module has neither file nor specification (`python -c`, a worker
of a server or of a test run) for a run of its own doctests, and ends it. An empty specification of the same
name changes nothing else: the standard library passes over it where it starts processes.
"""

import sys
from importlib.machinery import ModuleSpec

_main = sys.modules["__main__"]
if _main.__spec__ is None and not hasattr(_main, "__file__"):
    _main.__spec__ = ModuleSpec("__main__", None)
