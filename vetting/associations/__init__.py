"""The register of associations: names and matching, records merged, contacts."""
