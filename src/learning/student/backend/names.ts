// The backends, the fastest first. Apart from backend.ts, since whoever only names one need not load TensorFlow.js.
export const backendNames = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const;
export type BackendName = (typeof backendNames)[number];
