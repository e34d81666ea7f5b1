// A suite on disk: a folder per task, or one JSONL of the same rows.
import { join } from 'node:path';
import { writeFileAtomic } from '../../core/run/files.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { writeTaskFolder } from './folder.ts';

export type SuiteForm = 'folders' | 'jsonl';

export async function writeSuite(dir: string, instances: readonly Instance[], form: SuiteForm): Promise<void> {
  if (form === 'folders') {
    for (const instance of instances) await writeTaskFolder(dir, instance);
    return;
  }
  const sorted = [...instances].sort((a, b) => (a.instance_id < b.instance_id ? -1 : 1));
  await writeFileAtomic(join(dir, 'instances.jsonl'), sorted.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
