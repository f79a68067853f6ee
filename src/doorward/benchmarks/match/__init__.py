"""`doorward bench match`: exact search among hashes, ours and faiss', on the same data."""
