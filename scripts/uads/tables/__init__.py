"""Tables: one folder per paper or table, with its declarations (``spec``) and what a job runs (``build``)."""
