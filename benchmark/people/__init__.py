"""People, their devices and what they may see: sign-in, join codes, "who is this request?"."""
