"""The paper's own training: a large decoder, tuned a little, on English pairs alone.

Zhang et al., arXiv 2310.08232: BitFit, MS MARCO and NLI, large batches. For any decoder that
`AutoModel` loads; needs the `train` extra. How `nano` is made stands beside this package.
"""
