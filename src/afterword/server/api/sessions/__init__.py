"""Sessions: what is known of each, in pages or one by one."""
