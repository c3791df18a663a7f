"""Every foreign format: workbooks, csv, documents, mail, YAML with lines; the process that reads them."""
