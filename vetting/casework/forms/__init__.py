"""Forms of cases: of facts, made from the rules, and of the acts of a case."""
