"""The model in a notebook: the live widget, its data sources and the solves started from the diagram.

Nothing else in the package imports this folder but the package root, so that handles can be shown and displayed
frames can be dragged.
"""
