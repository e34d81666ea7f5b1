// From the name of an image to what sandboxes are opened from: pulled where it is missing, its history checked and, where that tells the
// future, cleaned into an image of our own. By id, so that a tag which is removed or built anew in mid-run changes nothing.
import type { Emit } from '../../../core/run/events.ts';
import { isOurs } from '../../../core/schema/environment.ts';
import { ConfigError, SandboxError } from '../../../core/schema/errors.ts';
import type { WatchedEngine } from '../container/disk-guard.ts';
import { withLock } from '../engine/lock.ts';
import { findLeaks } from '../testbed/history.ts';
import { openContainer } from '../testbed/open-shell.ts';
import { noteUse, readRecord, writeRecord } from './image-record.ts';
import { inspectImage } from './image-state.ts';
import { pullImage } from './pull.ts';
import { scrubImage } from './scrub-image.ts';

export class ReadyImages {
  readonly #engine: WatchedEngine;
  readonly #emit: Emit;
  readonly #ready = new Map<string, Promise<string>>();

  constructor(engine: WatchedEngine, emit: Emit) {
    this.#engine = engine;
    this.#emit = emit;
  }

  /** Id of what to open. `base`: the commit after which nothing may be found in the image; undefined = no check. */
  async get(image: string, base: string | undefined): Promise<string> {
    const key = `${image} ${base}`;
    let ready = this.#ready.get(key);
    if (ready === undefined) {
      ready = withLock(image, () => this.#make(image, base));
      this.#ready.set(key, ready);
      ready.catch(() => this.#ready.delete(key));
    }
    const id = await ready;
    await noteUse(id);
    return id;
  }

  /** The engine has lost it. */
  forget(image: string): void {
    for (const key of this.#ready.keys()) if (key.startsWith(`${image} `)) this.#ready.delete(key);
  }

  async #make(image: string, base: string | undefined): Promise<string> {
    const id = (await inspectImage(this.#engine.docker, image))?.Id ?? (await this.#pull(image));
    if (base === undefined || isOurs(image)) return id;
    const record = await readRecord(id);
    const checked = record.checked[base];
    if (checked !== undefined && (await inspectImage(this.#engine.docker, checked))) return checked;
    const clean = await this.#clean(image, id, base);
    await writeRecord(id, { ...record, checked: { ...record.checked, [base]: clean } });
    return clean;
  }

  async #pull(image: string): Promise<string> {
    if (isOurs(image)) throw new ConfigError(`Image ${image} is not there. Build it with \`stepwright envs build\`.`);
    await pullImage(this.#engine.docker, image, { emit: this.#emit });
    const id = (await inspectImage(this.#engine.docker, image))?.Id;
    if (id === undefined)
      throw new SandboxError(`Image ${image} was pulled and is not there. Is something removing it?`);
    await writeRecord(id, { ...(await readRecord(id)), pulled: true });
    return id;
  }

  async #clean(image: string, id: string, base: string): Promise<string> {
    const leaks = await this.#leaksIn(id, base);
    if (leaks.length === 0) return id;
    this.#emit({
      type: 'warn',
      text: `${image} tells what came after ${base.slice(0, 12)} (${leaks[0]}): cleaning it`,
    });
    const tag = `stepwright/clean:${id.slice(7, 19)}-${base.slice(0, 12)}`;
    await scrubImage(this.#engine, id, base, tag);
    const left = await this.#leaksIn(tag, base);
    if (left.length > 0)
      throw new SandboxError(`${image} tells what came after ${base.slice(0, 12)}, even when cleaned: ${left[0]}.`);
    return (await inspectImage(this.#engine.docker, tag))?.Id ?? tag;
  }

  async #leaksIn(image: string, base: string): Promise<string[]> {
    const { shell, dispose } = await openContainer(this.#engine, { image });
    try {
      return await findLeaks(shell, base);
    } finally {
      await dispose();
    }
  }
}
