"""Reads `names.toml`: words around names, addresses and employers."""

from collections.abc import Sequence

from xiaobao.catalog.catalog import CatalogFiles
from xiaobao.catalog.names import NameWords
from xiaobao.catalog.readers.decoding import Record, toml, wrong

_PATH = "names.toml"
_LISTS = (
    *("double_surnames", "labels", "honorifics", "no_names", "streets", "doors", "regions_end"),
    *("kept_after_address", "employed_before", "employed_after", "employer_before", "employer_after"),
    *("kept_organisations", "tails_of_no_name", "not_employed_after"),
    *("roles", "role_signs", "words_after_persons", "words_with_surname_last"),
    *("words_before_places", "words_after_places", "ways", "called_things"),
    *(
        "buildings_of_many",
        "buildings",
        "rooms",
        "units",
        "not_door_after",
        "no_street_names",
        "address_labels",
    ),
    *("employed_between", "employed_persons", "occupations", "ranks", "organisations_end"),
    *("words_before_addressed", "words_after_addressed"),
    *("no_organisation_names", "forms_of_address", "latin_titles", "latin_labels", "latin_no_names"),
)


class _Names(Record, frozen=True, kw_only=True):
    reconstructed: bool
    surnames: str
    double_surnames: list[str]
    labels: list[str]
    honorifics: list[str]
    no_names: list[str]
    signs_of_no_name: str
    hidden: str
    streets: list[str]
    doors: list[str]
    regions_end: list[str]
    kept_after_address: list[str]
    employed_before: list[str]
    employed_after: list[str]
    employer_before: list[str]
    employer_after: list[str]
    kept_organisations: list[str]
    tails_of_no_name: tuple[str, ...] = ()
    words_with_surname_last: tuple[str, ...] = ()
    words_before_places: tuple[str, ...] = ()
    words_after_places: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    called_things: tuple[str, ...] = ()
    not_employed_after: tuple[str, ...] = ()
    least_certainty: float = 0.0
    least_certainty_alone: float = 0.0
    least_certainty_of_two: float = 0.0
    least_certainty_of_strange: float = 0.0
    forms_of_address: tuple[str, ...] = ()
    surnames_like_prepositions: str = ""
    words_before_addressed: tuple[str, ...] = ()
    words_after_addressed: tuple[str, ...] = ()
    latin_titles: tuple[str, ...] = ()
    latin_labels: tuple[str, ...] = ()
    latin_no_names: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    role_signs: tuple[str, ...] = ()
    words_after_persons: tuple[str, ...] = ()
    buildings_of_many: tuple[str, ...] = ()
    buildings: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    not_door_after: tuple[str, ...] = ()
    no_street_names: tuple[str, ...] = ()
    address_labels: tuple[str, ...] = ()
    employed_between: tuple[str, ...] = ()
    employed_persons: tuple[str, ...] = ()
    occupations: tuple[str, ...] = ()
    ranks: tuple[str, ...] = ()
    organisations_end: tuple[str, ...] = ()
    no_organisation_names: tuple[str, ...] = ()


def read_names(files: CatalogFiles) -> NameWords | None:
    """The words, None where the catalog has no such file; CatalogError for a word empty or there twice."""
    if _PATH not in files:
        return None
    row = toml(files, _PATH, _Names)
    for key in _LISTS:
        words: Sequence[str] = getattr(row, key)
        if any(not word.strip() for word in words) or len(set(words)) < len(words):
            raise wrong(_PATH, key, zh="有空词或重复的词", en="has a word that is empty or there twice")
    return NameWords(
        reconstructed=row.reconstructed,
        least_certainty=row.least_certainty,
        least_certainty_alone=row.least_certainty_alone,
        least_certainty_of_two=row.least_certainty_of_two,
        least_certainty_of_strange=row.least_certainty_of_strange,
        surnames=frozenset("".join(row.surnames.split())),
        double_surnames=frozenset(row.double_surnames),
        surnames_like_prepositions=frozenset(row.surnames_like_prepositions),
        signs_of_no_name=frozenset(row.signs_of_no_name),
        hidden=frozenset(row.hidden),
        **{key: tuple(getattr(row, key)) for key in _LISTS if key != "double_surnames"},
    )
