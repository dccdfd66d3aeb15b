"""The sheets of a template by name."""

DATA_SHEET = "报送"
NOTES_SHEET = "填报说明"
LISTS_SHEET = "代码表"
FINDINGS_SHEET = "检查结果"
"""Of a workbook that was checked and given back marked."""
NOT_READ = (NOTES_SHEET, LISTS_SHEET, FINDINGS_SHEET)
"""Those that hold no rows, whatever the source."""
