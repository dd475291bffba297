-- verdict: OK
return {
  name = "flood-of-progress", version = "1.0.0", kind = "detection",
  summary = "Progress, a million times: told ten times a second at most.",
  run = function(jam)
    for k = 1, 1e6 do jam:progress(k, 1e6) end
  end,
}
