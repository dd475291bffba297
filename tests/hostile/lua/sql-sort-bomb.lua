-- verdict: MEMORY
-- A sort that is kept in memory, of rows that are made faster than they are read.
jam:value "SELECT count(*) FROM (SELECT DISTINCT printf('%5000d', a._row * 1000 + b.amount) AS x FROM transactions a, transactions b ORDER BY x)"
