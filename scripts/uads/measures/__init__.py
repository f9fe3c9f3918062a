"""Numbers on samples and UMAPs: one folder per measure, with its declaration (``spec``) and what a job runs."""
