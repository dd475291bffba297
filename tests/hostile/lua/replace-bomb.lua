-- verdict: FAILED; says: more than 64 MiB
jam:value [[WITH RECURSIVE n(i, s) AS (SELECT 1, 'aaaaaaaa' UNION ALL SELECT i + 1, replace(s, 'a', 'aaaaaaaa') FROM n WHERE i < 40)
            SELECT max(length(s)) FROM n]]
