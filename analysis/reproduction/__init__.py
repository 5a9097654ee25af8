"""Reproduces every figure of arXiv:2202.08853 from the decks of input/paper, and writes its tables.

`analysis/reproduce.py` is the command line. A section is a module with two functions. `measure`
takes the numbers of the section from the outputs, and `tables` writes them beside those of the paper.
"""
