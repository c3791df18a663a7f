"""The register of associations: names and matching, records merged, contacts."""

from vetting.associations.services.associations import MOST_FOUND, AssociationMatch, find_or_add, search_associations

__all__ = ["MOST_FOUND", "AssociationMatch", "find_or_add", "search_associations"]
