"""How the baseline of a frequency is fitted and followed; chosen on the development benchmark."""

from dataclasses import dataclass

from xiaobao.analysis.surges.level import Following
from xiaobao.analysis.surges.model_kernel import Follow
from xiaobao.analysis.surges.series import Frequency
from xiaobao.analysis.surges.series_fit import Prior
from xiaobao.analysis.surges.short_start import Short

USUAL_DISPERSION = 1.4
"""Of complaint counts, before anything is known of the series at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """Lengths in steps, standard deviations on the log scale."""

    refit_every: int
    """The fit is renewed at steps whose number this divides: the same ones in a prefix and in the whole."""
    guard: int
    """The latest steps, of which neither fit nor level learns."""
    fit_steps: int
    """How far back a fit looks."""
    half_life: float
    """After so many steps a count weighs half in the fit."""
    history: int
    """How far back level, dispersion and spread of scores are followed."""
    warm_up: int
    """The first steps of the history, which dispersion and spread leave out."""
    block: int
    """Steps summed into one in the fit of level, trend and season."""
    week: int
    """How many steps a week has."""
    keeps: tuple[float, ...]
    """What the memories of the level keep a step; 1 is the fitted level."""
    prior_counts: float
    """How many expected counts the next longer memory's level weighs against what a memory has seen."""
    forget: float
    """What a step keeps of how well a memory foretold."""
    limit: float
    """Standard deviations above its expectation at which a count enters the level."""
    trend_deviation: float
    season_deviation: float
    kind_deviation: float
    """Of working days and rebounds; 0 where steps have no kinds."""
    rest_deviation: float
    """Of days that are not worked, or made up for: habits of reporting differ more on these."""
    fewest_known: int
    """A step is judged when its fit rests on so many known steps."""
    trusted_dispersion: float
    """Steps that the dispersion of all series weighs against a series' own."""
    trusted_spread: float
    """Steps that the spread of independent scores weighs against what a series' past shows."""
    doubt_factor: float
    """How much more than by its counts a level is in doubt, past surges and other changes being in them."""
    small: float
    """Expected counts of late below which a surprise is worked out day by day (0135)."""
    small_doubt_factor: float
    """`doubt_factor` there."""
    least_spread: float
    """A past whose scores strayed less is taken for luck; past surges swell the dispersion (0117)."""
    wander: float
    """Variance that levels have of themselves from one fortnight to another, on the log scale."""
    with_late: bool
    """Whether steps of late count as well, or the step alone."""
    counts_alone: bool
    """Whether a level is doubted by its counts alone, and not by all its fit rests on (0158)."""
    short_guard: int
    """The latest steps that the baseline of a short past leaves out."""
    epidemic_swing: float
    """A year's swing (see `Surprises.swing`) beyond which a series is taken for one of epidemics, and the
    reference asked as well."""
    epidemic_doubt_factor: float
    """`doubt_factor` of such a series: its waves come early in one year and late in another."""

    def prior(self) -> Prior:
        """How far a series may stand from its group."""
        return Prior(
            trend=self.trend_deviation,
            season=self.season_deviation,
            kind=self.kind_deviation,
            rest=self.rest_deviation,
            dispersion=USUAL_DISPERSION,
        )

    def short(self) -> Short:
        """How a series is judged before the fit has enough of a past."""
        return Short(
            guard=self.short_guard, latest=self.fewest_known + self.guard, dispersion=USUAL_DISPERSION
        )

    def follow(self, *, year: int) -> Follow:
        """How levels and scores are followed, a year being so many steps."""
        return Follow(
            level=Following(
                guard=self.guard,
                prior_counts=self.prior_counts,
                forget=self.forget,
                limit=self.limit,
                counts_alone=self.counts_alone,
            ),
            warm_up=self.warm_up,
            fewest_known=self.fewest_known,
            trusted_dispersion=self.trusted_dispersion,
            trusted_spread=self.trusted_spread,
            year=year,
            week=self.week,
            doubt_factor=self.doubt_factor,
            epidemic_swing=self.epidemic_swing,
            epidemic_doubt_factor=self.epidemic_doubt_factor,
            small=self.small,
            small_doubt_factor=self.small_doubt_factor,
            least_spread=self.least_spread,
            wander=self.wander,
            with_late=self.with_late,
        )


DAILY = ModelSettings(
    refit_every=28,
    guard=7,
    fit_steps=1461,
    half_life=730.0,
    history=400,
    warm_up=60,
    block=7,
    week=7,
    keeps=(0.95, 0.98, 0.995, 1.0),
    prior_counts=30.0,
    forget=0.99,
    limit=2.0,
    trend_deviation=0.2,
    season_deviation=0.13,
    kind_deviation=0.04,
    rest_deviation=0.15,
    fewest_known=21,
    trusted_dispersion=120.0,
    trusted_spread=200.0,
    doubt_factor=0.7,
    small=2.0,
    small_doubt_factor=1.0,
    least_spread=0.85,
    wander=0.0013,
    with_late=True,
    counts_alone=False,
    short_guard=2,
    epidemic_swing=4.0,
    epidemic_doubt_factor=0.7,
)
WEEKLY = ModelSettings(
    refit_every=4,
    guard=2,
    fit_steps=520,
    half_life=520.0,
    history=208,
    warm_up=26,
    block=1,
    week=1,
    keeps=(0.9, 0.97, 1.0),
    prior_counts=8.0,
    forget=0.99,
    limit=2.5,
    trend_deviation=0.3,
    season_deviation=4.0,
    kind_deviation=0.0,
    rest_deviation=0.0,
    fewest_known=26,
    trusted_dispersion=4.0,
    trusted_spread=100.0,
    doubt_factor=5.0,
    small=0.0,
    small_doubt_factor=1.0,
    least_spread=1.0,
    wander=0.0,
    with_late=False,
    counts_alone=True,
    short_guard=1,
    epidemic_swing=4.0,
    epidemic_doubt_factor=30.0,
)


def settings_of(frequency: Frequency) -> ModelSettings:
    """The settings of a frequency."""
    return DAILY if frequency is Frequency.DAILY else WEEKLY
