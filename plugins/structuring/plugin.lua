-- Cash deposits kept just under the reporting threshold.
return {
  name    = "structuring",
  version = "1.0.0",
  kind    = "detection",
  summary = { en = "Several cash deposits to one account, each just under the reporting threshold.",
              fr = "Plusieurs dépôts en espèces à un même compte, chacun juste sous le seuil de déclaration." },
  caveat  = { en = "Shops and taxis deposit cash often too: ask first what the account is for.",
              fr = "Commerces et taxis déposent souvent des espèces : demandez d'abord à quoi sert le compte." },
  source  = "FINTRAC, Operational alert: The laundering of illicit proceeds from human trafficking for sexual exploitation (2021)",
  needs   = { transactions = { "to_account", "amount", "at" } },
  wants   = { transactions = { "channel" } },
  params  = {
    threshold = { 10000.0, min = 1, unit = "CAD",
                  help = { en = "reporting threshold", fr = "seuil de déclaration" } },
    days      = { 7, min = 1, max = 90, unit = "days",
                  help = { en = "length of the window", fr = "durée de la fenêtre" } },
    at_least  = { 3, min = 2, help = { en = "deposits in one window", fr = "dépôts dans une fenêtre" } },
  },
  shard   = "to_account",

  run = function(jam, p)
    for hit in jam:rows [[
      WITH near AS (
        SELECT to_account AS account, amount, at, seconds(at) AS s, _row
        FROM transactions
        WHERE amount >= :threshold * 0.8 AND amount < :threshold
          AND coalesce(channel, 'cash') = 'cash' AND to_account IS NOT NULL),
      windows AS (
        SELECT a.account, a.at AS first, max(b.at) AS last, count(*) AS n,
               sum(b.amount) AS total, list(b._row) AS rows
        FROM near a JOIN near b ON b.account = a.account
                               AND b.s BETWEEN a.s AND a.s + :days * 86400
        GROUP BY a._row),
      best AS (
        SELECT *, row_number() OVER (PARTITION BY account ORDER BY n DESC, first, last) AS place
        FROM windows WHERE n >= :at_least)
      SELECT account, first, last, n, total, rows FROM best WHERE place = 1 ORDER BY account
    ]] do
      jam:finding {
        title    = { en = ("%d cash deposits just under %.0f within %d days"):format(hit.n, p.threshold, p.days),
                     fr = ("%d dépôts en espèces juste sous %.0f en %d jours"):format(hit.n, p.threshold, p.days) },
        score    = hit.n / (hit.n + p.at_least),
        subjects = { account = hit.account },
        period   = { hit.first, hit.last },
        values   = { deposits = hit.n, total = hit.total },
        evidence = hit.rows,
      }
    end
  end,
}
