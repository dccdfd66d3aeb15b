"""The peer of receiving and posting: csv, pydantic and Django's bulk_create, row by row."""

import csv
from itertools import islice
from pathlib import Path

from django.db import connection, models

from bench.intake import Row

_ROWS_AT_A_TIME = 5_000


class _Saved(models.Model):
    """One complaint as a Django application would keep it."""

    complaint_no = models.CharField(max_length=40, unique=True)
    event = models.CharField(max_length=10)
    entry_kind = models.CharField(max_length=10)
    received_on = models.DateField(db_index=True)
    accepted_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    institution = models.CharField(max_length=40)
    channel = models.CharField(max_length=10)
    business = models.CharField(max_length=10)
    cause = models.CharField(max_length=10)
    region = models.CharField(max_length=10)
    product = models.CharField(max_length=40)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)

    class Meta:
        app_label = "bench"


def validate_and_save(path: Path, rows: int) -> None:
    """Take the first rows of a file into a table of the database in use, one transaction in all."""
    with connection.schema_editor() as editor:
        editor.create_model(_Saved)
    with path.open(encoding="utf-8", newline="") as stream:
        values = islice(csv.DictReader(stream), rows)
        while some := [
            _Saved(**Row.model_validate(one).model_dump()) for one in islice(values, _ROWS_AT_A_TIME)
        ]:
            _Saved.objects.bulk_create(some)
    assert _Saved.objects.count() == rows
