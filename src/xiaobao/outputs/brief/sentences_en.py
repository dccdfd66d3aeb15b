"""The wording of the English brief."""

from dataclasses import replace

from xiaobao.analysis.surges.sentences import DAYS, ONE_DAY, PART, PARTS, SURGE, TIMES
from xiaobao.outputs.brief.sentences import Sentences

EN = Sentences(
    language="en",
    masthead="Daily Consumer Complaint Brief",
    title="Monitoring of {domain}, {long_day}",
    separator=", ",
    last_separator=" and ",
    period="{from_day} to {to_day}",
    clause="; ",
    stop=".",
    space=" ",
    summary="{total}{change}. {ranked}{reporting}",
    overall="Overall",
    total="On {day} the number of complaints received was {count}",
    total_on_path="On {day} the number of complaints received on the path {path} was {count}",
    day_total="Complaints of the day: {count}{change}.",
    change="; complaints {way} by {size} from the {previous} of {day}, {before}",
    change_level="; this is {way} with the {previous} of {day}, {before}",
    change_zero_base="; on {day}, {before}, there were {previous}, so no change is computed",
    change_first="; no earlier day is closed, so no change is computed",
    average=(
        "The average of the {days} working days in the {window} days before is {average}; the day lies "
        "{way} it."
    ),
    average_level=(
        "The average of the {days} working days in the {window} days before is {average}; the day is "
        "{way} with it."
    ),
    average_short="In the {window} days before, not enough working days are closed for an average.",
    groups="By group: {groups}.",
    group="{group} {count} ({share}{change}{median})",
    group_silent="{group}: not reported",
    group_median=", median of its institutions {median}",
    group_median_silent=", no median while an institution has not reported",
    group_change=", {way} by {size}",
    group_change_level=", {way}",
    change_cell="{way} {size}",
    by_institution="By institution {rank} were {names}.",
    ranked_item="{name} ({count}, {share})",
    unranked="Many institutions tie at the head of the list; see the table.",
    missing_caution=(
        "{names} did not report for the day; nothing is counted for them, and neither change nor shares "
        "are adjusted for it. Read them with the section on reporting."
    ),
    previous_missing_caution=(
        "{names} had not reported by the close of {before} ({day}), so changes and averages are not fully"
        " like for like."
    ),
    path_note="Every number here counts the path {path} alone; paths are never summed.",
    withdrawal="{number} is withdrawn: {reason}. This brief corrects and replaces it.",
    structure="Structure",
    by_business="By product {rank} were {names}.",
    by_cause="By issue {rank} were {names}.",
    business="product",
    cause="issue",
    institution="institution",
    special="Shown apart and never put into another group: {items}.",
    special_item="{facet} {group} ({count})",
    watch="Watch",
    watch_week="Watch and progress",
    watch_judged=(
        "After the close of {day} the watch judged {judged} series of institutions, products, issues and "
        "regions by their own past; beyond what was expected: {told}."
    ),
    watch_none=(
        "After the close of {day} the watch judged {judged} series of institutions, products, issues and "
        "regions by their own past; there is nothing to tell."
    ),
    watch_unjudged=(
        "After the close of {day} nothing could be judged: nobody has reported of the day yet, or too few "
        "days are known to compare."
    ),
    hot="Hot issues",
    hot_judged=(
        "Of {complaints} complaints of {days} ({without} without a text) these issues newly stand out."
    ),
    hot_none="Of {complaints} complaints of {days} ({without} without a text) no issue newly stands out.",
    hot_unjudged="Complaints of {days} could not be judged: too few days before are known to compare.",
    hot_unread=(
        "Whether anything newly stands out in {days} cannot be judged: none of the {complaints} complaints "
        "has a text that can be read (none came, it has expired, or it is not masked yet)."
    ),
    hot_not_judged="{names} cannot be judged: no text of before can be read to compare.",
    hot_refused="Names in narratives cannot be masked here, so hot issues were not looked for.",
    hot_basis=(
        "Issues are called by words of complainants; distinct counts near-duplicates once; cases are masked "
        "(names, addresses, employers, numbers), and what they say is not verified."
    ),
    hot_issue="{state}{name}: “{label}”, {days}, {all} in all, {distinct} distinct{institutions}. {case}",
    hot_state="[{state}] ",
    hot_institutions=", of these {items}",
    hot_institution="{name} ({count})",
    hot_case="A case: “{case}”{stop}",
    hot_demand="Conditions that complainants tell of, {kind} (a selection, not verified): {items}{stop}",
    hot_demand_quote="{name}: “{quote}”",
    watch_missing=(
        "{names} did not report: their series are not judged for the day, and silence is not taken for none."
    ),
    watch_days_without="There is no run of the watch for {days}, which does not mean that nothing happened.",
    watch_basis=(
        "What is expected allows for weekdays, holidays, season and slow change; the watch gives reasons to "
        "read complaints, it finds nothing against an institution."
    ),
    surge=f"[{{state}}] {SURGE.en}{{parts}}{{raised}}",
    surge_times=TIMES.en,
    surge_parts=f" {PARTS.en}",
    surge_part=PART.en,
    surge_day=ONE_DAY.en,
    surge_days=DAYS.en,
    surge_raised=" Raised on {day} (posting sequence {sequence}).",
    chart_band="{name}: complaints by day and what was expected",
    chart_band_note=(
        "Solid: observed; dashed: expected; grey band: {level} interval; hollow points: days on which nobody "
        "works; broken where nothing was reported."
    ),
    chart_observed="Observed",
    chart_expected="Expected",
    chart_low="Low",
    chart_high="High",
    table_watch="What the watch told in the week, and what became of it (complaints)",
    table_watch_note=(
        "Observed, expected and times as told last; progress as known to the last run of the week."
    ),
    table_watch_before="Raised “before” a day: runs from before it are not kept, so the day is not known.",
    raised_before="before {day}",
    column_surge="Series (days)",
    column_raised="Raised",
    column_observed="Observed",
    column_expected="Expected",
    column_times="Times",
    column_state="Progress",
    reporting="Reporting",
    reporting_counts=(
        "Sources due: {due}; reported: {reported}; of these late: {late}, with a nil report: {nil}."
    ),
    superseded="Not counted as reported because a newer revision is known: {count}.",
    nobody_missing="Nobody due is missing.",
    missing="Missing are {count}: {names}.",
    rows="Rows delivered for the day: {read} read, {accepted} accepted, {rejected} rejected.",
    rejected="Rejected rows by source: {items}; they are counted nowhere.",
    rejected_item="{name} ({count})",
    refused="Rows not posted because they contradict the state of the ledger: {items}.",
    refused_item="{name} ({count})",
    set_aside="Rows that could not be posted and are set aside for examination: {items}.",
    late="Late data",
    late_none="No earlier day is closed, so there is no late data to show.",
    late_window=(
        "The closed days before ({days}) counted {then} at their own closes and count {now} "
        "at this close: late data {way} {size}."
    ),
    late_window_level=(
        "The closed days before ({days}) counted {then} at their own closes and count {now} "
        "at this close: {way}."
    ),
    late_previous="For {day} late data {way} {size}.",
    late_previous_level="The count of {day} is {way}.",
    week_unclosed=(
        "Not closed in this week: {days}; they count as known at the close of the week, and who reported "
        "for them is not shown."
    ),
    week_missing=(
        "Still not reported by the close of the week: {items}; nothing is counted or estimated for these "
        "days, and neither its change nor the median of its group is given."
    ),
    week_missing_item="{name} ({days})",
    week_missing_whole="{name} (all of the week)",
    week_late=(
        "The closed days of the week ({days}) counted {then} at their own closes and count "
        "{now} at the close of the week: late data {way} {size}, which are part of the week."
    ),
    week_late_level=(
        "The closed days of the week ({days}) counted {then} at their own closes and count "
        "{now} at the close of the week: {way}."
    ),
    week_earlier=(
        "The days before ({days}) counted {then} at the close of the week before and count "
        "{now} now: late data of this week {way} {size}, which are no new complaints of the week."
    ),
    week_earlier_level=(
        "The days before ({days}) counted {then} at the close of the week before and count {now} now: {way}."
    ),
    week_earlier_none=(
        "The week before was not closed on its last day, so late data of the days before are not shown."
    ),
    week_reporting="The table shows how each source stood for each day, as known at the close of the week.",
    notes="About the data",
    note_basis=(
        "Basis: complaints by the day they were received; an amendment reverses the entry and states it "
        "anew, a withdrawal reverses it; enquiries, tip-offs and suggestions are not counted."
    ),
    note_as_of="As of: posting sequence {sequence}, the close of {day} (cut-off {cutoff}).",
    note_comparison=(
        "Changes and averages are like for like: each day as known at its own close. What arrives "
        "afterwards is shown as late data and alters no printed number."
    ),
    note_catalog="Catalog digest: {digest}.",
    note_close_head="Close head: {head}.",
    note_reconstructed=(
        "The coding standard “{standard}” is reconstructed from public material and not the official "
        "text; codes outside it stay as stated under “unmapped”."
    ),
    note_closure="Closures are not counted in this brief; no closure rate is printed.",
    note_mark="{mark}.",
    note_absent=(
        "Words in grey mean not reported, not enough days or no data, which is not the same as none."
    ),
    chart_course="Complaints day by day",
    chart_course_note=(
        "Each day as known at its own close; solid: working days, hollow: other days, dashed: the average of "
        "working days; days not closed are left out."
    ),
    chart_course_average="Average of working days, {window} days before",
    chart_course_day="Complaints",
    chart_institutions="Institutions in the order of complaints",
    chart_data="Data of the chart",
    table_overall="Overall (complaints)",
    table_institutions="Institutions (complaints)",
    table_institutions_note="In the order of complaints; institutions not listed are part of the total.",
    table_institutions_whole_note="In the order of complaints; every institution of the register is listed.",
    table_cells="Institutions by product (complaints)",
    table_cells_note=(
        "Institutions and products in the order of their complaints; totals include those not listed."
    ),
    table_cells_whole_note=(
        "Every institution is listed, products in the order of their complaints; totals include products "
        "not listed."
    ),
    table_reporting="Reporting by source (rows)",
    table_week="The week by day (complaints)",
    table_week_note=("As printed: known at the close of the day; as known: at the close of the week."),
    table_week_reporting="Reporting by source and day",
    column_day="Day",
    column_printed="As printed",
    column_known="As known",
    column_late="Late data",
    column_item="Item",
    column_today="Day",
    column_previous="{day}",
    column_change="Change",
    column_average="Working-day average, {window} days",
    column_share="Share",
    column_rank="Rank",
    column_rank_before="Rank, {before}",
    column_total="Total",
    column_institution="Institution",
    column_source="Source",
    column_status="Status",
    column_read="Read",
    column_accepted="Accepted",
    column_rejected="Rejected",
    column_refused="Not posted",
    row_total="Total",
)

EN_WEEKLY = replace(
    EN,
    masthead="Weekly Consumer Complaint Brief",
    total="From {day} the number of complaints received was {count}",
    total_on_path="From {day} the number of complaints received on the path {path} was {count}",
    day_total="Complaints of the week: {count}{change}.",
    previous_missing_caution=(
        "Not reported for a day or more by the close of {before} ({day}): {names}; no change is given for "
        "these, and that of sums is not wholly like for like."
    ),
    change_first="; the week before is not closed or not wholly in the ledger, so no change is computed",
    change_zero_base="; from {day}, {before}, there were {previous}, so no change is computed",
    note_as_of=(
        "As of: posting sequence {sequence}, the close of {day} (cut-off {cutoff}); the week "
        "is the days that end with it."
    ),
    note_comparison=(
        "Changes are like for like: each week as known at the close of its last day. The chart shows "
        "each day as known at its own close, as the daily briefs printed it."
    ),
    chart_course_note=(
        "Each day of this week and the week before as known at its own close; solid: working days, hollow: "
        "other days; days not closed are left out."
    ),
    column_today="Week",
    column_previous="In {before}",
)
