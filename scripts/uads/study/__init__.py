"""What a config asks for: one view per topic, and the study that holds them.

Each view takes the config and the views below it, checks its own part of the config, and lists what the workflow's
rules are expanded over. Only a user's own table of clips is read here: it names the machines and sections that the
config leaves open. So the whole graph of jobs is known before the first job runs.
"""
