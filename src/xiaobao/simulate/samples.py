"""Where the sample files shipped with the product lie: in the package, or at the repository's root."""

from pathlib import Path

from xiaobao.lib.errors import XiaobaoError

_PACKAGE = Path(__file__).resolve().parents[1]
_PLACES = (_PACKAGE / "samples", _PACKAGE.parents[1] / "samples")


def sample_path(relative: str) -> Path:
    """The path of a shipped sample, such as `cfpb/complaints_full_schema_2023.csv`."""
    for place in _PLACES:
        if (place / relative).is_file():
            return place / relative
    raise XiaobaoError(f"the sample {relative} is missing from this installation")
