"""Boards and their people: sign-in, roles, delegation, ways of working, setting up."""
