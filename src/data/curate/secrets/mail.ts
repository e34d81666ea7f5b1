// Mail addresses of people. Not those of programs (noreply, git@), of the domains that are reserved for examples (RFC 2606), or of
// people who do not exist (user@domain.com); and not what only looks like one in code: `a@b.T`, `icon@2x.png`, `aes256-gcm@openssh.com`.

const LOCAL = /[\w.+%-]{1,64}$/;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}[a-z]{2,10}/i;

const TOP_LEVEL = new Set(
  (
    'com org net edu gov mil int info biz name pro dev app io ai co me tv cc xyz online site tech cloud email science ' +
    'ac ae ar at au be bg br by ca ch cl cn cz de dk ee es eu fi fr gr hk hr hu id ie il in ir is it jp kr lt lu lv ' +
    'mx my nl no nz pe ph pk pl pt ro rs ru sa se sg si sk th tr tw ua uk us vn za'
  ).split(' '),
);

const PROGRAM =
  /^(?:git|hg|svn|(?:.*[_.+-])?(?:no|do-?not)-?reply|mailer-daemon|postmaster)$|-(?:gcm|ctr|cbc|etm|poly1305)$/i;
const RESERVED = /(?:^|\.)(?:examples?\d*|tests?|invalid|localhost|local)\.|noreply|^(?:openssh\.com|libssh\.org)$/i;
const NOWHERE =
  /^(?:(?:my|your|some|the|any)?-?(?:domain|company|email|mail|host|server|site|website|corp|org|foo|bar|baz|acme|provider|xyz|abc|[a-cxyz])\d*)\./i;
const NOBODY =
  /^(?:(?:john|jane)[._]?doe|foo|bar|baz|you|your[._-]?(?:name|e?mail|client)|user(?:name)?\d*|someone|somebody|test(?:er|user|ing)?\d*|name|e?mail|[abcxy]|me)$/i;

export function* findMails(text: string): Generator<{ kind: 'mail'; start: number; end: number }> {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const local = LOCAL.exec(text.slice(Math.max(0, at - 64), at))?.[0].replace(/^[^a-z0-9]+/i, '') ?? '';
    const domain = DOMAIN.exec(text.slice(at + 1, at + 256))?.[0] ?? '';
    const [start, end] = [at - local.length, at + 1 + domain.length];
    if (isPerson(local, domain) && !/[=/:@]/.test(text[start - 1] ?? '') && !/[\w@(]/.test(text[end] ?? ''))
      yield { kind: 'mail', start, end };
  }
}

function isPerson(local: string, domain: string): boolean {
  const top = domain.slice(domain.lastIndexOf('.') + 1).toLowerCase();
  if (local === '' || !TOP_LEVEL.has(top)) return false;
  return !(PROGRAM.test(local) || NOBODY.test(local) || RESERVED.test(domain) || NOWHERE.test(domain));
}
