/** `npm pack -w @mrt/agent`: the agent as one package without dependencies, in dist. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAgentProgram } from '../../lib/agent-account/bundle.ts';

const dist = join(import.meta.dirname, 'dist');
rmSync(dist, { recursive: true, force: true });
writeAgentProgram(dist);
