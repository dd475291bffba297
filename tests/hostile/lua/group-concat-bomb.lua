-- verdict: TIMEOUT; says: CPU: used
-- SQLite tells that the text is too long once the last of a thousand million rows was read.
jam:value "SELECT length(group_concat(printf('%10000d', a.amount))) FROM transactions a, transactions b, transactions c"
