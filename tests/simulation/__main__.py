"""Replays seeds: `PYTHONPATH=tests python -m simulation 17 [18 …]`; prints every step of one that breaks."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from simulation.run import BrokenError, make_template, run


def main(seeds: list[int]) -> int:
    """Run each seed; 1 when one of them breaks."""
    broken = 0
    with TemporaryDirectory() as folder:
        template = make_template(Path(folder) / "home")
        for seed in seeds:
            try:
                ran = run(template, seed, tracing=True)
                sys.stdout.write(f"seed {seed} held: {ran.cuts} cuts, {ran.steps} steps, {ran.digest[:16]}\n")
            except BrokenError as error:
                broken = 1
                sys.stdout.write("\n".join([*error.trace, str(error), ""]))
    return broken


if __name__ == "__main__":
    sys.exit(main([int(seed) for seed in sys.argv[1:]]))
