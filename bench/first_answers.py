"""How long does a new process take to answer each question of the dashboards for the first time?

Nothing is kept yet: neither footers of files nor their sums. The first question of all also opens the engine.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from bench.dashboard_home import ask, board_of
from bench.dashboard_questions import QUESTIONS
from xiaobao.submissions.home import Home, open_home


def first_answers(home: Home, rows: int) -> list[float]:
    """Seconds of each question, in their order, asked once in a process of their own."""
    command = [sys.executable, "-m", "bench.first_answers", str(home.path), str(rows)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [float(one) for one in json.loads(said.splitlines()[-1])]


def main() -> None:
    """Ask and say."""
    home, rows = open_home(Path(sys.argv[1])), int(sys.argv[2])
    board = board_of(home, rows)
    taken = []
    for place in range(len(QUESTIONS)):
        start = time.perf_counter()
        ask(home, board, place, 0)
        taken.append(time.perf_counter() - start)
    print(json.dumps(taken))


if __name__ == "__main__":
    main()
