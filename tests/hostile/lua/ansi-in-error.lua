-- verdict: FAILED; quiet
-- The message reaches a terminal: the suite looks for the escape in all that was printed.
error("\27[2J\27]0;owned\7")
