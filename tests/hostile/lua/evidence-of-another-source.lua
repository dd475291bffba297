-- verdict: FAILED; says: evidence
-- Source 2 is not of this run.
jam:finding { title = "A lead", score = 0.5, subjects = { account = "A1" }, evidence = (2 << 48) + 1 }
