// The names under which data sets publish the images of their instances.

/** Docker Hub takes no double underscore in a name. */
const hubName = (text: string): string => text.toLowerCase().replaceAll('__', '_1776_');

export interface SweBenchImage {
  /** Empty for an image built on this machine. */
  namespace?: string;
  arch?: 'x86_64' | 'arm64';
  tag?: string;
}

/** SWE-bench: one image an instance. */
export function sweBenchImage(instanceId: string, options: SweBenchImage = {}): string {
  const { namespace = 'swebench', arch = 'x86_64', tag = 'latest' } = options;
  if (namespace === '') return `sweb.eval.${arch}.${instanceId.toLowerCase()}:${tag}`;
  return `${namespace}/sweb.eval.${arch}.${hubName(instanceId)}:${tag}`;
}

/** SWE-smith: one image for all instances of a commit. `repo` is a row's: `swesmith/<owner>__<name>.<first 8 of the commit>`. */
export function sweSmithImage(repo: string, options: SweBenchImage = {}): string {
  const { namespace = 'jyangballin', arch = 'x86_64', tag = 'latest' } = options;
  const name = repo.slice(repo.indexOf('/') + 1);
  if (namespace === '') return `swesmith.${arch}.${name.toLowerCase()}:${tag}`;
  return `${namespace}/swesmith.${arch}.${hubName(name)}:${tag}`;
}
