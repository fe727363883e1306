/**
 * The health check of the image: does the exchange of the data folder answer GET /healthz?
 * 401 is an answer too: it listens on an address that is not this container's loopback.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const { url } = JSON.parse(readFileSync(join(process.env.BEFFROI_DATA ?? 'data', 'runtime.json'), 'utf8'));
const { status } = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(4000) });
process.exitCode = status === 200 || status === 401 ? 0 : 1;
