-- verdict: FAILED; quiet
error(string.rep("A", 10 << 20))
