"""What the masking of names, addresses and employers goes by. `catalog/names.toml`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NameWords:
    """The bureau's words; empty where a catalog has no such file."""

    reconstructed: bool
    """True while they rest on memory."""
    surnames: frozenset[str]
    double_surnames: frozenset[str]
    labels: tuple[str, ...]
    """Before a name."""
    honorifics: tuple[str, ...]
    """After a surname."""
    no_names: tuple[str, ...]
    """Products and words that begin like a name."""
    tails_of_no_name: tuple[str, ...]
    """Words that end the name of a place or company which begins like a person's; empty in older catalogs."""
    words_with_surname_last: tuple[str, ...]
    """Words of two signs whose last is a surname, which the tagger cuts before a name: 跪谢; empty in older
    catalogs, as the four below."""
    words_before_places: tuple[str, ...]
    words_after_places: tuple[str, ...]
    """What stands between one of these and one of those is where a way leads from: 从 … 到."""
    ways: tuple[str, ...]
    """What a place has and no person: 的水泥路."""
    called_things: tuple[str, ...]
    """What is no person though it is called something: 名叫 … 的公司."""
    least_certainty: float
    """Below it the tagger's person is none, unless a label stands before it; 0 in older catalogs."""
    least_certainty_alone: float
    """The same where nothing around it says that it is a person; 0 in older catalogs."""
    least_certainty_of_two: float
    """The same of two signs, which are a word more often than a name; 0 in older catalogs."""
    least_certainty_of_strange: float
    """The same of what begins with no surname: 扎西顿珠; 0 in older catalogs, where none is a person."""
    forms_of_address: tuple[str, ...]
    """Of the honorifics those behind which a surname is one whatever the tagger takes it for: 党女士; empty
    in older catalogs, as the three below."""
    surnames_like_prepositions: frozenset[str]
    """Surnames that are prepositions more often: 向女士; empty in older catalogs."""
    words_before_addressed: tuple[str, ...]
    """Behind one of these they are surnames: 联系向女士."""
    words_after_addressed: tuple[str, ...]
    """At the beginning of a clause they are surnames before one of these: 向女士称."""
    latin_titles: tuple[str, ...]
    """Before a name in Latin letters: Ms."""
    latin_labels: tuple[str, ...]
    """The same: my husband."""
    latin_no_names: tuple[str, ...]
    """What stands behind a title and is no person: Mr. Cooper."""
    roles: tuple[str, ...]
    """What people are, before their names, beside occupations and relatives."""
    role_signs: tuple[str, ...]
    """Last signs of what people are: 局长, 木工."""
    words_after_persons: tuple[str, ...]
    """What is said of people, behind their names; beside honorifics."""
    signs_of_no_name: frozenset[str]
    """Signs that stand in no given name."""
    hidden: frozenset[str]
    """Signs that stand for a name which somebody has hidden already."""
    streets: tuple[str, ...]
    doors: tuple[str, ...]
    buildings_of_many: tuple[str, ...]
    """Streets of which many have none but a number of a building: 小区12栋 alone is nobody's address."""
    buildings: tuple[str, ...]
    rooms: tuple[str, ...]
    """A building and one of these are an address whatever stands before them."""
    units: tuple[str, ...]
    """Of the rooms those of many homes."""
    not_door_after: tuple[str, ...]
    """What follows a number that is no door's: 5号线."""
    no_street_names: tuple[str, ...]
    """What stands before a street or estate and is not its name: 我们小区."""
    address_labels: tuple[str, ...]
    """Before an address: 家庭住址：."""
    regions_end: tuple[str, ...]
    """The last words of regions, which are kept."""
    kept_after_address: tuple[str, ...]
    """What follows the address of a branch."""
    employed_before: tuple[str, ...]
    employed_after: tuple[str, ...]
    """An employer stands between one of these and one of those before."""
    not_employed_after: tuple[str, ...]
    """Longer words that begin like one of those and say nothing of employment; empty in older catalogs."""
    employer_before: tuple[str, ...]
    employer_after: tuple[str, ...]
    """An employer stands next to one of these."""
    employed_between: tuple[str, ...]
    """Between an employer and the word for work: 一直."""
    employed_persons: tuple[str, ...]
    """Whose employer is masked: the complainant's own, and that of relatives."""
    occupations: tuple[str, ...]
    ranks: tuple[str, ...]
    """Before an occupation: 退休教师."""
    organisations_end: tuple[str, ...]
    """The last words of an organisation."""
    no_organisation_names: tuple[str, ...]
    """Words of organisations that are not named: 一家公司."""
    kept_organisations: tuple[str, ...]
    """Parts of the names of those whom complaints are about."""
