"""A job's life: submitted, waiting, sent to a worker, running, finished."""
