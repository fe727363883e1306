import { expect, it } from 'vitest';
import { openMemoryStore } from '../../../src/edges/stores/memory/open.ts';
import { StoreOptions } from '../../../src/edges/stores/options.ts';
import { mailContract } from '../../contract/mail-store.ts';
import { call, storeContract } from '../../contract/store.ts';

storeContract('memory');
mailContract('memory');

it('keeps no more calls than it may, the newest', async () => {
  const store = openMemoryStore(StoreOptions.parse({ kind: 'memory', queueAtMost: 100 }), () => 1_000);
  for (let n = 0; n < 250; n += 1) store.ledger.closed(call({ id: `call ${n}`, startedAt: n }));
  const listed = await store.calls.list({ limit: 1_000 });
  expect(listed).toHaveLength(100);
  expect(listed.at(-1)?.id).toBe('call 150');
});

it('forgets calls older than the days it keeps them', async () => {
  const aYear = 365 * 86_400_000;
  const store = openMemoryStore(StoreOptions.parse({ kind: 'memory' }), () => aYear + 1_000);
  store.ledger.closed(call({ id: 'old', startedAt: 999 }));
  store.ledger.closed(call({ id: 'not so old', startedAt: 1_000 }));
  expect((await store.calls.list({ limit: 10 })).map(({ id }) => id)).toEqual(['not so old']);
});
