-- verdict: OK; quiet
print("\27[2J\27]0;owned\7")
jam:log("\27[31mred", "\0", "\xff\xfe")
