// The suite must notice a worker that does not lock itself down: none of these gets the verdict of its first line there. They do
// no harm where nothing holds them.
import path from 'node:path';
import { Workspace, plugins, runAll } from './run.mjs';

const names = ['constructor-socket', 'exec', 'io-uring', 'memfd', 'opens-passwd', 'reads-the-truth', 'socket-inet', 'x32'];
const worker = path.join(process.env.DJ_BUILD, 'tests/loose-worker');
const w = new Workspace({ worker });
let missed = 0;
try {
  const results = await runAll(w, plugins().filter((p) => names.includes(p.name)));
  for (const r of results.filter((x) => !x.wrong.some((text) => text.startsWith('verdict')))) {
    missed++;
    console.log(`${r.name}: the suite does not notice that nothing held it`);
  }
  const stolen = results.find((r) => r.name === 'reads-the-truth');
  if (!stolen.wrong.includes('the planted secret was printed')) {
    missed++;
    console.log('reads-the-truth printed the planted secret, and the suite does not notice');
  }
  console.log(`${results.length} plugins on a loose worker: ${missed} not noticed`);
} finally {
  w.remove();
}
process.exitCode = missed ? 1 : 0;
