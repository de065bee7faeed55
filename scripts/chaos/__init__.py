"""Kill parts of the running demonstration under load, and count what was lost.

`make chaos`: 200 kill -9 of web server, workers, scheduler, Redis and PostgreSQL of this checkout, bounded in time;
prints its figures, the last line is one JSON object. Touches no process that this checkout did not start.
"""
