-- verdict: OK; findings: 1
-- Script and markup in each text that there is; the suite looks for them in the report, where they must be text.
local x = '</script><script>alert("hostile-markup")</script><img src=x onerror=alert("hostile-markup")>'
local t = jam:row "SELECT to_account, _row FROM transactions ORDER BY _row LIMIT 1"
jam:finding { title = x, detail = x, reasons = { x }, key = x, score = 0.5, subjects = { account = { t.to_account, x } },
              place = { place = x }, evidence = t._row }
jam:note(x)
local f = jam.frame { lat = { 50.5 }, lon = { -113.5 }, label = { x }, n = { 1 } }
jam:layer { name = "l", title = x, kind = "points", data = f, label = "label" }
jam:view { name = "v", title = x, kind = "table", data = f }
jam:view { name = "w", title = x, kind = "text", text = x .. " [x](javascript:alert(1))" }
