// Makes a passkey and signs in with one (WebAuthn Level 3). Everything else on these pages works without a script.
const post = async (path, body) => {
  const answer = await fetch(path, {
    method: 'POST', credentials: 'same-origin', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
};

const run = async (form, work) => {
  const problem = form.querySelector('[data-problem]');
  const button = form.querySelector('button');
  problem.hidden = true;
  button.disabled = true;
  try {
    location.assign((await work()).next);
  } catch (failed) {
    problem.hidden = false;
    problem.focus();
    button.disabled = false;
    console.error(failed);
  }
};

for (const form of document.querySelectorAll('form[data-passkey]')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const returnTo = form.elements.return.value;
    run(form, async () => {
      if (form.dataset.passkey === 'use') {
        const options = PublicKeyCredential.parseRequestOptionsFromJSON(await post('sign-in/options', {}));
        const credential = await navigator.credentials.get({ publicKey: options });
        return post('sign-in/passkey', { credential: JSON.stringify(credential), return: returnTo });
      }
      const fields = { code: form.elements.code?.value ?? '', name: form.elements.name.value, return: returnTo };
      const options = PublicKeyCredential.parseCreationOptionsFromJSON(await post('sign-in/passkeys/options', fields));
      const credential = await navigator.credentials.create({ publicKey: options });
      return post('sign-in/passkeys', { ...fields, credential: JSON.stringify(credential) });
    });
  });
}

// A link with a code has it in its fragment, which is sent to no server until the member continues.
const code = document.querySelector('form[data-code] input[name=code]');
if (code && location.hash.length > 1) {
  code.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, '', location.pathname + location.search);
}
