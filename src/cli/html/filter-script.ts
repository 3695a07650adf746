/**
 * The script of the page: shows the filters, which do nothing without it, and hides what they leave out. The page is
 * complete without the script.
 */
export const filterScript = `
'use strict';
const form = document.querySelector('.filters');
const objects = [...document.querySelectorAll('.object')];
const texts = new Map(objects.map((object) => [object, object.textContent.toLowerCase()]));
const field = (name) => form.elements.namedItem(name);
const value = (name) => field(name)?.value ?? '';
function apply() {
  const [namespace, kind, action, words] = ['namespace', 'kind', 'action', 'words'].map(value);
  const wanted = words.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const object of objects) {
    let findings = 0;
    for (const finding of object.querySelectorAll('.finding')) {
      const fits =
        (kind === '' || finding.dataset.kind === kind) && (action === '' || finding.dataset.action === action);
      finding.hidden = !fits;
      if (fits) findings += 1;
    }
    const fits =
      findings > 0 &&
      (namespace === '' || object.dataset.namespace === namespace) &&
      wanted.every((word) => texts.get(object).includes(word));
    object.hidden = !fits;
    if (fits) shown += 1;
  }
  document.querySelector('.shown').textContent =
    shown === objects.length ? objects.length + ' objects' : shown + ' of ' + objects.length + ' objects';
  document.querySelector('.none').hidden = shown > 0;
}
if (form !== null) {
  form.hidden = false;
  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(apply));
  for (const button of document.querySelectorAll('button[data-kind]')) {
    button.disabled = false;
    button.addEventListener('click', () => {
      field('kind').value = button.dataset.kind;
      apply();
      form.scrollIntoView();
    });
  }
  for (const button of document.querySelectorAll('.copy')) {
    button.hidden = navigator.clipboard === undefined;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(button.previousElementSibling.textContent);
      button.textContent = 'Copied';
      setTimeout(() => (button.textContent = 'Copy'), 1500);
    });
  }
  apply();
}
`;
