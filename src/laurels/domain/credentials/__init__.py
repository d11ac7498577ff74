"""Credentials: what Laurels certifies, as Open Badges 3.0 and Verifiable Credentials 2.0 say it.

Pure documents and rules; signatures are made and checked in `laurels.adapters.signing`.
"""
