"""The daily pages that draw from many fields: queue, case and association files, quick check, deadlines."""
