-- verdict: FAILED
return {
  name = "sql-readfile", version = "1.0.0", kind = "detection",
  summary = "Reads a file through SQL.",
  run = function(jam)
    for r in jam:rows "SELECT readfile('@SECRET@') AS text" do print(r.text) end
  end,
}
