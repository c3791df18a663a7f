"""Reports and overviews."""
