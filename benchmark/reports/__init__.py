"""Reports: a study at any stage, gathered into plain data and typeset as an accessible PDF."""
