"""A team's index: chunks of many repositories in one Lance table, on a share or in a bucket.

Who can read the table asks it without having the sources. It comes with the extra
`searchkit[team]`; nothing outside of this package knows Lance.
"""
