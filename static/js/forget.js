// Whoever logs out leaves nothing of what they wrote in this browser.
document.querySelector("form[method=post]").addEventListener("submit", () => {
  try {
    Object.keys(localStorage).filter(key => key.startsWith("indaba:")).forEach(key => localStorage.removeItem(key));
  } catch { /* it keeps nothing anyway */ }
});
