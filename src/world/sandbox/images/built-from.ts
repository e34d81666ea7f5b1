// What an image was built on, by id and digest: a tag may be given to another image later, an id may not. The image itself carries it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { z } from 'zod';
import { type ImageSource, inspectImage } from './image-state.ts';

export const FROM_LABEL = 'stepwright.from';

const baseSchema = z.object({
  /** As the Dockerfile, or what filled in its argument, has it. */
  name: z.string(),
  /** Empty where the build itself pulled it: a name with a digest then says which. */
  id: z.string(),
  /** `name@sha256:…` in the registries that have it. */
  digests: z.array(z.string()),
});
export type Base = z.infer<typeof baseSchema>;

/** The label for an image that is about to be built. */
export async function fromLabel(docker: Docker, { dir, from, args = {} }: ImageSource): Promise<string> {
  const dockerfile = await readFile(join(dir, 'Dockerfile'), 'utf8').catch(() => '');
  const named = [...dockerfile.matchAll(/^FROM\s+(?:--\S+\s+)*([^\s$]+)(?:\s+AS\s+\S+)?\s*$/gim)].map(
    ([, name = '']) => name,
  );
  const stages = new Set([...dockerfile.matchAll(/^FROM\s.*\sAS\s+(\S+)\s*$/gim)].map(([, stage = '']) => stage));
  const filledIn = [...dockerfile.matchAll(/^FROM\s+\$\{(\w+)\}/gim)].flatMap(([, name = '']) => args[name] ?? []);
  const names = new Set(
    [...(from === undefined ? [] : [from]), ...filledIn, ...named].filter((name) => !stages.has(name)),
  );
  return JSON.stringify(await Promise.all([...names].map((name) => baseOf(docker, name))));
}

/** Empty for an image that does not say. */
export async function builtFrom(docker: Docker, tag: string): Promise<Base[]> {
  const label = (await inspectImage(docker, tag))?.Config.Labels?.[FROM_LABEL];
  return label === undefined ? [] : z.array(baseSchema).parse(JSON.parse(label));
}

/** A sentence for each base whose name means another image by now. */
export async function movedBases(docker: Docker, tag: string): Promise<string[]> {
  const moved: string[] = [];
  for (const { name, id } of await builtFrom(docker, tag)) {
    const now = await inspectImage(docker, name);
    if (id !== '' && now !== undefined && now.Id !== id)
      moved.push(
        `${tag} was built on ${name} when that was ${short(id)}; it is ${short(now.Id)} now. Name it by digest (name@sha256:…) in the Dockerfile, or remove ${tag} and build it again.`,
      );
  }
  return moved;
}

async function baseOf(docker: Docker, name: string): Promise<Base> {
  const image = await inspectImage(docker, name);
  return { name, id: image?.Id ?? '', digests: image?.RepoDigests ?? [] };
}

const short = (id: string): string => id.replace('sha256:', '').slice(0, 12);
