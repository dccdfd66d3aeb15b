"""What a language must be able to say in a brief: one template a sentence, `{places}` filled with tokens."""

from dataclasses import dataclass
from string import Formatter

from xiaobao.lib.words import Language
from xiaobao.outputs.brief.document import Text, Token, Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """The wording of a brief in one language. Plain words only: numbers, names and directions are tokens."""

    language: Language
    masthead: str
    title: str
    separator: str
    last_separator: str
    period: str
    """From one day to another."""
    clause: str
    """Between clauses that hold commas of their own."""
    stop: str
    """At the end of a sentence."""
    space: str
    """Between two sentences of a paragraph."""

    summary: str
    overall: str
    total: str
    total_on_path: str
    day_total: str
    change: str
    change_level: str
    change_zero_base: str
    change_first: str
    average: str
    average_level: str
    average_short: str
    groups: str
    group: str
    group_change: str
    group_silent: str
    group_median: str
    group_median_silent: str
    group_change_level: str
    change_cell: str
    by_institution: str
    ranked_item: str
    unranked: str
    missing_caution: str
    previous_missing_caution: str
    path_note: str
    withdrawal: str

    structure: str
    by_business: str
    by_cause: str
    business: str
    cause: str
    institution: str
    special: str
    special_item: str

    watch: str
    watch_week: str
    watch_judged: str
    watch_none: str
    watch_unjudged: str
    watch_missing: str
    watch_days_without: str
    watch_basis: str
    surge: str
    surge_times: str
    surge_parts: str
    surge_part: str
    surge_day: str
    surge_days: str
    surge_raised: str
    chart_band: str
    chart_band_note: str
    chart_observed: str
    chart_expected: str
    chart_low: str
    chart_high: str
    table_watch: str
    table_watch_note: str
    table_watch_before: str
    raised_before: str
    column_surge: str
    column_raised: str
    column_observed: str
    column_expected: str
    column_times: str
    column_state: str

    hot: str
    hot_judged: str
    hot_none: str
    hot_unjudged: str
    hot_unread: str
    hot_not_judged: str
    hot_refused: str
    hot_basis: str
    hot_issue: str
    hot_state: str
    hot_institutions: str
    hot_institution: str
    hot_case: str
    hot_demand: str
    hot_demand_quote: str

    reporting: str
    reporting_counts: str
    superseded: str
    nobody_missing: str
    missing: str
    rows: str
    rejected: str
    rejected_item: str
    refused: str
    refused_item: str
    set_aside: str

    late: str
    late_none: str
    late_window: str
    late_window_level: str
    late_previous: str
    late_previous_level: str

    week_unclosed: str
    week_missing: str
    week_missing_item: str
    week_missing_whole: str
    week_late: str
    week_late_level: str
    week_earlier: str
    week_earlier_level: str
    week_earlier_none: str
    week_reporting: str

    notes: str
    note_basis: str
    note_as_of: str
    note_comparison: str
    note_catalog: str
    note_close_head: str
    note_reconstructed: str
    note_closure: str
    note_mark: str
    note_absent: str

    chart_course: str
    chart_course_note: str
    chart_course_average: str
    chart_course_day: str
    chart_institutions: str
    chart_data: str

    table_overall: str
    table_institutions: str
    table_institutions_note: str
    table_institutions_whole_note: str
    table_cells: str
    table_cells_note: str
    table_cells_whole_note: str
    table_reporting: str
    table_week: str
    table_week_note: str
    table_week_reporting: str
    column_day: str
    column_printed: str
    column_known: str
    column_late: str
    column_item: str
    column_today: str
    column_previous: str
    column_change: str
    column_average: str
    column_share: str
    column_rank: str
    column_rank_before: str
    column_total: str
    column_institution: str
    column_source: str
    column_status: str
    column_read: str
    column_accepted: str
    column_rejected: str
    column_refused: str
    row_total: str


Part = Token | Tokens


def write(template: str, **parts: Part) -> Tokens:
    """The template as tokens: the words between places as `Text`; KeyError when a place is not given."""
    tokens: list[Token] = []
    for words, place, _, _ in Formatter().parse(template):
        if words:
            tokens.append(Text(text=words))
        if place is not None:
            part = parts[place]
            tokens.extend(part if isinstance(part, tuple) else (part,))
    return tuple(tokens)


def listed(items: list[Tokens], sentences: Sentences, *, separator: str | None = None) -> Tokens:
    """`A、B和C`, `A, B and C`; the one separator between all of them where it is given."""
    tokens: list[Token] = []
    for place, item in enumerate(items):
        if place:
            last = sentences.last_separator if place == len(items) - 1 else sentences.separator
            tokens.append(Text(text=separator or last))
        tokens.extend(item)
    return tuple(tokens)
