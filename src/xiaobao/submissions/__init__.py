"""What was received and posted: receipts, journal, manifest, the poster and its lease."""

from xiaobao.settings import set_up_django

set_up_django()  # the models of this package cannot be imported before
