"""Users, holders of options, and their status over time as dated facts."""
