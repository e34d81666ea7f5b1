// What a conformance case is: a sentence about the contract and a function that throws where a sandbox does not hold it.
import type { OpenOptions, Sandbox } from '../sandbox.ts';

export interface Fixture {
  /** A sandbox that the cases of a family share: they leave it as usable as they found it. */
  box: Sandbox;
  /** One of the case's own, which it disposes of. */
  open(options?: Partial<OpenOptions>): Promise<Sandbox>;
}

export interface ConformanceCase {
  name: string;
  /** What the image has to have: without it the case is skipped. */
  needs?: readonly ('bash' | 'repository')[];
  run(fixture: Fixture): Promise<void>;
}
