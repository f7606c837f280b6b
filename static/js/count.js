// How much is written, and how much there may be. The words are those of forum/markup.py, words().
const SIGN = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]/g;

export const words = text => text.replace(SIGN, " $& ").split(/\s+/).filter(part => /[\p{L}\p{N}]/u.test(part)).length;

// As the server counts: signs, not the halves that JavaScript knows.
const characters = text => [...text.trim() && text].length;

export function tally(form, areas, line, say) {
  const limit = Number(form.dataset.limit);
  const show = () => {
    const texts = areas.map(area => area.value);
    const total = texts.reduce((sum, text) => sum + characters(text), 0);
    const number = value => value.toLocaleString(document.documentElement.lang + "-u-nu-latn");
    line.replaceChildren(say("tally", {
      words: number(texts.reduce((sum, text) => sum + words(text), 0)),
      characters: number(total),
      limit: number(limit),
    }));
    if (total > limit) {
      const over = say("over", { over: number(total - limit) });
      over.className = "over";
      line.append(" ", over);
    }
  };
  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 250);
  });
  show();
}
