"""Grant and premises vetting for associations: criteria as data, unknown is an answer, people decide."""

__version__ = "0.1.0"
