"""Names this package to Django."""

from django.apps import AppConfig


class BriefsConfig(AppConfig):
    """Drafts of briefs, and what was done to them."""

    name = "xiaobao.casework.briefs"
    label = "briefs"
