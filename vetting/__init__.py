"""Grant and premises vetting for associations: criteria as data, unknown is an answer, people decide."""

from vetting.texts import install_catalogues

__version__ = "0.1.0"
install_catalogues()
