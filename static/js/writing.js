// The page helps to write. Everything here can be done without it, only with more steps.
import { tally } from "./count.js";
import { keep } from "./keep.js";
import { pasteInto } from "./paste.js";
import { preview } from "./preview.js";
import { toolbar } from "./toolbar.js";

const form = document.getElementById("writing");
const areas = [...form.querySelectorAll("textarea")];
const standing = form.querySelector(".standing");
const words = document.getElementById("words").content;

// One of the sentences that the page brings in the reader's language, with what belongs into it.
function say(word, data = {}) {
  const element = words.querySelector(`[data-word=${word}]`).cloneNode(true);
  const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) nodes.currentNode.data = nodes.currentNode.data.replace(/{(\w+)}/g, (all, name) => data[name] ?? all);
  return element;
}

areas.forEach(area => toolbar(area, document.getElementById("toolbar")));
areas.forEach(pasteInto);
standing.hidden = false;
tally(form, areas, standing.querySelector(".tally"), say);
keep(form, areas, { line: standing.querySelector(".kept"), say, found: form });
const button = form.querySelector("[name=preview]");
if (button) preview(form, button, document.getElementById("preview"));

// The form says when the discussion has closed meanwhile, and until when this may still be sent.
const left = Number(form.dataset.ends) * 1000;
if (left > 0 && left < 2 ** 31) setTimeout(() => { document.getElementById("grace").hidden = false; }, left);
