// What is pasted becomes Markdown, and no word is lost: docs/decisions/.
import { insert } from "./toolbar.js";

const STYLE = "s\ufffdtyle";
const GONE = `${STYLE},script,title,noscript,iframe,svg,xml,[hidden],del[datetime],
[${STYLE}*="display:none"],[${STYLE}*="display: none"],
[${STYLE}*="mso-hide"],[${STYLE}*=":comment"]`;
const INLINE =
  /^([^p]|em|su[bp]|span|str.+|small|font|code|cite|abbr|time|mark|ins|del|img|wbr|.+:.+)$/;

const MARKS =
  / \*(?= )|[\p{L}\p{N}]_(?=[\p{L}\p{N}])|[*_`\\]|^~|~(?=~|$)|<(?=https?:)|&(?=#?\w+;)|\](?=\()/
    .source;
const IN_TEXT = RegExp("\\bhttps?://[^\\s*`\\\\<>[\\]|]*[a-z\\d](?!\\w*;)|" + MARKS, "giu");
const IN_LINK = RegExp(MARKS + "|[[\\]]", "gu");
const LINE_START =
  /^(?:(\d{1,9})(?=[.)](\s|$))|(?=#{1,6}(\s|$)|[-+*](\s|$)|>|[|:\s]*-[-|:\s]*$))/;
const BROKEN = /\*\0|[^\s\p{P}\p{S}]\0[\p{P}\p{S}]|[\p{P}\p{S}]\f[^\s\p{P}\p{S}]/u;
const RICH = /(^|[^\\])(\*\S|\]\()|^(#+|[>|-]|\d+\.) /m;

const escape = (text, marks) => text.replace(marks, mark => (mark[1] ? mark : "\\" + mark));

export function markdownOf(html) {
  let lines = [], lists = [], run = { text: "", marks: "" };
  let out = "", line = "", before = "", group = "", last = "", above = "", item = "", within = "";

  function turn(next) {
    const { text, marks, href } = run;
    const core = text.trim();
    const body = !href || href === core || href.replace(/^mailto:|\/$/g, "") === core
      ? escape(core, IN_TEXT)
      : `[${escape(core, IN_LINK)}](${href.replace(/\s/g, "%20").replace(/[()<>\\]/g, "\\$&")})`;
    group += text.replace(core, () => body);
    if (!next.text || next.marks !== marks) {
      const marked = group.replace(group.trim(), "\0$&\f");
      before = BROKEN.test(before + marked + next.text) ? group : marked.replace(/[\0\f]/g, marks);
      line += before;
      group = "";
    }
    run = next;
  }

  function add(text, { marks, href }) {
    text = text.replace(/\s{2,}|[\t\n\f\r]/g, " ");
    if (!last.trim()) text = text.replace(/^ /, "");
    last = text.slice(-1) || last;
    if (!text.trim() || (run.marks === marks && run.href === href)) run.text += text;
    else turn({ text, marks, href });
  }

  function endLine() {
    turn({ text: "", marks: "" });
    line = line.trim().replace(/!(?=\[)/g, "\\!");
    lines.push(within ? line : line.replace(LINE_START, "$1\\"));
    line = before = last = "";
  }

  const pause = () => last && endLine();

  function flush({ level, quotes }) {
    pause();
    let block = lines.splice(0).join(within ? " " : "\n").trim().replace(/\n{3,}/g, "\n\n");
    if (!block) return;
    if (within) block = within + block.replace(/#$/, "$& #");
    const quote = "\n" + "> ".repeat(quotes);
    level = Math.min(level, (12 - quotes) >> 1);
    if (!level || above !== quote) lists = [];
    const tight = item && lists.join("") && (lists[level] || item <= "1. ");
    lists.length = level + !item;
    if (!tight) out += [above, quote].sort()[0];
    out += quote + lists.join("") + item;
    if (item) lists[level] = item.replace(/./g, " ");
    out += block.replace(/\n/g, quote + lists.join(""));
    above = quote;
    item = within = "";
  }

  function table(node, context) {
    const grid = [...node.rows].map(() => []);
    let width = 0;
    if (node.caption) visit(node.caption, context);
    within = "|";
    [...node.rows].forEach((row, y) => {
      let x = 0;
      for (const cell of row.cells) {
        while (x in grid[y]) x++;
        for (const later of grid.slice(y, y + cell.rowSpan)) later[x] = "";
        visit(cell, y ? context : { ...context, rank: 1 });
        grid[y][x] = lines.splice(0).join(" ").replace(/\|/g, "\\|");
        x += Math.min(cell.colSpan, 20);
      }
      width = Math.max(width, x);
    });
    within = "";
    for (const row of grid.filter(row => row.join(""))) {
      row.length = width;
      lines.push("| " + row.join(" | ") + " |");
      if (!lines[1]) lines.push("|" + " --- |".repeat(width));
    }
    flush(context);
  }

  function visit(node, context) {
    if (node.nodeType === 3)
      node.data.split(node.parentNode.closest("pre") ? "\n" : "\0").forEach((part, i) => {
        if (i) endLine();
        add(part, context);
      });
    const name = node.localName;
    if (!name) return;
    const style = node.getAttribute(STYLE) || "";
    const inner = { ...context };
    const read = () => node.childNodes.forEach(child => visit(child, inner));
    const css = style && node.style;
    if (css) css.cssText = style;
    if (name === "br") return endLine();
    if (context.level && /mso-list:\s*ignore/i.test(style)) {
      const marker = node.textContent;
      const number = /\d{1,9}(?=\D*$)/.exec(marker) || /[\p{L}\p{N}][.)]/u.test(marker);
      item = number ? +number + ". " : "- ";
      return;
    }

    const role = node.getAttribute("role") + node.getAttribute("aria-level");
    const rank = /(^h|MsoHeading|=heading)(\d)|MsoTitle/.exec(name + node.className + "=" + role);
    if (rank) inner.rank = Math.min(rank[2] || 1, 6);
    inner.weight = css.fontWeight || (/^(b|strong)$/.test(name) ? "bold" : inner.weight);
    inner.slant = css.fontStyle || (/^(i|em)$/.test(name) ? "italic" : inner.slant);
    inner.marks =
      (/^(b|[6-9])/.test(inner.weight) && !inner.rank ? "**" : "") +
      (/^(it|o)/.test(inner.slant) ? "*" : "");
    const href = (node.getAttribute("href") || "").replace(/\ufffd/g, "");
    if (/^(https?:\/\/|mailto:)/i.test(href)) inner.href = href;

    if (INLINE.test(name)) return read();
    if (within || name === "div") {
      pause();
      read();
      return pause();
    }
    flush(context);
    if (inner.rank) within = "#".repeat(inner.rank) + " ";
    if (name === "table" && node.querySelector("tr>:nth-child(2)") && !node.querySelector("table"))
      return table(node, inner);
    const level = name === "p" && /mso-list:[^;]*level(\d)/i.exec(style);
    if (level) inner.level += +level[1];
    if (name === "blockquote") {
      inner.level = 0;
      inner.quotes += inner.quotes < 8;
    }
    if (/^[uo]l$/.test(name)) {
      inner.level++;
      inner.list = node;
    }
    if (name === "li") {
      inner.level = +node.getAttribute("data-aria-level") || inner.level;
      item = inner.list.start > 0 ? inner.list.start++ + ". " : "- ";
    }
    read();
    flush(inner);
    within = item = "";
  }

  const safe = html.replace(/\b[bos](?=tyle[^:]|n\w+\s*=|ase )/gi, "$&\0");
  const { body } = new DOMParser().parseFromString(safe, "text/html");
  body.querySelectorAll(GONE).forEach(node => node.remove());
  visit(body, { marks: "", level: 0, quotes: 0, list: {} });
  return out.trim().replace(/ +$/gm, "");
}

/** What has no marks, and what is pasted as plain text, the browser pastes itself. */
export function pasteInto(textarea) {
  textarea.addEventListener("paste", event => {
    const { value, selectionStart } = textarea;
    let text = markdownOf(event.clipboardData.getData("text/html"));
    if (!text || (!RICH.test(text) && event.clipboardData.getData("text/plain"))) return;
    event.preventDefault();
    if (/^([#>|-]|\d+\.)/.test(text) && value[selectionStart - 1] > "\n") text = "\n\n" + text;
    // The selection that is set before and after parts what undo takes back.
    insert(textarea, text);
    textarea.selectionEnd += 0;
  });
}
