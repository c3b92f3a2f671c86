"""Pure values and rules: no clock, no input or output, nothing that waits."""
