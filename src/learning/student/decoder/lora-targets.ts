// Which layers an adapter may be for.

/** The linear layers of a decoder layer: what PEFT calls all-linear. */
export const loraTargets = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] as const;
export type LoraTarget = (typeof loraTargets)[number];
