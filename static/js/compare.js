/* The figures follow what is typed or dragged. The server does all the arithmetic; here prices are only text. */
(function () {
  "use strict";

  var form = document.querySelector("[data-compare]");
  if (!form || !window.fetch || !window.AbortController) return;
  var figures = document.querySelector("[data-figures]");
  var spoken = document.querySelector("[data-spoken]");
  var trouble = document.querySelector("[data-trouble]");
  var prices = form.dataset.prices.split(" ");
  var asked = 0;
  var running = null;
  var timer = 0;

  function address() {
    return form.action.split("#")[0] + "?" + new URLSearchParams(new FormData(form)).toString();
  }

  /* Ask for the figures; only the answer to the latest question is shown. */
  function ask() {
    var mine = (asked += 1);
    var url = address();
    if (running) running.abort();
    running = new AbortController();
    figures.setAttribute("aria-busy", "true");
    window
      .fetch(url, { headers: { "X-Fragment": "what-if" }, credentials: "same-origin", signal: running.signal })
      .then(function (answer) {
        if (answer.redirected) throw new Error("signed out");
        if (!answer.ok) throw new Error("failed");
        return answer.text();
      })
      .then(function (html) {
        if (mine === asked) show(html, url);
      })
      .catch(function (fault) {
        if (mine !== asked || fault.name === "AbortError") return;
        figures.removeAttribute("aria-busy");
        trouble.textContent = fault.message === "signed out" ? form.dataset.signedOut : form.dataset.failed;
        trouble.hidden = false;
        spoken.textContent = trouble.textContent;
      });
  }

  function show(html, url) {
    var wasOpen = figures.querySelector("details[open]") !== null;
    figures.innerHTML = html;
    var folded = figures.querySelector("details");
    if (folded && wasOpen) folded.open = true;
    figures.removeAttribute("aria-busy");
    trouble.hidden = true;
    window.history.replaceState(null, "", url);
    var told = figures.querySelector("[data-say]");
    var faults = showErrors();
    spoken.textContent = told ? told.dataset.say : faults;
  }

  /* What is wrong stands at its field, as on a page made without scripts. */
  function showErrors() {
    var all = [];
    form.querySelectorAll("[data-error]").forEach(function (place) {
      var found = figures.querySelector('[data-error-for="' + place.dataset.error + '"]');
      place.textContent = found ? found.textContent : "";
      place.hidden = !found;
      if (found) all.push(found.textContent);
      form.querySelectorAll('[name="' + place.dataset.error + '"]').forEach(function (field) {
        field.classList.toggle("is-invalid", Boolean(found));
        if (found) field.setAttribute("aria-invalid", "true");
        else field.removeAttribute("aria-invalid");
      });
    });
    var summary = document.querySelector("[data-error-summary]");
    if (summary && !all.length) summary.remove();
    return all.join(" ");
  }

  function soon(milliseconds) {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, milliseconds);
  }

  /* A slider picks one of the server's prices; beside a typed one it stands at the next of them. */
  form.querySelectorAll("[data-slider]").forEach(function (slider) {
    var field = document.getElementById(slider.dataset.slider);
    function follow() {
      var typed = field.value.replace(/[$,\s]/g, "");
      var index = 0;
      while (index < prices.length - 1 && Number(prices[index]) < Number(typed)) index += 1;
      slider.value = index;
      slider.setAttribute("aria-valuetext", typed ? "$" + typed : slider.dataset.none);
    }
    slider.addEventListener("input", function () {
      field.value = prices[Number(slider.value)];
      slider.setAttribute("aria-valuetext", "$" + field.value);
      soon(150);
    });
    field.addEventListener("input", follow);
    follow();
    slider.hidden = false;
  });
  form.addEventListener("input", function (event) {
    if (!event.target.hasAttribute("data-slider")) soon(500);
  });
})();
