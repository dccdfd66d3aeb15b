"""The one setting that says which engine answers measures and drill-downs."""

import importlib
import os

from xiaobao.ledger.engines import Engine, EngineError
from xiaobao.lib.errors import ExitCode
from xiaobao.lib.words import Words

ENGINE_VARIABLE = "XIAOBAO_ENGINE"
EMBEDDED = "duckdb"


def chosen_engine() -> Engine:
    """The engine named by XIAOBAO_ENGINE: `duckdb`, as when it is not set, or `sc://host:port`.

    Raises EngineError for anything else. The environment says it rather than the home: which server a host
    can reach is a matter of the host, its URL may carry a token, and every engine gives the same answers.
    """
    setting = os.environ.get(ENGINE_VARIABLE) or EMBEDDED
    if setting == EMBEDDED:
        return embedded_engine()
    if setting.startswith("sc://"):
        return _spark(setting)
    shown = setting.partition(";")[0]  # a token may follow
    raise EngineError(
        Words(
            zh=f"环境变量 {ENGINE_VARIABLE} 写作 {shown}；应为 {EMBEDDED} 或 sc://host:port",
            en=f"{ENGINE_VARIABLE} says {shown}; it takes {EMBEDDED} or sc://host:port",
        )
    )


def embedded_engine() -> Engine:
    """DuckDB inside this process; loaded when first asked for, for a receipt needs none of it."""
    module = importlib.import_module("xiaobao.ledger.engines.duckdb")
    engine: Engine = module.DuckDbEngine()
    return engine


def _spark(url: str) -> Engine:
    try:
        # Only a host that asks a cluster has the client installed, and it takes two seconds to load.
        module = importlib.import_module("xiaobao.ledger.engines.spark.engine")
    except ModuleNotFoundError as error:
        raise EngineError(
            Words(
                zh=f"{ENGINE_VARIABLE} 指向 Spark Connect，但缺少 {error.name}；请安装 xiaobao[server,spark]",
                en=f"{ENGINE_VARIABLE} names a Spark Connect server, and {error.name} is not installed; "
                "install xiaobao[server,spark]",
            ),
            exit_code=ExitCode.WRONG_CALL,  # as of any part that is not installed
        ) from error
    engine: Engine = module.SparkEngine(url)
    return engine
