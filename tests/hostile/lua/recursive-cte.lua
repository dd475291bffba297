-- verdict: TIMEOUT; says: CPU: used
jam:value "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n"
