"""Perpetual contracts: the inverse ones of the old API and the linear ones of the g-API, in one book."""
