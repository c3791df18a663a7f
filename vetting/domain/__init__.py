"""The pure core: judgements as functions of facts. No clock, database, web or files."""
