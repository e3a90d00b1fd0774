"""Training of the embedded decoder, a student of a larger encoder: pairs, teachers, stages, export.

Needs the extras `torch` and `train`. The command line calls `run`, and `paper` for the paper's own
training of a decoder that is there already.
"""
