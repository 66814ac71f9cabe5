"""speechd.py: there is no speech server here; what Orca would say is taken from its own log."""
raise ImportError("speech goes to the log")
