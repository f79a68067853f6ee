"""PDQ of pixels and of JPEG files, ours beside pdqhash and threatexchange: `doorward bench hash`.

python bench/hash.py [FILE …] [--megapixels 12] [--json]
"""

import sys

from doorward.cli.main import main

if __name__ == "__main__":
    sys.argv[1:1] = ["bench", "hash"]
    main()
