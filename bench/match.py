"""Exact search among hashes, ours beside faiss', on the same data: `doorward bench match`.

python bench/match.py [--entries 1000000] [--queries 1000] [--json] [--no-peers] [--instructions avx2]
"""

import sys

from doorward.cli.main import main

if __name__ == "__main__":
    sys.argv[1:1] = ["bench", "match"]
    main()
