"""Work beside the pages: a job is a row, and a worker takes the oldest that nobody works on."""
