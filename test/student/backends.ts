// The backends that the student must be exact on here: wasm always, tensorflow where it is set up.
import { type BackendName, openBackend } from '../../src/student/backend.ts';

/** Whether the optional backend is set up here, or why not. */
export const tensorflow: { usable: true } | { usable: false; why: string } = await openBackend('tensorflow').then(
  () => ({ usable: true }),
  (error: Error) => {
    console.warn(`tests on tensorflow are skipped: ${error.message}`);
    return { usable: false, why: error.message };
  },
);

/** What the student must be exact on. */
export const exactBackends: BackendName[] = tensorflow.usable ? ['wasm', 'tensorflow'] : ['wasm'];
