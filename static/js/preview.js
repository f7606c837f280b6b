// The preview under the form, without leaving it: the server draws it.
export function preview(form, button, place) {
  let plain = false;
  button.addEventListener("click", async event => {
    if (plain) return;
    event.preventDefault();
    const body = new FormData(form);
    body.set("preview", "part");
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if (!answer.ok) throw answer;
      place.innerHTML = await answer.text();
      place.hidden = false;
      place.querySelector("h2").focus();
      place.scrollIntoView();
    } catch {
      // Logged out, or no line: sent as without scripts, nothing is lost on that way.
      plain = true;
      button.click();
    }
  });
}
