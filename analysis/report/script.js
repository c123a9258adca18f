"use strict";
// Adds to tables what needs a script: sorting by a column, a filter, pages. Without it all rows stand there.
(function () {
  var PAGE = 50, PRINTED = 150;

  function make(name, text, attributes) {
    var element = document.createElement(name);
    if (text) element.textContent = text;
    Object.keys(attributes || {}).forEach(function (key) { element.setAttribute(key, attributes[key]); });
    return element;
  }

  function contents() {
    var list = make("ul");
    document.querySelectorAll("main > section").forEach(function (section) {
      var item = make("li");
      item.append(make("a", section.querySelector("h2").textContent, { href: "#" + section.id }));
      list.append(item);
    });
    document.querySelector("nav").append(list);
  }

  // Numbers before texts, what is empty last in both directions.
  function compare(a, b, direction) {
    if (a.empty !== b.empty) return a.empty ? 1 : -1;
    if (a.number !== null && b.number !== null) return direction * (a.number - b.number);
    if ((a.number !== null) !== (b.number !== null)) return a.number !== null ? -1 : 1;
    return direction * a.text.localeCompare(b.text, "en");
  }

  function enhance(table) {
    var body = table.tBodies[0];
    var rows = Array.from(body.rows).map(function (row, index) {
      return { row: row, index: index, text: row.textContent.toLowerCase() };
    });
    var shown = rows, page = 0, printing = false, buttons = [];
    var caption = table.caption.textContent;
    var tools = make("div", "", { class: "tools" });
    var count = make("span", "", { role: "status" });
    var before = make("button", "Previous", { type: "button", "aria-label": "Previous page of: " + caption });
    var after = make("button", "Next", { type: "button", "aria-label": "Next page of: " + caption });

    function draw() {
      var pages = Math.max(1, Math.ceil(shown.length / PAGE));
      page = Math.min(page, pages - 1);
      var visible = printing ? shown.slice(0, PRINTED) : shown.slice(page * PAGE, (page + 1) * PAGE);
      body.replaceChildren.apply(body, visible.map(function (entry) { return entry.row; }));
      count.textContent = shown.length + (shown.length === 1 ? " row" : " rows")
        + (pages > 1 && !printing ? ", page " + (page + 1) + " of " + pages : "");
      if (printing && shown.length > PRINTED) count.textContent = "The first " + PRINTED + " of " + shown.length + " rows";
      before.hidden = after.hidden = rows.length <= PAGE;
      before.disabled = page === 0;
      after.disabled = page === pages - 1;
    }

    function value(entry, column) {
      var cell = entry.row.cells[column];
      var sort = cell.dataset.sort;
      return { number: sort === undefined ? null : Number(sort.replace("inf", "Infinity")),
               text: cell.textContent, empty: cell.textContent === "" };
    }

    function sortBy(header, column) {
      var direction = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      Array.from(table.tHead.rows[0].cells).forEach(function (cell) { cell.removeAttribute("aria-sort"); });
      header.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
      [rows, shown].forEach(function (list) {
        list.sort(function (a, b) {
          return compare(value(a, column), value(b, column), direction) || a.index - b.index;
        });
      });
      page = 0;
      draw();
    }

    if (rows.length > 3) Array.from(table.tHead.rows[0].cells).forEach(function (header, column) {
      var button = make("button", header.textContent, { type: "button" });
      buttons[column] = button;
      header.replaceChildren(button);
      button.addEventListener("click", function () { sortBy(header, column); });
    });
    if (rows.length > 8) {
      var label = make("label", "Filter");
      var input = make("input", "", { type: "search", "aria-label": "Filter rows of: " + caption });
      label.append(input);
      input.addEventListener("input", function () {
        var words = input.value.toLowerCase().split(/\s+/);
        shown = rows.filter(function (entry) {
          return words.every(function (word) { return entry.text.includes(word); });
        });
        page = 0;
        draw();
      });
      before.addEventListener("click", function () { page--; draw(); });
      after.addEventListener("click", function () { page++; draw(); });
      tools.append(label, count, before, after);
      table.parentNode.before(tools);
    }
    // On paper a heading is repeated on each page as text, not as a button.
    function headings(paper) {
      Array.from(table.tHead.rows[0].cells).forEach(function (header, column) {
        if (buttons[column]) header.replaceChildren(paper ? buttons[column].textContent : buttons[column]);
      });
    }

    window.addEventListener("beforeprint", function () { printing = true; headings(true); draw(); });
    window.addEventListener("afterprint", function () { printing = false; headings(false); draw(); });
    draw();
  }

  contents();
  document.querySelectorAll("table").forEach(enhance);
}());
