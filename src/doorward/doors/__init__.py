"""One protocol each by which a platform reaches the gate. A door translates and decides nothing."""
