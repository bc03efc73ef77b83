"""Pictures as files: strangers' files decoded safely, ours encoded with the facts of their making, thumbnails.

This package imports Limner's contracts, Pillow and the standard library.
"""
