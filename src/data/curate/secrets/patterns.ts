// What a secret looks like: the providers' own prefixes first, then places where a value says of itself that it is one. Examples from
// the providers' manuals, placeholders, and values that are too orderly to come from a generator are not secrets.

export interface SecretPattern {
  /** snake_case; names the finding and, in capitals, the placeholder. */
  kind: string;
  /** Global. The group `secret`, where there is one, is what must not be shown; otherwise all of the match is. */
  pattern: RegExp;
  isSecret?: (value: string) => boolean;
}

export const secretPatterns: readonly SecretPattern[] = [
  {
    kind: 'private_key',
    // In code and listings the lines may carry numbers, quotes, `+` or a written-out \n.
    pattern:
      /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\w+/=\\:,.'"]{40,}(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----)?/g,
    isSecret: (value) => /[A-Za-z0-9+/]{40}/.test(value),
  },
  prefixed('anthropic_key', /\bsk-ant-[a-z]{3,8}\d{2}-[\w-]{32,}/g),
  prefixed('openai_key', /\bsk-(?:(?:proj|svcacct|admin)-[\w-]{32,}|or-v1-[0-9a-f]{64}|[A-Za-z0-9]{32,})/g),
  prefixed('github_token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{36,255})\b/g),
  prefixed('gitlab_token', /\bgl(?:pat|dt|rt|ptt|cbt|soat|ft)-[\w-]{20,}/g),
  prefixed('aws_access_key', /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/g),
  {
    kind: 'aws_secret_key',
    pattern: /\b(?:aws_?)?secret_?(?:access_?)?key\W{1,8}(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
    isSecret: isRandom,
  },
  prefixed('google_key', /\bAIza[\w-]{35}(?![\w-])/g),
  prefixed('google_oauth_secret', /\bGOCSPX-[\w-]{28}(?![\w-])/g),
  prefixed('huggingface_token', /\bhf_[A-Za-z]{34,}\b/g),
  prefixed('npm_token', /\bnpm_[A-Za-z0-9]{36}\b/g),
  prefixed('pypi_token', /\bpypi-AgE[\w-]{50,}/g),
  prefixed('docker_token', /\bdckr_(?:pat|oat)_[\w-]{27,}/g),
  prefixed('slack_token', /\bxox[abeoprs]-(?:\d+-)+[A-Za-z0-9-]{16,}/g),
  prefixed('slack_webhook', /\bhooks\.slack\.com\/services\/T\w{8,}\/B\w{8,}\/\w{20,}/g),
  prefixed('discord_webhook', /\bdiscord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/[\w-]{60,}/g),
  prefixed('telegram_token', /\b\d{8,10}:AA[\w-]{33}(?![\w-])/g),
  prefixed('stripe_key', /\b[rs]k_live_[A-Za-z0-9]{16,}/g),
  prefixed('sendgrid_key', /\bSG\.[\w-]{22}\.[\w-]{43}(?![\w-])/g),
  prefixed('twilio_key', /\bSK[0-9a-f]{32}\b/g),
  prefixed('digitalocean_token', /\bdo[opr]_v1_[0-9a-f]{64}\b/g),
  prefixed('databricks_token', /\bdapi[0-9a-f]{32}\b/g),
  prefixed('azure_storage_key', /\bAccountKey=(?<secret>[A-Za-z0-9+/]{86}==)/g),
  prefixed('groq_key', /\bgsk_[A-Za-z0-9]{48,}\b/g),
  prefixed('xai_key', /\bxai-[A-Za-z0-9]{60,}\b/g),
  prefixed('replicate_token', /\br8_[A-Za-z0-9]{37}\b/g),
  prefixed('vault_token', /\bhvs\.[\w-]{24,}/g),
  {
    kind: 'jwt',
    // From the start of a run alone: tried from every `eyJ` within a long one, it would take the square of its length.
    pattern: /(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/g,
    // The example of jwt.io, which half of all test suites hold.
    isSecret: (value) => !value.includes('eyJzdWIiOiIxMjM0NTY3ODkw'),
  },
  {
    kind: 'url_password',
    pattern: /:\/\/[^\s/:@'"<>{}$]{1,64}:(?<secret>[^\s/:@'"<>{}$]{8,128})@/g,
    isSecret: (value) => isRandom(value, 2.8),
  },
  {
    kind: 'authorization',
    pattern: /\b(?:Bearer|Basic) (?<secret>[\w+/.~-]{20,}={0,2})/g,
    isSecret: isRandom,
  },
  {
    kind: 'assigned_secret',
    pattern:
      /(?:api_?key|access_?key|auth_?key|secret|token|passw(?:or)?d)(?:_?key)?\\?["']?\s{0,2}[:=]\s{0,2}\\?["'](?<secret>[\w+/-]{20,200}={0,2})\\?["']/gi,
    isSecret: isRandom,
  },
  {
    kind: 'assigned_secret',
    pattern: /\b[A-Z][A-Z0-9_]*(?:KEY|SECRET|TOKEN|PASSWORD)=(?<secret>[\w+/-]{20,200}={0,2})/g,
    isSecret: isRandom,
  },
];

function prefixed(kind: string, pattern: RegExp): SecretPattern {
  return { kind, pattern, isSecret: (value) => bitsPerCharacter(value) >= 3 && !isPlaceholder(value) };
}

/** A value that people do not write: letters with digits among them, and as little order as a generator leaves. */
function isRandom(value: string, bits = 3.5): boolean {
  const least = /^[0-9a-f]+$/i.test(value) ? Math.min(bits, 3) : bits;
  return /\d/.test(value) && /[A-Za-z]/.test(value) && bitsPerCharacter(value) >= least && !isPlaceholder(value);
}

const isPlaceholder = (value: string): boolean =>
  /example|placeholder|redacted|dummy|fake|sample|test|secret|password|change_?me|your|xxxx|\.\.\.|0{5}|1234567|abcdefg/i.test(
    value,
  );

/** Shannon entropy of the characters. 40 random base62 characters have about 4.7 bits each, 32 random hex digits about 3.6. */
export function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
