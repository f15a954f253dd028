"""Why minimising in general is hard: problems known to be hard, reduced to it."""
