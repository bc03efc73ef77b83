"""Diffusion models in the folder layout of the diffusers library."""
