"""From facts to a proposal, pure: conditions, criteria, rule sets, screening, reasons, explanations."""
