"""Takes the README's pictures of the demonstration's briefs with headless Chromium; argument: the folder."""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

PICTURES = {"cfpb": "brief-cfpb.png", "simulated": "brief-pbc.png"}
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1000,1370",
]


def main(folder: Path) -> int:
    """Write both pictures beside this file; 1 with a sentence when Chromium or a brief is missing."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        print("no Chromium on this machine: install it (Debian: chromium, fonts-noto-cjk) and call again")
        return 1
    for home, picture in PICTURES.items():
        pages = sorted(folder.glob(f"{home}-20*.html"))
        if not pages:
            print(f"no brief {home}-*.html in {folder}: run make demo first")
            return 1
        with TemporaryDirectory() as profile:
            target = Path(__file__).parent / picture
            page = pages[0].absolute().as_uri()
            subprocess.run(
                [browser, *QUIET, f"--user-data-dir={profile}", f"--screenshot={target}", page],
                check=True,
                stderr=subprocess.DEVNULL,
            )
        print(f"took {picture}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo")))
