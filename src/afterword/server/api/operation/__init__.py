"""Operation: is it alive, is it ready, what has it counted, what can it do."""
