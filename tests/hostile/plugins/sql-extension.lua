-- verdict: FAILED
return {
  name = "sql-extension", version = "1.0.0", kind = "detection",
  summary = "Loads native code through SQL.",
  run = function(jam)
    for _ in jam:rows "SELECT load_extension('libc.so.6', 'system')" do end
  end,
}
