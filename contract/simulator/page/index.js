"use strict";

// Copy buttons. Without this script, a press on a value selects all of it.
function addButtons(root) {
  for (const place of root.querySelectorAll("[data-copy]")) {
    if (place.querySelector("button.copy")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy the " + place.dataset.copy);
    button.addEventListener("click", async () => {
      const text = place.querySelector("code").textContent;
      let done = true;
      try {
        await navigator.clipboard.writeText(text);
      } catch { // not over http from another machine: the value is selected instead
        getSelection().selectAllChildren(place.querySelector("code"));
        done = false;
      }
      button.textContent = done ? "Copied" : "Selected";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    place.append(button);
  }
}

// What changes is fetched anew, unless somebody is reading or using it.
function busy(region) {
  const chosen = getSelection();
  return region.contains(document.activeElement) || !chosen.isCollapsed && region.contains(chosen.anchorNode);
}

async function refresh() {
  if (document.hidden) return;
  let text;
  try {
    text = await (await fetch("/", { cache: "no-store" })).text();
  } catch {
    document.documentElement.dataset.lost = ""; // the simulator has stopped
    return;
  }
  delete document.documentElement.dataset.lost;
  const now = new DOMParser().parseFromString(text, "text/html");
  for (const region of document.querySelectorAll("[data-live]")) {
    const fresh = now.querySelector(`[data-live="${region.dataset.live}"]`);
    if (!fresh || busy(region)) continue;
    for (const open of region.querySelectorAll("details[open]")) {
      const same = fresh.querySelector("#" + open.id);
      if (same) same.open = true;
    }
    if (fresh.innerHTML !== region.innerHTML) region.replaceChildren(...fresh.childNodes);
  }
}

addButtons(document);
document.documentElement.dataset.scripted = "";
setInterval(refresh, 2000);
