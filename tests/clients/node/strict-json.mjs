// A strict JSON reader. JSON.parse takes the last of two members with one name, so it could see a different proof than other
// readers.

/** The value of a text that is exactly one JSON value. The depth is bounded, and a duplicate member is an error. */
export function parseStrict(text, maxDepth) {
  let at = 0;
  const fail = (why) => { throw new Error(`no JSON at ${at}: ${why}`); };
  const space = () => { while (' \t\n\r'.includes(text[at] ?? 'x')) at += 1; };
  const take = (letter) => { if (text[at] !== letter) fail(`${letter} expected`); at += 1; };
  const token = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) fail('no value');
    at = pattern.lastIndex;
    return JSON.parse(found[0]);
  };

  function string() {
    const value = token(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y);
    if (/\p{Surrogate}/u.test(value)) fail('half a pair of surrogates');
    return value;
  }

  function list(depth) {
    const values = [];
    take('[');
    for (space(); text[at] !== ']'; space()) {
      if (values.length > 0) take(',');
      values.push(value(depth + 1));
    }
    take(']');
    return values;
  }

  function object(depth) {
    const members = new Map();
    take('{');
    for (space(); text[at] !== '}'; space()) {
      if (members.size > 0) { take(','); space(); }
      const name = string();
      if (members.has(name)) fail(`${name} is there twice`);
      space();
      take(':');
      members.set(name, value(depth + 1));
    }
    take('}');
    return members;
  }

  function value(depth) {
    if (depth > maxDepth) fail('too deep');
    space();
    if (text[at] === '{') return object(depth);
    if (text[at] === '[') return list(depth);
    if (text[at] === '"') return string();
    if (/[tfn]/.test(text[at] ?? '')) return token(/true|false|null/y);
    const start = at;
    token(/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y);

    // Kept as text: a JavaScript number cannot hold all digits of a long number.
    return { number: text.slice(start, at) };
  }

  const read = value(1);
  space();
  if (at !== text.length) fail('something follows');
  return read;
}
