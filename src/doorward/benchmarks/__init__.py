"""Benchmarks, each with its peers on the same data in the same run (`doorward bench`).

What they print is meant for people who decide whether to trust Doorward, so every figure can be made
again by one command, and peers run at the best setting that we know. Seconds differ between machines;
ratios between engines that ran one after the other on the same machine differ much less.

Every engine runs in a process of its own with one thread. Peers that are not installed are named as
absent. Nothing here is part of a running server.
"""
