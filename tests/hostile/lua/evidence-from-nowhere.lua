-- verdict: FAILED; says: evidence
jam:finding { title = "A lead", score = 0.5, subjects = { account = "A1" }, evidence = (1 << 48) + 123456789 }
