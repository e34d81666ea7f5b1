// The run folder of a collecting run: what makes two runs the same one.
import { commandHash } from '../../agents/teacher/command-name.ts';
import type { Given } from '../../core/options/check.ts';
import { defaultsOf } from '../../core/run/application.ts';
import { contentHash } from '../../core/run/content-hash.ts';
import { type OpenRun, openRun } from '../../core/run/run-dir.ts';
import type { Instance } from '../../core/schema/instance.ts';
import { hashOf } from '../trajectory/provenance.ts';
import { type CollectSettings, collectSchema } from './options.ts';

/** The run is another one when one of these differs; not so with how many attempts are made at once, or where results are written. */
export async function openFolder(
  options: CollectSettings,
  resolved: Given,
  instances: readonly Instance[],
): Promise<OpenRun> {
  const { jobs, out, judge, onlyResolved, run: dir, allowUnknownCost, runtime, ...settings } = options;
  const { stdioCommand, ...config } = settings;
  const inputs = {
    '--tasks': hashOf(instances),
    ...(stdioCommand !== undefined && { '--stdio-command': commandHash(stdioCommand) }), // it may hold a key
    ...(options.recording && { '--recording': await contentHash(options.recording) }),
  };
  return openRun({ command: 'collect', config, defaults: defaultsOf(collectSchema), inputs, dir, resolved });
}
