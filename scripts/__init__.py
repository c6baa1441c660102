"""Command line, case files, run folders, pictures. Composes the other rooms."""
