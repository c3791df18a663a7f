"""What becomes of a grant: reported on, gone through, what is left asked back."""
