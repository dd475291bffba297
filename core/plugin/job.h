/*
 * job.h - what a worker is asked to do: one JSON text in a sealed memfd (descriptor 4 of the worker; the plugin's own
 * bytes, Lua source or a shared object, are a sealed memfd, descriptor 5).
 *
 *   { "format": 1, "action": "describe" | "run", "lang": "lua" | "c", "name": "structuring",
 *     "file": "plugins/structuring/plugin.lua",                         as shown in messages
 *     "seed": "1", "now": "2024-12-31T00:00:00",
 *     "params": [ { "name", "type": "integer" | "number" | "boolean" | "text", "value": "7" } ],       by name
 *     "databases": [ { "fd": 6 } ],                                     attached as d1, d2, ...; at most 10
 *     "sources": [ { "database": 1, "table": "transactions", "dataset": "bank" } ],    source k is item k, from 1
 *     "roles": [ { "name": "transactions",
 *                  "columns": [ { "name": "amount", "type": "real", "filled": true } ],
 *                  "others": [ "purpose" ],            columns that exist but were not declared, for messages
 *                  "members": [ { "source": 1, "columns": [ { "column": "AMT" } | { "fill": "1" } | null ] } ] } ],
 *     "about": [ { "role", "dataset", "title", "rows": "20000", "date", "caveat" } ],       for jam:sources
 *     "findings": { "fd": 7 },                            absent when the plugin needs none: an SQLite file with the
 *                                                         tables findings, finding_subjects, finding_values,
 *                                                         finding_evidence of the plugin guide, section 3
 *     "limits": { "lua_bytes": "...", "sql_steps": "...", "lua_instructions": "0", "findings": "...", "heap_bytes": "..." } }
 *
 * "without_landlock": true (Lua only, optional): where the kernel has no Landlock the worker may run all the same; "shake"
 * (optional): which shake rerun this is.
 *
 * A source whose "database" is 0 is not attached: only old findings' evidence names it. "now" is "" when no source says a
 * date and the person said none: jam:now() then fails with what to do (--now).
 *
 * Integers that may pass 2^53, and decimals, are text. `describe` has only format, action, lang, name and file.
 */
#ifndef DJ_PLUGIN_JOB_H
#define DJ_PLUGIN_JOB_H

enum { DJ_JOB_FD = 4, DJ_JOB_PLUGIN_FD = 5, DJ_JOB_FIRST_FD = 6 };

#endif
