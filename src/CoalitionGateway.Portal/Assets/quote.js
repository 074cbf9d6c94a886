// Shows what arrives while a member changes a transfer. Without this script the form's button does the same.
const form = document.querySelector('form[data-quote]');
let latest = 0;

async function ask() {
  const own = ++latest;
  const query = new URLSearchParams(new FormData(form));
  const answer = await fetch(`${form.action}?${query}`, { headers: { accept: 'text/html' } });
  if (!answer.ok || answer.redirected || own !== latest) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const part of ['problem', 'quote']) {
    document.querySelector(`[data-part=${part}]`).replaceChildren(...page.querySelector(`[data-part=${part}]`).childNodes);
  }
  for (const id of ['to', 'points-why']) {
    document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
  }
}

let waiting;
form?.addEventListener('input', () => {
  clearTimeout(waiting);
  document.querySelector('[data-part=quote]').replaceChildren();
  waiting = setTimeout(ask, 250);
});
