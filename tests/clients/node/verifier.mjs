// A verifier of the gateway's proofs, written from docs/formats alone. It uses neither the gateway nor its code, and needs
// nothing but Node.js. An invalid proof throws an error that says why.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseStrict } from './strict-json.mjs';

const pages = new URL('../../../docs/formats/', import.meta.url);
const readme = readFileSync(new URL('README.md', pages), 'utf8');
const maxBytes = 1_048_576;
const maxHashes = 64;
const maxSignatures = 63;
const maxDepth = 8;

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const node = (left, right) => sha256(Buffer.from([1]), left, right);
const utf8 = (bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

function need(holds, why) {
  if (!holds) throw new Error(why);
}

function base64(text, encoding = 'base64') {
  const bytes = Buffer.from(text, encoding);
  need(bytes.toString(encoding) === text, `no ${encoding}`);
  return bytes;
}

/** Reads the members of an object, each with its type, and refuses any other member. */
function members(object, types) {
  need(object instanceof Map, 'no object');
  const taken = Object.entries(types).map(([name, type]) => {
    const value = object.get(name) ?? null;
    object.delete(name);
    if (value === null && type.isOptional) return [name, null];
    return [name, type.read(value, name)];
  });
  need(object.size === 0, `unknown member ${[...object.keys()].join()}`);
  return Object.fromEntries(taken);
}

const type = (read) => ({ read });
const optional = (of) => ({ ...of, isOptional: true });
const text = type((value, name) => { need(typeof value === 'string', `${name} is no text`); return value; });
const exactly = (wanted) => type((value, name) => { need(value === wanted, `${name} is not ${wanted}`); return value; });
const whole = type((value, name) => { need(/^(0|[1-9][0-9]*)$/.test(value?.number ?? '') && BigInt(value.number) < 2n ** 63n, `${name} is no whole number`); return BigInt(value.number); });
const binary = type((value, name) => base64(text.read(value, name)));
const many = (most, of) => type((value, name) => { need(Array.isArray(value) && value.length <= most, `${name} is no list of ${most} at most`); return value.map((each) => of.read(each, name)); });
const object = (types) => type((value) => members(value, types));
const hash = type((value, name) => { const bytes = binary.read(value, name); need(bytes.length === 32, `${name} is no hash`); return bytes; });
const hashes = many(maxHashes, hash);
const entry = object({ log_index: whole, member_number: whole, event: binary, hashes });

/** README.md, "Verifier key". */
function readKey(verifierKey) {
  const [name, id] = verifierKey.split('+', 2);
  const [kind, ...spki] = base64(verifierKey.slice(name.length + 1 + (id?.length ?? 0) + 1));
  const der = Buffer.from(spki);
  need(name && kind === 2 && id === sha256(der).subarray(0, 4).toString('hex'), 'no verifier key');
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  need(key.asymmetricKeyDetails.namedCurve === 'prime256v1' && key.export({ format: 'der', type: 'spki' }).equals(der), 'no key of P-256');
  return { name, id, key };
}

/** README.md, "Checkpoint". */
function openCheckpoint(note, { name, id, key }) {
  const end = note.lastIndexOf('\n\n');
  const lines = note.slice(end + 2).split('\n');
  need(end >= 0 && lines.pop() === '' && lines.length <= maxSignatures, 'no signed note');
  const own = lines.map((line) => {
    const found = /^\u2014 ([^ +]+) ([^ ]+)$/.exec(line);
    const bytes = found ? base64(found[2]) : Buffer.alloc(0);
    need(bytes.length > 4, 'a line is no signature');
    return { name: found[1], id: bytes.subarray(0, 4).toString('hex'), signature: bytes.subarray(4) };
  }).filter((line) => line.name === name && line.id === id);
  const signed = note.slice(0, end + 1);
  need(own.length === 1 && verify('sha256', Buffer.from(signed), key, own[0].signature), 'the checkpoint is not signed by the key');
  const [origin, size, root] = signed.split('\n');
  need(origin === name, 'the checkpoint is of another log');
  need(/^(0|[1-9][0-9]*)$/.test(size) && base64(root).length === 32, 'no checkpoint');
  return { size: BigInt(size), root: base64(root) };
}

/** The path of RFC 9162, sections 2.1.3.2 and 2.1.4.2. Adds each hash at its side; returns whether the path ends at the root. */
function climb(index, last, path, left, right) {
  let [fn, sn] = [index, last];
  for (const sibling of path) {
    if (sn === 0n) return false;
    if (fn % 2n === 1n || fn === sn) {
      left(sibling);
      while (fn % 2n === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      right(sibling);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n;
}

function leafHash({ member_number: number, event }) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(number);
  return sha256(Buffer.from([0]), bytes, event);
}

function included(proved, checkpoint) {
  let root = leafHash(proved);
  const ends = proved.log_index < checkpoint.size
    && climb(proved.log_index, checkpoint.size - 1n, proved.hashes, (hash) => { root = node(hash, root); }, (hash) => { root = node(root, hash); });
  need(ends && root.equals(checkpoint.root), `not entry ${proved.log_index} of the log`);
  const event = readEvent(proved.event);
  need((event.member_id ?? null) === null ? proved.member_number === 0n : proved.member_number > 0n, 'wrongly numbered');
  return event;
}

function checkConsistency(file, key) {
  const [from, to] = [openCheckpoint(file.from_checkpoint, key), openCheckpoint(file.to_checkpoint, key)];
  need(from.size >= 1n && from.size <= to.size, 'the earlier checkpoint is the larger one, or of nothing');
  if (from.size === to.size) {
    need(file.hashes.length === 0 && from.root.equals(to.root), 'two logs of one size');
    return { kind: 'consistency', from: from.size, to: to.size };
  }

  // If the smaller tree is complete, it is itself the first node of the path.
  let [fn, sn] = [from.size - 1n, to.size - 1n];
  while (fn % 2n === 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  const isComplete = (from.size & (from.size - 1n)) === 0n;
  const [first, ...path] = isComplete ? [from.root, ...file.hashes] : file.hashes;
  need(first, 'no proof');
  let [smaller, larger] = [first, first];
  const ends = climb(fn, sn, path, (hash) => { [smaller, larger] = [node(hash, smaller), node(hash, larger)]; }, (hash) => { larger = node(larger, hash); });
  need(ends && smaller.equals(from.root) && larger.equals(to.root), 'the proof does not lead from the one to the other');
  return { kind: 'consistency', from: from.size, to: to.size };
}

// The tables of events.md: kinds, structures, sets of values.
const fieldsOf = (cell) => [...cell.matchAll(/`([^` ]+) ([^`]+)`/g)].map(([, name, of]) => ({ name, of }));
const tables = Object.fromEntries(readFileSync(new URL('events.md', pages), 'utf8').split(/^## /m).slice(1).map((section) => [
  section.split('\n')[0], section.split('\n').filter((line) => line.startsWith('| ')).slice(2).map((line) => line.slice(2, -2).split(' | ')),
]));
const kinds = new Map(tables.Kinds.map(([number, name, fields]) => [BigInt(number), { name, fields: fieldsOf(fields ?? '') }]));
const versions = new Map(tables.Versions.map(([kind, version]) => [BigInt(kind), Number(version)]));
const structures = new Map(tables.Structures.map(([name, fields]) => [name, fieldsOf(fields)]));
const sets = new Map(tables['Sets of values'].map(([name, values]) => [name, new Map(fieldsOf(values).map((value) => [BigInt(value.name), value.of]))]));

/** Decodes an event from its bytes: events.md. */
export function readEvent(bytes) {
  let at = 0;
  const take = (count) => { need(count <= bytes.length - at, 'the event ends early'); at += count; return bytes.subarray(at - count, at); };
  const flag = () => { const [value] = take(1); need(value < 2, 'no flag'); return value === 1; };
  const number = () => take(8).readBigInt64BE();
  const count = () => { const value = take(4).readInt32BE(); need(value >= 0 && value <= bytes.length - at, 'a count beyond the end'); return value; };
  const listed = (set, value) => { need(set.has(value), `${value} is not of its set`); return set.get(value); };
  const hex = () => take(16).toString('hex');
  const read = (of) => {
    switch (of) {
      case 'byte': return take(1)[0];
      case 'flag': return flag();
      case 'number': case 'time': return number();
      case 'text': return utf8(take(count()));
      case 'bytes': return take(count()).toString('hex');
      case 'uuid': return hex().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      default:
    }

    if (of.endsWith('?')) return flag() ? read(of.slice(0, -1)) : null;
    if (of.startsWith('list<')) return Array.from({ length: count() }, () => read(of.slice(5, -1)));
    if (of.startsWith('rest<')) return at < bytes.length ? read(of.slice(5, -1)) : null;
    if (of.endsWith(':byte')) return listed(sets.get(of.slice(0, -5)), BigInt(take(1)[0]));
    if (sets.has(of)) return listed(sets.get(of), number());
    need(structures.has(of), `no type ${of}`);
    return fields(structures.get(of));
  };
  const fields = (list) => Object.fromEntries(list.map(({ name, of }) => [name, read(of)]));
  const [version] = take(1);
  const kindNumber = number();
  const kind = listed(kinds, kindNumber);
  need(version === (versions.get(kindNumber) ?? 1), 'no event of this version');
  const header = [{ name: 'id', of: 'uuid' }, { name: 'time', of: 'time' }, { name: 'actor', of: 'text' }, { name: 'request_id', of: 'uuid' }];
  const event = { kind: kind.name, ...fields([...header, ...kind.fields]) };
  need(at === bytes.length, 'something follows the event');
  return event;
}

const categories = new Map([...readme.matchAll(/^\| `([a-z_.]+)` \| `(\d+)` /gm)].map(([, field, category]) => [field, category]));

/** README.md, "Proof bundle". */
function checkBundle(file, key) {
  const checkpoint = openCheckpoint(file.checkpoint, key);
  const event = included(file.event, checkpoint);
  const consent = file.consent && included(file.consent, checkpoint);
  if (event.kind === 'MemberDisclosed') {
    const isInForce = event.basis === 'ConsentInForce';
    const personal = event.released.filter((field) => categories.get(field) !== '1');
    need(isInForce || personal.length === 0, 'released without a consent in force');
    if (event.consent_event_id === null) {
      need(!consent && !isInForce, 'no consent is cited');
    } else {
      need(consent?.id === event.consent_event_id && consent.member_id === event.member_id && consent.partner_id === event.partner_id
        && file.consent.log_index < file.event.log_index && file.consent.member_number < file.event.member_number, 'not the consent that is cited');
      need(!isInForce || (['ConsentGiven', 'ConsentRenewed'].includes(consent.kind) && consent.purpose === event.purpose
        && personal.every((field) => consent.categories.split(',').includes(categories.get(field)))), 'the consent does not cover it');
    }
  } else {
    need(!consent, 'a consent that nothing cites');
  }

  const shown = consent ?? event;
  const cited = shown.kind.startsWith('Consent') ? shown.notice : null;
  need(cited ? file.notice?.version === cited.version && file.notice.language === cited.language
    && sha256(Buffer.from(file.notice.text)).toString('hex') === cited.text_sha256 : !file.notice, 'not the notice that is cited');
  return { kind: 'bundle', event, consent, leafHash: leafHash(file.event).toString('hex') };
}

const party = (role) => ({ party_id: text, party_name: optional(text), party_contact: optional(text), party_role: exactly(role) });

/** README.md, "Consent receipt". */
function checkReceipt(jws, key) {
  const parts = jws.split('.');
  need(parts.length === 3, 'no three parts');
  const [header, payload, signature] = parts.map((part) => base64(part, 'base64url'));
  const { verifier_key: named } = members(parseStrict(utf8(header), maxDepth), { alg: exactly('ES256'), typ: exactly('consent-receipt+jwt'), verifier_key: text });
  need(named === key.text, 'names another key');
  need(signature.length === 64 && verify('sha256', Buffer.from(`${parts[0]}.${parts[1]}`), { key: key.key, dsaEncoding: 'ieee-p1363' }, signature), 'the receipt is not signed by the key');
  const purpose = object({
    purpose: text, purpose_type: text, lawful_basis: text, pii_information: many(32, object({ pii_type: text, pii_attribute_id: text })), pii_controllers: many(1, text),
    withdrawal_method: text, storage_conditions: text, jurisdiction: optional(text),
  });
  const record = members(parseStrict(utf8(payload), maxDepth), {
    schema_version: exactly('ISO/IEC TS 27560:2023'), record_id: text, pii_principal_id: text,
    pii_processing: object({ privacy_notice: object({ version: text, language: text, sha256: text, title: optional(text) }), purposes: many(1, purpose) }),
    party_identification: type((value) => { need(value?.length === 2, 'not two parties'); return [members(value[0], party('pii_controller')), members(value[1], party('operator'))]; }),
    event: object({ event_time: text, record_time: text, event_type: exactly('explicit'), event_state: text, entity_id: text, channel: optional(text), guardian_id: optional(text) }),
  });
  need(record.pii_processing.purposes[0]?.pii_controllers[0] === record.party_identification[0].party_id && record.party_identification[1].party_id === key.name, 'not its parties');
  return { kind: 'receipt', record };
}

/** The statements that a file proves to a reader who trusts the key. */
export function check(bytes, verifierKey) {
  need(bytes.length <= maxBytes, 'too long');
  const key = { ...readKey(verifierKey), text: verifierKey };
  const file = utf8(bytes);
  if (!file.trimStart().startsWith('{')) return checkReceipt(file.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''), key);
  const read = parseStrict(file, maxDepth);
  const isBundle = read.get('format') === 'coalition-gateway/bundle/v1';
  const proof = members(read, isBundle
    ? { format: text, event: entry, consent: optional(entry), notice: optional(object({ version: text, language: text, text })), checkpoint: text, verifier_key: text }
    : { format: exactly('coalition-gateway/consistency/v1'), from_checkpoint: text, to_checkpoint: text, hashes, verifier_key: text });
  need(proof.verifier_key === verifierKey, 'names another key');
  return isBundle ? checkBundle(proof, key) : checkConsistency(proof, key);
}
