"""Geometry, mesh, named regions and the quality report. Knows no other room."""
