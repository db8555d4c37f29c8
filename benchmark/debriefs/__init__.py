"""The debrief: observations are grouped, and groups become improvement ideas and strengths."""
