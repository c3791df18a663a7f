"""The application: every package registered, access, navigation, and what each hook is filled with."""
