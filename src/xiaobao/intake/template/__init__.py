"""The workbook a reporter fills in: what is offered in it (`plan`), how it is written (`workbook`)."""
