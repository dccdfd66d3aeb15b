"""Django's settings: environment helpers that fail loudly; no policy."""

import os

SECRET_KEY = os.environ.get("XIAOBAO_SECRET_KEY", "not used: no sessions or signed values yet")
INSTALLED_APPS = ["xiaobao.submissions", "xiaobao.outputs"]
DATABASES: dict[str, dict[str, object]] = {}  # set by `submissions.home.open_home`
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
