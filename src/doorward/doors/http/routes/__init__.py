"""The addresses of the HTTP door, one file for each group of them."""
