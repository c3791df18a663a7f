"""What can be done: verbs that know neither Flask nor file formats."""
