"""Answers agents over the Model Context Protocol.

`schema` says what the tools take, `scope` where they may look, `tools` what they answer, and
`server` speaks the protocol; only the last knows the SDK.
"""
