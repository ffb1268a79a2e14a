"""The third reading of a network: its expected log joint as a function of moments, whose gradient is every message.

Imports the network and families; solvers import it.
"""
