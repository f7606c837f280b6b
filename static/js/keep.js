// What is written is kept: on the server a few seconds after the last key, in this browser at once.
const PAUSE = 3000; // milliseconds without a key
const RETRY = 15000;
const MONTH = 30 * 24 * 3600 * 1000;
const PREFIX = "indaba:";
// What is not the author's, but goes with the text: the same form, sent twice, counts once.
const CARRIED = ["submission_key", "begun"];

const LANGUAGE = document.documentElement.lang;

export function keep(form, areas, { line, say, found }) {
  const { owner, published, unkept, zone: timeZone, sent } = form.dataset;
  let { save } = form.dataset;
  // The same in every language of the site. Each window has its own copy there.
  const place = PREFIX + location.pathname.replace(`/${LANGUAGE}/`, "/") + "#";
  // A moment as the server writes it: in the discussion's zone, 24 hours, the digits of the page.
  const shown = (at, style) => new Date(at).toLocaleString(LANGUAGE + "-u-nu-latn", { ...style, timeZone, hourCycle: "h23" });
  // What its author has written and chosen: now, or (true) as the server knows it, whatever the
  // browser has put back into the form since.
  const values = served => {
    const texts = areas.map(area => [area.name, served ? area.defaultValue : area.value]);
    const boxes = [...form.elements].filter(box => /^(capacity|anonymous)$/.test(box.name) && (served ? box.defaultChecked : box.checked));
    const { options } = form.elements.language;
    const language = [...options].find(option => served ? option.defaultSelected : option.selected) || options[0];
    return Object.fromEntries([...texts, ...boxes.map(box => [box.name, box.value]), ["language", language.value]]);
  };
  const state = served => JSON.stringify(values(served));
  // By which the server knows this window again whose last answer was lost: a new UUID.
  const window = document.createElement("input");
  Object.assign(window, { type: "hidden", name: "window", value: URL.createObjectURL(new Blob()).slice(-36) });
  form.append(window);
  const own = place + window.value;
  let following = 0;
  let known = unkept ? "" : state(true), sending = null, leaving = false, failed = false, timer, pace = PAUSE;

  const tell = (word, data) => {
    const message = say(word, data);
    message.classList.toggle("wrong", word !== "kept");
    line.replaceChildren(message);
  };

  // --- in this browser ---

  // Some browsers keep nothing, and say so in different ways.
  const store = act => { try { return act(localStorage); } catch { return null; } };
  const copyOf = () => ({ owner, at: Date.now(), values: values(), carried: Object.fromEntries(CARRIED.map(name => [name, form.elements[name]?.value])) });
  const put = (key = own, copy = copyOf()) => store(items => !items.setItem(key, JSON.stringify(copy)));
  const drop = (key = own) => store(items => items.removeItem(key));
  // [key, copy] of what other windows have left here.
  const left = () => (store(Object.keys) || []).filter(key => key.startsWith(PREFIX)).flatMap(key => {
    const copy = store(items => JSON.parse(items[key]));
    if (!(copy?.at > Date.now() - MONTH)) drop(key);
    else if (key !== own && key.startsWith(place)) return [[key, copy]];
    return [];
  });
  const says = copy => areas.some(area => copy.values[area.name]);

  const set = copy => {
    const { elements } = form, wanted = { ...copy.values, ...copy.carried };
    areas.forEach(area => { area.value = ""; });
    if (elements.anonymous) elements.anonymous.checked = "anonymous" in wanted;
    for (const name in wanted) if (elements[name] && name !== "anonymous" && wanted[name]) elements[name].value = wanted[name];
    form.dispatchEvent(new Event("input"));
  };

  function offer([key, copy]) {
    const box = say("found", { time: shown(copy.at, { dateStyle: "long", timeStyle: "short" }) });
    for (const { name, labels } of areas) {
      if (!copy.values[name]) continue;
      const area = document.createElement("textarea");
      Object.assign(area, { readOnly: true, rows: 6, dir: "auto", value: copy.values[name] });
      area.setAttribute("aria-label", `${box.querySelector("summary").textContent}: ${labels[0].textContent}`);
      box.querySelector(".texts").append(area);
    }
    box.addEventListener("click", ({ target }) => {
      const { do: what } = target.dataset;
      if (!what) return;
      const before = copyOf();
      drop(key);
      box.remove();
      if (what === "take") {
        set(copy);
        // They change places: nothing is lost until its author throws it away.
        if (says(before) && put(key, before)) offer([key, before]);
      }
      areas[0].focus();
    });
    found.before(box);
  }

  // Asked when the browser has put back what it knows of an earlier visit.
  function look() {
    const now = state();
    // The server has shown what this window sent before: it stands in the form.
    if (now !== known && put()) drop(place + sent);
    for (const [key, copy] of left()) {
      const there = [known, now].includes(JSON.stringify(copy.values)) || published.includes(copy.carried.submission_key || "-");
      if (there || !says(copy)) drop(key);
      else if (!copy.owner || copy.owner === owner) offer([key, copy]);
    }
    if (now !== known) plan(pace);
  }

  // --- on the server ---

  // The words for what the server says, beside 200.
  const ANSWERS = { 401: "out", 409: "stale", 422: "refused" };

  // One at a time; whoever calls meanwhile waits for the one that is on its way.
  function send() {
    clearTimeout(timer);
    if (save && !leaving && state() !== known) sending ||= post().finally(() => { sending = null; });
    return sending;
  }

  async function post() {
    const before = state(), start = Date.now();
    const body = new FormData(form);
    following = Math.max(following, Number(form.elements.sequence.value)) + 1;
    body.set("following", following);
    try {
      const answer = await fetch(save, { method: "POST", body });
      const fresh = answer.ok && await answer.json();
      if (!fresh && !(answer.status in ANSWERS)) throw answer;
      failed = false;
      // What stands there now is for its author to look at: nothing is written any more.
      if (answer.status === 409) save = "";
      if (fresh) {
        for (const name in fresh) form.elements[name].value = fresh[name];
        form.elements.waiting?.remove();
        known = before;
        if (state() === known) drop();
        tell("kept", { time: shown(Date.now(), { timeStyle: "short" }) });
      } else tell(ANSWERS[answer.status]);
    } catch {
      failed = true;
      tell(put() ? "here" : "nowhere");
    }
    // A slow line is not kept busy: at most a tenth of the time.
    pace = Math.max(PAUSE, 10 * (Date.now() - start));
    if (state() !== known) plan(failed ? RETRY : pace);
  }

  const plan = after => {
    clearTimeout(timer);
    if (save) timer = setTimeout(send, after);
  };

  form.addEventListener("input", () => {
    if (!put() && !save) tell("nowhere");
    plan(failed ? RETRY : pace);
  });
  addEventListener("online", send);
  document.addEventListener("visibilitychange", send);

  // --- sending, and leaving ---

  form.addEventListener("submit", async event => {
    if (leaving) return event.preventDefault();
    put();
    const button = event.submitter || form.querySelector("[type=submit]");
    if (sending) {
      // A draft that arrives behind the published text would look like another one.
      event.preventDefault();
      await sending;
      return button.click();
    }
    if (!navigator.onLine || failed) {
      event.preventDefault();
      try {
        await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
        failed = false;
      } catch {
        return tell("line");
      }
      return button.click();
    }
    leaving = true;
    clearTimeout(timer);
    // No answer for so long: it may be sent again.
    setTimeout(() => { leaving = false; }, 20000);
  });
  addEventListener("pageshow", event => {
    leaving = false;
    if (!event.persisted) look();
  });
  addEventListener("beforeunload", event => {
    if (leaving || state() === known) return;
    event.preventDefault();
    // Whoever goes all the same finds it in this browser; a draft on its way would come too late.
    leaving = put();
    setTimeout(() => { leaving = false; }, 1000);
  });
}
