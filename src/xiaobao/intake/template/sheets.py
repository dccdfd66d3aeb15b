"""The sheets of a template by name, and the label beside its version."""

DATA_SHEET = "报送"
NOTES_SHEET = "填报说明"
LISTS_SHEET = "代码表"
FINDINGS_SHEET = "检查结果"
"""Of a workbook that was checked and given back marked."""
VERSION_LABEL = "模板版本"
"""First cell of the sheet of notes; the version stands beside it."""
NOT_READ = (NOTES_SHEET, LISTS_SHEET, FINDINGS_SHEET)
"""Those that hold no rows, whatever the source."""
