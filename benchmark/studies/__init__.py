"""Teams and their studies: creating one from a template, joining, and who may write which part of it."""
