"""Every clock: what may be kept how long, and the job that ends it."""
