// Started by sqlite.test.ts with the built store: writes calls, says which are acknowledged, and waits to be killed.
import { openStore } from '../../../dist/edges/stores/open.js';

const [folder] = process.argv.slice(2);
const options = { kind: 'sqlite', retentionDays: 365, groupMs: 5, groupRows: 50, queueAtMost: 10_000 };
const store = await openStore(options, folder, { warn: () => {}, error: () => {} });
const call = (id) => ({ id, startedAt: Date.now(), from: 'line 4101', dialled: '4102' });
const binding = (n) => ({ line: '4101', contact: `sip:${n}@192.0.2.1`, expiresAt: Date.now() + 60_000 });

store.ledger.opened(call('still talking'));
for (let n = 0; ; n += 1) {
  const record = { configDigest: '', decisions: [], legs: [], endedAt: Date.now() };
  store.ledger.closed({ ...call(`call ${n}`), ...record, outcome: { is: 'answered', by: 'line 4102' } });
  await store.bindings.replace('4101', [binding(n)]);
  process.stdout.write(`${n}\n`);
}
