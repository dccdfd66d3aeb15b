"""What a folder of deliveries was made from, kept beside it so that playing it again uses the same files."""

from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from xiaobao.catalog.catalog import Catalog
from xiaobao.lib.errors import UserError
from xiaobao.lib.periods import ONE_DAY, Period
from xiaobao.lib.words import Words
from xiaobao.simulate.manifest import MANIFEST_NAME
from xiaobao.simulate.ranges import read_ranges
from xiaobao.simulate.replay import DOMAIN_ID as REPLAY_DOMAIN_ID
from xiaobao.simulate.replay import write_replay
from xiaobao.simulate.stream import simulated_period, write_stream
from xiaobao.simulate.years.write import write_years

RECIPE_NAME = "recipe.json"


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a folder of deliveries is made; the same recipe gives the same bytes."""

    mark: Literal["replay", "simulated"]
    from_on: date | None
    """First day; None: the whole replay."""
    days: int | None
    seed: int | None
    """None for a replay, which draws nothing."""
    last_on: date | None = None
    """Last day of simulated years of both paths; None for a replay and for some days of banks' reports."""
    scale: float = 1.0
    """What the volumes of simulated years are multiplied by."""
    branches: tuple[str, ...] = ()
    """Regions of the hotline's branches in simulated years; none named: all."""
    daily_from: date | None = None
    """From which day simulated years are delivered daily, by month before; None: as the catalog says."""

    def domain_id(self, catalog: Catalog) -> str:
        """The domain of the home that takes the deliveries."""
        return REPLAY_DOMAIN_ID if self.mark == "replay" else read_ranges(catalog).domain


class OtherRecipeError(UserError):
    """The folder holds something that this recipe did not make."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            Words(
                zh=f"文件夹 {folder} 中已有其他内容；请换一个文件夹，或使用当初的参数",
                en=f"{folder} holds something else; name another folder or use the options it was made with",
            )
        )


def ensure_deliveries(catalog: Catalog, recipe: Recipe, folder: Path) -> Path:
    """The manifest of the recipe's deliveries in the folder, written when it is not there yet."""
    stated, manifest = folder / RECIPE_NAME, folder / MANIFEST_NAME
    if not stated.is_file():
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise OtherRecipeError(folder)
        folder.mkdir(parents=True, exist_ok=True)
        stated.write_bytes(msgspec.json.encode(recipe))
    if _read(stated) != recipe:
        raise OtherRecipeError(folder)
    if not manifest.is_file():  # written last: without it the folder is not whole
        _write(catalog, recipe, folder)
    return manifest


def _read(stated: Path) -> Recipe | None:
    try:
        return msgspec.json.decode(stated.read_bytes(), type=Recipe)
    except msgspec.DecodeError:
        return None


def _write(catalog: Catalog, recipe: Recipe, folder: Path) -> None:
    if recipe.mark == "replay":
        write_replay(catalog, folder, period=_period(recipe))
        return
    assert recipe.from_on is not None and recipe.seed is not None
    if recipe.last_on is not None:
        period = Period(from_on=recipe.from_on, to_on=recipe.last_on + ONE_DAY)
        write_years(
            catalog,
            period=period,
            seed=recipe.seed,
            scale=recipe.scale,
            folder=folder,
            branches=recipe.branches,
            daily_from=recipe.daily_from,
        )
        return
    assert recipe.days is not None
    period = simulated_period(catalog, from_on=recipe.from_on, days=recipe.days)
    write_stream(catalog, period=period, seed=recipe.seed, folder=folder)


def _period(recipe: Recipe) -> Period | None:
    if recipe.from_on is None or recipe.days is None:
        return None
    return Period(from_on=recipe.from_on, to_on=date.fromordinal(recipe.from_on.toordinal() + recipe.days))
