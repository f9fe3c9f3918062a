"""DCASE Task 2: the challenge's years, how its clips are named, and its ground truth."""
