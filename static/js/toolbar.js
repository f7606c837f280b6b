// Marks of Markdown by button and by key; whatever they do, Ctrl+Z takes back.
const AROUND = { bold: "**", italic: "*" };
const BEFORE = { heading: "## ", list: "- ", numbers: "1. ", quote: "> " };
const KEYS = { KeyB: "bold", KeyI: "italic", KeyK: "link" };
const SHIFTED = { Digit6: "heading", Digit7: "numbers", Digit8: "list", Digit9: "quote" };

// Put a text in the place of a part of what is written.
export function insert(area, text, start = area.selectionStart, end = area.selectionEnd) {
  area.focus();
  area.setSelectionRange(start, end);
  if (text ? document.execCommand("insertText", false, text) : start === end || document.execCommand("delete")) return;
  area.setRangeText(text, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function around(area, mark) {
  let { value, selectionStart: start, selectionEnd: end } = area;
  while (start < end && /\s/.test(value[start])) start++;
  while (end > start && /\s/.test(value[end - 1])) end--;
  const text = value.slice(start, end), { length } = mark;
  const marked = value.slice(start - length, start) === mark && value.slice(end, end + length) === mark;
  if (marked) insert(area, text, start - length, end + length);
  else insert(area, mark + text + mark, start, end);
  const from = start + (marked ? -length : length);
  area.setSelectionRange(from, from + text.length);
}

function before(area, mark) {
  const { value, selectionStart, selectionEnd } = area;
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const found = value.indexOf("\n", selectionEnd);
  const end = found < 0 ? value.length : found;
  const lines = value.slice(start, end).split("\n");
  const own = mark === "1. " ? /^\d+\. / : RegExp("^" + mark);
  const marked = lines.every(line => own.test(line));
  const changed = lines.map((line, n) => marked ? line.replace(own, "") : mark.replace(1, n + 1) + line).join("\n");
  insert(area, changed, start, end);
  const last = start + changed.length;
  area.setSelectionRange(selectionStart === selectionEnd ? last : start, last);
}

function link(area) {
  const { value, selectionStart: start, selectionEnd: end } = area;
  const text = value.slice(start, end), isAddress = /^https?:\/\/\S+$/.test(text);
  const shown = isAddress ? "" : text, address = isAddress ? text : "https://";
  insert(area, `[${shown}](${address})`);
  // What is missing is chosen: the words, or the address.
  const from = shown ? start + shown.length + 3 : start + 1;
  area.setSelectionRange(from, from + (shown ? address.length : 0));
}

function act(area, mark) {
  if (mark in AROUND) around(area, AROUND[mark]);
  else if (mark in BEFORE) before(area, BEFORE[mark]);
  else link(area);
}

export function toolbar(area, template) {
  const bar = template.content.firstElementChild.cloneNode(true);
  const buttons = [...bar.children];
  // One stop of the Tab key; the arrows lead from button to button.
  const go = to => buttons.forEach((button, n) => { button.tabIndex = n === to ? 0 : -1; });
  go(0);
  bar.setAttribute("aria-controls", area.id);
  bar.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (!button) return;
    go(buttons.indexOf(button));
    act(area, button.dataset.mark);
  });
  bar.addEventListener("keydown", event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] * (document.dir === "rtl" ? -1 : 1);
    const now = buttons.indexOf(document.activeElement);
    const to = { Home: 0, End: buttons.length - 1 }[event.key] ?? (now + step + buttons.length) % buttons.length;
    if (isNaN(to)) return;
    event.preventDefault();
    go(to);
    buttons[to].focus();
  });
  area.before(bar);
  area.addEventListener("keydown", event => {
    // AltGr, which many keyboards need for signs, counts as Ctrl and Alt together.
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const mark = (event.shiftKey ? SHIFTED : KEYS)[event.code];
    if (!mark) return;
    event.preventDefault();
    act(area, mark);
  });
}
