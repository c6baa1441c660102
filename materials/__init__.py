"""Material laws (numpy and numba, no mesh) and the sourced database. Knows no other room."""
