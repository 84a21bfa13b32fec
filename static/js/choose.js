/* The page of choices with scripts: the difference follows the ticks, ticks are kept as they change, and whoever
   leaves with something chosen and not signed is asked once. */
(function () {
  "use strict";

  var form = document.querySelector("form[data-choose]");
  if (!form) return;
  var boxes = Array.prototype.slice.call(form.querySelectorAll("input[name=grant]"));
  var changes = form.querySelector("[data-changes]");
  var words = changes ? JSON.parse(changes.dataset.words) : null;
  var isLeavingByUs = false;
  var timer = 0;

  function numbers(picked) {
    return picked.reduce(function (found, box) {
      return found.concat(box.dataset.numbers.split(" "));
    }, []);
  }

  function difference() {
    return {
      added: numbers(boxes.filter(function (box) { return box.checked && !box.dataset.tendered; })),
      removed: numbers(boxes.filter(function (box) { return !box.checked && box.dataset.tendered; })),
      kept: numbers(boxes.filter(function (box) { return box.checked && box.dataset.tendered; }))
    };
  }

  function phrase(pair, count) {
    return pair[count === 1 ? 0 : 1].replace("%d", count);
  }

  function sentence(found) {
    if (!found.added.length && !found.kept.length) return words.nothing;
    if (!found.added.length && !found.removed.length) return words.none;
    var parts = [];
    if (found.added.length) parts.push(phrase(words.adding, found.added.length));
    if (found.removed.length) parts.push(phrase(words.removing, found.removed.length));
    if (found.kept.length) parts.push(phrase(words.keeping, found.kept.length));
    return words.you.replace("%s", parts.join(", "));
  }

  function show() {
    var found = difference();
    changes.querySelector("[data-sentence]").textContent = sentence(found);
    var list = document.createElement("ul");
    list.className = "difference";
    ["added", "removed", "kept"].forEach(function (kind) {
      found[kind].forEach(function (number) {
        var item = document.createElement("li");
        if (kind !== "kept") item.className = "is-" + kind;
        var sign = document.createElement("span");
        sign.className = "sign";
        sign.textContent = words[kind];
        item.append(sign, " " + words.grant.replace("%s", number));
        list.append(item);
      });
    });
    var place = changes.querySelector("[data-grants]");
    place.replaceChildren(list);
    changes.hidden = false;
  }

  function isChanged() {
    return boxes.some(function (box) { return box.checked !== Boolean(box.dataset.tendered); });
  }

  /* The server keeps the ticks in the session; without an answer they are still on this page. */
  function keep() {
    var query = new URLSearchParams(new FormData(form));
    query.delete("chosen");
    query.set("keep", "yes");
    window.fetch(form.dataset.keep + "?" + query, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      keepalive: true
    }).catch(function () {});
  }

  form.addEventListener("change", function () {
    if (changes) show();
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, 300);
  });
  if (changes) show();

  /* The choices are kept on the way to any page of ours; only leaving for elsewhere is asked about. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href]");
    if (link && link.origin === window.location.origin) isLeavingByUs = true;
  });
  document.addEventListener("submit", function () {
    isLeavingByUs = true;
  });
  window.addEventListener("pageshow", function () {
    isLeavingByUs = false;
    if (changes) show(); /* coming back, the browser may have put other ticks in place */
  });
  window.addEventListener("beforeunload", function (event) {
    if (isLeavingByUs || !isChanged()) return;
    event.preventDefault();
    event.returnValue = "";
  });
})();
