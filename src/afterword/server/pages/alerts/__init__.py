"""What people should know of: alerts, one by one and together."""
