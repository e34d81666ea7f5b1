// The files of a Hugging Face folder that a student is made of.

const NAMES = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
  'chat_template.jinja',
  'model.safetensors.index.json',
];

/** At the top of the folder: what is deeper belongs to other programs. */
export const isStudentFile = (path: string): boolean =>
  NAMES.includes(path) || /^model(-\d+-of-\d+)?\.safetensors$/.test(path) || /^LICENSE/.test(path);
