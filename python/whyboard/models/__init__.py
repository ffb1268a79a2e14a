"""Graph and data together: the data linker, and models that answer questions by a solver.

Imports solvers and graph; causes, objectives, results and the widget import it.
"""
