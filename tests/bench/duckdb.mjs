// DuckDB's own CSV reader into a DuckDB file: node duckdb.mjs CSV OUT THREADS. Prints its version and its seconds,
// measured inside, so that the start of node does not count against it.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [csv, out, threads] = process.argv.slice(2);
const require = createRequire(pathToFileURL(process.cwd() + '/'));
const { DuckDBInstance, version } = require('@duckdb/node-api');
const text = s => `'${s.replaceAll("'", "''")}'`;

const begin = process.hrtime.bigint();
const instance = await DuckDBInstance.create(out, { threads });
const connection = await instance.connect();
await connection.run(`CREATE TABLE t AS SELECT * FROM read_csv(${text(csv)})`);
await connection.run('CHECKPOINT');
const count = await connection.runAndReadAll('SELECT count(*) FROM t');
connection.closeSync();
instance.closeSync();
const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
console.log(JSON.stringify({ seconds, rows: Number(count.getRows()[0][0]), version: version() }));
