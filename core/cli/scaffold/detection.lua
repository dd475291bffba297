-- What this looks for, in one line. Change it, and run: datajam run @NAME@
return {
  name    = "@NAME@",
  version = "0.1.0",
  kind    = "detection",
  summary = "Accounts that received much more than others.",
  caveat  = "Much money has many honest reasons. Say here what this can not tell.",
  needs   = { transactions = { "to_account", "amount", "at" } },
  params  = { least = { 50000.0, min = 0, unit = "CAD", help = "report accounts that received this or more" } },

  run = function(jam, p)
    -- :least is the param of that name; _row names a source row; list(_row) is evidence.
    for hit in jam:rows [[
      SELECT to_account AS account, count(*) AS n, sum(amount) AS total,
             min(at) AS first, max(at) AS last, list(_row) AS rows
      FROM transactions
      WHERE to_account IS NOT NULL
      GROUP BY to_account HAVING sum(amount) >= :least
      ORDER BY total DESC, account
    ]] do
      jam:finding {
        title    = ("%.0f received in %d payments"):format(hit.total, hit.n),
        score    = 1 - p.least / (p.least + hit.total),
        subjects = { account = hit.account },
        period   = { hit.first, hit.last },
        values   = { payments = hit.n, total = hit.total },
        evidence = hit.rows,
      }
    end
  end,
}
