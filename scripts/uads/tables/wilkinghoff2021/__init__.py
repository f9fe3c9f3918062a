"""Tables 1 to 5 of Wilkinghoff (2021)."""
