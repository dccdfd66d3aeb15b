"""Names this package to Django."""

from django.apps import AppConfig


class IssuesConfig(AppConfig):
    """What officers decide of hot issues."""

    name = "xiaobao.casework.issues"
    label = "issues"
