"""Grant and premises vetting for associations: criteria as data, unknown is an answer, people decide."""

from vetting.texts import install_speakers

__version__ = "0.3.0"
install_speakers()
