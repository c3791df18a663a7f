"""Lists handed in: columns, rows, confirmed, undone, out and back."""

from vetting.lists.services.downloaded_lists import open_columns, plain_value

__all__ = ["open_columns", "plain_value"]
