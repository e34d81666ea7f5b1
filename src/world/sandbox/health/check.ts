// One line of `stepwright doctor`.
export interface Check {
  name: string;
  /** `later`: not there, and made when it is first needed. `missing`: optional. `broken`: nothing runs without it. */
  status: 'ok' | 'later' | 'missing' | 'broken';
  detail: string;
  todo?: string;
}
