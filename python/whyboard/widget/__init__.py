"""The model in a notebook: the live widget, its data sources and the solves started from the diagram.

Nothing else in the package imports this folder; it lends `show` and `mimebundle` to the handles through the registry.
"""
