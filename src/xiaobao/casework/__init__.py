"""Everything a person decides; one desk a folder, and desks do not know each other."""

from xiaobao.settings import set_up_django

set_up_django()  # the models of this package cannot be imported before
