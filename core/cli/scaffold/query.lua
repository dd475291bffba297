-- Made from a query. Run it: datajam run @NAME@
return {
  name    = "@NAME@",
  version = "0.1.0",
  kind    = "visualisation",
  summary = "The rows of one query, as a table.",
  caveat  = "Say here what this can not tell.",
  needs   = { @NEEDS@ },
  params  = {},

  run = function(jam, p)
    local rows = jam:columns [==[
@QUERY@
    ]==]
    jam:view { name = "rows", title = "@NAME@", kind = "table", data = rows }
    -- To make leads of the rows, select list(_row) AS rows, and for each row call
    -- jam:finding { title = ..., score = ..., subjects = { account = ... }, evidence = ... }
  end,
}
