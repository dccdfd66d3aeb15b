"""The sheets of a template by name."""

DATA_SHEET = "报送"
NOTES_SHEET = "填报说明"
LISTS_SHEET = "代码表"
NOT_READ = (NOTES_SHEET, LISTS_SHEET)
"""Those that hold no rows, in the template of whatever source."""
