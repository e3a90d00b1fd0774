"""Trains as the paper does: a large decoder, tuned a little, on English pairs alone.

Zhang et al., arXiv 2310.08232: BitFit, MS MARCO and NLI, large batches. For any decoder that
`AutoModel` loads; needs the `train` extra. The other modules of `searchkit.training` make `nano`.
"""
