-- verdict: OK
-- A width past the longest text is NULL in SQLite: nothing of that size is ever made.
assert((jam:value "SELECT length(printf('%2000000000d', 1))" or 0) <= 64 << 20)
