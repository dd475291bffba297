-- verdict: FAILED; says: zeroblob
jam:value "SELECT sum(length(zeroblob(1000000000))) FROM transactions"
