"""The database as every field uses it: base of the tables, engine, session, the trail."""
