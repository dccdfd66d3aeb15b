"""Names this package to Django."""

from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    """The operational tables of the ledger."""

    name = "xiaobao.submissions"
    label = "submissions"
