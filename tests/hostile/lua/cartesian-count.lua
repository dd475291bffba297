-- verdict: TIMEOUT; says: CPU: used
jam:value "SELECT count(*) FROM transactions a, transactions b, transactions c, transactions d WHERE a.amount + b.amount + c.amount + d.amount < 0"
