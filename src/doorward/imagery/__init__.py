"""Known imagery: sniffing, decoding, digests, perceptual hashes, exact matching, the canary."""
