"""Arrays, devices, random numbers and running programs."""
