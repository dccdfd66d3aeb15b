"""The measurements: any one group runs where the peers of the others are not installed."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_no_group_is_imported_before_it_runs() -> None:
    program = (
        "import bench.run, sys; print(*sorted(name for name in sys.modules if name.startswith('bench.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["bench.machine", "bench.run"]


def test_what_the_groups_import_is_there() -> None:
    tree = ast.parse((ROOT / "bench" / "run.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules = [
        Path(*str(node.module).split("."), one.name)
        for node in imports
        if str(node.module).split(".")[0] == "bench" and node.col_offset
        for one in node.names
    ]
    assert len(modules) > 20
    assert [path for path in modules if not (ROOT / path).with_suffix(".py").is_file()] == []
