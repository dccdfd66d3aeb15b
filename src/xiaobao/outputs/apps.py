"""Names this package to Django."""

from django.apps import AppConfig


class OutputsConfig(AppConfig):
    """What was published."""

    name = "xiaobao.outputs"
    label = "outputs"
