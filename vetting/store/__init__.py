"""What is kept: typed models, the queries of the same noun beside them, the trail and the sessions."""
