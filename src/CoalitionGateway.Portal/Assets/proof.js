// Checks a proof bundle in the browser, by docs/formats: the signature of the checkpoint, and that the event is in the log it covers.
const place = document.querySelector('[data-bundle]');
const say = (name, detail = '') => {
  for (const text of document.querySelectorAll('[data-verdict]')) text.hidden = text.dataset.verdict !== name;
  document.querySelector('[data-detail]').textContent = detail;
};
const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest('SHA-256', join(parts)));
const same = (one, other) => one.length === other.length && one.every((byte, i) => byte === other[i]);
const hex = (part) => Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join('');

function join(parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// An ECDSA signature in DER as the two numbers of 32 bytes that WebCrypto takes.
function numbersOf(der) {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) throw new Error('signature');
  const whole = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const size = der[at + 1];
    const number = der.subarray(at + 2, at + 2 + size);
    const digits = number[0] === 0 ? number.subarray(1) : number;
    if (der[at] !== 2 || digits.length > 32) throw new Error('signature');
    whole.set(digits, end - digits.length);
    at += 2 + size;
  }
  if (at !== der.length) throw new Error('signature');
  return whole;
}

// The tree's root from a leaf and its path (RFC 9162, section 2.1.3.2).
async function rootOf(index, size, leaf, path) {
  let [fn, sn, root] = [BigInt(index), BigInt(size) - 1n, leaf];
  if (fn > sn) throw new Error('index');
  for (const node of path) {
    if (sn === 0n) throw new Error('path');
    if (fn & 1n || fn === sn) {
      root = await sha256([1], node, root);
      while (!(fn & 1n) && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      root = await sha256([1], root, node);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  if (sn !== 0n) throw new Error('path');
  return root;
}

// A browser may refuse to keep anything. Then each proof stands for itself.
function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function remember(name, line) {
  try {
    localStorage.setItem(name, line);
  } catch {
    // See above.
  }
}

async function check({ event, checkpoint, verifier_key: line }) {
  const [name, id] = line.split('+', 2);
  const key = bytes(line.slice(name.length + id.length + 2)).subarray(1);
  if (hex((await sha256(key)).subarray(0, 4)) !== id) throw new Error('key');

  // The key that this browser saw first is the one that counts: a forger would have to be there first.
  const known = `log-key ${name}`;
  if ((remembered(known) ?? line) !== line) throw new Error('other key');

  const end = checkpoint.indexOf('\n\n');
  const text = checkpoint.slice(0, end + 1);
  const [log, size, root] = text.split('\n');
  const signed = checkpoint.slice(end + 2).split('\n').filter((found) => found.startsWith(`\u2014 ${name} `)).map((found) => bytes(found.split(' ')[2]))
    .filter((found) => hex(found.subarray(0, 4)) === id);
  if (log !== name || signed.length !== 1) throw new Error('checkpoint');
  const verifier = await crypto.subtle.importKey('spki', key, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
  if (!await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, verifier, numbersOf(signed[0].subarray(4)), new TextEncoder().encode(text))) throw new Error('signature');

  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, BigInt(event.member_number));
  const leaf = await sha256([0], number, bytes(event.event));
  if (!same(await rootOf(event.log_index, size, leaf, event.hashes.map(bytes)), bytes(root))) throw new Error('root');
  remember(known, line);
  return `${name}+${id}`;
}

if (place && crypto.subtle) {
  say('running');
  check(JSON.parse(place.dataset.bundle)).then((key) => say('good', key), (failed) => say('bad', failed.message));
}
