"""Django's settings, and their set-up once per process; environment helpers that fail loudly, no policy."""

import os

import django
from django.apps import apps

INSTALLED_APPS = [
    "xiaobao.submissions",
    "xiaobao.casework.briefs",
    "xiaobao.casework.issues",
    "xiaobao.outputs",
]
DATABASES: dict[str, dict[str, object]] = {}  # set by `submissions.database.use`
SECRET_KEY = os.environ.get("XIAOBAO_SECRET_KEY", "not used: no sessions or signed values yet")
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def set_up_django() -> None:
    """Make the models importable; does nothing when that was done, or is being done, in this process."""
    if apps.ready or apps.loading:
        return
    os.environ["DJANGO_SETTINGS_MODULE"] = "xiaobao.settings"
    django.setup()
