-- verdict: OK
-- Each is refused, with a reason; not one of them does anything.
local refused = {
  "DELETE FROM transactions", "DROP TABLE transactions", "UPDATE transactions SET amount = 0",
  "INSERT INTO transactions VALUES (1)", "CREATE TABLE x(a)", "CREATE TEMP TABLE x(a)", "CREATE VIEW v AS SELECT 1",
  "CREATE TEMP TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; END", "CREATE VIRTUAL TABLE f USING fts5(a)",
  "ATTACH '/etc/passwd' AS p", "DETACH d1", "VACUUM", "VACUUM INTO '/tmp/x'", "REINDEX", "ANALYZE", "BEGIN", "COMMIT",
  "PRAGMA writable_schema = 1", "PRAGMA trusted_schema = 1", "PRAGMA database_list", "PRAGMA temp_store_directory = '/tmp'",
  "SELECT load_extension('x')", "SELECT randomblob(8)", "SELECT random()", "SELECT datetime('now')", "SELECT sqlite_version()",
  "SELECT fts3_tokenizer('x')", "SELECT readfile('/etc/passwd')", "SELECT writefile('x', 'y')", "SELECT edit('x')",
  "SELECT * FROM sqlite_master", "SELECT * FROM sqlite_temp_master", "SELECT * FROM d1.sqlite_schema", "SELECT * FROM pragma_database_list",
  "SELECT * FROM pragma_table_info('transactions')", "SELECT * FROM pragma_function_list", "SELECT * FROM d1.transactions",
  "SELECT * FROM dbstat", "SELECT * FROM generate_series(1, 10)",
  "SELECT 1; DELETE FROM transactions", "EXPLAIN SELECT 1", "VALUES (1)", "WITH x AS (SELECT 1) DELETE FROM transactions", "",
}
for _, sql in ipairs(refused) do
  local done, why = pcall(function() for _ in jam:rows(sql) do end end)
  assert(not done, "not refused: " .. sql)
  assert(#tostring(why) > 10, "refused without a reason: " .. sql)
end
