import { fileURLToPath } from 'node:url';

/** The recordings that ship with the software: `src/prompts`, or its copy beside the compiled code. */
export const mastersFolder = fileURLToPath(new URL('../../prompts', import.meta.url));
