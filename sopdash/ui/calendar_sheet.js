// The calendar's sheet: days and entries as buttons, dragged by mouse or moved by keys, selected in the list.
// Everything people wrote is set as text, never as HTML. What happens is told to Python as one trigger, `event`.

const roots = new WeakMap();

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function button(className, label, text) {
  const node = make("button", className, text);
  node.type = "button";
  if (label) {
    node.title = label;
    node.setAttribute("aria-label", label);
  }
  return node;
}

function shifted(day, days) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

function entryNode(entry, state) {
  const node = button(`entry status-${entry.status}`, "");
  node.dataset.id = entry.id;
  node.draggable = true;
  node.setAttribute("aria-label", entry.hint);
  node.setAttribute("aria-keyshortcuts", "Alt+ArrowLeft Alt+ArrowRight Alt+ArrowUp Alt+ArrowDown");
  node.title = entry.hint;
  node.append(make("span", "time", entry.time), make("span", "form", entry.form), make("span", "theme", entry.theme));
  if (state.data.view !== "month") node.append(make("span", "meta", entry.meta));
  if (entry.series) node.append(make("span", "series", "↻"));
  if (entry.warnings) node.append(make("span", "warning", String(entry.warnings)));
  else if (entry.todos) node.append(make("span", "todo", "•"));
  node.onclick = () => state.send({ kind: "open", id: entry.id });
  node.onkeydown = (event) => {
    if (!event.altKey || !(event.key in STEPS)) return;
    event.preventDefault();
    state.focus = entry.id;
    state.send({ kind: "move", id: entry.id, day: shifted(entry.day, STEPS[event.key]) });
  };
  node.ondragstart = (event) => {
    state.dragged = entry;
    event.dataTransfer.effectAllowed = "copyMove";
    event.dataTransfer.setData("text/plain", entry.theme);
    node.classList.add("dragged");
  };
  node.ondragend = () => {
    state.dragged = null;
    node.classList.remove("dragged");
  };
  return node;
}

function quickAdd(cell, day, state) {
  if (cell.querySelector("input.quick")) return;
  const input = make("input", "quick");
  input.placeholder = state.data.words.quick;
  input.setAttribute("aria-label", state.data.words.quick);
  input.maxLength = 200;
  input.onkeydown = (event) => {
    event.stopPropagation();
    if (event.key === "Enter" && !event.isComposing && input.value.trim()) {
      state.send({ kind: "quick", day, text: input.value });
      input.disabled = true;
    }
    if (event.key === "Escape") input.remove();
  };
  input.onblur = () => {
    if (!input.value.trim()) input.remove();
  };
  cell.append(input);
  input.focus();
}

function dropTarget(cell, day, state) {
  cell.ondragover = (event) => {
    if (!state.dragged) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = event.ctrlKey ? "copy" : "move";
    cell.classList.add("over");
  };
  cell.ondragleave = (event) => {
    if (!cell.contains(event.relatedTarget)) cell.classList.remove("over");
  };
  cell.ondrop = (event) => {
    event.preventDefault();
    cell.classList.remove("over");
    const entry = state.dragged;
    if (!entry || (entry.day === day && !event.ctrlKey)) return;
    state.send({ kind: event.ctrlKey ? "copy" : "move", id: entry.id, day });
  };
}

function dayNode(day, entries, state) {
  const cell = make("section", `day ${day.place} ${entries.length ? "full" : "empty"}`);
  cell.dataset.day = day.day;
  cell.setAttribute("aria-label", day.name);
  const head = make("header");
  head.append(make("span", "number", day.label), make("span", "weekday", day.weekday));
  for (const mark of day.marks) {
    const label = make("span", `mark ${mark.kind}`, mark.text);
    label.title = mark.text;
    head.append(label);
  }
  const plus = button("plus", day.add, "+");
  plus.onclick = () => quickAdd(cell, day.day, state);
  head.append(plus);
  cell.append(head);
  for (const entry of entries) cell.append(entryNode(entry, state));
  cell.ondblclick = (event) => {
    if (event.target === cell || event.target === head) state.send({ kind: "new", day: day.day });
  };
  dropTarget(cell, day.day, state);
  return cell;
}

function gridNode(data, byDay, state) {
  const grid = make("div", `grid ${data.view}`);
  for (const word of data.heads) grid.append(make("div", "head", word));
  for (const day of data.days) grid.append(dayNode(day, byDay.get(day.day) || [], state));
  return grid;
}

function listNode(data, byDay, state) {
  const list = make("div", "list");
  const bar = make("div", "bar");
  const all = make("input");
  all.type = "checkbox";
  const label = make("label", "all");
  label.append(all, make("span", "", data.words.all));
  const change = button("change", "", data.words.change);
  bar.append(label, change);
  list.append(bar);
  const boxes = [];
  const count = () => {
    const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
    state.selected = new Set(chosen);
    change.disabled = !chosen.length;
    change.textContent = chosen.length ? `${data.words.change} (${chosen.length})` : data.words.change;
    all.checked = boxes.length > 0 && chosen.length === boxes.length;
  };
  for (const day of data.days) {
    const entries = byDay.get(day.day) || [];
    if (!entries.length && !day.marks.length) continue;
    const section = dayNode({ ...day, label: day.name, weekday: "" }, [], state);
    for (const entry of entries) {
      const row = make("div", "row");
      const box = make("input");
      box.type = "checkbox";
      box.value = entry.id;
      box.checked = state.selected.has(entry.id);
      box.setAttribute("aria-label", entry.theme);
      box.onchange = count;
      boxes.push(box);
      row.append(box, entryNode(entry, state));
      section.append(row);
    }
    list.append(section);
  }
  all.onchange = () => {
    for (const box of boxes) box.checked = all.checked;
    count();
  };
  change.onclick = () => state.send({ kind: "bulk", ids: [...state.selected] });
  count();
  return list;
}

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const root = parentElement.querySelector("#sheet");
  if (!root || !data) return;
  const state = roots.get(parentElement) || { selected: new Set(), dragged: null, focus: null, drawn: "" };
  roots.set(parentElement, state);
  state.data = data;
  state.send = (event) => setTriggerValue("event", event);
  const drawn = JSON.stringify(data);
  if (drawn === state.drawn && root.firstChild) return;
  state.drawn = drawn;
  const byDay = new Map();
  for (const entry of data.entries) {
    if (!byDay.has(entry.day)) byDay.set(entry.day, []);
    byDay.get(entry.day).push(entry);
  }
  root.replaceChildren(data.view === "list" ? listNode(data, byDay, state) : gridNode(data, byDay, state));
  const legend = make("footer");
  for (const one of data.legend) legend.append(make("span", `key status-${one.status}`, one.text));
  if (data.entries.length) root.append(legend);
  if (!data.entries.length) root.append(make("p", "nothing", data.words.nothing));
  if (state.focus) {
    for (const node of root.querySelectorAll(".entry")) if (node.dataset.id === state.focus) node.focus();
    state.focus = null;
  }
}
