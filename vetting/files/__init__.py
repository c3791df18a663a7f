"""Everything that reads or writes a foreign format. Nothing else touches one."""
