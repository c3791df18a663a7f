"""Handed-in documents: kept, read, searched; mails that come in; paper forms."""
