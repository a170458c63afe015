"use strict";
(() => {
	const form = document.querySelector("form");
	const { q, in: within, direction, check, state, clear, open, close } = form.elements;
	const filters = [q, within, direction, check, state];
	const status = document.getElementById("count");
	const examples = Array.from(document.querySelectorAll(".example"), (element) => ({
		element,
		states: Array.from(element.querySelectorAll("summary li"), (li) => [li.textContent, li.className]),
	}));

	// What is searched: all but the checks, which the filter is for.
	const text = (x) => x.text ??= Array.from(x.element.querySelectorAll(".id, .facts, .faults, pre"), (e) => e.textContent).join("\n").toLowerCase();

	const fits = (x, words) =>
		x.element.id.startsWith(within.value) &&
		(!direction.value || x.element.dataset.direction === direction.value) &&
		(!state.value || x.states.some(([name, kind]) => kind === state.value && (!check.value || name === check.value))) &&
		words.every((word) => text(x).includes(word));

	const apply = () => {
		const words = q.value.toLowerCase().split(/\s+/).filter(Boolean);
		let shown = 0;
		for (const x of examples) {
			x.element.hidden = !fits(x, words);
			if (!x.element.hidden) shown++;
		}
		for (const o of document.querySelectorAll(".operation")) o.hidden = !o.querySelector(".example:not([hidden])");
		const by = filters.filter((f) => f.value).map((f) => f === q ? "\u201c" + q.value.trim() + "\u201d" : f.selectedOptions[0].text);
		status.textContent = shown === examples.length ? status.dataset.all : shown + " of " + status.dataset.all + (by.length ? ": " + by.join(", ") : "");
	};

	// The address keeps the filter as #?in=acme/&state=fail; other hashes are places.
	const write = () => {
		const kept = new URLSearchParams(filters.filter((f) => f.value).map((f) => [f.name, f.value]));
		history.replaceState(null, "", kept.size ? "#?" + kept : location.pathname + location.search);
	};
	const set = (values) => {
		for (const f of filters) {
			f.value = values.get(f.name) ?? "";
			if (f.selectedIndex === -1) f.value = "";
		}
		apply();
	};
	const read = () => {
		if (location.hash.startsWith("#?")) {
			set(new URLSearchParams(location.hash.slice(2)));
			form.scrollIntoView();
			return;
		}
		const target = document.querySelector(":target");
		if (!target || target.closest("[hidden]")) set(new URLSearchParams());
		for (let d = target?.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
		target?.scrollIntoView();
	};

	status.dataset.all = status.textContent;
	form.hidden = false;
	for (const a of document.querySelectorAll("[data-filter]")) a.href = "#?" + a.dataset.filter;
	form.addEventListener("input", () => { apply(); write(); });
	form.addEventListener("submit", (event) => event.preventDefault());
	clear.addEventListener("click", () => { set(new URLSearchParams()); write(); });
	open.addEventListener("click", () => { for (const x of examples) if (!x.element.hidden) x.element.open = true; });
	close.addEventListener("click", () => { for (const x of examples) if (!x.element.hidden) x.element.open = false; });
	const menu = document.querySelector("nav details");
	menu.addEventListener("click", (event) => { if (event.target.closest("a")) menu.open = false; });
	addEventListener("hashchange", read);
	addEventListener("load", read);

	// Browsers that cannot style the content of a closed <details> print it so.
	let closed = [];
	addEventListener("beforeprint", () => {
		closed = Array.from(document.querySelectorAll("details:not([open])"));
		for (const d of closed) d.open = true;
	});
	addEventListener("afterprint", () => { for (const d of closed) d.open = false; });
})();
