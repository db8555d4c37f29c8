"""Photos: their bytes checked, cleaned and sized, and served to those who see the study."""
