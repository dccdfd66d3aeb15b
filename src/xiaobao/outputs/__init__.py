"""Everything published; frozen once issued."""

from xiaobao.settings import set_up_django

set_up_django()  # the models of this package cannot be imported before
